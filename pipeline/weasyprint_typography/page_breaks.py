"""Break callouts and short tables across pages, and keep each footnote on the page of its call.

A callout that does not fit is broken with at least three lines on each page. A short callout or table moves
to the next page as a whole, unless that would leave much of the page empty. Style sheets cannot express this:
``orphans`` and ``widows`` count the lines of one paragraph.

For a box with ``box-decoration-break: clone``, WeasyPrint also requires space for the bottom margin, although
margins at the foot of a page are dropped (CSS Fragmentation 3, 5.2), and counts the bottom padding twice.
Without the corrections here, it would break boxes that fit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from math import inf
from typing import Any

from weasyprint_typography.engine import patch
from weasyprint_typography.page_boxes import get_box_classes, get_line_height

_MIN_LINES = 3  # lines of a callout on each of its pages, besides its title
_MAX_UNBROKEN_LINES = 8  # lines up to which a callout is kept on one page
_MAX_EMPTY_LINES = 6  # lines that may stay empty to keep a box on one page
_BREAKABLE = {"break_inside": "auto", "box_decoration_break": "clone"}


def break_boxes_in_flow(lay_out_one: Callable[..., Any]) -> Callable[..., Any]:
    """Return a layout function that breaks callouts and short tables with enough lines on both pages.

    ``lay_out_one`` is WeasyPrint's function that lays out one block.
    """
    from weasyprint.layout import block

    def lay_out(context: Any, box: Any, index: int, child: Any, *rest: Any) -> Any:
        is_table = is_short_table(child)
        breaks = is_callout(child) or is_table
        if not breaks and child.style["box_decoration_break"] != "clone":
            return lay_out_one(context, box, index, child, *rest)
        before, page_is_empty, absolute, fixed, margins, bottom, y, skip, *styles = rest
        remaining_height = context.page_bottom - bottom - y
        opens_page = page_is_empty and not any(child.is_in_normal_flow() for child in before)
        if not opens_page:
            bottom -= _measure_decoration_below(child)
        position = child.position_x, child.position_y

        def attempt(space: float) -> Any:
            child.position_x, child.position_y = position
            return lay_out_one(
                context, box, index, child, [*before], page_is_empty, absolute, fixed, [*margins],
                space, y, skip, *styles,
            )  # fmt: skip

        if not breaks:
            return attempt(bottom)
        line_height, space = get_line_height(child), bottom
        min_lines = _MIN_LINES + is_table  # its header row counts too
        leaves_much_space = remaining_height > _MAX_EMPTY_LINES * line_height
        if is_table and not leaves_much_space:
            return attempt(bottom)
        with with_style(child, _BREAKABLE):
            while True:
                result = attempt(space)
                resume_at = (result[2] or {}).get(index)
                if result[0] or resume_at is None:
                    return result
                fragment = result[6][-1]
                first = _count_lines(fragment, line_height)
                last = _count_lines(_lay_out_remainder(context, child, resume_at, box), line_height)
                kept_whole = is_table or first + last <= _MAX_UNBROKEN_LINES
                is_short = first < min_lines or (skip is None and kept_whole and not leaves_much_space)
                if (last >= min_lines and (opens_page or not is_short)) or (
                    opens_page and first <= min_lines
                ):
                    return result
                block.remove_placeholders(context, [fragment], absolute, fixed)
                if is_short and not opens_page:
                    break
                space += max(min_lines - last, 1) * line_height
        return attempt(bottom)

    return lay_out


def _measure_decoration_below(box: Any) -> float:
    """Return the height of a box's bottom padding and border, which WeasyPrint counts twice at a break."""
    padding = box.style["padding_bottom"]
    return float(getattr(padding, "value", 0)) + float(box.style["border_bottom_width"])


def get_cloned_margin(box: Any) -> Any:
    """Return the bottom margin of a box with ``box-decoration-break: clone``, or None for other boxes."""
    if box.style["box_decoration_break"] != "clone":
        return None
    margin = box.style["margin_bottom"]
    return margin if getattr(margin, "unit", "") == "px" and margin.value else None


@contextmanager
def with_style(box: Any, values: Mapping[str, Any]) -> Iterator[None]:
    """Temporarily replace the style of ``box`` with a copy that has ``values``.

    If ``values`` is empty, the style is not replaced.
    """
    style = box.style
    if values:
        box.style = style.copy()
    for name, value in values.items():
        box.style[name] = value
    try:
        yield
    finally:
        box.style = style


def is_callout(box: Any) -> bool:
    """Return whether ``box`` is a callout."""
    return box.element is not None and "callout" in (box.element.get("class") or "").split()


def is_short_table(box: Any) -> bool:
    """Return whether ``box`` is the frame of a short table without a caption."""
    classes = (box.element.get("class") or "").split() if box.element is not None else ()
    return {"table", "short"}.issubset(classes) and box.element.find("table/caption") is None


