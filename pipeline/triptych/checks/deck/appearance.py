"""How slides look: what shapes inherit from layout and master (ECMA-376 Part 1, 19.3.1.36)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, NamedTuple

from PIL import Image

from triptych.checks.deck.package import DeckPackage, Slide
from triptych.checks.texts import select_choices
from triptych.media.raster import make_thumbnail
from triptych.ooxml.backdrop import LARGEST_PICTURE, Backdrop, paint_backdrop
from triptych.ooxml.colours import ColourScheme, find_fill
from triptych.ooxml.inheritance import (
    TITLES,
    Box,
    collect_list_styles,
    find_box,
    find_colour_map,
    get_placeholder_type,
    list_shapes,
    resolve_chain,
)
from triptych.ooxml.xml import ADEC, PRESENTATION, A, C, P, collect_text, parse_flag, qn

_DEFAULT_TEXT_SIZE = 18.0  # points
_DEFAULT_CHART_SIZE = 10.0  # points
# What says how a text is set, and what it is to people. Labels in the drawing lie on colours of their own.
_TEXTS = {
    f"{C}catAx": "axis labels",
    f"{C}dateAx": "axis labels",
    f"{C}valAx": "axis labels",
    f"{C}legend": "chart legend",
    f"{C}title": "chart title",
}


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
class SlideLook:
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
        """Read the background image of the slide, its layout, master or theme; None if it cannot be read."""
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


def read_looks(package: DeckPackage) -> Iterator[SlideLook]:
    """Each slide of a sound package."""
    presentation = package.trees[PRESENTATION]
    newest = cache(lambda part: select_choices(package.trees[part]) if part in package.trees else None)

    @cache
    def picture(part: str) -> Image.Image | None:
        return make_thumbnail(package.parts[part], LARGEST_PICTURE) if part in package.parts else None

    def one(part: str, kind: str) -> str:
        return next(iter(package.related(part, kind)), "")

    for slide in package.slides:
        layout = one(slide.part, "slideLayout")
        master = one(layout, "slideMaster")
        theme = package.trees.get(one(master, "theme"))
        trees = select_choices(slide.tree), newest(layout), newest(master)
        yield SlideLook(
            slide,
            *trees,
            colours=ColourScheme.from_theme(theme, find_colour_map(trees)),
            defaults=presentation.find(f"{P}defaultTextStyle"),
            parts=(slide.part, layout, master, one(master, "theme")),
            picture=picture,
        )


@dataclass(frozen=True, slots=True)
class PrintedRun:
    """A run as it is shown: its text, colour (six digits, None where it is not one), and size in points.

    ``marked`` is the colour that it is highlighted with, None where it is not.
    """

    text: str
    colour: str | None
    size: float
    bold: bool
    marked: str | None = None


def read_runs(looks: SlideLook, shape: Shape) -> Iterator[PrintedRun]:
    """Return the runs of a shape, without those of tables."""
    body = shape.element.find(f"{P}txBody")
    if body is None:
        return
    styles = collect_list_styles(shape.chain, shape.place, looks.master, looks.defaults)
    for paragraph in body.iter(f"{A}p"):
        own = paragraph.find(f"{A}pPr")
        number = 1 if own is None else int(own.get("lvl", "0")) + 1
        levels = (style.find(f"{A}lvl{number}pPr/{A}defRPr") for style in styles)
        above = [level for level in levels if level is not None]
        for run in paragraph.iter(f"{A}r", f"{A}fld"):
            yield read_run(run, above, looks)


def read_run(run: Any, above: list[Any], looks: SlideLook, otherwise: str | None = None) -> PrintedRun:
    """Resolve the properties of a run; ``otherwise`` is its colour if none is set."""
    direct = run.find(f"{A}rPr")
    found = make_run(collect_text(run), above if direct is None else [direct, *above], looks, otherwise)
    link = None if direct is None else direct.find(f"{A}hlinkClick")
    if link is None or any(kept.get("val") == "tx" for kept in link.iter(qn("ahyp:hlinkClr"))):
        return found
    return replace(found, colour=looks.colours.get_slot("hlink"))  # the theme's colour for links


def make_run(
    text: str,
    properties: list[Any],
    looks: SlideLook,
    otherwise: str | None = None,
    size: float = _DEFAULT_TEXT_SIZE,
) -> PrintedRun:
    """Return a text with its properties, the nearest first; ``size`` is the default in points."""
    said = next((item.get("sz") for item in properties if item.get("sz")), None)
    bold = next((item.get("b") for item in properties if item.get("b")), "0")
    mark = next((mark for item in properties if (mark := item.find(f"{A}highlight")) is not None), None)
    filled = next((item for item in properties if find_fill(item) is not None), None)
    plain = otherwise or looks.colours.get_slot("tx1")
    return PrintedRun(
        text=text,
        colour=plain if filled is None else looks.colours.resolve_fill(filled),
        size=int(said) / 100 if said else size,
        bold=parse_flag(bold),
        marked=None if mark is None else looks.colours.resolve_opaque(mark),
    )


class PrintedCell(NamedTuple):
    """The runs of a cell, and the colour it is filled with: None where nothing is, "" where it is not one."""

    runs: tuple[PrintedRun, ...]
    fill: str | None


def read_cells(looks: SlideLook, table: Any, styles: Any) -> Iterator[PrintedCell]:
    """Return the cells of a table; ``styles`` is the tree of the deck's table styles or None."""
    flags = table.find(f"{A}tblPr")
    style = _find_style(styles, None if flags is None else flags.findtext(f"{A}tableStyleId"))
    rows = table.findall(f"{A}tr")
    for top, row in enumerate(rows):
        cells = row.findall(f"{A}tc")
        for left, cell in enumerate(cells):
            parts = list(_iter_style_parts(style, flags, (top, len(rows)), (left, len(cells))))
            colour = next((c for part in parts if (c := _get_text_colour(looks, part))), None)
            runs = tuple(read_run(run, [], looks, colour) for run in cell.iter(f"{A}r", f"{A}fld"))
            fills = (cell.find(f"{A}tcPr"), *(part.find(f"{A}tcStyle/{A}fill") for part in parts))
            yield PrintedCell(runs, looks.colours.resolve_first_fill(fills))


