"""What else pandoc remarks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

# What rules of their own tell, in an author's words.
_TOLD = frozenset(
    "UnclosedDiv NoteDefinedButNotUsed DuplicateNoteReference DuplicateLinkReference"
    " DuplicateIdentifier".split()
)
_PLACE = re.compile(r" at (?:\S+ )?line \d+ column \d+")


def pandoc_remarks(draft: Draft) -> Iterator[Diagnostic]:
    """Its warnings that no other rule tells, in its own words."""
    for remark in draft.remarks:
        if remark["type"] not in _TOLD and remark["verbosity"] in ("WARNING", "ERROR"):
            place = _within(draft.lines, remark.get("line", 1), remark.get("column", 1))
            message = _PLACE.sub("", remark["pretty"]).rstrip(".")
            yield draft.found("LNT023", place, f"pandoc: {message[:1].lower()}{message[1:]}")


def _within(lines: Sequence[str], line: int, column: int) -> tuple[int, int]:
    """A place that the section has: in quotes and lists pandoc counts from where these begin."""
    line = min(max(line, 1), max(len(lines), 1))
    return line, min(column, len(lines[line - 1]) + 1 if lines else 1)
