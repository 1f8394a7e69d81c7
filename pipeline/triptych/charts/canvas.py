"""Draw shapes and text as SVG, in points from the top left corner of the canvas.

Text remains text. For outputs without the theme's fonts, ``media/svg_text.py`` converts it to outlines.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import pairwise
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from triptych.charts.styles import MarkStyle
from triptych.media.fonts.fonts import find_missing_characters
from triptych.media.fonts.shaping import measure_ascender_height, measure_width, select_families
from triptych.theme.print_design import CHART_FONT_SIZE
from triptych.theme.theme import FontFace, Theme

FONT_SIZE = CHART_FONT_SIZE
LINE_HEIGHT = 9.6  # points
SEPARATOR_WIDTH = 0.8  # points; gap between adjacent filled shapes

Anchor = Literal["left", "center", "right"]
_ANCHORS = {"left": "", "center": "middle", "right": "end"}
_TRANSLUCENT_OPACITY = 0.16
_ALLOWED_OVERLAP = 1.0  # points; allowed overlap, because measured boxes include clearance
_ARC_STEP = 2.0  # degrees of an arc that one line segment approximates


class Canvas:
    """An SVG drawing in the theme's colours. Shapes are painted in the order of the calls."""

    def __init__(self, width: float, height: float, theme: Theme) -> None:
        self.width, self.height, self.theme = width, height, theme
        self._elements: list[str] = []
        self._text_boxes: list[Box] = []  # bounding boxes of all texts
        self._baseline_offset = (
            measure_ascender_height(theme.select_face(theme.sans)) * FONT_SIZE / 2
        )  # distance of the baseline below a line's centre

    def to_svg(self) -> bytes:
        """Return the drawing as an SVG 1.1 document. Equal drawings give equal bytes."""
        width, height = format_length(self.width), format_length(self.height)
        root = {
            "xmlns": "http://www.w3.org/2000/svg",
            "width": f"{width}pt",
            "height": f"{height}pt",
            "viewBox": f"0 0 {width} {height}",
            "fill": _format_colour(self.theme.colours.foreground),
            "font-family": _format_families(self.theme, ""),
            "font-size": format_length(FONT_SIZE),
        }
        elements = "\n".join(self._elements)
        svg = f"<svg{_format_attributes(root)}>\n{elements}\n</svg>\n"
        return f'<?xml version="1.0" encoding="UTF-8"?>\n{svg}'.encode()

    @property
    def has_legible_text(self) -> bool:
        """Return whether all text is inside the canvas and does not overlap other text."""
        sheet, before = (0.0, 0.0, self.width, self.height), BoxIndex()
        for words in self._text_boxes:
            overlaps = before.is_blocked(words, partial(touches, words, clearance=-_ALLOWED_OVERLAP))
            if overlaps or not is_within(words, sheet, _ALLOWED_OVERLAP):
                return False
            before.add([words])
        return True

    def draw_text(
        self,
        position: Point,
        text: str | Sequence[str],
        *,
        colour: str = "",
        bold: bool = False,
        anchor: Anchor = "left",
        rotated: bool = False,
    ) -> None:
        """Draw one or more lines of text. The first line is vertically centred at ``position``.

        If ``rotated`` is true, text runs upwards, and further lines are to the right of the first.
        """
        if not isinstance(text, str):
            for index, line in enumerate(text):
                place = (
                    (position[0] + index * LINE_HEIGHT, position[1])
                    if rotated
                    else (position[0], position[1] + index * LINE_HEIGHT)
                )
                self.draw_text(place, line, colour=colour, bold=bold, anchor=anchor, rotated=rotated)
            return
        text = _replace_missing_characters(text, self.theme)
        families = _format_families(self.theme, text)
        x, y = position
        self._text_boxes.append(
            _measure_text_box(position, _measure_text(self.theme, text, bold), anchor, rotated=rotated)
        )
        style = {
            "x": "0" if rotated else format_length(x),
            "y": format_length(self._baseline_offset + (0.0 if rotated else y)),
            "transform": f"matrix(0 -1 1 0 {format_length(x)} {format_length(y)})" if rotated else "",
            "text-anchor": _ANCHORS[anchor],
            "font-family": families if families != _format_families(self.theme, "") else "",
            "font-weight": "bold" if bold else "",
            "fill": _format_colour(colour) if colour else "",
        }
        self._elements.append(f"<text{_format_attributes(style)}>{escape(text)}</text>")

    def draw_line(
        self, points: Iterable[Point], colour: str, width: float, dash: Sequence[float] = ()
    ) -> None:
        """Draw a polyline. ``dash`` is the dash pattern in multiples of ``width``."""
        dashes = " ".join(format_length(part * width) for part in dash)
        self._add_path(format_line_path(points), "", colour, width, join="round", dashes=dashes)

    def draw_box(
        self,
        left: float,
        top: float,
        width: float,
        height: float,
        style: MarkStyle,
        *,
        with_separator: bool = False,
    ) -> None:
        """Draw a filled rectangle.

        If ``with_separator`` is true, an outline in the background colour separates it from adjacent
        rectangles.
        """
        right, bottom = left + width, top + height
        corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
        self.draw_polygon(corners, style, separator_width=SEPARATOR_WIDTH if with_separator else 0.0)

    def draw_wedge(
        self, centre: Point, radius: float, inner_radius: float, start: float, end: float, style: MarkStyle
    ) -> None:
        """Draw a slice of a pie or donut clockwise from ``start`` to ``end``, in degrees from the top.

        ``inner_radius`` is 0 for a pie.
        """
        steps = max(1, math.ceil((end - start) / _ARC_STEP))
        angles = [math.radians(start + (end - start) * step / steps) for step in range(steps + 1)]

        def arc(length: float) -> list[Point]:
            return [
                (centre[0] + math.sin(angle) * length, centre[1] - math.cos(angle) * length)
                for angle in angles
            ]

        inner = arc(inner_radius)[::-1] if inner_radius else [centre] if end - start < 360 else []
        self.draw_polygon([*arc(radius), *inner], style, separator_width=1.0)

    def draw_markers(self, points: Sequence[Point], style: MarkStyle, size: float) -> None:
        """Draw point markers in the same style. ``size`` is the diameter in points."""
        marker_paths = [format_marker_path(point, style.marker, size / 2) for point in points]
        if not style.is_hollow:
            self._add_path("".join(marker_paths), style.colour)
            return
        for data in marker_paths:
            self._add_path(data, self.theme.colours.background, style.colour, 0.9)

    def draw_polygon(
        self,
        points: Sequence[Point],
        style: MarkStyle,
        *,
        separator_width: float = 0.0,
        translucent: bool = False,
    ) -> None:
        """Draw a polygon filled with the colour or pattern of a style.

        If ``separator_width`` is positive, the polygon has an outline of this width in the background colour.
        If ``translucent`` is true, a plain fill is translucent.
        """
        colours, data = self.theme.colours, f"{format_line_path(points)}z"
        if style.hatch:
            self._add_path(data, colours.background)
            self._add_path(format_hatching_path(points, style.hatch), "", style.colour, HATCH_WIDTH)
            self._add_path(data, "", style.colour, 0.7)
        elif separator_width:
            self._add_path(data, style.colour, colours.background, separator_width)
        elif style.is_outlined or style.is_receding:
            self._add_path(
                data, style.colour, colours.foreground if style.is_outlined else colours.background, 0.5
            )
        else:
            self._add_path(
                data, style.colour, opacity=format_length(_TRANSLUCENT_OPACITY) if translucent else ""
            )

    def _add_path(
        self,
        data: str,
        fill: str,
        stroke: str = "",
        width: float = 0.0,
        *,
        opacity: str = "",
        join: str = "",
        dashes: str = "",
    ) -> None:
        style = {
            "d": data,
            "fill": _format_colour(fill) if fill else "none",
            "fill-opacity": opacity,
            "stroke": _format_colour(stroke) if stroke else "",
            "stroke-width": format_length(width) if stroke else "",
            "stroke-linejoin": join,
            "stroke-dasharray": dashes,
        }
        self._elements.append(f"<path{_format_attributes(style)}/>")


