"""Choose the chart type and the axes of a native PowerPoint chart."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from triptych.model.charts import DatePrecision
from triptych.model.nodes import Chart

FIRST_DATE = dt.date(1900, 3, 1)  # spreadsheets count 29 February 1900, which did not exist
_DAY_ZERO = dt.date(1899, 12, 30).toordinal()


@dataclass(frozen=True, slots=True)
class NativeChartType:
    """The chart type and axes of a native PowerPoint chart.

    - ``type``: the name of a member of python-pptx's ``XL_CHART_TYPE``.
    - ``has_numeric_axes``: whether both axes are numeric.
    - ``has_date_axis``: whether the category axis is a date axis.
    - ``line_count``: the number of series at the end that are drawn as lines over the other series.
    - ``has_boxes``: whether the other series are, in this order, the first quartiles, the upper whisker ends,
      the lower whisker ends and the third quartiles.
    - ``gap_width``: the gap between bars as a percentage of the bar width.
    """

    type: str
    has_numeric_axes: bool = False
    has_date_axis: bool = False
    line_count: int = 0
    has_boxes: bool = False
    gap_width: int | None = None


def has_date_axis(chart: Chart) -> bool:
    """Return whether the category axis is a date axis. Evenly spaced years are plain numbers instead."""
    dates = chart.data.dates
    if dates is None or min(dates) < FIRST_DATE or len(set(dates)) < max(2, len(dates)):
        return False
    return chart.data.date_precision is not DatePrecision.YEAR or not is_evenly_spaced(chart.data.positions)


def is_evenly_spaced(positions: tuple[float, ...] | None) -> bool:
    """Return whether consecutive positions have equal distances."""
    if positions is None or len(positions) < 3:
        return True
    steps = [after - before for before, after in pairwise(positions)]
    # The rounding error of a difference grows with the positions.
    tolerance = 1e-9 * max(map(abs, steps)) + 1e-15 * max(map(abs, positions))
    return max(steps) - min(steps) <= tolerance


def get_axis_numbers(chart: Chart) -> tuple[float, ...]:
    """Return the categories' positions on a numeric axis, with dates as spreadsheet serial numbers."""
    if has_serial_days(chart):
        return tuple(map(get_serial_day, chart.data.dates or ()))
    return chart.data.positions or ()


def has_serial_days(chart: Chart) -> bool:
    """Return whether a chart's dates become spreadsheet serial numbers on a numeric axis; years do not."""
    data = chart.data
    return (
        bool(data.dates)
        and data.date_precision is not DatePrecision.YEAR
        and min(data.dates or ()) >= FIRST_DATE
    )


def get_serial_day(date: dt.date) -> float:
    """Return the spreadsheet serial number of a date; day 1 is 31 December 1899."""
    return float(date.toordinal() - _DAY_ZERO)
