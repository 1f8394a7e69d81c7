"""What else pandoc remarks."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from triptych.diagnostics import Diagnostic, as_message
from triptych.reading.lint.draft import Draft

# What rules of their own tell, in an author's words.
_TOLD = frozenset(
    "UnclosedDiv NoteDefinedButNotUsed DuplicateNoteReference DuplicateLinkReference"
    " DuplicateIdentifier".split()
)
_PLACE = re.compile(r" at (?:\S+ )?line \d+ column \d+")
_DEFINED_TWICE = re.compile(r"Macro '(\S+)' already defined, ignoring")


def pandoc_remarks(draft: Draft) -> Iterator[Diagnostic]:
    """Its warnings that no other rule tells, in its own words."""
    for remark in draft.remarks:
        if remark["type"] not in _TOLD and remark["verbosity"] in ("WARNING", "ERROR"):
            place = _within(draft.lines, remark.get("line", 1), remark.get("column", 1))
            yield draft.found("LNT023", place, *_reworded(_PLACE.sub("", remark["pretty"])))


def _reworded(warning: str) -> tuple[str, str | None]:
    """Return the message and hint for a warning of pandoc."""
    if defined := _DEFINED_TWICE.match(warning):
        message = f"macro `{defined[1]}` is already defined; this definition is ignored"
        return message, "rename or delete one of the two definitions"
    return f"pandoc: {as_message(warning)}", None


def _within(lines: Sequence[str], line: int, column: int) -> tuple[int, int]:
    """A place that the section has: in quotes and lists pandoc counts from where these begin."""
    line = min(max(line, 1), max(len(lines), 1))
    return line, min(column, len(lines[line - 1]) + 1 if lines else 1)
