"""Style the lines, bars, areas, points and slices of native charts with the theme's series colours.

If there are highlights, all other series and points are grey.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from triptych.charts.chart_types import ColourRole, SeriesMark, get_chart_type, get_plot_chart_type
from triptych.charts.kinds.pies import HOLE_FRACTION
from triptych.charts.plot_layout import format_bar_value
from triptych.charts.styles import find_colour_index
from triptych.charts.totals import list_totals
from triptych.model.charts import Series
from triptych.model.nodes import Chart
from triptych.ooxml.xml import qn
from triptych.theme.colours import (
    ENHANCED_CONTRAST,
    MIN_LIGHTNESS_CONTRAST,
    compute_contrast_ratio,
)
from triptych.writers.deck.drawing.charts.context import ChartContext, choose_gap_width
from triptych.writers.deck.drawing.charts.number_formats import find_format_code
from triptych.writers.deck.drawing.charts.point_labels import label_point, write_fixed_label
from triptych.writers.deck.drawing.text import (
    add_child,
    add_colour,
    get_or_add_child,
    remove_children,
    remove_forbidden_characters,
)
from triptych.writers.deck.pptx.exports import (
    MSO_LINE_DASH_STYLE,
    MSO_PATTERN_TYPE,
    XL_CHART_TYPE,
    XL_LABEL_POSITION,
    XL_MARKER_STYLE,
    NativeChart,
    Pt,
)
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.template.palette import ACCENTS, Palette, Tint, set_fill, set_line, set_tint

MAX_MARKED_POINTS = 24

_LINE_CHARTS = (XL_CHART_TYPE.LINE, XL_CHART_TYPE.LINE_MARKERS)
_TREND_LINE_WIDTH = "25400"  # 2 points in EMU
_MEDIAN_MARKER_SIZE = 16  # marker size in points on the median line
_AREA_OPACITY = "20000"  # opacity of areas in thousandths of a percent


def style_series(
    native: NativeChart, chart: Chart, context: ChartContext, *, shows_values: bool, gap_width: int | None
) -> None:
    """Style all series of a chart with axes, and label its bars if ``shows_values`` is true."""
    plot, kind = native.plots[0], get_plot_chart_type(chart)
    native_series = (series for plot in native.plots for series in plot.series)
    for series, native_data in zip(native_series, kind.list_native_series(chart), strict=False):
        column, mark, data, labels, *_ = native_data
        if isinstance(data, ColourRole):
            _style_series_by_role(series, column, mark, data, chart, context)
            continue
        if mark is SeriesMark.HIDDEN:
            series.format.fill.background()
            _write_labels(series, labels, context, XL_LABEL_POSITION.INSIDE_BASE)
            continue
        mark_style = get_legend_style(chart, context, data)
        if mark in (SeriesMark.BOX, SeriesMark.TICK):
            series.format.line.fill.background()
            series.marker.style = XL_MARKER_STYLE.NONE if mark is SeriesMark.BOX else XL_MARKER_STYLE.DASH
            if mark is SeriesMark.TICK:
                series.marker.size = _MEDIAN_MARKER_SIZE
                set_fill(series.marker.format, mark_style.tint)
                series.marker.format.line.fill.background()
            continue
        if mark is SeriesMark.LINE:
            style_line(series, mark_style, data, context)
            set_line_width(series, mark_style, chart)
        elif mark is SeriesMark.DOTS:
            series.format.line.fill.background()
            style_marker(series.marker, mark_style, 9, context)
        else:
            fill_area(series.format, mark_style, context)
            is_apart = chart.stacked or mark is SeriesMark.BUBBLE
            if is_apart and mark_style.pattern is None and not mark_style.needs_outline:
                add_separating_outline(series.format, context)
            if mark in (SeriesMark.BAR, SeriesMark.BUBBLE):
                # Otherwise some programs draw negative bars upwards, or without their colour.
                series.invert_if_negative = False
            elif not chart.stacked and len(chart.data.series) > 1:
                _make_fill_translucent(series, mark_style)
        _style_single_points(series, chart, data, context, mark)
        _write_labels(series, labels, context, XL_LABEL_POSITION.CENTER, mark_style.tint)
    if chart.trend_title:
        _add_trend_lines(plot, chart, context)
    if chart.has_totals:
        _label_totals(native, chart, context)
    if kind.has_slots and native.chart_type not in _LINE_CHARTS:
        is_single = len(chart.data.series) - chart.data.line_count == 1 or chart.stacked
        plot.gap_width = gap_width or (choose_gap_width(chart) if is_single else 70)
        plot.overlap = 100 if chart.stacked or gap_width else -5
        if shows_values:
            _label_bars(native, chart, context)
    elif chart.data.bin_edges:
        plot.gap_width = 0
        line = plot.series[0].format.line
        set_tint(line.color, context.palette.background_tint)
        line.width = Pt(1)


def _add_trend_lines(plot: Any, chart: Chart, context: ChartContext) -> None:
    """Add a linear trend line to each series (21.2.2.211). The office program computes it."""
    for series, data in zip(plot.series, chart.data.series, strict=False):
        element = get_element(series)
        line = add_child(element, "c:trendline")
        add_child(line, "c:name").text = remove_forbidden_characters(chart.trend_title)
        outline = add_child(add_child(line, "c:spPr"), "a:ln", w=_TREND_LINE_WIDTH)
        tint = get_legend_style(chart, context, data).tint
        add_colour(add_child(outline, "a:solidFill"), tint)
        add_child(line, "c:trendlineType", val="linear")
        for tag in ("c:dispRSqr", "c:dispEq"):
            add_child(line, tag, val="0")
        following = (element.find(qn(tag)) for tag in ("c:errBars", "c:xVal"))
        next(other for other in following if other is not None).addprevious(line)


def attach_band(native: NativeChart, areas: list[Any], chart: Chart, context: ChartContext) -> None:
    """Draw the areas of a band behind the lines, as a second plot on the same axes (21.2.2.3).

    Call this last, because it changes the order of the plots.
    """
    if not areas:
        return
    lines = get_element(native.plots[0])
    plot = add_child(lines.getparent(), "c:areaChart")
    add_child(plot, "c:grouping", val="stacked")
    add_child(plot, "c:varyColors", val="0")
    for series, is_visible in zip(areas, (False, True), strict=True):
        remove_children(series, "c:marker", "c:spPr", "c:smooth")
        properties = add_child(series, "c:spPr")
        if is_visible:
            fill = add_child(properties, "a:solidFill")
            add_colour(fill, get_legend_style(chart, context, chart.data.series[0]).tint)
            add_child(fill[0], "a:alpha", val=_AREA_OPACITY)
        else:
            add_child(properties, "a:noFill")
        add_child(add_child(properties, "a:ln"), "a:noFill")
        series.find(qn("c:cat")).addprevious(properties)
        plot.append(series)
    for axis in lines.findall(qn("c:axId")):
        add_child(plot, "c:axId", val=axis.get("val"))
    lines.addprevious(plot)


def convert_to_box_plot(
    native: NativeChart, chart: Chart, context: ChartContext, cluster_fraction: float
) -> None:
    """Convert a line chart to a stock chart (21.2.2.198), which serves as a box plot.

    Its up-down bars are the boxes and its high-low lines the whiskers. Call this last, because python-pptx
    does not support stock charts.
    """
    lines = get_element(native.plots[0])
    mark_style = get_legend_style(chart, context, chart.data.series[0])
    remove_children(lines, "c:grouping", "c:varyColors", "c:marker", "c:smooth")
    axis = lines.find(qn("c:axId"))
    whiskers, boxes = add_child(lines, "c:hiLowLines"), add_child(lines, "c:upDownBars")
    line = add_child(add_child(whiskers, "c:spPr"), "a:ln", w="12700")
    add_colour(add_child(line, "a:solidFill"), context.palette.muted_colour)
    add_child(boxes, "c:gapWidth", val=str(round(100 * (1 - cluster_fraction) / cluster_fraction)))
    for tag in ("c:upBars", "c:downBars"):
        body = add_child(add_child(boxes, tag), "c:spPr")
        add_colour(add_child(body, "a:solidFill"), context.palette.background_tint)
        add_colour(add_child(add_child(body, "a:ln", w="12700"), "a:solidFill"), mark_style.tint)
    axis.addprevious(whiskers)
    axis.addprevious(boxes)
    lines.tag = qn("c:stockChart")


def style_slices(native: NativeChart, chart: Chart, context: ChartContext) -> None:
    """Style the slices of a pie or doughnut chart."""
    plot = native.plots[0]
    plot.vary_by_categories = True
    for index in range(len(chart.data.categories)):
        point = plot.series[0].points[index]
        fill_area(point.format, get_mark_style(chart, context, chart.data.series[0], index), context)
        set_line(point.format, context.palette.background_tint, 1.5)
    if native.chart_type is XL_CHART_TYPE.DOUGHNUT:
        get_or_add_child(get_element(plot), "c:holeSize").set("val", str(round(100 * HOLE_FRACTION)))


def _style_series_by_role(
    series: Any, column: Series, mark: SeriesMark, role: ColourRole, chart: Chart, context: ChartContext
) -> None:
    """Style bars that share a colour role, their invisible base series, or their connector lines."""
    if mark is SeriesMark.HIDDEN:
        series.invert_if_negative = False
        series.format.fill.background()
    elif mark is SeriesMark.BAR:
        series.invert_if_negative = False
        fill_area(series.format, get_accent_style(role, context.palette), context)
        for index, value in enumerate(column.values):
            if value is not None and chart.is_pale(chart.data.series[0], index):
                grey = replace(get_grey_style(role, context.palette), pattern=None)  # as on the page
                _fill_point(series, index, grey, context)
    else:
        series.smooth = False
        series.marker.style = XL_MARKER_STYLE.NONE
        set_line(series.format, context.palette.muted_colour, 0.75)
        if mark is SeriesMark.VALUE_LABELS:
            series.format.line.fill.background()


def _label_bars(native: NativeChart, chart: Chart, context: ChartContext) -> None:
    """Label each bar with its value at the outer end; highlighted values are bold."""
    *_, last = get_chart_type(chart).list_native_series(chart)
    if last.labels:
        return
    if last.mark is SeriesMark.VALUE_LABELS:
        words = list(native.plots[1].series)[-1]
        for index, step in enumerate(chart.data.waterfall_spans):
            if step is not None:
                label_position = XL_LABEL_POSITION.BELOW if step[1] < step[0] else XL_LABEL_POSITION.ABOVE
                write_fixed_label(
                    words, index, (format_bar_value(chart, chart.data, 0, index),), context, label_position
                )
        return
    for number, (series, data) in enumerate(zip(native.plots[0].series, chart.data.series, strict=False)):
        known_values = [(index, value) for index, value in enumerate(data.values) if value is not None]
        words = [format_bar_value(chart, chart.data, number, index) for index, _ in known_values]
        code = (
            find_format_code([value for _, value in known_values], words, chart.language)
            if known_values
            else None
        )
        lit = [bool(chart.highlight) and not chart.is_pale(data, index) for index, _ in known_values]
        if code is not None:
            _show_values(series, code, context, XL_LABEL_POSITION.OUTSIDE_END)
        for (index, value), text, bold in zip(known_values, words, lit, strict=True):
            if code is None or bold:
                label_position = XL_LABEL_POSITION.OUTSIDE_END
                label_point(
                    series,
                    index,
                    (value, text),
                    context,
                    label_position,
                    context.palette.text_colour,
                    bold=bold,
                )


def _write_labels(
    series: Any,
    labels: Sequence[str],
    context: ChartContext,
    position: XL_LABEL_POSITION,
    tint: Tint | None = None,
) -> None:
    """Write the fixed labels of a series' points."""
    for index, text in enumerate(labels):
        if text:
            write_fixed_label(series, index, (text,), context, position, tint)


