"""A listing and its output on one slide: side by side or one over the other, in the same size."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.code import LINE_DISTANCE, FittedCode, fit_code
from triptych.writers.deck.fitting.composition import (
    Box,
    Composition,
    Frame,
    Places,
    moved,
    region,
    side_by_side,
)
from triptych.writers.deck.fitting.text import Place
from triptych.writers.deck.kinds import Role
from triptych.writers.deck.slides import CodeBody, ColumnsBody, Layout

_GAP = 8.0  # points between the two, beside what they leave free around their text
_ROLES = (Role.OBJECT, Role.SECOND)
_LEAST_SHARE, _LEAST_LINES = 0.28, 2


def fit_listings(body: ColumnsBody, places: Places, theme: Theme, *, rtl: bool) -> Composition | None:
    """Two listings in the places of a layout for one, in the way that lets them be larger; None where they
    need more than a slide.
    """
    bodies = tuple(column.body for column in body.columns if isinstance(column.body, CodeBody))
    if len(bodies) != 2 or any(column.head for column in body.columns) or body.source:
        return None
    whole = region(places, (Role.OBJECT,), sourced=False)
    place = places[Role.OBJECT]
    around = place.insets[1] + place.insets[3]
    ways = (_in(place, bodies, boxes, theme) for boxes in _ways(bodies, whole, around, rtl=rtl))
    best = max((way for way in ways if way), key=lambda way: way[0][0].size, default=None)
    if best is None:
        return None
    fitted, boxes = best
    frames, where = {}, {}
    for role, code, own, box in zip(_ROLES, fitted, bodies, boxes, strict=True):
        frames[role] = Frame(content=code, body=own)
        where[role] = moved(places[role], box)
    return Composition(layout=Layout.CODE, frames=frames, places=where)


def _ways(bodies: Sequence[CodeBody], whole: Box, around: float, *, rtl: bool) -> Iterator[tuple[Box, Box]]:
    """Side by side by the widths of their lines, then one over the other by their number; so many points of
    the height of each are ``around`` its text.
    """
    left, top, width, height = whole
    lines = [body.text.strip("\n").split("\n") for body in bodies]
    wide = [max(map(len, own), default=0) + 2 for own in lines]
    share = min(max(wide[0] / sum(wide), _LEAST_SHARE), 1 - _LEAST_SHARE)
    first, second = side_by_side(whole, (share, 1 - share), _GAP, rtl=rtl)
    yield first, second
    count = [max(len(own), _LEAST_LINES) for own in lines]
    high = around + (height - _GAP - 2 * around) * count[0] / sum(count)
    yield (left, top, width, high), (left, top + high + _GAP, width, height - _GAP - high)


def _in(
    place: Place, bodies: Sequence[CodeBody], boxes: tuple[Box, Box], theme: Theme
) -> tuple[tuple[FittedCode, FittedCode], tuple[Box, Box]] | None:
    """Both in their boxes, in the smaller of their sizes; what lies under another comes close to it."""
    parts: list[FittedCode] = []
    for body, box in zip(bodies, boxes, strict=True):
        area = moved(place, box).text
        fitted = fit_code(body.text, area.width, area.height, theme)
        if len(fitted) > 1 or fitted[0].rows > len(fitted[0].lines):
            return None
        parts += fitted
    size = min(part.size for part in parts)
    first, second = (replace(part, size=size) for part in parts)
    upper, lower = boxes
    if lower[1] > upper[1]:
        down = first.rows * size * LINE_DISTANCE + place.insets[1] + place.insets[3] + _GAP
        lower = (lower[0], upper[1] + down, lower[2], upper[3] + lower[3] + _GAP - down)
        upper = (*upper[:3], down - _GAP)
    return (first, second), (upper, lower)
