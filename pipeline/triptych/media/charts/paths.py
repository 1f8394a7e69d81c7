"""Boxes, and path data of SVG (1.1, chapter 8) for lines, shapes and markers, in hundredths of a point."""

from __future__ import annotations

from collections.abc import Iterable

Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom

# The corners of markers, for one that reaches one point to each side.
_CORNERS: dict[str, tuple[Point, ...]] = {
    "s": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "D": ((0, -1.414), (1.414, 0), (0, 1.414), (-1.414, 0)),
    "^": ((0, -1), (1, 1), (-1, 1)),
    "v": ((0, 1), (-1, -1), (1, -1)),
    "P": tuple(
        (x / 3, y / 3)
        for x, y in (
            *((-1, -3), (1, -3), (1, -1), (3, -1), (3, 1), (1, 1)),
            *((1, 3), (-1, 3), (-1, 1), (-3, 1), (-3, -1), (-1, -1)),
        )
    ),
}
_ROUND = 0.5523  # of the radius: how far a quarter of a circle, drawn as one curve, is held from its ends


def touches(box: Box, other: Box, clear: float = 0.0) -> bool:
    """Whether two boxes have points in common, or come nearer than some distance."""
    return (
        box[0] < other[2] + clear
        and other[0] < box[2] + clear
        and box[1] < other[3] + clear
        and other[1] < box[3] + clear
    )


def within(box: Box, room: Box, slack: float = 0.0) -> bool:
    """Whether a box is in a room, but for so much on each side."""
    return (
        box[0] >= room[0] - slack
        and box[1] >= room[1] - slack
        and box[2] <= room[2] + slack
        and box[3] <= room[3] + slack
    )


def number(value: float) -> str:
    """A number as it is written."""
    return f"{round(value, 2) + 0.0:g}" if abs(value) < 1000 else f"{value:.1f}"


def polyline(points: Iterable[Point]) -> str:
    """A line through points; what follows a place to move to needs no letter."""
    return "M" + " ".join(f"{number(x)} {number(y)}" for x, y in points)


def dot(centre: Point, marker: str, radius: float) -> str:
    """A marker around a point: round, or of the corners that it is known by."""
    x, y = centre
    if marker in _CORNERS:
        return polyline((x + across * radius, y + down * radius) for across, down in _CORNERS[marker]) + "z"
    held = number(radius * (1 - _ROUND)), number(radius)
    near, whole = held
    curves = (
        f"c{number(radius * _ROUND)} 0 {whole} {near} {whole} {whole}",
        f"c0 {number(radius * _ROUND)} -{near} {whole} -{whole} {whole}",
        f"c-{number(radius * _ROUND)} 0 -{whole} -{near} -{whole} -{whole}",
        f"c0 -{number(radius * _ROUND)} {near} -{whole} {whole} -{whole}",
    )
    return f"M{number(x)} {number(y - radius)}{''.join(curves)}z"