def _show_values(
    series: Any, code: str, context: ChartContext, position: XL_LABEL_POSITION, *, bold: bool = False
) -> None:
    """Label all points of a series with their values, in a number format."""
    labels = series.data_labels
    labels.number_format, labels.number_format_is_linked = code, False
    labels.position = position
    labels.font.size, labels.font.bold = Pt(context.size), bold
    set_tint(labels.font.color, context.palette.text_colour)
    labels.show_value = True


def _label_totals(native: NativeChart, chart: Chart, context: ChartContext) -> None:
    """Label the invisible series of totals: above its line, or at the base of its horizontal bars."""
    series = [series for plot in native.plots for series in plot.series][len(chart.data.series)]
    position = XL_LABEL_POSITION.INSIDE_BASE if chart.horizontal else XL_LABEL_POSITION.ABOVE
    totals = list_totals(chart, chart.data)
    code = find_format_code([value for _, value, _ in totals], [text for *_, text in totals], chart.language)
    if code is not None:
        _show_values(series, code, context, position, bold=True)
        return
    for index, _, text in totals:
        write_fixed_label(series, index, (text,), context, position, bold=True)


def _style_single_points(
    series: Any, chart: Chart, data: Series, context: ChartContext, mark: SeriesMark
) -> None:
    """Style bars and dots that differ from their series (``c:dPt``, ECMA-376 Part 1, 21.2.2.52)."""
    series_style = get_legend_style(chart, context, data)
    if mark is SeriesMark.BAND:
        return
    for index, value in enumerate(data.values):
        mark_style = get_mark_style(chart, context, data, index)
        if value is None or mark_style == series_style:
            continue
        point = series.points[index]
        if mark in (SeriesMark.LINE, SeriesMark.DOTS):
            style_marker(point.marker, mark_style, 11 if mark is SeriesMark.LINE else 9, context)
            if mark is SeriesMark.LINE:
                set_fill(point.format, mark_style.tint)  # some programs use this as the marker colour
        else:
            _fill_point(series, index, mark_style, context)


