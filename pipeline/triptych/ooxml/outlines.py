"""Outlines of shapes as polygons in the unit square (ECMA-376 Part 1, 20.1.9): enough to sample colours."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeAlias

from triptych.ooxml.names import A

Point: TypeAlias = tuple[float, float]
Polygon: TypeAlias = tuple[Point, ...]

_CURVE_STEPS, _ARC_STEPS = 8, 24
_BOX: Polygon = ((0, 0), (1, 0), (1, 1), (0, 1))
_ELLIPSE: Polygon = tuple(
    (0.5 + math.cos(turn * math.tau / 48) / 2, 0.5 + math.sin(turn * math.tau / 48) / 2) for turn in range(48)
)
# Preset geometries by the polygon that they nearly are, at their default adjustments.
_PRESETS: Mapping[str, Polygon] = {
    **dict.fromkeys(
        (
            "rect",
            "roundRect",
            "round1Rect",
            "round2SameRect",
            "round2DiagRect",
            "snip1Rect",
            "snip2SameRect",
            "snip2DiagRect",
            "snipRoundRect",
            "flowChartProcess",
            "flowChartAlternateProcess",
        ),
        _BOX,
    ),
    **dict.fromkeys(("ellipse", "flowChartConnector"), _ELLIPSE),
    "triangle": ((0.5, 0), (1, 1), (0, 1)),
    "rtTriangle": ((0, 0), (1, 1), (0, 1)),
    "diamond": ((0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5)),
    "parallelogram": ((0.25, 0), (1, 0), (0.75, 1), (0, 1)),
    "trapezoid": ((0.25, 0), (0.75, 0), (1, 1), (0, 1)),
    "homePlate": ((0, 0), (0.75, 0), (1, 0.5), (0.75, 1), (0, 1)),
    "chevron": ((0, 0), (0.75, 0), (1, 0.5), (0.75, 1), (0, 1), (0.25, 0.5)),
    "hexagon": ((0.25, 0), (0.75, 0), (1, 0.5), (0.75, 1), (0.25, 1), (0, 0.5)),
    "flowChartDocument": (
        (0, 0),
        (1, 0),
        (1, 0.80),
        (0.75, 0.81),
        (0.55, 0.87),
        (0.4, 0.94),
        (0.2, 0.99),
        (0, 0.93),
    ),
}
_LINES = ("line", "straightConnector1")


@dataclass(frozen=True, slots=True)
class Outline:
    """The polygons of a shape; holes are polygons within others. Where it is not ``exact``, the shape covers
    an unknown part of its box. An ``open`` one has no area.
    """

    polygons: tuple[Polygon, ...] = (_BOX,)
    exact: bool = True
    open: bool = False


def outline_of(properties: Any) -> Outline:
    """The outline that shape properties describe; the whole box where they name none."""
    if properties is None:
        return Outline()
    preset = properties.find(f"{A}prstGeom")
    if preset is not None:
        name = str(preset.get("prst", "rect"))
        if name in _LINES:
            return Outline((((0, 0), (1, 1)),), open=True)
        if name.startswith(("bentConnector", "curvedConnector")):
            return Outline((((0, 0), (0.5, 0), (0.5, 1), (1, 1)),), open=True)
        return Outline((_PRESETS[name],)) if name in _PRESETS else Outline(exact=False)
    custom = properties.find(f"{A}custGeom")
    if custom is None:
        return Outline()
    extent = properties.find(f"{A}xfrm/{A}ext")
    try:
        polygons = [
            polygon
            for path in custom.iter(f"{A}path")
            if path.get("fill") != "none"
            for polygon in _polygons(path, extent)
        ]
    except (ValueError, ZeroDivisionError, OverflowError):
        return Outline(exact=False)  # a guide's name for a number, or a path without a size
    return Outline(tuple(polygons), exact=bool(polygons))


def _polygons(path: Any, extent: Any) -> Iterator[Polygon]:
    """The closed parts of a path (20.1.9.15), curves in short straight lines."""
    wide, high = (
        int(path.get(name) or 0) or int(extent.get(side))
        for name, side in (("w", "cx"), ("h", "cy"))
        if extent is not None or path.get(name)
    )
    points: list[Point] = []
    for command in path:
        ends = [(int(point.get("x")) / wide, int(point.get("y")) / high) for point in command.iter(f"{A}pt")]
        match str(command.tag).rpartition("}")[2]:
            case "moveTo":
                if len(points) > 2:
                    yield tuple(points)
                points = ends
            case "lnTo":
                points += ends
            case "cubicBezTo" | "quadBezTo" if points:
                points += _curve([points[-1], *ends])
            case "arcTo" if points:
                points += _arc(command, points[-1], (wide, high))
    if len(points) > 2:
        yield tuple(points)


def _curve(controls: Sequence[Point]) -> Iterator[Point]:
    """Points on a Bézier curve, by de Casteljau."""
    for step in range(1, _CURVE_STEPS + 1):
        share, level = step / _CURVE_STEPS, list(controls)
        while len(level) > 1:
            level = [(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for a, b in pairwise(level)]
        yield level[0]


def _arc(command: Any, start: Point, size: tuple[int, int]) -> Iterator[Point]:
    """Points on an arc of an ellipse (20.1.9.4), whose angles count in 60,000ths of a degree."""
    wide, high = (int(command.get(name)) / side for name, side in zip(("wR", "hR"), size, strict=True))
    begin, sweep = (math.radians(int(command.get(name)) / 60_000) for name in ("stAng", "swAng"))
    centre = start[0] - wide * math.cos(begin), start[1] - high * math.sin(begin)
    for step in range(1, _ARC_STEPS + 1):
        angle = begin + sweep * step / _ARC_STEPS
        yield centre[0] + wide * math.cos(angle), centre[1] + high * math.sin(angle)
