"""The cells of a table as they are weighed: measured by the layout engine, in its faces and at its breaks."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from math import ceil
from typing import Any

from triptych.writers.print.layout.patches.lines.paragraphs import Stop
from triptych.writers.print.layout.patches.lines.plans import planned
from triptych.writers.print.layout.patches.tables.weighing import Cell, Span

_WHOLE = "whole"  # the class of cells that should stay on their lines
_UNBOUND = 1e6  # CSS pixels in which no line is broken
_LONGEST = 15.0  # em; words that are longer, such as addresses, break wherever they have to
_ROUNDING = 0.02  # CSS pixels that a line may lack where its words were measured one by one


def measured(context: Any, table: Any) -> tuple[list[list[Cell | None]], list[Span]]:
    """The cells of a table by column and row, and those over several columns. Lengths are in CSS pixels."""
    rows = [row for group in table.children for row in group.children]
    width = max((cell.grid_x + cell.colspan for row in rows for cell in row.children), default=0)
    columns: list[list[Cell | None]] = [[None] * len(rows) for _ in range(width)]
    spans: list[Span] = []
    for number, row in enumerate(rows):
        for box in row.children:
            least, natural, around = _content_widths(context, box, table)
            if box.colspan > 1:
                spans.append(Span(box.grid_x, box.colspan, least, natural))
                continue
            least = min(least, _LONGEST * box.style["font_size"])
            is_whole = _WHOLE in classes_of(box)
            columns[box.grid_x][number] = Cell(
                least, natural, _lines(context, box, least, natural, around, box.rowspan), is_whole
            )
    return columns, spans


def classes_of(box: Any) -> Sequence[str]:
    """The classes of a box's element."""
    return () if box.element is None else (box.element.get("class") or "").split()


def _content_widths(context: Any, cell: Any, table: Any) -> tuple[float, float, float]:
    """Of a cell the longest unbreakable piece and the longest line, with what is around them, and this."""
    from weasyprint.layout.percent import resolve_percentages
    from weasyprint.layout.preferred import table_cell_min_max_content_width

    resolve_percentages(cell, table)
    least, natural = table_cell_min_max_content_width(context, cell, outer=False)
    around = sum(
        getattr(cell, f"padding_{side}") + getattr(cell, f"border_{side}_width") for side in ("left", "right")
    )
    return least + around + _ROUNDING, natural + around + _ROUNDING, around


def _lines(
    context: Any, cell: Any, least: float, natural: float, around: float, rows: int
) -> Callable[[float], tuple[int, float]]:
    """How many lines a cell has in a column of some width, and the longest of them."""
    paragraphs: list[list[Stop]] | None = None
    known: dict[float, tuple[int, float]] = {}

    def lines(width: float) -> tuple[int, float]:
        nonlocal paragraphs
        if width >= natural:
            width = natural
        if width not in known:
            if paragraphs is None:
                paragraphs = list(_paragraphs(context, cell))
            room = width - around
            if paragraphs:
                broken = [_greedy(stops, room) for stops in paragraphs]
                count, longest = sum(n for n, _ in broken), max(line for _, line in broken) + around
            elif not _has_words(cell):  # pictures become lower where they become narrower
                count, longest = 1, min(width, natural)
            else:  # not text alone: as much of it as the area takes
                count = max(1, ceil((natural - around) / max(room, 1.0))) if width < natural else 1
                longest = min(width, natural)
            known[width] = ceil(count / rows), max(longest + _ROUNDING, least)
        return known[width]

    return lines


def _has_words(box: Any) -> bool:
    return any(getattr(one, "text", "").strip() for one in box.descendants())


def _paragraphs(context: Any, cell: Any) -> Iterator[list[Stop]]:
    """The places at which lines of a cell may end, a list for each that ends anyway; none where it has more
    than text.
    """
    cell.width = _UNBOUND
    plans = [planned(context, line, cell) if line else None for line in _line_boxes(cell)]
    if not all(plans):
        return
    for plan in filter(None, plans):
        start = 0
        for place, stop in enumerate(plan.stops):
            if place and stop.final:
                yield plan.stops[start : place + 1]
                start = place


def _line_boxes(box: Any) -> Iterator[Any]:
    """The unbroken lines of a block; None for what is something else."""
    from weasyprint.formatting_structure import boxes

    for child in box.children:
        if isinstance(child, boxes.LineBox):
            child.text_indent = 0.0
            yield child
        elif type(child) is boxes.BlockBox and child.is_in_normal_flow() and child.element_tag == "p":
            child.width = _UNBOUND
            yield from _line_boxes(child)
        else:
            yield None


def _greedy(stops: Sequence[Stop], room: float) -> tuple[int, float]:
    """How many lines take a text, each filled as far as it goes, and the longest of them."""
    ends = [stop.end for stop in stops]
    count, longest, start = 0, 0.0, 0
    while start < len(stops) - 1:
        begin = stops[start].begin
        fitting = bisect_right(ends, begin + room + _ROUNDING, lo=start + 1) - 1
        end = max(fitting, start + 1)
        width = ends[end] - begin
        count += 1 if width <= room + _ROUNDING else ceil(width / max(room, 1.0))
        longest = max(longest, min(width, room))
        start = end
    return max(count, 1), longest
