"""Define the chart type ``marimekko``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from triptych.charts.axes import AXIS_LABEL_GAP
from triptych.charts.canvas import LINE_HEIGHT, Box, Canvas, TextRuler
from triptych.charts.chart_types import AxislessChartType, SeriesMark, TypeGuideEntry
from triptych.charts.columns import read_columns
from triptych.charts.labels import spread_labels, wrap_label
from triptych.charts.legend import LegendEntry, list_legend_entries
from triptych.charts.native import NativeChartType
from triptych.charts.options import ChartOptions, split_items
from triptych.charts.plot_layout import PLOT_HEIGHT
from triptych.charts.styles import get_mark_style
from triptych.charts.time_axis import format_category
from triptych.charts.totals import list_totals
from triptych.data.data_file import DataError, DataFile
from triptych.languages.labels import Labels
from triptych.languages.numerals import format_percent
from triptych.model.charts import ChartData, sum_as_decimals
from triptych.model.nodes import Attr, Chart
from triptych.theme.colours import choose_text_colour
from triptych.theme.theme import Theme

GAP_FRACTION = 0.006  # gap between columns as a fraction of the width
_MAX_SERIES, _MAX_COLUMNS = 6, 9  # a theme has six colours; more columns would be too narrow
_LABEL_WIDTHS = (44.0, 36.0, 28.0)  # points; labels below narrow columns are wrapped to these widths
_LEADER_HEIGHT = 6.0  # points from the columns to labels that are not below their columns
_CELL_MARGIN = 2.0  # points between a cell's edge and its label
_LABEL_GAP = 4.0  # points between the columns and their labels


@dataclass(frozen=True, slots=True)
class MarimekkoCell:
    """A part of a column with its share as text, or "" if the text does not fit."""

    series: int
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class ColumnLabel:
    """The lines of text below a column, centred at ``x``. ``tick`` is the centre of the column."""

    lines: tuple[str, ...]
    x: float
    top: float
    tick: float

    @property
    def has_leader(self) -> bool:
        """Whether a line joins the column and its label, because it is not centred below the column."""
        return abs(self.x - self.tick) > 1


@dataclass(frozen=True, slots=True, kw_only=True)
class MarimekkoLayout:
    """The layout of a Marimekko chart in points, from the top left corner of its columns."""

    chart: Chart
    cells: tuple[MarimekkoCell, ...]
    labels: tuple[ColumnLabel, ...]
    plot_height: float
    total_height: float
    legend_entries: tuple[LegendEntry, ...] = ()

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        colours, series = canvas.theme.colours, self.chart.data.series
        for cell in self.cells:
            style = get_mark_style(self.chart, canvas.theme, series[cell.series])
            x, y, right, bottom = cell.box
            canvas.draw_box(left + x, top + y, right - x, bottom - y, style, with_separator=True)
            if cell.text and not style.hatch:
                ink = choose_text_colour(style.colour, colours.foreground, colours.background)
                middle = (left + (x + right) / 2, top + (y + bottom) / 2)
                canvas.draw_text(middle, cell.text, colour=ink, anchor="center")
        for label in self.labels:
            if label.has_leader:
                ends = [(left + label.tick, top + self.plot_height + 1), (left + label.x, top + label.top)]
                canvas.draw_line(ends, colours.muted, 0.4)
            position = (left + label.x, top + label.top + LINE_HEIGHT / 2)
            canvas.draw_text(position, label.lines, colour=colours.foreground, anchor="center")


class Marimekko(AxislessChartType):
    """Columns of 100%, whose widths are their totals, so that areas are to scale."""

    name = "marimekko"
    options = frozenset(("series", "y-title", "highlight"))
    guide_entry = TypeGuideEntry(
        use="Show the size and the composition of several groups. Widths are totals, and areas are values.",
        data="As for stacked bars: a column of names and several columns of values.",
        example='type=marimekko data=cities.csv x=city y="before,after" unit="trips a day"',
        alt_text="Four columns of different widths, each divided into two parts. Corvo is widest.",
    )
    date_attributes = ()

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        data = read_columns(file, attr, options)
        if not 2 <= len(data.series) <= _MAX_SERIES:
            message = f"a Marimekko chart requires 2 to {_MAX_SERIES} series; the data has {len(data.series)}"
            raise DataError("CHT001", message, "combine some series, or set `type=bar`", "y")
        if len(data.categories) > _MAX_COLUMNS:
            message = f"the Marimekko chart has {len(data.categories)} columns; the limit is {_MAX_COLUMNS}"
            raise DataError("CHT001", message, "combine some columns, or set `type=bar`", "x")
        for index, name in enumerate(data.categories):
            values = [series.values[index] or 0.0 for series in data.series]
            if min(values) < 0 or not sum(values):
                message = f'the values of "{name}" must be zero or more, and at least one must be positive'
                raise DataError("CHT001", message, "correct the values, or set `type=bar`", "y")
        if name := next((part for part in split_items(attr, "highlight") if part in data.categories), ""):
            message = f'a Marimekko chart cannot highlight a single column, such as "{name}"'
            raise DataError("CHT001", message, "name a series in `highlight=`", "highlight")
        return data

    def lay_out(self, chart: Chart, data: ChartData, max_width: float, theme: Theme) -> MarimekkoLayout:
        entries = tuple(list_legend_entries(chart, theme, with_reference_lines=False))
        return lay_out_marimekko(chart, max_width, TextRuler(theme), PLOT_HEIGHT, entries)

    def get_series_mark(self, chart: Chart, series_index: int) -> SeriesMark:
        return SeriesMark.BAR

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        """Return stacked areas on a date axis, on which the columns are steps."""
        return NativeChartType("AREA_STACKED", has_date_axis=True)

    def describe(self, chart: Chart, category_labels: Sequence[str], labels: Labels) -> Iterator[str]:
        totals = [text for *_, text in list_totals(chart, chart.data)]
        before, after = labels.brackets
        for index, (name, total) in enumerate(zip(category_labels, totals, strict=True)):
            shares = compute_shares(chart.data, index)
            parts = [
                f"{format_percent(100 * share, chart.language)}{before}{series.label}{after}"
                for share, series in zip(shares, chart.data.series, strict=True)
            ]
            yield labels.titled(name, labels.listed([total, *parts]))


def compute_shares(data: ChartData, index: int) -> list[float]:
    """Return the share of each series in a column, as a fraction."""
    values = [series.values[index] or 0.0 for series in data.series]
    total = sum_as_decimals(values)
    return [value / total for value in values]


def compute_column_ends(data: ChartData) -> list[tuple[float, float]]:
    """Return the left and right end of each column, as fractions of the width."""
    totals = [
        sum(series.values[index] or 0.0 for series in data.series) for index in range(len(data.categories))
    ]
    available = 1 - GAP_FRACTION * (len(totals) - 1)
    ends = [available * end / sum(totals) for end in accumulate(totals)]
    return [
        (start + index * GAP_FRACTION, end + index * GAP_FRACTION)
        for index, (start, end) in enumerate(zip((0.0, *ends), ends, strict=False))
    ]


def lay_out_marimekko(
    chart: Chart,
    width: float,
    ruler: TextRuler,
    height: float,
    legend_entries: tuple[LegendEntry, ...] = (),
) -> MarimekkoLayout:
    """Lay out the columns within ``width`` points; ``height`` is that of the columns in points."""
    data, cells = chart.data, list[MarimekkoCell]()
    ends = [(start * width, end * width) for start, end in compute_column_ends(data)]
    for column, (left, right) in enumerate(ends):
        bottom = height
        for index, share in enumerate(compute_shares(data, column)):
            top = bottom - share * height
            text = format_percent(100 * share, chart.language)
            fits = bottom - top >= LINE_HEIGHT and right - left >= ruler.measure(text) + 2 * _CELL_MARGIN
            if share:
                cells.append(MarimekkoCell(index, (left, top, right, bottom), text if fits else ""))
            bottom = top
    labels, labels_height = _place_labels(chart, ends, width, ruler, height)
    return MarimekkoLayout(
        chart=chart,
        cells=tuple(cells),
        labels=labels,
        plot_height=height,
        total_height=height + labels_height,
        legend_entries=legend_entries,
    )


def _place_labels(
    chart: Chart, ends: Sequence[tuple[float, float]], width: float, ruler: TextRuler, plot_height: float
) -> tuple[tuple[ColumnLabel, ...], float]:
    """Return the labels in a row below the columns, moved apart, and the height of the row with leaders.

    Long names are wrapped until all labels fit side by side.
    """
    totals = [text for *_, text in list_totals(chart, chart.data)]
    names = [format_category(chart.data, index, chart.language) for index in range(len(ends))]
    for max_width in _LABEL_WIDTHS:
        lines = [
            (*wrap_label(name, max(right - left, max_width), ruler.measure), total)
            for name, total, (left, right) in zip(names, totals, ends, strict=True)
        ]
        sizes = [ruler.measure_widest(text) + AXIS_LABEL_GAP for text in lines]
        if sum(sizes) <= width:
            break
    ticks = [(left + right) / 2 for left, right in ends]
    centres = spread_labels(ticks, sizes, 0.0, width)
    has_leaders = any(abs(x - tick) > 1 for x, tick in zip(centres, ticks, strict=True))
    distance = _LABEL_GAP + (_LEADER_HEIGHT if has_leaders else 0.0)
    labels = tuple(
        ColumnLabel(text, x, plot_height + distance, tick)
        for text, x, tick in zip(lines, centres, ticks, strict=True)
    )
    return labels, distance + max(map(len, lines)) * LINE_HEIGHT
