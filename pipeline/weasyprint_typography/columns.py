"""Columns that end level are as high as what they hold lets one expect, which mostly does.

The engine begins with columns too short for their content and makes them higher by the least that could help,
often a pixel, laying out all of them each time. Here all is laid out once, which tells where a column may end
and so how high columns must be that hold it. Where they don't, as repeated heads of tables need their room,
a height is looked for by halving. None is laid out a first time to be measured.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from itertools import pairwise
from typing import Any, TypeAlias
from xml.etree.ElementTree import Element

from weasyprint_typography.engine import patch

_LINE = 16.0  # CSS pixels, about: columns that are so much too high end level
_EXACT = 1.0

_Piece: TypeAlias = tuple[float, float]  # where a part of a column begins and ends, in CSS pixels


@patch("weasyprint.layout.column.columns_layout", "7a05cce3272fc581", everywhere=True)
def columns_layout(lay_out: Callable[..., Any]) -> Callable[..., Any]:
    """Balance columns that hold no notes and nothing that spans them; others are left to the engine."""
    lay_out_once = _without_measuring(lay_out)

    def lay_out_level(context: Any, box: Any, bottom: float, *rest: Any) -> Any:
        from weasyprint.layout.block import remove_placeholders  # ours

        if box.style["column_fill"] != "balance" or not all(map(_is_simple, box.children)):
            return lay_out(context, box, bottom, *rest)
        filled = box.copy()
        filled.style = box.style.copy()
        filled.style["column_fill"] = "auto"
        shapes = context.excluded_shapes[:]
        before, (absolute, fixed, margins, *styles) = rest[:3], rest[3:]

        def attempt(space: float) -> Any:
            context.excluded_shapes[:] = shapes
            return lay_out_once(context, filled, space, *before, absolute, fixed, [*margins], *styles)

        made = attempt(bottom)
        if made[1] is not None or not made[0].children:  # more than fits, or nothing
            return made
        columns = made[0].children
        top = columns[0].position_y
        count = max(len(columns), box.style["column_count"] if box.style["column_count"] != "auto" else 1)

        def again(height: float) -> Any:
            remove_placeholders(context, [made[0]] if made[0] else [], absolute, fixed)
            return attempt(context.page_bottom - top - height)

        high = context.page_bottom - top - bottom
        low = min(_estimate_height(columns, count), high)
        made = again(low)
        if made[1] is None:
            return made
        fits, step = False, _LINE
        while high - low > _LINE:
            middle = min(low + step, (low + high) / 2)
            step *= 2
            made = again(middle)
            fits = made[1] is None
            low, high = (low, middle) if fits else (middle, high)
        return made if fits else again(high)

    return lay_out_level


def _without_measuring(lay_out: Callable[..., Any]) -> Callable[..., Any]:
    """Fill columns one after the other without a first time to measure them."""
    from weasyprint.layout import block

    def lay_out_once(*arguments: Any) -> Any:
        fill = block.block_box_layout

        def fill_or_pass(context: Any, column: Any, *rest: Any, **named: Any) -> Any:
            block.block_box_layout = fill  # the engine has taken this function for its own columns by now
            *_, margins, _, _ = rest
            if margins is None:
                return fill(context, column, *rest, **named)
            return column.copy_with_children([]), None, {"break": "any", "page": None}, [], False, None

        block.block_box_layout = fill_or_pass
        try:
            return lay_out(*arguments)
        finally:
            block.block_box_layout = fill

    return lay_out_once


def _estimate_height(columns: Sequence[Any], count: int) -> float:
    """Return the height that ``count`` columns probably need for the content of the given ones."""
    pieces: list[_Piece] = []
    for column in columns:
        moved = (pieces[-1][1] if pieces else 0.0) - column.position_y
        pieces += ((top + moved, bottom + moved) for top, bottom in _unbreakable_pieces(column))
    tops, bottoms = [top for top, _ in pieces], [bottom for _, bottom in pieces]
    tops[0] = 0.0  # only what begins a later column loses the space before it
    low, high = 0.0, bottoms[-1]
    while high - low > _EXACT:
        middle, first = (low + high) / 2, 0
        for _ in range(count):
            if first < len(pieces):
                first = bisect(bottoms, tops[first] + middle)
        low, high = (low, middle) if first == len(pieces) else (middle, high)
    return high


def _unbreakable_pieces(box: Any) -> list[_Piece]:
    """Return the parts of a box that stay in one column: lines, rows, blocks that are kept together."""
    from weasyprint.formatting_structure.boxes import LineBox, TableRowBox

    children = [child for child in getattr(box, "children", ()) if child.is_in_normal_flow()]
    if not children or _avoids_break(box, "inside") or isinstance(box, (LineBox, TableRowBox)):
        return [(box.position_y + box.margin_top, box.position_y + box.margin_height() - box.margin_bottom)]
    pieces = _unbreakable_pieces(children[0])
    for place, (before, child) in enumerate(pairwise(children), 1):
        first, *others = _unbreakable_pieces(child)
        if isinstance(child, LineBox):
            together = place < box.style["orphans"] or len(children) - place < box.style["widows"]
        else:
            together = _avoids_break(before, "after") or _avoids_break(child, "before")
        if together:
            first = (pieces.pop()[0], first[1])
        pieces += (first, *others)
    # A box that goes on in the next column reaches to the end of its own, whatever is in it.
    top, bottom = pieces[-1]
    pieces[-1] = (top, bottom + box.padding_bottom + box.border_bottom_width)
    return pieces


def _avoids_break(box: Any, place: str) -> bool:
    kept: bool = box.style[f"break_{place}"].startswith("avoid")
    return kept


def _is_simple(box: Any) -> bool:
    """Whether a box has no note and spans no columns."""
    if box.style["column_span"] == "all" or getattr(box, "footnote", None):
        return False
    return all(map(_is_simple, getattr(box, "children", None) or ()))


_NAME = "continued"
_COMMAS = " ,，،、"


def add_continued_entries(root: Element) -> None:
    """Add the item to each list of subentries; the document's body has the word for it."""
    body = root.find("body")
    word = body.get("data-continued") if body is not None else None
    for index in root.iter("div") if word else ():
        if "index-list" in index.get("class", "").split():
            for entry in index.iterfind("div/ul/li"):
                _add_continued_entry(entry, [], f" ({word})")


