"""Define the chart type ``slope``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from triptych.charts.axes import ValueAxis, format_amount, make_linear_axis
from triptych.charts.canvas import LINE_HEIGHT, Anchor, Canvas, TextRuler
from triptych.charts.chart_types import AxislessChartType, TypeGuideEntry
from triptych.charts.columns import read_columns, select_categories
from triptych.charts.labels import spread_labels, wrap_label
from triptych.charts.legend import LegendEntry
from triptych.charts.native import NativeChartType
from triptych.charts.options import ChartOptions, split_items
from triptych.charts.rows import describe_series
from triptych.charts.styles import get_mark_style
from triptych.charts.time_axis import format_category
from triptych.data.data_file import DataError, DataFile
from triptych.diagnostics import did_you_mean
from triptych.languages.labels import Labels
from triptych.model.charts import ChartData, Series
from triptych.model.nodes import Attr, Chart
from triptych.theme.colours import darken_until_readable
from triptych.theme.theme import Theme

_MIN_HEIGHT, _MAX_HEIGHT = 118.0, 300.0  # minimum and maximum height of the plot area
_HEIGHT_PER_SERIES = 1.5 * LINE_HEIGHT  # minimum height of the plot area per series
_MAX_LABELS_FRACTION = 0.33  # maximum fraction of the width for the labels on one side
_LEADER = 12.0  # points from a dot to its label
_MAX_WIDTH = 190.0  # of the plot area; a larger width does not show slopes better
_SIDE_ANCHORS: tuple[Anchor, Anchor] = (
    "right",
    "left",
)  # alignment of the labels at the first and last category


@dataclass(frozen=True, slots=True, kw_only=True)
class SlopeLayout:
    """The layout of a slope chart. Lengths are in points.

    ``side_labels`` are the labels of all series on the left and on the right. ``titles`` are the names of the
    two categories.
    """

    chart: Chart
    value_axis: ValueAxis
    side_labels: tuple[tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]]
    titles: tuple[str, str]
    left: float
    width: float
    plot_height: float
    legend_entries: tuple[LegendEntry, ...] = ()

    @property
    def total_height(self) -> float:
        return self.plot_height + 3 * LINE_HEIGHT

    def locate_value(self, value: float) -> float:
        """Return the y position of a value, in points from the top of the plot area."""
        return (1 - self.value_axis.get_fraction(value)) * self.plot_height

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        colours = canvas.theme.colours
        start, end = left + self.left, left + self.left + self.width
        plot_top = top + 2 * LINE_HEIGHT
        for x, title, anchor in zip((start, end), self.titles, _SIDE_ANCHORS, strict=True):
            canvas.draw_text((x, top + LINE_HEIGHT / 2), title, bold=True, anchor=anchor)
            canvas.draw_line(
                [(x, plot_top - LINE_HEIGHT / 2), (x, plot_top + self.plot_height + LINE_HEIGHT / 2)],
                colours.rule,
                0.6,
            )
        for series in self.chart.data.series:
            style = get_mark_style(self.chart, canvas.theme, series)
            points = [
                (x, plot_top + self.locate_value(value or 0.0))
                for x, value in zip((start, end), series.values, strict=True)
            ]
            canvas.draw_line(points, style.colour, 1.1 if style.is_receding else 1.5, style.dash)
            canvas.draw_markers(points, style, 4.2)
        for side, (x, anchor) in enumerate(zip((start, end), _SIDE_ANCHORS, strict=True)):
            _draw_side_labels(canvas, self, side, x, plot_top, anchor)


class Slope(AxislessChartType):
    """A chart with a line per series between two categories, labelled at both ends."""

    name = "slope"
    options = frozenset(("series", "date-format", "ends", "y-title", "highlight"))
    guide_entry = TypeGuideEntry(
        use="Compare two points in time, with a line for each series.",
        data="Two categories in `x` with a series each, or two columns in `y`.",
        example='type=slope data=cities.csv x=city y="before,after" labels="2015,2025"',
        alt_text="Four lines from 2015 to 2025. Corvo falls from 58 to 55; the other three cities rise.",
    )

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        """Read the values of each series at two categories."""
        return _choose_two_categories(read_columns(file, attr, options), attr)

    def lay_out(self, chart: Chart, data: ChartData, max_width: float, theme: Theme) -> SlopeLayout:
        ruler = TextRuler(theme)
        first, last = (
            _make_side_labels(chart, end, max_width * _MAX_LABELS_FRACTION, ruler) for end in (0, 1)
        )
        sides = [
            max(ruler.measure_bold(line) for lines in side for line in lines) + _LEADER
            for side in (first, last)
        ]
        lines = max(sum(map(len, side)) for side in (first, last))
        plot = min(max(_MIN_HEIGHT, _HEIGHT_PER_SERIES * len(data.series)), _MAX_HEIGHT)
        plot = max(plot, lines * LINE_HEIGHT)
        titles = format_category(data, 0, chart.language), format_category(data, 1, chart.language)
        return SlopeLayout(
            chart=chart,
            value_axis=make_linear_axis(min(data.numbers), max(data.numbers), round_limits=False),
            side_labels=(first, last),
            titles=titles,
            left=sides[0],
            width=min(max_width - sum(sides), _MAX_WIDTH),
            plot_height=plot,
        )

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        return NativeChartType("LINE_MARKERS")

    def describe(self, chart: Chart, category_labels: Sequence[str], labels: Labels) -> Iterator[str]:
        return describe_series(chart, category_labels, labels)


def _make_side_labels(chart: Chart, end: int, width: float, ruler: TextRuler) -> tuple[tuple[str, ...], ...]:
    has_several_series = len(chart.data.series) > 1
    labels = []
    for series in chart.data.series:
        amount = format_amount(chart, series.values[end] or 0.0, series.label_decimals)
        text = f"{series.label} {amount}" if has_several_series else amount
        labels.append(tuple(wrap_label(text, width, ruler.measure_bold)))
    return tuple(labels)


def _draw_side_labels(
    canvas: Canvas, layout: SlopeLayout, side: int, x: float, plot_top: float, anchor: Anchor
) -> None:
    """Draw the labels at one end, moved apart, with leaders to labels that were moved."""
    names, colours = layout.side_labels[side], canvas.theme.colours
    targets = [
        plot_top + layout.locate_value(series.values[side] or 0.0) for series in layout.chart.data.series
    ]
    sizes = [len(lines) * LINE_HEIGHT for lines in names]
    centres = spread_labels(
        targets, sizes, plot_top - LINE_HEIGHT, plot_top + layout.plot_height + LINE_HEIGHT
    )
    direction = 1 if anchor == "left" else -1
    for index, (lines, target, centre) in enumerate(zip(names, targets, centres, strict=True)):
        style = get_mark_style(layout.chart, canvas.theme, layout.chart.data.series[index])
        ink = darken_until_readable(style.colour, colours.foreground, colours.background)
        if abs(centre - target) > 1.5:
            canvas.draw_line([(x + direction * 3, target), (x + direction * (_LEADER - 2), centre)], ink, 0.4)
        first = centre - (len(lines) - 1) * LINE_HEIGHT / 2
        canvas.draw_text(
            (x + direction * _LEADER, first), lines, colour=ink, bold=not style.is_receding, anchor=anchor
        )


def _choose_two_categories(data: ChartData, attr: Attr) -> ChartData:
    if chosen_names := split_items(attr, "ends"):
        data = _select_named_categories(data, chosen_names, attr)
    elif len(data.categories) != 2 and len(data.series) == 2 and not attr.get("series"):
        data = _transpose_data(data)
    if len(data.categories) != 2:
        message = f'a slope chart requires exactly 2 categories; column "{attr.get("x")}" has '
        message += str(len(data.categories))
        first_and_last = f"{data.categories[0]}; {data.categories[-1]}"
        hint = f'use `ends="{first_and_last}"` to choose the two categories to compare, or set `type=line`'
        raise DataError("CHT001", message, hint, "x")
    for series in data.series:
        for name, value in zip(data.categories, series.values, strict=True):
            if value is None:
                message = (
                    f'series "{series.label}" has no value at "{name}"; a slope chart requires both values'
                )
                hint = "add the missing value, remove the series, or set `type=scatter`"
                raise DataError("CHT001", message, hint, "y")
    return data


def _select_named_categories(data: ChartData, names: list[str], attr: Attr) -> ChartData:
    if len(names) != 2:
        message = f"a slope chart requires exactly 2 categories; `ends=` lists {len(names)}"
        raise DataError("CHT001", message, 'write `ends="FIRST; LAST"`', "ends")
    for name in names:
        if name not in data.categories:
            hint = did_you_mean(name, data.categories)
            hint = hint or f'set `ends=` to two values of column "{attr.get("x")}"'
            raise DataError("CHT001", f'`ends=` names "{name}", which is not in the chart', hint, "ends")
    return select_categories(data, [data.categories.index(name) for name in names])


def _transpose_data(data: ChartData) -> ChartData:
    label_decimals = max(series.label_decimals for series in data.series)
    return ChartData(
        categories=tuple(series.label for series in data.series),
        series=tuple(
            Series(
                label=name,
                values=tuple(series.values[index] for series in data.series),
                decimal_places=tuple(series.decimal_places[index] for series in data.series),
                label_decimals=label_decimals,
            )
            for index, name in enumerate(data.categories)
        ),
        category_name=data.category_name,
    )
