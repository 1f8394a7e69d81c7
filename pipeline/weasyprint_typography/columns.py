"""Balance columns quickly, and repeat index entries whose subentries continue in the next column.

WeasyPrint starts with columns that are too short and increases their height by the smallest useful amount,
often a pixel, laying out all columns each time. Here the content is laid out once. The positions at which a
column may end give an estimate of the balanced height, which usually fits. If it does not, for example
because table headers are repeated, the height is found by bisection.
"""

from __future__ import annotations

import logging
from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from itertools import pairwise
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element

from weasyprint_typography.engine import patch
from weasyprint_typography.preparation import CONTINUED, get_continued_word

_LINE = 16.0  # CSS pixels, about one line: columns that are at most this much too high are balanced
_EXACT = 1.0
MAX_LEVELS = 2  # of columns within columns
_LOGGER = logging.getLogger("weasyprint")

_ColumnPart: TypeAlias = tuple[float, float]  # the top and the bottom of a part of a column, in CSS pixels


@patch("weasyprint.layout.column.columns_layout", "7a05cce3272fc581", all_modules=True)
def columns_layout(lay_out: Callable[..., Any]) -> Callable[..., Any]:
    """Balance columns without footnotes and column-spanning blocks; WeasyPrint balances all others.

    Columns nested more deeply than two levels are laid out as one column: each level is laid out many times
    for each layout of the enclosing level.
    """
    lay_out_once = _skip_measuring(lay_out)
    levels = 0

    def lay_out_level(context: Any, box: Any, *rest: Any) -> Any:
        nonlocal levels
        if levels == MAX_LEVELS:
            return _lay_out_as_block(context, box, *rest)
        levels += 1
        try:
            return lay_out_balanced(context, box, *rest)
        finally:
            levels -= 1

    def lay_out_balanced(context: Any, box: Any, bottom: float, *rest: Any) -> Any:
        from weasyprint.layout.block import remove_placeholders  # ours

        if not can_balance_columns(box):
            return lay_out(context, box, bottom, *rest)
        filled_box = box.copy()
        filled_box.style = box.style.copy()
        filled_box.style["column_fill"] = "auto"
        shapes = context.excluded_shapes[:]
        before, (absolute, fixed, margins, *styles) = rest[:3], rest[3:]

        def try_layout(space: float) -> Any:
            context.excluded_shapes[:] = shapes
            return lay_out_once(context, filled_box, space, *before, absolute, fixed, [*margins], *styles)

        attempted = try_layout(bottom)
        if attempted[1] is not None or not attempted[0].children:  # the content overflows, or there is none
            return attempted
        columns = attempted[0].children
        top = columns[0].position_y
        count = max(len(columns), box.style["column_count"] if box.style["column_count"] != "auto" else 1)

        def retry_at_height(height: float) -> Any:
            remove_placeholders(context, [attempted[0]] if attempted[0] else [], absolute, fixed)
            return try_layout(context.page_bottom - top - height)

        high = context.page_bottom - top - bottom
        low = min(_estimate_height(columns, count), high)
        attempted = retry_at_height(low)
        if attempted[1] is None:
            return attempted
        fits, step = False, _LINE
        while high - low > _LINE:
            height = min(low + step, (low + high) / 2)
            step *= 2
            attempted = retry_at_height(height)
            fits = attempted[1] is None
            low, high = (low, height) if fits else (height, high)
        return attempted if fits else retry_at_height(high)

    return lay_out_level


def _lay_out_as_block(context: Any, box: Any, *rest: Any) -> Any:
    from weasyprint.layout.block import block_box_layout

    _LOGGER.error("columns are nested in more than %d levels", MAX_LEVELS)
    block = box.copy()
    block.style = box.style.copy()
    block.style["column_count"] = block.style["column_width"] = "auto"
    result, resume_at, *others, _ = block_box_layout(context, block, *rest, discard=False, max_lines=None)
    # WeasyPrint expects a box if there is nothing to resume at.
    return result, {0: None} if result is None else resume_at, *others


