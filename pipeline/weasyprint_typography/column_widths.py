"""Compute the column widths of a table from the content of its cells.

If a table fits, each column is as wide as its longest line. Otherwise columns are narrowed step by step. Each
step narrows the column for which this costs least; the cost counts the additional lines of rows and cells. A
column is never so narrow that a word is broken. Dates, numbers and short labels are broken only if no other
column can be narrowed. All lengths have the same unit, and the same table always gives the same widths.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import ceil, inf
from typing import Any

from weasyprint_typography.line_breaking import Breakpoint
from weasyprint_typography.plans import plan_paragraph_if_possible

_CELL_LINE = 0.2  # cost of one more line in a cell, relative to one more in its row
_BROKEN_CELL = 0.4  # cost of breaking a short cell
_TEXT_COLUMN = 0.75  # of the width of short cells: preferred minimum width of a column of text
_STEPS_AHEAD = 4  # widths of a column that are tried beyond its current width
_STEP = 2.5  # the least by which a column is narrowed, in percent of the available width
_ROWS = 150  # maximum number of rows that are evaluated
_ROUNDS = 30  # of exchanges between two columns
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class TableCell:
    """The content widths of a cell that does not span columns.

    ``min_content`` is the width of the widest unbreakable text or object in the cell. ``max_content`` is the
    width of the widest line if lines are broken only where they must be. ``measure_lines`` returns the number
    of lines and the width of the widest line for a column width. If ``keeps_lines`` is True, lines should not
    be broken.
    """

    min_content: float
    max_content: float
    measure_lines: Callable[[float], tuple[int, float]]
    keeps_lines: bool = False


@dataclass(frozen=True, slots=True)
class SpanningCell:
    """A cell that spans several columns.

    ``first_column`` is the 0-based index of the first of its ``column_count`` columns. The widths are defined
    as in ``TableCell``.
    """

    first_column: int
    column_count: int
    min_content: float
    max_content: float


Columns = Sequence[Sequence[TableCell | None]]  # the cells of each column by row; None for no cell
MeasuredCells = tuple[list[list[TableCell | None]], list[SpanningCell]]


def compute_column_widths(
    columns: Columns,
    available_width: float,
    *,
    short_width: float,
    spanning_cells: Sequence[SpanningCell] = (),
) -> list[float]:
    """Return column widths whose sum is at most ``available_width``, unless unbreakable content is wider.

    Cells up to the width ``short_width`` stay on one line unless that costs too much.
    """
    least = _widen_for_spanning_cells(
        [max((c.min_content for c in _list_cells(column)), default=0.0) for column in columns],
        spanning_cells,
        "min_content",
    )
    natural = [max((c.max_content for c in _list_cells(column)), default=0.0) for column in columns]
    natural = [
        max(pair)
        for pair in zip(_widen_for_spanning_cells(natural, spanning_cells, "max_content"), least, strict=True)
    ]
    if sum(natural) <= available_width:
        return natural
    if sum(least) >= available_width:
        return least
    bounds = _compute_minimum_widths(columns, least, natural, available_width, short_width)
    widest = [
        min(own, available_width - sum(bounds) + bound) for own, bound in zip(natural, bounds, strict=True)
    ]
    shrinking = _ColumnNarrower(columns, bounds, widest, available_width, short_width)
    shrinking.narrow_columns()
    return shrinking.compute_widths()


def compute_minimum_table_width(
    columns: Columns, spanning_cells: Sequence[SpanningCell] = (), *, keep_lines: bool = False
) -> float:
    """Return the width of the narrowest table in which no word is broken.

    If ``keep_lines`` is True, the lines of cells with ``keeps_lines`` are not broken either.
    """
    least = [
        max(
            (c.max_content if keep_lines and c.keeps_lines else c.min_content for c in _list_cells(column)),
            default=0.0,
        )
        for column in columns
    ]
    return sum(_widen_for_spanning_cells(least, spanning_cells, "min_content"))


def _list_cells(column: Sequence[TableCell | None]) -> list[TableCell]:
    return [cell for cell in column if cell is not None]


def _widen_for_spanning_cells(
    widths: list[float], spanning_cells: Sequence[SpanningCell], width_attribute: str
) -> list[float]:
    """Widen columns until the spanning cells fit, and return the widths.

    ``width_attribute`` names the width of the spanning cells to use: "min_content" or "max_content".
    """
    for span in spanning_cells:
        over = range(span.first_column, min(span.first_column + span.column_count, len(widths)))
        held = sum(widths[column] for column in over)
        missing = getattr(span, width_attribute) - held
        for column in over if missing > 0 else ():
            widths[column] += missing * (widths[column] / held if held else 1 / len(over))
    return widths


def _compute_minimum_widths(
    columns: Columns,
    min_content: Sequence[float],
    max_content: Sequence[float],
    available_width: float,
    short_width: float,
) -> list[float]:
    """Return minimum widths of columns that keep short content whole as far as ``available_width`` allows.

    Cells with ``keeps_lines`` come first, then columns of text get a preferred minimum width. In each case,
    the columns that need the least additional width are widened first.
    """
    whole = [
        max(own, *(c.max_content for c in _list_cells(column) if c.keeps_lines), 0.0)
        for column, own in zip(columns, min_content, strict=True)
    ]
    roomy = [
        max(one, min(most, _TEXT_COLUMN * short_width)) for one, most in zip(whole, max_content, strict=True)
    ]
    bounds = list(min_content)
    for wanted in (whole, roomy):
        for column in sorted(range(len(bounds)), key=lambda n: (wanted[n] - bounds[n], n)):
            if sum(bounds) + wanted[column] - bounds[column] <= available_width:
                bounds[column] = max(bounds[column], wanted[column])
    return bounds


@dataclass(frozen=True, slots=True)
class _Step:
    """A width of a column, with the number of lines of each cell and the cost of broken cells."""

    width: float
    line_counts: tuple[int, ...]
    cost: float


class _ColumnNarrower:
    """Narrows columns from their maximum widths until they fit into the available width."""

    def __init__(
        self,
        columns: Columns,
        minimum_widths: Sequence[float],
        maximum_widths: Sequence[float],
        available_width: float,
        short_width: float,
    ) -> None:
        height = max(map(len, columns), default=0)
        every = -(-height // _ROWS)  # sample the rows of a long table
        self._rows = range(0, height, max(1, every))
        self._available_width, self._short_width = available_width, short_width
        self._steps = [
            self._find_steps(column, low, high, available_width * _STEP / 100)
            for column, low, high in zip(columns, minimum_widths, maximum_widths, strict=True)
        ]
        self._step_indices = [0] * len(columns)

    def compute_widths(self) -> list[float]:
        """Return the column widths; spare width is distributed among the columns with broken lines."""
        widths = [steps[at].width for steps, at in zip(self._steps, self._step_indices, strict=True)]
        spare = self._available_width - sum(widths)
        broken = [
            n
            for n, steps in enumerate(self._steps)
            if any(lines > 1 for lines in steps[self._step_indices[n]].line_counts)
        ]
        for column in broken if spare > 0 else ():
            widths[column] += spare / len(broken)
        return widths

    def narrow_columns(self) -> None:
        """Narrow columns until they fit, then move width between two columns while the cost falls."""
        while (
            sum(self._current_width(n) for n in range(len(self._step_indices)))
            > self._available_width + _ROUNDING
        ):
            column, to = self._find_cheapest_step()
            if column < 0:
                return
            self._step_indices[column] = to
        for _ in range(_ROUNDS):
            if not self._shift_width():
                return

    def _find_steps(
        self, column: Sequence[TableCell | None], low: float, high: float, step: float
    ) -> list[_Step]:
        """Return the widths at which line breaks in a column change, in descending order."""
        found: list[_Step] = []
        width = high
        while True:
            lines, cost, tight = [], 0.0, low
            for row in self._rows:
                cell = column[row] if row < len(column) else None
                count, longest = cell.measure_lines(width) if cell else (1, 0.0)
                lines.append(count)
                tight = max(tight, min(longest, width))
                cost += _CELL_LINE * (count - 1)
                if (
                    cell
                    and width + _ROUNDING < cell.max_content
                    and (cell.keeps_lines or cell.max_content <= self._short_width)
                ):
                    cost += _BROKEN_CELL
            found.append(_Step(max(tight, low), tuple(lines), cost))
            if found[-1].width <= low + _ROUNDING:
                return found
            width = max(low, found[-1].width - step)

    def _current_width(self, column: int) -> float:
        return self._steps[column][self._step_indices[column]].width

    def _max_lines_excluding(self, excluded: frozenset[int]) -> list[int]:
        """Return the largest number of lines in each row, without the cells of the ``excluded`` columns."""
        kept = [
            steps[at].line_counts
            for n, (steps, at) in enumerate(zip(self._steps, self._step_indices, strict=True))
            if n not in excluded
        ]
        return [max((lines[row] for lines in kept), default=1) for row in range(len(self._rows))]

    def _find_cheapest_step(self) -> tuple[int, int]:
        """Return the column and step with the lowest cost per width gained, or (-1, 0) if there is none."""
        best, chosen = inf, (-1, 0)
        for column, steps in enumerate(self._steps):
            at = self._step_indices[column]
            if at + 1 >= len(steps):
                continue
            others = self._max_lines_excluding(frozenset((column,)))
            now = self._compute_cost(others, steps[at])
            for to in range(at + 1, min(at + 1 + _STEPS_AHEAD, len(steps))):
                gained = steps[at].width - steps[to].width
                price = (self._compute_cost(others, steps[to]) - now) / gained if gained > 0 else 0.0
                if price < best - _ROUNDING:
                    best, chosen = price, (column, to)
        return chosen

    @staticmethod
    def _compute_cost(other_lines: Sequence[int], *steps: _Step) -> float:
        height: int = sum(
            max(own) for own in zip(other_lines, *(step.line_counts for step in steps), strict=True)
        )
        return height + sum(step.cost for step in steps)

    def _shift_width(self) -> bool:
        """Widen one column and narrow another if that lowers the cost; return whether it did."""
        spare = self._available_width - sum(self._current_width(n) for n in range(len(self._step_indices)))
        best, chosen = -_ROUNDING, ((-1, 0), (-1, 0))
        for wider, narrower in permutations(range(len(self._step_indices)), 2):
            others = self._max_lines_excluding(frozenset((wider, narrower)))
            more, less = self._steps[wider], self._steps[narrower]
            now = self._compute_cost(
                others, more[self._step_indices[wider]], less[self._step_indices[narrower]]
            )
            to = self._step_indices[narrower]
            for at in range(
                self._step_indices[wider] - 1, max(-1, self._step_indices[wider] - 1 - _STEPS_AHEAD), -1
            ):
                wanted = more[at].width - self._current_width(wider) - spare
                while to < len(less) and self._current_width(narrower) - less[to].width < wanted - _ROUNDING:
                    to += 1
                if to == len(less):
                    break
                change = self._compute_cost(others, more[at], less[to]) - now
                if change < best:
                    best, chosen = change, ((wider, at), (narrower, to))
        for column, to in chosen if best < -_ROUNDING else ():
            self._step_indices[column] = to
        return best < -_ROUNDING


_WHOLE = "whole"  # the class of cells whose lines should not be broken
_UNBOUND = 1e6  # CSS pixels: wider than any line
_LONGEST = 15.0  # em; longer words, such as URLs, may be broken anywhere
_LINE_SLACK = 0.02  # CSS pixels of rounding when words are measured one by one


def measure_cells(context: Any, table: Any) -> MeasuredCells:
    """Return a table's cells by column and row, and its spanning cells, with widths in CSS pixels."""
    rows = [row for group in table.children for row in group.children]
    width = max((cell.grid_x + cell.colspan for row in rows for cell in row.children), default=0)
    columns: list[list[TableCell | None]] = [[None] * len(rows) for _ in range(width)]
    spans: list[SpanningCell] = []
    for number, row in enumerate(rows):
        for box in row.children:
            least, natural, edges = _measure_content(context, box, table)
            if box.colspan > 1:
                spans.append(SpanningCell(box.grid_x, box.colspan, least, natural))
                continue
            least = min(least, _LONGEST * box.style["font_size"])
            is_whole = _WHOLE in get_classes(box)
            columns[box.grid_x][number] = TableCell(
                least, natural, _make_line_counter(context, box, least, natural, edges, box.rowspan), is_whole
            )
    return columns, spans


