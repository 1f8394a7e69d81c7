"""Resolve the positions, text styles and typefaces that slides inherit from layouts, masters and themes.

ECMA-376 Part 1 defines placeholders in 19.3.1.36 and 19.3.1.52, theme fonts from 20.1.4.1.16, run properties
in 21.1.2.3 and list levels in 21.1.2.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from triptych.ooxml.xml import A, P, parse_flag

FOOTER_TYPES = ("dt", "ftr", "sldNum")
TITLE_TYPES = ("title", "ctrTitle")
_SHAPES = (f"{P}sp", f"{P}pic", f"{P}graphicFrame", f"{P}grpSp", f"{P}cxnSp")
_PLACES = (f"{P}xfrm", f"{P}spPr/{A}xfrm", f"{P}grpSpPr/{A}xfrm")


class Box(NamedTuple):
    """The bounding box of a shape in EMU."""

    left: int
    top: int
    right: int
    bottom: int

    def contains(self, other: Box) -> bool:
        """Return whether ``other`` is completely inside this box."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )


def list_shapes(tree: Any) -> list[Any]:
    """Return the shapes of a slide, layout or master in drawing order. A group counts as one shape."""
    shape_tree = tree.find(f"{P}cSld/{P}spTree")
    if shape_tree is None:
        return []
    # An mc:AlternateContent counts as the first shape in it.
    shapes = (item if item.tag in _SHAPES else next(item.iter(*_SHAPES), None) for item in shape_tree)
    return [item for item in shapes if item is not None and next(item.iter(f"{P}cNvPr"), None) is not None]


def find_placeholder(element: Any) -> Any:
    """Return a shape's ``p:ph`` element, or None if the shape is not a placeholder."""
    for properties in element:
        mark = properties.find(f"{P}nvPr/{P}ph")
        if mark is not None:
            return mark
    return None


def get_placeholder_type(element: Any) -> str:
    """Return a shape's placeholder type, or "" if the shape is not a placeholder."""
    mark = find_placeholder(element)
    return "" if mark is None else str(mark.get("type", "obj"))


def get_master_placeholder_type(kind: str) -> str:
    """Return the type of master placeholder that a layout placeholder of type ``kind`` inherits from."""
    return "title" if kind in TITLE_TYPES else kind if kind in FOOTER_TYPES else "body"


def resolve_placeholder_chain(element: Any, layout: Any, master: Any) -> tuple[Any, ...]:
    """Return a shape followed by the layout and master placeholders it inherits from.

    ``layout`` and ``master`` may be None.
    """
    mark = find_placeholder(element)
    if mark is None:
        return (element,)
    layout_placeholder = (
        None
        if layout is None
        else _find_by_index_or_type(layout, mark.get("idx", "0"), get_placeholder_type(element))
    )
    kind = get_master_placeholder_type(
        get_placeholder_type(element if layout_placeholder is None else layout_placeholder)
    )
    above = None if master is None else _find_by_index_or_type(master, None, kind)
    return (element, *(item for item in (layout_placeholder, above) if item is not None))


def _find_by_index_or_type(tree: Any, index: str | None, kind: str) -> Any:
    marks = [
        (element, mark) for element in list_shapes(tree) if (mark := find_placeholder(element)) is not None
    ]
    for element, mark in marks:
        if index is not None and mark.get("idx", "0") == index:
            return element
    return next((element for element, mark in marks if mark.get("type", "obj") == kind), None)


def collect_list_styles(chain: Iterable[Any], kind: str, master: Any, defaults: Any) -> list[Any]:
    """Return the list styles that apply to a shape's text, nearest first.

    They are the styles of ``chain`` (a shape and the placeholders it inherits from), of the master for the
    placeholder type ``kind``, and ``defaults``, the presentation's default text style.
    """
    list_styles = [element.find(f"{P}txBody/{A}lstStyle") for element in chain]
    broad = get_master_placeholder_type(kind) if kind else ""
    name = "titleStyle" if broad == "title" else "bodyStyle" if broad == "body" else "otherStyle"
    general = None if master is None else master.find(f"{P}txStyles/{P}{name}")
    return [style for style in (*list_styles, general, defaults) if style is not None]


def find_box(chain: Iterable[Any]) -> Box | None:
    """Return the bounding box of the first shape in ``chain`` that has one, or None if none has."""
    for element in chain:
        places = (element.find(path) for path in _PLACES)
        place = next((place for place in places if place is not None), None)
        offset = None if place is None else place.find(f"{A}off")
        extent = None if place is None else place.find(f"{A}ext")
        if offset is not None and extent is not None:
            left, top = int(offset.get("x")), int(offset.get("y"))
            return Box(left, top, left + int(extent.get("cx")), top + int(extent.get("cy")))
    return None


def find_colour_map(trees: Sequence[Any]) -> Any:
    """Return the colour map that applies to the first of ``trees``, or None if there is none.

    ``trees`` are a slide or layout and the parts that it inherits from; the last one is the master. The first
    override applies, or else the master's colour map.
    """
    *others, master = trees
    for tree in others:
        override = None if tree is None else tree.find(f"{P}clrMapOvr/{A}overrideClrMapping")
        if override is not None:
            return override
    return None if master is None else master.find(f"{P}clrMap")


def has_visible_master(trees: Iterable[Any]) -> bool:
    """Return whether the master's shapes are visible.

    ``trees`` are a slide and its layout, or only a layout.
    """
    return all(tree.get("showMasterSp", "1") not in ("0", "false") for tree in trees if tree is not None)


_DEFAULT_FONT = "Calibri"
_TEXT = "+mn-lt"
_LEVELS = 9


