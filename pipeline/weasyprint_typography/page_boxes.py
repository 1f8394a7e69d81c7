"""Kinds of the engine's boxes, for those who walk through laid-out pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from types import SimpleNamespace
from typing import Any, TypeAlias


def line_height(box: Any) -> float:
    """Return the height of a line of text in a box, in CSS pixels, at least 1."""
    from weasyprint.text.line_break import strut

    return max(1.0, float(strut(box.style)[0]))


@cache
def box_kinds() -> SimpleNamespace:
    """Return WeasyPrint's classes of boxes, and of placeholders for boxes out of the flow, by their names."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.absolute import AbsolutePlaceholder

    return SimpleNamespace(**vars(boxes), AbsolutePlaceholder=AbsolutePlaceholder)


Area: TypeAlias = tuple[float, float, float, float]  # left, bottom, right, top in points

POINTS = 0.75  # in a CSS pixel
_BESIDE = "__column_beside"  # the style sheet's --column-beside, in points
_LANDSCAPE = "landscape"  # the page name of the style sheet


OTHER_SIDE = {"left": "right", "right": "left"}


@dataclass(frozen=True, slots=True)
class PageKind:
    """What a style sheet's page selectors see of a page (CSS Paged Media 3, 4; CSS GCPM 3, 3).

    ``groups`` are the named pages that it belongs to, each with its place in the run of them.
    """

    side: str
    blank: bool
    name: str
    index: int
    groups: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class NamedString:
    """A string that running heads may show: what it was when the page began, and what the page made it.

    ``begins`` says that the page begins with what sets it.
    """

    name: str
    before: str | None
    set: tuple[str, ...] = ()
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Paper:
    """The paper of a page that was laid out, so many CSS pixels wide and high."""

    width: float
    height: float
    turned: bool

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the upright paper in points."""
        sides = self.width * POINTS, self.height * POINTS
        return (sides[1], sides[0]) if self.turned else sides

    @property
    def matrix(self) -> tuple[float, float, float, float, float, float]:
        """From points of the layout, counted from its upper left corner, to those of the paper, counted from
        its lower left one (ISO 32000-1, 8.3.3).
        """
        return (0, 1, 1, 0, 0, 0) if self.turned else (1, 0, 0, -1, 0, self.height * POINTS)

    def point(self, x: float, y: float) -> tuple[float, float]:
        """Convert a point of the layout in pixels to one of the paper in points."""
        if self.turned:
            return y * POINTS, x * POINTS
        return x * POINTS, (self.height - y) * POINTS

    def area(self, left: float, top: float, right: float, bottom: float) -> Area:
        """Convert an area of the layout in pixels to one of the paper in points."""
        xs, ys = zip(self.point(left, top), self.point(right, bottom), strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def paper_of(page: Any) -> Paper:
    """Return the paper of a page's box."""
    return Paper(page.margin_width(), page.margin_height(), page.page_type.name == _LANDSCAPE)


def text_area(page: Any) -> tuple[float, float, float, float]:
    """Return the edges of the text of a page's box: left, top, right and bottom in pixels.

    A column for notes belongs to it, whose width the style sheet names as ``--column-beside``: at the right
    of the text, or at its left where it is below 0.
    """
    left, top = page.content_box_x(), page.content_box_y()
    right, bottom = left + page.width, top + page.height
    beside = next((token.value for token in page.style[_BESIDE] or () if token.type == "dimension"), 0.0)
    return left + min(beside, 0.0) / POINTS, top, right + max(beside, 0.0) / POINTS, bottom


def make_upright(kind: PageKind) -> PageKind:
    """Return the kind of an upright page with the running heads of this one."""
    if kind.name != _LANDSCAPE:
        return kind
    groups = tuple(group for group in kind.groups if group[0] != _LANDSCAPE)
    return PageKind(kind.side, kind.blank, "", kind.index, groups)


_SIDES = frozenset(("left", "right", "recto", "verso"))
_ROUNDING = 0.001  # CSS pixels


def measure_moves(pages: Sequence[Any], html: Any, context: Any) -> list[float | None]:
    """How far the content of each page moves to the right if it is bound on the other side of the book, in
    points of its paper; None where it would be laid out in another way.

    ``pages`` are those that the context has made last.
    """
    compare = _Comparison(html, context)
    return [compare.measure_move(page._page_box) for page in pages]


class _Comparison:
    """Compares pages of a document with such pages on the other side, which have other page rules."""

    def __init__(self, html: Any, context: Any) -> None:
        self._html, self._context = html, context
        self._known: dict[tuple[int, int, bool], float | None] = {}

    def measure_move(self, page: Any) -> float | None:
        kind = page.page_type
        if kind.index and self._context.page_maker[kind.index][1]["break"] in _SIDES:
            return None  # whether a blank page comes before it hangs on the sides
        if page.style["bleed_right"] != "auto" and page.style["bleed_right"].value:
            return None  # what reaches over an edge is cut there, or is told
        other = self._turn_kind(kind)
        turned = paper_of(page).turned
        styles = page.style, self._context.style_for(other)
        key = id(styles[0]), id(styles[1]), turned
        if key not in self._known:
            same = _are_alike(*self._footnote_areas(kind, other))
            self._known[key] = _compare_margins(*styles, turned=turned) if same else None
        found = self._known[key]
        return None if found and _is_painted(page) else found

    def _turn_kind(self, kind: Any) -> Any:
        """Return the kind of a page on the other side, whose styles WeasyPrint then has."""
        from weasyprint.layout.page import _standardize_page_based_counters, set_page_type_computed_styles

        other = kind._replace(side=OTHER_SIDE[kind.side])
        set_page_type_computed_styles(other, self._html, self._context.style_for)
        _standardize_page_based_counters(self._context.style_for(other), None)  # as those of laid-out pages
        return other

    def _footnote_areas(self, *kinds: Any) -> Iterator[Any]:
        return (self._context.style_for(kind, "@footnote") for kind in kinds)


def _is_painted(page: Any) -> bool:
    """Whether more is painted on a page than what is between its margins."""
    grounds = [ground for ground in (page.background, page.canvas_background) if ground is not None]
    return bool(page.style["marks"]) or any(
        ground.color.alpha > 0
        or ground.style["box_shadow"]
        or any(layer.image is not None for layer in ground.layers)
        for ground in grounds
    )


def _compare_margins(style: Any, other: Any, *, turned: bool) -> float | None:
    """Return how far a page's content is moved by another style that differs in margins only, else None."""
    begin, end = ("margin_top", "margin_bottom") if turned else ("margin_left", "margin_right")
    margins = [one[side] for one in (style, other) for side in (begin, end)]
    if not _are_alike(style, other, but=(begin, end)) or any(getattr(m, "unit", "") != "px" for m in margins):
        return None
    first, second, other_first, other_second = (margin.value for margin in margins)
    if abs(first + second - other_first - other_second) > _ROUNDING:
        return None
    return float(other_first - first) * POINTS


def _are_alike(style: Any, other: Any, but: Sequence[str] = ()) -> bool:
    """Whether two styles, or None, have the same values but for some properties."""
    from weasyprint.css.properties import INITIAL_VALUES

    if style is other or style is None or other is None:
        return style is other
    own = (name for one in (style, other) for name in one.cascaded if name.startswith("__"))
    return all(name in but or style[name] == other[name] for name in chain(INITIAL_VALUES, own))
