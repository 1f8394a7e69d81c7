"""Tables into a box: column widths, sizes, and where a table goes on to the next slide.

All lengths are in points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.balance import balanced
from triptych.writers.deck.fitting.line_breaking import (
    Piece,
    line_widths,
    unbroken_width,
    widest_unit,
)
from triptych.writers.deck.fitting.text import Level, line_height, pieces
from triptych.writers.deck.slides import Run, TableBody

WHOLE_SIZES = (20.0, 18.0, 16.0, 14.0, 13.0, 12.0)  # tried for the table on one slide
SPLIT_SIZES = (16.0, 14.0, 12.0)  # tried for a table that is continued
SIDE_PADDING = 8.0  # of a cell, left and right
PADDING = 3.0  # of a cell, above and below
ROOMY_PADDING = 11.0  # where the slide has room
GUARD = 1.0  # between what was measured and the cell's edge

Row = tuple[tuple[Run, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedTable:
    """One slide's table: rows with the repeated head, widths of columns and least heights of rows."""

    rows: tuple[Row, ...]
    size: float
    widths: tuple[float, ...]
    heights: tuple[float, ...]
    padding: float


def fit_table(table: TableBody, width: float, height: float, theme: Theme) -> list[FittedTable] | None:
    """The whole table where a size lets it fit, else balanced parts; None where no size does."""
    for size in WHOLE_SIZES:
        fitted = _at_size(table, size, width, theme)
        if fitted and sum(fitted.heights) <= height:
            even = _even(fitted, table.header_rows, height)
            return [_roomier(even, _more_padding(even, height))]
    for size in SPLIT_SIZES:
        fitted = _at_size(table, size, width, theme)
        parts = fitted and _continued(fitted, table.header_rows, height)
        if parts:
            return parts
    return None


def column_widths(rows: Sequence[Sequence[tuple[float, float]]], width: float) -> tuple[float, ...] | None:
    """Widths that fill ``width`` from each cell's least and greatest useful width; None if too narrow.

    The method of CSS: least widths first, what is left in proportion to what each column still wants.
    """
    least = [max(cell[0] for cell in column) for column in zip(*rows, strict=True)]
    most = [max(cell[1] for cell in column) for column in zip(*rows, strict=True)]
    if sum(least) > width:
        return None
    if sum(most) <= width:
        return tuple(wanted * width / sum(most) for wanted in most)
    share = (width - sum(least)) / (sum(most) - sum(least))
    return tuple(low + (high - low) * share for low, high in zip(least, most, strict=True))


def _at_size(table: TableBody, size: float, width: float, theme: Theme) -> FittedTable | None:
    extra = 2 * SIDE_PADDING + GUARD
    styled = [list(_styled_cells(table, number, size, theme)) for number in range(len(table.rows))]
    measured = [
        [(widest_unit(cell) + extra, unbroken_width(cell) + extra) for cell, _ in row] for row in styled
    ]
    widths = column_widths(measured, width)
    if widths is None:
        return None
    heights = tuple(
        max(
            len(line_widths(cell, column - extra)) * line
            for (cell, line), column in zip(row, widths, strict=True)
        )
        + 2 * PADDING
        + GUARD
        for row in styled
    )
    return FittedTable(rows=table.rows, size=size, widths=widths, heights=heights, padding=PADDING)


def _styled_cells(
    table: TableBody, number: int, size: float, theme: Theme
) -> Iterator[tuple[list[Piece], float]]:
    """Each cell's pieces and line height; heads are bold."""
    for column, runs in enumerate(table.rows[number]):
        bold = number < table.header_rows or column < table.row_headers
        level = Level(size=size, family=theme.sans, bold=bold)
        yield pieces(runs, level, theme), line_height(runs, level, theme) * size


def _even(fitted: FittedTable, head: int, height: float) -> FittedTable:
    """Body rows of one height, where the highest of them fits for all: a calm table has even lines."""
    body = fitted.heights[head:]
    if not body or sum(fitted.heights[:head]) + max(body) * len(body) > height:
        return fitted
    return replace(fitted, heights=(*fitted.heights[:head], *(max(body) for _ in body)))


def _more_padding(fitted: FittedTable, height: float) -> float:
    """The padding that the free height allows."""
    spare = (height - sum(fitted.heights)) / (2 * max(1, len(fitted.heights)))
    return min(ROOMY_PADDING - PADDING, spare)


def _roomier(fitted: FittedTable, more: float) -> FittedTable:
    """With ``more`` padding above and below each row."""
    heights = tuple(row + 2 * more for row in fitted.heights)
    return FittedTable(
        rows=fitted.rows, size=fitted.size, widths=fitted.widths, heights=heights, padding=PADDING + more
    )


def _continued(fitted: FittedTable, head: int, height: float) -> list[FittedTable] | None:
    capacity = height - sum(fitted.heights[:head])
    body = fitted.heights[head:]
    if not body or max(body) > capacity:
        return None
    parts = []
    start = head
    for count in balanced(body, capacity):
        end = start + count
        parts.append(
            FittedTable(
                rows=fitted.rows[:head] + fitted.rows[start:end],
                size=fitted.size,
                widths=fitted.widths,
                heights=fitted.heights[:head] + fitted.heights[start:end],
                padding=fitted.padding,
            )
        )
        start = end
    parts = [_even(part, head, height) for part in parts]
    more = min(_more_padding(part, height) for part in parts)
    return [_roomier(part, more) for part in parts]
