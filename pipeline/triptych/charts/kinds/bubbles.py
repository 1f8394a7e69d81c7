"""Define the chart type ``bubble``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from triptych.charts.axes import CategoryAxis, make_linear_scale
from triptych.charts.canvas import Box, Ruler, trace_circle
from triptych.charts.columns import (
    format_column_name,
    read_columns,
    read_numbers,
    select_categories,
    split_names,
)
from triptych.charts.kind import PLOT_OPTIONS, GuideEntry, SeriesMark, SizeKey
from triptych.charts.kinds.scatter import Scatter
from triptych.charts.native import NativeForm
from triptych.charts.options import ChartOptions
from triptych.charts.painting import PlotPainter
from triptych.charts.plan import Plan, place_points
from triptych.charts.times import format_x_value
from triptych.data.columns import DataError, DataFile, count_decimals, report_for_attribute
from triptych.languages.labels import Labels
from triptych.languages.numerals import count_decimal_places, format_number
from triptych.model.charts import ChartData, Pointer, Series
from triptych.model.nodes import Attr, Chart

_LARGEST = 0.125  # radius of the largest circle as a share of the plot's shorter side, as in PowerPoint
_MARGIN = 0.1  # of the range of values, added at both ends of an axis
_NAME_GAP, _KEY_GAP = 3.0, 10.0  # points between a circle and its label, and before the next circle


class Bubble(Scatter):
    """A chart with circles on two numeric axes; the area of each circle shows a third quantity."""

    name = "bubble"
    options = (PLOT_OPTIONS - {"facet", "facet-columns", "reference-line"}) | {
        "series",
        "date-format",
        "size",
    }
    guide = GuideEntry(
        use="Show how two quantities are related, and a third one by the areas of circles.",
        data="Columns of numbers in `x`, `y` and `size`, and a column of names if the circles have labels.",
        example="type=bubble data=cities.csv x=before y=after size=inhabitants labels=city",
        shows="Four named circles of different areas. Alma and Brink are the largest.",
    )

    def read(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        """Read the points and their sizes, the largest first, so that no circle hides a smaller one."""
        if len(split_names(attr, "y", file.columns)) > 1:
            hint = "name one column in `y=`, and split the rows with `series=`"
            raise DataError("CHT001", "a bubble chart plots only one data column", hint, "y")
        if not attr.get("size"):
            hint = "set `size=` to a column of numbers, or set `type=scatter`"
            raise DataError("CHT001", "the bubble chart has no `size=` attribute", hint)
        data = read_columns(file, attr, options)
        if data.positions is None:
            message = f'a bubble chart requires numbers or dates in column "{attr.get("x")}"'
            raise DataError("CHT001", message, "set `x=` to a column of numbers, or set `type=bar`", "x")
        with report_for_attribute("size"):
            cells, sizes = read_numbers(file, attr.get("size"))
        for index, (cell, size) in enumerate(zip(cells, sizes, strict=True)):
            if size is None or size < 0:
                message = f'"{cell}" in column "{attr.get("size")}" is not a size'
                hint = "write a number that is not negative, or delete the row"
                raise file.make_row_error("CHT001", file.get_row_number(index), message, hint, "size")
        if not any(sizes):
            message = f'all sizes in column "{attr.get("size")}" are zero'
            raise DataError("CHT001", message, "correct the values, or set `type=scatter`", "size")
        order = sorted(range(len(sizes)), key=lambda index: -(sizes[index] or 0.0))
        column = Series(
            label=format_column_name(attr.get("size")),
            values=tuple(sizes),
            places=tuple(count_decimals(file.use_decimal_point(cell)) for cell in cells),
        )
        return replace(select_categories(data, order), more=(column.at(order),))

    def make_axis(self, chart: Chart, data: ChartData) -> CategoryAxis | None:
        """Return a category axis with margins for the circles at both ends."""
        ends = _add_margins(data.positions or ())
        if data.dates is None:
            scale = make_linear_scale(*ends)
            ends = scale.low, scale.high
        return CategoryAxis(low=ends[0], high=ends[1])

    def iter_axis_values(self, chart: Chart) -> Iterator[float]:
        yield from _add_margins(chart.data.numbers)

    def get_series_mark(self, chart: Chart, series: int) -> SeriesMark:
        return SeriesMark.BUBBLE

    def draw_marks(self, painter: PlotPainter) -> None:
        plan = painter.plan
        points = [
            (i, point, painter.get_style(own, i)) for own, line in place_points(plan) for i, point in line
        ]
        for index, (x, y), style in sorted(points, key=lambda one: (not one[2].receding, one[0])):
            at = (painter.left + x, painter.top + y)
            painter.canvas.draw_polygon(trace_circle(at, self.radius(plan, index)), style, apart=0.8)

    def radius(self, plan: Plan, index: int) -> float:
        """Return the radius of a circle in points; the circle's area is proportional to its value in
        ``size``.
        """
        (sizes,) = plan.data.more
        return self._radius(plan, sizes.values[index] or 0.0)

    def _radius(self, plan: Plan, size: float) -> float:
        largest = max(value or 0.0 for value in plan.data.more[0].values)
        return _LARGEST * min(plan.width, plan.height) * math.sqrt(size / largest)

    def iter_boxes(self, plan: Plan, ruler: Ruler) -> Iterator[Box]:
        for _, line in place_points(plan):
            for index, (x, y) in line:
                half = self.radius(plan, index)
                yield x - half, y - half, x + half, y + half

    def get_label_distance(self, plan: Plan, index: int) -> float:
        return self.radius(plan, index)

    def find_target(self, plan: Plan, pointer: Pointer, ruler: Ruler) -> Box:
        left, top, right, bottom = Scatter.find_target(self, plan, pointer, ruler)
        index = plan.data.categories.index(pointer.category)
        half = self.radius(plan, index) - (right - left) / 2
        return left - half, top - half, right + half, bottom + half

    def measure_height_below(self, height: float) -> float:
        """Return the height of the size legend in points."""
        return 2 * _LARGEST * height + 4

    def make_size_keys(self, plan: Plan, ruler: Ruler) -> Sequence[SizeKey]:
        """Return the size legend's title and one or two reference circles for round values."""
        (sizes,) = plan.data.more
        largest = max(value or 0.0 for value in sizes.values)
        y = plan.height + plan.bottom - plan.reserved_below / 2
        found = [SizeKey(-_NAME_GAP, y, 0.0, sizes.label)]
        x = ruler.measure(sizes.label) + _KEY_GAP
        for size in sorted({_round_down(largest / 5), _round_down(largest)}):
            radius = self._radius(plan, size)
            words = format_number(size, count_decimal_places(size), plan.chart.language)
            found.append(SizeKey(x + radius, y, radius, words))
            x += 2 * radius + _NAME_GAP + ruler.measure(words) + _KEY_GAP
        return found if x <= plan.width + plan.right + _KEY_GAP else (*found[:1], *found[2:])

    def get_native_form(self, chart: Chart) -> NativeForm:
        return NativeForm("BUBBLE", on_numbers=True)

    def describe(self, chart: Chart, names: Sequence[str], labels: Labels) -> Iterator[str]:
        data, (sizes,) = chart.data, chart.data.more
        before, after = labels.brackets
        across = data.category_title or data.category_name
        for index, name in enumerate(names):
            own = next((series for series in data.series if series.values[index] is not None), None)
            if own is None:
                continue
            columns = ((chart.value_title or own.label, own), (sizes.label, sizes))
            parts = [f"{format_x_value(data, index, chart.language)}{before}{across}{after}"]
            for title, column in columns:
                words = format_number(column.values[index] or 0.0, column.places[index], chart.language)
                parts.append(f"{words}{before}{title}{after}")
            yield labels.titled(name, labels.listed(parts)) if data.x_values else labels.listed(parts)


def _add_margins(values: Sequence[float]) -> tuple[float, float]:
    """Return the range of the values with a margin at each end. A range above zero is not extended below
    zero.
    """
    low, high = min(values), max(values)
    margin = _MARGIN * (high - low)
    return (max(low - margin, 0.0) if low >= 0 else low - margin), high + margin


def _round_down(size: float) -> float:
    power: float = 10.0 ** math.floor(math.log10(size))
    return float(f"{max(step for step in (1, 2, 5) if step * power <= size * (1 + 1e-9)) * power:.6g}")