def _fill_point(series: Any, index: int, mark_style: MarkStyle, context: ChartContext) -> None:
    """Fill a bar that differs from its series; a negative one is filled in the same way."""
    fill_area(series.points[index].format, mark_style, context)
    for data_point in get_element(series).findall(qn("c:dPt")):
        place = data_point.find(qn("c:idx"))
        if place.get("val") == str(index) and data_point.find(qn("c:invertIfNegative")) is None:
            place.addnext(add_child(data_point, "c:invertIfNegative", val="0"))


def add_separating_outline(format_: Any, context: ChartContext) -> None:
    """Add an outline in the background colour, so that adjacent areas are distinct even in greyscale."""
    set_line(format_, context.palette.background_tint, 1.25)


def fill_area(format_: Any, mark_style: MarkStyle, context: ChartContext) -> None:
    """Fill an area with a colour, or with a pattern if all theme colours are in use."""
    if mark_style.pattern is None:
        set_fill(format_, mark_style.tint)
        if mark_style.needs_outline or mark_style.is_grey:
            set_line(
                format_,
                context.palette.text_colour if mark_style.needs_outline else context.palette.background_tint,
                0.75,
            )
        return
    format_.fill.patterned()
    format_.fill.pattern = mark_style.pattern
    set_tint(format_.fill.fore_color, mark_style.tint)
    set_tint(format_.fill.back_color, context.palette.background_tint)
    set_line(format_, mark_style.tint, 0.75)


