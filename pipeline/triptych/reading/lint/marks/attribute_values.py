"""Attributes whose value is none of those that they take."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic, did_you_mean
from triptych.reading.lint.draft import Draft

_WORDS = {"overflow": ("error", "split", "shrink"), "fig-align": ("left", "center", "right", "default")}
_LENGTH = re.compile(r"\.?\d.*|auto|\{\{.*|\\\\.*", re.DOTALL)
_COUNT = re.compile(r"\d+")


def unknown_values(draft: Draft) -> Iterator[Diagnostic]:
    """Such an attribute does nothing."""
    for attributes in draft.tree.attributes:
        if "chart" in attributes.classes:
            continue
        for name, value in attributes.pairs:
            hint = _wrong(name, value)
            if hint and (place := draft.place(rf"(?<![\w-]){re.escape(name)}\s*=")):
                yield draft.found("LNT007", place, f'"{value}" is no value of "{name}"', hint)


def _wrong(name: str, value: str) -> str:
    """What to write instead, "" where a value is well or anything goes."""
    if name in _WORDS and value not in _WORDS[name]:
        return did_you_mean(value, _WORDS[name]) or f"there are {', '.join(_WORDS[name])}"
    if name in ("layout-ncol", "layout-nrow") and not _COUNT.fullmatch(value):
        return f"write a number: {name}=2"
    if name in ("width", "height") and not _LENGTH.fullmatch(value):
        return f"write a length or a share: {name}=60%"
    return ""