def get_classes(box: Any) -> Sequence[str]:
    """Return the classes of a box's element."""
    return () if box.element is None else (box.element.get("class") or "").split()


def _measure_content(context: Any, cell: Any, table: Any) -> tuple[float, float, float]:
    """Return a cell's minimum and natural width, and the width of its padding and borders, in CSS pixels."""
    from weasyprint.layout.percent import resolve_percentages
    from weasyprint.layout.preferred import table_cell_min_max_content_width

    resolve_percentages(cell, table)
    least, natural = table_cell_min_max_content_width(context, cell, outer=False)
    edges = sum(
        getattr(cell, f"padding_{side}") + getattr(cell, f"border_{side}_width") for side in ("left", "right")
    )
    return least + edges + _LINE_SLACK, natural + edges + _LINE_SLACK, edges


def _make_line_counter(
    context: Any, cell: Any, min_content: float, max_content: float, edges: float, row_span: int
) -> Callable[[float], tuple[int, float]]:
    """Return a function that maps a column width to a cell's line count and the width of its longest line."""
    paragraphs: list[list[Breakpoint]] | None = None
    known: dict[float, tuple[int, float]] = {}

    def lines(width: float) -> tuple[int, float]:
        nonlocal paragraphs
        if width >= max_content:
            width = max_content
        if width not in known:
            if paragraphs is None:
                paragraphs = list(_find_paragraph_breakpoints(context, cell))
            available = width - edges
            if paragraphs:
                broken = [count_lines(stops, available) for stops in paragraphs]
                count, longest = sum(n for n, _ in broken), max(line for _, line in broken) + edges
            elif not _has_text(cell):  # images become lower as they become narrower
                count, longest = 1, min(width, max_content)
            else:  # mixed content: estimate by area
                count = (
                    max(1, ceil((max_content - edges) / max(available, 1.0))) if width < max_content else 1
                )
                longest = min(width, max_content)
            known[width] = ceil(count / row_span), max(longest + _LINE_SLACK, min_content)
        return known[width]

    return lines


