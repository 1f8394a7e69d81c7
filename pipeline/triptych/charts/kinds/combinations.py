"""Define the chart type ``combination``: bars with lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from triptych.charts.callouts import find_point
from triptych.charts.canvas import Box, Ruler
from triptych.charts.columns import read_columns, split_names
from triptych.charts.kind import PLOT_OPTIONS, GuideEntry, SeriesMark
from triptych.charts.kinds.bars import Bar
from triptych.charts.kinds.lines import draw_line
from triptych.charts.native import NativeForm
from triptych.charts.options import ChartOptions
from triptych.charts.painting import PlotPainter
from triptych.charts.plan import Plan, compute_spans, iter_line_boxes
from triptych.charts.rows import describe_series
from triptych.data.columns import DataError, DataFile
from triptych.diagnostics import did_you_mean, join_names
from triptych.languages.labels import Labels
from triptych.model.charts import ChartData, Pointer
from triptych.model.nodes import Attr, Chart


class Combination(Bar):
    """A chart with bars and lines on one value axis.

    There is no second value axis, because two scales could make any two series seem to agree.
    """

    name = "combination"
    options = (PLOT_OPTIONS - {"facet", "facet-columns"}) | {"date-format", "lines"}
    guide = GuideEntry(
        use="Compare bars with a line that has the same unit, such as a target or an average.",
        data="As for a bar chart with several columns of values. `lines` names those that are lines.",
        example='type=combination data=energy.csv x=year y="solar,wind" lines=wind unit="TWh"',
        shows="Bars of solar from 2019 to 2024, and a line of wind, which they pass in 2024.",
    )
    labels_values = False

    def read(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
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
        series = sorted(zip(columns, data.series, strict=True), key=lambda own: own[0] in lines)
        return replace(data, series=tuple(one for _, one in series), lines=len(set(lines)))

    def is_horizontal_by_default(self, data: ChartData) -> bool:
        return False

    def get_series_mark(self, chart: Chart, series: int) -> SeriesMark:
        is_line = series >= len(chart.data.series) - chart.data.lines
        return SeriesMark.LINE if is_line else SeriesMark.BAR

    def draw_marks(self, painter: PlotPainter) -> None:
        bars, lines = _split_bars_and_lines(painter.plan)
        super().draw_marks(replace(painter, plan=bars))
        for index, line in enumerate(compute_spans(lines.chart, lines.data)):
            draw_line(replace(painter, plan=lines), index, line)

    def iter_boxes(self, plan: Plan, ruler: Ruler) -> Iterator[Box]:
        bars, lines = _split_bars_and_lines(plan)
        yield from super().iter_boxes(bars, ruler)
        yield from iter_line_boxes(lines)

    def find_target(self, plan: Plan, pointer: Pointer, ruler: Ruler) -> Box:
        bars, lines = _split_bars_and_lines(plan)
        if pointer.series in [series.label for series in lines.data.series]:
            return find_point(lines, pointer)
        return super().find_target(bars, pointer, ruler)

    def get_native_form(self, chart: Chart) -> NativeForm:
        return NativeForm("COLUMN_CLUSTERED", lines=chart.data.lines)

    def describe(self, chart: Chart, names: Sequence[str], labels: Labels) -> Iterator[str]:
        return describe_series(chart, names, labels)


def _split_bars_and_lines(plan: Plan) -> tuple[Plan, Plan]:
    first = len(plan.data.series) - plan.data.lines
    bars, lines = plan.data.series[:first], plan.data.series[first:]
    return (
        replace(plan, data=replace(plan.data, series=bars)),
        replace(plan, data=replace(plan.data, series=lines)),
    )
