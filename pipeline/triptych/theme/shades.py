"""The steps of colour behind numbers in a table, and the colour in which each number can be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from triptych.model.shade_steps import STEPS
from triptych.theme.contrast import READABLE, contrast
from triptych.theme.oklab import mixed
from triptych.theme.theme import Colours

_LEAST, _MOST = 0.06, 0.92  # of the hue, in the first step and the last


@dataclass(frozen=True, slots=True)
class Shade:
    """A step of colour: its number, below zero for the second hue, its fill and the ink on it."""

    step: int
    fill: str
    ink: str

    @property
    def name(self) -> str:
        """The class of cells that have it."""
        return shade_class(self.step)


def shade_class(step: int) -> str:
    """The class of a cell at a step from -9 to 9."""
    return f"shade-{step}" if step > 0 else f"shade-below-{-step}"


def share_of(step: int) -> float:
    """How much of its hue a step has, from 0 to 1."""
    return _LEAST + (_MOST - _LEAST) * (abs(step) - 1) / (STEPS - 1)


def shades(steps: Iterable[int], colours: Colours) -> tuple[Shade, ...]:
    """Steps in the colours of a theme; a fill on which no ink could be read is made lighter."""
    return tuple(_shade(step, colours) for step in sorted(set(steps)) if step)


def _shade(step: int, colours: Colours) -> Shade:
    hue = colours.series[1 if step > 0 else 0]
    share = share_of(step)
    while True:
        fill = mixed(colours.paper, hue, max(share, 0.0))
        ink = max((colours.ink, colours.paper), key=lambda colour: contrast(colour, fill))
        if contrast(ink, fill) >= READABLE or share <= 0:
            return Shade(step, fill, ink)
        share -= 0.02
