"""From the layout's pixels to the paper's points: landscape pages lie on upright paper.

All paper of a book has one size. A page of the name ``landscape`` is laid out as wide as the paper is high,
and turned a quarter against the clock, so that its head is at the left whichever side of the book it is on,
and whoever reads it turns the book once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from triptych.writers.print.quire import Area, PageKind

POINTS = 0.75  # in a CSS pixel
_BESIDE = "__column_beside"  # the style sheet's --column-beside, in points
_LANDSCAPE = "landscape"  # the page name of the style sheet


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
        """A point of the layout in pixels → one of the paper in points."""
        if self.turned:
            return y * POINTS, x * POINTS
        return x * POINTS, (self.height - y) * POINTS

    def area(self, left: float, top: float, right: float, bottom: float) -> Area:
        """An area of the layout in pixels → one of the paper in points."""
        xs, ys = zip(self.point(left, top), self.point(right, bottom), strict=True)
        return min(xs), min(ys), max(xs), max(ys)


def paper_of(page: Any) -> Paper:
    """The paper of a page's box."""
    return Paper(page.margin_width(), page.margin_height(), page.page_type.name == _LANDSCAPE)


def text_area(page: Any) -> tuple[float, float, float, float]:
    """Where the text of a page's box stands: left, top, right and bottom in pixels.

    A column for notes belongs to it, whose width the style sheet names as ``--column-beside``: at the right
    of the text, or at its left where it is below 0.
    """
    left, top = page.content_box_x(), page.content_box_y()
    right, bottom = left + page.width, top + page.height
    beside = next((token.value for token in page.style[_BESIDE] or () if token.type == "dimension"), 0.0)
    return left + min(beside, 0.0) / POINTS, top, right + max(beside, 0.0) / POINTS, bottom


def upright(kind: PageKind) -> PageKind:
    """What decides the running heads of a page: on a landscape one they stand where they do on any other."""
    if kind.name != _LANDSCAPE:
        return kind
    groups = tuple(group for group in kind.groups if group[0] != _LANDSCAPE)
    return PageKind(kind.side, kind.blank, "", kind.index, groups)