def _make_fill_translucent(series: Any, mark_style: MarkStyle) -> None:
    """Make the areas of a series translucent, so that the areas behind them remain visible."""
    properties = get_element(series).find(qn("c:spPr"))
    fill = properties.find(f"{qn('a:solidFill')}/{qn('a:schemeClr')}")
    if fill is not None:
        add_child(fill, "a:alpha", val=_AREA_OPACITY)
    set_line(series.format, mark_style.tint, 2.5)


def set_line_width(series: Any, mark_style: MarkStyle, chart: Chart) -> None:
    """Set the line width of a series; highlighted lines are thicker."""
    series.format.line.width = Pt(2.5 if not chart.highlight else 1.75 if mark_style.is_grey else 3.5)


def style_line(series: Any, mark_style: MarkStyle, data: Series, context: ChartContext) -> None:
    """Style a line and its markers. Lines are dashed if all theme colours are in use."""
    series.smooth = False
    set_tint(series.format.line.color, mark_style.tint)
    if mark_style.dash is not None:
        series.format.line.dash_style = mark_style.dash
    if len(data.values) <= MAX_MARKED_POINTS or _has_isolated_point(data.values):
        style_marker(series.marker, mark_style, 7, context)
    else:
        series.marker.style = XL_MARKER_STYLE.NONE


def style_marker(marker: Any, mark_style: MarkStyle, size: int, context: ChartContext) -> None:
    """Style a marker. Markers are hollow if all theme colours are in use."""
    paper = context.palette.background_tint
    marker.style = mark_style.marker
    marker.size = size
    set_fill(marker.format, paper if mark_style.is_hollow else mark_style.tint)
    set_tint(marker.format.line.color, mark_style.tint if mark_style.is_hollow else paper)


def _has_isolated_point(values: tuple[float | None, ...]) -> bool:
    """Return whether a value has gaps on both sides; it then needs a marker to be visible."""
    padded = (None, *values, None)
    triples = zip(padded, padded[1:], padded[2:], strict=False)
    return any(value is not None and before is None and after is None for before, value, after in triples)


