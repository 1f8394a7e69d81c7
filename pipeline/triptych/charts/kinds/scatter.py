"""Define the chart type ``scatter``."""

from __future__ import annotations

from collections.abc import Iterator

from triptych.charts.axes import CategoryAxis, make_linear_axis, make_log_axis
from triptych.charts.callouts import locate_target_point
from triptych.charts.canvas import Box, TextRuler
from triptych.charts.chart_types import PLOT_OPTIONS, PlotChartType, SeriesMark, TypeGuideEntry
from triptych.charts.columns import read_columns
from triptych.charts.native import NativeChartType
from triptych.charts.options import ChartOptions
from triptych.charts.painting import PlotPainter
from triptych.charts.plot_layout import PlotLayout, iter_point_boxes
from triptych.charts.trends import check_trends, iter_trend_lines
from triptych.data.data_file import DataError, DataFile
from triptych.model.charts import ChartCallout, ChartData, DatePrecision, Scale
from triptych.model.nodes import Attr, Chart


class Scatter(PlotChartType):
    """A chart with points on two numeric axes, or over categories."""

    name = "scatter"
    options = PLOT_OPTIONS | {"series", "date-format", "x-scale", "y-scale", "low", "high", "range", "trend"}
    guide_entry = TypeGuideEntry(
        use="Show how two quantities are related.",
        data="Two columns of numbers, and a column of names if the points have labels.",
        example='type=scatter data=cities.csv x=inhabitants y=after labels=city x-title="Inhabitants (k)"',
        alt_text="Four named points: cities with more inhabitants tend to have more trips.",
    )
    has_points = True
    allows_repeated_positions = True
    is_continuous = True

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        return read_columns(file, attr, options)

    def make_category_axis(self, chart: Chart, data: ChartData) -> CategoryAxis | None:
        """Return a category axis with round limits, or None (the default axis) for text and dates."""
        if not data.positions or (data.dates is not None and data.date_precision is not DatePrecision.YEAR):
            return None
        low, high = min(data.positions), max(data.positions)
        scale = make_log_axis(low, high) if chart.x_scale is Scale.LOG else make_linear_axis(low, high)
        return CategoryAxis(low=scale.low, high=scale.high, is_log=scale.is_log)

    def check_data(self, data: ChartData, options: ChartOptions) -> None:
        """Raise ``DataError`` CHT001 if trend lines cannot be fitted, or are not straight on the axes."""
        if not options.trend_title:
            return
        if Scale.LOG in (options.x_scale, options.y_scale):
            message = "`trend=` is not available with a log scale"
            raise DataError("CHT001", message, "remove `trend=`, or remove the log scale", "trend")
        check_trends(data)

    def iter_axis_values(self, chart: Chart) -> Iterator[float]:
        """Yield the values of the data and the ends of the trend lines."""
        yield from super().iter_axis_values(chart)
        yield from (y for _, ends in iter_trend_lines(chart, chart.data) for _, y in ends)

    def includes_zero(self, chart: Chart) -> bool:
        """Return False, because points show values only by their positions."""
        return False

    def get_series_mark(self, chart: Chart, series_index: int) -> SeriesMark:
        return SeriesMark.DOTS

    def draw_marks(self, painter: PlotPainter) -> None:
        plan = painter.layout
        for series, ends in iter_trend_lines(plan.chart, plan.data):
            line = [
                (painter.locate_fraction(plan.category_axis.get_fraction(x)), painter.locate_value(y))
                for x, y in ends
            ]
            painter.canvas.draw_line(line, painter.get_style(plan.data.series.index(series)).colour, 1.2)
        for index, series in enumerate(painter.layout.data.series):
            located_values = [
                (i, painter.locate_value(value)) for i, value in enumerate(series.values) if value is not None
            ]
            styles = [
                (painter.get_style(index, i), (painter.locate_category(i), y)) for i, y in located_values
            ]
            for receding in (True, False):
                styled_points = [(style, point) for style, point in styles if style.is_receding is receding]
                if styled_points:
                    painter.canvas.draw_markers(
                        [point for _, point in styled_points], styled_points[0][0], 4.2
                    )

    def iter_boxes(self, layout: PlotLayout, ruler: TextRuler) -> Iterator[Box]:
        return iter_point_boxes(layout)

    def locate_target(self, layout: PlotLayout, callout: ChartCallout, ruler: TextRuler) -> Box:
        return locate_target_point(layout, callout)

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        if chart.data.positions is None:
            return NativeChartType("LINE_MARKERS")
        return NativeChartType("XY_SCATTER", has_numeric_axes=True)
