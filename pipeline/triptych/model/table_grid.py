"""Where the cells of a table stand: cells that span rows or columns move others on (HTML, 4.9.12.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from triptych.model.nodes import Cell, Row


def placed(rows: Iterable[Row]) -> Iterator[list[tuple[int, Cell]]]:
    """For each row of a part of a table its cells with their columns, counted from 0."""
    below: dict[int, int] = {}  # column → rows that a cell from above still covers
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


def column_cells(rows: Iterable[Row], column: int) -> list[Cell]:
    """The cells that stand in one column alone, from above."""
    return [cell for row in placed(rows) for place, cell in row if place == column and cell.colspan == 1]
