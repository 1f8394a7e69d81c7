"""Fills behind numbers and names on slides, in the tints of the book."""

from __future__ import annotations

from typing import Any

from triptych.theme.shades import readable_fill, shade_of
from triptych.writers.deck.template.palette import ACCENTS, Palette, Tint, paint


def shade_cell(cell: Any, step: int, palette: Palette) -> Tint:
    """Fill a cell with a step of an accent of the theme → the ink that can be read on it."""
    fill, ink = shade(step, palette)
    cell.fill.solid()
    paint(cell.fill.fore_color, fill)
    return ink


def shade(step: int, palette: Palette) -> tuple[Tint, Tint]:
    """A step of an accent over the ground, and the ink on it.

    Office would lighten a colour of the theme in HSL, which gives brighter tints than those of the book.
    """
    below, above = (palette.colour(Tint(slot)) for slot in ACCENTS[:2])
    return _tints(shade_of(step, (below, above), *_ends(palette)), palette)


def fill_for_text(tint: Tint, palette: Palette) -> tuple[Tint, Tint]:
    """A colour on which text can be read, as near to a tint as can be, and the ink on it."""
    return _tints(readable_fill(palette.colour(tint), *_ends(palette)), palette)


def _ends(palette: Palette) -> tuple[str, str]:
    return palette.colour(palette.ink), palette.ground[0]


def _tints(found: tuple[str, str], palette: Palette) -> tuple[Tint, Tint]:
    fill, ink = found
    return Tint(digits=fill), palette.ink if ink == palette.colour(palette.ink) else palette.paper
