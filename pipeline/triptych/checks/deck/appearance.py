"""Resolve the properties that shapes inherit from layout and master (ECMA-376 Part 1, 19.3.1.36)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Any, NamedTuple

from PIL import Image

from triptych.checks.deck.package import DeckPackage, SlidePart
from triptych.checks.texts import drop_fallbacks
from triptych.media.raster_images import make_thumbnail
from triptych.ooxml.backdrop import MAX_PICTURE_SIZE, Backdrop, paint_backdrop
from triptych.ooxml.colours import ColourScheme, find_fill
from triptych.ooxml.inheritance import (
    TITLE_TYPES,
    Box,
    collect_list_styles,
    find_box,
    find_colour_map,
    get_placeholder_type,
    list_shapes,
    resolve_placeholder_chain,
)
from triptych.ooxml.xml import ADEC, PRESENTATION, A, C, M, P, collect_text, parse_flag, qn

_DEFAULT_TEXT_SIZE = 18.0  # points
_DEFAULT_CHART_SIZE = 10.0  # points
# Data labels are excluded, because they are on the colours of the series.
_CHART_TEXTS = {
    f"{C}catAx": "axis labels",
    f"{C}dateAx": "axis labels",
    f"{C}valAx": "axis labels",
    f"{C}legend": "chart legend",
    f"{C}title": "chart title",
}


@dataclass(frozen=True, slots=True)
class ResolvedShape:
    """A shape on a slide.

    ``chain`` is the shape's element, followed by the elements of layout and master that it inherits from.
    ``box`` is the bounding box in EMU, or None if it is unknown.
    """

    chain: tuple[Any, ...]
    box: Box | None

    @property
    def element(self) -> Any:
        """The shape's element on the slide."""
        return self.chain[0]

    @property
    def properties(self) -> Any:
        """The ``p:cNvPr`` element, which has the shape's name and alt text."""
        return next(self.element.iter(f"{P}cNvPr"))

    @property
    def name(self) -> str:
        """The shape's name in PowerPoint's Selection Pane."""
        return str(self.properties.get("name", ""))

    @property
    def alt_text(self) -> str:
        """The shape's alt text, or ""."""
        return str(self.properties.get("descr", "")).strip()

    @property
    def is_decorative(self) -> bool:
        """Whether the shape is marked as decorative."""
        return any(parse_flag(mark.get("val")) for mark in self.properties.iter(f"{ADEC}decorative"))

    @property
    def placeholder_type(self) -> str:
        """The placeholder type of the shape, or "" if it is not a placeholder."""
        return get_placeholder_type(self.element)

    @property
    def text(self) -> str:
        """The shape's text, with one line for each paragraph."""
        paragraphs = self.element.iter(f"{A}p")
        return "\n".join(map(collect_text, paragraphs)).strip()


@dataclass(frozen=True)
class ResolvedSlide:
    """A slide with its layout and master, as read by a program that supports all extensions.

    ``part_paths`` are the paths of slide, layout, master and theme in the package. ``load_image`` returns the
    image in a part.
    """

    part: SlidePart
    tree: Any
    layout: Any
    master: Any
    colours: ColourScheme
    default_text_style: Any
    part_paths: tuple[str, ...]
    load_image: Callable[[str], Image.Image | None]

    @cached_property
    def shapes(self) -> tuple[ResolvedShape, ...]:
        """The shapes of the slide in order; a group counts as one shape."""
        chains = (
            resolve_placeholder_chain(element, self.layout, self.master) for element in list_shapes(self.tree)
        )
        return tuple(ResolvedShape(chain, find_box(chain)) for chain in chains)

    @cached_property
    def backdrop(self) -> Backdrop:
        """The slide's background, painted with the shapes of its layout and master."""
        size = self.part.package.trees[PRESENTATION].find(f"{P}sldSz")
        sides = (9_144_000, 6_858_000) if size is None else (int(size.get("cx")), int(size.get("cy")))
        return paint_backdrop(sides, (self.tree, self.layout, self.master), self.colours, self.read_image)

    def read_image(self, tree: Any, identifier: str) -> Image.Image | None:
        """Return the image that a relationship of the slide, layout, master or theme refers to.

        ``tree`` is the XML tree of the part with the relationship, and ``identifier`` the relationship's id.
        Return None if the image cannot be read.
        """
        owners = (self.tree, self.layout, self.master, self.colours.theme)
        part = next((part for part, owner in zip(self.part_paths, owners, strict=True) if owner is tree), "")
        relation = self.part.package.relations.get(part, {}).get(identifier)
        return None if relation is None or relation.is_external else self.load_image(relation.target)

    @cached_property
    def title(self) -> ResolvedShape | None:
        """The title placeholder, or None if the slide has none."""
        return next((shape for shape in self.shapes if shape.placeholder_type in TITLE_TYPES), None)


