"""Define layout defects: content that overflows or overlaps in a page layout or a finished PDF."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

NO_MARK = -1
# Allowed overhang of hanging punctuation beyond the text area.
HANGING = 0.55  # of the font size, for the blank halves of full-width punctuation
MIN_HANGING = 4.0  # points

# In this order: cut off at the page edge; outside the text area; outside its column, cell or box; overlapping
# other words; a formula shrunk to fit; a table in smaller type than the theme allows.
Where: TypeAlias = Literal["page", "text", "place", "words", "size", "type"]
OFF_PAGE: Where = "page"
OFF_TEXT: Where = "text"
OFF_PLACE: Where = "place"
OVER_WORDS: Where = "words"
SHRUNK: Where = "size"
SQUEEZED: Where = "type"


@dataclass(frozen=True, slots=True)
class LayoutDefect:
    """Content that overflows, overlaps other content, or was reduced to fit.

    ``kind`` is "words" for text, or else the type of the element. ``words`` is the text or alt text.
    ``overflow`` is the size of the defect in points, such as the length of an overlap. ``mcid`` is the id of
    the content's marked-content sequence on the page, or -1 if it has none.
    """

    position: Where
    kind: Literal["words", "picture", "formula", "line", "running head"]
    words: str
    overflow: float
    mcid: int = NO_MARK
