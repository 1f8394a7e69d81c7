"""Split delimited text into rows of cells, and guess the delimiter and the decimal separator."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
DECIMALS = (".", ",")
MAX_CELL = csv.field_size_limit()  # 131,072 characters

_SPREADSHEET_LINE = re.compile(r'"?sep=(?P<sign>[,;\t|])"?\n')  # for Excel, which writes and reads it
_SIGN = r"[-+\u2212]?"
_EXPONENT = r"(?:[eE][-+]?\d+)?"
_COMMA_NUMBER = re.compile(rf"{_SIGN}\d+,\d+{_EXPONENT}")
_POINT_NUMBER = re.compile(rf"{_SIGN}\d*\.\d+{_EXPONENT}")
_INTEGER = re.compile(rf"{_SIGN}\d+")
_GROUPED = re.compile(rf"{_SIGN}[1-9]\d{{0,2}}(?:[.,'’ \u00a0\u202f]\d{{3}})+(?:[.,]\d+)?")
_AMBIGUOUS_COMMA = re.compile(rf"{_SIGN}[1-9]\d{{0,2}},\d{{3}}")


class CellTooLongError(csv.Error):
    """Raised for a cell with more than ``MAX_CELL`` characters. The limit is exceeded on ``line``."""

    def __init__(self, line: int) -> None:
        super().__init__(f"a cell has more than {MAX_CELL:,} characters")
        self.line = line


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """The delimiter and decimal separator of a data file, each "" if unset."""

    delimiter: str = ""
    decimal: str = ""

    def with_defaults(self, other: Notation) -> Notation:
        """Return a copy in which unset values are those of ``other``."""
        return Notation(delimiter=self.delimiter or other.delimiter, decimal=self.decimal or other.decimal)


@dataclass(frozen=True, slots=True)
class DelimitedRows:
    """The non-blank rows of a delimited text with their numbers in the file. The first is the header."""

    delimiter: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def column_count(self) -> int:
        """The number of cells in the header row."""
        return sum(len(row) for _, row in self.rows[:1])

    @property
    def first_ragged_row(self) -> tuple[int, int] | None:
        """The number and length of the first row whose length differs from the header, or None."""
        return next(((number, len(row)) for number, row in self.rows if len(row) != self.column_count), None)

    @property
    def is_table(self) -> bool:
        """Whether there are several columns and all rows are as long as the header."""
        return self.column_count > 1 and self.first_ragged_row is None

    @property
    def regular_row_fraction(self) -> float:
        """The fraction of data rows that are as long as the header, or 0 if there is only one column."""
        body = self.rows[1:]
        return (
            sum(len(row) == self.column_count for _, row in body) / len(body)
            if body and self.column_count > 1
            else 0.0
        )

    @property
    def numeric_column_count(self) -> int:
        """The number of columns whose non-empty cells are all numbers."""
        columns = zip(*(row for _, row in self.rows[1:]), strict=True)
        return sum(all(is_number(cell) for cell in column if cell) for column in columns)


def split_rows(text: str, delimiter: str) -> DelimitedRows:
    """Split a text into rows of cells at ``delimiter``.

    Raise ``csv.Error`` for invalid quotation marks, or ``CellTooLongError``.
    """
    declaration = _SPREADSHEET_LINE.match(text)
    start = 1 + (declaration is not None)
    lines = io.StringIO(text[declaration.end() :] if declaration else text)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    rows = ((number, tuple(cell.strip() for cell in row)) for number, row in enumerate(reader, start))
    try:
        return DelimitedRows(delimiter, tuple((number, row) for number, row in rows if any(row)))
    except csv.Error as error:
        if "field limit" in str(error):
            raise CellTooLongError(reader.line_num + start - 1) from None
        raise


def find_declared_delimiter(text: str) -> str:
    """Return the delimiter declared by a first line such as ``sep=;``, or "" without such a line."""
    declaration = _SPREADSHEET_LINE.match(text)
    return declaration["sign"] if declaration else ""


def find_likely_tables(text: str) -> list[DelimitedRows]:
    """Split a text with each known delimiter in turn, and return the results that are tables.

    The tables with the most columns of numbers come first. If no result is a table, return only the one that
    is most similar to a table. Raise ``csv.Error`` for invalid quotation marks.
    """
    results: list[DelimitedRows] = []
    failure: csv.Error | None = None
    for delimiter in DELIMITERS:
        try:
            results.append(split_rows(text, delimiter))
        except csv.Error as error:
            failure = failure or error
    tables = [result for result in results if result.is_table]
    if tables:
        return sorted(tables, key=lambda result: -result.numeric_column_count)
    if failure:
        raise failure
    column = next((result for result in results if result.delimiter == ";"), results[0])
    one_column = all(result.column_count == 1 for result in results)
    if one_column and all(is_number(cell) for _, row in column.rows[1:] for cell in row):
        return [column]  # the commas are decimal separators
    return [max(results, key=lambda result: result.regular_row_fraction)]


def guess_decimal_separator(cells: Iterable[str]) -> str:
    """Guess the decimal separator of cells: "," or ".".

    It is the comma if a cell contains one that cannot separate thousands and no cell uses a point.
    """
    cells = tuple(cells)
    commas = [cell for cell in cells if _COMMA_NUMBER.fullmatch(cell)]
    clear = any(not _AMBIGUOUS_COMMA.fullmatch(cell) for cell in commas)
    others = any(
        _POINT_NUMBER.fullmatch(cell) or (_GROUPED.fullmatch(cell) and not _COMMA_NUMBER.fullmatch(cell))
        for cell in cells
    )
    return "," if clear and not others else "."


def replace_decimal_comma(cell: str, decimal: str) -> str:
    """Replace the comma in a number with a point if ``decimal`` is ","; return other cells unchanged."""
    return cell.replace(",", ".") if decimal == "," and _COMMA_NUMBER.fullmatch(cell.strip()) else cell


def has_other_decimal_separator(cell: str, decimal: str) -> bool:
    """Return whether a cell is a number whose decimal separator is not ``decimal``."""
    return bool((_POINT_NUMBER if decimal == "," else _COMMA_NUMBER).fullmatch(cell))


def has_ambiguous_comma(cell: str) -> bool:
    """Return whether the comma in a cell, as in 1,234, may be a decimal or a thousands separator."""
    return _AMBIGUOUS_COMMA.fullmatch(cell) is not None


def has_thousands_separators(cell: str) -> bool:
    """Return whether a cell is a number with thousands separators."""
    return _GROUPED.fullmatch(cell) is not None


def format_delimiter(delimiter: str) -> str:
    """Return a delimiter as written in the ``delimiter`` attribute, where a tab is "tab"."""
    return "tab" if delimiter == "\t" else delimiter


def is_number(cell: str) -> bool:
    """Return whether a cell is a number with a point, a comma or no decimal separator."""
    return any(form.fullmatch(cell) for form in (_COMMA_NUMBER, _POINT_NUMBER, _INTEGER))
