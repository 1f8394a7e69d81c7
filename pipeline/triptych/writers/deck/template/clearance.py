"""A place for content, clear of what else its layout has: many a template lets text run under the footer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TypeAlias

from triptych.writers.deck.fitting.text import Place

Sides: TypeAlias = tuple[float, float, float, float]
"""Left, top, right and bottom in points."""

_TOUCHING = 1.0  # points by which boxes may overlap and yet lie beside each other
_LEAST = 0.4  # of a place that has to be left


def clear_of(place: Place, others: Iterable[Sides]) -> Place:
    """The largest part of a place that none of the boxes touches; all of it where that is too little."""
    whole = (place.left, place.top, place.left + place.width, place.top + place.height)
    sides = whole
    for other in others:
        if _touch(sides, other):
            sides = max(_parts(sides, other), key=_area)
    if sides == whole or _area(sides) < _LEAST * _area(whole):
        return place
    left, top, right, bottom = sides
    width, height = right - left, bottom - top
    # Of a text in several columns one counts, which gets narrower with the whole.
    inner = place.text.width * width / place.width
    area = replace(place.text, width=inner, height=place.text.height - place.height + height)
    return replace(place, left=left, top=top, width=width, height=height, text=area)


def _touch(one: Sides, other: Sides) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return min(wide, high) > _TOUCHING


def _parts(whole: Sides, other: Sides) -> Iterator[Sides]:
    """What is left of a box beside, above and below another."""
    left, top, right, bottom = whole
    yield left, top, max(left, other[0]), bottom
    yield min(right, other[2]), top, right, bottom
    yield left, top, right, max(top, other[1])
    yield left, min(bottom, other[3]), right, bottom


def _area(sides: Sides) -> float:
    return (sides[2] - sides[0]) * (sides[3] - sides[1])
