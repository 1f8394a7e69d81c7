"""Read the placeholders of layouts: their boxes and text properties.

Properties are inherited as in PowerPoint: from the layout's placeholder, the master's placeholder of the same
type, the master's text styles, the presentation's default text style and the theme (ECMA-376 Part 1,
19.3.1.52). The template thus determines all sizes and positions.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from lxml import etree

from triptych.media.xml_parsing import parse_untrusted_xml
from triptych.ooxml.inheritance import (
    FOOTER_TYPES,
    TITLE_TYPES,
    ThemeFonts,
    collect_list_styles,
    find_box,
    find_placeholder,
    get_placeholder_type,
    resolve_placeholder_chain,
)
from triptych.ooxml.inheritance import Box as EmuBox
from triptych.ooxml.xml import EMU_PER_POINT, parse_flag, parse_percentage, qn
from triptych.writers.deck.fitting.text import Bounds, Level, PlaceholderBox, Sides, TextArea
from triptych.writers.deck.pptx.exports import (
    RELATIONSHIP_TYPE,
    BaseShape,
    NotesMaster,
    Presentation,
    SlideLayout,
    SlideMaster,
)
from triptych.writers.deck.pptx.package import get_element, list_placeholders

_OVERLAP_TOLERANCE = 1.0  # tolerance in points for overlapping boxes
_MIN_REMAINING_FRACTION = 0.4  # minimum fraction of a box that must remain after a cut

INSETS = {"lIns": 91_440, "tIns": 45_720, "rIns": 91_440, "bIns": 45_720}
_LEVELS = 5
_JUSTIFIED_ALIGNMENTS = ("just", "justLow", "dist", "thaiDist")

_FULL_TURN = 360 * 60_000  # a full turn in 60,000ths of a degree (20.1.10.3)
_MAX_ROTATION = 15 * 60_000  # maximum rotation of a placeholder that is used

_IGNORED_TYPES = {*FOOTER_TYPES, "hdr", "sldImg"}

# Mutually exclusive children of text properties (21.1.2.2.7, 21.1.2.3.9).
_ALTERNATIVES = {
    name: group
    for group in (
        ("buClrTx", "buClr"),
        ("buSzTx", "buSzPct", "buSzPts"),
        ("buFontTx", "buFont"),
        ("buNone", "buAutoNum", "buChar", "buBlip"),
        ("noFill", "solidFill", "gradFill", "blipFill", "pattFill", "grpFill"),
        ("effectLst", "effectDag"),
    )
    for name in group
}
_ORDER = (
    "lnSpc spcBef spcAft buClrTx buClr buSzTx buSzPct buSzPts buFontTx buFont buNone buAutoNum buChar buBlip "
    "tabLst ln noFill solidFill gradFill blipFill pattFill grpFill effectLst effectDag highlight uLnTx uLn "
    "uFillTx uFill latin ea cs sym hlinkClick hlinkMouseOver rtl defRPr extLst"
).split()
_PARTS = [qn(f"a:{name}") for name in _ORDER]
_RANKS = {part: rank for rank, part in enumerate(_PARTS)}


@dataclass(frozen=True)
class LayoutPlaceholder:
    """A placeholder of a layout.

    ``chain`` is its element followed by the elements that it inherits from. ``levels`` are its list levels,
    including inherited properties. If ``is_moved`` is true, the box differs from the layout, so that slides
    must set the position.
    """

    index: int
    kind: str
    name: str
    chain: Sequence[Any]
    box: PlaceholderBox
    levels: Sequence[Any] = field(repr=False)
    is_moved: bool = False

    @property
    def area(self) -> float:
        """The area in square points."""
        return self.box.width * self.box.height

    @property
    def anchor(self) -> str:
        """The vertical alignment of the text: "t", "ctr" or "b" (20.1.10.60)."""
        return _find_body_property(self.chain, "anchor") or "t"

    @cached_property
    def bare_name(self) -> str:
        """The name in lower case, without the number that office programs append."""
        return re.sub(r"(?<!\s)\s++\d++$", "", self.name).strip().lower()


class LayoutReader:
    """Reads the placeholders and fonts of a presentation's layouts."""

    def __init__(self, presentation: Presentation) -> None:
        self._default_style = get_element(presentation.part).find(qn("p:defaultTextStyle"))
        self._fonts: dict[Any, ThemeFonts] = {}
        size = get_element(presentation.part).find(qn("p:sldSz"))
        self._outside_boxes = () if size is None else _list_outside_boxes(size)
        self._content_placeholders: dict[Any, list[LayoutPlaceholder]] = {}
        self._levels: dict[tuple[Any, ...], Any] = {}
        self._text_levels: dict[tuple[Any, ThemeFonts], Level] = {}
        self._master_chains: dict[tuple[Any, str], tuple[Any, ...]] = {}

    def list_content_placeholders(self, layout: SlideLayout) -> list[LayoutPlaceholder]:
        """Return the content placeholders of a layout, cut so that they do not overlap titles and footers.

        Placeholders that have vertical text, or are rotated by more than 15 degrees, are omitted.
        """
        if layout.part not in self._content_placeholders:
            self._content_placeholders[layout.part] = self._find_content_placeholders(layout)
        return self._content_placeholders[layout.part]

    def _find_content_placeholders(self, layout: SlideLayout) -> list[LayoutPlaceholder]:
        """Find the content placeholders of a layout. ``list_content_placeholders`` caches the result."""
        read_shapes = [(shape, self._read_placeholder(shape, layout)) for shape in list_placeholders(layout)]
        placeholders = [placeholder for _, placeholder in read_shapes if placeholder is not None]
        chains = (
            self._resolve_chain(get_element(shape), layout)
            for shape, _ in read_shapes
            if get_placeholder_type(get_element(shape)) in FOOTER_TYPES
        )
        furniture = [_convert_to_points(box) for chain in chains if (box := find_box(chain)) is not None]
        return [_cut_clear_of_titles(placeholder, placeholders, furniture) for placeholder in placeholders]

    def get_fonts(self, layout: SlideLayout) -> ThemeFonts:
        """Return the theme fonts of a layout."""
        part = layout.slide_master.part
        if part not in self._fonts:
            self._fonts[part] = ThemeFonts(read_theme(layout.slide_master))
        return self._fonts[part]

    def find_footers(self, layout: SlideLayout) -> dict[str, LayoutPlaceholder]:
        """Return the footer, date and slide number placeholders of a layout, by type."""
        placeholders: dict[str, LayoutPlaceholder] = {}
        for shape in list_placeholders(layout):
            element = get_element(shape)
            kind = get_placeholder_type(element)
            if kind in FOOTER_TYPES:
                chain = self._resolve_chain(element, layout)
                level = merge_level(self._collect_styles(chain, kind, layout), 1)
                if place := read_placeholder_box(chain, [read_level(level, self.get_fonts(layout))]):
                    index = shape.placeholder_format.idx
                    placeholders[kind] = LayoutPlaceholder(index, kind, shape.name, chain, place, [level])
        return placeholders

    def _resolve_chain(self, element: Any, layout: SlideLayout) -> tuple[Any, ...]:
        """Return a layout placeholder, followed by the master placeholder that it inherits from, if any."""
        master, kind = get_element(layout.slide_master), get_placeholder_type(element)
        if (master, kind) not in self._master_chains:
            self._master_chains[master, kind] = resolve_placeholder_chain(element, None, master)[1:]
        return (element, *self._master_chains[master, kind])

    def _collect_styles(self, chain: Sequence[Any], kind: str, layout: SlideLayout) -> list[Any]:
        return collect_list_styles(chain, kind, get_element(layout.slide_master), self._default_style)

    def _read_level(self, level: Any, fonts: ThemeFonts) -> Level:
        if (level, fonts) not in self._text_levels:
            self._text_levels[level, fonts] = read_level(level, fonts)
        return self._text_levels[level, fonts]

    def _merge_level(self, styles: Sequence[Any], number: int) -> Any:
        source = (number, *_find_level_sources(styles, number))
        if source not in self._levels:
            self._levels[source] = merge_level(styles, number)
        return self._levels[source]

    def _read_placeholder(self, shape: BaseShape, layout: SlideLayout) -> LayoutPlaceholder | None:
        element = get_element(shape)
        kind = get_placeholder_type(element)
        if kind in _IGNORED_TYPES:
            return None
        chain = self._resolve_chain(element, layout)
        upright = find_placeholder(element).get("orient") == "vert" or any(map(_is_vertical, chain))
        is_rotated = upright or abs(_get_rotation(chain)) > _MAX_ROTATION
        if is_rotated or element.find(qn("p:txBody")) is None:
            return None
        styles, fonts = self._collect_styles(chain, kind, layout), self.get_fonts(layout)
        levels = [self._merge_level(styles, number) for number in range(1, _LEVELS + 1)]
        place = read_placeholder_box(chain, [self._read_level(level, fonts) for level in levels])
        if place is None:
            return None
        inner_box = cut_clear_of_boxes(place, self._outside_boxes)
        is_moved = inner_box is not place or _get_rotation(chain) != 0
        return LayoutPlaceholder(
            shape.placeholder_format.idx, kind, shape.name, chain, inner_box, levels, is_moved
        )


