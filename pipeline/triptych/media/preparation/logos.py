"""What a publisher's mark needs to be seen: its size in a place, and what is laid behind it on a ground."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from PIL import Image, ImageChops, ImageFilter

from triptych.media.raster import open_picture
from triptych.model.nodes import Picture
from triptych.theme.colours import VISIBLE, colour_difference, contrast_ratio

SIDE = 240.0  # CSS pixels: no output shows a mark larger than this
_SAMPLE = (96, 96)  # dots that are looked at
_THERE = 128  # of 255: what is less opaque is no part of the mark
_LOST = 1.8  # : 1; letters nearer to their ground are not seen
_ALIKE = 0.24  # difference of colours that are hard to tell apart unless their contrast is good
_MOST_LOST = 0.15  # of a mark's outline; more is a word or half of a sign
_FULL = 0.98  # of a picture: it has a ground of its own


def fitted(picture: Picture, width: float, height: float) -> tuple[float, float]:
    """Width and height of a picture in its proportions within others."""
    scale = min(width / picture.width, height / picture.height)
    return picture.width * scale, picture.height * scale


def plate(data: bytes, ground: str, others: Iterable[str]) -> str:
    """The colour to lay behind a mark so that its outline is seen on a ground: the first of the others on
    which it is, else the best of them.

    "" where the mark is seen, brings its own ground, or is hardly seen better on any. ``data`` is a PNG or
    JPEG.
    """
    with open_picture(data) as opened:
        mark = opened.convert("RGBA")
    mark.thumbnail(_SAMPLE, Image.Resampling.BOX)
    opaque = mark.getchannel("A").point(lambda value: 255 * (value >= _THERE))
    if opaque.histogram()[255] >= _FULL * mark.width * mark.height:
        return ""
    edge = _outline(mark, opaque)
    whole = sum(edge.values())
    if not whole:
        return ""

    def lost(behind: str) -> float:
        return sum(count for colour, count in edge.items() if _is_lost(colour, behind)) / whole

    missing = lost(ground)
    if missing <= _MOST_LOST:
        return ""
    shares = {other: lost(other) for other in others}
    served = next((other for other, share in shares.items() if share <= _MOST_LOST), "")
    best = min(shares, key=shares.__getitem__, default="")
    return served or (best if best and shares[best] <= missing / 2 else "")


def _outline(mark: Image.Image, opaque: Image.Image) -> Counter[str]:
    """The colours of a mark where it borders on what is behind it, with their pixels."""
    around = Image.new("L", (mark.width + 2, mark.height + 2))
    around.paste(opaque, (1, 1))
    inner = around.filter(ImageFilter.MinFilter(3)).crop((1, 1, mark.width + 1, mark.height + 1))
    border = ImageChops.subtract(opaque, inner)
    mark = mark.copy()
    mark.putalpha(border)
    counted: Any = mark.getcolors(mark.width * mark.height)
    found: Counter[str] = Counter()
    for count, pixel in counted:
        if pixel[3]:
            found[bytes(pixel[:3]).hex()] += count
    return found


def _is_lost(colour: str, ground: str) -> bool:
    """Whether a colour is not seen on a ground; one of much the same lightness is, if its hue is another."""
    ratio = contrast_ratio(colour, ground)
    return ratio < _LOST or (ratio < VISIBLE and colour_difference(colour, ground) < _ALIKE)
