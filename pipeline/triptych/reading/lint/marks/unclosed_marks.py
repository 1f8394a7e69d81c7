"""Comments and notes within the text that nothing closes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_COMMENT = re.compile(r"<!(?:--|-|–|—)(?=\s|\w)")
_NOTE = re.compile(r"(?<=[\w.,;:!?)”’\"])\^\[(?=\w)")


def unclosed_marks(draft: Draft) -> Iterator[Diagnostic]:
    """What was to be hidden, or to stand at the foot of the page, is printed."""
    for text in draft.tree.texts:
        if "<!" in text and _COMMENT.search(text) and (place := draft.place(r"<!-(?!.*-->)")):
            message = "a comment is not closed, or has not two dashes, and is read as text"
            yield draft.found("LNT034", place, message, "write <!-- comment -->")
        if "^[" in text and _NOTE.search(text) and (place := draft.place(r"\^\[(?=\w)")):
            message = "a note that is not closed within its paragraph is read as text"
            yield draft.found("LNT034", place, message, "end it with ]")
