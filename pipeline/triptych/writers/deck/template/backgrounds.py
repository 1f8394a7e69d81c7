"""Find the colours behind the placeholders of a layout, and measure the clutter of its decoration.

A gradient or image has several background colours; text must be legible on all of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, TypeAlias

from PIL import Image

from triptych.media.raster_images import make_thumbnail
from triptych.ooxml.backdrop import MAX_PICTURE_SIZE, Backdrop, paint_backdrop
from triptych.ooxml.colours import BLACK, WHITE, ColourScheme, find_fill
from triptych.ooxml.inheritance import TITLE_TYPES, Box, find_colour_map, has_visible_master
from triptych.ooxml.xml import EMU_PER_POINT, qn
from triptych.theme.colours import READABLE_CONTRAST, compute_contrast_ratio
from triptych.writers.deck.fitting.text import PlaceholderBox, Sides
from triptych.writers.deck.pptx.exports import Part, SlideLayout
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.template.placeholders import (
    LayoutPlaceholder,
    cut_clear_of_boxes,
    find_theme_part,
    get_slide_size_in_emu,
    read_theme,
)

BackgroundColours: TypeAlias = tuple[str, ...]

COVER_PENALTY = 0.3
"""Added to the clutter of a layout with the name of a title slide."""
_BACKGROUND_FRACTION = 0.7  # a shape that covers this fraction of a box is background, not clutter
# Maximum height of a line in points; minimum length as a fraction of the box.
_MAX_LINE_HEIGHT, _MIN_LINE_FRACTION = 8.0, 0.3
_TITLE_WEIGHT = 0.5  # weight of clutter behind titles, relative to clutter behind content
# The edges of a placeholder that may move, by its type: 0 left, 1 top, 2 right, 3 bottom.
_EDGES = {"obj": (0, 1, 2, 3), "body": (0, 1, 2, 3), "title": (0, 2)}
# Points: distance between content and decoration, and step in which edges move.
_CLEAR_DISTANCE, _TRIM_STEP = 8.0, 4
_SLICE_WIDTH = 8.0  # points
_MAX_TRIMMED_FRACTION = 0.12  # maximum fraction of the box's width or height to cut at one edge
_VISIBLE_CONTRAST = 1.25  # minimum contrast with the background of visible decoration
# Contrast within a background up to which it is calm; weight of contrast above.
_MAX_CALM_CONTRAST, _RESTLESS_WEIGHT = 1.3, 0.25


class LayoutColours:
    """The theme colours of a layout, and the colours behind its placeholders.

    ``text_contrast`` is the minimum contrast ratio of text whose colour is chosen by the program.
    ``surfaces`` caches the results of ``surfaces.py`` for texts on this layout.
    """

    def __init__(
        self,
        layout: SlideLayout,
        pictures: dict[Part, Image.Image | None] | None = None,
        text_contrast: float = READABLE_CONTRAST,
    ) -> None:
        self.text_contrast = text_contrast
        self._master = layout.slide_master
        self._trees = (get_element(layout), get_element(self._master))
        theme = read_theme(self._master)
        self._colours = ColourScheme.from_theme(theme, find_colour_map(self._trees))
        parts = (layout.part, self._master.part, find_theme_part(self._master))
        self._parts = dict(zip(map(id, (*self._trees, theme)), parts, strict=True))
        self._pictures = {} if pictures is None else pictures
        self._backgrounds: dict[PlaceholderBox, BackgroundColours] = {}
        self._frames: dict[PlaceholderBox, BackgroundColours] = {}
        self.surfaces: dict[Any, Any] = {}

    def get_theme_colour(self, name: str) -> str:
        """Return the theme colour with a name such as tx1 or accent3 as six hexadecimal digits."""
        slot_name = self._colours.names.get(name, name)
        return self._colours.get_theme_colour(name) or (
            BLACK if slot_name.startswith(("dk", "accent")) else WHITE
        )

    def find_background(
        self, placeholder_box: PlaceholderBox, chain: Sequence[Any] = ()
    ) -> BackgroundColours:
        """Return the colours behind a box, most frequent first.

        ``chain`` is a placeholder element followed by the elements that it inherits from; their fill is
        included.
        """
        box = _to_emu_box(placeholder_box.sides)
        if self.has_fill(chain):
            backdrop = self._backdrop.copy()
            backdrop.paint_fill(chain, box, self._colours, self._read_picture)
            return backdrop.find_colours(box)
        if placeholder_box not in self._backgrounds:
            self._backgrounds[placeholder_box] = self._backdrop.find_colours(box)
        return self._backgrounds[placeholder_box]

    def find_frame_background(self, box: PlaceholderBox) -> BackgroundColours:
        """Return all colours behind a frame, even of small areas, since a frame may have text anywhere."""
        if box not in self._frames:
            self._frames[box] = self._backdrop.find_colours_in_cells(_to_emu_box(box.sides))
        return self._frames[box]

    def has_fill(self, chain: Sequence[Any]) -> bool:
        """Return whether a placeholder has a fill. ``chain`` is its element and those it inherits from."""
        fills = (find_fill(element.find(qn("p:spPr"))) for element in chain)
        first = next((fill for fill in fills if fill is not None), None)
        return first is not None and first.tag != qn("a:noFill")

    def find_colours(self, sides: Sides) -> BackgroundColours:
        """Return the background colours within ``sides``, in points, on an empty slide."""
        return self._backdrop.find_colours(_to_emu_box(sides))

    @property
    def slide_size(self) -> tuple[float, float]:
        """The width and height of slides in points."""
        return self._slide_size_in_emu[0] / EMU_PER_POINT, self._slide_size_in_emu[1] / EMU_PER_POINT

    @cached_property
    def dominant_colour(self) -> str:
        """The most frequent colour of an empty slide."""
        wide, high = self._slide_size_in_emu
        return self._backdrop.find_colours(Box(0, 0, wide, high))[0]

    def get_text_colour(self, level: Any) -> str:
        """Return the text colour of a list level as six hexadecimal digits."""
        fill = find_fill(level.find(qn("a:defRPr")))
        return next(
            iter(() if fill is None else self._colours.list_visible_colours(fill)),
            self.get_theme_colour("tx1"),
        )

    def get_highlight(self, level: Any) -> BackgroundColours:
        """Return a tuple with the highlight colour of a list level, or ()."""
        mark = level.find(f"{qn('a:defRPr')}/{qn('a:highlight')}")
        colour = None if mark is None else self._colours.resolve_opaque_colour(mark)
        return () if colour is None else (colour,)

    @cached_property
    def _slide_size_in_emu(self) -> tuple[int, int]:
        """The width and height of slides in EMU."""
        return get_slide_size_in_emu(self._master.part.package.presentation_part.presentation)

    @cached_property
    def _backdrop(self) -> Backdrop:
        return paint_backdrop(self._slide_size_in_emu, self._trees, self._colours, self._read_picture)

    def _read_picture(self, tree: Any, identifier: str) -> Image.Image | None:
        """Read a related image as a thumbnail, or return None if the image cannot be read."""
        try:
            part = self._parts[id(tree)].related_part(identifier)
        except KeyError:
            return None
        if part not in self._pictures:
            self._pictures[part] = make_thumbnail(part.blob, MAX_PICTURE_SIZE)
        return self._pictures[part]


def _to_emu_box(sides: Sides) -> Box:
    return Box(*(round(side * EMU_PER_POINT) for side in sides))


def iter_theme_colours(layout_colours: LayoutColours) -> Iterator[tuple[str, str]]:
    """Yield the names and colours of the theme colours used for text and charts."""
    for name in ("tx1", "bg1", "tx2", "bg2", *(f"accent{number}" for number in range(1, 7)), "hlink"):
        yield name, layout_colours.get_theme_colour(name)


def measure_clutter(
    layout: SlideLayout, layout_colours: LayoutColours, placeholders: Sequence[LayoutPlaceholder]
) -> float:
    """Return the amount of decoration behind the title and the largest placeholder; 0 means none."""
    titles = [placeholder for placeholder in placeholders if placeholder.kind in TITLE_TYPES]
    others = [placeholder for placeholder in placeholders if placeholder.kind not in TITLE_TYPES]
    if not others:
        return 1.0
    content = max(others, key=lambda placeholder: placeholder.area)
    backgrounds = [
        layout_colours.find_background(placeholder.box, placeholder.chain)
        for placeholder in (content, *titles)
    ]
    shades = [
        [compute_contrast_ratio("000000", colour) for colour in background] for background in backgrounds
    ]
    restless = _RESTLESS_WEIGHT * max(
        max(0.0, max(contrasts) / min(contrasts) - _MAX_CALM_CONTRAST) for contrasts in shades
    )
    behind_titles = max(
        (_measure_covered_fraction(layout, placeholder.box) for placeholder in titles), default=0.0
    )
    return _measure_covered_fraction(layout, content.box) + _TITLE_WEIGHT * behind_titles + restless


def cut_clear_of_decoration(
    placeholder: LayoutPlaceholder, layout_colours: LayoutColours
) -> LayoutPlaceholder:
    """Move the edges of a content placeholder, and the sides of a title, away from decoration.

    Placeholders that have several background colours, or would lose too much space, remain unchanged.
    """
    place = placeholder.box
    box_sides = place.sides
    quarter_width, quarter_height = place.width / 4, place.height / 4
    centre_sides = (
        box_sides[0] + quarter_width,
        box_sides[1] + quarter_height,
        box_sides[2] - quarter_width,
        box_sides[3] - quarter_height,
    )
    centre_colour, *others = layout_colours.find_colours(centre_sides)
    if placeholder.kind not in _EDGES or others:
        return placeholder
    is_title = placeholder.kind in TITLE_TYPES
    if is_title and len(layout_colours.find_frame_background(place)) == 1:
        return placeholder

    def is_clear(edge: int, start: float, end: float) -> bool:
        """Return whether a strip from ``start`` to ``end``, measured from an edge, has no decoration.

        Beside a title, slices are examined, because small decoration is a small part of a wide strip.
        """
        width = _SLICE_WIDTH if is_title else end - start
        slices = (
            _get_edge_strip(box_sides, edge, start + width * number, start + width * (number + 1))
            for number in range(math.ceil((end - start) / width))
        )
        return all(
            compute_contrast_ratio(centre_colour, colour) <= _VISIBLE_CONTRAST
            for strip in slices
            for colour in layout_colours.find_colours(strip)
        )

    bands = []
    for edge in _EDGES[placeholder.kind]:
        max_cut = _MAX_TRIMMED_FRACTION * (place.height if edge % 2 else place.width)
        for cut in range(0, round(max_cut), _TRIM_STEP):
            if is_clear(edge, cut - _CLEAR_DISTANCE, cut) and is_clear(edge, cut, max_cut):
                bands.append(_get_edge_strip(box_sides, edge, 0, cut))
                break
    cleared = cut_clear_of_boxes(place, bands)
    return placeholder if cleared is place else replace(placeholder, box=cleared, is_moved=True)


def _get_edge_strip(box: Sides, edge: int, start: float, end: float) -> Sides:
    """Return the strip from ``start`` to ``end``, measured from an edge: 0 left, 1 top, 2 right, 3 bottom."""
    left, top, right, bottom = box
    return (
        (left + start, top, left + end, bottom),
        (left, top + start, right, top + end),
        (right - end, top, right - start, bottom),
        (left, bottom - end, right, bottom - start),
    )[edge]


def find_line_below(layout: SlideLayout, box: PlaceholderBox) -> float:
    """Return the y position in points of the first line below a box or in its lower half.

    Return infinity if there is no line.
    """
    lines = [
        top
        for left, top, wide, high in _iter_decoration_boxes(layout)
        if high <= _MAX_LINE_HEIGHT
        and top > box.top + box.height / 2
        and min(left + wide, box.right) - max(left, box.left) >= _MIN_LINE_FRACTION * box.width
    ]
    return min(lines, default=math.inf)


def has_decoration(layout: SlideLayout, region: Sides) -> bool:
    """Return whether decoration is in a part of a region, and not behind all of it."""
    left, top, right, bottom = region
    return any(
        is_overlapping(region, (x, y, x + wide, y + high))
        and not (x <= left and y <= top and x + wide >= right and y + high >= bottom)
        for x, y, wide, high in _iter_decoration_boxes(layout)
    )


def is_overlapping(sides: Sides, other: Sides) -> bool:
    """Return whether two areas have a point in common that is not on their edges."""
    return min(sides[2], other[2]) > max(sides[0], other[0]) and min(sides[3], other[3]) > max(
        sides[1], other[1]
    )


def _measure_covered_fraction(layout: SlideLayout, box: PlaceholderBox) -> float:
    """Return the fraction of a box that decoration covers, at most 1.

    A shape that covers most of the box counts as background.
    """
    return min(
        1.0,
        sum(fraction for fraction in _iter_covered_fractions(layout, box) if fraction < _BACKGROUND_FRACTION),
    )


def _iter_covered_fractions(layout: SlideLayout, box: PlaceholderBox) -> Iterator[float]:
    for left, top, wide, high in _iter_decoration_boxes(layout):
        common_width = min(left + wide, box.right) - max(left, box.left)
        common_height = min(top + high, box.bottom) - max(top, box.top)
        if common_width > 0 < common_height:
            yield common_width * common_height / (box.width * box.height)


def _iter_decoration_boxes(layout: SlideLayout) -> Iterator[tuple[float, ...]]:
    """Yield the left, top, width and height in points of each decorative shape on a layout and its master."""
    owners: tuple[Any, ...] = (layout,)
    if has_visible_master((get_element(layout),)):
        owners = (layout.slide_master, layout)
    for shape in (shape for owner in owners for shape in owner.shapes):
        if not shape.is_placeholder and shape.left is not None and shape.width is not None:
            sides = (shape.left, shape.top, shape.width, shape.height)
            yield tuple(side / EMU_PER_POINT for side in sides)
