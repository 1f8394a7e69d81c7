"""Lists that stand in the text, since nothing parts their marks from their words, or the mark is none."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.blocks.swallowed import first_word
from triptych.reading.lint.draft import Draft

# A hyphen or asterisk before a word, a number and its stop before a capital; or a typographer's bullet.
_GLUED = re.compile(r"([-+*])(?=[^\W\d_]{2})|(\d{1,2}[.)])(?=[^\W\d_]{2})|([•◦▪‣·●]) ?(?=\S)")
_PRINTED = ("-", "+", "*", "•", "◦", "▪", "‣", "·", "●")


def lists_as_text(draft: Draft) -> Iterator[Diagnostic]:
    """Paragraphs of which each line begins so: one such line may be a sentence or an option of a command."""
    for text in draft.tree.texts:
        if "\n" not in text:
            continue
        marks = [_GLUED.match(line) for line in text.split("\n")]
        first = marks[0]
        if first is None or not all(marks) or not _counts(marks):
            continue
        mark = first.group().strip()
        place = draft.place(rf"^[ \t]*(?:>[ \t]*)*{re.escape(mark)}[ \t]?{first_word(text[first.end() :])}")
        if place:
            message = "the items of a list are read as one paragraph"
            yield draft.found("LNT028", place, message, f"begin each with {_written(mark)} and a blank")


def _counts(marks: list[re.Match[str] | None]) -> bool:
    """Whether numbers follow each other, and other marks are all the same."""
    written = [match.group().strip() for match in marks if match]
    if written[0] in _PRINTED:
        return len(set(written)) == 1
    return [int(mark[:-1]) for mark in written] == list(range(1, len(written) + 1))


def _written(mark: str) -> str:
    return mark if mark[0].isdigit() else "-"
