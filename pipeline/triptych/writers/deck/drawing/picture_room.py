"""What a slide has for pictures."""

from __future__ import annotations

from collections.abc import Mapping

from triptych.media.pictures.sizes import Room
from triptych.writers.deck.drawing.pictures import LARGEST_ENLARGEMENT
from triptych.writers.deck.fitting.composition import Places
from triptych.writers.deck.fitting.slides import whole_frame
from triptych.writers.deck.kinds import Role
from triptych.writers.deck.slides import Layout

_PIXELS = 4 / 3  # CSS pixels a point


def room(dpi: int, places: Mapping[Layout, Places]) -> Room:
    """The frame of a slide that shows a picture, as high as one at the side; ``places`` by layout."""
    frame = whole_frame(Layout.PICTURE, places[Layout.PICTURE], False)
    side = places[Layout.SIDE_PICTURE][Role.OBJECT]
    return Room(
        width=frame.width * _PIXELS,
        wide=frame.width * _PIXELS,
        height=max(frame.height, side.height) * _PIXELS,
        dpi=dpi,
        natural=LARGEST_ENLARGEMENT * _PIXELS,
        media_types=frozenset(("image/png", "image/jpeg", "image/gif")),
    )
