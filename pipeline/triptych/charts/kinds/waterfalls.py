"""Define the chart type ``waterfall``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from triptych.charts.canvas import LINE_HEIGHT, Box, TextRuler
from triptych.charts.chart_types import ColourRole, NativeSeries, SeriesMark, TypeGuideEntry, ValueSpan
from triptych.charts.columns import read_columns
from triptych.charts.kinds.bars import Bar
from triptych.charts.native import NativeChartType
from triptych.charts.options import ChartOptions, split_items
from triptych.charts.painting import PlotPainter
from triptych.charts.plot_layout import PLOT_HEIGHT, PlotLayout, format_bar_value, iter_bars, locate_value
from triptych.charts.styles import get_waterfall_bar_style
from triptych.data.data_file import DataError, DataFile, set_error_attribute
from triptych.diagnostics import did_you_mean
from triptych.languages.labels import Labels, load_labels
from triptych.languages.numerals import format_number, format_signed
from triptych.model.charts import ChartData, sum_as_decimals
from triptych.model.nodes import Attr, Chart

_NATIVE_GAP_WIDTH = 40  # gap between native columns as a percentage of the column width
_CONNECTOR_SERIES = 3  # native series of connector lines, so that the connectors of a series never meet
_ROLE_LABELS = {"increase": ColourRole.RISE, "decrease": ColourRole.FALL, "total": ColourRole.TOTAL}
_FALSE_VALUES = frozenset(("", "0", "false", "no"))


class Waterfall(Bar):
    """A chart whose bars start where the preceding bar ends, except for totals, which start at zero."""

    name = "waterfall"
    options = frozenset(("date-format", "totals", "y-title", "highlight", "callout"))
    guide_entry = TypeGuideEntry(
        use="Show the increases and decreases between two totals.",
        data="A column of names and a column of changes. Rows of totals may leave the value empty.",
        example='type=waterfall data=budget.csv x=item y=amount totals=is_total unit="thousand euros"',
        alt_text="Bars of 120 last year and 121 this year: staff and rent add 24, two others take 23 away.",
    )
    allows_repeated_positions = True

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        return _fill_totals(read_columns(file, attr, options), attr, file)

    def is_horizontal_by_default(self, data: ChartData) -> bool:
        return False

    def add_missing_categories(self, chart: Chart) -> Chart:
        return chart

    def iter_axis_values(self, chart: Chart) -> Iterator[float]:
        return (end for step in chart.data.waterfall_spans if step is not None for end in step)

    def compute_spans(self, chart: Chart, data: ChartData) -> list[list[ValueSpan | None]]:
        return [list(data.waterfall_spans)]

    def is_change(self, data: ChartData, index: int) -> bool:
        return index not in data.total_indices

    def has_values_below_axis(self, chart: Chart, data: ChartData) -> bool:
        """Return whether the value label of a decrease is at the bottom of the plot."""
        lowest, highest = min(self.iter_axis_values(chart)), max(self.iter_axis_values(chart))
        falls = [step[1] for step in data.waterfall_spans if step is not None and step[1] < step[0]]
        return bool(falls) and min(falls) - lowest < (highest - lowest) * LINE_HEIGHT / PLOT_HEIGHT

    def iter_boxes(self, layout: PlotLayout, ruler: TextRuler) -> Iterator[Box]:
        yield from super().iter_boxes(layout, ruler)
        for left, y, right in _iter_connectors(layout):
            yield left, y - 1, right, y + 1

    def draw_marks(self, painter: PlotPainter) -> None:
        plan, canvas = painter.layout, painter.canvas
        for left, y, right in _iter_connectors(plan):
            points = [(painter.left + right, painter.top + y), (painter.left + left, painter.top + y)]
            canvas.draw_line(points, canvas.theme.colours.muted, 0.5)
        for _, index, (start, end), box in iter_bars(plan):
            style = get_waterfall_bar_style(plan.chart, canvas.theme, index)
            painter.draw_box(box, style)
            if plan.has_value_labels:
                x, y = painter.locate_category(index), painter.locate_value(end)
                words = format_bar_value(plan.chart, plan.data, 0, index)
                bold = bool(plan.chart.highlight) and not style.is_receding
                canvas.draw_text((x, y + (5.5 if end < start else -5.5)), words, anchor="center", bold=bold)

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        """Return a native chart with stacked columns on an invisible base series, and connector lines."""
        marks = [series.mark for series in self.list_native_series(chart)]
        lines = marks.count(SeriesMark.CONNECTOR) + marks.count(SeriesMark.VALUE_LABELS)
        return NativeChartType("COLUMN_STACKED", line_count=lines, gap_width=_NATIVE_GAP_WIDTH)

    def list_native_series(self, chart: Chart) -> list[NativeSeries]:
        """Return the invisible base series, the bars by role and sign, the connector lines and the bar ends.

        The bar ends are an invisible line with the value labels.
        """
        (changes,) = chart.data.series
        labels, steps = load_labels(chart.language), chart.data.waterfall_spans
        roles = [
            ColourRole.TOTAL
            if index in chart.data.total_indices
            else ColourRole.RISE
            if (value or 0.0) >= 0
            else ColourRole.FALL
            for index, value in enumerate(changes.values)
        ]
        feet = [max(min(step), 0.0) + min(max(step), 0.0) if step else None for step in steps]
        entries = [("", feet, SeriesMark.HIDDEN, ColourRole.TOTAL)]
        for above in (True, False):
            for name, role in _ROLE_LABELS.items():
                values = [
                    _measure_bar_part(step, above_zero=above) if step and roles[index] is role else None
                    for index, step in enumerate(steps)
                ]
                if any(values) or (above and role in roles):
                    entries.append((labels[name] + ("" if above else " < 0"), values, SeriesMark.BAR, role))
        for number, values in enumerate(_list_connector_values(chart), 1):
            entries.append((f"– {number}", values, SeriesMark.CONNECTOR, ColourRole.TOTAL))
        end_values = [step[1] if step else None for step in steps]
        entries.append((changes.label, end_values, SeriesMark.VALUE_LABELS, ColourRole.TOTAL))
        return [
            NativeSeries(replace(changes, label=name, values=tuple(values)), mark, role)
            for name, values, mark, role in entries
        ]

    def describe(self, chart: Chart, category_labels: Sequence[str], labels: Labels) -> Iterator[str]:
        (series,) = chart.data.series
        for index, (name, value) in enumerate(zip(category_labels, series.values, strict=True)):
            if value is not None:
                write = format_number if index in chart.data.total_indices else format_signed
                yield labels.titled(name, write(value, series.label_decimals, chart.language))


def _iter_connectors(layout: PlotLayout) -> Iterator[tuple[float, float, float]]:
    """Yield the left end, the y position and the right end of the line from each bar to the next."""
    for (_, _, span, before), (_, _, _, after) in pairwise(iter_bars(layout)):
        yield before[0], locate_value(layout, span[1]), after[2]


def _fill_totals(data: ChartData, attr: Attr, file: DataFile) -> ChartData:
    """Compute missing totals. Raise ``DataError`` CHT001 if a total is not the sum of the changes."""
    if len(data.series) != 1:
        message = f"a waterfall chart plots only one column, but `y=` lists {len(data.series)}"
        raise DataError("CHT001", message, "name the column of changes in `y=`", "y")
    totals = _find_totals(data, attr, file)
    series = data.series[0]
    values, places = list(series.values), list(series.decimal_places)
    level, slack = 0.0, 0.0
    for index, value in enumerate(values):
        slack += 0.5 * float(10.0 ** -places[index])
        if index not in totals:
            level = sum_as_decimals((level, value or 0.0))
            continue
        if value is None:
            values[index], places[index] = level, max(places)
        elif index and any(series.values[:index]) and abs(value - level) > slack + 1e-9:
            computed, stated = format_number(level, max(places)), format_number(value, places[index])
            message = (
                f'the total "{data.categories[index]}" is {stated}, but the changes add up to {computed}'
            )
            hint = "correct the amounts, or leave the total blank to have it calculated"
            raise DataError("CHT001", message, hint, "y")
        level, slack = values[index] or 0.0, 0.5 * float(10.0 ** -places[index])
    return replace(
        data,
        series=(replace(series, values=tuple(values), decimal_places=tuple(places)),),
        total_indices=tuple(sorted(totals)),
    )


def _find_totals(data: ChartData, attr: Attr, file: DataFile) -> frozenset[int]:
    """Return the row indices of the totals.

    ``totals=`` is either a list of the totals' names or a column that marks them.
    """
    named_totals = split_items(attr, "totals")
    if len(named_totals) == 1 and named_totals[0] in file.columns and named_totals[0] not in data.categories:
        with set_error_attribute("totals"):
            flags = file.get_column(named_totals[0])
        return frozenset(
            index for index, cell in enumerate(flags) if cell.strip().lower() not in _FALSE_VALUES
        )
    for name in named_totals:
        if name not in data.categories:
            hint = did_you_mean(name, data.categories)
            hint = (
                hint
                or f'set `totals=` to values of column "{attr.get("x")}", or to a column that marks totals'
            )
            raise DataError("CHT001", f'`totals=` names "{name}", which is not in the chart', hint, "totals")
    return frozenset(index for index, name in enumerate(data.categories) if name in named_totals)


def _measure_bar_part(span: tuple[float, float], *, above_zero: bool) -> float | None:
    """Return the length of the part of a bar above zero, or None if no part of it is above zero.

    If ``above_zero`` is false, do the same for the part below zero; this length is negative.
    """
    low, high = sorted(span)
    limits = (max(high, 0.0), max(low, 0.0)) if above_zero else (min(low, 0.0), min(high, 0.0))
    return sum_as_decimals((limits[0], -limits[1])) or None


def _list_connector_values(chart: Chart) -> list[list[float | None]]:
    """Return the values of connector lines: each bar's end, at the bar's category and the next one.

    Successive connectors are in different series, so that they are not joined.
    """
    steps = chart.data.waterfall_spans
    present_indices = [index for index, step in enumerate(steps) if step is not None]
    connectors: list[list[float | None]] = [
        [None] * len(steps) for _ in range(min(_CONNECTOR_SERIES, max(len(present_indices) - 1, 0)))
    ]
    for position, (index, after) in enumerate(pairwise(present_indices)):
        connector, step = connectors[position % _CONNECTOR_SERIES], steps[index]
        if step is not None and after == index + 1:
            connector[index] = connector[after] = step[1]
    return connectors