def get_slide_size(presentation: Presentation) -> tuple[float, float]:
    """Return the width and height of slides in points."""
    width, height = get_slide_size_in_emu(presentation)
    return width / EMU_PER_POINT, height / EMU_PER_POINT


def get_slide_size_in_emu(presentation: Presentation) -> tuple[int, int]:
    """Return the width and height of slides in EMU; the default is 10 × 7.5 inches (19.2.1.39)."""
    return presentation.slide_width or 9_144_000, presentation.slide_height or 6_858_000


def _list_outside_boxes(size: Any) -> tuple[Sides, ...]:
    """Return the four areas outside the edges of a slide."""
    wide, high = (int(size.get(name)) / EMU_PER_POINT for name in ("cx", "cy"))
    left, top, right, bottom = -wide, -high, 2 * wide, 2 * high
    return (
        (left, top, right, 0),
        (left, high, right, bottom),
        (left, top, 0, bottom),
        (wide, top, right, bottom),
    )


def _cut_clear_of_titles(
    placeholder: LayoutPlaceholder, placeholders: Sequence[LayoutPlaceholder], footers: Iterable[Bounds]
) -> LayoutPlaceholder:
    """Cut a content placeholder so that it does not overlap titles and footers.

    A placeholder that contains a whole title is a background; it is returned unchanged.
    """
    box = placeholder.box
    titles = [other.box.bounds for other in placeholders if other.kind in TITLE_TYPES]
    if placeholder.kind in TITLE_TYPES or any(
        box.left <= left and box.top <= top and box.bottom >= top + high for left, top, _, high in titles
    ):
        return placeholder
    boxes = ((left, top, left + wide, top + high) for left, top, wide, high in (*titles, *footers))
    place = cut_clear_of_boxes(box, boxes)
    return placeholder if place is box else replace(placeholder, box=place, is_moved=True)


