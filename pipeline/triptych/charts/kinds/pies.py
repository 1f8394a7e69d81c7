"""Define the chart types ``pie`` and ``donut``.

Slices are labelled beside the pie, or in a legend below it if the labels do not fit beside it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from triptych.charts.axes import format_amount
from triptych.charts.canvas import LINE_HEIGHT, Anchor, Canvas, TextRuler
from triptych.charts.chart_types import AxislessChartType, TypeGuideEntry, get_chart_type
from triptych.charts.columns import MAX_SERIES, read_columns
from triptych.charts.labels import measure_longest_word, spread_labels, wrap_label
from triptych.charts.legend import LEGEND_SYMBOL_WIDTH, LegendEntry, draw_legend_symbol
from triptych.charts.native import NativeChartType
from triptych.charts.options import ChartOptions
from triptych.charts.styles import get_mark_style
from triptych.charts.time_axis import format_category
from triptych.data.data_file import DataError, DataFile
from triptych.languages.numerals import choose_decimal_places, format_percent
from triptych.model.charts import ChartData, convert_to_decimal, sum_as_decimals
from triptych.model.nodes import Attr, Chart
from triptych.theme.theme import Theme

MAX_RADIUS, _MIN_RADIUS = 54.0, 16.0
HOLE_FRACTION = 0.56  # radius of a donut's hole, as a fraction of its outer radius
_ELBOW = 7.0  # points from the edge of the pie to the bend of a leader
_LABEL_GAP = 4.0
_LEGEND_GAP = 4.0  # points between the pie and its legend
_COLUMN_GAP = 6.0  # points between the names and the amounts in the legend


@dataclass(frozen=True, slots=True)
class Slice:
    """A slice: its category index, its start and end in degrees from the top, and its label."""

    index: int
    start: float
    end: float
    name_lines: tuple[str, ...]
    amount: str

    @property
    def middle_angle(self) -> float:
        """The direction of the slice's centre in radians, clockwise from the top."""
        return math.radians((self.start + self.end) / 2)

    @property
    def label_height(self) -> float:
        """The height of the slice's label in points."""
        return (len(self.name_lines) + 1) * LINE_HEIGHT + 2


@dataclass(frozen=True, slots=True)
class LegendRow:
    """A row of the legend: a category index, the lines of its name, and its amount."""

    index: int
    name_lines: tuple[str, ...]
    amount: str


@dataclass(frozen=True, slots=True)
class PieLayout:
    """The layout of a pie or donut chart. Lengths are in points.

    ``pie_height`` includes the labels beside the slices. If the labels do not fit there, ``legend_rows`` are
    the rows of a legend below the pie, and ``legend_left`` is its left edge.
    """

    chart: Chart
    slices: tuple[Slice, ...]
    radius: float
    width: float
    pie_height: float
    legend_rows: tuple[LegendRow, ...] = ()
    legend_left: float = 0.0
    legend_entries: tuple[LegendEntry, ...] = ()

    @property
    def total_height(self) -> float:
        lines = sum(len(row.name_lines) for row in self.legend_rows)
        return self.pie_height + (_LEGEND_GAP + lines * LINE_HEIGHT if lines else 0.0)

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        centre = (left + self.width / 2, top + self.pie_height / 2)
        kind = get_chart_type(self.chart)
        hole = self.radius * kind.hole_fraction if isinstance(kind, Pie) else 0.0
        for part in self.slices:
            style = get_mark_style(self.chart, canvas.theme, self.chart.data.series[0], part.index)
            canvas.draw_wedge(centre, self.radius, hole, part.start, part.end, style)
        muted = canvas.theme.colours.muted
        for name in iter_slice_labels(self):
            canvas.draw_line([(centre[0] + x, centre[1] + y) for x, y in name.leader], muted, 0.4)
            place, first = centre[0] + name.left, centre[1] + name.top + LINE_HEIGHT / 2
            if name.slice.name_lines:
                canvas.draw_text((place, first), name.slice.name_lines, anchor=name.anchor)
            below = first + len(name.slice.name_lines) * LINE_HEIGHT
            canvas.draw_text((place, below), name.slice.amount, colour=muted, anchor=name.anchor)
        _draw_legend(canvas, self, left + self.legend_left, top + self.pie_height + _LEGEND_GAP)


