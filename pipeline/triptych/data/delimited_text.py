"""Split delimited text into rows of cells, and guess its delimiter and decimal separator."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

DELIMITERS = (",", ";", "\t", "|")
DECIMALS = (".", ",")

_SPREADSHEET_LINE = re.compile(r'"?sep=(?P<sign>[,;\t|])"?\n')  # as Excel writes and reads it
_SIGN = r"[-+\u2212]?"
_EXPONENT = r"(?:[eE][-+]?\d+)?"
_WITH_COMMA = re.compile(rf"{_SIGN}\d+,\d+{_EXPONENT}")
_WITH_POINT = re.compile(rf"{_SIGN}\d*\.\d+{_EXPONENT}")
_WHOLE = re.compile(rf"{_SIGN}\d+")
_GROUPED = re.compile(rf"{_SIGN}[1-9]\d{{0,2}}(?:[.,'’ \u00a0\u202f]\d{{3}})+(?:[.,]\d+)?")
_EITHER_WAY = re.compile(rf"{_SIGN}[1-9]\d{{0,2}},\d{{3}}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notation:
    """The delimiter and the decimal separator of a data file, each "" if it is not set."""

    delimiter: str = ""
    decimal: str = ""

    def with_defaults(self, other: Notation) -> Notation:
        """Return a notation with the values of ``other`` where this one has none."""
        return Notation(delimiter=self.delimiter or other.delimiter, decimal=self.decimal or other.decimal)


@dataclass(frozen=True, slots=True)
class DelimitedRows:
    """The rows of a text that are not blank, each with its number in the file; the first is the header."""

    delimiter: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def width(self) -> int:
        """The number of cells in the header."""
        return len(self.rows[0][1]) if self.rows else 0

    @property
    def uneven(self) -> tuple[int, int] | None:
        """The number and length of the first row whose length differs from the header."""
        return next(((number, len(row)) for number, row in self.rows if len(row) != self.width), None)

    @property
    def is_table(self) -> bool:
        """Whether there are several columns and all rows have the same length."""
        return self.width > 1 and self.uneven is None

    @property
    def matching_fraction(self) -> float:
        """The fraction of rows with the length of the header, 0 with a single column."""
        body = self.rows[1:]
        return sum(len(row) == self.width for _, row in body) / len(body) if body and self.width > 1 else 0.0

    @property
    def number_columns(self) -> int:
        """The number of columns that contain only numbers."""
        columns = zip(*(row for _, row in self.rows[1:]), strict=True)
        return sum(all(is_number(cell) for cell in column if cell) for column in columns)


def split_rows(text: str, delimiter: str) -> DelimitedRows:
    """Split a text into rows at a delimiter. Raise ``csv.Error`` for invalid quotation marks."""
    declaration = _SPREADSHEET_LINE.match(text)
    start = 1 + (declaration is not None)
    lines = io.StringIO(text[declaration.end() :] if declaration else text)
    written = enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start)
    rows = ((number, tuple(cell.strip() for cell in row)) for number, row in written)
    return DelimitedRows(delimiter, tuple((number, row) for number, row in rows if any(row)))


def find_declared_delimiter(text: str) -> str:
    """Return the delimiter in a first line such as ``sep=;``, "" without such a line."""
    declaration = _SPREADSHEET_LINE.match(text)
    return declaration["sign"] if declaration else ""


def find_likely_tables(text: str) -> list[DelimitedRows]:
    """Return the tables that a text can be split into, those with the most columns of numbers first.

    If there are none, return the closest result. Raise ``csv.Error`` for invalid quotation marks.
    """
    results: list[DelimitedRows] = []
    failure: csv.Error | None = None
    for delimiter in DELIMITERS:
        try:
            results.append(split_rows(text, delimiter))
        except csv.Error as error:
            failure = failure or error
    tables = [one for one in results if one.is_table]
    if tables:
        return sorted(tables, key=lambda one: -one.number_columns)
    if failure:
        raise failure
    column = next((one for one in results if one.delimiter == ";"), results[0])
    one_column = all(one.width == 1 for one in results)
    if one_column and all(is_number(cell) for _, row in column.rows[1:] for cell in row):
        return [column]  # the commas are decimal separators
    return [max(results, key=lambda one: one.matching_fraction)]


def guess_decimal(cells: Iterable[str]) -> str:
    """Return a comma if cells have one that cannot separate thousands, and none has a point; else a point."""
    cells = tuple(cells)
    commas = [cell for cell in cells if _WITH_COMMA.fullmatch(cell)]
    clear = any(not _EITHER_WAY.fullmatch(cell) for cell in commas)
    others = any(
        _WITH_POINT.fullmatch(cell) or (_GROUPED.fullmatch(cell) and not _WITH_COMMA.fullmatch(cell))
        for cell in cells
    )
    return "," if clear and not others else "."


def use_decimal_point(cell: str, decimal: str) -> str:
    """Return a number with a decimal point; other text is unchanged."""
    return cell.replace(",", ".") if decimal == "," and _WITH_COMMA.fullmatch(cell.strip()) else cell


def has_other_decimal(cell: str, decimal: str) -> bool:
    """Whether a cell contains a number with the other decimal separator."""
    return bool((_WITH_POINT if decimal == "," else _WITH_COMMA).fullmatch(cell))


def is_ambiguous(cell: str) -> bool:
    """Whether a comma may be a decimal or a thousands separator, as in 1,234."""
    return _EITHER_WAY.fullmatch(cell) is not None


def has_thousands_separators(cell: str) -> bool:
    """Whether a number has thousands separators."""
    return _GROUPED.fullmatch(cell) is not None


def name_delimiter(delimiter: str) -> str:
    """Return a delimiter as it is written in an attribute."""
    return "tab" if delimiter == "\t" else delimiter


def is_number(cell: str) -> bool:
    """Whether a cell is a number with either decimal separator."""
    return any(form.fullmatch(cell) for form in (_WITH_COMMA, _WITH_POINT, _WHOLE))