def read_placeholder_box(chain: Sequence[Any], levels: Sequence[Level]) -> PlaceholderBox | None:
    """Return a placeholder's box with its text area, or None if the placeholder has no position."""
    box = find_box(chain)
    if box is None:
        return None
    return create_placeholder_box(
        _convert_to_points(box), _read_insets(chain), tuple(levels), _read_columns(chain)
    )


def merge_level(styles: Sequence[Any], number: int) -> Any:
    """Merge the properties of one list level from several list styles; the first style takes precedence."""
    return _merge_properties(qn(f"a:lvl{number}pPr"), _find_level_sources(styles, number))


def _find_level_sources(styles: Sequence[Any], number: int) -> tuple[Any, ...]:
    tag = qn(f"a:lvl{number}pPr")
    return tuple(source for style in styles if (source := style.find(tag)) is not None)


def create_placeholder_box(
    bounds: Bounds, insets: Sides, levels: tuple[Level, ...], columns: tuple[int, float] = (1, 0.0)
) -> PlaceholderBox:
    """Create a ``PlaceholderBox`` from its bounds and insets in points.

    ``columns`` is the number of text columns and the gap between them in points. Text only fills the first
    column.
    """
    left, top, width, height = bounds
    count, gap = columns
    inner = (width - insets[0] - insets[2] - gap * (count - 1)) / count
    text = TextArea(width=inner, height=height - insets[1] - insets[3], levels=levels)
    return PlaceholderBox(left=left, top=top, width=width, height=height, text_area=text, insets=insets)


