"""The lines, bars, areas, points and slices of native charts, in the theme's series colours.

Beyond the theme's colours series are told apart as in the drawing: by dashes, hollow markers and patterns.
"""

from __future__ import annotations

from typing import Any

from triptych.model.charts import Series
from triptych.model.nodes import Chart
from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.charts.extent import gap_width
from triptych.writers.deck.drawing.charts.labels import (
    label_values,
    labels_bars,
    number_format,
    slice_format,
)
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.text import child
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import (
    MSO_LINE_DASH_STYLE,
    MSO_PATTERN_TYPE,
    XL_MARKER_STYLE,
    NativeChart,
    Pt,
)
from triptych.writers.deck.template.palette import ACCENTS, Tint, paint

MOST_MARKED_POINTS = 24
HOLE = 56  # of a ring, in percent of its radius

_MARKERS = (
    XL_MARKER_STYLE.CIRCLE,
    XL_MARKER_STYLE.SQUARE,
    XL_MARKER_STYLE.DIAMOND,
    XL_MARKER_STYLE.TRIANGLE,
    XL_MARKER_STYLE.CIRCLE,
    XL_MARKER_STYLE.SQUARE,
)
_DASHES = (
    None,
    MSO_LINE_DASH_STYLE.DASH,
    MSO_LINE_DASH_STYLE.ROUND_DOT,
    MSO_LINE_DASH_STYLE.LONG_DASH_DOT,
)
_PATTERNS = (
    None,
    MSO_PATTERN_TYPE.WIDE_UPWARD_DIAGONAL,
    MSO_PATTERN_TYPE.PERCENT_20,
    MSO_PATTERN_TYPE.DIAGONAL_CROSS,
)
_LIGHT = "20000"  # thousandths of a percent of an area's ink, so that others are seen through it


def style_series(native: NativeChart, chart: Chart, setting: Setting) -> None:
    """Colour all series of a chart with axes, and label its bars where they are few."""
    plot = native.plots[0]
    for series, data in zip(plot.series, chart.data.series, strict=False):
        index = chart.data.labels.index(data.label)
        if chart.kind.traits.lines:
            style_line(series, index, data, setting)
        elif chart.kind.traits.on_numbers:
            series.format.line.fill.background()
            style_marker(series.marker, index, 9, setting)
        else:
            fill(series.format, index, setting)
            if chart.stacked and _turn(index) == 0:
                set_apart_from_neighbours(series.format, setting)
            if not chart.kind.traits.filled:
                # Without it some programs draw bars below zero upwards, or without their colour.
                series.invert_if_negative = False
            if chart.kind.traits.filled and not chart.stacked and len(chart.data.series) > 1:
                _lighten(series, index, setting)
    if chart.kind.traits.bars:
        plot.gap_width = gap_width(chart) if len(chart.data.series) == 1 or chart.stacked else 70
        plot.overlap = 100 if chart.stacked else -5
        if labels_bars(chart):
            label_values(plot, number_format(chart.data.series[0].decimals), setting)
    elif chart.kind.traits.binned:
        plot.gap_width = 0
        line = plot.series[0].format.line
        paint(line.color, setting.palette.paper)
        line.width = Pt(1)


def style_round(native: NativeChart, chart: Chart, setting: Setting) -> None:
    """Colour the slices and label each with its category and value: no legend is needed."""
    plot = native.plots[0]
    plot.vary_by_categories = True
    ring = chart.kind.traits.hole
    for index in range(len(chart.data.categories)):
        point = plot.series[0].points[index]
        fill(point.format, index, setting)
        paint(point.format.line.color, setting.palette.paper)
        point.format.line.width = Pt(1.5)
    label_values(plot, slice_format(chart), setting, outside=not ring)
    plot.data_labels.show_category_name = True
    labels = element_of(plot.data_labels)
    separator = child(labels, "c:separator")
    separator.text = "\n"
    labels.find(qn("c:showBubbleSize")).addnext(separator)
    if ring:
        hole = element_of(plot).find(qn("c:holeSize"))
        if hole is None:
            hole = child(element_of(plot), "c:holeSize")
        hole.set("val", str(HOLE))


def fill(look: Any, index: int, setting: Setting) -> None:
    """The colour of a series, with a pattern beyond the theme's colours."""
    colour, pattern = _accent(index, setting), _PATTERNS[_turn(index)]
    if pattern is None:
        look.fill.solid()
        paint(look.fill.fore_color, colour)
        return
    look.fill.patterned()
    look.fill.pattern = pattern
    paint(look.fill.fore_color, colour)
    paint(look.fill.back_color, setting.palette.paper)
    paint(look.line.color, colour)
    look.line.width = Pt(0.75)


def set_apart_from_neighbours(look: Any, setting: Setting) -> None:
    """A line of paper round a surface that others touch: seen in grey as in colour."""
    paint(look.line.color, setting.palette.paper)
    look.line.width = Pt(1.25)


def _lighten(series: Any, index: int, setting: Setting) -> None:
    """A light surface under a line, through which the others are seen."""
    properties = element_of(series).find(qn("c:spPr"))
    fill = properties.find(f"{qn('a:solidFill')}/{qn('a:schemeClr')}")
    if fill is not None:
        child(fill, "a:alpha", val=_LIGHT)
    paint(series.format.line.color, _accent(index, setting))
    series.format.line.width = Pt(2.5)


def style_line(series: Any, index: int, data: Series, setting: Setting) -> None:
    """The colour of a series, with dashes beyond the theme's colours, and its markers."""
    series.smooth = False
    series.format.line.width = Pt(2.5)
    paint(series.format.line.color, _accent(index, setting))
    if (dash := _DASHES[_turn(index)]) is not None:
        series.format.line.dash_style = dash
    if len(data.values) <= MOST_MARKED_POINTS or _has_isolated_point(data.values):
        style_marker(series.marker, index, 7, setting)
    else:
        series.marker.style = XL_MARKER_STYLE.NONE


def style_marker(marker: Any, index: int, size: int, setting: Setting) -> None:
    """A filled marker with a rim of paper, or a hollow one beyond the theme's colours."""
    colour, hollow = _accent(index, setting), _turn(index) > 0
    paper = setting.palette.paper
    marker.style = _MARKERS[index % len(_MARKERS)]
    marker.size = size
    marker.format.fill.solid()
    paint(marker.format.fill.fore_color, paper if hollow else colour)
    paint(marker.format.line.color, colour if hollow else paper)


def _accent(index: int, setting: Setting) -> Tint:
    return setting.palette.accents[index % len(ACCENTS)]


def _turn(index: int) -> int:
    """Which round of the colours a series is in."""
    return index // len(ACCENTS) % len(_DASHES)


def _has_isolated_point(values: tuple[float | None, ...]) -> bool:
    """Whether a value stands between gaps, where a line alone would not show it."""
    padded = (None, *values, None)
    triples = zip(padded, padded[1:], padded[2:], strict=False)
    return any(value is not None and before is None and after is None for before, value, after in triples)
