"""Asterisks that were to make words bold and stand in the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

# Behind a blank or a mark, before a word of two letters or more: no power, no pointer, no Python arguments.
_PRINTED = re.compile(r"(?:(?<=\s)|(?<=^)|(?<=[(（「“《]))\*\*(?!kw|args|opt)(?=[^\W\d_]{2}|[（「“《\[])")
_AMONG_IDEOGRAPHS = re.compile(r"\*\*(?=[\u3001-\u9fff\uff00-\uffef])|(?<=[\u3001-\u9fff\uff00-\uffef])\*\*")


def emphasis_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """Bold that is not closed, or whose marks stand where pandoc takes them for none."""
    for text in draft.tree.texts:
        if "**" not in text or not (_PRINTED.search(text) or _AMONG_IDEOGRAPHS.search(text)):
            continue
        if place := draft.place(r"\*\*"):
            message = "asterisks are read as text: what is bold is not closed, or has a blank at its end"
            hint = "write **bold**; where punctuation and letters meet, leave it outside the asterisks"
            yield draft.found("LNT026", place, message, hint)
