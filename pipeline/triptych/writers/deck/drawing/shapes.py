"""Draw panels, lines, circles and text boxes, and set text colours."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from triptych.ooxml.xml import qn, to_emu
from triptych.writers.deck.drawing.pictures import mark_as_decorative
from triptych.writers.deck.drawing.text import add_child, add_colour, get_or_add_child, remove_children
from triptych.writers.deck.fitting.composition import Ornament
from triptych.writers.deck.fitting.text import Bounds, PlaceholderBox
from triptych.writers.deck.kinds import Edge, PlaceholderRole
from triptych.writers.deck.pptx.exports import MSO_CONNECTOR_TYPE, MSO_SHAPE, BaseShape, Pt, Slide
from triptych.writers.deck.pptx.package import get_element, get_text_body
from triptych.writers.deck.template.matching import TextBox
from triptych.writers.deck.template.palette import Palette, Tint, set_fill, set_tint
from triptych.writers.deck.template.placeholders import INSETS
from triptych.writers.deck.template.surfaces import Surface

_POLE_WIDTH = 1.0  # line width in points
_LEVELS = range(1, 10)
_SHAPES = {
    Ornament.PANEL: MSO_SHAPE.RECTANGLE,
    Ornament.RULE: MSO_SHAPE.RECTANGLE,
    Ornament.DOT: MSO_SHAPE.OVAL,
}


def add_panel(slide: Slide, bounds: Bounds, fill: Tint) -> None:
    """Add a filled rectangle behind all shapes of a slide."""
    shape = _add_filled_shape(slide, MSO_SHAPE.RECTANGLE, bounds, fill)
    shape.name = "Panel"
    mark_as_decorative(shape)
    get_element(slide.shapes).find(qn("p:grpSpPr")).addnext(get_element(shape))


def position_shape(shape: BaseShape, box: PlaceholderBox) -> None:
    """Move and resize a shape to ``box``."""
    shape.left, shape.top, shape.width, shape.height = map(Pt, box.bounds)


def apply_surface(shape: BaseShape, surface: Surface) -> None:
    """Set the fill and the text colour of a shape so that its text is legible."""
    if surface.panel_fill is not None:
        set_fill(shape, surface.panel_fill)
    if surface.text_colour is not None:
        set_text_colour(get_text_body(shape), surface.text_colour)


def set_text_colour(body: Any, tint: Tint) -> None:
    """Set the colour of text and bullets at all list levels of a text body."""
    styles = body.find(qn("a:lstStyle"))
    if styles is None:
        styles = body.makeelement(qn("a:lstStyle"), {})
        body.find(qn("a:bodyPr")).addnext(styles)
    for number in _LEVELS:
        level = get_or_add_child(styles, f"a:lvl{number}pPr")
        run_properties = get_or_add_child(level, "a:defRPr")
        remove_children(run_properties, "a:solidFill")
        add_colour(add_child(run_properties, "a:solidFill"), tint)
        run_properties.insert(0, run_properties[-1])
        remove_children(level, "a:buClr")


def add_ornaments(slide: Slide, ornaments: Iterable[tuple[Ornament, Bounds]], palette: Palette) -> None:
    """Draw ornaments behind all placeholders; panels only on a background of a single colour."""
    first = get_element(slide.shapes).find(qn("p:sp"))
    fills = {
        Ornament.PANEL: palette.panel_fill,
        Ornament.RULE: palette.muted_colour,
        Ornament.DOT: palette.accents[0],
    }
    for kind, box in ornaments:
        shape: Any
        fill = fills.get(kind)
        if kind is Ornament.POLE:
            left, top, width, height = box
            bounds = left, top, left + width, top + height
            shape = slide.shapes.add_connector(MSO_CONNECTOR_TYPE.STRAIGHT, *map(Pt, bounds))
            shape.line.width = Pt(_POLE_WIDTH)
            set_tint(shape.line.color, palette.muted_colour)
        elif fill is None:
            continue
        else:
            shape = _add_filled_shape(slide, _SHAPES[kind], box, fill)
        shape.name = kind.value.capitalize()
        mark_as_decorative(shape)
        if first is not None:
            first.addprevious(get_element(shape))


def _add_filled_shape(slide: Slide, shape_type: Any, bounds: Bounds, fill: Tint) -> Any:
    shape: Any = slide.shapes.add_shape(shape_type, *map(Pt, bounds))
    set_fill(shape, fill)
    shape.line.fill.background()
    shape.shadow.inherit = False
    return shape


def set_insets(properties: Any, box: PlaceholderBox) -> None:
    """Set the text insets of an ``a:bodyPr`` element to those of a placeholder box."""
    for name, points in zip(INSETS, box.insets, strict=True):
        properties.set(name, to_emu(points))


def add_text_box(
    slide: Slide, placeholder_box: PlaceholderBox, box: TextBox, role: PlaceholderRole, palette: Palette
) -> Any:
    """Add an empty text box with the position, size and insets of ``placeholder_box``.

    The text box uses the list levels of ``box``. Without levels, its text is muted and has the text size of
    ``placeholder_box``.
    """
    shape = slide.shapes.add_textbox(*map(Pt, placeholder_box.bounds))
    shape.name = role.value.capitalize()
    body = get_text_body(shape)
    properties = body.find(qn("a:bodyPr"))
    properties.set("wrap", "square")
    set_insets(properties, placeholder_box)
    properties.set("anchor", {Edge.BOTTOM: "b", Edge.RIGHT: "ctr", Edge.ALL: "t"}[box.strip.edge])
    styles = body.find(qn("a:lstStyle"))
    for level in box.levels:
        styles.append(copy.deepcopy(level))
    if not box.levels:
        level = add_child(styles, "a:lvl1pPr", marL="0", indent="0", algn=box.strip.align)
        add_child(add_child(level, "a:spcBef"), "a:spcPts", val="0")
        add_child(level, "a:buNone")
        size = placeholder_box.text_area.levels[0].size
        run_properties = add_child(level, "a:defRPr", sz=str(round(size * 100)), b="0", i="0")
        add_colour(add_child(run_properties, "a:solidFill"), palette.muted_colour)
    return shape
