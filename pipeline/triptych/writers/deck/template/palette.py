"""Choose legible colours: theme colours, lightened or darkened as the background requires."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import dist
from typing import Any

from triptych.ooxml.colours import BLACK, WHITE, Colour, transform_colour
from triptych.theme.colours import (
    MIN_LIGHTNESS_CONTRAST,
    READABLE_CONTRAST,
    RECEDING_CONTRASTS,
    VISIBLE_CONTRAST,
    compute_contrast_ratio,
    convert_to_oklab,
    find_lowest_contrast,
    find_readable_fill,
    find_shade_colours,
    mix_colours,
    parse_rgb,
)
from triptych.writers.deck.pptx.exports import MSO_THEME_COLOR, Pt, RGBColor
from triptych.writers.deck.template.backgrounds import BackgroundColours

ACCENTS = tuple(f"accent{number}" for number in range(1, 7))
TEXT_SLOTS = ("tx1", "bg1", "tx2", "bg2")
# Panels: difference in brightness from a light and a dark background, and maximum contrast of a theme colour
# used for a panel.
_PANEL_BRIGHTNESS, _DARK_PANEL_BRIGHTNESS, _MAX_PANEL_CONTRAST = 0.05, 0.12, 1.3
# Minimum contrast of a visible thin line, and number of steps between faint and full text colour.
_MIN_LINE_CONTRAST, _BLEND_STEPS = 1.35, 10
_MIN_ACCENT_DIFFERENCE = 0.05  # Oklab distance; series in closer colours look alike
_BRIGHTNESS_STEPS = tuple(step / 10 for step in range(1, 9))


@dataclass(frozen=True, slots=True)
class Tint:
    """A theme colour with a ``brightness`` from -1 (black) to 1 (white), or a fixed colour (``digits``)."""

    slot: str = ""
    brightness: float = 0.0
    digits: str = ""

    def list_transformations(self) -> tuple[tuple[str, str], ...]:
        """Return the brightness as DrawingML colour transformations (ECMA-376 Part 1, 20.1.2.3.20 and 21)."""
        modulation = ("lumMod", str(round((1 - abs(self.brightness)) * 100_000)))
        if self.brightness > 0:
            return (modulation, ("lumOff", str(round(self.brightness * 100_000))))
        return (modulation,) if self.brightness else ()


@dataclass(frozen=True)
class Palette:
    """The colours for text and shapes on a background.

    ``get_theme_colour`` returns the colour of a theme slot such as "tx1". ``text_contrast`` is the minimum
    contrast ratio of text whose colour is chosen here.
    """

    get_theme_colour: Callable[[str], str]
    background: BackgroundColours
    text_contrast: float = READABLE_CONTRAST

    def get_colour(self, tint: Tint) -> str:
        """Return a tint's colour as six hexadecimal digits."""
        return tint.digits or _apply_tint(self.get_theme_colour(tint.slot), tint)

    def measure_contrast(self, tint: Tint) -> float:
        """Return the lowest contrast ratio between a tint and the background colours."""
        return find_lowest_contrast(self.get_colour(tint), self.background)

    @property
    def is_dark(self) -> bool:
        """Whether white has more contrast with the background than black."""
        return find_lowest_contrast("ffffff", self.background) > find_lowest_contrast(
            "000000", self.background
        )

    @cached_property
    def text_colour(self) -> Tint:
        """The text colour: the first legible theme colour, or else the one with the highest contrast."""
        tints = [Tint(slot) for slot in TEXT_SLOTS]
        best = max(tints, key=self.measure_contrast)
        return next((tint for tint in tints if self.measure_contrast(tint) >= READABLE_CONTRAST), best)

    @cached_property
    def background_tint(self) -> Tint:
        """The theme colour closest to the background colour.

        If the background is a single colour that differs from all theme colours, it is a fixed colour
        instead.
        """
        nearest = Tint(
            min(("bg1", *TEXT_SLOTS), key=lambda slot: round(self.measure_contrast(Tint(slot)), 1))
        )
        plain = len(self.background) == 1 and self.get_colour(nearest) != self.background[0]
        return Tint(digits=self.background[0]) if plain else nearest

    def blend_text_colour(self, fraction: float, min_contrast: float = _MIN_LINE_CONTRAST) -> Tint:
        """Return the text colour, blended towards the background as far as the minimum contrast allows.

        ``fraction`` is the maximum change in brightness, from 0 to 1. If every change would leave too little
        contrast, return the text colour unchanged.
        """
        fractions = (fraction * step / _BLEND_STEPS for step in range(_BLEND_STEPS, 0, -1))
        return self._blend_towards_background(fractions, min_contrast)

    @cached_property
    def muted_colour(self) -> Tint:
        """The colour of secondary text."""
        return self.blend_text_colour(0.35, self.text_contrast)

    @cached_property
    def greys(self) -> tuple[Tint, ...]:
        """Two greys for content that is not highlighted; the first one is used alone.

        They are as close to the background as contrast allows. On a dark background, where pale greys look
        washed out, the first one is readable unless it would then resemble the first accent colour.
        """
        steps = [step / 100 for step in range(99, 0, -1)]
        lower, higher = contrasts = RECEDING_CONTRASTS
        if self.text_contrast > READABLE_CONTRAST:
            contrasts = lower, self.text_contrast  # the paler one for dark text, the other one for light text
        elif self.is_dark:
            max_contrast = self.measure_contrast(self.accents[0]) / (MIN_LIGHTNESS_CONTRAST * 1.03)
            if max_contrast >= higher:
                contrasts = min(READABLE_CONTRAST, max_contrast), lower
        return tuple(self._blend_towards_background(steps, min_contrast) for min_contrast in contrasts)

    def _blend_towards_background(self, fractions: Iterable[float], min_contrast: float) -> Tint:
        """Return the text colour with the first change in brightness that leaves sufficient contrast.

        If there is no such change, return the text colour unchanged.
        """
        sign = -1 if _is_light_colour(self.get_colour(self.text_colour)) else 1
        tints = (Tint(self.text_colour.slot, round(sign * fraction, 3)) for fraction in fractions)
        return next((tint for tint in tints if self.measure_contrast(tint) >= min_contrast), self.text_colour)

    @cached_property
    def panel_fill(self) -> Tint | None:
        """A panel fill close to the background colour, or None if the background has several colours."""
        if len(set(self.background)) != 1:
            return None
        bright = _is_light_colour(self.background[0])
        brightness = -_PANEL_BRIGHTNESS if bright else _DARK_PANEL_BRIGHTNESS
        tint = Tint(self.background_tint.slot, brightness)
        if self.background_tint.digits:
            tint = Tint(
                digits=mix_colours(self.background_tint.digits, BLACK if bright else WHITE, abs(brightness))
            )
        for theme_tint in (Tint("bg2"), Tint("tx2")):
            if (
                self.get_colour(theme_tint) != self.background[0]
                and self.measure_contrast(theme_tint) <= _MAX_PANEL_CONTRAST
            ):
                return theme_tint
        return tint

    @cached_property
    def has_legible_links(self) -> bool:
        """Whether the theme's link colour is legible on the background."""
        return self.measure_contrast(Tint("hlink")) >= self.text_contrast

    @cached_property
    def accents(self) -> tuple[Tint, ...]:
        """The six accent colours, lightened or darkened where shapes would be invisible or look alike."""
        tints: list[Tint] = []
        for slot in ACCENTS:
            used_colours = [convert_to_oklab(self.get_colour(tint)) for tint in tints]
            distinct_tints = (
                tint
                for tint in self._iter_visible_tints(slot, VISIBLE_CONTRAST)
                if all(
                    dist(convert_to_oklab(self.get_colour(tint)), colour) >= _MIN_ACCENT_DIFFERENCE
                    for colour in used_colours
                )
            )
            tints.append(next(distinct_tints, None) or self.make_visible_tint(slot))
        return tuple(tints)

    def make_visible_tint(self, slot: str, min_contrast: float = VISIBLE_CONTRAST) -> Tint:
        """Return a theme colour, lightened or darkened as little as the minimum contrast requires.

        If no tint of the theme colour has sufficient contrast, return the text colour.
        """
        return next(self._iter_visible_tints(slot, min_contrast), self.text_colour)

    def _iter_visible_tints(self, slot: str, min_contrast: float) -> Iterator[Tint]:
        """Yield tints of a theme colour with sufficient contrast; the smallest changes come first."""
        steps = (0.0, *(sign * step for step in _BRIGHTNESS_STEPS for sign in (-1, 1)))
        return (tint for step in steps if self.measure_contrast(tint := Tint(slot, step)) >= min_contrast)


