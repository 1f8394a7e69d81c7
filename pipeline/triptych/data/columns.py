"""What data files hold: columns of text for charts, tables and values, and parts of texts for listings."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from triptych.data.delimited_text import (
    has_groups,
    is_ambiguous,
    is_number,
    is_written_otherwise,
    plain_number,
)
from triptych.diagnostics import Diagnostic, Span, did_you_mean, join_names

_LARGEST = 1e100
_NO_NUMBER = "write a number such as 12 or 3.5, or leave the cell empty if the value is missing"
NO_HEADER = "add a header row with the names of the columns above the data"
_MOST_RANGES = 3  # of row numbers in a message
_FIRST_ROWS = 10  # among which a header row may stand that is not the first


class DataError(Exception):
    """A mistake in a data file, or in an attribute that refers to it."""

    def __init__(
        self,
        code: str,
        message: str,
        hint: str | None = None,
        attribute: str = "",
        *,
        place: Span | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.attribute = attribute
        self.place = place

    def finding(self, span: Span) -> Diagnostic:
        """The diagnostic at its ``place`` in a data file where that is known, else where it was asked for."""
        return Diagnostic(code=self.code, span=self.place or span, message=self.message, hint=self.hint)


@contextmanager
def asked_by(attribute: str) -> Iterator[None]:
    """Name the attribute that asked for what is wrong, where none is named."""
    try:
        yield
    except DataError as error:
        error.attribute = error.attribute or attribute
        raise


@dataclass(frozen=True, slots=True)
class DataFile:
    """A CSV file: its header and rows of text, each as long as the header.

    ``numbers`` counts rows as a spreadsheet does, the header being row 1; empty where all follow it.
    ``decimal`` is what stands in numbers with a fraction.
    """

    path: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...] = ()
    decimal: str = "."

    def row_number(self, index: int) -> int:
        """The number of a row in the file, also where others were left out."""
        return self.numbers[index] if self.numbers else index + 2

    def place(self, row: int) -> Span | None:
        """The line of a row; None where cells with line breaks make rows and lines differ."""
        return line_of_row(self.path, (self.columns, *self.rows), row)

    def wrong_row(
        self, code: str, row: int, message: str, hint: str, attribute: str = "", *, rows: Sequence[int] = ()
    ) -> DataError:
        """Return the error of a row, at its line if that is known; ``rows`` are all with the same mistake."""
        place = self.place(row)
        where = f"rows {_describe_ranges(rows)}" if len(rows) > 1 else f"row {row}"
        message = f"{where}: {message}" if place else f"{self.path}: {where}: {message}"
        return DataError(code, message, hint, attribute, place=place)

    def column(self, name: str) -> tuple[str, ...]:
        """All values of a column. Raises ``DataError`` DAT001."""
        if name not in self.columns:
            hint = self._nearest_column(name) or f"use one of {', '.join(self.columns)}"
            if any(name in row for row in self.rows[:_FIRST_ROWS]):
                hint = "delete the lines above the header row, which must be the first line"
            elif all(map(is_number, self.columns)):
                hint = NO_HEADER
            raise DataError("DAT001", f'{self.path} has no column "{name}"', hint)
        index = self.columns.index(name)
        return tuple(row[index] for row in self.rows)

    def names(self, column: str) -> tuple[str, ...]:
        """A column in which each row says where it belongs. Raises ``DataError`` DAT001 or CHT001."""
        names = self.column(column)
        if "" in names:
            rows = [self.row_number(index) for index, name in enumerate(names) if not name]
            message, hint = f'the cell in column "{column}" is empty', "fill in the cell, or delete the row"
            raise self.wrong_row("CHT001", rows[0], message, hint, rows=rows)
        return names

    def plain(self, cell: str) -> str:
        """A number as it is written with a decimal point; other cells as they are."""
        return plain_number(cell, self.decimal)

    def number(self, cell: str, *, column: str, row: int) -> float | None:
        """A cell's number, None for an empty one; ``row`` is its number. Raises ``DataError``."""
        try:
            if is_written_otherwise(cell, self.decimal):
                raise ValueError(cell)
            return number(self.plain(cell))
        except ValueError:
            if self.decimal == "." and is_ambiguous(cell):
                reason = "the comma could be a decimal or a thousands separator"
                message = f'"{cell}" in column "{column}" is ambiguous: {reason}'
                hint = (
                    'delete the comma if it separates thousands, or set `decimal=","` on the chart or table'
                )
                raise self.wrong_row("DAT006", row, message, hint) from None
            hint = self._number_hint(cell)
            wrong = {
                self.row_number(at): one for at, one in enumerate(self.column(column)) if self._is_text(one)
            }
            rows, many = [*wrong], len({*wrong.values()}) > 1
            values = f'"{cell}" and other values in column "{column}" are not numbers'
            message = values if many else f'"{cell}" in column "{column}" is not a number'
            if len(rows) == len(self.rows) > 1 and hint == _NO_NUMBER:
                others = [name for name in self.columns if not any(map(self._is_text, self.column(name)))]
                hint = f"use a column of numbers: {', '.join(others)}" if others else hint
            raise self.wrong_row("DAT003", row, message, hint, rows=rows) from None

    def _is_text(self, cell: str) -> bool:
        """Whether a cell is neither empty nor a number."""
        try:
            number(self.plain(cell))
        except ValueError:
            return True
        return is_written_otherwise(cell, self.decimal)

    def _number_hint(self, cell: str) -> str:
        if is_written_otherwise(cell, self.decimal):
            other = "," if self.decimal == "." else "."
            use = f'use "{self.decimal}" as the decimal separator'
            return f'{use}, or set `decimal="{other}"` on the chart or table'
        if has_groups(cell):
            added = "they are added automatically, in the style of the book's language"
            return f"remove the thousands separators; {added}"
        if re.fullmatch(r"[-+\u2212]?[\d.]+(e[-+]?\d+)?", cell, re.IGNORECASE):
            return f"use an absolute value between {1 / _LARGEST:g} and {_LARGEST:g}"
        if match := re.match(r"[-+\u2212]?\d[\d.,]*\s*([^\d\s.,]+)$|([^\d\s.,+-]+)\s*\d[\d.,]*$", cell):
            unit = match[1] or match[2]
            return f'remove the unit from the cells, and set `unit="{unit}"` on the chart or table'
        return _NO_NUMBER

    def _nearest_column(self, name: str) -> str | None:
        """A hint; case, spaces and underscores make no difference to it."""
        parts = [part for part in re.split(r"[;|\s]+", name) if part]
        if len(parts) > 1 and all(part in self.columns for part in parts):
            return f'separate columns with commas: "{", ".join(parts)}"'
        folded = {re.sub(r"[\s_-]+", "", column).casefold(): column for column in self.columns}
        same = folded.get(re.sub(r"[\s_-]+", "", name).casefold())
        return f'did you mean "{same}"?' if same else did_you_mean(name, self.columns)

    def where(self, column: str, value: str) -> DataFile:
        """Only the rows that hold a value in a column. Raises ``DataError``."""
        keep = self.column(column)
        kept = [index for index, cell in enumerate(keep) if value in (cell, self.plain(cell))]
        if not kept:
            hint = did_you_mean(value, keep) or f'use a value of column "{column}" in `where=`'
            raise DataError("DAT003", f'{self.path} has no row with "{value}" in column "{column}"', hint)
        numbers = tuple(self.row_number(index) for index in kept)
        return replace(self, rows=tuple(self.rows[index] for index in kept), numbers=numbers)

    def matching(self, conditions: str) -> DataFile:
        """Only the rows that meet all of ``COLUMN=VALUE; COLUMN=VALUE``. Raises ``DataError``."""
        file = self
        for condition in filter(None, map(str.strip, conditions.split(";"))):
            column, sign, value = condition.partition("=")
            if not sign:
                hint = 'write `where="COLUMN=VALUE"`; separate multiple conditions with semicolons'
                raise DataError("CHT001", f'invalid condition "{condition}" in `where=`', hint)
            file = file.where(column.strip(), value.strip())
        return file