def read_theme(master: SlideMaster | NotesMaster) -> Any:
    """Return the theme of a master as an XML element, or None."""
    part = find_theme_part(master)
    return None if part is None else parse_untrusted_xml(part.blob)


def find_theme_part(master: SlideMaster | NotesMaster) -> Any:
    """Return the theme part of a master, or None."""
    try:
        return master.part.part_related_by(RELATIONSHIP_TYPE.THEME)
    except KeyError:
        return None


def _is_vertical(element: Any) -> bool:
    body = element.find(f".//{qn('a:bodyPr')}")
    return body is not None and body.get("vert", "horz") != "horz"


def _get_rotation(chain: Sequence[Any]) -> int:
    """Return a placeholder's clockwise rotation in 60,000ths of a degree, from -180 to 180 degrees."""
    transforms = (element.find(f"{qn('p:spPr')}/{qn('a:xfrm')}") for element in chain)
    transform_element = next((transform for transform in transforms if transform is not None), None)
    rotation = 0 if transform_element is None else int(transform_element.get("rot", "0")) % _FULL_TURN
    return rotation if rotation <= _FULL_TURN // 2 else rotation - _FULL_TURN


def _convert_to_points(box: EmuBox) -> Bounds:
    sides = (box.left, box.top, box.right - box.left, box.bottom - box.top)
    left, top, width, height = (side / EMU_PER_POINT for side in sides)
    return left, top, width, height


def _read_insets(chain: Sequence[Any]) -> Sides:
    left, top, right, bottom = (
        int(_find_body_property(chain, name) or default) / EMU_PER_POINT for name, default in INSETS.items()
    )
    return left, top, right, bottom


def _read_columns(chain: Sequence[Any]) -> tuple[int, float]:
    count, gap = _find_body_property(chain, "numCol"), _find_body_property(chain, "spcCol")
    return max(1, int(count or 1)), int(gap or 0) / EMU_PER_POINT


def _find_body_property(chain: Sequence[Any], name: str) -> str | None:
    bodies = (element.find(f".//{qn('a:bodyPr')}") for element in chain)
    values = (body.get(name) for body in bodies if body is not None)
    return next((str(value) for value in values if value is not None), None)


def _merge_properties(tag: str, sources: Sequence[Any]) -> Any:
    """Merge text properties, including run properties; the first source that sets a property wins."""
    result = etree.Element(tag)
    used_names: set[str] = set()
    for source in sources:
        for name, value in source.attrib.items():
            if name not in result.attrib:
                result.set(name, value)
        for part in source.iterchildren(*_PARTS):
            name = part.tag.rpartition("}")[2]
            if name == "defRPr" or not used_names.isdisjoint(_ALTERNATIVES.get(name, (name,))):
                continue
            used_names.add(name)
            result.append(copy.deepcopy(part))
    runs = [run for source in sources if (run := source.find(qn("a:defRPr"))) is not None]
    if runs:
        result.append(_merge_properties(qn("a:defRPr"), runs))
    result[:] = sorted(result, key=lambda part: _RANKS[part.tag])
    return result