def _measure_text_box(position: Point, width: float, anchor: Anchor, *, rotated: bool) -> Box:
    """Return the bounding box of a line of text."""
    (x, y), half = position, FONT_SIZE / 2
    before = {"left": 0.0, "center": width / 2, "right": width}[anchor]
    if rotated:
        return x - half, y - (width - before), x + half, y + before
    return x - before, y - half, x - before + width, y + half


@dataclass(frozen=True, slots=True)
class TextRuler:
    """Measures text in the theme's sans-serif fonts, at chart size."""

    theme: Theme

    def measure(self, text: str) -> float:
        """Return the width of a line of text in points."""
        return _measure_text(self.theme, text, False)

    def measure_bold(self, text: str) -> float:
        """Return the width of a line of bold text in points."""
        return _measure_text(self.theme, text, True)

    def measure_widest(self, lines: Iterable[str]) -> float:
        """Return the width of the widest line in points."""
        return max(map(self.measure, lines), default=0.0)


def _format_colour(colour: str) -> str:
    return f"#{colour}"


def _format_attributes(attributes: dict[str, str]) -> str:
    """Format the non-empty attributes for an XML start tag."""
    return "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items() if value)


@lru_cache(maxsize=4096)
def _format_families(theme: Theme, text: str) -> str:
    return ", ".join(f"'{family}'" for family in select_families(text, theme.families("sans"), theme))