class Typeface(NamedTuple):
    """A font family in regular, bold, italic or bold italic."""

    family: str
    bold: bool = False
    italic: bool = False


class ThemeFonts:
    """The heading font and the body font of a theme; ``theme`` may be None."""

    def __init__(self, theme: Any) -> None:
        self._theme = theme

    def resolve_family(self, typeface: str) -> str:
        """Return the font family of a ``typeface`` attribute such as "Arial", "+mj-lt" or "+mn-lt"."""
        if typeface.startswith("+mj"):
            return self.heading_font
        return self.body_font if typeface.startswith("+") else typeface

    @cached_property
    def heading_font(self) -> str:
        """The theme's heading font."""
        return self._find_font("majorFont")

    @cached_property
    def body_font(self) -> str:
        """The theme's body font."""
        return self._find_font("minorFont")

    def _find_font(self, name: str) -> str:
        latin = None if self._theme is None else self._theme.find(f".//{A}{name}/{A}latin")
        return _DEFAULT_FONT if latin is None else str(latin.get("typeface") or _DEFAULT_FONT)


class TypefaceReader:
    """Finds the typefaces used on slides of one layout.

    ``master``, ``theme`` and ``defaults`` (the presentation's default text style) may be None.
    """

    def __init__(self, layout: Any, master: Any, theme: Any, defaults: Any) -> None:
        self._layout, self._master, self._defaults = layout, master, defaults
        self.fonts = ThemeFonts(theme)
        self._levels: dict[tuple[str, str], list[Typeface]] = {}

    def read_slide(self, tree: Any) -> set[Typeface]:
        """Return the typefaces used in a slide's shapes and tables.

        Charts are separate parts; see ``read_chart``.
        """
        typefaces: set[Typeface] = set()
        for shape in tree.iter(f"{P}sp"):
            body = shape.find(f"{P}txBody")
            if body is not None:
                list_style = body.find(f"{A}lstStyle")
                plain = list_style is None or not len(list_style)
                typefaces.update(
                    _iter_body_typefaces(
                        body, self._resolve_level_typefaces(shape, is_cached=plain), self.fonts
                    )
                )
        for table in tree.iter(f"{A}tbl"):
            typefaces.update(self._iter_table_typefaces(table))
        return typefaces

    def read_chart(self, tree: Any) -> set[Typeface]:
        """Return the typefaces used in a chart."""
        families = {
            self.fonts.resolve_family(latin.get("typeface", _TEXT)) for latin in tree.iter(f"{A}latin")
        }
        properties = tree.iter(f"{A}rPr", f"{A}defRPr")
        styles = {(parse_flag(item.get("b")), parse_flag(item.get("i"))) for item in properties}
        styles.add((False, False))
        return {Typeface(family, *style) for family in families or {self.fonts.body_font} for style in styles}

    def _iter_table_typefaces(self, table: Any) -> Iterator[Typeface]:
        """Yield the typefaces used in a table. A header row or column adds bold typefaces."""
        properties = table.find(f"{A}tblPr")
        heads = properties is not None and any(
            parse_flag(properties.get(n)) for n in ("firstRow", "firstCol")
        )
        for bold in (False, True) if heads else (False,):
            level = Typeface(self.fonts.body_font, bold)
            for body in table.iter(f"{A}txBody"):
                yield from _iter_body_typefaces(body, [level] * _LEVELS, self.fonts)

    def _resolve_level_typefaces(self, shape: Any, *, is_cached: bool) -> list[Typeface]:
        """Return the inherited typeface of each list level in a shape.

        If ``is_cached`` is true, the result is cached by the type and index of the shape's placeholder.
        """
        mark = find_placeholder(shape)
        key = ("", "") if mark is None else (mark.get("type", "obj"), mark.get("idx", "0"))
        if is_cached and key in self._levels:
            return self._levels[key]
        chain = resolve_placeholder_chain(shape, self._layout, self._master)
        styles = collect_list_styles(chain, get_placeholder_type(shape), self._master, self._defaults)
        levels = [self._resolve_level_typeface(styles, number) for number in range(1, _LEVELS + 1)]
        if is_cached:
            self._levels[key] = levels
        return levels

    def _resolve_level_typeface(self, styles: Sequence[Any], number: int) -> Typeface:
        path = f"{A}lvl{number}pPr/{A}defRPr"
        properties = [item for style in styles if (item := style.find(path)) is not None]
        return _resolve_typeface(properties, Typeface(self.fonts.body_font), self.fonts)


def _iter_body_typefaces(body: Any, levels: Sequence[Typeface], fonts: ThemeFonts) -> Iterator[Typeface]:
    for paragraph in body.iter(f"{A}p"):
        properties = paragraph.find(f"{A}pPr")
        level = levels[int(properties.get("lvl", "0")) if properties is not None else 0]
        for run in paragraph.iter(f"{A}r", f"{A}fld"):
            run_properties = run.find(f"{A}rPr")
            yield level if run_properties is None else _resolve_typeface((run_properties,), level, fonts)


def _resolve_typeface(properties: Sequence[Any], inherited: Typeface, fonts: ThemeFonts) -> Typeface:
    """Return the typeface set by run properties, nearest first. Unset values come from ``inherited``."""
    family = next((latin for item in properties if (latin := item.find(f"{A}latin")) is not None), None)
    bold = next((value for item in properties if (value := item.get("b")) is not None), None)
    italic = next((value for item in properties if (value := item.get("i")) is not None), None)
    return Typeface(
        inherited.family if family is None else fonts.resolve_family(family.get("typeface", _TEXT)),
        inherited.bold if bold is None else parse_flag(bold),
        inherited.italic if italic is None else parse_flag(italic),
    )
