"""The keys of a theme file. The docstrings under the fields are what editors show of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from triptych.theme.colours import Colours
from triptych.theme.print_design import PrintDesign

LISTS: Mapping[str, int] = {"emblem": 3, "series": 6}
"""The least number of colours in each list."""
BOUNDS: Mapping[str, tuple[float, float]] = {
    "wide-page-text": (6, 48),
    "opener-drop": (0, 12),
    "chart-width": (160, 640),
}
"""The least and the greatest number of a key, both inclusive."""
COLOUR = "#?([0-9A-Fa-f]{6})"
NUMBER = r"(\d+(?:\.\d+)?)(?:pt)?"
WEIGHT = "[1-9]00"


def hyphenated(attribute: str) -> str:
    """Return the key of a field."""
    return attribute.replace("_", "-")


def attribute(key: str) -> str:
    """Return the field of a key."""
    return key.replace("-", "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class FamiliesSection:
    """The ``families`` section."""

    serif: str
    """Font family for text. Example: `EB Garamond`."""
    sans: str
    """Font family for headings, tables and captions. Example: `Work Sans`."""
    mono: str
    """Font family for code. Example: `JetBrains Mono`."""
    math: str
    """Font family for formulas: Garamond-Math or Noto Sans Math. Example: `Noto Sans Math`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FontEntry:
    """An item of ``fonts``."""

    family: str
    """Name of the family that the file belongs to. Example: `Brand Serif`."""
    file: str
    """Font file, OTF or TTF; path relative to the theme or the manifest. Example: `fonts/Brand-Regular.ttf`.
    """
    weight: int = 400
    """Weight, from 100 to 900. Default: 400. Example: `700`."""
    italic: bool = False
    """True for an italic face. Default: false. Example: `true`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeFile:
    """A theme file as a whole; every key is optional."""

    extends: str
    """Built-in theme to extend: house, report or large-print. Default: house. Example: `report`."""
    colours: Colours
    """Colours as six hexadecimal digits in quotation marks. Example: `{accent: "1f6f5c"}`."""
    families: FamiliesSection
    """Font families by role. Example: `{serif: Brand Serif}`."""
    fonts: tuple[FontEntry, ...]
    """Your own font files. Example: `[{family: Brand Serif, file: fonts/Brand-Regular.ttf}]`."""
    print: PrintDesign
    """Layout and typography of the PDF. Example: `{chapters: page, type: {text: 11pt/15pt serif}}`."""
