"""How slides look: what shapes inherit from layout and master (ECMA-376 Part 1, 19.3.1.36)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

from triptych.checks.alternatives import as_newest
from triptych.checks.deck.package.names import (
    ADEC,
    PRESENTATION,
    A,
    P,
)
from triptych.checks.deck.package.package import Package, Slide
from triptych.checks.deck.slides.theme_colours import ThemeColours

FURNITURE = ("dt", "ftr", "sldNum")
TITLES = ("title", "ctrTitle")
_SHAPES = (f"{P}sp", f"{P}pic", f"{P}graphicFrame", f"{P}grpSp", f"{P}cxnSp")
_PROPERTIES = (f"{P}spPr", f"{P}grpSpPr")


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


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape; ``chain`` is its own element, then those of layout and master that it takes after."""

    chain: tuple[Any, ...]
    box: Box | None

    @property
    def element(self) -> Any:
        """Its own element."""
        return self.chain[0]

    @property
    def properties(self) -> Any:
        """Name, alternative text and whether it is decoration."""
        return next(self.element.iter(f"{P}cNvPr"))

    @property
    def name(self) -> str:
        """What it is called in the list of shapes."""
        return str(self.properties.get("name", ""))

    @property
    def alternative(self) -> str:
        """Its alternative text."""
        return str(self.properties.get("descr", "")).strip()

    @property
    def decorative(self) -> bool:
        """Whether it is marked as decoration."""
        return any(mark.get("val") in ("1", "true") for mark in self.properties.iter(f"{ADEC}decorative"))

    @property
    def place(self) -> str:
        """The type of placeholder that it fills, "" for none."""
        mark = place_of(self.element)
        return "" if mark is None else str(mark.get("type", "obj"))

    @property
    def text(self) -> str:
        """What it says, paragraphs in lines."""
        paragraphs = self.element.iter(f"{A}p")
        return "\n".join("".join(item.text or "" for item in one.iter(f"{A}t")) for one in paragraphs).strip()


def place_of(element: Any) -> Any:
    """The mark of the placeholder that a shape fills, None where it fills none."""
    for properties in element:
        mark = properties.find(f"{P}nvPr/{P}ph")
        if mark is not None:
            return mark
    return None


@dataclass(frozen=True)
class Looks:
    """A slide with its layout and master, all of them as programs see them that know every extension."""

    slide: Slide
    tree: Any
    layout: Any
    master: Any
    colours: ThemeColours
    defaults: Any

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of the slide in their order, those of groups as one."""
        return tuple(self._shape(element) for element in _shapes_in(self.tree))

    @cached_property
    def behind(self) -> tuple[Shape, ...]:
        """What layout and master draw behind the slide, the lowest first."""
        shown = [self.layout] if self.layout is not None else []
        if self.master is not None and all(tree.get("showMasterSp") != "0" for tree in (self.tree, *shown)):
            shown.insert(0, self.master)
        return tuple(
            Shape((element,), _box(element))
            for tree in shown
            for element in _shapes_in(tree)
            if place_of(element) is None
        )

    @cached_property
    def title(self) -> Shape | None:
        """The shape that holds the title."""
        return next((shape for shape in self.shapes if shape.place in TITLES), None)

    @cached_property
    def background(self) -> str | None:
        """The colour of the slide itself, None where it is not one."""
        for tree in (self.tree, self.layout, self.master):
            ground = None if tree is None else tree.find(f"{P}cSld/{P}bg")
            if ground is not None:
                reference = ground.find(f"{P}bgRef")
                if reference is not None:
                    return self.colours.colour(reference)
                return self.colours.fill(ground.find(f"{P}bgPr"))
        return self.colours.slots.get("lt1")

    def _shape(self, element: Any) -> Shape:
        chain = (element, *self._ancestors(element))
        return Shape(chain, next((box for item in chain if (box := _box(item))), None))

    def _ancestors(self, element: Any) -> Iterator[Any]:
        mark = place_of(element)
        if mark is None:
            return
        kind = mark.get("type", "obj")
        own = None if self.layout is None else _placed(self.layout, mark.get("idx", "0"), kind)
        if own is not None:
            yield own
            kind = place_of(own).get("type", "obj")
        broad = "title" if kind in TITLES else kind if kind in FURNITURE else "body"
        above = None if self.master is None else _placed(self.master, None, broad)
        if above is not None:
            yield above


def _placed(tree: Any, index: str | None, kind: str) -> Any:
    """The placeholder with an index, or one of the kind."""
    marks = [(element, mark) for element in _shapes_in(tree) if (mark := place_of(element)) is not None]
    for element, mark in marks:
        if index is not None and mark.get("idx", "0") == index:
            return element
    return next((element for element, mark in marks if mark.get("type", "obj") == kind), None)


def _shapes_in(tree: Any) -> list[Any]:
    found = tree.find(f"{P}cSld/{P}spTree")
    if found is None:
        return []
    # An alternative stands for the shape in it.
    inside = (item if item.tag in _SHAPES else next(item.iter(*_SHAPES), None) for item in found)
    return [item for item in inside if item is not None and next(item.iter(f"{P}cNvPr"), None) is not None]


def _box(element: Any) -> Box | None:
    place = element.find(f"{P}xfrm")
    for properties in _PROPERTIES if place is None else ():
        place = element.find(f"{properties}/{A}xfrm") if place is None else place
    offset = None if place is None else place.find(f"{A}off")
    extent = None if place is None else place.find(f"{A}ext")
    if offset is None or extent is None:
        return None
    left, top = int(offset.get("x")), int(offset.get("y"))
    return Box(left, top, left + int(extent.get("cx")), top + int(extent.get("cy")))


def looks_of(package: Package) -> Iterator[Looks]:
    """Each slide of a sound package."""
    presentation = package.trees[PRESENTATION]
    newest = cache(lambda part: as_newest(package.trees[part]) if part in package.trees else None)

    def one(part: str, kind: str) -> str:
        return next(iter(package.related(part, kind)), "")

    for slide in package.slides:
        layout = one(slide.part, "slideLayout")
        master = one(layout, "slideMaster")
        theme = package.trees.get(one(master, "theme"))
        trees = as_newest(slide.tree), newest(layout), newest(master)
        yield Looks(
            slide,
            *trees,
            colours=ThemeColours.of(theme, _colour_map(trees)),
            defaults=presentation.find(f"{P}defaultTextStyle"),
        )


def _colour_map(trees: tuple[Any, ...]) -> Any:
    """The colour map that holds for a slide: its own, else that of the layout, else that of the master."""
    for tree in trees[:-1]:
        own = None if tree is None else tree.find(f"{P}clrMapOvr/{A}overrideClrMapping")
        if own is not None:
            return own
    return None if trees[-1] is None else trees[-1].find(f"{P}clrMap")