def resolve_slides(package: DeckPackage) -> Iterator[ResolvedSlide]:
    """Yield the slides of a valid package, each with its layout, master and theme."""
    presentation = package.trees[PRESENTATION]
    load_tree = cache(lambda part: drop_fallbacks(package.trees[part]) if part in package.trees else None)

    @cache
    def load_image(part: str) -> Image.Image | None:
        return make_thumbnail(package.parts[part], MAX_PICTURE_SIZE) if part in package.parts else None

    def get_related_part(part: str, kind: str) -> str:
        return next(iter(package.get_related_parts(part, kind)), "")

    for slide in package.slides:
        layout = get_related_part(slide.path, "slideLayout")
        master = get_related_part(layout, "slideMaster")
        theme = get_related_part(master, "theme")
        trees = drop_fallbacks(slide.tree), load_tree(layout), load_tree(master)
        yield ResolvedSlide(
            slide,
            *trees,
            colours=ColourScheme.from_theme(package.trees.get(theme), find_colour_map(trees)),
            default_text_style=presentation.find(f"{P}defaultTextStyle"),
            part_paths=(slide.path, layout, master, theme),
            load_image=load_image,
        )


@dataclass(frozen=True, slots=True)
class ResolvedRun:
    """A text run with its resolved properties. The size is in points.

    Colours are six hexadecimal digits. ``colour`` is None if the text's fill is not a single colour.
    """

    text: str
    colour: str | None
    size: float
    bold: bool
    highlight: str | None = None


def read_text_runs(slide: ResolvedSlide, shape: ResolvedShape) -> Iterator[ResolvedRun]:
    """Yield the text runs of a shape and of its formulas, except those in tables."""
    body = shape.element.find(f"{P}txBody")
    if body is None:
        return
    styles = collect_list_styles(shape.chain, shape.placeholder_type, slide.master, slide.default_text_style)
    for paragraph in body.iter(f"{A}p"):
        properties = paragraph.find(f"{A}pPr")
        level = 1 if properties is None else int(properties.get("lvl", "0")) + 1
        defaults = (style.find(f"{A}lvl{level}pPr/{A}defRPr") for style in styles)
        inherited = [default for default in defaults if default is not None]
        for run in paragraph.iter(f"{A}r", f"{A}fld", f"{M}r"):
            yield resolve_text_run(run, inherited, slide)


def resolve_text_run(
    run: Any, inherited: list[Any], slide: ResolvedSlide, default_colour: str | None = None
) -> ResolvedRun:
    """Resolve the properties of a text run.

    ``inherited`` are the property elements of its list styles, nearest first.
    """
    direct = run.find(f"{A}rPr")
    text_run = make_text_run(
        collect_text(run) or run.findtext(f"{M}t", ""),
        inherited if direct is None else [direct, *inherited],
        slide,
        default_colour,
    )
    link = None if direct is None else direct.find(f"{A}hlinkClick")
    if link is None or any(colour_rule.get("val") == "tx" for colour_rule in link.iter(qn("ahyp:hlinkClr"))):
        return text_run
    return replace(text_run, colour=slide.colours.get_theme_colour("hlink"))  # the theme's colour for links


def make_text_run(
    text: str,
    properties: list[Any],
    slide: ResolvedSlide,
    default_colour: str | None = None,
    default_size: float = _DEFAULT_TEXT_SIZE,
) -> ResolvedRun:
    """Resolve the properties of a text run from property elements, nearest first.

    The defaults apply if no element sets a property. ``default_size`` is in points.
    """
    set_size = next((item.get("sz") for item in properties if item.get("sz")), None)
    bold = next((item.get("b") for item in properties if item.get("b")), "0")
    mark = next((mark for item in properties if (mark := item.find(f"{A}highlight")) is not None), None)
    fill_holder = next((item for item in properties if find_fill(item) is not None), None)
    default = default_colour or slide.colours.get_theme_colour("tx1")
    return ResolvedRun(
        text=text,
        colour=default if fill_holder is None else slide.colours.resolve_fill_colour(fill_holder),
        size=int(set_size) / 100 if set_size else default_size,
        bold=parse_flag(bold),
        highlight=None if mark is None else slide.colours.resolve_opaque_colour(mark),
    )


