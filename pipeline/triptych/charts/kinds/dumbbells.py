"""Define the chart type ``dumbbell``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from triptych.charts.axes import AXIS_LABEL_GAP, ValueAxis, format_amount, make_linear_axis
from triptych.charts.canvas import LINE_HEIGHT, Anchor, Canvas, TextRuler
from triptych.charts.chart_types import AxislessChartType, SeriesMark, TypeGuideEntry
from triptych.charts.columns import read_columns
from triptych.charts.layout import MAX_BARS_HEIGHT, ROW_HEIGHT, wrap_category_labels
from triptych.charts.legend import LegendEntry, list_legend_entries
from triptych.charts.native import NativeChartType
from triptych.charts.options import ChartOptions
from triptych.charts.plot_layout import measure_widest_value
from triptych.charts.rows import format_named_value
from triptych.charts.styles import get_mark_style
from triptych.data.data_file import DataError, DataFile
from triptych.languages.labels import Labels
from triptych.model.charts import ChartData
from triptych.model.nodes import Attr, Chart
from triptych.theme.colours import darken_until_readable
from triptych.theme.theme import Theme

_DOT_DIAMETER = 6.4
_LINE_WIDTHS = (2.0, 3.0)  # points; of the lines of other and of highlighted rows
_VALUE_LABEL_DISTANCE = _DOT_DIAMETER / 2 + 2.5  # points from a dot's centre to its value label


@dataclass(frozen=True, slots=True, kw_only=True)
class DumbbellLayout:
    """The layout of a dumbbell chart, with rows of equal height and two dots in each."""

    chart: Chart
    value_axis: ValueAxis
    category_labels: Sequence[tuple[str, ...]]
    headings: tuple[str, str] | None = None
    """The headings above the dots of the first row, or None if they do not fit."""
    value_label_width: float  # width in points of a value label beside a dot
    left: float
    width: float
    row_height: float
    legend_entries: tuple[LegendEntry, ...] = ()

    def locate_value(self, value: float) -> float:
        """Return the x position of a value, in points from the left edge of the plot area."""
        return self.value_axis.get_fraction(value) * self.width

    @property
    def heading_height(self) -> float:
        """The height in points of the headings above the first row, or 0 without headings."""
        return LINE_HEIGHT + 2 if self.headings else 0.0

    @property
    def total_height(self) -> float:
        return self.heading_height + self.row_height * len(self.category_labels)

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        colours, series = canvas.theme.colours, self.chart.data.series
        start, top = left + self.left, top + self.heading_height
        names_end = start - self.value_label_width - AXIS_LABEL_GAP
        for index, lines in enumerate(self.category_labels):
            centre_y = top + (index + 0.5) * self.row_height
            first = centre_y - (len(lines) - 1) * LINE_HEIGHT / 2
            canvas.draw_text((names_end, first), lines, colour=colours.foreground, anchor="right")
            row_bottom = centre_y + self.row_height / 2
            canvas.draw_line(
                [(names_end + AXIS_LABEL_GAP, row_bottom), (start + self.width, row_bottom)],
                colours.rule,
                0.3,
            )
            row_values = [(series_data.values[index], place) for place, series_data in enumerate(series)]
            dots = sorted((value, place) for value, place in row_values if value is not None)
            if len(dots) == 2:
                ends = [(start + self.locate_value(value), centre_y) for value, _ in dots]
                is_highlighted = is_row_highlighted(self.chart, index)
                canvas.draw_line(
                    ends,
                    colours.foreground if is_highlighted else colours.muted,
                    _LINE_WIDTHS[is_highlighted],
                )
            for side, (value, place) in enumerate(dots):
                style = get_mark_style(self.chart, canvas.theme, series[place], index)
                x = start + self.locate_value(value)
                canvas.draw_markers([(x, centre_y)], style, _DOT_DIAMETER)
                words = format_amount(self.chart, value, series[place].label_decimals)
                lower = side == 0 and len(dots) == 2
                anchor: Anchor = "right" if lower else "left"
                bold = bool(self.chart.highlight) and not style.is_receding
                canvas.draw_text(
                    (x + (-_VALUE_LABEL_DISTANCE if lower else _VALUE_LABEL_DISTANCE), centre_y),
                    words,
                    anchor=anchor,
                    bold=bold,
                )
                if self.headings and index == 0:
                    heading_position = (x, top - LINE_HEIGHT / 2)
                    ink = darken_until_readable(style.colour, colours.foreground, colours.background)
                    canvas.draw_text(
                        heading_position, self.headings[place], colour=ink, bold=True, anchor="center"
                    )


class Dumbbell(AxislessChartType):
    """A chart with two dots for each category, connected by a line."""

    name = "dumbbell"
    options = frozenset(("series", "date-format", "y-title", "highlight", "sort"))
    guide_entry = TypeGuideEntry(
        use="Compare two values of each category, and show the distance between them.",
        data="A column of names and two columns of values.",
        example='type=dumbbell data=cities.csv x=city y="before,after" labels="2015,2025"',
        alt_text="Four rows with two dots each. Corvo falls from 58 to 55; the other three cities rise.",
    )

    has_rows = True

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        data = read_columns(file, attr, options)
        if len(data.series) != 2:
            message = f"a dumbbell chart requires exactly 2 series; the data has {len(data.series)}"
            hint = 'name two columns in `y=`, as in `y="FIRST, SECOND"`, or set `type=scatter`'
            raise DataError("CHT001", message, hint, "y")
        return data

    def lay_out(self, chart: Chart, data: ChartData, max_width: float, theme: Theme) -> DumbbellLayout:
        ruler = TextRuler(theme)
        names = wrap_category_labels(chart, data, max_width, ruler)
        label_space = measure_widest_value(chart, data, ruler) + _VALUE_LABEL_DISTANCE
        left = max(map(ruler.measure_widest, names)) + AXIS_LABEL_GAP + label_space
        width = max_width - left - label_space
        scale = make_linear_axis(min(data.numbers), max(data.numbers), round_limits=False)
        lines = max(map(len, names)) * LINE_HEIGHT
        row = max(lines, min(max(ROW_HEIGHT, lines + 4), MAX_BARS_HEIGHT / len(names)))
        plan = DumbbellLayout(
            chart=chart,
            value_axis=scale,
            category_labels=names,
            value_label_width=label_space,
            left=left,
            width=width,
            row_height=row,
        )
        heads = _choose_headings(plan, ruler, max_width)
        legend_entries = () if heads else tuple(list_legend_entries(chart, theme, with_reference_lines=False))
        return replace(plan, headings=heads, legend_entries=legend_entries)

    def get_series_mark(self, chart: Chart, series_index: int) -> SeriesMark:
        return SeriesMark.DOTS

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        return NativeChartType("XY_SCATTER", has_numeric_axes=True)

    def describe(self, chart: Chart, category_labels: Sequence[str], labels: Labels) -> Iterator[str]:
        for index, name in enumerate(category_labels):
            descriptions = (
                format_named_value(series, index, series.label, chart, labels) for series in chart.data.series
            )
            yield labels.titled(name, labels.listed(filter(None, descriptions)))


def is_row_highlighted(chart: Chart, index: int) -> bool:
    """Return whether a category is highlighted, so that the line between its values stands out."""
    return chart.data.categories[index] in chart.highlight


def _choose_headings(layout: DumbbellLayout, ruler: TextRuler, max_width: float) -> tuple[str, str] | None:
    """Return both series labels if they fit above the dots of the first row; otherwise return None."""
    first, other = layout.chart.data.series
    if first.values[0] is None or other.values[0] is None:
        return None
    labelled_ends = sorted(
        (layout.left + layout.locate_value(value), ruler.measure_bold(label) / 2)
        for value, label in ((first.values[0], first.label), (other.values[0], other.label))
    )
    (low, half), (high, other_half) = labelled_ends
    fits = low + half + AXIS_LABEL_GAP <= high - other_half and low >= half and high + other_half <= max_width
    return (first.label, other.label) if fits else None
