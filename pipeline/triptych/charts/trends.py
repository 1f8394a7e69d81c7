"""Fit the trend lines of scatter charts (``trend=``): straight lines by the method of least squares."""

from __future__ import annotations

from collections.abc import Iterator
from math import fsum

from triptych.charts.axes import format_amount
from triptych.charts.canvas import Point
from triptych.data.data_file import DataError
from triptych.model.charts import ChartData, Series
from triptych.model.nodes import Chart

_MIN_POINTS = 3


def check_trends(data: ChartData) -> None:
    """Raise ``DataError`` CHT001 if a trend line cannot be fitted to each series."""
    if data.positions is None:
        message = "`trend=` requires numbers or dates in the column of `x=`"
        raise DataError("CHT001", message, "remove `trend=`, or set `x=` to a column of numbers", "trend")
    for series in data.series:
        places = [x for x, _ in _list_points(data, series)]
        if len(places) < _MIN_POINTS or min(places) == max(places):
            message = f'"{series.label}" has too few points for a trend line'
            hint = f"remove `trend=`, or use at least {_MIN_POINTS} points at different values of `x`"
            raise DataError("CHT001", message, hint, "trend")


def iter_trend_lines(chart: Chart, data: ChartData) -> Iterator[tuple[Series, tuple[Point, Point]]]:
    """Yield each series with the ends of its trend line, in units of the axes.

    The line extends over the x values of the series.
    """
    if not chart.trend_title:
        return
    for series in data.series:
        points = _list_points(data, series)
        centre = fsum(x for x, _ in points) / len(points)
        mean = fsum(y for _, y in points) / len(points)
        spread = fsum((x - centre) ** 2 for x, _ in points)
        slope = fsum((x - centre) * (y - mean) for x, y in points) / spread
        first, last = min(x for x, _ in points), max(x for x, _ in points)
        yield series, ((first, mean + slope * (first - centre)), (last, mean + slope * (last - centre)))


def describe_trends(chart: Chart) -> Iterator[tuple[str, str]]:
    """Yield the name of each trend line with the values at its ends, for the alt text."""
    for series, ((_, first), (_, last)) in iter_trend_lines(chart, chart.data):
        amounts = (format_amount(chart, value, series.label_decimals) for value in (first, last))
        names = (chart.trend_title, series.panel, series.label if len(chart.data.labels) > 1 else "")
        yield ", ".join(filter(None, names)), " – ".join(amounts)


def _list_points(data: ChartData, series: Series) -> list[Point]:
    pairs = zip(data.positions or (), series.values, strict=True)
    return [(x, value) for x, value in pairs if value is not None]
