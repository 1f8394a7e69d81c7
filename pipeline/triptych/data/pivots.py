"""Pivot long (tidy) data into a grid, in which each data row becomes a cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triptych.data.data_file import DataError, DataFile, set_error_attribute
from triptych.diagnostics import did_you_mean


@dataclass(frozen=True, slots=True)
class GridCell:
    """A cell of a grid: the value as written in the data file, with its notes."""

    value: str
    notes: tuple[str, ...] = ()


EMPTY_CELL = GridCell("")


@dataclass(frozen=True, slots=True)
class Grid:
    """A grid of cells with named rows and columns. Cells without data are ``EMPTY_CELL``."""

    row_names: tuple[str, ...]
    column_names: tuple[str, ...]
    cells: tuple[tuple[GridCell, ...], ...]


def pivot_data(
    file: DataFile, rows: str, columns: str, values: str, notes: Sequence[str] = (), order: Sequence[str] = ()
) -> Grid:
    """Pivot a data file into a grid.

    ``rows``, ``columns``, ``values`` and ``notes`` are the names of the columns with the row names, column
    names, cell values and notes. Names listed in ``order`` come first, followed by the other names in the
    order of the file. Raise ``DataError`` DAT001 for an unknown column, and CHT001 for two data rows with the
    same names, an empty name, or an unknown name in ``order``.
    """
    with set_error_attribute("rows"):
        row_labels = file.get_label_column(rows)
    with set_error_attribute("columns"):
        column_labels = file.get_label_column(columns)
    with set_error_attribute("values"):
        cells = file.get_column(values)
    with set_error_attribute("notes"):
        note_columns = [file.get_column(name) for name in notes]
    indices: dict[tuple[str, str], int] = {}
    for index, names in enumerate(zip(row_labels, column_labels, strict=True)):
        if names in indices:
            first, second = file.get_row_number(indices[names]), file.get_row_number(index)
            message = f"{file.path}: rows {first} and {second} both have "
            message += f'the values "{names[0]}" and "{names[1]}"'
            hint = "delete one of the two rows, or filter the rows with `where=`"
            raise DataError("CHT001", message, hint, "rows")
        indices[names] = index
    _check_order(order, (*row_labels, *column_labels))
    column_names, row_names = _sort_names(column_labels, order), _sort_names(row_labels, order)

    def make_cell(row: str, column: str) -> GridCell:
        if (index := indices.get((row, column))) is None:
            return EMPTY_CELL
        cell_notes = (notes_of[index].strip() for notes_of in note_columns)
        return GridCell(cells[index].strip(), tuple(filter(None, cell_notes)))

    grid = tuple(tuple(make_cell(row, column) for column in column_names) for row in row_names)
    return Grid(row_names, column_names, grid)


def _sort_names(names: Sequence[str], order: Sequence[str]) -> tuple[str, ...]:
    first = [name for name in order if name in names]
    return tuple(dict.fromkeys((*first, *names)))


def _check_order(order: Sequence[str], valid_names: Sequence[str]) -> None:
    for name in order:
        if name not in valid_names:
            hint = (
                did_you_mean(name, valid_names)
                or "list names of rows or columns in `order=`, separated by semicolons"
            )
            raise DataError("CHT001", f'`order=` names "{name}", which is not in the table', hint, "order")
