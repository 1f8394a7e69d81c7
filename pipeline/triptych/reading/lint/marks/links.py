"""Links that pandoc reads as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_PICTURE = r"[\w./ -]+\.(?:png|jpe?g|svg|gif|webp)\b"
_LABEL = r"(?:\[(?!-?@)|^)[^\[\]]*"  # what is cited may have an address behind it
_PRINTED = re.compile(rf"{_LABEL}\]\s\((?=https?://|www\.|[\w./-]+\.(?:md|html?)\b|{_PICTURE})")
_TURNED = re.compile(rf"\([^()\n]+\)\[(?=https?://|{_PICTURE}\])")
_OPEN = re.compile(rf"\]\((?=https?://\S|{_PICTURE})")


def links_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """A blank between a text and its address, brackets that took each other's place, or one left open."""
    for text in draft.tree.texts:
        if "] (" in text and _PRINTED.search(text) and (place := draft.place(rf"{_LABEL}\]\s\(")):
            message = "a link with a blank between its text and its address is read as text"
            yield draft.found("LNT024", place, message, "write [text](address)")
        elif ")[" in text and _TURNED.search(text) and (place := draft.place(r"\([^()]+\)\[")):
            message = "a link with its brackets the wrong way round is read as text"
            yield draft.found("LNT024", place, message, "write [text](address)")
        elif "](" in text and _OPEN.search(text) and (place := draft.place(r"\]\((?!.*\))")):
            message = "a link that is not closed is read as text"
            yield draft.found("LNT024", place, message, "end its address with )")
