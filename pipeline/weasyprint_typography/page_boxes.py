"""Describe laid-out pages: WeasyPrint's box classes, page properties, paper coordinates and side margins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from types import SimpleNamespace
from typing import Any, TypeAlias

from weasyprint_typography.preparation import LANDSCAPE


def get_line_height(box: Any) -> float:
    """Return the line height of ``box`` in CSS pixels, at least 1."""
    from weasyprint.text.line_break import strut

    return max(1.0, float(strut(box.style)[0]))


@cache
def get_box_classes() -> SimpleNamespace:
    """Return a namespace of WeasyPrint's box classes and of ``AbsolutePlaceholder``."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.absolute import AbsolutePlaceholder

    return SimpleNamespace(**vars(boxes), AbsolutePlaceholder=AbsolutePlaceholder)


Area: TypeAlias = tuple[float, float, float, float]  # left, bottom, right, top in points

POINTS = 0.75  # points per CSS pixel
OTHER_SIDE = {"left": "right", "right": "left"}
_SIDE_COLUMN = "__column_beside"  # the style sheet's --column-beside, in points


@dataclass(frozen=True, slots=True)
class PageKind:
    """The properties of a page that CSS page selectors match (CSS Paged Media 3, 4; CSS GCPM 3, 3).

    ``side`` is "left" or "right", and ``index`` is 0-based. ``groups`` contains the name of each page group
    that contains the page, with the index of the page in the group.
    """

    side: str
    blank: bool
    name: str
    index: int
    groups: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class NamedString:
    """The values of a named string on one page, for running heads (CSS GCPM 3, 1.1).

    ``start_value`` is the value at the start of the page, or None if there is none. ``assigned_values`` are
    the values assigned on the page, in order. ``is_assigned_at_start`` is True if the first element of the
    page assigns a value.
    """

    name: str
    start_value: str | None
    assigned_values: tuple[str, ...] = ()
    is_assigned_at_start: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper of a laid-out page.

    ``width`` and ``height`` are the dimensions of the layout in CSS pixels. If ``rotated`` is True, the
    layout is in landscape format and is rotated onto portrait paper.
    """

    width: float
    height: float
    rotated: bool

    @property
    def size(self) -> tuple[float, float]:
        """The width and the height of the paper in points, after rotation."""
        sides = self.width * POINTS, self.height * POINTS
        return (sides[1], sides[0]) if self.rotated else sides

    @property
    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """The matrix from layout to paper coordinates, both in points (ISO 32000-1, 8.3.3).

        Layout coordinates start at the upper left corner, paper coordinates at the lower left corner.
        """
        return (0, 1, 1, 0, 0, 0) if self.rotated else (1, 0, 0, -1, 0, self.height * POINTS)

    def convert_point(self, x: float, y: float) -> tuple[float, float]:
        """Convert a point from layout coordinates in CSS pixels to paper coordinates in points."""
        if self.rotated:
            return y * POINTS, x * POINTS
        return x * POINTS, (self.height - y) * POINTS

    def convert_area(self, left: float, top: float, right: float, bottom: float) -> Area:
        """Convert a rectangle from layout coordinates in CSS pixels to paper coordinates in points."""
        xs, ys = zip(self.convert_point(left, top), self.convert_point(right, bottom), strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def get_paper(page: Any) -> Paper:
    """Return the ``Paper`` of a page box."""
    return Paper(page.margin_width(), page.margin_height(), page.page_type.name == LANDSCAPE)


def get_text_area(page: Any) -> tuple[float, float, float, float]:
    """Return the left, top, right and bottom edges of a page box's text area, in CSS pixels.

    The area includes the column for side notes. The custom property ``--column-beside`` of the page is the
    width of this column: positive to the right of the text, negative to the left.
    """
    left, top = page.content_box_x(), page.content_box_y()
    right, bottom = left + page.width, top + page.height
    tokens = page.style[_SIDE_COLUMN] or ()
    extension = next((token.value for token in tokens if token.type == "dimension"), 0.0)
    return left + min(extension, 0.0) / POINTS, top, right + max(extension, 0.0) / POINTS, bottom


def get_portrait_kind(kind: PageKind) -> PageKind:
    """Return the portrait kind whose running heads a landscape page gets; return other kinds unchanged."""
    if kind.name != LANDSCAPE:
        return kind
    groups = tuple(group for group in kind.groups if group[0] != LANDSCAPE)
    return PageKind(kind.side, kind.blank, "", kind.index, groups)


_SIDES = frozenset(("left", "right", "recto", "verso"))
_ROUNDING = 0.001  # CSS pixels


def measure_side_shifts(pages: Sequence[Any], html: Any, context: Any) -> list[float | None]:
    """Return how far each page's content moves to the right if the page is on the opposite side of a spread.

    The distance is in points on the paper, or None if the page would be laid out differently on that side.
    ``pages`` are the pages that ``context`` laid out last.
    """
    comparison = _SideComparison(html, context)
    return [comparison.measure_margin_shift(page._page_box) for page in pages]


class _SideComparison:
    """A comparison of pages with the same pages on the opposite side, where other @page rules may match."""

    def __init__(self, html: Any, context: Any) -> None:
        self._html, self._context = html, context
        self._known: dict[tuple[int, int, bool], float | None] = {}

    def measure_margin_shift(self, page: Any) -> float | None:
        kind = page.page_type
        if kind.index and self._context.page_maker[kind.index][1]["break"] in _SIDES:
            return None  # the side decides whether a blank page precedes it
        if page.style["bleed_right"] != "auto" and page.style["bleed_right"].value:
            return None  # content beyond an edge is cut or reported there
        other = self._get_opposite_kind(kind)
        is_rotated = get_paper(page).rotated
        styles = page.style, self._context.style_for(other)
        key = id(styles[0]), id(styles[1]), is_rotated
        if key not in self._known:
            has_same_notes = _are_styles_equal(*self._get_footnote_styles(kind, other))
            self._known[key] = _measure_margin_shift(*styles, rotated=is_rotated) if has_same_notes else None
        shift = self._known[key]
        return None if shift and _has_decoration(page) else shift

    def _get_opposite_kind(self, kind: Any) -> Any:
        """Return the kind of a page on the opposite side, after computing the page styles for that kind."""
        from weasyprint.layout.page import _standardize_page_based_counters, set_page_type_computed_styles

        other = kind._replace(side=OTHER_SIDE[kind.side])
        set_page_type_computed_styles(other, self._html, self._context.style_for)
        _standardize_page_based_counters(self._context.style_for(other), None)  # as for laid-out pages
        return other

    def _get_footnote_styles(self, *kinds: Any) -> Iterator[Any]:
        return (self._context.style_for(kind, "@footnote") for kind in kinds)


def _has_decoration(page: Any) -> bool:
    """Return whether a page has a background, a shadow or crop marks in addition to its content."""
    backgrounds = (page.background, page.canvas_background)
    return bool(page.style["marks"]) or any(
        background.color.alpha > 0
        or background.style["box_shadow"]
        or any(layer.image is not None for layer in background.layers)
        for background in backgrounds
        if background is not None
    )


def _measure_margin_shift(style: Any, other: Any, *, rotated: bool) -> float | None:
    """Return how far, in points, the page style ``other`` moves the content of a page to the right.

    Return None if the styles differ in more than the side margins, or in the sum of both side margins.
    """
    start_side, end = ("margin_top", "margin_bottom") if rotated else ("margin_left", "margin_right")
    margins = [side_style[side] for side_style in (style, other) for side in (start_side, end)]
    if not _are_styles_equal(style, other, ignored=(start_side, end)) or any(
        getattr(m, "unit", "") != "px" for m in margins
    ):
        return None
    first, second, other_first, other_second = (margin.value for margin in margins)
    if abs(first + second - other_first - other_second) > _ROUNDING:
        return None
    return float(other_first - first) * POINTS


def _are_styles_equal(style: Any, other: Any, ignored: Sequence[str] = ()) -> bool:
    """Return whether two styles agree in all properties except ``ignored``.

    Either style may be None, which is equal only to None.
    """
    from weasyprint.css.properties import INITIAL_VALUES

    if style is other or style is None or other is None:
        return style is other
    custom_names = (
        name for side_style in (style, other) for name in side_style.cascaded if name.startswith("__")
    )
    return all(name in ignored or style[name] == other[name] for name in chain(INITIAL_VALUES, custom_names))
