"""Chapters that a drop cap may open: a large first letter, made by the style sheet alone.

The text stays whole, so that nothing tears the word for who listens, copies or searches, and a reading system
that knows no ``::first-letter`` shows an ordinary paragraph (CSS 2.1, 5.12.2).
"""

from __future__ import annotations

import unicodedata

from triptych.languages.language_tags import direction
from triptych.markup.inlines import without_asides
from triptych.model.book import Chapter
from triptych.model.nodes import Inline, Paragraph, Phrase, Quoted, Styled, Text
from triptych.model.walk import plain_text

# Fewer do not fill the lines beside the letter on a wide page, and what follows would stand in its way.
_ENOUGH = 240
_BEFORE = ("Ps", "Pi", "Pf", "Po", "Pe")  # what ::first-letter takes with the letter


def has_initial(chapter: Chapter, language: str) -> bool:
    """Whether a chapter begins with a paragraph long enough whose first character is a capital letter.

    ``language`` is the book's. A digit, a formula, a link or a script without capitals is not enlarged.
    """
    opening = chapter.blocks[0] if chapter.blocks else None
    if not isinstance(opening, Paragraph) or direction(chapter.language or language) == "rtl":
        return False
    content, beside = without_asides(opening.content)
    if beside or len(plain_text(content)) < _ENOUGH:
        return False
    start = _start(content).lstrip()
    while start and unicodedata.category(start[0]) in _BEFORE:
        start = start[1:]
    return start[:1].isupper()


def _start(content: tuple[Inline, ...]) -> str:
    """The text that a paragraph begins with; "" where it begins with something else."""
    match content[:1]:
        case (Text(text=text),):
            return text
        case (Styled(content=inner) | Quoted(content=inner) | Phrase(content=inner),):
            return _start(inner)
    return ""
