"""Define the chart type ``bubble``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from triptych.charts.axes import CategoryAxis, make_linear_axis
from triptych.charts.canvas import Box, TextRuler, trace_circle
from triptych.charts.chart_types import PLOT_OPTIONS, SeriesMark, SizeLegendEntry, TypeGuideEntry
from triptych.charts.columns import (
    format_column_name,
    read_columns,
    read_numbers,
    select_categories,
    split_names,
)
from triptych.charts.kinds.scatter import Scatter
from triptych.charts.native import NativeChartType
from triptych.charts.options import ChartOptions
from triptych.charts.painting import PlotPainter
from triptych.charts.plot_layout import PlotLayout, iter_points
from triptych.charts.time_axis import format_x_value
from triptych.data.data_file import DataError, DataFile, count_decimals, set_error_attribute
from triptych.languages.labels import Labels
from triptych.languages.numerals import count_decimal_places, format_number
from triptych.model.charts import ChartCallout, ChartData, Series
from triptych.model.nodes import Attr, Chart

_MAX_RADIUS_FRACTION = (
    0.125  # radius of the largest circle as a fraction of the plot's shorter side, as in PowerPoint
)
_MARGIN_FRACTION = 0.1  # fraction of the range of values, added at both ends of an axis
_LABEL_GAP, _ENTRY_GAP = 3.0, 10.0  # points between a circle and its label, and before the next circle


class Bubble(Scatter):
    """A chart with circles on two numeric axes. The area of each circle shows a third quantity."""

    name = "bubble"
    options = (PLOT_OPTIONS - {"facet", "facet-columns", "scales", "reference-line"}) | {
        "series",
        "date-format",
        "size",
    }
    guide_entry = TypeGuideEntry(
        use="Show how two quantities are related, with a third one as the area of circles.",
        data="Columns of numbers in `x`, `y` and `size`, and a column of names if the circles have labels.",
        example="type=bubble data=cities.csv x=before y=after size=inhabitants labels=city",
        alt_text="Four named circles of different areas. Alma and Brink are the largest.",
    )

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        """Read the points and their sizes, largest first, so that no circle hides a smaller one."""
        if len(split_names(attr, "y", file.columns)) > 1:
            hint = "set `y=` to one column, and split the rows with `series=`"
            raise DataError("CHT001", "a bubble chart plots only one data column", hint, "y")
        if not attr.get("size"):
            hint = "set `size=` to a column of numbers, or set `type=scatter`"
            raise DataError("CHT001", "the bubble chart has no `size=` attribute", hint)
        data = read_columns(file, attr, options)
        if data.positions is None:
            message = f'a bubble chart requires numbers or dates in column "{attr.get("x")}"'
            raise DataError("CHT001", message, "set `x=` to a column of numbers, or set `type=bar`", "x")
        with set_error_attribute("size"):
            cells, sizes = read_numbers(file, attr.get("size"))
        for index, (cell, size) in enumerate(zip(cells, sizes, strict=True)):
            if size is None or size < 0:
                message = f'"{cell}" in column "{attr.get("size")}" is not a size'
                hint = "use zero or a positive number, or delete the row"
                raise file.make_row_error("CHT001", file.get_row_number(index), message, hint, "size")
        if not any(sizes):
            message = f'all sizes in column "{attr.get("size")}" are zero'
            raise DataError("CHT001", message, "correct the values, or set `type=scatter`", "size")
        order = sorted(range(len(sizes)), key=lambda index: -(sizes[index] or 0.0))
        column = Series(
            label=format_column_name(attr.get("size")),
            values=tuple(sizes),
            decimal_places=tuple(count_decimals(file.replace_decimal_comma(cell)) for cell in cells),
        )
        return replace(select_categories(data, order), extra_series=(column.select_values(order),))

    def make_category_axis(self, chart: Chart, data: ChartData) -> CategoryAxis | None:
        """Return a category axis with margins for the circles at both ends."""
        limits = _add_margins(data.positions or ())
        if data.dates is None:
            scale = make_linear_axis(*limits)
            limits = scale.low, scale.high
        return CategoryAxis(low=limits[0], high=limits[1])

    def iter_axis_values(self, chart: Chart) -> Iterator[float]:
        yield from _add_margins(chart.data.numbers)

    def get_series_mark(self, chart: Chart, series_index: int) -> SeriesMark:
        return SeriesMark.BUBBLE

    def draw_marks(self, painter: PlotPainter) -> None:
        plan = painter.layout
        points = [
            (i, point, painter.get_style(series_index, i))
            for series_index, line in iter_points(plan)
            for i, point in line
        ]
        for index, (x, y), style in sorted(points, key=lambda mark: (not mark[2].is_receding, mark[0])):
            centre = (painter.left + x, painter.top + y)
            painter.canvas.draw_polygon(
                trace_circle(centre, self.compute_radius(plan, index)), style, separator_width=0.8
            )

    def compute_radius(self, layout: PlotLayout, index: int) -> float:
        """Return the radius of a circle in points. Its area is proportional to its value in ``size``."""
        (sizes,) = layout.data.extra_series
        return self._compute_radius_for_size(layout, sizes.values[index] or 0.0)

    def _compute_radius_for_size(self, layout: PlotLayout, size: float) -> float:
        largest = max(value or 0.0 for value in layout.data.extra_series[0].values)
        return _MAX_RADIUS_FRACTION * min(layout.width, layout.height) * math.sqrt(size / largest)

    def iter_boxes(self, layout: PlotLayout, ruler: TextRuler) -> Iterator[Box]:
        for _, line in iter_points(layout):
            for index, (x, y) in line:
                half = self.compute_radius(layout, index)
                yield x - half, y - half, x + half, y + half

    def get_label_distance(self, layout: PlotLayout, index: int) -> float:
        return self.compute_radius(layout, index)

    def locate_target(self, layout: PlotLayout, callout: ChartCallout, ruler: TextRuler) -> Box:
        left, top, right, bottom = Scatter.locate_target(self, layout, callout, ruler)
        index = layout.data.categories.index(callout.category)
        half = self.compute_radius(layout, index) - (right - left) / 2
        return left - half, top - half, right + half, bottom + half

    def measure_size_legend_height(self, plot_height: float) -> float:
        """Return the height of the size legend in points."""
        return 2 * _MAX_RADIUS_FRACTION * plot_height + 4

    def make_size_legend(self, layout: PlotLayout, ruler: TextRuler) -> Sequence[SizeLegendEntry]:
        """Return the title of the size legend, and one or two reference circles for round values."""
        (sizes,) = layout.data.extra_series
        largest = max(value or 0.0 for value in sizes.values)
        y = layout.height + layout.bottom - layout.size_legend_height / 2
        entries = [SizeLegendEntry(-_LABEL_GAP, y, 0.0, sizes.label)]
        x = ruler.measure(sizes.label) + _ENTRY_GAP
        for size in sorted({_round_down(largest / 5), _round_down(largest)}):
            radius = self._compute_radius_for_size(layout, size)
            words = format_number(size, count_decimal_places(size), layout.chart.language)
            entries.append(SizeLegendEntry(x + radius, y, radius, words))
            x += 2 * radius + _LABEL_GAP + ruler.measure(words) + _ENTRY_GAP
        return entries if x <= layout.width + layout.right + _ENTRY_GAP else (*entries[:1], *entries[2:])

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        return NativeChartType("BUBBLE", has_numeric_axes=True)

    def describe(self, chart: Chart, category_labels: Sequence[str], labels: Labels) -> Iterator[str]:
        data, (sizes,) = chart.data, chart.data.extra_series
        before, after = labels.brackets
        x_name = data.category_title or data.category_name
        for index, name in enumerate(category_labels):
            point_series = next((series for series in data.series if series.values[index] is not None), None)
            if point_series is None:
                continue
            columns = ((chart.value_title or point_series.label, point_series), (sizes.label, sizes))
            parts = [f"{format_x_value(data, index, chart.language)}{before}{x_name}{after}"]
            for title, column in columns:
                words = format_number(
                    column.values[index] or 0.0, column.decimal_places[index], chart.language
                )
                parts.append(f"{words}{before}{title}{after}")
            yield labels.titled(name, labels.listed(parts)) if data.x_values else labels.listed(parts)


def _add_margins(values: Sequence[float]) -> tuple[float, float]:
    """Return the range of the values, extended by a margin at each end. Positive ranges stay positive."""
    low, high = min(values), max(values)
    margin = _MARGIN_FRACTION * (high - low)
    return (max(low - margin, 0.0) if low >= 0 else low - margin), high + margin


def _round_down(size: float) -> float:
    power: float = 10.0 ** math.floor(math.log10(size))
    return float(f"{max(step for step in (1, 2, 5) if step * power <= size * (1 + 1e-9)) * power:.6g}")
