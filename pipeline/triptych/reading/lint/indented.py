"""Prose that four blanks turn into code."""

from __future__ import annotations

import re
from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.reading.lint.draft import Draft

_ITEM = re.compile(r"(?:[-*+]|\d{1,2}[.)])[ \t]+\S")
_WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*[,.;:!?)”\"]*")
_SENTENCE = re.compile(r"[“\"(]?[^\W\d_].*[.!?:…”\"]", re.DOTALL)
_SIGN_OF_CODE = re.compile(r"[{}<>=$_\\|/#;@^~`]|\w\(|\.\w|::|--|\+\+|\[|  ")
_FEWEST = 5  # words of a sentence


def prose_as_code(draft: Draft) -> Iterator[Diagnostic]:
    """Sentences and lists in code that no fence marks as such."""
    for code in draft.tree.code:
        if not _is_prose(code):
            continue
        first = re.escape(code.strip().split("\n")[0].strip())
        place = draft.place(rf"^(?: {{4}}|\t)[ \t]*{first}[ \t]*$")
        if place:
            line = draft.lines[place[0] - 1]
            place = place[0], len(line) - len(line.lstrip()) + 1
            message = "a paragraph that is indented by four blanks is read as code"
            hint = "begin it at the margin; an item of an inner list, below the text of the one above"
            yield draft.found("LNT011", place, message, hint)


def _is_prose(code: str) -> bool:
    text = code.strip()
    if _ITEM.match(text):
        text = re.sub(r"(?m)^[ \t]*(?:[-*+]|\d{1,2}[.)])[ \t]+", "", text)
        return bool(_in_words(text, 2))
    return bool(_SENTENCE.fullmatch(text)) and _in_words(text, _FEWEST)


def _in_words(text: str, fewest: int) -> bool:
    words = text.split()
    good = sum(bool(_WORD.fullmatch(word)) for word in words)
    return len(words) >= fewest and good >= 0.8 * len(words) and not _SIGN_OF_CODE.search(text)
