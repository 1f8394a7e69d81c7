"""Describe content that overflows its page, column or box, in the layout or in a finished PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

NO_MARK = -1
# Allowed overhang of punctuation over the edge of the text (hanging punctuation).
HANGING = 0.55  # of the font size, with the blank halves of full-width marks
LEAST_HANGING = 4.0  # points

# Cut off at the page edge; beyond the text area; beyond its column, cell or box; over other words; a formula
# that is shrunk to fit; a table in smaller type than the theme allows.
Where: TypeAlias = Literal["page", "text", "place", "words", "size", "type"]
OFF_PAGE: Where = "page"
OFF_TEXT: Where = "text"
OFF_PLACE: Where = "place"
OVER_WORDS: Where = "words"
SHRUNK: Where = "size"
SQUEEZED: Where = "type"


@dataclass(frozen=True, slots=True)
class LayoutDefect:
    """Content in the wrong place: ``kind`` is "words", or the kind of an element without text.

    ``words`` are its text or alt text. ``beyond`` is the overflow or overlap in points. ``mcid`` identifies
    its marked content on the page, -1 if there is none.
    """

    where: Where
    kind: Literal["words", "picture", "formula", "line", "running head"]
    words: str
    beyond: float
    mcid: int = NO_MARK
