"""How text stands out from what is behind it (WCAG 2.2, success criterion 1.4.3)."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

from triptych.theme.colours import luminance_ratio, relative_luminance

_SHARE = 2  # of what is behind a text one part in so many counts: less is an edge, or a line that crosses it

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)


class Shade(NamedTuple):
    """A text's colour, the colour behind it, and their contrast, from 1 to 21."""

    colour: Colour
    behind: Colour
    contrast: float


@lru_cache(maxsize=4096)
def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours, from 1 to 21."""
    return luminance_ratio(relative_luminance(*one), relative_luminance(*other))


def shade_over(colour: Colour, opacity: float, behind: Colour) -> Shade:
    """A text's colour, and the one that is behind it → how it stands out."""
    if opacity < 1:
        pairs = zip(colour, behind, strict=True)
        red, green, blue = (round(one * opacity + other * (1 - opacity)) for one, other in pairs)
        colour = red, green, blue
    return Shade(colour, behind, contrast(colour, behind))


def shade_on(colour: Colour, opacity: float, picture: Any) -> Shade:
    """A text's colour, and the picture of all that is behind it but the text → how it stands out.

    Behind a text may be several colours: half of them may be as bad as what is told.
    """
    found = picture.getcolors(picture.width * picture.height) or [(1, WHITE)]
    counted = [(shade_over(colour, opacity, behind), count) for count, behind in found]
    shades = sorted(counted, key=lambda item: item[0].contrast)
    left = sum(count for _, count in shades) / _SHARE
    for shade, count in shades:
        left -= count
        if left <= 0:
            return shade
    return shades[-1][0]


def in_hex(colour: Colour) -> str:
    """As style sheets write it."""
    return "#{:02x}{:02x}{:02x}".format(*colour)
