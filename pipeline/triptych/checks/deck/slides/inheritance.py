"""How slides look: what shapes inherit from layout and master (ECMA-376 Part 1, 19.3.1.36)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from PIL import Image

from triptych.checks.alternatives import as_newest
from triptych.checks.deck.package.package import Package, Slide
from triptych.media.raster import thumbnail
from triptych.ooxml.backdrop import LARGEST_PICTURE, Backdrop, paint_backdrop
from triptych.ooxml.colours import ColourScheme
from triptych.ooxml.inheritance import (
    TITLES,
    Box,
    find_box,
    find_colour_map,
    get_placeholder_type,
    list_shapes,
    resolve_chain,
)
from triptych.ooxml.xml import ADEC, PRESENTATION, A, P, collect_text, parse_flag


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
        return any(parse_flag(mark.get("val")) for mark in self.properties.iter(f"{ADEC}decorative"))

    @property
    def place(self) -> str:
        """The type of placeholder that it fills, "" for none."""
        return get_placeholder_type(self.element)

    @property
    def text(self) -> str:
        """What it says, paragraphs in lines."""
        paragraphs = self.element.iter(f"{A}p")
        return "\n".join(map(collect_text, paragraphs)).strip()


@dataclass(frozen=True)
class Looks:
    """A slide with its layout and master, all of them as programs see them that know every extension.

    ``picture`` reads one of the package, by the name of its part.
    """

    slide: Slide
    tree: Any
    layout: Any
    master: Any
    colours: ColourScheme
    defaults: Any
    parts: tuple[str, ...]
    picture: Callable[[str], Image.Image | None]

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of the slide in their order, those of groups as one."""
        return tuple(self._shape(element) for element in list_shapes(self.tree))

    @cached_property
    def backdrop(self) -> Backdrop:
        """What layout and master draw behind the slide."""
        size = self.slide.package.trees[PRESENTATION].find(f"{P}sldSz")
        sides = (9_144_000, 6_858_000) if size is None else (int(size.get("cx")), int(size.get("cy")))
        return paint_backdrop(sides, (self.tree, self.layout, self.master), self.colours, self.read)

    def read(self, tree: Any, identifier: str) -> Image.Image | None:
        """The picture that the slide, its layout, master or theme names; None for one that cannot be read."""
        owners = (self.tree, self.layout, self.master, self.colours.theme)
        part = next((part for part, owner in zip(self.parts, owners, strict=True) if owner is tree), "")
        relation = self.slide.package.relations.get(part, {}).get(identifier)
        return None if relation is None or relation.external else self.picture(relation.target)

    @cached_property
    def title(self) -> Shape | None:
        """The shape that holds the title."""
        return next((shape for shape in self.shapes if shape.place in TITLES), None)

    def _shape(self, element: Any) -> Shape:
        chain = resolve_chain(element, self.layout, self.master)
        return Shape(chain, find_box(chain))


def looks_of(package: Package) -> Iterator[Looks]:
    """Each slide of a sound package."""
    presentation = package.trees[PRESENTATION]
    newest = cache(lambda part: as_newest(package.trees[part]) if part in package.trees else None)

    @cache
    def picture(part: str) -> Image.Image | None:
        return thumbnail(package.parts[part], LARGEST_PICTURE) if part in package.parts else None

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
            colours=ColourScheme.of(theme, find_colour_map(trees)),
            defaults=presentation.find(f"{P}defaultTextStyle"),
            parts=(slide.part, layout, master, one(master, "theme")),
            picture=picture,
        )