def _add_continued_entry(entry: Element, above: list[Element], word: str) -> None:
    below = entry.find("ul")
    if below is None:
        return
    path = [*above, entry]
    for child in below:
        _add_continued_entry(child, path, word)
    # It is said once more what has been said: to those who see the page alone.
    item = Element("li", {"class": _NAME, "aria-hidden": "true"})
    for place, one in enumerate(path):
        _append_text(item, ", " if place else "")
        for part in _entry_heading(one):
            if isinstance(part, str):
                _append_text(item, part)
            else:
                item.append(part)
        if len(item):
            item[-1].tail = (item[-1].tail or "").rstrip(_COMMAS)
        else:
            item.text = (item.text or "").rstrip(_COMMAS)
    _append_text(item, word)
    below.insert(0, item)


def _entry_heading(entry: Element) -> Iterator[str | Element]:
    """Yield the text and elements of an entry before its pages and subentries."""
    yield entry.text or ""
    for child in entry:
        is_page = child.get("class") == "locator" or child.find("a[@class='locator']") is not None
        if child.tag == "ul" or is_page:
            return
        copy = deepcopy(child)
        copy.tail = None
        for one in copy.iter():
            one.attrib.pop("id", None)
        yield copy
        yield child.tail or ""


def _append_text(item: Element, words: str) -> None:
    if len(item):
        item[-1].tail = (item[-1].tail or "") + words
    else:
        item.text = (item.text or "") + words


@patch("weasyprint.layout.block.block_container_layout", "65842ca53a8391eb")
def block_container_layout(lay_out: Callable[..., Any]) -> Callable[..., Any]:
    """Leave the item out where a list begins, and repeat it wherever the list goes on."""

    def lay_out_continued(context: Any, box: Any, *rest: Any, **named: Any) -> Any:
        first = box.children[0].element if box.element_tag == "ul" and box.children else None
        if named or first is None or first.get("class") != _NAME:
            return lay_out(context, box, *rest, **named)
        bottom, skip, *others = rest
        ((start, inner),) = skip.items() if skip else ((0, None),)
        if start < 2 and inner is None:
            return lay_out(context, box, bottom, {1: None}, *others)
        if inner is not None:  # the break is within an item, and what is in it says so
            return lay_out(context, box, bottom, skip, *others)
        children = list(box.children)
        children[start - 1] = children[0].copy()
        whole = box.copy_with_children(children)
        result = lay_out(context, whole, bottom, {start - 1: None}, *others)
        if result[1] and next(iter(result[1])) < start:
            return (result[0], {start: None}, *result[2:])
        return result

    return lay_out_continued
