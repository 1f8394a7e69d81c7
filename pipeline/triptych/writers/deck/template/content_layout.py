"""A layout for content, made of what a template's master has, where none of its layouts has room for any."""

from __future__ import annotations

from typing import Any, TypeAlias

from triptych.ooxml.inheritance import FURNITURE, TITLES, box_of, kind_of, placeholder_of, shapes_in
from triptych.ooxml.names import qn
from triptych.ooxml.values import EMU_PER_POINT, emu
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.package import add_layout
from triptych.writers.deck.pptx.terms import Presentation, SlideLayout, SlideMaster
from triptych.writers.deck.template.placeholders import LayoutReader, slide_size

NAME = "Title and Content"
_ROOM = 0.4  # of a slide: what content needs at the least that is to be read from afar
_LEAST_ROOM = 0.22  # of a slide: no chart or table can be read in less
_Shares: TypeAlias = tuple[float, float, float, float]
"""Left, top, width and height as shares of a slide."""
# Where a master has no place for them.
_TITLE: _Shares = (0.06, 0.05, 0.88, 0.15)
_CONTENT: _Shares = (0.06, 0.23, 0.88, 0.64)


def add_content_layout(presentation: Presentation, reader: LayoutReader) -> bool:
    """Add one to the master whose text has the most room, in the looks of one of its layouts; whether it was.

    Nothing is done where some layout has room enough, or more than all masters. Where no layout has both a
    title and a place for content, the new one has them, in places of its own where its master has none; where
    the largest place is a narrow column, the new one has both across the slide.
    """
    masters = [master for master in presentation.slide_masters if len(master.slide_layouts)]
    there = max((_room(reader, layout) for master in masters for layout in master.slide_layouts), default=0.0)
    size = slide_size(presentation)
    models = [(_room_of_master(master), model) for master in masters if (model := _model(master)) is not None]
    room, model = max(models, key=lambda one: one[0], default=(0.0, None))
    most = max(there, min(room, _ROOM * size[0] * size[1]))
    cramped = most < _LEAST_ROOM * size[0] * size[1]
    if not masters or (there == most and not cramped):  # without a master there is no layout either
        return False
    layout = model or masters[0].slide_layouts[0]
    _make_content(element_of(add_layout(layout)), layout.slide_master, size, own=cramped)
    return True


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


def _make_content(layout: Any, master: SlideMaster, size: tuple[float, float], *, own: bool) -> None:
    """Title and furniture stay; what else there is to fill gives way to one thing in the master's text, or
    both are in places of their ``own``.
    """
    layout.set("type", "obj")
    layout.attrib.pop("matchingName", None)
    layout.find(qn("p:cSld")).set("name", NAME)
    title = None
    for shape in shapes_in(layout):
        kind, mark = kind_of(shape), placeholder_of(shape)
        if kind == "ctrTitle":
            mark.set("type", "title")
            properties = shape.find(qn("p:spPr"))
            for place in properties.findall(qn("a:xfrm")):
                properties.remove(place)
        if mark is not None and (own or kind not in TITLES) and kind not in FURNITURE:
            shape.getparent().remove(shape)
            continue
        title = shape if kind_of(shape) in TITLES else title
    shapes = () if own else shapes_in(element_of(master))
    known = {kind_of(shape) for shape in shapes if box_of((shape,)) is not None}
    if title is None:
        title = _placeholder(layout, "Title", None if "title" in known else _TITLE, size, type="title")
        layout.find(f"{qn('p:cSld')}/{qn('p:spTree')}").append(title)
    indices = [int(item.get("idx", "0")) for item in layout.iter(qn("p:ph"))]
    place = None if "body" in known else _CONTENT
    title.addnext(_placeholder(layout, "Content", place, size, idx=str(max(indices) + 1)))


def _placeholder(
    layout: Any, name: str, place: _Shares | None, size: tuple[float, float], **mark: str
) -> Any:
    """A placeholder that takes its look from the master, and its place where none is given."""
    ids = [int(item.get("id")) for item in layout.iter(qn("p:cNvPr"))]
    shape = layout.makeelement(qn("p:sp"), {})

    def below(parent: Any, tag: str, **values: str) -> Any:
        element = parent.makeelement(qn(tag), values)
        parent.append(element)
        return element

    named = below(shape, "p:nvSpPr")
    below(named, "p:cNvPr", id=str(max(ids) + 1), name=name)
    below(below(named, "p:cNvSpPr"), "a:spLocks", noGrp="1")
    below(below(named, "p:nvPr"), "p:ph", **mark)
    properties = below(shape, "p:spPr")
    if place:
        left, top, wide, high = (emu(share * side) for share, side in zip(place, (*size, *size), strict=True))
        box = below(properties, "a:xfrm")
        below(box, "a:off", x=left, y=top)
        below(box, "a:ext", cx=wide, cy=high)
    body = below(shape, "p:txBody")
    for tag in ("a:bodyPr", "a:lstStyle", "a:p"):
        below(body, tag)
    return shape
