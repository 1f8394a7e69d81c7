"""The steps of colour behind numbers in a table, and the colour in which each number can be read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from triptych.model.tables import STEPS
from triptych.template_views import template_view
from triptych.theme.contrast import READABLE, contrast
from triptych.theme.oklab import mixed
from triptych.theme.theme_file import Colours

_LEAST, _MOST = 0.06, 0.92  # of the hue, in the first step and the last
_LESS = 0.02  # of it, where no ink could be read


@template_view("name")
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
    """Steps in the colours of a theme."""
    hues = colours.series[0], colours.series[1]
    return tuple(
        Shade(step, *shade_of(step, hues, colours.foreground, colours.background))
        for step in sorted(set(steps))
        if step
    )


def shade_of(step: int, hues: tuple[str, str], ink: str, paper: str) -> tuple[str, str]:
    """Return the fill of a step and the ink on it; the hues are for steps below zero and above it."""
    return readable_fill(hues[1 if step > 0 else 0], ink, paper, share_of(step))


def readable_fill(hue: str, ink: str, paper: str, share: float = 1.0) -> tuple[str, str]:
    """Mix a share of a hue into paper, or less where neither ink nor paper could be read on it → the fill,
    and the one of both that is read best.

    All outputs take their tints from here, so that a number has the same colour in each.
    """
    while True:
        fill = mixed(paper, hue, max(share, 0.0))
        best = max((ink, paper), key=lambda colour: contrast(colour, fill))
        if contrast(best, fill) >= READABLE or share <= 0:
            return fill, best
        share -= _LESS