@lru_cache(maxsize=4096)
def _replace_missing_characters(text: str, theme: Theme) -> str:
    """Replace characters that none of the theme's fonts has with U+FFFD."""
    return text.translate(dict.fromkeys(map(ord, find_missing_characters(text, theme)), "\ufffd"))


@lru_cache(maxsize=4096)
def _measure_text(theme: Theme, text: str, bold: bool) -> float:
    faces = _load_faces(theme, select_families(text, theme.families("sans"), theme), bold)
    return measure_width(_replace_missing_characters(text, theme), faces) * FONT_SIZE


@lru_cache(maxsize=64)
def _load_faces(theme: Theme, families: tuple[str, ...], bold: bool) -> tuple[FontFace, ...]:
    return tuple(theme.select_face(family, bold=bold) for family in families)


Point = tuple[float, float]
Box = tuple[float, float, float, float]  # left, top, right, bottom

# The corners of each marker shape, for a radius of 1.
_MARKER_CORNERS: dict[str, tuple[Point, ...]] = {
    "s": ((-1, -1), (1, -1), (1, 1), (-1, 1)),
    "D": ((0, -1.414), (1.414, 0), (0, 1.414), (-1.414, 0)),
    "^": ((0, -1), (1, 1), (-1, 1)),
    "v": ((0, 1), (-1, -1), (1, -1)),
    "P": tuple(
        (x / 3, y / 3)
        for x, y in (
            *((-1, -3), (1, -3), (1, -1), (3, -1), (3, 1), (1, 1)),
            *((1, 3), (-1, 3), (-1, 1), (-3, 1), (-3, -1), (-1, -1)),
        )
    ),
}
_CONTROL_DISTANCE = 0.5523  # fraction of the radius; control points of a Bézier quarter circle


def touches(box: Box, other: Box, clearance: float = 0.0) -> bool:
    """Return whether two boxes overlap, or are less than ``clearance`` points apart."""
    return (
        box[0] < other[2] + clearance
        and other[0] < box[2] + clearance
        and box[1] < other[3] + clearance
        and other[1] < box[3] + clearance
    )


def is_within(box: Box, area: Box, slack: float = 0.0) -> bool:
    """Return whether ``box`` extends beyond ``area`` by at most ``slack`` on each side."""
    return (
        box[0] >= area[0] - slack
        and box[1] >= area[1] - slack
        and box[2] <= area[2] + slack
        and box[3] <= area[3] + slack
    )


_CELL_SIZE = 16.0  # points; about the line height
_MAX_CELL = 100  # cells from the origin; boxes farther away share the last cell


class BoxIndex:
    """Boxes in the cells of a grid, so that a box is compared only with nearby boxes."""

    def __init__(self, boxes: Iterable[Box] = ()) -> None:
        self._cells: defaultdict[tuple[int, int], dict[Box, None]] = defaultdict(dict)
        self.add(boxes)

    def add(self, boxes: Iterable[Box]) -> None:
        """Add boxes. Equal boxes are stored once."""
        for box in boxes:
            for cell in _iter_cells(box):
                self._cells[cell][box] = None

    def is_blocked(self, box: Box, blocks: Callable[[Box], bool], clearance: float = 0.0) -> bool:
        """Return whether any box within ``clearance`` of ``box`` satisfies ``blocks``.

        The last box that blocked a position is tried first, since it often blocks neighbouring positions as
        well.
        """
        left, top, right, bottom = box
        area = (left - clearance, top - clearance, right + clearance, bottom + clearance)
        for cell in _iter_cells(area):
            others = self._cells.get(cell, {})
            for other in reversed(others):
                if blocks(other):
                    del others[other]
                    others[other] = None
                    return True
        return False


