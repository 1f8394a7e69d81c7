"""What a publisher's mark needs to be seen: its size in a place, and what is laid behind it on a ground."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from PIL import Image

from triptych.media.raster import open_picture
from triptych.model.nodes import Picture
from triptych.theme.contrast import contrast

SIDE = 240.0  # CSS pixels: no output shows a mark larger than this
_SAMPLE = (96, 96)  # dots that are looked at
_THERE = 128  # of 255: what is less opaque is no part of the mark
_LOST = 1.8  # : 1; letters nearer to their ground are not seen
_MOST_LOST = 0.15  # of a mark; more is a word or half of a sign
_FULL = 0.98  # of a picture: it has a ground of its own


def fitted(picture: Picture, width: float, height: float) -> tuple[float, float]:
    """Width and height of a picture in its proportions within others."""
    scale = min(width / picture.width, height / picture.height)
    return picture.width * scale, picture.height * scale


def plate(data: bytes, ground: str, others: Iterable[str]) -> str:
    """The colour to lay behind a mark so that it is seen on a ground: the first of the others that serves.

    "" where the mark is seen, brings its own ground, or is not seen better on any. ``data`` is a PNG or JPEG.
    """
    with open_picture(data) as opened:
        mark = opened.convert("RGBA")
    mark.thumbnail(_SAMPLE, Image.Resampling.BOX)
    counted: Any = mark.getcolors(_SAMPLE[0] * _SAMPLE[1])
    there = [(count, bytes(pixel[:3]).hex()) for count, pixel in counted if pixel[3] >= _THERE]
    whole = sum(count for count, _ in there)
    if not whole or whole >= _FULL * mark.width * mark.height:
        return ""

    def lost(behind: str) -> float:
        return float(sum(count for count, colour in there if contrast(colour, behind) < _LOST) / whole)

    if lost(ground) <= _MOST_LOST:
        return ""
    return next((other for other in others if lost(other) <= _MOST_LOST), "")
