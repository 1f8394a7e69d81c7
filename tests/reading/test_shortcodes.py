"""Shortcodes are filled in where pandoc reads text, and shown where it reads code."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.reading.shortcodes import Expander


@pytest.mark.parametrize(
    ("written", "filled"),
    [
        ("{{< var x >}} and `{{< var x >}}`", "1 and `{{< var x >}}`"),
        ("```\n{{< var x >}}\n```\n{{< var x >}}", "```\n{{< var x >}}\n```\n1"),
        ("> ```\n> {{< var x >}}\n> ```", "> ```\n> {{< var x >}}\n> ```"),
        ("```never a fence``` {{< var x >}}\n{{< var x >}}", "```never a fence``` 1\n1"),
        ("```\n{{< include part.md >}}\n```", "```\nA part.\n```"),
    ],
)
def test_code_is_shown_as_it_is_written(make_project: MakeProject, written: str, filled: str) -> None:
    project = make_project({"source/part.md": "A part.\n"})
    expander = Expander(project, {"variables": {"x": 1}})
    assert "\n".join(line.text for line in expander.expand("source/a.md", written)) == filled
    assert expander.found == []
