"""Describe content that overflows its page, column or box, in the layout or in a finished PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

NO_MARK = -1
# How far the marks that hang over the edge of the text may do so, as the layout and a file are looked at.
HANGING = 0.55  # of the size of type, with the blank halves of wide marks
LEAST_HANGING = 4.0  # points

# Off the page, which cuts it away; over the edge of the text; over that of its own column, cell or box;
# over other words; in its place by being much smaller than it is set elsewhere, as a formula, or in smaller
# type than the theme allows, as a table.
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
