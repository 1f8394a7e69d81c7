"""Represent data files as columns for charts, tables and values, and extract lines of files for listings."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from triptych.data.delimited_text import (
    has_ambiguous_comma,
    has_other_decimal_separator,
    has_thousands_separators,
    is_number,
    replace_decimal_comma,
)
from triptych.diagnostics import Diagnostic, Span, did_you_mean, join_names

_MAX_VALUE = 1e100
_NUMBER_HINT = "write a number such as 12 or 3.5, or leave the cell empty if the value is missing"
NO_HEADER = "add a header row with the names of the columns above the data"
_MAX_RANGES = 3  # maximum number of row numbers in a message
_MAX_HEADER_ROW = 10  # number of rows to search for a misplaced header row


class DataError(Exception):
    """Raised for a mistake in a data file, or in an attribute of a chart or table that uses the file.

    ``file_span`` is the position of the mistake in the data file, or None if it is unknown.
    """

    def __init__(
        self,
        code: str,
        message: str,
        hint: str | None = None,
        attribute: str = "",
        *,
        file_span: Span | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.attribute = attribute
        self.file_span = file_span

    def to_diagnostic(self, span: Span) -> Diagnostic:
        """Return a diagnostic at the position in the data file, or at ``span`` if that is unknown."""
        return Diagnostic(code=self.code, span=self.file_span or span, message=self.message, hint=self.hint)


@contextmanager
def set_error_attribute(attribute: str) -> Iterator[None]:
    """Set ``attribute`` on each ``DataError`` raised in the block, unless it already has one."""
    try:
        yield
    except DataError as error:
        error.attribute = error.attribute or attribute
        raise


@dataclass(frozen=True, slots=True)
class DataFile:
    """A CSV file with its column names and rows. Cells are text, and each row is as long as the header.

    ``row_numbers`` are row numbers as in a spreadsheet, where the header is row 1, or () if no row was
    skipped. ``decimal`` is the decimal separator.
    """

    path: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    row_numbers: tuple[int, ...] = ()
    decimal: str = "."

    def get_row_number(self, index: int) -> int:
        """Return the row number in the data file of the row at ``index``."""
        return self.row_numbers[index] if self.row_numbers else index + 2

    def locate_row(self, row: int) -> Span | None:
        """Return the position of a row, or None if a line break in a cell makes it unknown."""
        return make_row_span(self.path, (self.columns, *self.rows), row)

    def make_row_error(
        self, code: str, row: int, message: str, hint: str, attribute: str = "", *, rows: Sequence[int] = ()
    ) -> DataError:
        """Return a ``DataError`` at the position of a row. ``rows`` are all rows with the same mistake."""
        place = self.locate_row(row)
        rows_text = f"rows {_format_row_ranges(rows)}" if len(rows) > 1 else f"row {row}"
        message = f"{rows_text}: {message}" if place else f"{self.path}: {rows_text}: {message}"
        return DataError(code, message, hint, attribute, file_span=place)

    def get_column(self, name: str) -> tuple[str, ...]:
        """Return the cells of a column. Raise ``DataError`` DAT001 if the column does not exist."""
        index = self.get_column_index(name)
        return tuple(row[index] for row in self.rows)

    def get_column_index(self, name: str) -> int:
        """Return the index of a column. Raise ``DataError`` DAT001 if the column does not exist."""
        if name not in self.columns:
            hint = self._suggest_column(name) or f"use one of {', '.join(self.columns)}"
            if any(name in row for row in self.rows[:_MAX_HEADER_ROW]):
                hint = "delete the lines above the header row, which must be the first line"
            elif all(map(is_number, self.columns)):
                hint = NO_HEADER
            raise DataError("DAT001", f'{self.path} has no column "{name}"', hint)
        return self.columns.index(name)

    def get_label_column(self, column: str) -> tuple[str, ...]:
        """Return the cells of a column. Raise ``DataError`` CHT001 if a cell is empty."""
        names = self.get_column(column)
        if "" in names:
            rows = [self.get_row_number(index) for index, name in enumerate(names) if not name]
            message, hint = f'the cell in column "{column}" is empty', "fill in the cell, or delete the row"
            raise self.make_row_error("CHT001", rows[0], message, hint, rows=rows)
        return names

    def replace_decimal_comma(self, cell: str) -> str:
        """Replace the decimal separator of a number with a point. Other cells are returned unchanged."""
        return replace_decimal_comma(cell, self.decimal)

    def parse_cell(self, cell: str, *, column: str, row: int) -> float | None:
        """Return the number in a cell, or None if the cell is empty or marks a missing value.

        Raise ``DataError`` DAT003 if the cell is not a number, or DAT006 if its comma is ambiguous.
        """
        try:
            if has_other_decimal_separator(cell, self.decimal):
                raise ValueError(cell)
            return parse_number(self.replace_decimal_comma(cell))
        except ValueError:
            if self.decimal == "." and has_ambiguous_comma(cell):
                reason = "the comma could be a decimal or a thousands separator"
                message = f'"{cell}" in column "{column}" is ambiguous: {reason}'
                hint = (
                    'delete the comma if it separates thousands, or set `decimal=","` on the chart or table'
                )
                raise self.make_row_error("DAT006", row, message, hint) from None
            hint = self._explain_invalid_number(cell)
            invalid_cells = {
                self.get_row_number(row_index): cell_text
                for row_index, cell_text in enumerate(self.get_column(column))
                if self._is_text_cell(cell_text)
            }
            rows, has_several_values = [*invalid_cells], len({*invalid_cells.values()}) > 1
            values = f'"{cell}" and other values in column "{column}" are not numbers'
            message = values if has_several_values else f'"{cell}" in column "{column}" is not a number'
            if len(rows) == len(self.rows) > 1 and hint == _NUMBER_HINT:
                others = [
                    name for name in self.columns if not any(map(self._is_text_cell, self.get_column(name)))
                ]
                hint = f"use a column of numbers: {', '.join(others)}" if others else hint
            raise self.make_row_error("DAT003", row, message, hint, rows=rows) from None

    def _is_text_cell(self, cell: str) -> bool:
        """Return whether a cell is neither empty nor a number."""
        try:
            parse_number(self.replace_decimal_comma(cell))
        except ValueError:
            return True
        return has_other_decimal_separator(cell, self.decimal)

    def _explain_invalid_number(self, cell: str) -> str:
        if has_other_decimal_separator(cell, self.decimal):
            other = "," if self.decimal == "." else "."
            advice = f'use "{self.decimal}" as the decimal separator'
            return f'{advice}, or set `decimal="{other}"` on the chart or table'
        if has_thousands_separators(cell):
            added = "they are added automatically, in the style of the book's language"
            return f"remove the thousands separators; {added}"
        if re.fullmatch(r"[-+\u2212]?[\d.]+(e[-+]?\d+)?", cell, re.IGNORECASE):
            return f"use an absolute value between {1 / _MAX_VALUE:g} and {_MAX_VALUE:g}"
        if match := re.match(r"[-+\u2212]?\d[\d.,]*\s*([^\d\s.,]+)$|([^\d\s.,+-]+)\s*\d[\d.,]*$", cell):
            unit = match[1] or match[2]
            return f'remove the unit from the cells, and set `unit="{unit}"` on the chart or table'
        return _NUMBER_HINT

    def _suggest_column(self, name: str) -> str | None:
        """Return a hint with the column name closest to ``name``, ignoring case, spaces and underscores."""
        parts = [part for part in re.split(r"[;|\s]+", name) if part]
        if len(parts) > 1 and all(part in self.columns for part in parts):
            return f'separate columns with commas: "{", ".join(parts)}"'
        folded = {re.sub(r"[\s_-]+", "", column).casefold(): column for column in self.columns}
        matching_column = folded.get(re.sub(r"[\s_-]+", "", name).casefold())
        return f'did you mean "{matching_column}"?' if matching_column else did_you_mean(name, self.columns)

    def filter_by_value(self, column: str, value: str) -> DataFile:
        """Keep only the rows with ``value`` in a column.

        Raise ``DataError`` if there are none.
        """
        cells = self.get_column(column)
        selected = [
            index for index, cell in enumerate(cells) if value in (cell, self.replace_decimal_comma(cell))
        ]
        if not selected:
            hint = did_you_mean(value, cells) or f'use a value of column "{column}" in `where=`'
            raise DataError("DAT003", f'{self.path} has no row with "{value}" in column "{column}"', hint)
        return self.select_rows(selected)

    def select_rows(self, indices: Sequence[int]) -> DataFile:
        """Keep only the rows at ``indices``."""
        numbers = tuple(self.get_row_number(index) for index in indices)
        return replace(self, rows=tuple(self.rows[index] for index in indices), row_numbers=numbers)

    def filter_rows(self, conditions: str) -> DataFile:
        """Keep only the rows that meet all ``conditions``: ``COLUMN=VALUE; COLUMN=VALUE``."""
        file = self
        for condition in filter(None, map(str.strip, conditions.split(";"))):
            column, sign, value = condition.partition("=")
            if not sign:
                hint = 'write `where="COLUMN=VALUE"`; separate multiple conditions with semicolons'
                raise DataError("CHT001", f'invalid condition "{condition}" in `where=`', hint)
            file = file.filter_by_value(column.strip(), value.strip())
        return file


def _format_row_ranges(numbers: Sequence[int]) -> str:
    """Format ascending row numbers as up to three ranges and a count, such as "2–5, 7, 9 and 4 more"."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][-1] + 1:
            ranges[-1][1:] = [number]
        else:
            ranges.append([number])
    ranges_shown = ["–".join(map(str, number)) for number in ranges[:_MAX_RANGES]]
    if further_count := sum(number[-1] - number[0] + 1 for number in ranges[_MAX_RANGES:]):
        ranges_shown.append(f"{further_count} more")
    return join_names(ranges_shown)