@dataclass(frozen=True, slots=True)
class SliceLabel:
    """The label of a slice with its leader, relative to the centre of the pie.

    ``anchor`` is the alignment of the text lines at ``left``, and ``top`` the top of the first line.
    """

    slice: Slice
    leader: tuple[tuple[float, float], ...]
    left: float
    top: float
    anchor: Anchor


class Pie(AxislessChartType):
    """A chart whose slices are parts of a whole."""

    name = "pie"
    options = frozenset(("facet", "facet-columns", "build", "date-format", "highlight", "sort"))
    guide_entry = TypeGuideEntry(
        use="Show a few shares of a whole.",
        data="A column of names and a column of values that add up to the whole.",
        example='type=pie data=shares.csv x=source y=share unit="%"',
        alt_text="Four slices: wind 43%, solar 32%, hydro 17% and other 8%.",
    )
    has_one_series = True
    hole_fraction = 0.0
    """The radius of the hole as a fraction of the pie's radius."""

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        return replace(read_columns(file, attr, options), is_whole=True)

    def check_data(self, data: ChartData, options: ChartOptions) -> None:
        """Raise ``DataError`` CHT001 if values are negative or all zero, or if there are too many slices."""
        for series in data.series:
            values = [value for value in series.values if value is not None]
            if (smallest := min(values)) < 0:
                name = data.categories[series.values.index(smallest)]
                message = f'a {self} chart cannot show the negative value {smallest:g} of "{name}"'
                raise DataError("CHT001", message, "set `type=bar`", "type")
            if sum(values) == 0:
                message = f"all values in the {self} chart are zero"
                raise DataError("CHT001", message, "correct the values, or set `type=bar`", "type")
        if len(data.categories) > MAX_SERIES:
            message = f"the {self} chart has {len(data.categories)} slices; the limit is {MAX_SERIES}"
            raise DataError(
                "CHT001", message, "combine small values into one slice, or set `type=bar`", "type"
            )

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        """Return a native pie or doughnut chart."""
        return NativeChartType("DOUGHNUT" if self.hole_fraction else "PIE")

    def lay_out(self, chart: Chart, data: ChartData, max_width: float, theme: Theme) -> PieLayout:
        return lay_out_pie(chart, data, max_width, TextRuler(theme))


class Donut(Pie):
    """A pie chart with a hole."""

    name = "donut"
    guide_entry = TypeGuideEntry(
        use="Show a few shares of a whole, as a ring.",
        data="As for a pie chart.",
        example='type=donut data=shares.csv x=source y=share unit="%"',
        alt_text="A ring of four slices: wind 43%, solar 32%, hydro 17% and other 8%.",
    )
    hole_fraction = HOLE_FRACTION


def format_slice_amount(chart: Chart, data: ChartData, index: int) -> str:
    """Format the amount of a slice: its percentage, preceded by its value unless values are percentages."""
    series = data.series[0]
    value = series.values[index] or 0.0
    if chart.is_in_percent:
        return format_percent(value, chart.language, series.decimal_places[index])
    total = convert_to_decimal(sum_as_decimals(value or 0.0 for value in series.values)) or Decimal(1)
    fraction = 100 * convert_to_decimal(value) / total
    percentage = format_percent(
        fraction, chart.language, choose_decimal_places(fraction, 0 if fraction >= 1 else 1)
    )
    return f"{format_amount(chart, value, series.decimal_places[index])} · {percentage}"


