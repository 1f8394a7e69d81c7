"""Where a line leaps over a time of which the data say nothing: 68 years, among points two years apart.

A full line there would claim what nobody counted; it is dotted.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from itertools import pairwise
from statistics import median

from triptych.languages.numerals import decimal_places, format_number
from triptych.media.charts.axes.times import written
from triptych.model.charts import ChartData, Scale, date_at
from triptych.model.nodes import Chart

_LONGER = 5  # times the usual distance
_SHARE = 0.25  # of the axis, at the least


def leaps(chart: Chart) -> tuple[int, ...]:
    """The indices of the points before which lines leap; none where a log scale sets distances."""
    positions = chart.data.positions
    if not chart.kind.traits.lines or positions is None or len(positions) < 4 or chart.x_scale is Scale.LOG:
        return ()
    steps = [after - before for before, after in pairwise(positions)]
    least = max(_LONGER * median(steps), _SHARE * (positions[-1] - positions[0]))
    return tuple(index for index, step in enumerate(steps, 1) if step >= least > 0)


def with_breaks(chart: Chart) -> Chart:
    """The chart with an empty place in the middle of each leap, at which its lines are broken."""
    for index in reversed(leaps(chart)):
        chart = replace(chart, data=_broken(chart.data, index))
    return chart


def _broken(data: ChartData, index: int) -> ChartData:
    positions = data.positions or ()
    indices = [*range(index), None, *range(index, len(positions))]
    middle = (positions[index - 1] + positions[index]) / 2
    dates: tuple[dt.date, ...] | None = None
    if data.dates is not None and data.date_part is not None:
        date = date_at(middle)
        dates = (*data.dates[:index], date, *data.dates[index:])
        name = written(date, data.date_part)
    else:
        name = format_number(middle, decimal_places(middle))
    return replace(
        data,
        categories=(*data.categories[:index], name, *data.categories[index:]),
        positions=(*positions[:index], middle, *positions[index:]),
        dates=dates,
        series=tuple(series.at(indices) for series in data.series),
    )


def breaks(chart: Chart) -> tuple[int, ...]:
    """The indices of the empty places in a chart ``with_breaks``."""
    data, found = chart.data, []
    for index in range(1, len(data.categories) - 1):
        if all(series.values[index] is None for series in data.series):
            positions = data.positions or ()
            whole = replace(data, positions=(*positions[:index], *positions[index + 1 :]))
            found += [index] if index in leaps(replace(chart, data=whole)) else []
    return tuple(found)
