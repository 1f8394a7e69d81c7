"""Make the embedded workbooks of native charts, with the data, lines across gaps, and reference lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from triptych.charts.chart_types import PlotChartType, SeriesMark, get_chart_type
from triptych.charts.native import NativeChartType, get_axis_numbers
from triptych.charts.time_axis import find_added_breaks, format_category
from triptych.model.charts import Series, sum_as_decimals
from triptych.model.nodes import Chart
from triptych.ooxml.xml import qn
from triptych.writers.deck.drawing.charts.context import ChartContext
from triptych.writers.deck.drawing.charts.number_formats import make_number_format
from triptych.writers.deck.drawing.text import (
    add_child,
    add_colour,
    remove_children,
    remove_forbidden_characters,
)
from triptych.writers.deck.pptx.chart_data import CategoryData, Column, PointSeries, make_point_data
from triptych.writers.deck.pptx.exports import MSO_LINE_DASH_STYLE, XL_MARKER_STYLE, NativeChart
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.template.palette import set_line


def make_workbook(chart: Chart, form: NativeChartType, limits: tuple[float, float]) -> Any:
    """Return the workbook of a chart. ``limits`` are the limits of a numeric x axis."""
    return (
        _make_number_workbook(chart, limits)
        if form.has_numeric_axes
        else make_category_workbook(chart, has_date_axis=form.has_date_axis)
    )


def make_category_workbook(chart: Chart, *, has_date_axis: bool = False) -> Any:
    """Return a workbook with categories or dates, and a column per series and reference line."""
    data = CategoryData()
    data.category_title = get_category_header(chart)
    if has_date_axis:
        data.categories = chart.data.dates or ()
    else:
        names = (format_category(chart.data, i, chart.language) for i in range(len(chart.data.categories)))
        data.categories = [remove_forbidden_characters(name) for name in names]
    native_series = get_chart_type(chart).list_native_series(chart)
    visible = [native.mark is not SeriesMark.HIDDEN for native in native_series].index(True)
    for column, native in enumerate(native_series, 1):
        data.add_series(
            remove_forbidden_characters(native.series.label),
            native.series.values,
            native.number_format or make_number_format(max(native.series.decimal_places, default=0)),
        )
        if native.formula:
            data.formulas[column] = (native.formula, visible + 1)
    data.table_width = 1 + len(data)
    add_bridges(data, chart)
    for line in list_reference_lines(chart):
        data.add_series(remove_forbidden_characters(line.text), (line.value,) * len(chart.data.categories))
    for name, lengths in list_band(chart) or list_error_bars(chart):
        data.add_series(remove_forbidden_characters(name), lengths)
    return data


def get_category_header(chart: Chart) -> str:
    """Return the header of the categories or x values in the workbook."""
    return remove_forbidden_characters(chart.data.category_title or chart.data.category_name) or "–"


def _make_number_workbook(chart: Chart, limits: tuple[float, float]) -> Any:
    """Return a workbook with x values and a column per series, lines across gaps and reference lines."""
    data, rows = chart.data, list(get_axis_numbers(chart))
    count = len(rows)
    series_columns = [
        Column(
            remove_forbidden_characters(series.label),
            series.values,
            make_number_format(max(series.decimal_places, default=0)),
        )
        for series in data.series
    ]
    extra_columns = []
    lines: list[tuple[str, list[tuple[float, float | None]]]] = list(iter_bridge_points(chart))
    lines += [(line.text, [(end, line.value) for end in limits]) for line in list_reference_lines(chart)]
    for name, points in lines:
        cells = [*[None] * len(rows), *(y for _, y in points)]
        extra_columns.append(Column(remove_forbidden_characters(name), cells))
        rows += [x for x, _ in points]
    extra_columns += [
        Column(remove_forbidden_characters(name), lengths) for name, lengths in list_error_bars(chart)
    ]
    columns = [Column(get_category_header(chart), rows), *series_columns]
    size_column = None
    if data.extra_series and not data.range_title:
        (sizes,) = data.extra_series
        size_column = len(columns)
        columns.append(Column(remove_forbidden_characters(sizes.label), sizes.values))
    if data.x_values:
        names = [remove_forbidden_characters(name) for name in data.categories]
        columns.append(Column(remove_forbidden_characters(data.point_title), names))
    first_extra = len(columns)
    places = [*range(1, len(series_columns) + 1), *range(first_extra, first_extra + len(extra_columns))]
    point_series = [PointSeries(place, 0, place, size_column) for place in places]
    return make_point_data([*columns, *extra_columns], point_series, first_extra, count)


def list_error_bars(chart: Chart) -> list[tuple[str, list[float | None]]]:
    """Return the names and the lengths of error bars: those above the values, then those below."""
    if not chart.data.range_title or list_band(chart):
        return []
    (series,), (low, high) = chart.data.series, chart.data.extra_series
    return [
        (f"{high.label} − {series.label}", _subtract(high, series)),
        (f"{series.label} − {low.label}", _subtract(series, low)),
    ]


def list_band(chart: Chart) -> list[tuple[str, Sequence[float | None]]]:
    """Return the names and the values of the two areas of a band: an invisible one below it, and the band."""
    kind = get_chart_type(chart)
    if not isinstance(kind, PlotChartType) or not kind.has_band(chart):
        return []
    low, high = chart.data.extra_series
    return [(low.label, low.values), (f"{high.label} − {low.label}", _subtract(high, low))]


def detach_band(native: NativeChart, chart: Chart) -> list[Any]:
    """Remove the last two series of a native chart if they are the areas of a band, and return them."""
    if not list_band(chart):
        return []
    plot = get_element(native.plots[0])
    areas: list[Any] = plot.findall(qn("c:ser"))[-2:]
    for series in areas:
        plot.remove(series)
    return areas


def _subtract(first: Series, second: Series) -> list[float | None]:
    pairs = zip(first.values, second.values, strict=True)
    return [None if a is None or b is None else sum_as_decimals((a, -b)) for a, b in pairs]


def convert_to_error_bars(native: NativeChart, chart: Chart, context: ChartContext) -> None:
    """Convert the last two series of a native chart to error bars of the first (21.2.2.55).

    The error bars keep their references to the workbook. Call this before other changes of series.
    """
    if not list_error_bars(chart):
        return
    plot = get_element(native.plots[0])
    first, *_, above, below = plot.findall(qn("c:ser"))
    bars = add_child(first, "c:errBars")
    next(element for tag in ("c:cat", "c:xVal") for element in first.iterfind(qn(tag))).addprevious(bars)
    if plot.tag != qn("c:barChart"):
        add_child(bars, "c:errDir", val="y")
    for tag, text in (("c:errBarType", "both"), ("c:errValType", "cust"), ("c:noEndCap", "0")):
        add_child(bars, tag, val=text)
    for tag, series in (("c:plus", above), ("c:minus", below)):
        values = (
            series.find(qn("c:val")) if series.find(qn("c:val")) is not None else series.find(qn("c:yVal"))
        )
        add_child(bars, tag).append(values.find(qn("c:numRef")))
        plot.remove(series)
    line = add_child(add_child(bars, "c:spPr"), "a:ln", w="15875")
    add_colour(add_child(line, "a:solidFill"), context.palette.text_colour)


_BRIDGE_NAME = "…"
_BRIDGE_WIDTH = "19050"  # 1.5 points in EMU


def find_bridges(chart: Chart) -> tuple[tuple[Series, tuple[int, ...]], ...]:
    """Return each series with values on both sides of a break, and the indices of those breaks."""
    breaks = find_added_breaks(chart)
    gaps_of_series = (
        (series, tuple(i for i in breaks if None not in (series.values[i - 1], series.values[i + 1])))
        for series in chart.data.series
    )
    return tuple((series, gaps) for series, gaps in gaps_of_series if gaps)


def add_bridges(data: Any, chart: Chart) -> None:
    """Add a series of dotted lines, which join the values on both sides of each break, for each series."""
    for series, gaps in find_bridges(chart):
        end_values = {i: series.values[i] for gap in gaps for i in (gap - 1, gap + 1)}
        middles = {gap: ((end_values[gap - 1] or 0.0) + (end_values[gap + 1] or 0.0)) / 2 for gap in gaps}
        all_values = end_values | middles
        data.add_series(_BRIDGE_NAME, [all_values.get(i) for i in range(len(series.values))])


def iter_bridge_points(chart: Chart) -> Iterator[tuple[str, list[tuple[float, float | None]]]]:
    """Yield the name and points of each series of dotted lines across breaks, for a numeric axis.

    An empty point after each pair of points ends the line.
    """
    positions = get_axis_numbers(chart)
    for series, gaps in find_bridges(chart):
        points: list[tuple[float, float | None]] = []
        for gap in gaps:
            points += [(positions[i], series.values[i]) for i in (gap - 1, gap + 1)]
            points.append((positions[gap + 1], None))
        yield _BRIDGE_NAME, points


def style_bridges(native: NativeChart, chart: Chart) -> None:
    """Style the lines across breaks as dotted lines without markers, in the colour of their series."""
    native_series, series_count = list(native.plots[0].series), len(chart.data.series)
    for bridge, (series, _) in zip(native_series[series_count:], find_bridges(chart), strict=False):
        bridge.smooth = False
        bridge.marker.style = XL_MARKER_STYLE.NONE
        bridge.format.line.fill.background()  # this creates an a:ln, which is replaced below
        line = deepcopy(_get_line_properties(native_series[chart.data.series.index(series)]))
        line.set("w", _BRIDGE_WIDTH)
        remove_children(line, "a:prstDash")
        fill = line.find(qn("a:solidFill"))
        fill.addnext(add_child(line, "a:prstDash", val="sysDot"))
        old = _get_line_properties(bridge)
        old.getparent().replace(old, line)


def _get_line_properties(series: Any) -> Any:
    return get_element(series).find(f"{qn('c:spPr')}/{qn('a:ln')}")


@dataclass(frozen=True, slots=True)
class ReferenceLine:
    """A reference line at a value on the native value axis."""

    value: float
    text: str


def list_reference_lines(chart: Chart) -> tuple[ReferenceLine, ...]:
    """Return the reference lines to draw as series, with their values on the native value axis."""
    if chart.horizontal or chart.data.is_whole:
        return ()
    unit = 0.01 if chart.percent else 1.0
    return tuple(ReferenceLine(mark.value * unit, mark.text) for mark in chart.reference_lines)


def move_series_to_line_plot(native: NativeChart, count: int, *, has_numeric_axes: bool) -> None:
    """Move the last ``count`` series to a second plot on the same axes.

    The second plot is a scatter plot if ``has_numeric_axes`` is true, otherwise a line plot.
    """
    if not count:
        return
    area = get_element(native).find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    first = next(element for element in area if element.find(qn("c:ser")) is not None)
    plot = add_child(area, "c:scatterChart" if has_numeric_axes else "c:lineChart")
    if has_numeric_axes:
        add_child(plot, "c:scatterStyle", val="lineMarker")
    else:
        add_child(plot, "c:grouping", val="standard")
    add_child(plot, "c:varyColors", val="0")
    for series in first.findall(qn("c:ser"))[-count:]:
        remove_children(series, "c:invertIfNegative", "c:marker", "c:spPr", "c:smooth")
        add_child(series, "c:smooth", val="0")
        plot.append(series)
    if not has_numeric_axes:
        add_child(plot, "c:marker", val="1")
    for axis in first.findall(qn("c:axId")):
        add_child(plot, "c:axId", val=axis.get("val"))
    first.addnext(plot)


def style_reference_lines(
    native: NativeChart, lines: tuple[ReferenceLine, ...], context: ChartContext
) -> None:
    """Style the reference lines in the second plot as dashed lines."""
    for native_line in list(native.plots[1].series)[-len(lines) :] if lines else ():
        set_line(native_line.format, context.palette.text_colour, 1.25)
        native_line.format.line.dash_style = MSO_LINE_DASH_STYLE.DASH
        native_line.marker.style = XL_MARKER_STYLE.NONE
