"""What an e-reader has for pictures."""

from __future__ import annotations

from triptych.media.pictures.sizes import Room
from triptych.writers.epub.stores import Store

# The text of a large tablet, in CSS pixels: 6.5 by 9 inches.
_WIDTH, _HEIGHT = 624.0, 864.0
_MOST_DOTS = 3_200_000  # bookshops take no more than four million


def room(dpi: int, store: Store) -> Room:
    """The room of the largest page that a book is commonly read on."""
    return Room(
        width=_WIDTH,
        wide=_WIDTH,
        height=_HEIGHT,
        dpi=dpi,
        most_dots=_MOST_DOTS,
        media_types=store.media_types,
        in_dots=store.in_dots,
        motion=True,
        opaque=True,
    )
