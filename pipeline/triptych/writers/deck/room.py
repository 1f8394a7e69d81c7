"""What a slide has for pictures."""

from __future__ import annotations

from triptych.media.picture_sizes import Room
from triptych.writers.deck.pictures import LARGEST_ENLARGEMENT

_PIXELS = 4 / 3  # CSS pixels a point
# The frame of the picture layout with the place of its source line, in points.
_WIDTH, _HEIGHT = 866.4, 370.0


def room(dpi: int) -> Room:
    """The frame of a slide that shows a picture."""
    return Room(
        width=_WIDTH * _PIXELS,
        wide=_WIDTH * _PIXELS,
        height=_HEIGHT * _PIXELS,
        dpi=dpi,
        natural=LARGEST_ENLARGEMENT * _PIXELS,
        media_types=frozenset(("image/png", "image/jpeg", "image/gif")),
    )
