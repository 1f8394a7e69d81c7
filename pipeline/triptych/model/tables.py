"""Compute the columns of table cells with spans (HTML, 4.9.12.1), and heat map colours for their values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from triptych.model.nodes import Cell, Row


def place_cells(rows: Iterable[Row]) -> Iterator[list[tuple[int, Cell]]]:
    """Yield the cells of each row as pairs of a column index and a cell."""
    below: dict[int, int] = {}  # number of further rows covered by a cell above, by column
    for row in rows:
        column, cells = 0, []
        for cell in row.cells:
            while below.get(column, 0):
                column += 1
            cells.append((column, cell))
            below.update(dict.fromkeys(range(column, column + cell.colspan), cell.rowspan))
            column += cell.colspan
        below = {place: left - 1 for place, left in below.items() if left > 1}
        yield cells


def list_column_cells(rows: Iterable[Row], column: int) -> list[Cell]:
    """Return the cells of one column, without cells that span several columns."""
    return [cell for row in place_cells(rows) for place, cell in row if place == column and cell.colspan == 1]


STEPS = 9


def compute_shade_steps(values: Sequence[float | None]) -> list[int]:
    """Return a heat map step for each value: 1 to 9, -1 to -9, or 0 for None.

    If values have both signs, positive and negative steps share one scale from zero. Otherwise, the steps
    cover the range of the values.
    """
    known_values = [value for value in values if value is not None]
    low, high = min(known_values), max(known_values)
    mixed = low < 0 < high
    below = high <= 0 and low < 0
    base_value = 0.0 if mixed else high if below else low  # the value with the palest step
    span = max(abs(low - base_value), abs(high - base_value)) or 1.0
    steps = []
    for value in values:
        sign = -1 if value is not None and (below or (mixed and value < 0)) else 1
        steps.append(
            0 if value is None else sign * (1 + round((STEPS - 1) * (abs(value - base_value) / span)))
        )
    return steps