def _is_light_colour(colour: str) -> bool:
    return sum(parse_rgb(colour)) > 3 * 127


def set_tint(colour: Any, tint: Tint) -> None:
    """Set a python-pptx colour to a tint."""
    if tint.digits:
        digits: Any = RGBColor
        colour.rgb = digits(*parse_rgb(tint.digits))
        return
    colour.theme_color = MSO_THEME_COLOR.from_xml(tint.slot)
    if tint.brightness:
        colour.brightness = tint.brightness


def set_fill(shape: Any, tint: Tint) -> None:
    """Fill a python-pptx shape, table cell or format with a tint."""
    shape.fill.solid()
    set_tint(shape.fill.fore_color, tint)


def set_line(shape: Any, tint: Tint, width: float) -> None:
    """Set the line colour of a python-pptx shape or format, and the line width in points."""
    set_tint(shape.line.color, tint)
    shape.line.width = Pt(width)


def find_tint(colour: str, slots: Mapping[str, str], background: BackgroundColours) -> Tint:
    """Return the nearest theme colour tint to ``colour`` that has at least the same contrast.

    ``slots`` maps slot names to colours. Contrast is measured against ``background``.
    """
    tints = {
        slot: Tint(slot, _compute_brightness(slot_colour, colour)) for slot, slot_colour in slots.items()
    }

    def measure_distance(slot: str) -> int:
        pairs = zip(parse_rgb(_apply_tint(slots[slot], tints[slot])), parse_rgb(colour), strict=True)
        return sum((channel - other_channel) ** 2 for channel, other_channel in pairs)

    slot = min(tints, key=measure_distance)
    min_contrast = find_lowest_contrast(colour, background)
    direction = 1 if sum(parse_rgb(background[0])) < sum(parse_rgb(colour)) else -1
    brightness = tints[slot].brightness
    while abs(brightness) < 1:
        tint = Tint(slot, brightness)
        if find_lowest_contrast(_apply_tint(slots[slot], tint), background) >= min_contrast:
            return tint
        brightness = round(brightness + direction / 100, 2)
    return Tint(slot)


