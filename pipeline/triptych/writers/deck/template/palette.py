"""Choose legible colours: theme colours, lightened or darkened where the background requires it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from triptych.ooxml.colours import INK, PAPER, Colour, transform_colour
from triptych.theme.colours import (
    READABLE,
    RECEDING,
    VISIBLE,
    contrast_ratio,
    find_least_contrast,
    find_readable_fill,
    find_shade_colours,
    mix_colours,
    parse_rgb,
)
from triptych.writers.deck.pptx.terms import MSO_THEME_COLOR, Pt, RGBColor
from triptych.writers.deck.template.backgrounds import BackgroundColours

ACCENTS = tuple(f"accent{number}" for number in range(1, 7))
INKS = ("tx1", "bg1", "tx2", "bg2")
# Panels: change of brightness against the background, and maximum contrast of a theme colour used as panel.
_PANEL, _QUIET = 0.05, 1.3
# Minimum contrast of a visible thin line, and number of steps between faint and full text colour.
_HAIRLINE, _QUIET_STEPS = 1.35, 10
_STEPS = tuple(step / 10 for step in range(1, 9))


@dataclass(frozen=True, slots=True)
class Tint:
    """A theme colour with a ``brightness`` from -1 (black) to 1 (white), or a fixed colour (``digits``)."""

    slot: str = ""
    brightness: float = 0.0
    digits: str = ""

    def list_changes(self) -> tuple[tuple[str, str], ...]:
        """Return the brightness as DrawingML colour transformations (ECMA-376 Part 1, 20.1.2.3.20 f.)."""
        kept = ("lumMod", str(round((1 - abs(self.brightness)) * 100_000)))
        if self.brightness > 0:
            return (kept, ("lumOff", str(round(self.brightness * 100_000))))
        return (kept,) if self.brightness else ()


@dataclass(frozen=True)
class Palette:
    """The colours for text and shapes on a background. ``colour_of`` returns the colour of a theme slot."""

    colour_of: Callable[[str], str]
    background: BackgroundColours

    def get_colour(self, tint: Tint) -> str:
        """Return a tint's colour as six hexadecimal digits."""
        return tint.digits or _apply_tint(self.colour_of(tint.slot), tint)

    def measure_contrast(self, tint: Tint) -> float:
        """Return a tint's lowest contrast ratio with the background colours."""
        return find_least_contrast(self.get_colour(tint), self.background)

    @property
    def is_dark(self) -> bool:
        """Whether white has more contrast with the background than black has."""
        return find_least_contrast("ffffff", self.background) > find_least_contrast("000000", self.background)

    @cached_property
    def ink(self) -> Tint:
        """The text colour: the first legible theme colour, or else the one with the highest contrast."""
        tints = [Tint(slot) for slot in INKS]
        best = max(tints, key=self.measure_contrast)
        return next((tint for tint in tints if self.measure_contrast(tint) >= READABLE), best)

    @cached_property
    def paper(self) -> Tint:
        """The background colour as a tint.

        It is the closest theme colour, or a fixed colour for a plain background that matches no theme colour.
        """
        near = Tint(min(("bg1", *INKS), key=lambda slot: round(self.measure_contrast(Tint(slot)), 1)))
        plain = len(self.background) == 1 and self.get_colour(near) != self.background[0]
        return Tint(digits=self.background[0]) if plain else near

    def get_quiet(self, share: float, least: float = _HAIRLINE) -> Tint:
        """Return the text colour, lightened or darkened towards the background by up to ``share``.

        The tint has a contrast of at least ``least``.
        """
        fractions = (share * step / _QUIET_STEPS for step in range(_QUIET_STEPS, 0, -1))
        return self._mix_towards_paper(fractions, least)

    @cached_property
    def muted(self) -> Tint:
        """The colour of secondary text."""
        return self.get_quiet(0.35, READABLE)

    @cached_property
    def receding(self) -> tuple[Tint, ...]:
        """Two greys for content that is not highlighted, as close to the background as contrast permits."""
        steps = [step / 50 for step in range(49, 0, -1)]
        return tuple(self._mix_towards_paper(steps, least) for least in RECEDING)

    def _mix_towards_paper(self, fractions: Iterable[float], least: float) -> Tint:
        """Return the text colour changed by the first of ``fractions`` that keeps a contrast of ``least``."""
        sign = -1 if _is_light(self.get_colour(self.ink)) else 1
        tints = (Tint(self.ink.slot, round(sign * fraction, 3)) for fraction in fractions)
        return next((tint for tint in tints if self.measure_contrast(tint) >= least), self.ink)

    @cached_property
    def panel(self) -> Tint | None:
        """A panel fill close to the background colour, or None if the background has several colours."""
        if len(set(self.background)) != 1:
            return None
        bright = _is_light(self.background[0])
        made = Tint(self.paper.slot, -_PANEL if bright else _PANEL)
        if self.paper.digits:
            made = Tint(digits=mix_colours(self.paper.digits, INK if bright else PAPER, _PANEL))
        for own in (Tint("bg2"), Tint("tx2")):
            if self.get_colour(own) != self.background[0] and self.measure_contrast(own) <= _QUIET:
                return own
        return made

    @cached_property
    def shows_links(self) -> bool:
        """Whether the theme's link colour is legible on the background."""
        return self.measure_contrast(Tint("hlink")) >= READABLE

    @cached_property
    def accents(self) -> tuple[Tint, ...]:
        """The six accent colours, lightened or darkened where necessary to make shapes visible."""
        return tuple(self.make_visible(slot) for slot in ACCENTS)

    def make_visible(self, slot: str, least: float = VISIBLE) -> Tint:
        """Return a theme colour, lightened or darkened to the contrast ``least``, or else the text colour."""
        steps = (0.0, *(sign * step for step in _STEPS for sign in (-1, 1)))
        found = (tint for step in steps if self.measure_contrast(tint := Tint(slot, step)) >= least)
        return next(found, self.ink)


