"""Recognise the date format of a chart's ``x`` column, and rewrite its dates as ISO 8601."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from triptych.charts.chart_types import ChartType
from triptych.charts.time_axis import format_iso_date
from triptych.data.data_file import DataError, DataFile
from triptych.diagnostics import Diagnostic, Span
from triptych.languages.numerals import parse_month
from triptych.model.charts import DatePrecision
from triptych.model.nodes import Attr

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?|-Q([1-4]))?")
_ISO_TIME = re.compile(r"(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*")
_SHORT_YEAR = re.compile(r"\d{1,2}([/.-])\d{1,2}\1\d{2}")
# The tokens of a date format, as in CLDR and moment.js.
_TOKENS = {
    "YYYY": r"(?P<year>\d{4})",
    "MMMM": r"(?P<name>[^\W\d_]+)\.?",
    "MMM": r"(?P<name>[^\W\d_]+)\.?",
    "MM": r"(?P<month>\d{1,2})",
    "M": r"(?P<month>\d{1,2})",
    "DD": r"(?P<day>\d{1,2})",
    "D": r"(?P<day>\d{1,2})",
}
_TOKEN = re.compile("|".join(_TOKENS))
_UNAMBIGUOUS_FORMATS = (
    "YYYY/MM/DD",
    "YYYY.MM.DD",
    "D.M.YYYY",
    "D MMM YYYY",
    "D-MMM-YYYY",
    "MMM D, YYYY",
    "MMM YYYY",
    "MMM-YYYY",
)
_DAY_OR_MONTH_FIRST = ("DD/MM/YYYY", "MM/DD/YYYY", "DD-MM-YYYY", "MM-DD-YYYY")
# Attributes whose semicolon-separated items start with a category or series name.
_ATTRIBUTES_WITH_NAMES = ("annotate", "callout", "highlight", "ends")


@dataclass(frozen=True, slots=True)
class DateFormat:
    """A date format such as ``DD/MM/YYYY``, and the precision of its dates."""

    name: str
    pattern: re.Pattern[str]
    precision: DatePrecision

    def matches(self, text: str, language: str) -> bool:
        """Return whether ``text`` matches this format, even if the date is invalid."""
        match = self.pattern.fullmatch(text)
        return bool(match and ("name" not in match.groupdict() or parse_month(match["name"], language)))

    def parse(self, text: str, language: str) -> dt.date | None:
        """Parse a date in this format; return None if the text does not match or the date is invalid."""
        match = self.pattern.fullmatch(text)
        if match is None:
            return None
        groups = match.groupdict()
        month = parse_month(groups["name"], language) if "name" in groups else int(groups["month"])
        try:
            return dt.date(int(groups["year"]), month or 0, int(groups.get("day", 1)))
        except ValueError:
            return None


@cache
def parse_date_format(name: str) -> DateFormat:
    """Parse the value of ``date-format=``. Raise ``DataError`` CHT001 if the format is unknown."""
    tokens = _TOKEN.findall(name)
    kinds = sorted(token[0] for token in tokens)
    if kinds not in (["D", "M", "Y"], ["M", "Y"]):
        hint = "combine YYYY, MM (or MMM for month names) and DD, for example DD/MM/YYYY"
        raise DataError("CHT001", f'unknown date format "{name}"', hint, "date-format")
    texts = [re.escape(text) for text in _TOKEN.split(name)]
    pattern = texts[0] + "".join(_TOKENS[token] + text for token, text in zip(tokens, texts[1:], strict=True))
    return DateFormat(name, re.compile(pattern), DatePrecision.DAY if "D" in kinds else DatePrecision.MONTH)


_CANDIDATE_FORMATS = tuple(map(parse_date_format, (*_UNAMBIGUOUS_FORMATS, *_DAY_OR_MONTH_FIRST)))


def rewrite_dates(
    file: DataFile, attr: Attr, chart_type: ChartType, language: str, key: str = "x"
) -> tuple[DataFile, Attr, Diagnostic | None]:
    """Rewrite dates as ISO 8601, in the column named by ``key`` and in attributes that refer to them.

    Only the column ``x`` must be without empty cells. Return the file, the attributes, and a note if the
    format was guessed. Raise ``DataError`` DAT003 if a cell in a date column is not a date, DAT006 if the
    dates are ambiguous, or CHT001 if ``date-format`` is unknown.
    """
    column, format_name = attr.get(key), attr.get("date-format")
    if column not in file.columns:
        return file, attr, None
    if key != "x" and "" in file.get_column(column):
        return _rewrite_filled_cells(file, attr, chart_type, language, key)
    cells = file.get_column(column)
    if format_name:
        date_format = parse_date_format(format_name)
        return *_rewrite_cells(file, attr, column, date_format, language), None
    if not (_has_dates(cells, language) if key == "x" else cells):
        return file, attr, None
    is_continuous = chart_type.sorts_rows or chart_type.has_points or key != "x"
    fitting = [
        date_format
        for date_format in _CANDIDATE_FORMATS
        if all(date_format.parse(cell, language) for cell in cells)
    ]
    if len(fitting) > 1 and is_continuous:
        raise _make_ambiguous_error(file, column, cells, fitting, language)
    if len(fitting) == 1:
        date_format = fitting[0]
        note = (
            _make_guess_note(file, column, date_format.name)
            if date_format.name in _DAY_OR_MONTH_FIRST
            else None
        )
        return *_rewrite_cells(file, attr, column, date_format, language), note
    if all(_ISO_TIME.fullmatch(cell) for cell in cells):
        return *_replace_cells(file, attr, column, {cell: cell[:10] for cell in cells}), None
    if not fitting and is_continuous:
        _check_same_format(file, column, cells, language)
    return file, attr, None


def _rewrite_filled_cells(
    file: DataFile, attr: Attr, chart_type: ChartType, language: str, key: str
) -> tuple[DataFile, Attr, Diagnostic | None]:
    place = file.columns.index(attr.get(key))
    filled = [index for index, row in enumerate(file.rows) if row[place]]
    part = replace(
        file,
        rows=tuple(file.rows[index] for index in filled),
        row_numbers=tuple(map(file.get_row_number, filled)),
    )
    part, attr, note = rewrite_dates(part, attr, chart_type, language, key)
    rows = list(file.rows)
    for index, row in zip(filled, part.rows, strict=True):
        rows[index] = row
    return replace(file, rows=tuple(rows)), attr, note


def parse_iso_date(text: str) -> dt.date | None:
    """Return the first day of a YYYY, YYYY-MM, YYYY-MM-DD or YYYY-Qn period, or None for other text."""
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, quarter = match.groups()
    try:
        return dt.date(int(year), int(month or 1) if not quarter else int(quarter) * 3 - 2, int(day or 1))
    except ValueError:
        return None


def find_iso_precision(text: str) -> DatePrecision:
    """Return the precision of an ISO 8601 date: year, quarter, month or day."""
    match = _ISO.fullmatch(text)
    _, month, day, quarter = match.groups() if match else (None, None, None, None)
    return (
        DatePrecision.DAY
        if day
        else DatePrecision.MONTH
        if month
        else DatePrecision.QUARTER
        if quarter
        else DatePrecision.YEAR
    )


def parse_iso_dates(file: DataFile, column: str, cells: Sequence[str]) -> list[dt.date] | None:
    """Return the dates of a column of ISO 8601 dates, or None if any cell has another format.

    Raise ``DataError`` DAT003 if a date is invalid.
    """
    if not all(_ISO.fullmatch(cell) for cell in cells) or _are_amounts(cells):
        return None
    dates = []
    for index, cell in enumerate(cells):
        date = parse_iso_date(cell)
        if date is None:
            raise _make_date_error(file, column, index)
        dates.append(date)
    return dates


def _are_amounts(cells: Sequence[str]) -> bool:
    return any(len(cell) == 4 and cell[0] not in "12" for cell in cells)


def _has_dates(cells: Sequence[str], language: str) -> bool:
    """Return whether at least two cells, and at least half of them, look like dates. Years do not count."""
    dated = sum(_looks_like_date(cell, language) for cell in cells)
    return dated >= 2 and 2 * dated >= len(cells)


def _looks_like_date(cell: str, language: str) -> bool:
    if _SHORT_YEAR.fullmatch(cell) or _ISO_TIME.fullmatch(cell):
        return True
    if _ISO.fullmatch(cell):
        return len(cell) > 4
    return any(date_format.matches(cell, language) for date_format in _CANDIDATE_FORMATS)


def _check_same_format(file: DataFile, column: str, cells: Sequence[str], language: str) -> None:
    """Raise ``DataError`` DAT003 if a cell does not have the same format as most dates."""
    iso = parse_date_format("YYYY-MM-DD")
    most_common = max(
        (iso, *_CANDIDATE_FORMATS), key=lambda date_format: _count_matches(date_format, cells, language)
    )
    for index, cell in enumerate(cells):
        if most_common is iso and _ISO.fullmatch(cell):
            continue
        if most_common.parse(cell, language) is None:
            raise _make_date_error(
                file, column, index, "" if most_common.matches(cell, language) else most_common.name
            )


def _count_matches(date_format: DateFormat, cells: Sequence[str], language: str) -> tuple[int, int]:
    """Return the number of cells that match a date format, and the number of valid dates among them."""
    forms = sum(date_format.matches(cell, language) for cell in cells)
    return forms, sum(date_format.parse(cell, language) is not None for cell in cells)


def _rewrite_cells(
    file: DataFile, attr: Attr, column: str, date_format: DateFormat, language: str
) -> tuple[DataFile, Attr]:
    names = {}
    for index, cell in enumerate(file.get_column(column)):
        date = date_format.parse(cell, language)
        if date is None:
            raise _make_date_error(file, column, index, date_format.name)
        names[cell] = format_iso_date(date, date_format.precision)
    return _replace_cells(file, attr, column, names)


def _replace_cells(
    file: DataFile, attr: Attr, column: str, iso_dates: Mapping[str, str]
) -> tuple[DataFile, Attr]:
    place = file.columns.index(column)
    rows = tuple((*row[:place], iso_dates[row[place]], *row[place + 1 :]) for row in file.rows)
    pairs = tuple(
        (key, _rewrite_dates_in_items(value, iso_dates) if key in _ATTRIBUTES_WITH_NAMES else value)
        for key, value in attr.pairs
    )
    return replace(file, rows=rows), replace(attr, pairs=pairs)


def _rewrite_dates_in_items(value: str, iso_dates: Mapping[str, str]) -> str:
    """Rewrite the dates in items such as ``DATE: TEXT`` or ``SERIES, DATE: TEXT``.

    ``iso_dates`` maps each date as written in the data to its ISO 8601 form.
    """
    parts = []
    for part in value.split(";"):
        name, colon, words = part.partition(":")
        series, comma, place = name.rpartition(",")
        if name.strip() in iso_dates:
            name = iso_dates[name.strip()]
        elif place.strip() in iso_dates:
            name = f"{series}{comma} {iso_dates[place.strip()]}"
        parts.append(name + colon + words)
    return ";".join(parts)


def _make_guess_note(file: DataFile, column: str, name: str) -> Diagnostic:
    message = f'no date format is set for column "{column}"; assuming {name}'
    hint = f'set `date-format="{name}"` on the chart to confirm this guess, or set the correct format'
    return Diagnostic(code="DAT004", span=Span(path=file.path), message=message, hint=hint)


def _make_ambiguous_error(
    file: DataFile, column: str, cells: Sequence[str], formats: Sequence[DateFormat], language: str
) -> DataError:
    cell = next(
        (cell for cell in cells if len({date_format.parse(cell, language) for date_format in formats}) > 1),
        cells[0],
    )
    names = " or ".join(date_format.name for date_format in formats)
    message = f'the date "{cell}" in column "{column}" is ambiguous: {names}'
    hint = (
        "set "
        + " or ".join(f'`date-format="{date_format.name}"`' for date_format in formats)
        + " on the chart"
    )
    return file.make_row_error("DAT006", file.get_row_number(cells.index(cell)), message, hint)


def _make_date_error(file: DataFile, column: str, index: int, expected_format: str = "") -> DataError:
    """Return error DAT003 for a cell whose date is invalid or not in the expected format."""
    cell, row = file.get_column(column)[index], file.get_row_number(index)
    expected, hint = "a valid date", "correct the date in the cell"
    if _SHORT_YEAR.fullmatch(cell):
        expected, hint = "a date with a four-digit year", "write the years in this column with four digits"
    elif expected_format:
        expected = f"a date in the format {expected_format}"
        hint = f"write all dates in this column as {expected_format}, or delete the row"
    return file.make_row_error("DAT003", row, f'"{cell}" in column "{column}" is not {expected}', hint)
