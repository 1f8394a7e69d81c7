"""Which native chart shows a chart: its type, and what its category axis counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from itertools import pairwise

from triptych.model.charts import ChartKind, DatePart, Scale
from triptych.model.nodes import Chart
from triptych.writers.deck.pptx.terms import XL_CHART_TYPE

FIRST_DATE = dt.date(1900, 3, 1)  # before it spreadsheets count days that never were, or none at all
_DAY_ZERO = dt.date(1899, 12, 30).toordinal()

_BARS = {
    # Stacked, percent, horizontal.
    (False, False, False): XL_CHART_TYPE.COLUMN_CLUSTERED,
    (True, False, False): XL_CHART_TYPE.COLUMN_STACKED,
    (True, True, False): XL_CHART_TYPE.COLUMN_STACKED_100,
    (False, False, True): XL_CHART_TYPE.BAR_CLUSTERED,
    (True, False, True): XL_CHART_TYPE.BAR_STACKED,
    (True, True, True): XL_CHART_TYPE.BAR_STACKED_100,
}
_AREAS = {
    (False, False): XL_CHART_TYPE.AREA,
    (True, False): XL_CHART_TYPE.AREA_STACKED,
    (True, True): XL_CHART_TYPE.AREA_STACKED_100,
}


@dataclass(frozen=True, slots=True)
class Form:
    """A native type. ``on_numbers`` where both axes count numbers, ``on_dates`` where one counts days."""

    type: XL_CHART_TYPE
    on_numbers: bool = False
    on_dates: bool = False


def form_of(chart: Chart) -> Form:
    """The native form of a chart that is no grid of panels."""
    match chart.kind:
        case ChartKind.BAR:
            return Form(_BARS[chart.stacked, chart.percent, chart.horizontal])
        case ChartKind.HISTOGRAM:
            return Form(XL_CHART_TYPE.COLUMN_CLUSTERED)
        case ChartKind.AREA:
            return Form(_AREAS[chart.stacked, chart.percent], on_dates=counts_days(chart))
        case ChartKind.SCATTER:
            if chart.data.positions is None:
                return Form(XL_CHART_TYPE.LINE_MARKERS)  # dots over words
            return Form(XL_CHART_TYPE.XY_SCATTER, on_numbers=True)
        case ChartKind.PIE:
            return Form(XL_CHART_TYPE.PIE)
        case ChartKind.DONUT:
            return Form(XL_CHART_TYPE.DOUGHNUT)
        case ChartKind.SLOPE | ChartKind.DUMBBELL | ChartKind.WATERFALL | ChartKind.HEAT | ChartKind.TILEMAP:
            raise ValueError(f"a {chart.kind} chart has a form of its own")
        case ChartKind.LINE:
            if counts_days(chart):
                return Form(XL_CHART_TYPE.LINE_MARKERS, on_dates=True)
            uneven = chart.x_scale is Scale.LOG or not evenly_spaced(chart.data.positions)
            if uneven:
                return Form(XL_CHART_TYPE.XY_SCATTER_LINES, on_numbers=True)
            return Form(XL_CHART_TYPE.LINE_MARKERS)


def shown_truly(chart: Chart) -> Chart:
    """The chart, or lines in the place of areas that native charts would draw falsely.

    Those let an area fall to zero in a gap, and know uneven distances only between dates.
    """
    if not chart.kind.traits.filled or chart.stacked:
        return chart
    gaps = any(value is None for series in chart.data.series for value in series.values)
    uneven = not counts_days(chart) and not evenly_spaced(chart.data.positions)
    return replace(chart, kind=ChartKind.LINE) if gaps or uneven else chart


def counts_days(chart: Chart) -> bool:
    """Whether the category axis is one of dates; years at even distances stay plain numbers."""
    dates = chart.data.dates
    if dates is None or min(dates) < FIRST_DATE or len(set(dates)) < max(2, len(dates)):
        return False
    return chart.data.date_part is not DatePart.YEAR or not evenly_spaced(chart.data.positions)


def evenly_spaced(positions: tuple[float, ...] | None) -> bool:
    """Whether categories may stand at equal distances; uneven years must keep theirs."""
    if positions is None or len(positions) < 3:
        return True
    steps = [after - before for before, after in pairwise(positions)]
    return max(steps) - min(steps) <= 1e-9 * max(abs(step) for step in steps)


def places(chart: Chart) -> tuple[float, ...]:
    """Where categories stand on a number axis: at their positions, dates as a spreadsheet counts days."""
    if on_serial_days(chart):
        return tuple(map(serial_day, chart.data.dates or ()))
    return chart.data.positions or ()


def on_serial_days(chart: Chart) -> bool:
    """Whether a number axis counts days: years alone stay the numbers that they are."""
    data = chart.data
    return bool(data.dates) and data.date_part is not DatePart.YEAR and min(data.dates or ()) >= FIRST_DATE


def serial_day(date: dt.date) -> float:
    """A date as spreadsheets count days from the end of 1899."""
    return float(date.toordinal() - _DAY_ZERO)
