"""How much of the places of a layout its decoration takes: shapes across them, restless pictures behind them.

Layouts that LibreOffice writes often have a type that does not tell what they are for; this does.
"""

from __future__ import annotations

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
_TITLE_COUNTS = 0.5  # as much as content
_CALM, _RESTLESS = 1.3, 0.25  # a picture whose colours differ by this contrast is calm; more counts so much


def clutter_of(layout: SlideLayout, scheme: Scheme, spots: Sequence[Spot]) -> float:
    """Return how cluttered the title and the largest place for content are: 0 for clean, 1 for all of it."""
    content = max(
        (spot for spot in spots if spot.kind not in TITLES), key=lambda spot: spot.area, default=None
    )
    if content is None:
        return 1.0
    shades = [contrast("000000", colour) for colour in scheme.ground(content.place, content.chain)]
    restless = _RESTLESS * max(0.0, max(shades) / min(shades) - _CALM)
    titles = [_covered(layout, spot.place) for spot in spots if spot.kind in TITLES]
    return _covered(layout, content.place) + _TITLE_COUNTS * max(titles, default=0.0) + restless


def _covered(layout: SlideLayout, place: Place) -> float:
    """Return the share of a place that lies over shapes which are no ground for all of it, at most 1."""
    return min(1.0, sum(share for share in _shares(layout, place) if share < _GROUND))


def _shares(layout: SlideLayout, place: Place) -> Iterator[float]:
    owners: tuple[Any, ...] = (layout,)
    if shows_master((element_of(layout),)):
        owners = (layout.slide_master, layout)
    for shape in (shape for owner in owners for shape in owner.shapes):
        if shape.is_placeholder or shape.left is None or shape.width is None:
            continue
        left, top, wide, high = (
            side / EMU_PER_POINT for side in (shape.left, shape.top, shape.width, shape.height)
        )
        across = min(left + wide, place.left + place.width) - max(left, place.left)
        down = min(top + high, place.top + place.height) - max(top, place.top)
        if across > 0 < down:
            yield across * down / (place.width * place.height)