def read_level(element: Any, fonts: ThemeFonts) -> Level:
    """Convert the merged properties of a list level to a ``Level`` for text measurement."""
    runs = element.find(qn("a:defRPr"))
    run = runs if runs is not None else etree.Element(qn("a:defRPr"))
    latin = run.find(qn("a:latin"))
    size = int(run.get("sz", "1800")) / 100
    before, is_relative = _read_paragraph_spacing(element.find(qn("a:spcBef")), size)
    after, _ = _read_paragraph_spacing(element.find(qn("a:spcAft")), size)
    margin = int(element.get("marL", "0"))
    hanging = int(element.get("indent", "0"))
    has_bullet = (
        element.find(qn("a:buNone")) is None and len(element.xpath("*[starts-with(local-name(), 'bu')]")) > 0
    )
    exact = element.find(f"{qn('a:lnSpc')}/{qn('a:spcPts')}")
    of_line = element.find(f"{qn('a:lnSpc')}/{qn('a:spcPct')}")
    return Level(
        size=size,
        family=fonts.resolve_family(latin.get("typeface", "+mn-lt") if latin is not None else "+mn-lt"),
        bold=parse_flag(run.get("b")),
        italic=parse_flag(run.get("i")),
        indent=max(margin, margin + hanging) / EMU_PER_POINT,
        space_before=before + after,
        line_spacing=parse_percentage(of_line.get("val")) if of_line is not None else 1.0,
        exact_line_spacing=int(exact.get("val")) / 100 if exact is not None else 0.0,
        letter_spacing=max(0.0, int(run.get("spc", "0")) / 100 / size),
        is_all_caps=run.get("cap", "none") == "all",
        needs_own_spacing=is_relative or after > 0,
        is_justified=element.get("algn") in _JUSTIFIED_ALIGNMENTS,
        has_bullet_or_number=has_bullet,
        has_plain_margin=not has_bullet and not hanging,
    )


def _read_paragraph_spacing(element: Any, size: float) -> tuple[float, bool]:
    """Return a paragraph spacing in points, and whether it is relative to the line height."""
    if element is None or not len(element):
        return 0.0, False
    if element[0].tag == qn("a:spcPts"):
        return int(element[0].get("val")) / 100, False
    of_line = parse_percentage(element[0].get("val"))
    return of_line * size * 1.2, of_line > 0


def cut_clear_of_boxes(box: PlaceholderBox, other_boxes: Iterable[Sides]) -> PlaceholderBox:
    """Return the largest part of a box that no other box overlaps.

    If that part is too small, return the whole box.
    """
    box_sides = box.sides
    sides = box_sides
    for other in other_boxes:
        if _is_overlapping(sides, other):
            sides = max(_iter_remaining_parts(sides, other), key=_compute_area)
    if sides == box_sides or _compute_area(sides) < _MIN_REMAINING_FRACTION * _compute_area(box_sides):
        return box
    left, top, right, bottom = sides
    width, height = right - left, bottom - top
    # Only one text column is used, and it is as wide as the box.
    inner = box.text_area.width * width / box.width
    area = replace(box.text_area, width=inner, height=box.text_area.height - box.height + height)
    return replace(box, left=left, top=top, width=width, height=height, text_area=area)


def _is_overlapping(sides: Sides, other: Sides) -> bool:
    wide = min(sides[2], other[2]) - max(sides[0], other[0])
    high = min(sides[3], other[3]) - max(sides[1], other[1])
    return min(wide, high) > _OVERLAP_TOLERANCE


def _iter_remaining_parts(sides: Sides, other: Sides) -> Iterator[Sides]:
    """Yield the parts of a box on the left, on the right, above and below another box."""
    left, top, right, bottom = sides
    yield left, top, max(left, other[0]), bottom
    yield min(right, other[2]), top, right, bottom
    yield left, top, right, max(top, other[1])
    yield left, min(bottom, other[3]), right, bottom


def _compute_area(sides: Sides) -> float:
    return (sides[2] - sides[0]) * (sides[3] - sides[1])
