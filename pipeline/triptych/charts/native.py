"""Native charts, as kinds describe them to writers: their type, and what their axes count."""

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
    """A native chart: a member of ``XL_CHART_TYPE`` of python-pptx by its name, and its axes.

    ``on_numbers`` where both axes count numbers, ``on_dates`` where one counts days. The last ``lines``
    series are lines over the others, which are the sides of boxes if it ``has_boxes``: the first quartile,
    the ends of the whiskers from above, and the third quartile. A ``gap`` between bars is in percent of one.
    """

    type: str
    on_numbers: bool = False
    on_dates: bool = False
    lines: int = 0
    has_boxes: bool = False
    gap: int | None = None


def has_date_axis(chart: Chart) -> bool:
    """Return whether the category axis is one of dates; years at even distances stay plain numbers."""
    dates = chart.data.dates
    if dates is None or min(dates) < FIRST_DATE or len(set(dates)) < max(2, len(dates)):
        return False
    return chart.data.date_part is not DatePart.YEAR or not is_evenly_spaced(chart.data.positions)


def is_evenly_spaced(positions: tuple[float, ...] | None) -> bool:
    """Return whether categories may stand at equal distances; uneven years must keep theirs."""
    if positions is None or len(positions) < 3:
        return True
    steps = [after - before for before, after in pairwise(positions)]
    return max(steps) - min(steps) <= 1e-9 * max(abs(step) for step in steps)


def get_axis_numbers(chart: Chart) -> tuple[float, ...]:
    """Return the positions of categories on a number axis, dates as a spreadsheet counts days."""
    if has_serial_days(chart):
        return tuple(map(get_serial_day, chart.data.dates or ()))
    return chart.data.positions or ()


def has_serial_days(chart: Chart) -> bool:
    """Return whether a number axis counts days: years alone stay the numbers that they are."""
    data = chart.data
    return bool(data.dates) and data.date_part is not DatePart.YEAR and min(data.dates or ()) >= FIRST_DATE


def get_serial_day(date: dt.date) -> float:
    """Return a date as spreadsheets count days from the end of 1899."""
    return float(date.toordinal() - _DAY_ZERO)
