"""Find content that overflows its cell, column, text area or page, and content that was shrunk.

A finished PDF does not contain the edges of columns and cells. Therefore the layout boxes are checked: the
ends of lines, and the outer edges of blocks, including margins. Full-width figures use negative margins to
extend over an edge on purpose.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from triptych.model.layout_defects import (
    HANGING,
    MIN_HANGING,
    OFF_PAGE,
    OFF_PLACE,
    OFF_TEXT,
    SHRUNK,
    SQUEEZED,
    LayoutDefect,
)
from weasyprint_typography import tables
from weasyprint_typography.page_boxes import POINTS, get_box_classes, get_text_area

_ROUNDING = 0.7  # CSS pixels
_LEGIBLE = 0.75  # minimum fraction of its width to which a formula may be shrunk
_DESCENT = 0.25  # depth of letters below the baseline, as a fraction of the font size
_IDENTIFYING = 20  # number of characters that identify a line


def find_layout_defects(page: Any) -> tuple[LayoutDefect, ...]:
    """Return the layout defects of a page box, in order."""
    return tuple(_DefectFinder(page).find_defects())


class _DefectFinder:
    """Finds the layout defects of one page."""

    def __init__(self, page: Any) -> None:
        self._page = page
        bleed = page.style["bleed_right"]
        self._bleed = float(bleed.value) if bleed != "auto" else 0.0
        self._kinds = get_box_classes()
        left, _, right, self._bottom = get_text_area(page)
        self._text_edges = left, right

    def find_defects(self) -> Iterator[LayoutDefect]:
        """Yield the defects of all boxes."""
        kinds = self._kinds
        stack = [(child, self._page) for child in reversed(self._page.children)]
        while stack:
            box, container = stack.pop()
            if type(box) is kinds.AbsolutePlaceholder:
                box = box._box
                container = self._page
            if isinstance(box, kinds.LineBox):
                yield from self._check_line(box, container)
                stack += [
                    (child, container) for child in box.children if not isinstance(child, kinds.TextBox)
                ]
                continue
            if isinstance(box, kinds.ReplacedBox):
                if isinstance(box, kinds.BlockLevelBox) and box.is_in_normal_flow():  # other images may bleed
                    yield from self._check_block(box, container)
                if (box.element.get("class") or "") == "math":
                    yield from _check_formula(box)
                continue
            if not getattr(box, "children", ()) or isinstance(box, kinds.TextBox):
                continue
            if isinstance(box, kinds.BlockLevelBox) and box.is_in_normal_flow():
                yield from self._check_block(box, container)
                if (smaller := vars(box).get(tables.SQUEEZED)) is not None:
                    yield LayoutDefect(SQUEEZED, "words", _describe_content(box, kinds)[1], smaller * POINTS)
            inner = box if isinstance(box, kinds.BlockContainerBox) else container
            stack += [
                (child, inner) for child in reversed(box.children) if not isinstance(child, kinds.TextBox)
            ]

    def _check_line(self, line: Any, container: Any) -> Iterator[LayoutDefect]:
        """Yield a defect if a line extends beyond its container or below the text area."""
        flow = [child for child in line.children if child.is_in_normal_flow()]
        if not flow:
            return
        size = float(line.style["font_size"])
        hanging = max(MIN_HANGING / POINTS, HANGING * size)
        overflow, position = self._measure_overflow(
            flow[0], flow[-1], container, hanging + self._measure_space_at_end(flow[-1])
        )
        below = line.position_y + line.baseline + _DESCENT * size - self._bottom
        if below > hanging and line.height <= self._page.height:
            overflow, position = max((overflow, position), (below, OFF_TEXT))
        if overflow > 0:
            kind, words = _describe_content(line, self._kinds)
            if kind == "words" and not words:
                return  # invisible, such as an anchor
            if len(words) < _IDENTIFYING:  # too short to be found; describe the container instead
                kind, words = _describe_content(container, self._kinds)
            yield LayoutDefect(position, kind, words, overflow * POINTS)

    def _measure_space_at_end(self, box: Any) -> float:
        """Return the width of trailing spaces of a line, which may hang (CSS Text 3, 4.1.3)."""
        while not isinstance(box, self._kinds.TextBox):
            if not getattr(box, "children", ()):
                return 0.0
            box = box.children[-1]
        spaces = len(box.text) - len(box.text.rstrip(" "))
        return float(box.width) * spaces / len(box.text) if box.style["white_space"] == "pre-wrap" else 0.0

    def _check_block(self, box: Any, container: Any) -> Iterator[LayoutDefect]:
        overflow, position = self._measure_overflow(box, box, container, _ROUNDING)
        if overflow > 0:
            kind, words = _describe_content(box, self._kinds)
            yield LayoutDefect(position, kind, words, overflow * POINTS)

    def _measure_overflow(self, first: Any, last: Any, container: Any, tolerance: float) -> tuple[float, Any]:
        """Return how far boxes extend beyond the end of their container, and the kind of defect.

        The distance is in CSS pixels, measured at ``first`` in right-to-left containers and at ``last`` in
        others. It is 0 if it is at most ``tolerance``, or if the boxes bleed on purpose.
        """
        if container.style["direction"] == "rtl":
            edge = first.position_x
            limits = (container.content_box_x(), self._text_edges[0], 0.0)
            overflows = [limit - edge for limit in limits]
        else:
            edge = last.position_x + last.margin_width()
            limits = (
                container.content_box_x() + container.width,
                self._text_edges[1],
                self._page.margin_width(),
            )
            overflows = [edge - limit for limit in limits]
        if overflows[0] <= tolerance:
            return 0.0, OFF_PLACE
        if self._bleed and abs(overflows[2] - self._bleed) <= _ROUNDING:
            return 0.0, OFF_PLACE  # it bleeds on purpose
        if overflows[2] > _ROUNDING:
            return overflows[2], OFF_PAGE
        return (overflows[1], OFF_TEXT) if overflows[1] > tolerance else (overflows[0], OFF_PLACE)


def _check_formula(formula: Any) -> Iterator[LayoutDefect]:
    """Yield a defect if a formula was shrunk too much to fit its line."""
    width = formula.style["width"]
    own_width = width.value if getattr(width, "unit", "") == "px" else formula.width
    if formula.width < _LEGIBLE * own_width:
        words = (formula.element.get("alt") or "").strip()
        yield LayoutDefect(SHRUNK, "formula", words, (own_width - formula.width) * POINTS)


def _describe_content(box: Any, kinds: Any) -> tuple[Any, str]:
    if isinstance(box, kinds.ReplacedBox):
        return "picture", (box.element.get("alt") or "").strip()
    texts: list[str] = []
    alts: list[str] = []
    stack = [box]
    while stack:
        current_box = stack.pop()
        if isinstance(current_box, kinds.TextBox):
            texts.append(current_box.text)
        elif isinstance(current_box, kinds.ReplacedBox):
            alts.append((current_box.element.get("alt") or "").strip())
        else:
            stack += reversed(getattr(current_box, "children", ()))
    words = ("" if isinstance(box, kinds.LineBox) else " ").join(texts).strip()
    return ("words", words) if words or not alts else ("picture", alts[0])
