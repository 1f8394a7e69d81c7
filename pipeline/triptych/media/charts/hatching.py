"""Patterns of surfaces: lines and dots within a shape, as path data."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

from triptych.media.charts.paths import Point, dot, polyline

_LINES_APART, _DOTS_APART = 3.4, 2.4  # points
_DOT = 0.25  # points, and half the width of its rim
_DIRECTIONS = {"/": (-45.0,), "x": (-45.0, 45.0)}


def hatched(points: Sequence[Point], hatch: str) -> str:
    """What is drawn in a shape, given by its corners, for a pattern; to be seen as lines."""
    if hatch in _DIRECTIONS:
        found = (cut for way in _DIRECTIONS[hatch] for _, cut in _within(points, way, _LINES_APART))
        return "".join(map(polyline, found))
    dots: list[str] = []
    for row, ((start, y), (end, _)) in _within(points, 0.0, _DOTS_APART):
        shift = _DOTS_APART / 2 * (row % 2)
        first, last = (math.ceil((start - shift) / _DOTS_APART), math.floor((end - shift) / _DOTS_APART))
        dots += (dot((place * _DOTS_APART + shift, y), "o", _DOT) for place in range(first, last + 1))
    return "".join(dots)


def _within(
    points: Sequence[Point], degrees: float, apart: float
) -> Iterator[tuple[int, tuple[Point, Point]]]:
    """The parts of parallel lines that are in a shape, with the numbers of their lines; these run through all
    of a sheet, so that shapes side by side go on with them.
    """
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    turned = [(x * cos + y * sin, y * cos - x * sin) for x, y in points]
    sides = list(pairwise([*turned, turned[0]]))
    heights = [y for _, y in turned]
    for row in range(math.ceil(min(heights) / apart), math.floor(max(heights) / apart) + 1):
        level = row * apart
        cuts = sorted(
            x + (level - y) / (end_y - y) * (end_x - x)
            for (x, y), (end_x, end_y) in sides
            if (y <= level) != (end_y <= level)
        )
        for start, end in zip(cuts[::2], cuts[1::2], strict=True):
            yield (
                row,
                (
                    (start * cos - level * sin, start * sin + level * cos),
                    (end * cos - level * sin, end * sin + level * cos),
                ),
            )
