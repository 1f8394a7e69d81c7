"""Define the chart type ``bar``."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace

from triptych.charts.callouts import locate_target_bar, measure_callout_box
from triptych.charts.canvas import Anchor, Box, TextRuler
from triptych.charts.chart_types import (
    PLOT_OPTIONS,
    ColourRole,
    NativeSeries,
    PlotChartType,
    SeriesMark,
    TypeGuideEntry,
)
from triptych.charts.columns import read_columns
from triptych.charts.native import NativeChartType
from triptych.charts.options import ChartOptions
from triptych.charts.painting import PlotPainter
from triptych.charts.plot_layout import (
    PlacedCallout,
    PlotLayout,
    format_bar_value,
    iter_bar_boxes,
    iter_bars,
    iter_missing_bar_marks,
)
from triptych.charts.time_axis import add_missing_dates
from triptych.charts.totals import iter_total_labels, make_total_series
from triptych.data.data_file import DataFile
from triptych.model.charts import ChartCallout, ChartData
from triptych.model.nodes import Attr, Chart

_MAX_LINE_LENGTH = 78  # maximum characters in a line below a plot
_MIN_PANELS_PER_ROW = 2  # minimum number of panels in a row
_LABEL_GAP = 1  # characters between two labels
_MAX_LINES = 3  # maximum lines of a label below its bar
_NATIVE_TYPES = {
    # Stacked, percent.
    (False, False): "CLUSTERED",
    (True, False): "STACKED",
    (True, True): "STACKED_100",
}


class Bar(PlotChartType):
    """A chart with a bar for each value, grouped by category."""

    name = "bar"
    options = PLOT_OPTIONS.union(
        "series date-format stacked horizontal direct-labels sort".split(),
        "totals difference growth low high range".split(),
    )
    guide_entry = TypeGuideEntry(
        use="Compare values of categories. Bars are horizontal if their names do not fit side by side.",
        data="A column of names and one or more columns of values.",
        example='type=bar data=cities.csv x=city y=after unit="trips a day"',
        alt_text="Four bars: Alma has 61 trips a day, Brink 52, Corvo 55 and Delta 44.",
    )
    starts_at_zero = True
    has_slots = True
    has_value_labels = True

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        return read_columns(file, attr, options)

    def is_horizontal_by_default(self, data: ChartData) -> bool:
        """Return whether the category labels do not fit side by side on the printed page.

        The deck follows the page, which is narrower than a slide. Numbers and dates always run from left to
        right.
        """
        if data.positions is not None:
            return False
        side_by_side = len(data.categories) * (_MIN_PANELS_PER_ROW if data.panels else 1)
        width = _MAX_LINE_LENGTH // side_by_side - _LABEL_GAP
        return any(_count_lines(name, width) > _MAX_LINES for name in data.categories)

    def add_missing_categories(self, chart: Chart) -> Chart:
        return replace(chart, data=add_missing_dates(chart.data))

    def draw_marks(self, painter: PlotPainter) -> None:
        plan = painter.layout
        for index, category, span, box in iter_bars(plan):
            style = painter.get_style(index, category)
            painter.draw_box(box, style, with_separator=plan.chart.stacked)
            if plan.has_value_labels:
                left, top, right, bottom = box
                words = format_bar_value(plan.chart, plan.data, index, category)
                centre = painter.left + (left + right) / 2
                if plan.is_horizontal:
                    centre = painter.top + (top + bottom) / 2
                _draw_bar_label(
                    painter, centre, span[1], words, bold=bool(plan.chart.highlight) and not style.is_receding
                )

        for text, (left, top, right, bottom) in iter_total_labels(plan, TextRuler(painter.canvas.theme)):
            middle = painter.left + (left + right) / 2, painter.top + (top + bottom) / 2
            painter.canvas.draw_text(middle, text, bold=True, anchor="center")

    def iter_missing_marks(self, layout: PlotLayout, ruler: TextRuler) -> Iterator[PlacedCallout]:
        return iter_missing_bar_marks(layout, ruler)

    def iter_boxes(self, layout: PlotLayout, ruler: TextRuler) -> Iterator[Box]:
        yield from iter_bar_boxes(layout, ruler)
        yield from (measure_callout_box(mark, ruler) for mark in iter_missing_bar_marks(layout, ruler))
        yield from (box for _, box in iter_total_labels(layout, ruler))

    def locate_target(self, layout: PlotLayout, callout: ChartCallout, ruler: TextRuler) -> Box:
        return locate_target_bar(layout, callout, ruler)

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        return NativeChartType(
            f"{'BAR' if chart.horizontal else 'COLUMN'}_{_NATIVE_TYPES[chart.stacked, chart.percent]}",
            line_count=int(chart.has_totals and not chart.horizontal),
        )

    def list_native_series(self, chart: Chart) -> list[NativeSeries]:
        """Return the series of the data, followed by the totals of stacks as an invisible series.

        Horizontal bars cannot be combined with lines, so their totals are invisible bars.
        """
        native_series = super().list_native_series(chart)
        if chart.has_totals:
            mark = SeriesMark.HIDDEN if chart.horizontal else SeriesMark.VALUE_LABELS
            total = make_total_series(chart, chart.data)
            native_series.append(NativeSeries(total, mark, ColourRole.TOTAL))
        return native_series


def _draw_bar_label(painter: PlotPainter, centre: float, value: float, text: str, *, bold: bool) -> None:
    end = painter.locate_value(value)
    if painter.layout.is_horizontal:
        side: Anchor = "left" if value >= 0 else "right"
        painter.canvas.draw_text((end + (3 if value >= 0 else -3), centre), text, anchor=side, bold=bold)
    else:
        position = (centre, end + (-5.5 if value >= 0 else 5.5))
        painter.canvas.draw_text(position, text, anchor="center", bold=bold)


def _count_lines(name: str, width: int) -> int:
    """Return the number of lines of a label at ``width`` characters per line.

    Return a number above the limit if a word is wider than a line.
    """
    lines, left = 1, width
    for word in name.split():
        # Wide East Asian characters count as two (UAX #11).
        wide = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in word)
        if wide > width and (word.isascii() or width < 2):
            return _MAX_LINES + 1
        if wide > left:  # scripts without spaces can be broken anywhere
            lines += max(1, -(-wide // max(width, 1)))
            left = width
        left -= wide + 1
    return lines
