"""What slides take from layouts and masters (ECMA-376 Part 1, 19.3.1.36, 19.3.1.52)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from triptych.ooxml.names import A, P

FURNITURE = ("dt", "ftr", "sldNum")
TITLES = ("title", "ctrTitle")
_SHAPES = (f"{P}sp", f"{P}pic", f"{P}graphicFrame", f"{P}grpSp", f"{P}cxnSp")
_PLACES = (f"{P}xfrm", f"{P}spPr/{A}xfrm", f"{P}grpSpPr/{A}xfrm")


class Box(NamedTuple):
    """Where a shape lies, in EMU."""

    left: int
    top: int
    right: int
    bottom: int

    def holds(self, other: Box) -> bool:
        """Whether all of another box is in this one."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )


def shapes_in(tree: Any) -> list[Any]:
    """The shapes of a slide, layout or master in their order, those of groups as one."""
    found = tree.find(f"{P}cSld/{P}spTree")
    if found is None:
        return []
    # An alternative stands for the shape in it.
    inside = (item if item.tag in _SHAPES else next(item.iter(*_SHAPES), None) for item in found)
    return [item for item in inside if item is not None and next(item.iter(f"{P}cNvPr"), None) is not None]


def placeholder_of(element: Any) -> Any:
    """The mark of the placeholder that a shape is or fills, None where it is none."""
    for properties in element:
        mark = properties.find(f"{P}nvPr/{P}ph")
        if mark is not None:
            return mark
    return None


def kind_of(element: Any) -> str:
    """The type of placeholder that a shape is or fills, "" for none."""
    mark = placeholder_of(element)
    return "" if mark is None else str(mark.get("type", "obj"))


def master_kind(kind: str) -> str:
    """The type of placeholder of a master from which one of a layout takes its look."""
    return "title" if kind in TITLES else kind if kind in FURNITURE else "body"


def chain_of(element: Any, layout: Any, master: Any) -> tuple[Any, ...]:
    """A shape, then the placeholders that it takes after; trees may be None, as the layout for its own."""
    mark = placeholder_of(element)
    if mark is None:
        return (element,)
    placed = None if layout is None else _placed(layout, mark.get("idx", "0"), kind_of(element))
    kind = master_kind(kind_of(element if placed is None else placed))
    above = None if master is None else _placed(master, None, kind)
    return (element, *(item for item in (placed, above) if item is not None))


def _placed(tree: Any, index: str | None, kind: str) -> Any:
    """The placeholder with an index, or one of the kind."""
    marks = [(element, mark) for element in shapes_in(tree) if (mark := placeholder_of(element)) is not None]
    for element, mark in marks:
        if index is not None and mark.get("idx", "0") == index:
            return element
    return next((element for element, mark in marks if mark.get("type", "obj") == kind), None)


def list_styles(chain: Iterable[Any], kind: str, master: Any, defaults: Any) -> list[Any]:
    """The styles that hold for the text of a shape, the nearest first: those of its chain, of the master for
    its type of placeholder, of the presentation.
    """
    list_styles = [element.find(f"{P}txBody/{A}lstStyle") for element in chain]
    broad = master_kind(kind) if kind else ""
    name = "titleStyle" if broad == "title" else "bodyStyle" if broad == "body" else "otherStyle"
    general = None if master is None else master.find(f"{P}txStyles/{P}{name}")
    return [style for style in (*list_styles, general, defaults) if style is not None]


def box_of(chain: Iterable[Any]) -> Box | None:
    """Where a shape lies, as the first of its chain says that does."""
    for element in chain:
        places = (element.find(path) for path in _PLACES)
        place = next((found for found in places if found is not None), None)
        offset = None if place is None else place.find(f"{A}off")
        extent = None if place is None else place.find(f"{A}ext")
        if offset is not None and extent is not None:
            left, top = int(offset.get("x")), int(offset.get("y"))
            return Box(left, top, left + int(extent.get("cx")), top + int(extent.get("cy")))
    return None


def colour_map(trees: Sequence[Any]) -> Any:
    """The colour map that holds for the first tree: that of the nearest but the master, else the master's."""
    *others, master = trees
    for tree in others:
        override = None if tree is None else tree.find(f"{P}clrMapOvr/{A}overrideClrMapping")
        if override is not None:
            return override
    return None if master is None else master.find(f"{P}clrMap")


def shows_master(trees: Iterable[Any]) -> bool:
    """Whether what the master draws is seen on a slide or layout, given with the trees between."""
    return all(tree.get("showMasterSp", "1") not in ("0", "false") for tree in trees if tree is not None)
