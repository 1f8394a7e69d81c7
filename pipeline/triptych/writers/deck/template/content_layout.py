"""A layout for content, made of what a template's master has, where none of its layouts has room for any."""

from __future__ import annotations

from typing import Any

from triptych.ooxml.inheritance import FURNITURE, TITLES, box_of, kind_of, placeholder_of, shapes_in
from triptych.ooxml.names import qn
from triptych.ooxml.values import EMU_PER_POINT
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.package import add_layout
from triptych.writers.deck.pptx.terms import Presentation, SlideLayout, SlideMaster
from triptych.writers.deck.template.placeholders import LayoutReader

NAME = "Title and Content"
_ROOM = 0.4  # of a slide: what content needs at the least that is to be read from afar


def add_content_layout(presentation: Presentation, reader: LayoutReader) -> None:
    """Add one to the master whose text has the most room, in the looks of one of its layouts.

    Nothing is done where some layout has room enough, or more than all masters.
    """
    masters = list(presentation.slide_masters)
    there = max((_room(reader, layout) for master in masters for layout in master.slide_layouts), default=0.0)
    slide = (presentation.slide_width or 0) * (presentation.slide_height or 0) / EMU_PER_POINT**2
    models = [(_room_of_master(master), model) for master in masters if (model := _model(master)) is not None]
    room, model = max(models, key=lambda one: one[0], default=(0.0, None))
    if model is not None and there < min(room, _ROOM * slide):
        _make_content(element_of(add_layout(model)))


def _room(reader: LayoutReader, layout: SlideLayout) -> float:
    """The area in square points of the largest place for content beside a title."""
    spots = reader.spots(layout)
    titled = any(spot.kind in TITLES for spot in spots)
    return max((spot.area for spot in spots if titled and spot.kind in ("obj", "body")), default=0.0)


def _room_of_master(master: SlideMaster) -> float:
    tree = element_of(master)
    boxes = (box_of((shape,)) for shape in shapes_in(tree) if kind_of(shape) == "body")
    box = next((box for box in boxes if box is not None), None)
    return 0.0 if box is None else (box.right - box.left) * (box.bottom - box.top) / EMU_PER_POINT**2


def _model(master: SlideMaster) -> SlideLayout | None:
    """A layout with a title, of those that are not made for the opening slide where there are such."""
    titled = [
        layout
        for layout in master.slide_layouts
        if any(kind_of(shape) in TITLES for shape in shapes_in(element_of(layout)))
    ]
    return min(titled, key=lambda layout: element_of(layout).get("type") == "title", default=None)


def _make_content(layout: Any) -> None:
    """Title and furniture stay; what else there is to fill gives way to one thing in the master's text."""
    layout.set("type", "obj")
    layout.attrib.pop("matchingName", None)
    layout.find(qn("p:cSld")).set("name", NAME)
    last = None
    for shape in shapes_in(layout):
        kind, mark = kind_of(shape), placeholder_of(shape)
        if kind == "ctrTitle":
            mark.set("type", "title")
            properties = shape.find(qn("p:spPr"))
            for place in properties.findall(qn("a:xfrm")):
                properties.remove(place)
        elif mark is not None and kind not in (*TITLES, *FURNITURE):
            shape.getparent().remove(shape)
            continue
        last = shape if kind_of(shape) in TITLES else last
    assert last is not None
    last.addnext(_content(layout))


def _content(layout: Any) -> Any:
    """A placeholder for anything, which takes place and look from the master."""
    ids = [int(item.get("id")) for item in layout.iter(qn("p:cNvPr"))]
    indices = [int(item.get("idx", "0")) for item in layout.iter(qn("p:ph"))]
    shape = layout.makeelement(qn("p:sp"), {})

    def below(parent: Any, tag: str, **values: str) -> Any:
        element = parent.makeelement(qn(tag), values)
        parent.append(element)
        return element

    named = below(shape, "p:nvSpPr")
    below(named, "p:cNvPr", id=str(max(ids) + 1), name="Content")
    below(below(named, "p:cNvSpPr"), "a:spLocks", noGrp="1")
    below(below(named, "p:nvPr"), "p:ph", idx=str(max(indices) + 1))
    below(shape, "p:spPr")
    body = below(shape, "p:txBody")
    for tag in ("a:bodyPr", "a:lstStyle", "a:p"):
        below(body, tag)
    return shape
