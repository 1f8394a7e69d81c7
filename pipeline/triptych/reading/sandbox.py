"""Jinja for texts of authors, who may compute what a text says from data."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import jinja2

from triptych.theme.sandbox.bounded_templates import BoundedEnvironment, Bounds

_LARGEST = 1_000_000  # characters of one value
_WHOLE = 100_000_000
# Filters that make much text of little, search it slowly, or say something else each time.
_FORBIDDEN = frozenset(
    "center format indent pprint xmlattr tojson wordwrap urlize striptags random slice batch".split()
)


class Sandbox(BoundedEnvironment):
    """Runs expressions of authors; ``filters`` are those that it has beside Jinja's, and loops, macros and
    filters of a text may take ``steps`` together.

    Raises ``SecurityError``, as all of Jinja's sandbox, for what is not allowed.
    """

    def __init__(self, filters: Mapping[str, Callable[..., Any]], steps: int) -> None:
        settings: dict[str, Any] = {
            "undefined": jinja2.StrictUndefined,
            "keep_trailing_newline": True,
            "autoescape": False,
            # Jinja's own mark of a comment begins every id in Markdown: {#sec-one}.
            "comment_start_string": "{##",
            "comment_end_string": "##}",
        }
        super().__init__(Bounds(steps, _LARGEST, _WHOLE), _FORBIDDEN, **settings)
        self.globals = {"range": self.globals["range"]}
        self.add_filters(filters)
