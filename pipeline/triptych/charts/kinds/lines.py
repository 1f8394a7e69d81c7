"""Line and area charts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from triptych.charts.callouts import find_point
from triptych.charts.canvas import APART, Box, Point, Ruler
from triptych.charts.columns import read_columns
from triptych.charts.kind import PLOT_OPTIONS, GuideEntry, PlotKind, Reach, SeriesMark
from triptych.charts.native import Form, counts_days, evenly_spaced
from triptych.charts.options import ChartOptions
from triptych.charts.painting import Marks
from triptych.charts.plan import Plan, iter_line_boxes, place_spans
from triptych.charts.styles import Look
from triptych.charts.times import find_leaps
from triptych.data.columns import DataError, DataFile
from triptych.model.charts import ChartData, Pointer, Scale
from triptych.model.nodes import Attr, Chart

_MOST_DOTS = 24  # points of a line that are marked each
_LEAP = (1.2, 2.2)
_AREAS = {
    # Stacked, percent.
    (False, False): "AREA",
    (True, False): "AREA_STACKED",
    (True, True): "AREA_STACKED_100",
}


class Line(PlotKind):
    """Values in order, joined by a line for each series."""

    name = "line"
    options = PLOT_OPTIONS | {"series", "date-format", "x-scale", "y-scale", "direct-labels"}
    guide = GuideEntry(
        use="Show how values change over time, or over another ordered quantity.",
        data="A column of dates or numbers and one or more columns of values.",
        example='type=line data=energy.csv x=year y="wind,solar,hydro" unit="TWh"',
        shows="Three lines from 2019 to 2024. Solar rises from 4 to 26 TWh and passes wind.",
    )
    sorts_rows = True
    is_continuous = True
    connects = True
    names_ends = True
    names_starts = True
    crossing = "lines"

    def read(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        return read_columns(file, attr, options)

    def includes_zero(self, chart: Chart) -> bool:
        """Return whether the axis shows zero, as it does unless the author sets its lower end."""
        return chart.y_min is None

    def mark(self, chart: Chart, series: int) -> SeriesMark:
        return SeriesMark.LINE

    def draw_marks(self, marks: Marks) -> None:
        numbered = enumerate(place_spans(marks.plan.chart, marks.plan.data))
        for index, line in sorted(numbered, key=lambda item: not marks.look(item[0]).back):
            draw_line(marks, index, line)

    def boxes(self, plan: Plan, ruler: Ruler) -> Iterator[Box]:
        return iter_line_boxes(plan)

    def aim(self, plan: Plan, pointer: Pointer, ruler: Ruler) -> Box:
        return find_point(plan, pointer)

    def form(self, chart: Chart) -> Form:
        if counts_days(chart):
            return Form("LINE_MARKERS", on_dates=True)
        if chart.x_scale is Scale.LOG or not evenly_spaced(chart.data.positions):
            return Form("XY_SCATTER_LINES", on_numbers=True)
        return Form("LINE_MARKERS")


class Area(Line):
    """Bands from the axis, or from the band below, to the values."""

    name = "area"
    options = PLOT_OPTIONS | {"series", "date-format", "stacked", "direct-labels"}
    guide = GuideEntry(
        use="Show how parts add up to a whole over time.",
        data="As for a line chart. The areas are stacked with `stacked=true`.",
        example='type=area data=energy.csv x=year y="wind,solar,hydro" stacked=true unit="TWh"',
        shows="Three stacked areas that grow from 25 TWh in 2019 to 58 TWh in 2024, mostly by solar.",
    )
    connects = False
    names_starts = False
    from_zero = True
    crossing = "areas"

    def check(self, data: ChartData, options: ChartOptions) -> None:
        """Raise ``DataError`` where a stack would have values of both signs."""
        if options.stacked and not options.percent and min(data.numbers) < 0 < max(data.numbers):
            message = "stacked areas cannot mix positive and negative values"
            raise DataError("CHT001", message, "set `type=bar`, or remove `stacked=`", "stacked")

    def includes_zero(self, chart: Chart) -> bool:
        """Return that the axis shows zero."""
        return True

    def mark(self, chart: Chart, series: int) -> SeriesMark:
        return SeriesMark.BAND

    def draw_marks(self, marks: Marks) -> None:
        plan = marks.plan
        for index, line in enumerate(place_spans(plan.chart, plan.data)):
            look = marks.look(index)
            for run in _runs(line):
                tops = [(marks.slot(i), marks.value(high)) for i, (_, high) in run]
                if len(run) > 1:
                    feet = [(marks.slot(i), marks.value(low)) for i, (low, _) in reversed(run)]
                    light = not plan.chart.stacked and len(plan.data.series) > 1
                    marks.canvas.surface([*tops, *feet], look, light=light)
                    if plan.chart.stacked and index:
                        marks.canvas.line(feet[::-1], marks.canvas.theme.colours.background, APART)
                    if not plan.chart.stacked:
                        marks.canvas.line(tops, look.ink, _width(marks, look), look.dash)
                else:
                    marks.canvas.dots(tops, look, 3.8)

    def boxes(self, plan: Plan, ruler: Ruler) -> Iterator[Box]:
        return iter_line_boxes(plan, filled=True)

    def complete_natively(self, chart: Chart) -> Chart:
        """Return lines in the place of areas that native charts would draw falsely.

        Those let an area fall to zero in a gap, and know uneven distances only between dates.
        """
        if chart.stacked:
            return chart
        gaps = any(value is None for series in chart.data.series for value in series.values)
        uneven = not counts_days(chart) and not evenly_spaced(chart.data.positions)
        return replace(chart, kind="line") if gaps or uneven else chart

    def form(self, chart: Chart) -> Form:
        return Form(_AREAS[chart.stacked, chart.percent], on_dates=counts_days(chart))


def draw_line(marks: Marks, index: int, line: Sequence[Reach | None]) -> None:
    """Draw the line of a series with its dots, broken at gaps and dotted over leaps."""
    look, width = marks.look(index), _width(marks, marks.look(index))
    for run in _runs(line):
        points = [(marks.slot(i), marks.value(high)) for i, (_, high) in run]
        if len(run) > 1:
            _draw_run(marks, [place for place, _ in run], points, look, width)
        if len(run) == 1 or len(marks.plan.data.categories) <= _MOST_DOTS:
            marks.canvas.dots(points, look, 3.8)
        if look.back:
            for at, (i, _) in zip(points, run, strict=True):
                if not (own := marks.look(index, i)).back:
                    marks.canvas.dots([at], own, 6.0)


def _width(marks: Marks, look: Look) -> float:
    return 1.5 if not marks.plan.chart.highlight else 1.1 if look.back else 2.0


def _draw_run(
    marks: Marks, indices: Sequence[int], points: Sequence[Point], look: Look, width: float
) -> None:
    cuts = [indices.index(leap) for leap in find_leaps(marks.plan.chart) if leap in indices[1:]]
    for start, end in pairwise((0, *cuts, len(points))):
        if end - start > 1:
            marks.canvas.line(points[start:end], look.ink, width, look.dash)
    for cut in cuts:
        marks.canvas.line(points[cut - 1 : cut + 1], look.ink, 1.0, _LEAP)


def _runs(line: Sequence[Reach | None]) -> Iterator[list[tuple[int, Reach]]]:
    """Yield the values between gaps, with their categories."""
    for known, group in groupby(enumerate(line), key=lambda item: item[1] is not None):
        if known:
            yield [(index, span) for index, span in group if span is not None]
