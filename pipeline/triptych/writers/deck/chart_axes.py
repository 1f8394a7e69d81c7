"""The axes of native charts: quiet lines, labels that do not touch, bars from zero."""

from __future__ import annotations

import math
from typing import Any

from pptx.enum.chart import XL_TICK_LABEL_POSITION, XL_TICK_MARK
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml.ns import qn
from pptx.util import Pt

from triptych.model.nodes import Chart, ChartKind
from triptych.theme import Theme
from triptych.writers.deck.chart_labels import LABEL_SIZE, labels_bars, quiet
from triptych.writers.deck.metrics import typeface
from triptych.writers.deck.text import child, cleaned

VALUE_LABELS_WIDTH = 70.0  # points, about what the value axis takes from the plot
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)
_ROTATION_BY_PROGRAM = "-60000000"  # what PowerPoint writes for "automatic"


def style_axes(native: Any, chart: Chart, theme: Theme, width: float, *, on_numbers: bool) -> None:
    """Style both axes of a chart ``width`` points wide; ``on_numbers`` where both show numbers."""
    category, value = native.category_axis, native.value_axis
    for axis in (category, value):
        axis.major_tick_mark = XL_TICK_MARK.NONE
        axis.tick_labels.font.size = Pt(LABEL_SIZE)
        quiet(axis.tick_labels.font)
        axis.format.line.color.theme_color = MSO_THEME_COLOR.TEXT_1
        axis.format.line.color.brightness = 0.5
    category.has_major_gridlines = False
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    _style_value_axis(value, chart)
    if on_numbers:
        _style_number_axis(category, chart)
    else:
        _space_labels(category, chart, theme, width)
    if chart.horizontal and chart.kind is ChartKind.BAR:
        category.reverse_order = True  # the first category on top
        value._element.find(qn("c:crosses")).set("val", "max")


def label_interval(labels: tuple[str, ...], width: float, theme: Theme) -> int:
    """Every how many categories a label stands, so that labels of ``LABEL_SIZE`` do not touch."""
    face = typeface(theme, theme.sans)
    widest = max(face.width(label) for label in labels) * LABEL_SIZE + LABEL_SIZE
    least = math.ceil(widest * len(labels) / width)
    return next((step for step in _STEPS if step >= least), least)


def _style_value_axis(axis: Any, chart: Chart) -> None:
    numbers = [value for series in chart.data.series for value in series.values if value is not None]
    axis.format.line.fill.background()
    largest = max(map(abs, numbers), default=0)
    axis.tick_labels.number_format = "#,##0" if largest >= 1000 else "General"
    axis.tick_labels.number_format_is_linked = False
    if chart.kind in {ChartKind.BAR, ChartKind.AREA}:
        if min(numbers, default=0) >= 0:
            axis.minimum_scale = 0
        elif max(numbers) <= 0:
            axis.maximum_scale = 0
    axis.has_major_gridlines = not labels_bars(chart)
    if labels_bars(chart):
        axis.visible = False
        return
    line = axis.major_gridlines.format.line
    line.color.theme_color = MSO_THEME_COLOR.TEXT_1
    line.color.brightness = 0.85
    line.width = Pt(0.75)


def _style_number_axis(axis: Any, chart: Chart) -> None:
    positions = chart.data.positions or (1, len(chart.data.categories))
    whole = all(float(position).is_integer() for position in positions)
    axis.tick_labels.number_format = "0" if whole else "General"
    axis.tick_labels.number_format_is_linked = False
    if chart.kind is ChartKind.LINE:
        axis.minimum_scale, axis.maximum_scale = min(positions), max(positions)
    elif chart.data.category_title:
        axis.has_title = True
        axis.axis_title.text_frame.text = cleaned(chart.data.category_title)
        font = axis.axis_title.text_frame.paragraphs[0].runs[0].font
        font.size, font.bold = Pt(LABEL_SIZE), False
        quiet(font)


def _space_labels(axis: Any, chart: Chart, theme: Theme, width: float) -> None:
    """Leave out labels of numeric categories that would touch; words keep theirs and are wrapped."""
    properties = axis._element.find(qn("c:txPr")).find(qn("a:bodyPr"))
    if chart.data.positions is None:
        properties.set("rot", "0")
        return
    properties.set("rot", _ROTATION_BY_PROGRAM)
    if chart.horizontal and chart.kind is ChartKind.BAR:
        return
    interval = label_interval(chart.data.categories, width - VALUE_LABELS_WIDTH, theme)
    if interval > 1:
        offset = axis._element.find(qn("c:lblOffset"))
        for tag in ("c:tickMarkSkip", "c:tickLblSkip"):
            offset.addnext(child(axis._element, tag, val=str(interval)))
