"""Cells of native tables coloured by their number."""

from __future__ import annotations

from typing import Any

from triptych.theme.contrast import READABLE, contrast
from triptych.theme.shades import share_of
from triptych.writers.deck.template.palette import ACCENTS, Palette, Tint, paint


def shade_cell(cell: Any, step: int, palette: Palette) -> Tint:
    """Fill a cell with a step of an accent of the theme → the ink that can be read on it."""
    fill, ink = shade(step, palette)
    cell.fill.solid()
    paint(cell.fill.fore_color, fill)
    return ink


def shade(step: int, palette: Palette) -> tuple[Tint, Tint]:
    """An accent, nearer to the ground the smaller the step, and the ink on it.

    Where neither ink nor paper could be read on it, it comes nearer to the ground.
    """
    way = -1 if palette.is_dark else 1
    share = share_of(step)
    while True:
        fill = Tint(ACCENTS[1 if step > 0 else 0], round(way * (1 - share), 2))
        ground = palette.colour(fill)
        ink = max((palette.ink, palette.paper), key=lambda tint: contrast(palette.colour(tint), ground))
        if contrast(palette.colour(ink), ground) >= READABLE or share <= 0:
            return fill, ink
        share = max(share - 0.02, 0.0)
