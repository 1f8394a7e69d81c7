"""Links that pandoc reads as text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_PRINTED = re.compile(r"\]\s\((?=https?://|www\.|[\w./-]+\.(?:md|html?)\b)")


def links_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """A blank between a text and its address."""
    for text in draft.tree.texts:
        if "] (" in text and _PRINTED.search(text) and (place := draft.place(r"\]\s\(")):
            message = "a link with a blank between its text and its address is read as text"
            yield draft.found("LNT024", place, message, "write [text](address)")
