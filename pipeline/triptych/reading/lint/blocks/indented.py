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
    indented = [(code, place) for code in draft.tree.code if (place := _place(draft, code))]
    prose = [(code, place) for code, place in indented if _is_prose(code)]
    if 2 * len(prose) < len(indented):
        return  # here four blanks are how code is written, and this may be an example of prose
    for _, (number, _) in prose:
        line = draft.lines[number - 1]
        message = "this text is printed as a code block: its lines are indented by four or more spaces"
        hint = (
            "remove the indentation; if this is a nested list item, align it with the text of the item above"
        )
        yield draft.found("LNT011", (number, len(line) - len(line.lstrip()) + 1), message, hint)


def _place(draft: Draft, code: str) -> tuple[int, int] | None:
    """Where code without a fence stands; None where a fence marks it."""
    first = re.escape(code.strip("\n").split("\n")[0].strip())
    return draft.place(rf"^(?: {{4}}|\t)[ \t]*{first}[ \t]*$") if first else None


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
