"""Compute the size at which an output displays an image, from its attributes and the available space."""

from __future__ import annotations

import re
from dataclasses import dataclass

from triptych.media.inks import ColourSpace
from triptych.model.nodes import Attr, Picture

_LENGTH = re.compile(r"\s*(\d++\.?+\d*+|\.\d++)\s*+(%|px|pt|pc|em|rem|cm|mm|in|inch)?\s*$")
# CSS pixels per unit. An em is the font size of body text.
_PIXELS_PER_UNIT = {
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "em": 16.0,
    "rem": 16.0,
    "cm": 96 / 2.54,
    "mm": 9.6 / 2.54,
    "in": 96.0,
}
_MAX_LENGTH = 10_000  # CSS pixels; longer lengths are treated as invalid
# Classes of Triptych and Quarto for content that extends beyond the text width.
WIDE_CLASSES = ("full-width", "column-page", "column-screen", "column-body-outset", "column-page-inset")


@dataclass(frozen=True, slots=True)
class Length:
    """A CSS length or percentage."""

    value: float
    unit: str

    def __str__(self) -> str:
        return f"{self.value:g}{self.unit}"

    def to_pixels(self, reference: float) -> float:
        """Return the length in CSS pixels.

        Percentages refer to ``reference``, which is in CSS pixels as well.
        """
        return reference * self.value / 100 if self.unit == "%" else self.value * _PIXELS_PER_UNIT[self.unit]


def parse_length(text: str) -> Length | None:
    """Parse a length such as ``50%``, ``3cm``, or ``300`` for CSS pixels (as in pandoc).

    Return None if the length is invalid.
    """
    match = _LENGTH.match(text)
    if match is None:
        return None
    unit = {"inch": "in", None: "px"}.get(match.group(2), match.group(2))
    length = Length(float(match.group(1)), unit)
    return length if 0 < length.to_pixels(1000) <= _MAX_LENGTH else None


def is_wide(attr: Attr) -> bool:
    """Return whether an element has a class that makes it extend beyond the text width."""
    return any(attr.has(name) for name in WIDE_CLASSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureTarget:
    """The space and the formats that an output has for images.

    - ``width``, ``wide``, ``height``: the text width, the width of content that extends beyond it, and the
      maximum height of a figure, in CSS pixels.
    - ``natural``: CSS pixels per image pixel, for an image without a size attribute.
    - ``dpi``, ``most_dots``: the resolution in pixels per inch, and the maximum number of pixels (0: any).
    - ``media_types``, ``cmyk``, ``motion``: the supported formats, and whether CMYK and animations are kept.
    - ``inks``: the colour space to which images are converted.
    - ``in_dots``, ``longest``: whether drawings are rasterised, and the maximum length of a side in pixels.
    - ``opaque``: whether transparency is replaced with a white background.
    - ``faces``: whether the output embeds the theme's fonts, so that text in drawings can remain text.
    - ``landscape``: the target for landscape pages, or None if the output has none.
    """

    width: float
    wide: float
    height: float
    dpi: int
    natural: float = 1.0
    most_dots: int = 0
    media_types: frozenset[str]
    cmyk: bool = False
    motion: bool = False
    inks: ColourSpace = "rgb"
    in_dots: bool = False
    longest: int = 1920
    opaque: bool = False
    faces: bool = False
    landscape: PictureTarget | None = None


def compute_displayed_size(picture: Picture, attr: Attr, target: PictureTarget) -> tuple[float, float]:
    """Return the width and height at which an output displays an image, in CSS pixels."""
    available_width = target.wide if is_wide(attr) else target.width
    width, height = parse_length(attr.get("width")), parse_length(attr.get("height"))
    if is_wide(attr):
        scale = available_width / picture.width
    elif width:
        scale = width.to_pixels(target.width) / picture.width
    elif height and height.unit != "%":
        scale = height.to_pixels(0) / picture.height
    else:
        scale = target.natural
    scale = min(scale, available_width / picture.width, target.height / picture.height)
    return picture.width * scale, picture.height * scale
