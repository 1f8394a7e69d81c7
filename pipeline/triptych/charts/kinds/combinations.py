"""Define the chart type ``combination``: bars with lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from triptych.charts.axes import ValueAxis, round_up_step
from triptych.charts.callouts import locate_target_point
from triptych.charts.canvas import Box, TextRuler
from triptych.charts.chart_types import PLOT_OPTIONS, NativeSeries, SeriesMark, TypeGuideEntry
from triptych.charts.columns import read_columns, split_names
from triptych.charts.kinds.bars import Bar
from triptych.charts.kinds.lines import draw_line
from triptych.charts.native import NativeChartType
from triptych.charts.options import ChartOptions
from triptych.charts.painting import PlotPainter
from triptych.charts.plot_layout import PlotLayout, compute_spans, iter_line_boxes
from triptych.charts.rows import describe_series
from triptych.data.data_file import DataError, DataFile
from triptych.diagnostics import did_you_mean, join_names
from triptych.languages.labels import Labels
from triptych.model.charts import ChartCallout, ChartData
from triptych.model.nodes import Attr, Chart


class Combination(Bar):
    """A chart with bars and lines on one value axis, or on two if ``second-axis`` has the unit of the lines.

    Two axes both start at zero and have common gridlines.
    """

    name = "combination"
    options = (PLOT_OPTIONS - {"facet", "facet-columns", "scales"}) | {
        "date-format",
        "lines",
        "sort",
        "difference",
        "growth",
        "second-axis",
    }
    guide_entry = TypeGuideEntry(
        use="Compare bars with a line, such as a target or an average.",
        data="As for a bar chart with several columns of values. `lines` names those that are lines.",
        example='type=combination data=energy.csv x=year y="solar,wind" lines=wind unit="TWh"',
        alt_text="Bars of solar from 2019 to 2024, and a line of wind, which they pass in 2024.",
    )
    has_value_labels = False

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        columns, lines = split_names(attr, "y", file.columns), split_names(attr, "lines", file.columns)
        for name in lines:
            if name not in columns:
                hint = did_you_mean(name, columns) or f"use {join_names(columns, 'or')}"
                raise DataError("CHT001", f'`lines=` names "{name}", which is not in `y=`', hint, "lines")
        if not 0 < len(set(lines)) < len(columns):
            message = "a combination chart requires at least one line and one column of bars"
            hint = "set `lines=` to some of the columns in `y=`, or set `type=bar` or `type=line`"
            raise DataError("CHT001", message, hint, "lines" if lines else "y")
        data = read_columns(file, attr, options)
        if attr.get("second-axis"):
            _check_second_axis(attr, data)
        series = sorted(zip(columns, data.series, strict=True), key=lambda pair: pair[0] in lines)
        return replace(data, series=tuple(series for _, series in series), line_count=len(set(lines)))

    def is_horizontal_by_default(self, data: ChartData) -> bool:
        return False

    def get_series_mark(self, chart: Chart, series_index: int) -> SeriesMark:
        is_line = series_index >= len(chart.data.series) - chart.data.line_count
        return SeriesMark.LINE if is_line else SeriesMark.BAR

    def iter_axis_values(self, chart: Chart) -> Iterator[float]:
        bars, _ = _split_series(chart.data)
        return iter((bars if chart.second_axis_unit else chart.data).numbers)

    def make_second_axis(self, chart: Chart, first_axis: ValueAxis) -> ValueAxis | None:
        """Return the axis of the lines, with as many steps from zero as the first axis."""
        if not chart.second_axis_unit:
            return None
        _, lines = _split_series(chart.data)
        count = len(first_axis.ticks) - 1
        step = round_up_step((max(lines.numbers) or 1.0) / count)
        ticks = tuple(float(f"{step * index:.12g}") for index in range(count + 1))
        return ValueAxis(low=0.0, high=ticks[-1], ticks=ticks)

    def get_unit(self, chart: Chart, label: str) -> str:
        return chart.second_axis_unit if _is_on_second_axis(chart, label) else chart.unit

    def get_legend_label(self, chart: Chart, label: str) -> str:
        """Return the label, with the unit and an arrow to the right for lines on the second axis."""
        return f"{label} ({chart.second_axis_unit}) →" if _is_on_second_axis(chart, label) else label

    def list_native_series(self, chart: Chart) -> list[NativeSeries]:
        """Return the series of the data. Those on the second axis are named as in the legend."""
        return [
            native._replace(
                series=replace(native.series, label=self.get_legend_label(chart, native.series.label))
            )
            for native in super().list_native_series(chart)
        ]

    def draw_marks(self, painter: PlotPainter) -> None:
        bars, lines = _split_bars_and_lines(painter.layout)
        super().draw_marks(replace(painter, layout=bars))
        for index, line in enumerate(compute_spans(lines.chart, lines.data)):
            draw_line(replace(painter, layout=lines), index, line)

    def iter_boxes(self, layout: PlotLayout, ruler: TextRuler) -> Iterator[Box]:
        bars, lines = _split_bars_and_lines(layout)
        yield from super().iter_boxes(bars, ruler)
        yield from iter_line_boxes(lines)

    def locate_target(self, layout: PlotLayout, callout: ChartCallout, ruler: TextRuler) -> Box:
        bars, lines = _split_bars_and_lines(layout)
        if callout.series in [series.label for series in lines.data.series]:
            return locate_target_point(lines, callout)
        return super().locate_target(bars, callout, ruler)

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        return NativeChartType("COLUMN_CLUSTERED", line_count=chart.data.line_count)

    def describe(self, chart: Chart, category_labels: Sequence[str], labels: Labels) -> Iterator[str]:
        titles = {
            label: f"{label} ({chart.second_axis_unit})"
            for label in chart.data.labels
            if _is_on_second_axis(chart, label)
        }
        return describe_series(chart, category_labels, labels, titles)


def _check_second_axis(attr: Attr, data: ChartData) -> None:
    for key in ("y-min", "y-max", "reference-line", "difference"):
        if attr.get(key):
            message = f"`{key}=` cannot be combined with `second-axis=`"
            raise DataError("CHT001", message, f"remove `{key}=` or `second-axis=`", key)
    if min(data.numbers) < 0:
        message = "charts with two value axes do not support negative values"
        raise DataError("CHT001", message, "remove `second-axis=`", "second-axis")


def _split_series(data: ChartData) -> tuple[ChartData, ChartData]:
    """Return the data of the bars, then the data of the lines."""
    first = len(data.series) - data.line_count
    return replace(data, series=data.series[:first]), replace(data, series=data.series[first:])


def _is_on_second_axis(chart: Chart, label: str) -> bool:
    _, lines = _split_series(chart.data)
    return bool(chart.second_axis_unit) and label in [series.label for series in lines.series]


def _split_bars_and_lines(layout: PlotLayout) -> tuple[PlotLayout, PlotLayout]:
    bars, lines = _split_series(layout.data)
    axis = layout.second_axis or layout.value_axis
    return replace(layout, data=bars), replace(layout, data=lines, value_axis=axis)