def make_row_span(path: str, rows: Iterable[Sequence[str]], row: int) -> Span | None:
    """Return the position of a row, or None if a line break in a cell makes it unknown."""
    is_broken = any("\n" in cell for cells in rows for cell in cells)
    return None if is_broken else Span(path=path, line=row)


def parse_number(text: str) -> float | None:
    """Return the number in a cell, or None if it is empty or marks a missing value, such as "NA".

    Raise ValueError if the cell is not a number, or if its absolute value is above 1e100 or below 1e-100.
    """
    text = text.strip().replace("\u2212", "-")
    if text in ("", "NA", "n/a", "-", "–"):
        return None
    value = float(text.replace("_", "?"))  # unlike Python, reject 1_000
    if value and not 1 / _MAX_VALUE <= abs(value) <= _MAX_VALUE:
        raise ValueError(text)
    return value


def count_decimals(cell: str) -> int:
    """Return the number of decimal places of a number as written; 1.7e-6 has seven."""
    digits, _, exponent = cell.strip().lower().partition("e")
    return max(0, len(digits.partition(".")[2]) - int(exponent.replace("\u2212", "-") or 0))


def extract_lines(source: str, *, lines: str, region: str) -> str:
    """Return a range of lines such as 3-10, or the lines between ``region: NAME`` and ``endregion``.

    With both, the range is counted within the region. Common indentation is removed. Raise ``DataError``
    INC001 if the range is invalid or empty, or if the region does not exist.
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