def _lay_out_remainder(context: Any, box: Any, resume_at: Any, parent: Any) -> Any:
    """Lay out a box from ``resume_at`` to its end with unlimited height and without its footnotes."""
    from weasyprint.layout import block

    notes, shapes = context.footnotes, context.excluded_shapes[:]
    context.footnotes = []
    try:
        return block.block_level_layout(context, box, -inf, resume_at, parent)[0]
    finally:
        context.footnotes = notes
        context.excluded_shapes[:] = shapes


def _count_lines(box: Any, line_height: float) -> float:
    """Return the number of lines and rows of a fragment without its title; images count by height."""
    return sum(
        line.height / line_height if isinstance(line, get_box_classes().ReplacedBox) else 1.0
        for line in _iter_lines_and_images(box)
    )


def _iter_lines_and_images(box: Any) -> Iterator[Any]:
    from weasyprint.formatting_structure.boxes import LineBox, TableRowBox

    if isinstance(box, (LineBox, TableRowBox, get_box_classes().ReplacedBox)):
        yield box
    elif box.element is None or box.element.get("class") != "callout-title":
        for child in getattr(box, "children", ()):
            if child.is_in_normal_flow():
                yield from _iter_lines_and_images(child)


_HEIGHTS = "heights_of_notes"  # attribute of a footnote area
_REMOVING = "removing_notes"  # attribute of the layout context while boxes with footnotes are removed


class _InColumnContext:
    """A proxy for a layout context in which ``in_column`` is true."""

    in_column = True

    def __init__(self, context: Any) -> None:
        object.__setattr__(self, "_context", context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._context, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._context, name, value)


@patch("weasyprint.layout.block._linebox_layout", "e07bbe000974787e", upstream_issue=2432)
def linebox_layout(lay_out_lines: Callable[..., Any]) -> Callable[..., Any]:
    """Lay out lines as WeasyPrint does in columns, so that each footnote stays on the page of its call."""

    def lay_out_lines_with_footnotes(context: Any, *rest: Any) -> Any:
        return lay_out_lines(_InColumnContext(context), *rest)

    return lay_out_lines_with_footnotes


@patch("weasyprint.layout.LayoutContext._update_footnote_area", "2e317e4b066fb80c")
def update_footnote_area(update: Callable[[Any], object]) -> Callable[[Any], bool]:
    """Let a footnote area overflow only at its maximum height; lay out each footnote once per page."""

    def update_area(context: Any) -> bool:
        if getattr(context, _REMOVING, False):
            return False
        area, notes = context.current_footnote_area, context.current_page_footnotes
        known_heights = vars(area).setdefault(_HEIGHTS, {})
        for note in notes:
            if note not in known_heights:
                known_heights[note] = _measure_note_height(context, area, note)
        heights = [known_heights[note] for note in notes]
        if not notes or None in heights:
            return bool(update(context)) and area.height >= area.max_height
        if area.height != "auto" and not context.in_column:
            context.page_bottom += area.margin_height()
        area.children = notes
        area.height = max(min(sum(heights), area.max_height), area.min_height)
        if not context.in_column:
            context.page_bottom -= area.margin_height()
        return bool(sum(heights) > area.height + area.padding_bottom + area.border_bottom_width)

    return update_area


def _measure_note_height(context: Any, area: Any, note: Any) -> float | None:
    """Return the height of a footnote, or None if its margins may collapse with those of other footnotes."""
    from weasyprint.formatting_structure.build import create_anonymous_boxes
    from weasyprint.layout.block import block_level_layout

    area_with_note = area.copy_with_children([note])
    area_with_note.children = [note]
    laid_out = block_level_layout(
        context, create_anonymous_boxes(area_with_note.deepcopy()), -inf, None, area.page
    )[0]
    note_box = laid_out.children[0]
    height = note_box.margin_height()
    offsets = (note_box.position_y - laid_out.content_box_y(), note_box.margin_top, note_box.margin_bottom)
    is_exact = laid_out.height in (height, laid_out.max_height, laid_out.min_height)
    return float(height) if is_exact and not any(offsets) else None


@patch("weasyprint.layout.block.remove_placeholders", "ce16d97a1caacea0", all_modules=True)
def remove_placeholders(remove: Callable[..., None]) -> Callable[..., None]:
    """Update the footnote area once when boxes are removed, instead of once for each of their footnotes."""

    def remove_at_once(context: Any, *rest: Any) -> None:
        if getattr(context, _REMOVING, False):
            remove(context, *rest)
            return
        setattr(context, _REMOVING, True)
        remove(context, *rest)
        setattr(context, _REMOVING, False)
        if hasattr(context.current_footnote_area, _HEIGHTS):  # the area has had footnotes
            context._update_footnote_area()

    return remove_at_once
