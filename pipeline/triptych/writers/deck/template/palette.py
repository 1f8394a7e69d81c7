"""Choose legible colours: theme slots, lightened or darkened where the background requires it."""

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
    find_shade_colours,
    mix_colours,
    parse_rgb,
    readable_fill,
)
from triptych.writers.deck.pptx.terms import MSO_THEME_COLOR, RGBColor
from triptych.writers.deck.template.backgrounds import BackgroundColours

ACCENTS = tuple(f"accent{number}" for number in range(1, 7))
INKS = ("tx1", "bg1", "tx2", "bg2")
# A panel: how far it is made darker or lighter than the ground, and how much of its own colour may be seen.
_PANEL, _QUIET = 0.05, 1.3
# The contrast at which a thin line is just seen, and the steps by which quiet ink becomes less quiet.
_HAIRLINE, _QUIET_STEPS = 1.35, 10
_STEPS = tuple(step / 10 for step in range(1, 9))


@dataclass(frozen=True, slots=True)
class Tint:
    """A theme slot, lightened towards white by ``brightness``, or darkened if negative; or a colour as
    ``digits``.
    """

    slot: str = ""
    brightness: float = 0.0
    digits: str = ""

    def list_changes(self) -> tuple[tuple[str, str], ...]:
        """Return its transformations in DrawingML (ECMA-376 Part 1, 20.1.2.3.20 f.)."""
        kept = ("lumMod", str(round((1 - abs(self.brightness)) * 100_000)))
        if self.brightness > 0:
            return (kept, ("lumOff", str(round(self.brightness * 100_000))))
        return (kept,) if self.brightness else ()


@dataclass(frozen=True)
class Palette:
    """The colours for text and drawings on a background; ``colour_of`` returns the colour of a slot."""

    colour_of: Callable[[str], str]
    background: BackgroundColours

    def get_colour(self, tint: Tint) -> str:
        """Return a tint as six hexadecimal digits."""
        return tint.digits or _apply_tint(self.colour_of(tint.slot), tint)

    def measure_contrast(self, tint: Tint) -> float:
        """Return the lowest contrast of a tint with the background."""
        return find_least_contrast(self.get_colour(tint), self.background)

    @property
    def is_dark(self) -> bool:
        """Whether white can be told from the ground better than black."""
        return find_least_contrast("ffffff", self.background) > find_least_contrast("000000", self.background)

    @cached_property
    def ink(self) -> Tint:
        """The text colour where it can be read; else what can be read best."""
        return self._find_first(INKS, READABLE)

    @cached_property
    def paper(self) -> Tint:
        """The slot that is most like the ground, or the ground itself where it is of one other colour."""
        near = Tint(min(("bg1", *INKS), key=lambda slot: round(self.measure_contrast(Tint(slot)), 1)))
        plain = len(self.background) == 1 and self.get_colour(near) != self.background[0]
        return Tint(digits=self.background[0]) if plain else near

    def get_quiet(self, share: float, least: float = _HAIRLINE) -> Tint:
        """Return ink moved towards paper by a share, or by less to keep a contrast."""
        return self._mix_towards_paper(
            (share * step / _QUIET_STEPS for step in range(_QUIET_STEPS, 0, -1)), least
        )

    @cached_property
    def muted(self) -> Tint:
        """Ink of what is read second."""
        return self.get_quiet(0.35, READABLE)

    @cached_property
    def receding(self) -> tuple[Tint, ...]:
        """Greys of what stands back: ink as near to paper as lets it be seen, and a little less."""
        steps = [step / 50 for step in range(49, 0, -1)]
        return tuple(self._mix_towards_paper(steps, least) for least in RECEDING)

    def _mix_towards_paper(self, fractions: Iterable[float], least: float) -> Tint:
        """Return ink changed by the first of ``fractions`` that keeps the contrast ``least``, else ink."""
        sign = -1 if _is_light(self.get_colour(self.ink)) else 1
        tints = (Tint(self.ink.slot, round(sign * fraction, 3)) for fraction in fractions)
        return next((tint for tint in tints if self.measure_contrast(tint) >= least), self.ink)

    @cached_property
    def panel(self) -> Tint | None:
        """A quiet ground for text, hardly told from the slide's; None where that is not of one colour."""
        if len(set(self.background)) != 1:
            return None
        bright = _is_light(self.background[0])
        own = (Tint(slot) for slot in ("bg2", "tx2"))
        made = Tint(self.paper.slot, -_PANEL if bright else _PANEL)
        if self.paper.digits:
            made = Tint(digits=mix_colours(self.paper.digits, INK if bright else PAPER, _PANEL))
        quiet = (
            tint
            for tint in own
            if self.get_colour(tint) != self.background[0] and self.measure_contrast(tint) <= _QUIET
        )
        return next(quiet, made)

    @cached_property
    def shows_links(self) -> bool:
        """Whether the colour of links can be read."""
        return self.measure_contrast(Tint("hlink")) >= READABLE

    @cached_property
    def accents(self) -> tuple[Tint, ...]:
        """The six accents, each so that what is drawn in it is seen."""
        return tuple(self.make_visible(slot) for slot in ACCENTS)

    def make_visible(self, slot: str, least: float = VISIBLE) -> Tint:
        """Return a slot, lightened or darkened as little as its contrast requires, or ink."""
        steps = (0.0, *(sign * step for step in _STEPS for sign in (-1, 1)))
        found = (tint for step in steps if self.measure_contrast(tint := Tint(slot, step)) >= least)
        return next(found, self.ink)

    def _find_first(self, slots: tuple[str, ...], least: float) -> Tint:
        tints = [Tint(slot) for slot in slots]
        best = max(tints, key=self.measure_contrast)
        return next((tint for tint in tints if self.measure_contrast(tint) >= least), best)


