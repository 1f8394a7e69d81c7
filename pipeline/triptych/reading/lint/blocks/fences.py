"""Fences of code that nothing ends."""

from __future__ import annotations

from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft


def unclosed_fences(draft: Draft) -> Iterator[Diagnostic]:
    """To pandoc such a fence is none: its marks and the code are read as text."""
    if (number := draft.outline.open_fence) is not None:
        line = draft.lines[number - 1]
        mark = line.lstrip(" \t>")[:3]
        place = number, len(line) - len(line.lstrip()) + 1
        message = "this fence of code is not closed: the code is read as text"
        yield draft.found("LNT020", place, message, f"end it with a line of {mark}")