_MARKERS = (
    XL_MARKER_STYLE.CIRCLE,
    XL_MARKER_STYLE.SQUARE,
    XL_MARKER_STYLE.DIAMOND,
    XL_MARKER_STYLE.TRIANGLE,
    XL_MARKER_STYLE.CIRCLE,
    XL_MARKER_STYLE.SQUARE,
)
_DASHES = (None, MSO_LINE_DASH_STYLE.DASH, MSO_LINE_DASH_STYLE.ROUND_DOT, MSO_LINE_DASH_STYLE.LONG_DASH_DOT)
# Patterns with as much colour as background, so that pale colours are visible and patterns differ.
_PATTERNS = (
    None,
    MSO_PATTERN_TYPE.DARK_UPWARD_DIAGONAL,
    MSO_PATTERN_TYPE.NARROW_HORIZONTAL,
    MSO_PATTERN_TYPE.TRELLIS,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkStyle:
    """The style of a series or point.

    A line is solid if ``dash`` is None, a fill if ``pattern`` is None. ``is_grey`` is true if only other
    series or points are highlighted. ``needs_outline`` is true for a highlight whose colour has too little
    contrast with grey.
    """

    tint: Tint
    marker: XL_MARKER_STYLE
    dash: MSO_LINE_DASH_STYLE | None
    pattern: MSO_PATTERN_TYPE | None
    is_hollow: bool
    is_grey: bool = False
    needs_outline: bool = False


def get_mark_style(
    chart: Chart, context: ChartContext, series: Series, index: int | None = None
) -> MarkStyle:
    """Return the style of a series, or of its point at the category ``index``."""
    palette = context.palette
    series_index = chart.data.labels.index(series.label)
    if chart.data.is_whole and index is not None:
        series_index = index
    colour = find_colour_index(chart, series, index)
    quiet = replace(get_accent_style(0, palette), tint=palette.greys[0])
    mark_style = quiet if colour is None else get_accent_style(colour, palette)
    if not chart.highlight:
        return mark_style
    receding_style = get_grey_style(series_index, palette)
    if not chart.is_pale(series, index):
        is_similar = (
            compute_contrast_ratio(
                palette.get_colour(mark_style.tint), palette.get_colour(receding_style.tint)
            )
            < MIN_LIGHTNESS_CONTRAST
        )
        return replace(mark_style, needs_outline=is_similar)
    return replace(receding_style, pattern=None) if chart.data.is_whole else receding_style


def get_grey_style(index: int, palette: Palette) -> MarkStyle:
    """Return the grey style of a series that is not highlighted.

    ``index`` selects the shade and the pattern.
    """
    greys = palette.greys
    pattern = _PATTERNS[index // len(greys) % len(_PATTERNS)]
    return replace(
        get_accent_style(index, palette), tint=greys[index % len(greys)], pattern=pattern, is_grey=True
    )


def get_accent_style(index: int, palette: Palette) -> MarkStyle:
    """Return the style of a series in a theme colour. ``index`` selects colour, marker, dash and pattern."""
    cycle = index // len(ACCENTS) % len(_DASHES)
    return MarkStyle(
        tint=palette.accents[index % len(ACCENTS)],
        marker=_MARKERS[index % len(_MARKERS)],
        dash=_DASHES[cycle],
        pattern=_PATTERNS[cycle],
        is_hollow=cycle > 0,
    )


def get_legend_style(chart: Chart, context: ChartContext, series: Series) -> MarkStyle:
    """Return the style of a series in the legend.

    If categories are highlighted, this is the style of a highlighted value.
    """
    lit = [i for i, name in enumerate(chart.data.categories) if name in chart.highlight]
    legend = len(chart.data.labels) > 1 and not get_chart_type(chart).connects_values
    return get_mark_style(chart, context, series, lit[0] if lit and legend else None)


def get_label_tint(chart: Chart, context: ChartContext, series: Series) -> Tint:
    """Return the colour of a series' labels: the series colour with enough contrast for text."""
    mark_style = get_mark_style(chart, context, series)
    if mark_style.is_grey or mark_style.tint.slot not in ACCENTS:
        return context.palette.muted_colour
    palette = context.palette
    min_contrast = palette.text_contrast
    if palette.is_dark:
        # Saturated colours need more contrast there to be as legible as on a light background.
        half_contrast = palette.measure_contrast(palette.text_colour) / 2
        min_contrast = max(min_contrast, min(ENHANCED_CONTRAST, half_contrast))
    return palette.make_visible_tint(mark_style.tint.slot, min_contrast)


def find_last_value_index(series: Series) -> int:
    """Return the index of the last value of a series that is not None, or -1 if all values are None."""
    return max((index for index, value in enumerate(series.values) if value is not None), default=-1)
