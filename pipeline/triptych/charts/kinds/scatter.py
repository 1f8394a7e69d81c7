"""Define the chart type ``scatter``."""

from __future__ import annotations

from collections.abc import Iterator

from triptych.charts.axes import CategoryAxis, make_linear_scale, make_log_scale
from triptych.charts.callouts import find_point
from triptych.charts.canvas import Box, Ruler
from triptych.charts.columns import read_columns
from triptych.charts.kind import PLOT_OPTIONS, GuideEntry, PlotKind, SeriesMark
from triptych.charts.native import NativeForm
from triptych.charts.options import ChartOptions
from triptych.charts.painting import PlotPainter
from triptych.charts.plan import Plan, iter_point_boxes
from triptych.data.columns import DataFile
from triptych.model.charts import ChartData, DatePart, Pointer, Scale
from triptych.model.nodes import Attr, Chart


class Scatter(PlotKind):
    """A chart with points on two numeric axes, or over categories."""

    name = "scatter"
    options = PLOT_OPTIONS | {"series", "date-format", "x-scale", "y-scale"}
    guide = GuideEntry(
        use="Show how two quantities are related.",
        data="Two columns of numbers, and a column of names if the points have labels.",
        example='type=scatter data=cities.csv x=inhabitants y=after labels=city x-title="Inhabitants (k)"',
        shows="Four named points: cities with more inhabitants tend to have more trips.",
    )
    has_points = True
    allows_repeated_positions = True
    is_continuous = True

    def read(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        return read_columns(file, attr, options)

    def make_axis(self, chart: Chart, data: ChartData) -> CategoryAxis | None:
        """Return a category axis with round limits, or the default axis (None) for text and dates."""
        if not data.positions or (data.dates is not None and data.date_part is not DatePart.YEAR):
            return None
        low, high = min(data.positions), max(data.positions)
        scale = make_log_scale(low, high) if chart.x_scale is Scale.LOG else make_linear_scale(low, high)
        return CategoryAxis(low=scale.low, high=scale.high, log=scale.log)

    def includes_zero(self, chart: Chart) -> bool:
        """Return False, because points show values only by their positions."""
        return False

    def get_series_mark(self, chart: Chart, series: int) -> SeriesMark:
        return SeriesMark.DOTS

    def draw_marks(self, painter: PlotPainter) -> None:
        for index, series in enumerate(painter.plan.data.series):
            known = [(i, painter.locate_value(v)) for i, v in enumerate(series.values) if v is not None]
            styles = [(painter.get_style(index, i), (painter.locate_category(i), y)) for i, y in known]
            for receding in (True, False):
                chosen = [(style, at) for style, at in styles if style.receding is receding]
                if chosen:
                    painter.canvas.draw_markers([at for _, at in chosen], chosen[0][0], 4.2)

    def iter_boxes(self, plan: Plan, ruler: Ruler) -> Iterator[Box]:
        return iter_point_boxes(plan)

    def find_target(self, plan: Plan, pointer: Pointer, ruler: Ruler) -> Box:
        return find_point(plan, pointer)

    def get_native_form(self, chart: Chart) -> NativeForm:
        if chart.data.positions is None:
            return NativeForm("LINE_MARKERS")
        return NativeForm("XY_SCATTER", on_numbers=True)
