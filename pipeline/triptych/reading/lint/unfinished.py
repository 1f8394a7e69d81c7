"""What a finished text has not: words that say something is still to be written, and misread letters."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_PLACEHOLDER = re.compile(
    r"^(?:TODO|FIXME|TBD|XXX|TK)\b(?:\s*[:–—]|$)|\[(?:TODO|FIXME|TBD|XXX|TK)\b[^\[\]]*\]"
    r"|\bLorem ipsum dolor sit amet\b"
)
# The beginnings of UTF-8 characters read as Windows-1252, and what may follow each there.
_MISREAD = re.compile(r"[\u00c2\u00c3\u00e2][^\x00-\x7f]{1,2}")


def placeholders(draft: Draft) -> Iterator[Diagnostic]:
    """A paragraph that begins with TODO, a [TBD], or filler text."""
    for text in draft.tree.texts:
        for match in _PLACEHOLDER.finditer(text):
            words = match[0].strip("[]: –—")
            if place := draft.place(re.escape(match[0].partition("\n")[0])):
                message = f'the text contains the placeholder "{words.partition(":")[0].strip()[:40]}"'
                yield draft.found(
                    "LNT038",
                    place,
                    message,
                    "replace the placeholder, or move the remark into a comment: <!-- … -->",
                )


def misread_letters(draft: Draft) -> Iterator[Diagnostic]:
    """The first letters of a file such as "Ã©", which were "é" before it was read in another encoding."""
    for text in draft.tree.texts:
        for match in _MISREAD.finditer(text) if not text.isascii() else ():
            if (meant := _reread(match[0])) and (place := draft.place(re.escape(match[0]))):
                message = f'"{match[0]}" is probably "{meant}" decoded with the wrong encoding'
                hint = "open the original file as UTF-8 and copy the text again, or correct the characters"
                yield draft.found("LNT039", place, message, hint)
                return


def _reread(letters: str) -> str:
    """Return what letters were before UTF-8 was read as Windows-1252, "" where they were as they are."""
    for end in (3, 2):
        try:
            meant = letters[:end].encode("cp1252").decode()
        except UnicodeError:
            continue
        if len(meant) == 1:
            return meant
    return ""