class ResolvedCell(NamedTuple):
    """The text runs of a table cell and its fill.

    ``fill`` is None if the cell has no fill, or "" if the fill is not a single colour.
    """

    runs: tuple[ResolvedRun, ...]
    fill: str | None


def read_table_cells(slide: ResolvedSlide, table: Any, table_styles: Any) -> Iterator[ResolvedCell]:
    """Yield the cells of a table. ``table_styles`` is the XML tree of the deck's table styles, or None."""
    flags = table.find(f"{A}tblPr")
    style = _find_table_style(table_styles, None if flags is None else flags.findtext(f"{A}tableStyleId"))
    rows = table.findall(f"{A}tr")
    for top, row in enumerate(rows):
        cells = row.findall(f"{A}tc")
        for left, cell in enumerate(cells):
            parts = list(_iter_style_parts(style, flags, (top, len(rows)), (left, len(cells))))
            colour = next(
                (text_colour for part in parts if (text_colour := _get_text_colour(slide, part))), None
            )
            runs = tuple(resolve_text_run(run, [], slide, colour) for run in cell.iter(f"{A}r", f"{A}fld"))
            fills = (cell.find(f"{A}tcPr"), *(part.find(f"{A}tcStyle/{A}fill") for part in parts))
            yield ResolvedCell(runs, slide.colours.resolve_first_fill_colour(fills))


def _find_table_style(styles: Any, identifier: str | None) -> Any:
    if styles is None:
        return None
    styles_with_id = (item for item in styles.iter(f"{A}tblStyle") if item.get("styleId") == identifier)
    return next(styles_with_id, None)


def _iter_style_parts(style: Any, flags: Any, row: tuple[int, int], column: tuple[int, int]) -> Iterator[Any]:
    """Yield the elements of a table style that apply to a cell, in order of precedence.

    ``row`` and ``column`` are pairs of index and count.
    """
    if style is None:
        return

    def has_flag(name: str) -> bool:
        return flags is not None and parse_flag(flags.get(name))

    in_header, in_first_column = has_flag("firstRow") and row[0] == 0, has_flag("firstCol") and column[0] == 0
    applies = {
        "firstRow": in_header,
        "lastRow": has_flag("lastRow") and row[0] == row[1] - 1,
        "firstCol": in_first_column,
        "lastCol": has_flag("lastCol") and column[0] == column[1] - 1,
        f"band{1 + (row[0] - has_flag('firstRow')) % 2}H": has_flag("bandRow") and not in_header,
        f"band{1 + (column[0] - has_flag('firstCol')) % 2}V": has_flag("bandCol") and not in_first_column,
        "wholeTbl": True,
    }
    for name in applies:
        part = style.find(f"{A}{name}") if applies[name] else None
        if part is not None:
            yield part


def _get_text_colour(slide: ResolvedSlide, part: Any) -> str | None:
    text = part.find(f"{A}tcTxStyle")
    if text is None:
        return None
    colours_set = [item for item in text if str(item.tag).endswith("Clr")]
    return slide.colours.resolve_opaque_colour(colours_set) if colours_set else None


def read_chart_texts(slide: ResolvedSlide, chart_space: Any) -> Iterator[ResolvedRun]:
    """Yield the axis labels, legend and titles of a chart as text runs.

    The text of each run is a description of the chart element, such as "axis labels".
    """
    general = _find_run_properties(chart_space)
    for element in chart_space.iter(*_CHART_TEXTS):
        hidden = element.find(f"{C}delete")
        if hidden is not None and parse_flag(hidden.get("val", "1")):
            continue
        properties = [item for item in (_find_run_properties(element), general) if item is not None]
        yield make_text_run(_CHART_TEXTS[element.tag], properties, slide, default_size=_DEFAULT_CHART_SIZE)


def _find_run_properties(element: Any) -> Any:
    """Return the default run properties of a chart element, or None if it has none."""
    for holder in (f"{C}txPr", f"{C}tx/{C}rich"):
        properties = element.find(f"{holder}/{A}p/{A}pPr/{A}defRPr")
        if properties is not None:
            return properties
    return None