def _find_style(styles: Any, identifier: str | None) -> Any:
    if styles is None:
        return None
    found = (item for item in styles.iter(f"{A}tblStyle") if item.get("styleId") == identifier)
    return next(found, None)


def _iter_style_parts(style: Any, flags: Any, row: tuple[int, int], column: tuple[int, int]) -> Iterator[Any]:
    if style is None:
        return

    def on(name: str) -> bool:
        return flags is not None and parse_flag(flags.get(name))

    head, side = on("firstRow") and row[0] == 0, on("firstCol") and column[0] == 0
    holds = {
        "firstRow": head,
        "lastRow": on("lastRow") and row[0] == row[1] - 1,
        "firstCol": side,
        "lastCol": on("lastCol") and column[0] == column[1] - 1,
        f"band{1 + (row[0] - on('firstRow')) % 2}H": on("bandRow") and not head,
        f"band{1 + (column[0] - on('firstCol')) % 2}V": on("bandCol") and not side,
        "wholeTbl": True,
    }
    for name, there in holds.items():
        part = style.find(f"{A}{name}") if there else None
        if part is not None:
            yield part


def _get_text_colour(looks: SlideLook, part: Any) -> str | None:
    text = part.find(f"{A}tcTxStyle")
    if text is None:
        return None
    colours_set = [item for item in text if str(item.tag).endswith("Clr")]
    return looks.colours.resolve_opaque(colours_set) if colours_set else None


def read_chart_texts(looks: SlideLook, space: Any) -> Iterator[PrintedRun]:
    """Return the texts around the plot of a chart, each under a generic name."""
    general = _find_properties(space)
    for element in space.iter(*_TEXTS):
        hidden = element.find(f"{C}delete")
        if hidden is not None and parse_flag(hidden.get("val", "1")):
            continue
        properties = [item for item in (_find_properties(element), general) if item is not None]
        yield make_run(_TEXTS[element.tag], properties, looks, size=_DEFAULT_CHART_SIZE)


def _find_properties(element: Any) -> Any:
    """How a text is set where nothing else is said."""
    for holder in (f"{C}txPr", f"{C}tx/{C}rich"):
        found = element.find(f"{holder}/{A}p/{A}pPr/{A}defRPr")
        if found is not None:
            return found
    return None
