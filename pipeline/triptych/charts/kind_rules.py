"""The requirements of slope, dumbbell and waterfall charts, and the direction of bars.

Enters what ``read_columns`` has read. What does not fit the kind raises ``DataError`` CHT001.
"""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from triptych.charts.options import in_parts
from triptych.data.columns import DataError, DataFile, asked_by
from triptych.diagnostics import did_you_mean
from triptych.languages.numerals import format_number
from triptych.model.charts import ChartData, ChartKind, Series, add_up
from triptych.model.nodes import Attr

_NO = frozenset(("", "0", "false", "no"))
_LINE = 78  # characters that stand side by side under a plot
_PANELS = 2  # beside each other, at the least
_BETWEEN = 1  # characters from name to name
_MOST_LINES = 3  # of a name under its bar


def fitted_to_kind(data: ChartData, kind: ChartKind, attr: Attr, file: DataFile) -> ChartData:
    """The data as its kind shows them; other kinds show them as they are."""
    if kind.traits.two_places:
        return _between_two(data, attr)
    if kind.traits.pairs:
        return _paired(data)
    if kind.traits.running:
        return _running(data, attr, file)
    return data


def _between_two(data: ChartData, attr: Attr) -> ChartData:
    """Two categories, and a value of each series at both."""
    if asked := in_parts(attr, "ends"):
        data = _only(data, asked, attr)
    elif len(data.categories) != 2 and len(data.series) == 2 and not attr.get("series"):
        data = _turned(data)
    if len(data.categories) != 2:
        message = f'a slope chart requires exactly 2 categories; column "{attr.get("x")}" has '
        message += str(len(data.categories))
        ends = f"{data.categories[0]}; {data.categories[-1]}"
        hint = f'use `ends="{ends}"` to choose the two categories to compare, or set `type=line`'
        raise DataError("CHT001", message, hint, "x")
    for series in data.series:
        for name, value in zip(data.categories, series.values, strict=True):
            if value is None:
                message = (
                    f'series "{series.label}" has no value at "{name}"; a slope chart requires both values'
                )
                hint = "add the missing value, remove the series, or set `type=scatter`"
                raise DataError("CHT001", message, hint, "y")
    return data


def _only(data: ChartData, asked: list[str], attr: Attr) -> ChartData:
    """The categories that ``ends`` names, in its order."""
    if len(asked) != 2:
        message = f"a slope chart requires exactly 2 categories; `ends=` lists {len(asked)}"
        raise DataError("CHT001", message, 'write `ends="FIRST; LAST"`', "ends")
    for name in asked:
        if name not in data.categories:
            hint = did_you_mean(name, data.categories)
            hint = hint or f'set `ends=` to two values of column "{attr.get("x")}"'
            raise DataError("CHT001", f'`ends=` names "{name}", which is not in the chart', hint, "ends")
    kept = [data.categories.index(name) for name in asked]
    return replace(
        data,
        categories=tuple(asked),
        positions=tuple(data.positions[index] for index in kept) if data.positions else None,
        dates=tuple(data.dates[index] for index in kept) if data.dates else None,
        series=tuple(
            replace(
                series,
                values=tuple(series.values[index] for index in kept),
                places=tuple(series.places[index] for index in kept),
            )
            for series in data.series
        ),
    )


def _turned(data: ChartData) -> ChartData:
    """Two columns of values as two places, and a series for each row."""
    most = max(series.decimals for series in data.series)
    return ChartData(
        categories=tuple(series.label for series in data.series),
        series=tuple(
            Series(
                label=name,
                values=tuple(series.values[index] for series in data.series),
                places=tuple(series.places[index] for series in data.series),
                decimals=most,
            )
            for index, name in enumerate(data.categories)
        ),
        category_name=data.category_name,
    )


def _paired(data: ChartData) -> ChartData:
    if len(data.series) != 2:
        message = f"a dumbbell chart requires exactly 2 series; the data has {len(data.series)}"
        hint = 'name two columns in `y=`, as in `y="FIRST, SECOND"`, or set `type=scatter`'
        raise DataError("CHT001", message, hint, "y")
    return data


def _running(data: ChartData, attr: Attr, file: DataFile) -> ChartData:
    """Totals without a number get theirs; those that have one must be what the changes make."""
    if len(data.series) != 1:
        message = f"a waterfall chart plots only one column, but `y=` lists {len(data.series)}"
        raise DataError("CHT001", message, "name the column of changes in `y=`", "y")
    totals = _totals(data, attr, file)
    series = data.series[0]
    values, places = list(series.values), list(series.places)
    level, slack = 0.0, 0.0
    for index, value in enumerate(values):
        slack += 0.5 * float(10.0 ** -places[index])
        if index not in totals:
            level = add_up((level, value or 0.0))
            continue
        if value is None:
            values[index], places[index] = level, max(places)
        elif index and any(series.values[:index]) and abs(value - level) > slack + 1e-9:
            shown = format_number(level, max(places)), format_number(value, places[index])
            message = (
                f'the total "{data.categories[index]}" is {shown[1]}, but the changes add up to {shown[0]}'
            )
            hint = "correct the amounts, or leave the total blank to have it calculated"
            raise DataError("CHT001", message, hint, "y")
        level, slack = values[index] or 0.0, 0.5 * float(10.0 ** -places[index])
    return replace(
        data,
        series=(replace(series, values=tuple(values), places=tuple(places)),),
        totals=tuple(sorted(totals)),
    )


def _totals(data: ChartData, attr: Attr, file: DataFile) -> frozenset[int]:
    """The rows that ``totals`` names, or that say so in the column that it names."""
    asked = in_parts(attr, "totals")
    if len(asked) == 1 and asked[0] in file.columns and asked[0] not in data.categories:
        with asked_by("totals"):
            flags = file.column(asked[0])
        return frozenset(index for index, cell in enumerate(flags) if cell.strip().lower() not in _NO)
    for name in asked:
        if name not in data.categories:
            hint = did_you_mean(name, data.categories)
            hint = (
                hint
                or f'set `totals=` to values of column "{attr.get("x")}", or to a column that marks totals'
            )
            raise DataError("CHT001", f'`totals=` names "{name}", which is not in the chart', hint, "totals")
    return frozenset(index for index, name in enumerate(data.categories) if name in asked)


def turned_on_side(kind: ChartKind, data: ChartData) -> bool:
    """Whether bars of a kind are horizontal unless the author sets it.

    They are if their names do not fit side by side on the printed page, which is narrower than a slide, so
    that all outputs show the same chart. Numbers and dates always run from left to right.
    """
    if not kind.traits.bars or kind.traits.running or data.positions is not None:
        return False
    side_by_side = len(data.categories) * (_PANELS if data.panels else 1)
    room = _LINE // side_by_side - _BETWEEN
    return any(_lines(name, room) > _MOST_LINES for name in data.categories)


def _lines(name: str, room: int) -> int:
    """How many lines a name takes in a room of so many characters; too many where a word is wider."""
    lines, left = 1, room
    for word in name.split():
        wide = _width(word)
        if wide > room and (word.isascii() or room < 2):
            return _MOST_LINES + 1
        if wide > left:  # scripts without spaces break anywhere
            lines += max(1, -(-wide // max(room, 1)))
            left = room
        left -= wide + 1
    return lines


def _width(word: str) -> int:
    """In characters, of which the wide ones of East Asia count two (UAX #11)."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in word)
