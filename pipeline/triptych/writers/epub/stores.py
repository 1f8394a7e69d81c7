"""What bookshops ask of an e-book beyond EPUB 3.3. Most take the file that all reading systems get."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from triptych.media.pictures.pdf_pages import PDF
from triptych.media.pictures.sizes import Room
from triptych.media.preparation.pictures import SVG
from triptych.model.nodes import Picture

# The text of a large tablet, in CSS pixels: 6.5 by 9 inches.
_WIDTH, _HEIGHT = 624.0, 864.0
_MOST_DOTS = 3_200_000  # bookshops take no more than four million
_COVER = 1600  # pixels across: what a drawn cover becomes
_MOST_COVER_DOTS = 5_600_000  # what Apple takes; other shops take more
_ALL_PICTURES = frozenset(("image/png", "image/jpeg", "image/gif", "image/webp"))


@dataclass(frozen=True, slots=True)
class Store:
    """How an e-book is made for a shop.

    ``levels`` are those of its contents. ``in_dots`` says that drawings and formulas are pictures made of
    dots, since its readers show SVG and MathML badly or not at all. ``media_types`` are those of pictures.
    """

    levels: int = 7  # parts, chapters, and headings down to the sixth level
    in_dots: bool = False
    media_types: frozenset[str] = _ALL_PICTURES

    def room(self, dpi: int) -> Room:
        """What the largest page that a book is commonly read on has for pictures."""
        return Room(
            width=_WIDTH,
            wide=_WIDTH,
            height=_HEIGHT,
            dpi=dpi,
            most_dots=_MOST_DOTS,
            media_types=self.media_types,
            in_dots=self.in_dots,
            motion=True,
            opaque=True,
        )

    def cover_room(self, cover: Picture) -> Room:
        """The room of a cover, which shops show by itself: it keeps its size, and a drawing becomes dots."""
        wide = _COVER if cover.media_type in (SVG, PDF) else cover.width
        high = math.ceil(wide * cover.height / cover.width)
        room = self.room(96)
        return replace(room, wide=wide, most_dots=_MOST_COVER_DOTS, in_dots=True, longest=max(_COVER, high))


STORES: Mapping[str, Store] = {
    "": Store(),
    "kindle": Store(levels=2, in_dots=True, media_types=_ALL_PICTURES - {"image/webp"}),
}