def _describe_ranges(numbers: Sequence[int]) -> str:
    """Return ascending numbers as ranges: 2–5, 7 and 9; if there are many, only count the later ones."""
    ranges: list[list[int]] = []
    for one in numbers:
        if ranges and one == ranges[-1][-1] + 1:
            ranges[-1][1:] = [one]
        else:
            ranges.append([one])
    shown = ["–".join(map(str, one)) for one in ranges[:_MOST_RANGES]]
    if more := sum(one[-1] - one[0] + 1 for one in ranges[_MOST_RANGES:]):
        shown.append(f"{more} more")
    return join_names(shown)


def line_of_row(path: str, rows: Iterable[Sequence[str]], row: int) -> Span | None:
    """Return the line of a row; None where cells with line breaks make rows and lines differ."""
    is_broken = any("\n" in cell for cells in rows for cell in cells)
    return None if is_broken else Span(path=path, line=row)


def number(text: str) -> float | None:
    """A cell's number, None for an empty cell. Raises ValueError for other text, and for numbers so large or
    small that those made of them would be none.
    """
    text = text.strip().replace("\u2212", "-")
    if text in ("", "NA", "n/a", "-", "–"):
        return None
    value = float(text.replace("_", "?"))  # Python would read 1_000; a spreadsheet does not
    if value and not 1 / _LARGEST <= abs(value) <= _LARGEST:
        raise ValueError(text)
    return value


def decimals(cell: str) -> int:
    """How many decimal places a number has, written without an exponent: 1.7e-6 has seven."""
    digits, _, exponent = cell.strip().lower().partition("e")
    return max(0, len(digits.partition(".")[2]) - int(exponent.replace("\u2212", "-") or 0))


def code_region(source: str, *, lines: str, region: str) -> str:
    """Part of a file: ``lines`` as in 3-10, or what stands between ``region: NAME`` and ``endregion``.

    Common indentation is taken off. Raises ``DataError`` INC001 where there is no such part.
    """
    rows = source.removesuffix("\n").split("\n")
    if region:
        start = next(
            (i for i, row in enumerate(rows) if re.search(rf"\bregion:?\s+{re.escape(region)}\b", row)), None
        )
        if start is None:
            hint = f"wrap the lines in the comments `region: {region}` and `endregion`"
            raise DataError("INC001", f'the file has no region "{region}"', hint)
        rest = rows[start + 1 :]
        end = next((i for i, row in enumerate(rest) if re.search(r"\bendregion\b", row)), len(rest))
        rows = rest[:end]
    if lines:
        match = re.fullmatch(r"([0-9]{1,9})?-?([0-9]{1,9})?", lines)
        if match is None:
            raise DataError(
                "INC001", f'invalid line range "{lines}"', "write a range of line numbers such as 3-10"
            )
        first = int(match.group(1) or 1)
        last = int(match.group(2)) if match.group(2) else (len(rows) if "-" in lines else first)
        if not first <= last or first > len(rows):
            count = f"the file has {len(rows)} line{'s' * (len(rows) != 1)}"
            hint = f"use line numbers from 1 to {len(rows)}"
            raise DataError("INC001", f'the line range "{lines}" contains no line: {count}', hint)
        rows = rows[first - 1 : last]
    return textwrap.dedent("\n".join(rows))
