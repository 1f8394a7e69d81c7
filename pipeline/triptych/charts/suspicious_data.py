"""Report likely mistakes in data (CHT008).

They are totals among slices, mistyped years, misspelt names, and points used as thousands separators.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence

from triptych.charts.columns import split_names
from triptych.charts.options import ChartOptions
from triptych.data.data_file import DataFile
from triptych.diagnostics import Diagnostic, Span
from triptych.model.charts import ChartData
from triptych.model.nodes import Attr

_TOTAL_WORDS = frozenset(
    "total totals sum overall all gesamt insgesamt summe somme totale totaal suma ensemble"
    " 合计 总计 总和 合計 総計".split()
)
_YEARS = range(1500, 2200)
_MIN_YEARS = 3
_MAX_YEAR_RANGE = 200  # years; maximum range of a year column
_NEAR_YEARS = 20
_MAX_NAMES = 200  # maximum number of names that are all compared with each other
_MIN_WORD_LENGTH = 4  # shorter words distinguish names, as in "Plan A" and "Plan B"
_POINT_IN_THOUSANDS = re.compile(r"-?[1-9]\d{0,2}\.\d{3}")
_MIN_WHOLE_NUMBERS = 2
_MIN_WHOLE_NUMBER = 100
_MAX_RATIO = 3  # times the largest or smallest of the other values
_MIN_DISTANCE_RATIO = 10


def find_suspicious_data(
    file: DataFile,
    attr: Attr,
    data: ChartData,
    options: ChartOptions,
    locate_attribute: Callable[[str], Span],
) -> Iterator[Diagnostic]:
    """Report CHT008 for each likely mistake in the data.

    ``locate_attribute`` returns the source position of an attribute.
    """

    def warn(message: str, hint: str, span: Span) -> Diagnostic:
        return Diagnostic(code="CHT008", span=span, message=message, hint=hint)

    if name := _find_total_among_parts(data, options):
        message = f'the slice "{name}" is the sum of the other slices'
        yield warn(message, f'delete the row "{name}" from {file.path}', locate_attribute("data"))
    if name := find_misspelt_year(data):
        message = f'the year "{name}" in column "{attr.get("x")}" is far from the other years'
        yield warn(message, f"check the year in {file.path}", locate_attribute("x"))
    if not options.chart_type.has_points:
        for column, index, intended in _find_misspelt_names(file, attr, is_x_named=data.positions is None):
            name, row = file.get_column(column)[index], file.get_row_number(index)
            message = f'row {row}: "{name}" in column "{column}" is probably a misspelling of "{intended}"'
            hint = f'write "{intended}", or, if both names are correct, '
            hint += "set `lint: {suspicious-data: off}` in `book.yaml`"
            yield warn(message, hint, file.locate_row(row) or locate_attribute("data"))
    for column in split_names(attr, options.chart_type.value_attribute, file.columns):
        for index, intended in _find_thousands_separators(file, column):
            cell, row = file.get_column(column)[index], file.get_row_number(index)
            message = f'row {row}: "{cell}" in column "{column}" is far from the other values'
            message += f"; did you mean {intended}?"
            hint = f"write {intended} without a thousands separator, or correct the value"
            yield warn(message, hint, file.locate_row(row) or locate_attribute("y"))


def _find_total_among_parts(data: ChartData, options: ChartOptions) -> str:
    """Return the name of a slice that is the sum of all others, or "" if there is none."""
    if not data.is_whole:
        return ""
    for series in data.series:
        total = sum(value or 0.0 for value in series.values)
        for name, value in zip(data.categories, series.values, strict=True):
            words = re.findall(r"\w+", name.casefold())
            if value and math.isclose(2 * value, total, rel_tol=1e-3) and _TOTAL_WORDS & set(words):
                return name
    return ""


def find_misspelt_year(data: ChartData) -> str:
    """Return the year that is far from all others because of an added, missing or swapped digit.

    Return "" if no year fits.
    """
    places = data.positions or ()
    if data.dates is not None or len(places) > _MAX_YEAR_RANGE or any(place % 1 for place in places):
        return ""
    for misspelt_year in map(int, places):
        years = [int(place) for place in places if place != misspelt_year]
        if len(years) != len(places) - 1 or len(years) < _MIN_YEARS:
            continue
        near_years = range(min(years) - 1, max(years) + 2)
        is_far = not near_years.start - _NEAR_YEARS <= misspelt_year <= near_years.stop + _NEAR_YEARS
        are_years = all(year in _YEARS for year in years) and len(near_years) <= _MAX_YEAR_RANGE
        if is_far and are_years and any(_is_mistyped(str(misspelt_year), str(year)) for year in near_years):
            return str(misspelt_year)
    return ""


def _is_mistyped(text: str, intended: str) -> bool:
    """Return whether a text has one added, missing or swapped character compared with the intended one."""
    longer, shorter = sorted((text, intended), key=len, reverse=True)
    if len(longer) == len(shorter):
        swaps = (
            intended[:n] + intended[n + 1] + intended[n] + intended[n + 2 :] for n in range(len(intended) - 1)
        )
        return text in swaps
    return any(longer[:n] + longer[n + 1 :] == shorter for n in range(len(longer)))


def _find_misspelt_names(file: DataFile, attr: Attr, *, is_x_named: bool) -> Iterator[tuple[str, int, str]]:
    """Yield the column, the row index and the probable intended name of each misspelt name.

    A name is misspelt if it is similar to a more frequent name and its rows fill gaps in that name's rows.
    """
    keys = [key for key in ("x", "series", "facet") if attr.get(key) in file.columns]
    if len(keys) < 2:
        return
    for key in keys:
        if key == "x" and not is_x_named:
            continue
        names = file.get_column(attr.get(key))
        if len(set(names)) > _MAX_NAMES:
            continue
        others = zip(*(file.get_column(attr.get(other)) for other in keys if other != key), strict=True)
        places = defaultdict[str, set[tuple[str, ...]]](set)
        for name, place in zip(names, others, strict=True):
            places[name].add(place)
        for name, rows in places.items():
            for intended, intended_rows in places.items():
                if (
                    2 * len(rows) <= len(intended_rows)
                    and rows.isdisjoint(intended_rows)
                    and is_misspelling(name, intended)
                ):
                    yield attr.get(key), names.index(name), intended


def is_misspelling(name: str, intended: str) -> bool:
    """Return whether two names differ only in case, spaces, or one letter of a long word."""
    words, others = (re.findall(r"\w+", text.casefold()) for text in (name, intended))
    if re.findall(r"\d", name) != re.findall(r"\d", intended) or name == intended:
        return False
    if "".join(words) == "".join(others):
        return bool(words)
    differing_pairs = [pair for pair in zip(words, others, strict=False) if pair[0] != pair[1]]
    if len(words) != len(others) or len(differing_pairs) != 1:
        return False
    (word, other), *_ = differing_pairs
    is_long = min(len(word), len(other)) >= _MIN_WORD_LENGTH
    return (
        is_long
        and word[0] == other[0]
        and (_is_mistyped(word, other) or _has_one_different_letter(word, other))
    )


def _has_one_different_letter(word: str, other: str) -> bool:
    return (
        len(word) == len(other) and sum(left != right for left, right in zip(word, other, strict=True)) == 1
    )


def _find_thousands_separators(file: DataFile, column: str) -> Iterator[tuple[int, str]]:
    """Yield the row index and the intended number of each number with a point as thousands separator.

    An example is 1.390 among numbers such as 1480. The other values in the column must be whole numbers close
    to the intended number, here 1390.
    """
    if column not in file.columns:
        return
    cells = file.get_column(column)
    suspicious = {
        index
        for index, cell in enumerate(cells)
        if _POINT_IN_THOUSANDS.fullmatch(file.replace_decimal_comma(cell))
    }
    if not suspicious:
        return
    others = (cell for index, cell in enumerate(cells) if index not in suspicious)
    whole_numbers = _parse_whole_numbers([cell for cell in others if re.search(r"\d", cell)])
    if len(whole_numbers) < _MIN_WHOLE_NUMBERS or min(whole_numbers) < _MIN_WHOLE_NUMBER:
        return
    for index in sorted(suspicious):
        plain = file.replace_decimal_comma(cells[index])
        intended = abs(int(plain.replace(".", "")))
        is_near = min(whole_numbers) <= _MAX_RATIO * intended and intended <= _MAX_RATIO * max(whole_numbers)
        if is_near and _MIN_DISTANCE_RATIO * abs(float(plain)) < min(whole_numbers):
            yield index, plain.replace(".", "")


def _parse_whole_numbers(cells: Sequence[str]) -> list[int]:
    """Return the absolute values of whole numbers, or an empty list if any cell is not a whole number."""
    if not all(re.fullmatch(r"[-\u2212]?\d+", cell) for cell in cells):
        return []
    return [int(cell.lstrip("-\u2212")) for cell in cells]