def lay_out_pie(
    chart: Chart,
    data: ChartData,
    max_width: float,
    ruler: TextRuler,
    max_radius: float = MAX_RADIUS,
    *,
    with_legend: bool = True,
) -> PieLayout:
    """Lay out a pie within ``max_width`` points, with a radius of at most ``max_radius`` points.

    If a word of a name does not fit beside the pie, the names move to a legend below the pie, and only the
    amounts stay beside it. If ``with_legend`` is false, the word is broken instead.
    """
    series = data.series[0]
    parts = [(i, value) for i, value in enumerate(series.values) if value]
    total = sum(value for _, value in parts)
    amounts = {index: format_slice_amount(chart, data, index) for index, _ in parts}
    margin = _ELBOW + 2 * _LABEL_GAP
    radius = max(
        _MIN_RADIUS, min(max_radius, max_width / 2 - margin - ruler.measure_widest(amounts.values()))
    )
    label_width = max_width / 2 - radius - margin
    names = {index: format_category(data, index, chart.language) for index, _ in parts}
    has_key = with_legend and any(
        measure_longest_word(name, ruler.measure) > label_width for name in names.values()
    )
    slices = []
    angle = 0.0
    for index, value in parts:
        name = () if has_key else tuple(wrap_label(names[index], label_width, ruler.measure))
        slices.append(Slice(index, angle, angle + 360 * value / total, name, amounts[index]))
        angle += 360 * value / total
    sides = [
        [slice_ for slice_ in slices if (math.sin(slice_.middle_angle) >= 0) == right]
        for right in (True, False)
    ]
    words = max(sum(part.label_height for part in side) for side in sides)
    height = max(2 * radius + 2 * LINE_HEIGHT, words + LINE_HEIGHT)
    key, key_left = _lay_out_legend(names, amounts, max_width, ruler) if has_key else ((), 0.0)
    return PieLayout(chart, tuple(slices), radius, max_width, height, key, key_left)


def _lay_out_legend(
    names: Mapping[int, str], amounts: Mapping[int, str], max_width: float, ruler: TextRuler
) -> tuple[tuple[LegendRow, ...], float]:
    """Return the rows of the legend in the order of the slices, and its left edge for centring."""
    column = max_width - LEGEND_SYMBOL_WIDTH - _COLUMN_GAP - ruler.measure_widest(amounts.values())
    rows = tuple(
        LegendRow(index, tuple(wrap_label(name, column, ruler.measure)), amounts[index])
        for index, name in names.items()
    )
    used = max(ruler.measure_widest(row.name_lines) for row in rows)
    return rows, (column - used) / 2


def _draw_legend(canvas: Canvas, layout: PieLayout, left: float, top: float) -> None:
    names = left + LEGEND_SYMBOL_WIDTH
    amounts = (
        names
        + _COLUMN_GAP
        + max(
            (TextRuler(canvas.theme).measure_widest(row.name_lines) for row in layout.legend_rows),
            default=0.0,
        )
    )
    y = top + LINE_HEIGHT / 2
    for row in layout.legend_rows:
        style = get_mark_style(layout.chart, canvas.theme, layout.chart.data.series[0], row.index)
        draw_legend_symbol(canvas, LegendEntry("", style), left, y)
        canvas.draw_text((names, y), row.name_lines)
        canvas.draw_text((amounts, y), row.amount, colour=canvas.theme.colours.muted)
        y += len(row.name_lines) * LINE_HEIGHT


def iter_slice_labels(layout: PieLayout) -> Iterator[SliceLabel]:
    """Yield the labels of all slices, moved apart on each side of the pie."""
    elbow_radius = layout.radius + _ELBOW
    for direction in (1, -1):
        side = [part for part in layout.slices if (math.sin(part.middle_angle) >= 0) == (direction > 0)]
        label_targets = [-math.cos(part.middle_angle) * elbow_radius for part in side]
        limits = -layout.pie_height / 2, layout.pie_height / 2
        label_centres = spread_labels(label_targets, [part.label_height for part in side], *limits)
        for part, y in zip(side, label_centres, strict=True):
            rim = math.sin(part.middle_angle) * layout.radius, -math.cos(part.middle_angle) * layout.radius
            edge = direction * elbow_radius
            leader = (rim, (edge, y), (edge + direction * 2, y))
            anchor: Anchor = "left" if direction > 0 else "right"
            yield SliceLabel(
                part, leader, edge + direction * _LABEL_GAP, y - part.label_height / 2 + 1, anchor
            )