def _iter_cells(box: Box) -> Iterator[tuple[int, int]]:
    left, top, right, bottom = (int(max(-_MAX_CELL, min(edge // _CELL_SIZE, _MAX_CELL))) for edge in box)
    for column in range(left, right + 1):
        for row in range(top, bottom + 1):
            yield column, row


def format_length(value: float) -> str:
    """Format a number for SVG attributes and path data, with at most two decimal places."""
    return f"{round(value, 2) + 0.0:g}" if abs(value) < 1000 else f"{value:.1f}"


def format_line_path(points: Iterable[Point]) -> str:
    """Return the path data of a polyline."""
    return "M" + " ".join(f"{format_length(x)} {format_length(y)}" for x, y in points)


def trace_circle(centre: Point, radius: float) -> list[Point]:
    """Return points on a circle's circumference. The last point equals the first."""
    turns = [math.radians(5 * step) for step in range(73)]
    return [(centre[0] + math.sin(angle) * radius, centre[1] - math.cos(angle) * radius) for angle in turns]


def format_marker_path(centre: Point, marker: str, radius: float) -> str:
    """Return the path data of a marker centred at ``centre``."""
    x, y = centre
    if marker in _MARKER_CORNERS:
        return (
            format_line_path(
                (x + right * radius, y + down * radius) for right, down in _MARKER_CORNERS[marker]
            )
            + "z"
        )
    lengths = format_length(radius * (1 - _CONTROL_DISTANCE)), format_length(radius)
    short, full = lengths
    curves = (
        f"c{format_length(radius * _CONTROL_DISTANCE)} 0 {full} {short} {full} {full}",
        f"c0 {format_length(radius * _CONTROL_DISTANCE)} -{short} {full} -{full} {full}",
        f"c-{format_length(radius * _CONTROL_DISTANCE)} 0 -{full} -{short} -{full} -{full}",
        f"c0 -{format_length(radius * _CONTROL_DISTANCE)} {short} -{full} {full} -{full}",
    )
    return f"M{format_length(x)} {format_length(y - radius)}{''.join(curves)}z"


# Points. The lines cover a third of a shape or more, so that pale colours are visible and patterns differ.
HATCH_WIDTH, _LINE_SPACING = 1.1, 3.4
_HATCH_ANGLES = {"/": (-45.0,), "-": (0.0,), "x": (-45.0, 45.0)}


def format_hatching_path(points: Sequence[Point], hatch: str) -> str:
    """Return the path data of a fill pattern, clipped to a polygon.

    ``hatch`` is "/" for slanted lines, "-" for horizontal lines, or "x" for crossed lines.
    """
    return "".join(
        format_line_path(segment)
        for angle in _HATCH_ANGLES[hatch]
        for segment in _clip_parallel_lines(points, angle)
    )


def _clip_parallel_lines(points: Sequence[Point], degrees: float) -> Iterator[tuple[Point, Point]]:
    """Yield the segments of parallel lines inside a polygon.

    The lines are aligned with the canvas, so that the patterns of adjacent shapes match.
    """
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    rotated = [(x * cos + y * sin, y * cos - x * sin) for x, y in points]
    sides = list(pairwise([*rotated, rotated[0]]))
    heights = [y for _, y in rotated]
    first, last = math.ceil(min(heights) / _LINE_SPACING), math.floor(max(heights) / _LINE_SPACING)
    for row in range(first, last + 1):
        level = row * _LINE_SPACING
        cuts = sorted(
            x + (level - y) / (end_y - y) * (end_x - x)
            for (x, y), (end_x, end_y) in sides
            if (y <= level) != (end_y <= level)
        )
        for start, end in zip(cuts[::2], cuts[1::2], strict=True):
            yield (
                (start * cos - level * sin, start * sin + level * cos),
                (end * cos - level * sin, end * sin + level * cos),
            )
