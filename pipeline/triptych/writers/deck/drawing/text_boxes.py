"""Text boxes, for texts to which a layout gives no placeholder."""

from __future__ import annotations

import copy
from typing import Any

from triptych.ooxml.names import qn
from triptych.ooxml.values import emu
from triptych.writers.deck.drawing.text import child, colour
from triptych.writers.deck.fitting.text import Place
from triptych.writers.deck.kinds import Edge, Role
from triptych.writers.deck.pptx.elements import text_body
from triptych.writers.deck.pptx.terms import Pt, Slide
from triptych.writers.deck.template.palette import Palette
from triptych.writers.deck.template.placeholders import INSETS
from triptych.writers.deck.template.roles import TextBox


def set_insets(properties: Any, place: Place) -> None:
    """What a text leaves free within its box, in its ``a:bodyPr``."""
    for name, points in zip(INSETS, place.insets, strict=True):
        properties.set(name, emu(points))


def add_text_box(slide: Slide, place: Place, box: TextBox, role: Role, palette: Palette) -> Any:
    """An empty text box on a slide, whose levels of text are set as those of the place."""
    shape = slide.shapes.add_textbox(Pt(place.left), Pt(place.top), Pt(place.width), Pt(place.height))
    shape.name = role.value.capitalize()
    body = text_body(shape)
    properties = body.find(qn("a:bodyPr"))
    properties.set("wrap", "square")
    set_insets(properties, place)
    properties.set("anchor", {Edge.BOTTOM: "b", Edge.RIGHT: "ctr", Edge.ALL: "t"}[box.strip.edge])
    styles = body.find(qn("a:lstStyle"))
    for level in box.levels:
        styles.append(copy.deepcopy(level))
    if not box.levels:
        level = child(styles, "a:lvl1pPr", marL="0", indent="0", algn=box.strip.align)
        child(child(level, "a:spcBef"), "a:spcPts", val="0")
        child(level, "a:buNone")
        size = place.text.levels[0].size
        look = child(level, "a:defRPr", sz=str(round(size * 100)), b="0", i="0")
        colour(child(look, "a:solidFill"), palette.muted)
    return shape
