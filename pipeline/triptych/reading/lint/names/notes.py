"""Footnotes without their text, texts without their footnote, and names that are given twice."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic, did_you_mean
from triptych.reading.lint.draft import Draft

_REFERENCE = re.compile(r"\[\^([^\s\]\[^]+)\](?!\()")
_DEFINITION = re.compile(r"^[ \t]*\[\^([^\s\]]+)\]:")
# What stands between such brackets in a text about regular expressions: ranges, classes, single signs.
_PATTERN = re.compile(r"(?:\w-\w)+\w*|\W.*|\w?\W")


def undefined_notes(draft: Draft) -> Iterator[Diagnostic]:
    """A reference to a note that the file does not define stands in the text as it was written."""
    for text in draft.tree.texts:
        for name in _REFERENCE.findall(text) if "[^" in text else ():
            if _PATTERN.fullmatch(name):
                continue
            place = draft.place(rf"\[\^{re.escape(name)}\](?!:)")
            if place is not None and (own := _without_colon(draft, name)):
                if own == place:
                    message = f'the text of the note "{name}" is read as a paragraph'
                    yield draft.found(
                        "LNT003", place, message, f"write a colon right behind it: [^{name}]: …"
                    )
            elif place is not None:
                hint = _hint(name, _defined(draft))
                yield draft.found("LNT003", place, f'no note "{name}" is defined in this file', hint)


def _without_colon(draft: Draft, name: str) -> tuple[int, int] | None:
    """Where the text of a note seems to begin whose mark is not followed by a colon."""
    mark = f"[^{name}]"
    starts = [number for number, line in enumerate(draft.prose, 1) if line.startswith(mark)]
    before = [number for number in starts if number == 1 or not draft.prose[number - 2].strip()]
    return (before[0], 1) if before and not draft.prose[before[0] - 1].startswith(f"{mark}:") else None


def _defined(draft: Draft) -> list[str]:
    return [match.group(1) for line in draft.prose if (match := _DEFINITION.match(line))]


def _hint(name: str, defined: list[str]) -> str:
    if name in defined:
        return "leave an empty line before its definition, and begin that at the margin"
    return did_you_mean(name, defined) or f"write its text in a paragraph of its own: [^{name}]: …"


def unused_notes(draft: Draft) -> Iterator[Diagnostic]:
    """The text of a note that nothing refers to is in no output."""
    for remark in draft.remarks:
        if remark["type"] == "NoteDefinedButNotUsed":
            place = remark["line"], remark["column"]
            message = f'nothing refers to the note "{remark["key"]}", which is left out'
            yield draft.found("LNT004", place, message, f"write [^{remark['key']}] where it belongs")


def defined_twice(draft: Draft) -> Iterator[Diagnostic]:
    """Of two definitions one is left out."""
    for remark in draft.remarks:
        if remark["type"] in ("DuplicateNoteReference", "DuplicateLinkReference"):
            name = remark["contents"].strip()
            what = "note" if remark["type"] == "DuplicateNoteReference" else "address"
            bare = name.removeprefix("[").removesuffix("]").removeprefix("^")
            message = f'the {what} "{bare}" is defined twice in this file, and only one counts'
            yield draft.found("LNT005", (remark["line"], remark["column"]), message)
