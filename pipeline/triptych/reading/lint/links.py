"""Links and pictures that pandoc reads as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_PICTURE = re.compile(r"!\[[^\]]*\]\((?=[^)\n]+\.(?:png|jpe?g|svg|gif|webp|pdf)\b)", re.IGNORECASE)
_LINK = re.compile(r"\]\s\((?=https?://|www\.|[\w./-]+\.(?:md|html?)\b)")


def links_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """An address with blanks in it, or a blank between text and address."""
    for text in draft.tree.texts:
        if "](" not in text and "] (" not in text:
            continue
        if _PICTURE.search(text) and (place := draft.place(r"!\[[^\]]*\]\(")):
            message = "a picture is read as text"
            hint = "a name with blanks stands in angle brackets: ![…](<my file.png>)"
            yield draft.found("LNT024", place, message, hint)
        elif _LINK.search(text) and (place := draft.place(r"\]\s\(")):
            message = "a link with a blank between its text and its address is read as text"
            yield draft.found("LNT024", place, message, "write [text](address)")
