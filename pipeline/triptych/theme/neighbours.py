"""Colours that follow each other differ in lightness: so that a copy in grey tells them apart."""

from __future__ import annotations

import colorsys
from collections.abc import Sequence
from itertools import pairwise, permutations

from triptych.theme.contrast import contrast, difference, lightness
from triptych.theme.oklab import channels, digits

NEIGHBOURS = 12.0  # of CIE L*, which goes from 0 to 100; a difference of 2 is just noticed side by side
_STEPS = 40  # of lightness
_APART = 0.1  # as the series of a brand are for every kind of vision
_KEPT = 40  # of the best beginnings, at each colour
_CONFUSED = 1000.0  # the cost of two colours that some readers take for one, in squares of lightness

_Beginning = tuple[float, tuple[str, ...]]


def apart_in_grey(colours: Sequence[str], grounds: Sequence[str], least: float) -> tuple[str, ...]:
    """The colours in order, some but the first lighter or darker; the last stands beside the first too.

    Each has at least the contrast ``least`` on all grounds. All together change as little as they can and,
    where lightness allows, stay apart for colour-blind readers.
    """
    begun: list[_Beginning] = [(0.0, tuple(colours[:1]))]
    for place, colour in enumerate(colours[1:], 1):
        last = place == len(colours) - 1
        shades = [s for s in _shades(colour) if min(contrast(s, ground) for ground in grounds) >= least]
        longer = [
            (cost + _cost(shade, colour, chosen), (*chosen, shade))
            for cost, chosen in begun
            for shade in shades
            if all(grey_difference(shade, other) >= NEIGHBOURS for other in _beside(chosen, last=last))
        ]
        kept = longer or [(cost + _CONFUSED, (*chosen, colour)) for cost, chosen in begun]
        begun = sorted(kept)[:_KEPT]
    return begun[0][1]


def in_turns_of_grey(colours: Sequence[str]) -> tuple[str, ...]:
    """The colours in the order nearest to their own in which neighbours differ; the first of them stays."""

    def worth(order: tuple[str, ...]) -> float:
        return min(NEIGHBOURS, *(grey_difference(*pair) for pair in pairwise((*order, order[0]))))

    first, *rest = colours
    return max(((first, *order) for order in permutations(rest)), key=worth)  # of equals it takes the first


def grey_difference(one: str, other: str) -> float:
    """How far two colours are apart without their hues, in CIE L*."""
    return abs(lightness(one) - lightness(other))


def _beside(chosen: tuple[str, ...], *, last: bool) -> tuple[str, ...]:
    return (chosen[-1], chosen[0]) if last else chosen[-1:]


def _cost(shade: str, colour: str, chosen: tuple[str, ...]) -> float:
    near = (max(0.0, 1 - difference(shade, other) / _APART) for other in chosen)
    return grey_difference(shade, colour) ** 2 + sum(share**2 for share in near) * _CONFUSED


def _shades(colour: str) -> list[str]:
    """The colour, and what differs from it in lightness alone."""
    hue, _, saturation = colorsys.rgb_to_hls(*(value / 255 for value in channels(colour)))
    levels = (colorsys.hls_to_rgb(hue, step / _STEPS, saturation) for step in range(1, _STEPS))
    return [colour, *map(digits, levels)]
