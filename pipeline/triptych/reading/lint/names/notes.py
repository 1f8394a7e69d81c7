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
        for name in _references_in(text):
            place = draft.place(rf"\[\^{re.escape(name)}\](?!:)")
            if place is not None and (own := _without_colon(draft, name)):
                if own == place:
                    message = (
                        f'footnote "{name}" is printed as a paragraph: the colon after its label is missing'
                    )
                    yield draft.found("LNT003", place, message, f"add a colon after the label: [^{name}]: …")
            elif place is not None:
                hint = _hint(name, _defined(draft))
                yield draft.found("LNT003", place, f'footnote "{name}" is not defined in this file', hint)


def _references_in(text: str) -> list[str]:
    """Return the labels of the footnote references that a text prints."""
    names = _REFERENCE.findall(text) if "[^" in text else []
    return [name for name in names if not _PATTERN.fullmatch(name)]


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
        return "start the definition in the first column, after a blank line"
    return did_you_mean(name, defined) or f"define the footnote in a separate paragraph: [^{name}]: …"


def unused_notes(draft: Draft) -> Iterator[Diagnostic]:
    """Report a footnote without a reference, unless a misspelt reference seems to mean it."""
    unused = [remark for remark in draft.remarks if remark["type"] == "NoteDefinedButNotUsed"]
    if not unused:
        return
    defined = _defined(draft)
    misspelt = {name for text in draft.tree.texts for name in _references_in(text)}
    hints = {_hint(name, defined) for name in misspelt.difference(defined)}
    for remark in unused:
        if not any(f'did you mean "{remark["key"]}"' in hint for hint in hints):
            place = remark["line"], remark["column"]
            message = f'footnote "{remark["key"]}" is never referenced and is omitted'
            yield draft.found(
                "LNT004", place, message, f"add [^{remark['key']}] to the text, or delete the definition"
            )


def defined_twice(draft: Draft) -> Iterator[Diagnostic]:
    """Of two definitions one is left out."""
    for remark in draft.remarks:
        if remark["type"] in ("DuplicateNoteReference", "DuplicateLinkReference"):
            name = remark["contents"].strip()
            what = "footnote" if remark["type"] == "DuplicateNoteReference" else "link label"
            bare = name.removeprefix("[").removesuffix("]").removeprefix("^")
            message = f'{what} "{bare}" is defined twice in this file; the last definition is used'
            yield draft.found(
                "LNT005",
                (remark["line"], remark["column"]),
                message,
                f'rename or delete one definition of "{bare}"',
            )
