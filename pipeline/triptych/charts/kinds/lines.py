"""Define the chart types ``line`` and ``area``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from triptych.charts.callouts import locate_target_point
from triptych.charts.canvas import SEPARATOR_WIDTH, Box, Point, TextRuler
from triptych.charts.chart_types import PLOT_OPTIONS, PlotChartType, SeriesMark, TypeGuideEntry, ValueSpan
from triptych.charts.columns import read_columns
from triptych.charts.native import NativeChartType, has_date_axis, is_evenly_spaced
from triptych.charts.options import ChartOptions
from triptych.charts.painting import PlotPainter
from triptych.charts.plot_layout import PlotLayout, compute_spans, iter_line_boxes
from triptych.charts.styles import MarkStyle
from triptych.charts.time_axis import find_points_after_gaps
from triptych.data.data_file import DataError, DataFile
from triptych.model.charts import ChartCallout, ChartData, Scale
from triptych.model.nodes import Attr, Chart

_MAX_MARKERS = 24  # lines with more points have no markers
_MIN_BAND_VALUES = 3  # fewer ranges are error bars
_GAP_DASH = (1.2, 2.2)
_NATIVE_AREA_TYPES = {
    # Stacked, percent.
    (False, False): "AREA",
    (True, False): "AREA_STACKED",
    (True, True): "AREA_STACKED_100",
}


class Line(PlotChartType):
    """A chart with a line for each series."""

    name = "line"
    options = PLOT_OPTIONS.union(
        "series date-format x-scale y-scale direct-labels difference growth low high range".split()
    )
    guide_entry = TypeGuideEntry(
        use="Show how values change over time, or over another ordered quantity.",
        data="A column of dates or numbers and one or more columns of values.",
        example='type=line data=energy.csv x=year y="wind,solar,hydro" unit="TWh"',
        alt_text="Three lines from 2019 to 2024. Solar rises from 4 to 26 TWh and passes wind.",
    )
    sorts_rows = True
    is_continuous = True
    connects_values = True
    has_end_labels = True
    has_start_labels = True
    crossing_shapes = "lines"

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        return read_columns(file, attr, options)

    def includes_zero(self, chart: Chart) -> bool:
        """Return whether the axis includes zero: always for areas, and for lines unless ``y-min=`` is set."""
        return self.starts_at_zero or chart.y_min is None

    def get_series_mark(self, chart: Chart, series_index: int) -> SeriesMark:
        return SeriesMark.LINE

    def has_band(self, chart: Chart) -> bool:
        """Return whether each value has a range, and a native chart can fill the area between the ends.

        The native band is a stack of two areas, which cannot begin below zero or have uneven distances.
        """
        ranges = chart.data.ranges
        return (
            len(ranges) >= _MIN_BAND_VALUES
            and None not in ranges
            and min(chart.data.range_ends) >= 0
            and chart.y_scale is Scale.LINEAR
            and not self.get_native_chart_type(chart).has_numeric_axes
        )

    def draw_marks(self, painter: PlotPainter) -> None:
        numbered = enumerate(compute_spans(painter.layout.chart, painter.layout.data))
        for index, line in sorted(numbered, key=lambda item: not painter.get_style(item[0]).is_receding):
            draw_line(painter, index, line)

    def iter_boxes(self, layout: PlotLayout, ruler: TextRuler) -> Iterator[Box]:
        return iter_line_boxes(layout)

    def locate_target(self, layout: PlotLayout, callout: ChartCallout, ruler: TextRuler) -> Box:
        return locate_target_point(layout, callout)

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        if has_date_axis(chart):
            return NativeChartType("LINE_MARKERS", has_date_axis=True)
        if chart.x_scale is Scale.LOG or not is_evenly_spaced(chart.data.positions):
            return NativeChartType("XY_SCATTER_LINES", has_numeric_axes=True)
        return NativeChartType("LINE_MARKERS")


class Area(Line):
    """A chart with a filled area for each series, down to the axis or to the series below."""

    name = "area"
    options = PLOT_OPTIONS | {"series", "date-format", "stacked", "direct-labels", "difference", "growth"}
    guide_entry = TypeGuideEntry(
        use="Show how parts add up to a whole over time.",
        data="As for a line chart. The areas are stacked with `stacked=true`.",
        example='type=area data=energy.csv x=year y="wind,solar,hydro" stacked=true unit="TWh"',
        alt_text="Three stacked areas that grow from 25 TWh in 2019 to 58 TWh in 2024, mostly by solar.",
    )
    connects_values = False
    has_start_labels = False
    starts_at_zero = True
    crossing_shapes = "areas"

    def check_data(self, data: ChartData, options: ChartOptions) -> None:
        """Raise ``DataError`` CHT001 if stacked areas have both positive and negative values."""
        if options.stacked and not options.percent and min(data.numbers) < 0 < max(data.numbers):
            message = "stacked areas cannot mix positive and negative values"
            raise DataError("CHT001", message, "set `type=bar`, or remove `stacked=`", "stacked")

    def get_series_mark(self, chart: Chart, series_index: int) -> SeriesMark:
        return SeriesMark.BAND

    def draw_marks(self, painter: PlotPainter) -> None:
        plan = painter.layout
        for index, line in enumerate(compute_spans(plan.chart, plan.data)):
            style = painter.get_style(index)
            for run in _split_at_gaps(line):
                tops = [(painter.locate_category(i), painter.locate_value(high)) for i, (_, high) in run]
                if len(run) > 1:
                    feet = [
                        (painter.locate_category(i), painter.locate_value(low))
                        for i, (low, _) in reversed(run)
                    ]
                    light = not plan.chart.stacked and len(plan.data.series) > 1
                    painter.canvas.draw_polygon([*tops, *feet], style, translucent=light)
                    if plan.chart.stacked and index:
                        painter.canvas.draw_line(
                            feet[::-1], painter.canvas.theme.colours.background, SEPARATOR_WIDTH
                        )
                    if not plan.chart.stacked:
                        painter.canvas.draw_line(
                            tops, style.colour, _choose_line_width(painter, style), style.dash
                        )
                else:
                    painter.canvas.draw_markers(tops, style, 3.8)

    def iter_boxes(self, layout: PlotLayout, ruler: TextRuler) -> Iterator[Box]:
        return iter_line_boxes(layout, is_filled=True)

    def adapt_to_native_chart(self, chart: Chart) -> Chart:
        """Return a line chart if a native area chart would be misleading.

        PowerPoint draws areas down to zero at missing values, and supports uneven spacing only on date axes.
        """
        if chart.stacked:
            return chart
        gaps = any(value is None for series in chart.data.series for value in series.values)
        uneven = not has_date_axis(chart) and not is_evenly_spaced(chart.data.positions)
        return replace(chart, kind="line") if gaps or uneven else chart

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        return NativeChartType(
            _NATIVE_AREA_TYPES[chart.stacked, chart.percent], has_date_axis=has_date_axis(chart)
        )


def draw_line(painter: PlotPainter, index: int, spans: Sequence[ValueSpan | None]) -> None:
    """Draw a series as a line with markers, interrupted at missing values and dotted over long gaps."""
    style, width = painter.get_style(index), _choose_line_width(painter, painter.get_style(index))
    for run in _split_at_gaps(spans):
        points = [(painter.locate_category(i), painter.locate_value(high)) for i, (_, high) in run]
        if len(run) > 1:
            _draw_run(painter, [place for place, _ in run], points, style, width)
        if len(run) == 1 or len(painter.layout.data.categories) <= _MAX_MARKERS:
            painter.canvas.draw_markers(points, style, 3.8)
        if style.is_receding:
            for point, (i, _) in zip(points, run, strict=True):
                if not (mark_style := painter.get_style(index, i)).is_receding:
                    painter.canvas.draw_markers([point], mark_style, 6.0)


def _choose_line_width(painter: PlotPainter, style: MarkStyle) -> float:
    return 1.5 if not painter.layout.chart.highlight else 1.1 if style.is_receding else 2.0


def _draw_run(
    painter: PlotPainter, indices: Sequence[int], points: Sequence[Point], style: MarkStyle, width: float
) -> None:
    cuts = [
        indices.index(leap) for leap in find_points_after_gaps(painter.layout.chart) if leap in indices[1:]
    ]
    for start, end in pairwise((0, *cuts, len(points))):
        if end - start > 1:
            painter.canvas.draw_line(points[start:end], style.colour, width, style.dash)
    for gap in cuts:
        painter.canvas.draw_line(points[gap - 1 : gap + 1], style.colour, 1.0, _GAP_DASH)


def _split_at_gaps(spans: Sequence[ValueSpan | None]) -> Iterator[list[tuple[int, ValueSpan]]]:
    """Yield runs of consecutive values as pairs of category index and span."""
    for has_values, group in groupby(enumerate(spans), key=lambda item: item[1] is not None):
        if has_values:
            yield [(index, span) for index, span in group if span is not None]
