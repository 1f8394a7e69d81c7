"""Long (tidy) data → a grid: a row of the file is a cell, at the row and the column that it names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triptych.data.columns import DataError, DataFile, asked_by
from triptych.diagnostics import did_you_mean


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in one cell of a grid: its value as the file writes it, and what is said of it."""

    value: str
    notes: tuple[str, ...] = ()


NOTHING = Entry("")


@dataclass(frozen=True, slots=True)
class Grid:
    """Names of rows and of columns, and for each row an entry for each column, or ``NOTHING``."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    entries: tuple[tuple[Entry, ...], ...]


def pivot(
    file: DataFile, rows: str, columns: str, values: str, notes: Sequence[str] = (), order: Sequence[str] = ()
) -> Grid:
    """The grid of a file, given which of its columns name rows, columns, values and what is said of these.

    Rows and columns stand as they come first in the file; those that ``order`` names stand before the others.
    Raises ``DataError``: DAT001 for a column that is not there, CHT001 for two rows of the file at one
    place, for a place without a name, and for a name in ``order`` that is none.
    """
    with asked_by("rows"):
        down = file.names(rows)
    with asked_by("columns"):
        across = file.names(columns)
    with asked_by("values"):
        cells = file.column(values)
    with asked_by("notes"):
        said = [file.column(name) for name in notes]
    found: dict[tuple[str, str], int] = {}
    for index, place in enumerate(zip(down, across, strict=True)):
        if place in found:
            first, second = file.row_number(found[place]), file.row_number(index)
            message = f"{file.path}: rows {first} and {second} both have "
            message += f'the values "{place[0]}" and "{place[1]}"'
            hint = "delete one of the two rows, or filter the rows with `where=`"
            raise DataError("CHT001", message, hint, "rows")
        found[place] = index
    _check_order(order, (*down, *across))
    heads, sides = _ordered(across, order), _ordered(down, order)

    def entry(place: tuple[str, str]) -> Entry:
        if (index := found.get(place)) is None:
            return NOTHING
        return Entry(cells[index].strip(), tuple(filter(None, (column[index].strip() for column in said))))

    return Grid(sides, heads, tuple(tuple(entry((side, head)) for head in heads) for side in sides))


def _ordered(names: Sequence[str], order: Sequence[str]) -> tuple[str, ...]:
    first = [name for name in order if name in names]
    return tuple(dict.fromkeys((*first, *names)))


def _check_order(order: Sequence[str], known: Sequence[str]) -> None:
    for name in order:
        if name not in known:
            hint = (
                did_you_mean(name, known)
                or "list names of rows or columns in `order=`, separated by semicolons"
            )
            raise DataError("CHT001", f'`order=` names "{name}", which is not in the table', hint, "order")
