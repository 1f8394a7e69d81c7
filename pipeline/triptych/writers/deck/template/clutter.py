"""How much of the places of a layout its decoration takes: shapes across them, restless pictures behind them.

Layouts that LibreOffice writes often have a type that does not tell what they are for; this does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from triptych.ooxml.inheritance import TITLES, shows_master
from triptych.ooxml.values import EMU_PER_POINT
from triptych.theme.contrast import contrast
from triptych.writers.deck.fitting.text import Place
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import SlideLayout
from triptych.writers.deck.template.backgrounds import Scheme
from triptych.writers.deck.template.placeholders import Spot

LIKE_A_COVER = 0.3
"""What a layout counts more that has the name of the title slide."""
_GROUND = 0.7  # of a place: a shape under so much of it is its ground
_LINE, _LONG = 8.0, 0.3  # points at most that a line is high; of a place that it runs along
_TITLE_COUNTS = 0.5  # as much as content
_CALM, _RESTLESS = 1.3, 0.25  # a picture whose colours differ by this contrast is calm; more counts so much


def clutter_of(layout: SlideLayout, scheme: Scheme, spots: Sequence[Spot]) -> float:
    """Return how cluttered the title and the largest place for content are: 0 for clean, 1 for all of it."""
    content = max(
        (spot for spot in spots if spot.kind not in TITLES), key=lambda spot: spot.area, default=None
    )
    if content is None:
        return 1.0
    grounds = [
        scheme.ground(spot.place, spot.chain) for spot in spots if spot is content or spot.kind in TITLES
    ]
    shades = [[contrast("000000", colour) for colour in ground] for ground in grounds]
    restless = _RESTLESS * max(max(0.0, max(some) / min(some) - _CALM) for some in shades)
    titles = [_covered(layout, spot.place) for spot in spots if spot.kind in TITLES]
    return _covered(layout, content.place) + _TITLE_COUNTS * max(titles, default=0.0) + restless


def room_to_line(layout: SlideLayout, place: Place) -> float:
    """Return how far below a place the nearest line is drawn, in points."""
    foot = place.top + place.height
    lines = [
        max(0.0, top - foot)
        for left, top, wide, high in _boxes(layout)
        if high <= _LINE
        and top + high >= foot - _LINE
        and min(left + wide, place.left + place.width) - max(left, place.left) >= _LONG * place.width
    ]
    return min(lines, default=math.inf)


def _covered(layout: SlideLayout, place: Place) -> float:
    """Return the share of a place that lies over shapes which are no ground for all of it, at most 1."""
    return min(1.0, sum(share for share in _shares(layout, place) if share < _GROUND))


def _shares(layout: SlideLayout, place: Place) -> Iterator[float]:
    for left, top, wide, high in _boxes(layout):
        across = min(left + wide, place.left + place.width) - max(left, place.left)
        down = min(top + high, place.top + place.height) - max(top, place.top)
        if across > 0 < down:
            yield across * down / (place.width * place.height)


def _boxes(layout: SlideLayout) -> Iterator[tuple[float, ...]]:
    """Yield left, top, width and height in points of all shapes that decorate a layout."""
    owners: tuple[Any, ...] = (layout,)
    if shows_master((element_of(layout),)):
        owners = (layout.slide_master, layout)
    for shape in (shape for owner in owners for shape in owner.shapes):
        if not shape.is_placeholder and shape.left is not None and shape.width is not None:
            sides = (shape.left, shape.top, shape.width, shape.height)
            yield tuple(side / EMU_PER_POINT for side in sides)
