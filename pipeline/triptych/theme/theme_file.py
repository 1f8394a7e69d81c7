"""The keys of a theme file. The docstrings under the fields are what editors show of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from triptych.template_views import template_view
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


@template_view()
@dataclass(frozen=True, slots=True, kw_only=True)
class Colours:
    """Colours as six hexadecimal digits without ``#``."""

    foreground: str
    """Text. Example: `"1c2024"`."""
    muted: str
    """Secondary text: captions, notes and axis labels. Example: `"555f6b"`."""
    background: str
    """Background of pages and slides. Example: `"ffffff"`."""
    panel: str
    """Background of callouts, boxes and code. Example: `"f3f1ec"`."""
    rule: str
    """Rules and borders. Example: `"c9c4b8"`."""
    dark: str
    """Background of chapter openers, the title page and dark slides. Example: `"16324a"`."""
    accent: str
    """Brand colour: rules, numbers, bullets and the first chart series. Example: `"a8321f"`."""
    link: str
    """Links. Example: `"0a5a86"`."""
    highlight: str
    """Background of highlighted words. Example: `"f6e9b8"`."""
    code_highlight: str
    """Background of highlighted lines of code. Example: `"f1dfb4"`."""
    keyword: str
    """Keywords in code. Example: `"7a2415"`."""
    string: str
    """Strings in code. Example: `"2c5a3f"`."""
    comment: str
    """Comments in code. Example: `"5c5f63"`."""
    number: str
    """Numbers in code. Example: `"1c5078"`."""
    emblem: tuple[str, ...]
    """Three panels of the emblem on the title page. Example: `["d2472f", "d9c7a0", "6f9bbd"]`."""
    series: tuple[str, ...]
    """Chart series, in order, at least six. Example: `["a8321f", "0f4357", "c57a2b", "2171a6", "5f3498",
    "928186"]`.
    """


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
    """Weight, from 100 to 900. Default: that of the font file. Example: `700`."""
    italic: bool = False
    """True for an italic face. Default: that of the font file. Example: `true`."""


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
