"""One colour of a brand → the other tokens that follow it, unless a theme says them itself."""

from __future__ import annotations

import colorsys
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import zip_longest

from triptych.theme.contrast import VISIBLE, contrast, difference
from triptych.theme.neighbours import in_turns_of_grey
from triptych.theme.oklab import channels, digits
from triptych.theme.theme import Colours

_APART = 0.1  # of the way from black to white: several times what can just be noticed
_STEPS = 20  # of lightness


def with_brand(colours: Colours, set_by_theme: Container[str]) -> Colours:
    """The colours of a theme that sets its ``own``: its accent draws series and mark after it.

    Band, bullets and charts of the deck take the first colour of the series.
    """
    if "accent" not in set_by_theme:
        return colours
    if "series" not in set_by_theme:
        series = in_turns_of_grey(_series(colours.accent, colours.series, (colours.paper, colours.panel)))
        colours = replace(colours, series=series)
    if "mark" not in set_by_theme:
        colours = replace(colours, mark=(_shade(colours.accent, (colours.deep,)), *colours.mark[1:]))
    return colours


def _series(accent: str, colours: Sequence[str], grounds: Sequence[str]) -> tuple[str, ...]:
    """The accent, as it is seen on all grounds, and of the known colours and their shades those that are told
    from it and from each other by colour-blind readers.
    """
    chosen = [_shade(accent, grounds)]
    rounds = zip_longest(
        *map(_shades, colours)
    )  # first the colours themselves, then what is near each of them
    pool = [shade for shades in rounds for shade in shades if shade and _least(shade, grounds) >= VISIBLE]
    for colour in pool:
        if len(chosen) < len(colours) and _apart(colour, chosen) >= _APART:
            chosen.append(colour)
    while len(chosen) < len(colours) and pool:
        chosen.append(max(pool, key=lambda colour: _apart(colour, chosen)))
    return tuple(chosen)


def _apart(colour: str, others: Iterable[str]) -> float:
    return min(difference(colour, other) for other in others)


def _least(colour: str, grounds: Iterable[str]) -> float:
    return min(contrast(colour, ground) for ground in grounds)


def _shade(colour: str, grounds: Sequence[str]) -> str:
    """A colour, lighter or darker by as little as lets it be seen on all grounds."""
    return next((shade for shade in _shades(colour) if _least(shade, grounds) >= VISIBLE), colour)


def _shades(colour: str) -> Iterator[str]:
    """A colour and others of its hue, the nearest first."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(value / 255 for value in channels(colour)))
    yield colour
    for step in range(1, _STEPS + 1):
        for other in (lightness - step / _STEPS, lightness + step / _STEPS):
            if 0 <= other <= 1:
                yield digits(colorsys.hls_to_rgb(hue, other, saturation))