def _compute_brightness(slot_colour: str, colour: str) -> float:
    start, end = ((max(rgb) + min(rgb)) / 510 for rgb in map(parse_rgb, (slot_colour, colour)))
    if end >= start:
        return round((end - start) / (1 - start), 2) if start < 1 else 0.0
    return -round(1 - end / start, 2)


@lru_cache(maxsize=4096)
def _apply_tint(colour: str, tint: Tint) -> str:
    return transform_colour(Colour(colour), tint.list_transformations()).digits


def lighten_accent(accent: str, background: str, text: str, min_contrast: float) -> str:
    """Mix the accent colour with the text colour until it has enough contrast with a dark background."""
    for percentage in range(0, 101, 5):
        tint = mix_colours(accent, text, percentage / 100)
        if compute_contrast_ratio(tint, background) >= min_contrast:
            return tint
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class TableStyle:
    """The deck's table style: its id, its text colour, and whether header cells are filled."""

    id: str
    text_colour: Tint
    has_filled_header: bool


def shade_cell(cell: Any, step: int, palette: Palette) -> Tint:
    """Fill a table cell with a shade, and return a legible text colour."""
    fill, ink = get_shade(step, palette)
    set_fill(cell, fill)
    return ink


def get_shade(step: int, palette: Palette) -> tuple[Tint, Tint]:
    """Return the fill colour of a shade, and its text colour.

    The fills are fixed colours, because Office lightens theme colours in HSL, which gives brighter tints than
    those in the book.
    """
    below, above = (palette.get_colour(Tint(slot)) for slot in ACCENTS[:2])
    return _convert_to_tints(
        find_shade_colours(step, (below, above), *_get_text_and_background(palette), palette.text_contrast),
        palette,
    )


def find_legible_fill(tint: Tint, palette: Palette) -> tuple[Tint, Tint]:
    """Return the fill nearest to ``tint`` that leaves text legible, and the text colour."""
    return _convert_to_tints(
        find_readable_fill(
            palette.get_colour(tint), *_get_text_and_background(palette), palette.text_contrast
        ),
        palette,
    )


def _get_text_and_background(palette: Palette) -> tuple[str, str]:
    return palette.get_colour(palette.text_colour), palette.background[0]


def _convert_to_tints(colours: tuple[str, str], palette: Palette) -> tuple[Tint, Tint]:
    fill, ink = colours
    return Tint(digits=fill), palette.text_colour if ink == palette.get_colour(
        palette.text_colour
    ) else palette.background_tint
