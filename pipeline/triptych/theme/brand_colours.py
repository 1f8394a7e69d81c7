"""One colour of a brand → the other tokens that follow it, unless a theme says them itself."""

from __future__ import annotations

import colorsys
import math
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace

from triptych.theme.contrast import READABLE, VISIBLE, contrast, difference
from triptych.theme.neighbours import in_turns_of_grey
from triptych.theme.oklab import channels, digits, from_oklab, oklab
from triptych.theme.theme_file import Colours

MARK_OF_TEXT = 1
"""Which colour of the mark text is written in, on the deep ground of title page and cover."""
_APART = (0.1, 0.09, 0.08, 0.07, 0.06)  # of the way from black to white: what can be told, best first
_STEPS = 20  # of lightness
# What derives from an accent: turns of its hue in degrees, each with shares of its chroma, nearest first.
_DERIVED = ((0, 1.0), (-45, 0.9), (45, 0.9), (0, 0.25), (-75, 0.7), (75, 0.7))
# Lightness in Oklab: what is darker than these is hardly a colour any more, and comes last.
_LIGHTNESSES = tuple(level / 100 for level in (*range(88, 34, -2), *range(34, 18, -2)))
_COLOURFUL = 27


def with_brand(colours: Colours, set_by_theme: Container[str]) -> Colours:
    """The colours of a theme that sets some itself: its series follow its accent, and its mark is seen on its
    deep ground.

    Band, bullets and charts of the deck take the first colour of the series.
    """
    if "accent" in set_by_theme and "series" not in set_by_theme:
        series = _series(colours.accent, len(colours.series), (colours.background, colours.panel))
        colours = replace(colours, series=in_turns_of_grey(series))
    if "emblem" not in set_by_theme:
        first = colours.accent if "accent" in set_by_theme else colours.emblem[0]
        # The publisher's name is written in the second.
        leasts = (READABLE if place == MARK_OF_TEXT else VISIBLE for place in range(len(colours.emblem)))
        pairs = zip((first, *colours.emblem[1:]), leasts, strict=True)
        if "accent" in set_by_theme or "dark" in set_by_theme:
            emblem = tuple(_shade(colour, (colours.dark,), least) for colour, least in pairs)
            colours = replace(colours, emblem=emblem)
    return colours


def _series(accent: str, count: int, grounds: Sequence[str]) -> tuple[str, ...]:
    """The accent, as it is seen on all grounds, and shades of it and of the hues beside it that are told from
    it and from each other by colour-blind readers.
    """
    first = _shade(accent, grounds)
    _, a, b = oklab(accent)
    chroma, hue = math.hypot(a, b), math.atan2(b, a)
    pool = [
        shade
        for levels in (_LIGHTNESSES[:_COLOURFUL], _LIGHTNESSES[_COLOURFUL:])
        for turn, share in _DERIVED
        for lightness in levels
        if _least(shade := _turned(lightness, chroma * share, hue + math.radians(turn)), grounds) >= VISIBLE
    ]
    for apart in _APART:
        chosen = [first]
        for colour in pool:
            if len(chosen) < count and _apart(colour, chosen) >= apart:
                chosen.append(colour)
        if len(chosen) == count:
            return tuple(chosen)
    while len(chosen) < count:
        chosen.append(max(pool, key=lambda colour: _apart(colour, chosen)))
    return tuple(chosen)


def _turned(lightness: float, chroma: float, hue: float) -> str:
    return from_oklab(lightness, chroma * math.cos(hue), chroma * math.sin(hue))


def _apart(colour: str, others: Iterable[str]) -> float:
    return min(difference(colour, other) for other in others)


def _least(colour: str, grounds: Iterable[str]) -> float:
    return min(contrast(colour, ground) for ground in grounds)


def _shade(colour: str, grounds: Sequence[str], least: float = VISIBLE) -> str:
    """A colour, lighter or darker by as little as lets it be seen on all grounds."""
    return next((shade for shade in _shades(colour) if _least(shade, grounds) >= least), colour)


def _shades(colour: str) -> Iterator[str]:
    """A colour and others of its hue, the nearest first."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*(value / 255 for value in channels(colour)))
    yield colour
    for step in range(1, _STEPS + 1):
        for other in (lightness - step / _STEPS, lightness + step / _STEPS):
            if 0 <= other <= 1:
                yield digits(colorsys.hls_to_rgb(hue, other, saturation))
