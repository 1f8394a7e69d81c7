"""Define the chart type ``gantt``."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from triptych.charts.axes import ValueAxis
from triptych.charts.canvas import Box, TextRuler
from triptych.charts.chart_types import NativeSeries, SeriesMark, TypeGuideEntry, ValueSpan
from triptych.charts.columns import MAX_SERIES, format_column_name
from triptych.charts.date_formats import find_iso_precision, parse_iso_date
from triptych.charts.kinds.bars import Bar
from triptych.charts.native import FIRST_DATE, NativeChartType, get_serial_day
from triptych.charts.options import ChartOptions
from triptych.charts.painting import PlotPainter
from triptych.charts.plot_layout import PlotLayout, iter_bars
from triptych.charts.time_axis import format_iso_date, make_time_ticks
from triptych.data.data_file import DataError, DataFile, set_error_attribute
from triptych.languages.labels import Labels
from triptych.languages.numerals import format_date
from triptych.model.charts import (
    ChartData,
    DatePrecision,
    Series,
    convert_date_to_position,
    convert_position_to_date,
)
from triptych.model.nodes import Attr, Chart

_MAX_TICKS = 6
_MILESTONE_RADIUS = 4.5  # points
_MILESTONE = "◆"
_DATE_FORMAT = "yyyy-mm-dd"


class Gantt(Bar):
    """A plan: a bar from the first to the last day of each task, and a diamond for each milestone.

    The values of the series are durations in days, 0 for a milestone. ``extra_series`` has the start of each
    task as a spreadsheet serial number.
    """

    name = "gantt"
    options = frozenset(("series", "start", "end", "today", "date-format", "highlight", "callout"))
    guide_entry = TypeGuideEntry(
        use="Show when the tasks of a plan start and end.",
        data="A column of tasks, columns with their first and last days, and a column of phases if they have "
        "colours. Tasks without an end are milestones.",
        example="type=gantt data=plan.csv x=task start=start end=end series=phase",
        alt_text="Four bars from March to August: survey and design, then building and tests, and a diamond "
        "for the opening in September.",
    )
    date_attributes = ("start", "end")
    value_attribute = "start"
    starts_at_zero = False
    has_value_labels = False
    is_stacked = True

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        """Read the tasks with their first and last days, in the order of the file."""
        for key in ("x", "start", "end"):
            if not attr.get(key):
                hint = f"set `{key}=` to the name of a column: {', '.join(file.columns[:8])}"
                raise DataError("CHT001", f"the Gantt chart has no `{key}=` attribute", hint)
        with set_error_attribute("x"):
            tasks = file.get_label_column(attr.get("x"))
        with set_error_attribute("series"):
            phases = file.get_label_column(attr.get("series")) if attr.get("series") else ("",) * len(tasks)
        with set_error_attribute("start"):
            starts = file.get_label_column(attr.get("start"))
        with set_error_attribute("end"):
            ends = file.get_column(attr.get("end"))
        spans = [
            _make_span(file, attr, index, pair) for index, pair in enumerate(zip(starts, ends, strict=True))
        ]
        labels = list(dict.fromkeys(phases))
        if len(labels) > MAX_SERIES:
            message = f"the chart has {len(labels)} series; the limit is {MAX_SERIES}"
            raise DataError("CHT001", message, "combine some of the phases", "series")
        places = (0,) * len(tasks)
        return ChartData(
            categories=tasks,
            series=tuple(
                Series(
                    label=label or format_column_name(attr.get("x")),
                    values=tuple(
                        end - start if phase == label else None
                        for phase, (start, end) in zip(phases, spans, strict=True)
                    ),
                    decimal_places=places,
                )
                for label in labels
            ),
            extra_series=tuple(
                Series(label=format_column_name(attr.get(key)), values=values, decimal_places=places)
                for key, values in zip(("start", "end"), zip(*spans, strict=True), strict=True)
            ),
            category_name=format_column_name(attr.get("x")),
            series_name=format_column_name(attr.get("series")),
            date_precision=max(
                (find_iso_precision(cell) for cell in (*starts, *ends) if cell), key=list(DatePrecision).index
            ),
        )

    def is_horizontal_by_default(self, data: ChartData) -> bool:
        return True

    def add_missing_categories(self, chart: Chart) -> Chart:
        return chart

    def make_value_axis(self, chart: Chart) -> ValueAxis:
        """Return a time axis from the first start to the last end, with ticks at round dates.

        The axis includes the line of ``today=``.
        """
        days = [day for series in chart.data.extra_series for day in series.values if day is not None]
        days += [mark.value for mark in chart.reference_lines]
        low, high = min(days), max(days)
        precision = chart.data.date_precision or DatePrecision.DAY
        dates = tuple(_get_date(end) for end in (low, max(high, low + 1)))
        limits = ChartData(
            categories=tuple(format_iso_date(date, precision) for date in dates),
            series=(),
            positions=tuple(map(convert_date_to_position, dates)),
            dates=dates,
            date_precision=precision,
        )
        ticks = make_time_ticks(limits, _MAX_TICKS, chart.language)
        return ValueAxis(
            low=low,
            high=max(high, low + 1),
            ticks=tuple(get_serial_day(convert_position_to_date(place)) for place, _ in ticks),
            labels=tuple(" ".join(lines) for _, lines in ticks),
        )

    def compute_spans(self, chart: Chart, data: ChartData) -> list[list[ValueSpan | None]]:
        starts, _ = data.extra_series
        return [
            [
                None if days is None or start is None else (start, start + days)
                for start, days in zip(starts.values, series.values, strict=True)
            ]
            for series in data.series
        ]

    def draw_marks(self, painter: PlotPainter) -> None:
        for index, category, (start, end), box in iter_bars(painter.layout):
            style = painter.get_style(index, category)
            if start < end:
                painter.draw_box(box, style)
                continue
            left, top, right, bottom = _get_milestone_box(box)
            x, y = painter.left + (left + right) / 2, painter.top + (top + bottom) / 2
            half = _MILESTONE_RADIUS
            painter.canvas.draw_polygon([(x, y - half), (x + half, y), (x, y + half), (x - half, y)], style)

    def iter_boxes(self, layout: PlotLayout, ruler: TextRuler) -> Iterator[Box]:
        for _, _, (start, end), box in iter_bars(layout):
            yield box if start < end else _get_milestone_box(box)

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        """Return stacked bars on invisible bars, which end where the tasks start."""
        return NativeChartType("BAR_STACKED")

    def list_native_series(self, chart: Chart) -> list[NativeSeries]:
        """Return the starts as an invisible series, and the durations in days by phase."""
        starts, _ = chart.data.extra_series
        bars = [
            NativeSeries(
                series,
                SeriesMark.BAR,
                series,
                labels=tuple(_MILESTONE if value == 0 else "" for value in series.values),
            )
            for series in chart.data.series
        ]
        return [
            NativeSeries(starts, SeriesMark.HIDDEN, chart.data.series[0], number_format=_DATE_FORMAT),
            *bars,
        ]

    def iter_rows(self, chart: Chart, *, machine_readable: bool) -> Iterator[tuple[str, ...]]:
        """Yield the task, its phase if the chart has any, its first day, and its last day."""
        data = chart.data
        phases = (data.series_name,) if data.series_name else ()
        yield (data.category_name, *phases, *(series.label for series in data.extra_series))
        for index, task in enumerate(data.categories):
            label = next(series.label for series in data.series if series.values[index] is not None)
            ends = _format_ends(chart, index, machine_readable=machine_readable)
            yield (task, *((label,) if phases else ()), ends[0], ends[1] if len(ends) > 1 else "")

    def describe(self, chart: Chart, category_labels: Sequence[str], labels: Labels) -> Iterator[str]:
        for index, name in enumerate(category_labels):
            yield labels.titled(name, "–".join(dict.fromkeys(_format_ends(chart, index))))
        for mark in chart.reference_lines:
            date = format_date(_get_date(mark.value), DatePrecision.DAY, chart.language)
            yield mark.text if mark.text == date else labels.titled(mark.text, date)


def _make_span(file: DataFile, attr: Attr, index: int, cells: tuple[str, str]) -> tuple[float, float]:
    """Return the first day of a task and the day after its last, as serial numbers; both for a milestone."""
    days = []
    for key, cell in zip(("start", "end"), cells, strict=True):
        date = parse_iso_date(cell) if cell else None
        if cell and (date is None or date < FIRST_DATE):
            message = f'"{cell}" in column "{attr.get(key)}" is not a valid date of March 1900 or later'
            hint = "write the date as YYYY-MM-DD, or set `date-format=`"
            raise file.make_row_error("DAT003", file.get_row_number(index), message, hint, key)
        days.append(date)
    start, end = days
    assert start is not None
    if end is None:
        return get_serial_day(start), get_serial_day(start)
    if end < start:
        message = f'the task ends on "{cells[1]}" before it starts on "{cells[0]}"'
        raise file.make_row_error(
            "CHT001", file.get_row_number(index), message, "correct one of the dates", "end"
        )
    return get_serial_day(start), get_serial_day(_find_next_period(end, find_iso_precision(cells[1])))


def _find_next_period(date: dt.date, precision: DatePrecision) -> dt.date:
    """Return the first day after the day, month, quarter or year that starts at ``date``."""
    if precision is DatePrecision.DAY:
        return date + dt.timedelta(days=1)
    months = {DatePrecision.MONTH: 1, DatePrecision.QUARTER: 3, DatePrecision.YEAR: 12}[precision]
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return dt.date(year, month + 1, 1)


def _get_date(serial_day: float) -> dt.date:
    """Return the date of a spreadsheet serial number."""
    return FIRST_DATE + dt.timedelta(days=serial_day - get_serial_day(FIRST_DATE))


def _format_ends(chart: Chart, index: int, *, machine_readable: bool = False) -> list[str]:
    """Format the first and the last day, month, quarter or year of a task, or the date of a milestone."""
    precision = chart.data.date_precision or DatePrecision.DAY
    starts, ends = (series.values[index] or 0.0 for series in chart.data.extra_series)
    dates = [_get_date(starts)] if starts == ends else [_get_date(starts), _get_date(ends - 1)]
    if machine_readable:
        return [format_iso_date(date, precision) for date in dates]
    return [format_date(date, precision, chart.language) for date in dates]


def _get_milestone_box(box: Box) -> Box:
    """Return the box of a milestone's diamond, centred on the empty bar ``box``."""
    x, y = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return x - _MILESTONE_RADIUS, y - _MILESTONE_RADIUS, x + _MILESTONE_RADIUS, y + _MILESTONE_RADIUS