def _has_text(box: Any) -> bool:
    return any(getattr(one, "text", "").strip() for one in box.descendants())


def _find_paragraph_breakpoints(context: Any, cell: Any) -> Iterator[list[Breakpoint]]:
    """Yield the breakpoints of each paragraph of a cell; yield nothing if the cell has other content."""
    cell.width = _UNBOUND
    plans = [
        plan_paragraph_if_possible(context, line, cell) if line else None for line in _iter_line_boxes(cell)
    ]
    if not all(plans):
        return
    for plan in filter(None, plans):
        start = 0
        for place, stop in enumerate(plan.breakpoints):
            if place and stop.is_mandatory:
                yield plan.breakpoints[start : place + 1]
                start = place


def _iter_line_boxes(box: Any) -> Iterator[Any]:
    """Yield the line boxes of a block, and None for any other content."""
    from weasyprint.formatting_structure import boxes

    for child in box.children:
        if isinstance(child, boxes.LineBox):
            child.text_indent = 0.0
            yield child
        elif type(child) is boxes.BlockBox and child.is_in_normal_flow() and child.element_tag == "p":
            child.width = _UNBOUND
            yield from _iter_line_boxes(child)
        else:
            yield None


def count_lines(breakpoints: Sequence[Breakpoint], available_width: float) -> tuple[int, float]:
    """Break a text greedily, and return the number of lines and the width of the widest line."""
    ends = [stop.end for stop in breakpoints]
    count, longest, start = 0, 0.0, 0
    while start < len(breakpoints) - 1:
        begin = breakpoints[start].next_start
        fitting = bisect_right(ends, begin + available_width + _LINE_SLACK, lo=start + 1) - 1
        end = max(fitting, start + 1)
        width = ends[end] - begin
        count += 1 if width <= available_width + _LINE_SLACK else ceil(width / max(available_width, 1.0))
        longest = max(longest, min(width, available_width))
        start = end
    return max(count, 1), longest