def _is_light(colour: str) -> bool:
    return sum(parse_rgb(colour)) > 3 * 127


def set_tint(colour: Any, tint: Tint) -> None:
    """Set a colour of python-pptx to a tint."""
    if tint.digits:
        digits: Any = RGBColor
        colour.rgb = digits(*parse_rgb(tint.digits))
        return
    colour.theme_color = MSO_THEME_COLOR.from_xml(tint.slot)
    if tint.brightness:
        colour.brightness = tint.brightness


def find_tint(colour: str, slots: Mapping[str, str], background: BackgroundColours) -> Tint:
    """Return the tint of one of the ``slots`` that is nearest to a colour and contrasts as well as it."""
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


def _compute_brightness(own: str, colour: str) -> float:
    start, end = ((max(rgb) + min(rgb)) / 510 for rgb in map(parse_rgb, (own, colour)))
    if end >= start:
        return round((end - start) / (1 - start), 2) if start < 1 else 0.0
    return -round(1 - end / start, 2)


@lru_cache(maxsize=4096)
def _apply_tint(colour: str, tint: Tint) -> str:
    return transform_colour(Colour(colour), tint.list_changes()).digits


def lighten_for_dark(accent: str, background: str, text: str) -> str:
    """Mix the accent with the text colour until it is legible on the background of dark slides."""
    for share in range(0, 101, 5):
        tint = mix_colours(accent, text, share / 100)
        if contrast_ratio(tint, background) >= READABLE:
            return tint
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLook:
    """The style of the deck's tables: its identifier, its text colour, and whether headers are filled."""

    style: str
    ink: Tint
    filled_header: bool


def shade_cell(cell: Any, step: int, palette: Palette) -> Tint:
    """Fill a cell with a step of an accent and return a legible text colour."""
    fill, ink = get_shade(step, palette)
    cell.fill.solid()
    set_tint(cell.fill.fore_color, fill)
    return ink


def get_shade(step: int, palette: Palette) -> tuple[Tint, Tint]:
    """Return a step of an accent over the background, and a legible text colour.

    Office would lighten theme colours in HSL, which gives brighter tints than those of the book.
    """
    below, above = (palette.get_colour(Tint(slot)) for slot in ACCENTS[:2])
    return _convert_to_tints(find_shade_colours(step, (below, above), *_get_ink_and_paper(palette)), palette)


def find_legible_fill(tint: Tint, palette: Palette) -> tuple[Tint, Tint]:
    """Return the nearest fill to a tint on which text is legible, and the text colour."""
    return _convert_to_tints(readable_fill(palette.get_colour(tint), *_get_ink_and_paper(palette)), palette)


def _get_ink_and_paper(palette: Palette) -> tuple[str, str]:
    return palette.get_colour(palette.ink), palette.background[0]


def _convert_to_tints(found: tuple[str, str], palette: Palette) -> tuple[Tint, Tint]:
    fill, ink = found
    return Tint(digits=fill), palette.ink if ink == palette.get_colour(palette.ink) else palette.paper
