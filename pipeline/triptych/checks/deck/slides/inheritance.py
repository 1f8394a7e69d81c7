"""How slides look: what shapes inherit from layout and master (ECMA-376 Part 1, 19.3.1.36)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from triptych.checks.alternatives import as_newest
from triptych.checks.deck.package.package import Package, Slide
from triptych.ooxml.colours import ColourScheme
from triptych.ooxml.inheritance import (
    TITLES,
    Box,
    background,
    box_of,
    chain_of,
    colour_map,
    kind_of,
    placeholder_of,
    shapes_in,
    shows_master,
)
from triptych.ooxml.names import ADEC, PRESENTATION, A, P
from triptych.ooxml.values import is_on, text_in


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
        return any(is_on(mark.get("val")) for mark in self.properties.iter(f"{ADEC}decorative"))

    @property
    def place(self) -> str:
        """The type of placeholder that it fills, "" for none."""
        return kind_of(self.element)

    @property
    def text(self) -> str:
        """What it says, paragraphs in lines."""
        paragraphs = self.element.iter(f"{A}p")
        return "\n".join(map(text_in, paragraphs)).strip()


@dataclass(frozen=True)
class Looks:
    """A slide with its layout and master, all of them as programs see them that know every extension."""

    slide: Slide
    tree: Any
    layout: Any
    master: Any
    colours: ColourScheme
    defaults: Any

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of the slide in their order, those of groups as one."""
        return tuple(self._shape(element) for element in shapes_in(self.tree))

    @cached_property
    def behind(self) -> tuple[Shape, ...]:
        """What layout and master draw behind the slide, the lowest first."""
        shown = [self.layout] if self.layout is not None else []
        if self.master is not None and shows_master((self.tree, *shown)):
            shown.insert(0, self.master)
        return tuple(
            Shape((element,), box_of((element,)))
            for tree in shown
            for element in shapes_in(tree)
            if placeholder_of(element) is None
        )

    @cached_property
    def title(self) -> Shape | None:
        """The shape that holds the title."""
        return next((shape for shape in self.shapes if shape.place in TITLES), None)

    @cached_property
    def background(self) -> str | None:
        """The colour of the slide itself, None where it is not one."""
        colours, _, _ = background((self.tree, self.layout, self.master), self.colours)
        return colours[0] if len(colours) == 1 else None

    def _shape(self, element: Any) -> Shape:
        chain = chain_of(element, self.layout, self.master)
        return Shape(chain, box_of(chain))


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
            colours=ColourScheme.of(theme, colour_map(trees)),
            defaults=presentation.find(f"{P}defaultTextStyle"),
        )
