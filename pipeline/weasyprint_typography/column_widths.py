"""Compute the column widths of a table from the content of its cells.

If a table fits, each column is as wide as its longest line. Otherwise, columns are narrowed step by step.
Each step narrows the column for which this costs least; the cost counts the additional lines of rows and
cells. A column is never so narrow that a word is broken. Dates, numbers and short labels are broken only if
no other column can be narrowed. All lengths have the same unit, and the same table always gives the same
widths.
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

_CELL_LINE = 0.2  # cost of a further line in a cell, relative to one in its row
_BROKEN_CELL = 0.4  # cost of breaking a short cell
_TEXT_COLUMN = 0.75  # preferred minimum width of a column of text, relative to the width of short cells
_STEPS_AHEAD = 4  # number of widths of a column to try beyond its current width
_STEP = 2.5  # smallest step by which a column is narrowed, as a percentage of the available width
_ROWS = 150  # maximum number of rows to evaluate
_ROUNDS = 30  # maximum number of exchanges between two columns
_ROUNDING = 1e-6


@dataclass(frozen=True, slots=True)
class TableCell:
    """The content widths of a cell in a single column.

    ``min_content`` is the width of the widest unbreakable text or object in the cell. ``max_content`` is the
    width of the widest line with only forced line breaks. ``measure_lines`` returns the number of lines and
    the width of the widest line for a column width. If ``keeps_lines`` is True, lines should not be broken.
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
    min_widths = _widen_for_spanning_cells(
        [max((cell.min_content for cell in _list_cells(column)), default=0.0) for column in columns],
        spanning_cells,
        "min_content",
    )
    natural = [max((cell.max_content for cell in _list_cells(column)), default=0.0) for column in columns]
    natural = [
        max(pair)
        for pair in zip(
            _widen_for_spanning_cells(natural, spanning_cells, "max_content"), min_widths, strict=True
        )
    ]
    if sum(natural) <= available_width:
        return natural
    if sum(min_widths) >= available_width:
        return min_widths
    bounds = _compute_minimum_widths(columns, min_widths, natural, available_width, short_width)
    widest = [
        min(max_content_width, available_width - sum(bounds) + bound)
        for max_content_width, bound in zip(natural, bounds, strict=True)
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
    min_widths = [
        max(
            (
                cell.max_content if keep_lines and cell.keeps_lines else cell.min_content
                for cell in _list_cells(column)
            ),
            default=0.0,
        )
        for column in columns
    ]
    return sum(_widen_for_spanning_cells(min_widths, spanning_cells, "min_content"))


def _list_cells(column: Sequence[TableCell | None]) -> list[TableCell]:
    return [cell for cell in column if cell is not None]


def _widen_for_spanning_cells(
    widths: list[float], spanning_cells: Sequence[SpanningCell], width_attribute: str
) -> list[float]:
    """Widen columns until the spanning cells fit, and return the widths.

    ``width_attribute`` is the width of the spanning cells to use: "min_content" or "max_content".
    """
    for span in spanning_cells:
        spanned_columns = range(span.first_column, min(span.first_column + span.column_count, len(widths)))
        spanned_width = sum(widths[column] for column in spanned_columns)
        missing = getattr(span, width_attribute) - spanned_width
        for column in spanned_columns if missing > 0 else ():
            widths[column] += missing * (
                widths[column] / spanned_width if spanned_width else 1 / len(spanned_columns)
            )
    return widths


def _compute_minimum_widths(
    columns: Columns,
    min_content: Sequence[float],
    max_content: Sequence[float],
    available_width: float,
    short_width: float,
) -> list[float]:
    """Return minimum column widths that keep short content whole, as far as ``available_width`` allows.

    Cells with ``keeps_lines`` come first, then columns of text get a preferred minimum width. In each case,
    the columns that need the least additional width are widened first.
    """
    unbroken_widths = [
        max(min_width, *(cell.max_content for cell in _list_cells(column) if cell.keeps_lines), 0.0)
        for column, min_width in zip(columns, min_content, strict=True)
    ]
    roomy = [
        max(unbroken_width, min(max_width, _TEXT_COLUMN * short_width))
        for unbroken_width, max_width in zip(unbroken_widths, max_content, strict=True)
    ]
    bounds = list(min_content)
    for target_widths in (unbroken_widths, roomy):
        for column in sorted(range(len(bounds)), key=lambda n: (target_widths[n] - bounds[n], n)):
            if sum(bounds) + target_widths[column] - bounds[column] <= available_width:
                bounds[column] = max(bounds[column], target_widths[column])
    return bounds


@dataclass(frozen=True, slots=True)
class _Step:
    """A width of a column, with the number of lines of each cell and the cost of broken cells."""

    width: float
    line_counts: tuple[int, ...]
    cost: float


class _ColumnNarrower:
    """Narrows columns from their maximum widths until they fit the available width."""

    def __init__(
        self,
        columns: Columns,
        minimum_widths: Sequence[float],
        maximum_widths: Sequence[float],
        available_width: float,
        short_width: float,
    ) -> None:
        height = max(map(len, columns), default=0)
        interval = -(-height // _ROWS)  # sample the rows of a long table
        self._rows = range(0, height, max(1, interval))
        self._available_width, self._short_width = available_width, short_width
        self._steps = [
            self._find_steps(column, low, high, available_width * _STEP / 100)
            for column, low, high in zip(columns, minimum_widths, maximum_widths, strict=True)
        ]
        self._step_indices = [0] * len(columns)

    def compute_widths(self) -> list[float]:
        """Return the column widths. Spare width is distributed among the columns with broken lines."""
        widths = [
            steps[step_index].width for steps, step_index in zip(self._steps, self._step_indices, strict=True)
        ]
        extra_width = self._available_width - sum(widths)
        broken_columns = [
            n
            for n, steps in enumerate(self._steps)
            if any(lines > 1 for lines in steps[self._step_indices[n]].line_counts)
        ]
        for column in broken_columns if extra_width > 0 else ():
            widths[column] += extra_width / len(broken_columns)
        return widths

    def narrow_columns(self) -> None:
        """Narrow columns until they fit, then move width between two columns while the cost falls."""
        while (
            sum(self._current_width(n) for n in range(len(self._step_indices)))
            > self._available_width + _ROUNDING
        ):
            column, step_index = self._find_cheapest_step()
            if column < 0:
                return
            self._step_indices[column] = step_index
        for _ in range(_ROUNDS):
            if not self._shift_width():
                return

    def _find_steps(
        self, column: Sequence[TableCell | None], low: float, high: float, step: float
    ) -> list[_Step]:
        """Return the widths at which line breaks in a column change, in descending order."""
        steps: list[_Step] = []
        width = high
        while True:
            lines, cost, min_width = [], 0.0, low
            for row in self._rows:
                cell = column[row] if row < len(column) else None
                count, longest = cell.measure_lines(width) if cell else (1, 0.0)
                lines.append(count)
                min_width = max(min_width, min(longest, width))
                cost += _CELL_LINE * (count - 1)
                if (
                    cell
                    and width + _ROUNDING < cell.max_content
                    and (cell.keeps_lines or cell.max_content <= self._short_width)
                ):
                    cost += _BROKEN_CELL
            steps.append(_Step(max(min_width, low), tuple(lines), cost))
            if steps[-1].width <= low + _ROUNDING:
                return steps
            width = max(low, steps[-1].width - step)

    def _current_width(self, column: int) -> float:
        return self._steps[column][self._step_indices[column]].width

    def _max_lines_excluding(self, excluded: frozenset[int]) -> list[int]:
        """Return the maximum number of lines in each row, without the cells of the ``excluded`` columns."""
        kept_counts = [
            steps[step_index].line_counts
            for n, (steps, step_index) in enumerate(zip(self._steps, self._step_indices, strict=True))
            if n not in excluded
        ]
        return [max((lines[row] for lines in kept_counts), default=1) for row in range(len(self._rows))]

    def _find_cheapest_step(self) -> tuple[int, int]:
        """Return the column and step with the lowest cost per width gained, or (-1, 0) if there is none."""
        best, best_step = inf, (-1, 0)
        for column, steps in enumerate(self._steps):
            step_index = self._step_indices[column]
            if step_index + 1 >= len(steps):
                continue
            others = self._max_lines_excluding(frozenset((column,)))
            current_cost = self._compute_cost(others, steps[step_index])
            for target_index in range(step_index + 1, min(step_index + 1 + _STEPS_AHEAD, len(steps))):
                gained = steps[step_index].width - steps[target_index].width
                price = (
                    (self._compute_cost(others, steps[target_index]) - current_cost) / gained
                    if gained > 0
                    else 0.0
                )
                if price < best - _ROUNDING:
                    best, best_step = price, (column, target_index)
        return best_step

    @staticmethod
    def _compute_cost(other_lines: Sequence[int], *steps: _Step) -> float:
        height: int = sum(
            max(row_lines)
            for row_lines in zip(other_lines, *(step.line_counts for step in steps), strict=True)
        )
        return height + sum(step.cost for step in steps)

    def _shift_width(self) -> bool:
        """Widen one column and narrow another if this lowers the cost; return whether it did."""
        extra_width = self._available_width - sum(
            self._current_width(n) for n in range(len(self._step_indices))
        )
        best, best_steps = -_ROUNDING, ((-1, 0), (-1, 0))
        for wider, narrower in permutations(range(len(self._step_indices)), 2):
            others = self._max_lines_excluding(frozenset((wider, narrower)))
            wider_steps, narrower_steps = self._steps[wider], self._steps[narrower]
            current_cost = self._compute_cost(
                others, wider_steps[self._step_indices[wider]], narrower_steps[self._step_indices[narrower]]
            )
            narrower_index = self._step_indices[narrower]
            for wider_index in range(
                self._step_indices[wider] - 1, max(-1, self._step_indices[wider] - 1 - _STEPS_AHEAD), -1
            ):
                needed_width = wider_steps[wider_index].width - self._current_width(wider) - extra_width
                while (
                    narrower_index < len(narrower_steps)
                    and self._current_width(narrower) - narrower_steps[narrower_index].width
                    < needed_width - _ROUNDING
                ):
                    narrower_index += 1
                if narrower_index == len(narrower_steps):
                    break
                change = (
                    self._compute_cost(others, wider_steps[wider_index], narrower_steps[narrower_index])
                    - current_cost
                )
                if change < best:
                    best, best_steps = change, ((wider, wider_index), (narrower, narrower_index))
        for column, narrower_index in best_steps if best < -_ROUNDING else ():
            self._step_indices[column] = narrower_index
        return best < -_ROUNDING


_UNBROKEN_CLASS = "whole"  # class of cells whose lines should not be broken
_UNBOUND = 1e6  # CSS pixels; wider than any line
_MAX_UNBROKEN_WIDTH = 15.0  # em; longer words, such as URLs, may be broken anywhere
_LINE_TOLERANCE = 0.02  # CSS pixels; rounding error of words measured one by one


def measure_cells(context: Any, table: Any) -> MeasuredCells:
    """Return a table's cells by column and row, and its spanning cells, with widths in CSS pixels."""
    rows = [row for group in table.children for row in group.children]
    width = max((cell.grid_x + cell.colspan for row in rows for cell in row.children), default=0)
    columns: list[list[TableCell | None]] = [[None] * len(rows) for _ in range(width)]
    spans: list[SpanningCell] = []
    for number, row in enumerate(rows):
        for box in row.children:
            min_content, natural, edges = _measure_content(context, box, table)
            if box.colspan > 1:
                spans.append(SpanningCell(box.grid_x, box.colspan, min_content, natural))
                continue
            min_content = min(min_content, _MAX_UNBROKEN_WIDTH * box.style["font_size"])
            is_whole = _UNBROKEN_CLASS in get_classes(box)
            columns[box.grid_x][number] = TableCell(
                min_content,
                natural,
                _make_line_counter(context, box, min_content, natural, edges, box.rowspan),
                is_whole,
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
    min_content, natural = table_cell_min_max_content_width(context, cell, outer=False)
    edges = sum(
        getattr(cell, f"padding_{side}") + getattr(cell, f"border_{side}_width") for side in ("left", "right")
    )
    return min_content + edges + _LINE_TOLERANCE, natural + edges + _LINE_TOLERANCE, edges


def _make_line_counter(
    context: Any, cell: Any, min_content: float, max_content: float, edges: float, row_span: int
) -> Callable[[float], tuple[int, float]]:
    """Return a function that maps a column width to a cell's number of lines and longest line width."""
    paragraphs: list[list[Breakpoint]] | None = None
    cached_counts: dict[float, tuple[int, float]] = {}

    def lines(width: float) -> tuple[int, float]:
        nonlocal paragraphs
        if width >= max_content:
            width = max_content
        if width not in cached_counts:
            if paragraphs is None:
                paragraphs = list(_find_paragraph_breakpoints(context, cell))
            available = width - edges
            if paragraphs:
                broken_lines = [count_lines(stops, available) for stops in paragraphs]
                count, longest = (
                    sum(n for n, _ in broken_lines),
                    max(line for _, line in broken_lines) + edges,
                )
            elif not _has_text(cell):  # images become lower as they become narrower
                count, longest = 1, min(width, max_content)
            else:  # estimate mixed content by area
                count = (
                    max(1, ceil((max_content - edges) / max(available, 1.0))) if width < max_content else 1
                )
                longest = min(width, max_content)
            cached_counts[width] = ceil(count / row_span), max(longest + _LINE_TOLERANCE, min_content)
        return cached_counts[width]

    return lines


def _has_text(box: Any) -> bool:
    return any(getattr(descendant, "text", "").strip() for descendant in box.descendants())


def _find_paragraph_breakpoints(context: Any, cell: Any) -> Iterator[list[Breakpoint]]:
    """Yield the breakpoints of each paragraph in a cell; nothing if the cell has other content."""
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
    """Break a text greedily; return the number of lines and the width of the widest line."""
    line_ends = [stop.end for stop in breakpoints]
    count, longest, start = 0, 0.0, 0
    while start < len(breakpoints) - 1:
        line_start = breakpoints[start].next_start
        fitting = bisect_right(line_ends, line_start + available_width + _LINE_TOLERANCE, lo=start + 1) - 1
        end = max(fitting, start + 1)
        width = line_ends[end] - line_start
        count += 1 if width <= available_width + _LINE_TOLERANCE else ceil(width / max(available_width, 1.0))
        longest = max(longest, min(width, available_width))
        start = end
    return max(count, 1), longest
