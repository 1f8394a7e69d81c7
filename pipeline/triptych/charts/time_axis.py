"""Choose and label the ticks of a time axis, and handle missing dates and long gaps between points."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from statistics import median

from triptych.charts.chart_types import get_chart_type
from triptych.languages.numerals import (
    count_decimal_places,
    format_date,
    format_day,
    format_month,
    format_number,
    format_quarter,
)
from triptych.model.charts import (
    ChartData,
    DatePrecision,
    Scale,
    convert_date_to_position,
    convert_position_to_date,
)
from triptych.model.nodes import Chart

TimeTick = tuple[float, list[str]]  # position in years, and lines of the label

_YEAR_STEPS = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)
_MONTH_STEPS = (1, 2, 3, 6)
_DAY_STEPS = (1, 2, 7, 14)
_MIN_END_FRACTION = 0.7  # fraction of a year after which the end of the data is labelled too
_MAX_CATEGORIES_PER_DATE = 3  # maximum number of categories per date in the data
_PRECISION_LEVELS = {
    DatePrecision.DAY: 0,
    DatePrecision.MONTH: 1,
    DatePrecision.QUARTER: 2,
    DatePrecision.YEAR: 3,
}


def format_category(data: ChartData, index: int, language: str) -> str:
    """Format a category label: a date in the chart's language, or other text unchanged."""
    name = data.categories[index]
    return (
        name if data.dates is None or data.x_values else format_date_name(name, data.dates[index], language)
    )


def format_x_value(data: ChartData, index: int, language: str) -> str:
    """Format the x value of a category: a date in the chart's language, or other text unchanged.

    The x value differs from the category's label if the categories are points with names.
    """
    if not data.x_values:
        return format_category(data, index, language)
    cell = data.x_values[index]
    return cell if data.dates is None else format_date_name(cell, data.dates[index], language)


def format_date_name(iso_date: str, date: dt.date, language: str) -> str:
    """Format a date in a language, with the precision of its ISO 8601 string."""
    precision = {4: DatePrecision.YEAR, 10: DatePrecision.DAY}.get(len(iso_date)) or (
        DatePrecision.QUARTER if "Q" in iso_date else DatePrecision.MONTH
    )
    return iso_date if precision is DatePrecision.YEAR else format_date(date, precision, language)


def make_time_ticks(data: ChartData, max_count: int, language: str) -> list[TimeTick]:
    """Return up to ``max_count`` ticks at round dates within the range of the data.

    The ticks are no finer than the dates in the data. If each year is a tick and the data ends late in a
    year, the last date is a tick too.
    """
    assert data.positions is not None
    low, high = min(data.positions), max(data.positions)
    finest = _PRECISION_LEVELS[data.date_precision or DatePrecision.YEAR]
    for ticks in _iter_tick_candidates(low, high, finest, language):
        visible_ticks = [(place, lines) for place, lines in ticks if low - 1e-6 <= place <= high + 1e-6]
        if 2 <= len(visible_ticks) <= max_count:
            (before, _), (end, lines) = visible_ticks[-2:]
            is_each_year = lines == [f"{end:.0f}"] and end - before == 1
            if is_each_year and high - end >= _MIN_END_FRACTION and len(visible_ticks) < max_count:
                index = data.positions.index(high)
                visible_ticks.append((high, [format_x_value(data, index, language)]))
            return visible_ticks
    return [
        (place, [format_x_value(data, data.positions.index(place), language)])
        for place in sorted({low, high})
    ]


def _iter_tick_candidates(
    low: float, high: float, finest_precision: int, language: str
) -> Iterator[list[TimeTick]]:
    first, last = convert_position_to_date(low), convert_position_to_date(high)
    if finest_precision == 0 and high - low < 0.5:
        for step in _DAY_STEPS:
            yield _label_dates(list(_iter_days(first, last, step)), language, format_day)
    if finest_precision <= 1 and high - low < 6:
        for step in _MONTH_STEPS:
            yield _label_dates(list(_iter_months(first, last, step)), language, format_month)
    if finest_precision <= 2 and high - low < 6:
        for step in (3, 6):
            yield _label_dates(list(_iter_months(first, last, step)), language, format_quarter)
    for step in _YEAR_STEPS:
        # Steps of one or two years are counted from the last year, which readers look for.
        start = last.year % step if step <= 2 and finest_precision == 3 else 0
        years = [year for year in range(first.year, last.year + 1) if year % step == start]
        yield [(float(year), [str(year)]) for year in years]


def _label_dates(
    dates: list[dt.date], language: str, format_label: Callable[[dt.date, str], str]
) -> list[TimeTick]:
    """Return a tick for each date. The first tick of each year has the year as a second line.

    ``format_label`` formats a date as the first line, in a language.
    """
    ticks: list[TimeTick] = []
    for index, date in enumerate(dates):
        lines = [format_label(date, language)]
        if index == 0 or dates[index - 1].year != date.year:
            lines.append(str(date.year))
        ticks.append((convert_date_to_position(date), lines))
    return ticks


