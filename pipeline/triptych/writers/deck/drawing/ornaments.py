"""Lines and dots that a slide has for the eye alone."""

from __future__ import annotations

from collections.abc import Iterable

from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.pictures import mark_as_decoration
from triptych.writers.deck.fitting.composition import Box, Ornament
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import MSO_SHAPE, Pt, Slide
from triptych.writers.deck.template.palette import Palette, paint

_SHAPES = {Ornament.RULE: MSO_SHAPE.RECTANGLE, Ornament.DOT: MSO_SHAPE.OVAL}


def add_ornaments(slide: Slide, ornaments: Iterable[tuple[Ornament, Box]], palette: Palette) -> None:
    """Draw them behind all that is added later and all placeholders."""
    tree = element_of(slide.shapes)
    first = tree.find(qn("p:sp"))
    for kind, box in ornaments:
        shape = slide.shapes.add_shape(_SHAPES[kind], *map(Pt, box))
        shape.name = kind.value.capitalize()
        shape.fill.solid()
        paint(shape.fill.fore_color, palette.muted if kind is Ornament.RULE else palette.accents[0])
        shape.line.fill.background()
        shape.shadow.inherit = False
        mark_as_decoration(shape)
        if first is not None:
            first.addprevious(element_of(shape))