def _is_light(colour: str) -> bool:
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
    """Return the tint of a theme colour that is nearest to ``colour`` with at least the same contrast.

    ``slots`` maps slot names to colours; contrast is measured against ``background``.
    """
    found = {slot: Tint(slot, _compute_brightness(own, colour)) for slot, own in slots.items()}

    def distance(slot: str) -> int:
        pairs = zip(parse_rgb(_apply_tint(slots[slot], found[slot])), parse_rgb(colour), strict=True)
        return sum((a - b) ** 2 for a, b in pairs)

    slot = min(found, key=distance)
    least = find_least_contrast(colour, background)
    away = 1 if sum(parse_rgb(background[0])) < sum(parse_rgb(colour)) else -1
    brightness = found[slot].brightness
    while abs(brightness) < 1:
        tint = Tint(slot, brightness)
        if find_least_contrast(_apply_tint(slots[slot], tint), background) >= least:
            return tint
        brightness = round(brightness + away / 100, 2)
    return Tint(slot)


def _compute_brightness(slot_colour: str, colour: str) -> float:
    start, end = ((max(rgb) + min(rgb)) / 510 for rgb in map(parse_rgb, (slot_colour, colour)))
    if end >= start:
        return round((end - start) / (1 - start), 2) if start < 1 else 0.0
    return -round(1 - end / start, 2)


@lru_cache(maxsize=4096)
def _apply_tint(colour: str, tint: Tint) -> str:
    return transform_colour(Colour(colour), tint.list_changes()).digits


def lighten_for_dark(accent: str, background: str, text: str) -> str:
    """Mix the accent colour with the text colour until it is legible on a dark background."""
    for share in range(0, 101, 5):
        tint = mix_colours(accent, text, share / 100)
        if contrast_ratio(tint, background) >= READABLE:
            return tint
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class TableStyle:
    """The deck's table style: its id, its text colour, and whether header cells are filled."""

    id: str
    ink: Tint
    filled_header: bool


def shade_cell(cell: Any, step: int, palette: Palette) -> Tint:
    """Fill a table cell with the shade ``step``, and return a legible text colour."""
    fill, ink = get_shade(step, palette)
    set_fill(cell, fill)
    return ink


def get_shade(step: int, palette: Palette) -> tuple[Tint, Tint]:
    """Return the fill and text colours of the shade ``step``.

    The fills are fixed colours, because Office lightens theme colours in HSL, which gives brighter tints than
    those in the book.
    """
    below, above = (palette.get_colour(Tint(slot)) for slot in ACCENTS[:2])
    return _convert_to_tints(find_shade_colours(step, (below, above), *_get_ink_and_paper(palette)), palette)


def find_legible_fill(tint: Tint, palette: Palette) -> tuple[Tint, Tint]:
    """Return the fill nearest to ``tint`` on which text is legible, and the text colour."""
    return _convert_to_tints(
        find_readable_fill(palette.get_colour(tint), *_get_ink_and_paper(palette)), palette
    )


def _get_ink_and_paper(palette: Palette) -> tuple[str, str]:
    return palette.get_colour(palette.ink), palette.background[0]


def _convert_to_tints(found: tuple[str, str], palette: Palette) -> tuple[Tint, Tint]:
    fill, ink = found
    return Tint(digits=fill), palette.ink if ink == palette.get_colour(palette.ink) else palette.paper
