"""Choose the type of native chart and its axes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import pairwise

from triptych.model.charts import DatePart
from triptych.model.nodes import Chart

FIRST_DATE = dt.date(1900, 3, 1)  # before it spreadsheets count days that never were, or none at all
_DAY_ZERO = dt.date(1899, 12, 30).toordinal()


@dataclass(frozen=True, slots=True)
class NativeForm:
    """The type of a native chart: the name of a member of python-pptx's ``XL_CHART_TYPE``, and its axes.

    Both axes are numeric if ``on_numbers``; the category axis is one of dates if ``on_dates``. The last
    ``lines`` series are lines over the others. If the form ``has_boxes``, the other series are the sides of
    boxes: the first quartile, the upper and lower ends of whiskers, and the third quartile. ``gap`` is the
    gap between bars in percent of their width.
    """

    type: str
    on_numbers: bool = False
    on_dates: bool = False
    lines: int = 0
    has_boxes: bool = False
    gap: int | None = None


def has_date_axis(chart: Chart) -> bool:
    """Return whether the category axis is one of dates; evenly spaced years are plain numbers."""
    dates = chart.data.dates
    if dates is None or min(dates) < FIRST_DATE or len(set(dates)) < max(2, len(dates)):
        return False
    return chart.data.date_part is not DatePart.YEAR or not is_evenly_spaced(chart.data.positions)


def is_evenly_spaced(positions: tuple[float, ...] | None) -> bool:
    """Return whether positions are at equal distances."""
    if positions is None or len(positions) < 3:
        return True
    steps = [after - before for before, after in pairwise(positions)]
    return max(steps) - min(steps) <= 1e-9 * max(abs(step) for step in steps)


def get_axis_numbers(chart: Chart) -> tuple[float, ...]:
    """Return the positions of categories on a numeric axis, with dates as serial days of a spreadsheet."""
    if has_serial_days(chart):
        return tuple(map(get_serial_day, chart.data.dates or ()))
    return chart.data.positions or ()


def has_serial_days(chart: Chart) -> bool:
    """Return whether a numeric axis counts serial days; years are plain numbers."""
    data = chart.data
    return bool(data.dates) and data.date_part is not DatePart.YEAR and min(data.dates or ()) >= FIRST_DATE


def get_serial_day(date: dt.date) -> float:
    """Return the serial day of a date in a spreadsheet, where 1 is 31 December 1899."""
    return float(date.toordinal() - _DAY_ZERO)
