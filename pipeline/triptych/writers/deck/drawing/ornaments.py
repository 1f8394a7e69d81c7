"""Lines, poles and dots that a slide has for the eye alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.pictures import mark_as_decoration
from triptych.writers.deck.fitting.composition import Box, Ornament
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import MSO_CONNECTOR_TYPE, MSO_SHAPE, Pt, Slide
from triptych.writers.deck.template.palette import Palette, paint

_POLE = 1.0  # points
_SHAPES = {Ornament.RULE: MSO_SHAPE.RECTANGLE, Ornament.DOT: MSO_SHAPE.OVAL}


def add_ornaments(slide: Slide, ornaments: Iterable[tuple[Ornament, Box]], palette: Palette) -> None:
    """Draw them behind all that is added later and all placeholders."""
    tree = element_of(slide.shapes)
    first = tree.find(qn("p:sp"))
    for kind, box in ornaments:
        shape = _pole(slide, box, palette) if kind is Ornament.POLE else _filled(slide, kind, box, palette)
        shape.name = kind.value.capitalize()
        mark_as_decoration(shape)
        if first is not None:
            first.addprevious(element_of(shape))


def _filled(slide: Slide, kind: Ornament, box: Box, palette: Palette) -> Any:
    shape = slide.shapes.add_shape(_SHAPES[kind], *map(Pt, box))
    shape.fill.solid()
    paint(shape.fill.fore_color, palette.muted if kind is Ornament.RULE else palette.accents[0])
    shape.line.fill.background()
    shape.shadow.inherit = False
    return shape


def _pole(slide: Slide, box: Box, palette: Palette) -> Any:
    left, top, width, height = box
    ends = left, top, left + width, top + height
    shape = slide.shapes.add_connector(MSO_CONNECTOR_TYPE.STRAIGHT, *map(Pt, ends))
    shape.line.width = Pt(_POLE)
    paint(shape.line.color, palette.muted)
    return shape
