"""Draw slope charts: native lines between two categories, with the name and value at both ends."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from triptych.charts.axes import ValueAxis, format_amount, make_linear_axis
from triptych.charts.labels import spread_labels, wrap_label
from triptych.model.nodes import Chart
from triptych.ooxml.xml import qn
from triptych.writers.deck.drawing.charts.axes import set_cross_between_categories
from triptych.writers.deck.drawing.charts.context import ChartContext
from triptych.writers.deck.drawing.charts.layout import add_chart_title, set_manual_layout
from triptych.writers.deck.drawing.charts.point_labels import LEADING, label_point
from triptych.writers.deck.drawing.charts.series import (
    get_label_tint,
    get_mark_style,
    set_line_width,
    style_line,
)
from triptych.writers.deck.pptx.exports import (
    XL_LABEL_POSITION,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
    NativeChart,
    Pt,
)
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.template.palette import set_line, set_tint

_NAMES_HEIGHT = 26.0  # points at the normal text size; height of the category names
_BOTTOM_MARGIN = 8.0
_LABEL_DISTANCE = 12.0  # points; distance from a dot to its label
_RANGE_MARGIN = 0.05  # free space above and below the values, as a fraction of their range
_MIN_PLOT_FRACTION = 0.4  # minimum fraction of the width for a plot between large labels
_MAX_LABEL_FRACTION = 0.36  # maximum fraction of the width for the labels of one side


def has_space_for_slopes(chart: Chart, context: ChartContext) -> bool:
    """Return whether the labels of both sides fit below each other, and the plot between them is wide."""
    sides = [_wrap_side_labels(chart, side, context) for side in (0, 1)]
    lines = [[line for name in words for line in name] for words in sides]
    width = sum(max(map(context.measure_text_width, side)) + _LABEL_DISTANCE for side in lines)
    height = max(map(len, lines)) * LEADING * context.size + _measure_header(chart, context)
    return height <= context.height and context.width - width >= _MIN_PLOT_FRACTION * context.width


def style_slopes(native: NativeChart, chart: Chart, context: ChartContext) -> None:
    """Style the lines, and place the labels on each side so that they do not overlap."""
    native.has_legend = False
    add_chart_title(native, (("", chart.value_axis_title),), context)
    top = _measure_header(chart, context)
    height = context.height - top - _BOTTOM_MARGIN
    low, high = min(chart.data.numbers), max(chart.data.numbers)
    scale = make_linear_axis(low, high, round_limits=False)
    margin = (scale.high - scale.low) * _RANGE_MARGIN
    scale = replace(scale, low=float(f"{scale.low - margin:.6g}"), high=float(f"{scale.high + margin:.6g}"))
    lines = native.plots[0].series
    for series, data in zip(lines, chart.data.series, strict=True):
        mark_style = get_mark_style(chart, context, data)
        style_line(series, mark_style, data, context)
        set_line_width(series, mark_style, chart)
    sides = [_wrap_side_labels(chart, side, context) for side in (0, 1)]
    for side, words in enumerate(sides):
        _label_side(lines, chart, side, words, scale, height, context)
    _style_axes(native, context, scale)
    wide = [
        max(map(context.measure_text_width, (line for name in words for line in name))) + _LABEL_DISTANCE
        for words in sides
    ]
    set_manual_layout(
        get_element(native).find(f"{qn('c:chart')}/{qn('c:plotArea')}"),
        inner=True,
        x=wide[0] / context.width,
        y=top / context.height,
        w=(context.width - sum(wide)) / context.width,
        h=height / context.height,
    )


def _measure_header(chart: Chart, context: ChartContext) -> float:
    """Return the height of the unit and the category names above the plot, in points."""
    return (context.header_height if chart.value_axis_title else 0.0) + context.scale(_NAMES_HEIGHT)


def _wrap_side_labels(chart: Chart, side: int, context: ChartContext) -> list[list[str]]:
    has_several_series = len(chart.data.series) > 1
    texts = (
        f"{series.label if has_several_series else ''} "
        f"{format_amount(chart, series.values[side] or 0.0, series.label_decimals)}".strip()
        for series in chart.data.series
    )
    return [
        wrap_label(text, context.width * _MAX_LABEL_FRACTION, context.measure_text_width) for text in texts
    ]


def _label_side(
    lines: Any,
    chart: Chart,
    side: int,
    labels: list[list[str]],
    scale: ValueAxis,
    height: float,
    context: ChartContext,
) -> None:
    line = LEADING * context.size
    targets = [(1 - scale.get_fraction(series.values[side] or 0.0)) * height for series in chart.data.series]
    sizes = [line * len(name) for name in labels]
    centres = spread_labels(targets, sizes, -line / 2, height + line / 2)
    label_position = XL_LABEL_POSITION.RIGHT if side else XL_LABEL_POSITION.LEFT
    for index, (series, data, name) in enumerate(zip(lines, chart.data.series, labels, strict=True)):
        box = None
        if len(name) > 1:
            box = max(map(context.measure_text_width, name)) + context.size, sizes[index] + context.size / 2
        value = data.values[side] or 0.0
        label_point(
            series,
            side,
            (value, format_amount(chart, value, data.label_decimals)),
            context,
            label_position,
            get_label_tint(chart, context, data),
            name=data.label if len(labels) > 1 else "",
            bold=bool(chart.highlight) and not chart.is_pale(data),
            offset=(0.0, centres[index] - targets[index]),
            box=box,
        )


def _style_axes(native: NativeChart, context: ChartContext, scale: ValueAxis) -> None:
    """Place the category names above the plot, with a vertical line at each, and hide the value axis."""
    places, values = native.category_axis, native.value_axis
    values.minimum_scale, values.maximum_scale = scale.low, scale.high
    values.has_major_gridlines = values.visible = False
    set_cross_between_categories(values)
    places.tick_label_position = XL_TICK_LABEL_POSITION.HIGH
    places.major_tick_mark = XL_TICK_MARK.NONE
    places.tick_labels.font.size, places.tick_labels.font.bold = Pt(context.size), True
    set_tint(places.tick_labels.font.color, context.palette.text_colour)
    places.format.line.fill.background()
    places.has_major_gridlines = True
    set_line(places.major_gridlines.format, context.palette.blend_text_colour(0.6), 1)
