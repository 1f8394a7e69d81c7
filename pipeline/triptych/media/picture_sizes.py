"""How large a picture is shown: lengths as authors write them, in the room that an output has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from triptych.media.inks import Inks
from triptych.model.nodes import Attr, Picture

_LENGTH = re.compile(r"\s*(\d++\.?+\d*+|\.\d++)\s*+(%|px|pt|pc|em|rem|cm|mm|in|inch)?\s*$")
# CSS pixels of each unit; an em is that of body text.
_PIXELS = {
    "px": 1.0,
    "pt": 4 / 3,
    "pc": 16.0,
    "em": 16.0,
    "rem": 16.0,
    "cm": 96 / 2.54,
    "mm": 9.6 / 2.54,
    "in": 96.0,
}
_LARGEST = 10_000  # CSS pixels; a length beyond is a slip
# Our names and Quarto's for content that extends beyond the text block.
WIDE = ("full-width", "column-page", "column-screen", "column-body-outset", "column-page-inset")


@dataclass(frozen=True, slots=True)
class Length:
    """A length as CSS writes it; ``unit`` may be %."""

    value: float
    unit: str

    def __str__(self) -> str:
        return f"{self.value:g}{self.unit}"

    def pixels(self, whole: float) -> float:
        """In CSS pixels, where ``whole`` is what 100 % are."""
        return whole * self.value / 100 if self.unit == "%" else self.value * _PIXELS[self.unit]


def parse_length(written: str) -> Length | None:
    """``50%``, ``3cm``, pandoc's bare ``300`` for pixels; None for what is no length."""
    match = _LENGTH.match(written)
    if match is None:
        return None
    unit = {"inch": "in", None: "px"}.get(match.group(2), match.group(2))
    found = Length(float(match.group(1)), unit)
    return found if 0 < found.pixels(1000) <= _LARGEST else None


def is_wide(attr: Attr) -> bool:
    """Whether the author asks for all the width that there is."""
    return any(attr.has(name) for name in WIDE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRoom:
    """What an output has for its pictures.

    Lengths are CSS pixels: ``width`` of the text, ``wide`` of what reaches over its edges, ``height`` of the
    highest figure. ``natural`` is how many of them a dot takes that nothing else scales. ``dpi`` counts dots
    per 96 of them, ``most_dots`` those of a whole picture. ``media_types`` are shown as they are, and so are
    CMYK and motion where the output knows them; all else is turned into its ``inks``. Drawings become dots on
    white where all has to be ``in_dots``, ``longest`` of them on their longer side; what shows through a
    picture is white where it has to be ``opaque``. Words in drawings stay text where the output has the
    theme's ``faces`` for them. ``landscape`` is the room of landscape pages, where there are any.
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
    inks: Inks = "rgb"
    in_dots: bool = False
    longest: int = 1920
    opaque: bool = False
    faces: bool = False
    landscape: PictureRoom | None = None


def displayed_size(picture: Picture, attr: Attr, room: PictureRoom) -> tuple[float, float]:
    """Width and height in CSS pixels at which a room shows a picture with these attributes."""
    across = room.wide if is_wide(attr) else room.width
    width, height = parse_length(attr.get("width")), parse_length(attr.get("height"))
    if is_wide(attr):
        scale = across / picture.width
    elif width:
        scale = width.pixels(room.width) / picture.width
    elif height and height.unit != "%":
        scale = height.pixels(0) / picture.height
    else:
        scale = room.natural
    scale = min(scale, across / picture.width, room.height / picture.height)
    return picture.width * scale, picture.height * scale
