"""Text between separators → rows of cells; where nobody says how, the text itself decides."""

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
    """What stands between cells and within numbers; each empty where nobody says."""

    delimiter: str = ""
    decimal: str = ""

    def over(self, other: Notation) -> Notation:
        """What this one does not say, the other does."""
        return Notation(delimiter=self.delimiter or other.delimiter, decimal=self.decimal or other.decimal)


@dataclass(frozen=True, slots=True)
class Cut:
    """A text cut into rows that are not blank, each with its number in the file; the header is the first."""

    delimiter: str
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    @property
    def width(self) -> int:
        """How many cells the header has."""
        return len(self.rows[0][1]) if self.rows else 0

    @property
    def uneven(self) -> tuple[int, int] | None:
        """The number of the first row that is not as long as the header, and how long it is."""
        return next(((number, len(row)) for number, row in self.rows if len(row) != self.width), None)

    @property
    def is_table(self) -> bool:
        """Whether there are several columns, and as many of them in each row."""
        return self.width > 1 and self.uneven is None

    @property
    def _agreeing(self) -> float:
        """The share of rows that are as long as the header, none where the sign doesn't cut it."""
        body = self.rows[1:]
        return sum(len(row) == self.width for _, row in body) / len(body) if body and self.width > 1 else 0.0

    @property
    def number_columns(self) -> int:
        """How many columns of a table hold numbers alone."""
        columns = zip(*(row for _, row in self.rows[1:]), strict=True)
        return sum(all(is_number(cell) for cell in column if cell) for column in columns)


def cut(text: str, delimiter: str) -> Cut:
    """Cut a text at a delimiter. Raises ``csv.Error`` where its quotation marks make no sense."""
    told = _SPREADSHEET_LINE.match(text)
    start = 1 + (told is not None)
    lines = io.StringIO(text[told.end() :] if told else text)
    written = enumerate(csv.reader(lines, delimiter=delimiter, strict=True), start)
    rows = ((number, tuple(cell.strip() for cell in row)) for number, row in written)
    return Cut(delimiter, tuple((number, row) for number, row in rows if any(row)))


def told_delimiter(text: str) -> str:
    """The delimiter that the first line names for spreadsheets, such as ``sep=;``, or ""."""
    told = _SPREADSHEET_LINE.match(text)
    return told["sign"] if told else ""


def likely_cuts(text: str) -> list[Cut]:
    """The ways to cut a text into a table, those with most columns of numbers first.

    Where it is no table at all, the way that comes nearest. Raises ``csv.Error``.
    """
    cuts: list[Cut] = []
    failure: csv.Error | None = None
    for delimiter in DELIMITERS:
        try:
            cuts.append(cut(text, delimiter))
        except csv.Error as error:
            failure = failure or error
    tables = [one for one in cuts if one.is_table]
    if tables:
        return sorted(tables, key=lambda one: -one.number_columns)
    if failure:
        raise failure
    column = next((one for one in cuts if one.delimiter == ";"), cuts[0])
    headed = all(one.width == 1 for one in cuts)
    if headed and all(is_number(cell) for _, row in column.rows[1:] for cell in row):
        return [column]  # the commas of one column of numbers are in them
    return [max(cuts, key=lambda one: one._agreeing)]


def likely_decimal(cells: Iterable[str]) -> str:
    """A comma where cells have one that can't stand between thousands, and none has a point; else a point."""
    cells = tuple(cells)
    commas = [cell for cell in cells if _WITH_COMMA.fullmatch(cell)]
    clear = any(not _EITHER_WAY.fullmatch(cell) for cell in commas)
    others = any(
        _WITH_POINT.fullmatch(cell) or (_GROUPED.fullmatch(cell) and not _WITH_COMMA.fullmatch(cell))
        for cell in cells
    )
    return "," if clear and not others else "."


def plain_number(cell: str, decimal: str) -> str:
    """A number as it is written with a decimal point; other text as it is."""
    return cell.replace(",", ".") if decimal == "," and _WITH_COMMA.fullmatch(cell.strip()) else cell


def is_written_otherwise(cell: str, decimal: str) -> bool:
    """Whether a cell has a number with the other decimal sign."""
    return bool((_WITH_POINT if decimal == "," else _WITH_COMMA).fullmatch(cell))


def is_ambiguous(cell: str) -> bool:
    """Whether a comma may be decimal or stand between thousands: 1,234."""
    return _EITHER_WAY.fullmatch(cell) is not None


def has_groups(cell: str) -> bool:
    """Whether something stands between the thousands of a number."""
    return _GROUPED.fullmatch(cell) is not None


def named(delimiter: str) -> str:
    """A delimiter as an attribute has it."""
    return "tab" if delimiter == "\t" else delimiter


def is_number(cell: str) -> bool:
    """Whether a cell is a number with either decimal sign."""
    return any(form.fullmatch(cell) for form in (_WITH_COMMA, _WITH_POINT, _WHOLE))