def _skip_measuring(lay_out: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that lays out columns without WeasyPrint's preliminary layout to measure them."""
    from weasyprint.layout import block

    def lay_out_once(*arguments: Any) -> Any:
        fill = block.block_box_layout

        def fill_or_pass(context: Any, column: Any, *rest: Any, **kwargs: Any) -> Any:
            block.block_box_layout = fill  # WeasyPrint has already picked up this function for its columns
            *_, margins, _, _ = rest
            if margins is None:
                return fill(context, column, *rest, **kwargs)
            return column.copy_with_children([]), None, {"break": "any", "page": None}, [], False, None

        block.block_box_layout = fill_or_pass
        try:
            return lay_out(*arguments)
        finally:
            block.block_box_layout = fill

    return lay_out_once


def _estimate_height(columns: Sequence[Any], count: int) -> float:
    """Return an estimate of the height, in CSS pixels, that ``count`` columns need for this content."""
    pieces: list[_ColumnPart] = []
    for column in columns:
        offset = (pieces[-1][1] if pieces else 0.0) - column.position_y
        pieces += ((top + offset, bottom + offset) for top, bottom in _find_unbreakable_parts(column))
    tops, bottoms = [top for top, _ in pieces], [bottom for _, bottom in pieces]
    tops[0] = 0.0  # only later columns drop the space before their first block
    low, high = 0.0, bottoms[-1]
    while high - low > _EXACT:
        middle, first = (low + high) / 2, 0
        for _ in range(count):
            if first < len(pieces):
                first = bisect(bottoms, tops[first] + middle)
        low, high = (low, middle) if first == len(pieces) else (middle, high)
    return high


def _find_unbreakable_parts(box: Any) -> list[_ColumnPart]:
    """Return the top and bottom of a box's unbreakable parts: lines, rows, and blocks that avoid breaks."""
    from weasyprint.formatting_structure.boxes import LineBox, TableRowBox

    children = [child for child in getattr(box, "children", ()) if child.is_in_normal_flow()]
    if not children or _avoids_break(box, "inside") or isinstance(box, (LineBox, TableRowBox)):
        return [(box.position_y + box.margin_top, box.position_y + box.margin_height() - box.margin_bottom)]
    pieces = _find_unbreakable_parts(children[0])
    for place, (before, child) in enumerate(pairwise(children), 1):
        first, *others = _find_unbreakable_parts(child)
        if isinstance(child, LineBox):
            is_unbreakable = place < box.style["orphans"] or len(children) - place < box.style["widows"]
        else:
            is_unbreakable = _avoids_break(before, "after") or _avoids_break(child, "before")
        if is_unbreakable:
            first = (pieces.pop()[0], first[1])
        pieces += (first, *others)
    # A box that continues in the next column extends to the end of its column.
    top, bottom = pieces[-1]
    pieces[-1] = (top, bottom + box.padding_bottom + box.border_bottom_width)
    return pieces


def _avoids_break(box: Any, place: str) -> bool:
    return bool(box.style[f"break_{place}"].startswith("avoid"))


def can_balance_columns(box: Any) -> bool:
    """Return whether columns are balanced here. On all pages but the last, they are then simply filled."""
    return box.style["column_fill"] == "balance" and all(map(_is_balanceable, box.children))


def _is_balanceable(box: Any) -> bool:
    """Return whether a box has no footnote and no column-spanning block."""
    if box.style["column_span"] == "all" or getattr(box, "footnote", None):
        return False
    return all(map(_is_balanceable, getattr(box, "children", None) or ()))


_COMMAS = " ,，،、"


def add_continued_entries(root: Element) -> None:
    """Insert an item with the parent entry and the word "continued" in each list of index subentries.

    ``block_container_layout`` shows this item only if the list continues in another column.
    """
    word = get_continued_word(root)
    for index in root.iter("div") if word else ():
        if "index-list" in index.get("class", "").split():
            for entry in index.iterfind("div/ul/li"):
                _add_continued_entry(entry, [], f" ({word})")


def _add_continued_entry(entry: Element, ancestors: list[Element], suffix: str) -> None:
    below = entry.find("ul")
    if below is None:
        return
    path = [*ancestors, entry]
    for child in below:
        _add_continued_entry(child, path, suffix)
    # Screen readers skip the item, since it repeats an entry that they have read.
    item = Element("li", {"class": CONTINUED, "aria-hidden": "true"})
    for place, ancestor in enumerate(path):
        _append_text(item, ", " if place else "")
        for part in _iter_entry_heading(ancestor):
            if isinstance(part, str):
                _append_text(item, part)
            else:
                item.append(part)
        if len(item):
            item[-1].tail = (item[-1].tail or "").rstrip(_COMMAS)
        else:
            item.text = (item.text or "").rstrip(_COMMAS)
    _append_text(item, suffix)
    below.insert(0, item)


def _iter_entry_heading(entry: Element) -> Iterator[str | Element]:
    """Yield the text and the elements of an index entry before its page numbers and subentries."""
    yield entry.text or ""
    for child in entry:
        is_page = child.get("class") == "locator" or child.find("a[@class='locator']") is not None
        if child.tag == "ul" or is_page:
            return
        copy = deepcopy(child)
        copy.tail = None
        for element in copy.iter():
            element.attrib.pop("id", None)
        yield copy
        yield child.tail or ""


def _append_text(item: Element, text: str) -> None:
    if len(item):
        item[-1].tail = (item[-1].tail or "") + text
    else:
        item.text = (item.text or "") + text


@patch("weasyprint.layout.block.block_container_layout", "65842ca53a8391eb")
def block_container_layout(lay_out: Callable[..., Any]) -> Callable[..., Any]:
    """Omit the "continued" item where a list starts, and insert it after each break between items."""

    def lay_out_continued(context: Any, box: Any, *rest: Any, **kwargs: Any) -> Any:
        first = box.children[0].element if box.element_tag == "ul" and box.children else None
        if kwargs or first is None or first.get("class") != CONTINUED:
            return lay_out(context, box, *rest, **kwargs)
        bottom, skip, *others = rest
        ((start, inner),) = skip.items() if skip else ((0, None),)
        if start < 2 and inner is None:
            return lay_out(context, box, bottom, {1: None}, *others)
        if inner is not None:  # the break is within an item, whose own list repeats the entry
            return lay_out(context, box, bottom, skip, *others)
        children = list(box.children)
        children[start - 1] = children[0].copy()
        complete_box = box.copy_with_children(children)
        result = lay_out(context, complete_box, bottom, {start - 1: None}, *others)
        if result[1] and next(iter(result[1])) < start:
            return (result[0], {start: None}, *result[2:])
        return result

    return lay_out_continued