def _iter_months(first: dt.date, last: dt.date, step: int) -> Iterator[dt.date]:
    for month in range(first.year * 12, last.year * 12 + 12):
        date = dt.date(month // 12, month % 12 + 1, 1)
        if month % step == 0 and first <= date <= last:
            yield date


def _iter_days(first: dt.date, last: dt.date, step: int) -> Iterator[dt.date]:
    for day in range(first.toordinal(), last.toordinal() + 1):
        if (day - last.toordinal()) % step == 0:
            yield dt.date.fromordinal(day)


def add_missing_dates(data: ChartData) -> ChartData:
    """Add an empty category for each missing date, so that the distances between bars are true to scale.

    If most of the categories would be empty, the data is unchanged.
    """
    if data.dates is None or data.date_precision is None or len(set(data.dates)) < 3:
        return data
    part = data.date_precision
    counts = [
        date.toordinal() if part is DatePrecision.DAY else date.year * 12 + date.month - 1
        for date in data.dates
    ]
    if counts != sorted(set(counts)):
        return data
    step = math.gcd(*(after - before for before, after in pairwise(counts)))
    all_counts = range(counts[0], counts[-1] + 1, step)
    if len(all_counts) == len(counts) or len(all_counts) > _MAX_CATEGORIES_PER_DATE * len(counts):
        return data
    indices = {count: index for index, count in enumerate(counts)}
    dates = [
        dt.date.fromordinal(count) if part is DatePrecision.DAY else dt.date(count // 12, count % 12 + 1, 1)
        for count in all_counts
    ]
    return replace(
        data.select_values([indices.get(count) for count in all_counts]),
        categories=tuple(
            data.categories[indices[count]] if count in indices else format_iso_date(date, part)
            for count, date in zip(all_counts, dates, strict=True)
        ),
        dates=tuple(dates),
        positions=tuple(map(convert_date_to_position, dates)),
    )


def format_iso_date(date: dt.date, precision: DatePrecision) -> str:
    """Format a date as ISO 8601 with this precision. Quarters have the form YYYY-Qn."""
    match precision:
        case DatePrecision.YEAR:
            return f"{date.year:04}"
        case DatePrecision.QUARTER:
            return f"{date.year:04}-Q{(date.month + 2) // 3}"
        case DatePrecision.MONTH:
            return f"{date.year:04}-{date.month:02}"
        case DatePrecision.DAY:
            return date.isoformat()


_LONG_GAP_RATIO = 5  # times the median distance
_MIN_GAP_FRACTION = 0.25  # minimum fraction of the axis


def find_points_after_gaps(chart: Chart) -> tuple[int, ...]:
    """Return the indices of points after long gaps. There are none on a logarithmic axis."""
    positions = chart.data.positions
    if (
        not get_chart_type(chart).connects_values
        or positions is None
        or len(positions) < 4
        or chart.x_scale is Scale.LOG
    ):
        return ()
    steps = [after - before for before, after in pairwise(positions)]
    min_gap = max(_LONG_GAP_RATIO * median(steps), _MIN_GAP_FRACTION * (positions[-1] - positions[0]))
    return tuple(index for index, step in enumerate(steps, 1) if step >= min_gap > 0)


def add_breaks(chart: Chart) -> Chart:
    """Add an empty category in the middle of each long gap, so that native charts interrupt lines there."""
    for index in reversed(find_points_after_gaps(chart)):
        chart = replace(chart, data=_insert_break(chart.data, index))
    return chart


def _insert_break(data: ChartData, index: int) -> ChartData:
    positions = data.positions or ()
    indices = [*range(index), None, *range(index, len(positions))]
    midpoint = (positions[index - 1] + positions[index]) / 2
    dates: tuple[dt.date, ...] | None = None
    if data.dates is not None and data.date_precision is not None:
        date = convert_position_to_date(midpoint)
        dates = (*data.dates[:index], date, *data.dates[index:])
        name = format_iso_date(date, data.date_precision)
    else:
        name = format_number(midpoint, count_decimal_places(midpoint))
    return replace(
        data.select_values(indices),
        categories=(*data.categories[:index], name, *data.categories[index:]),
        positions=(*positions[:index], midpoint, *positions[index:]),
        dates=dates,
    )


def find_added_breaks(chart: Chart) -> tuple[int, ...]:
    """Return the indices of the categories added by ``add_breaks``."""
    data, breaks = chart.data, []
    for index in range(1, len(data.categories) - 1):
        if all(series.values[index] is None for series in data.series):
            positions = data.positions or ()
            data_without_break = replace(data, positions=(*positions[:index], *positions[index + 1 :]))
            breaks += (
                [index] if index in find_points_after_gaps(replace(chart, data=data_without_break)) else []
            )
    return tuple(breaks)
