"""Define the chart type ``combination``: bars with lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from triptych.charts.callouts import locate_target_point
from triptych.charts.canvas import Box, TextRuler
from triptych.charts.chart_types import PLOT_OPTIONS, SeriesMark, TypeGuideEntry
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
    """A chart with bars and lines on a single value axis.

    A second value axis is not supported, because two scales can make any two series seem to agree.
    """

    name = "combination"
    options = (PLOT_OPTIONS - {"facet", "facet-columns", "scales"}) | {
        "date-format",
        "lines",
        "sort",
        "difference",
        "growth",
    }
    guide_entry = TypeGuideEntry(
        use="Compare bars with a line that has the same unit, such as a target or an average.",
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
        series = sorted(zip(columns, data.series, strict=True), key=lambda pair: pair[0] in lines)
        return replace(data, series=tuple(series for _, series in series), line_count=len(set(lines)))

    def is_horizontal_by_default(self, data: ChartData) -> bool:
        return False

    def get_series_mark(self, chart: Chart, series_index: int) -> SeriesMark:
        is_line = series_index >= len(chart.data.series) - chart.data.line_count
        return SeriesMark.LINE if is_line else SeriesMark.BAR

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
        return describe_series(chart, category_labels, labels)


def _split_bars_and_lines(layout: PlotLayout) -> tuple[PlotLayout, PlotLayout]:
    first = len(layout.data.series) - layout.data.line_count
    bars, lines = layout.data.series[:first], layout.data.series[first:]
    return (
        replace(layout, data=replace(layout.data, series=bars)),
        replace(layout, data=replace(layout.data, series=lines)),
    )
