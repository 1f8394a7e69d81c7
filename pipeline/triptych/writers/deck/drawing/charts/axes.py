"""The axes of native charts: quiet lines, labels that do not touch, lengths from zero."""

from __future__ import annotations

import math
from typing import Any

from triptych.media.charts.axes.amounts import amount
from triptych.media.charts.axes.scales import ValueScale
from triptych.media.charts.axes.times import category_name
from triptych.media.charts.axes.wrapping import longest_word
from triptych.model.charts import DatePart, Scale
from triptych.model.nodes import Chart
from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.charts.forms import Form, on_serial_days
from triptych.writers.deck.drawing.charts.labels import DATE_FORMATS, axis_format, labels_bars
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.charts.words.ends import names_margin
from triptych.writers.deck.drawing.text import child, cleaned
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import XL_TICK_LABEL_POSITION, XL_TICK_MARK, NativeChart, Pt
from triptych.writers.deck.template.palette import paint

VALUE_LABELS_WIDTH = 70.0  # points, about what the value axis takes from the plot
_STEPS = (1, 2, 5, 10, 20, 25, 50, 100)
_ROTATION_BY_PROGRAM = "-60000000"  # what PowerPoint writes for "automatic"
_ROTATION_OF_LONG_WORDS = "-2700000"  # 45 degrees, in their 60,000th parts
_BEYOND = 1.001
_LEAST_OF_LYING = 0.56  # of the width, for the plot of lying bars
_DAYS, _MONTHS = 1 / 366, 1 / 12  # of a year
_BASE_UNITS = {
    DatePart.YEAR: "years",
    DatePart.QUARTER: "months",
    DatePart.MONTH: "months",
    DatePart.DAY: "days",
}


def style_axes(
    native: NativeChart,
    chart: Chart,
    setting: Setting,
    form: Form,
    ends: ValueScale | None,
    across: tuple[float, float] | None,
) -> None:
    """Style both axes; ``ends`` fixes the value axis, ``across`` the other where it counts numbers."""
    category, value = native.category_axis, native.value_axis
    for axis in (category, value):
        axis.major_tick_mark = XL_TICK_MARK.NONE
        axis.tick_labels.font.size = Pt(setting.size)
        paint(axis.tick_labels.font.color, setting.palette.muted)
        paint(axis.format.line.color, setting.palette.quiet(0.5))
    category.has_major_gridlines = False
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if chart.kind.traits.in_order and chart.data.positions is not None and not form.on_numbers:
        _cross_at_categories(value)
    _style_value_axis(value, chart, setting, ends)
    if across is not None:
        _style_number_axis(category, chart, across)
    elif form.on_dates:
        _style_date_axis(category, chart, setting)
    else:
        _space_labels(category, chart, setting)
    if chart.data.category_title:
        _add_title(category, chart.data.category_title, setting)
    if chart.lying:
        category.reverse_order = True  # the first category on top
        element_of(value).find(qn("c:crosses")).set("val", "max")


def label_interval(labels: tuple[str, ...], width: float, setting: Setting) -> int:
    """Every how many categories a label stands, so that labels do not touch."""
    widest = max(setting.text_width(label) for label in labels) + setting.size
    least = math.ceil(widest * len(labels) / width)
    return next((step for step in _STEPS if step >= least), least)


def _plot_width(chart: Chart, setting: Setting) -> float:
    return setting.width * (1 - names_margin(chart, setting)) - VALUE_LABELS_WIDTH


def _style_value_axis(axis: Any, chart: Chart, setting: Setting, ends: ValueScale | None) -> None:
    numbers = chart.data.numbers
    axis.format.line.fill.background()
    if chart.percent:
        axis.tick_labels.number_format = "0%"
    elif ends is not None:
        code = axis_format(chart, ends)
        if chart.kind.traits.lines and code != "General":
            # Lines begin at the axis, and their first dots would stand on its numbers.
            code = ";".join(f'{section}"  "' for section in code.split(";"))
        axis.tick_labels.number_format = code
    else:
        axis.tick_labels.number_format = "#,##0" if max(map(abs, numbers), default=0) >= 1000 else "General"
    axis.tick_labels.number_format_is_linked = False
    if ends is not None:
        _fix(axis, ends)
    elif not chart.kind.traits.on_numbers:
        if min(numbers, default=0) >= 0:
            axis.minimum_scale = 0
        elif max(numbers) <= 0:
            axis.maximum_scale = 0
        if chart.lying and labels_bars(chart) and min(numbers, default=0) < 0:
            axis.minimum_scale = _before_values(chart, setting)
    axis.has_major_gridlines = not labels_bars(chart)
    if labels_bars(chart):
        axis.visible = False
        return
    line = axis.major_gridlines.format.line
    paint(line.color, setting.palette.quiet(0.85))
    line.width = Pt(0.75)


def _before_values(chart: Chart, setting: Setting) -> float:
    """The end of an axis that leaves room for values at the left of bars, where names would begin."""
    series = chart.data.series[0]
    below = [value for value in series.values if value is not None and value < 0]
    words = max(setting.text_width(amount(chart, value, series.decimals)) for value in below) + setting.size
    share = words / (setting.width * _LEAST_OF_LYING)
    return float(f"{min(below) - (max(0.0, *chart.data.numbers) - min(below)) * share / (1 - share):.4g}")


def _fix(axis: Any, ends: ValueScale) -> None:
    axis.minimum_scale, axis.maximum_scale = ends.low, ends.high
    if ends.log:
        _count_by_powers(axis)
    elif len(ends.ticks) > 1:
        axis.major_unit = round(ends.ticks[1] - ends.ticks[0], 12)


def _count_by_powers(axis: Any) -> None:
    """A logarithmic axis (ECMA-376 Part 1, 21.2.2.98)."""
    scaling = element_of(axis).find(qn("c:scaling"))
    base = child(scaling, "c:logBase", val="10")
    scaling.insert(0, base)


def _style_number_axis(axis: Any, chart: Chart, across: tuple[float, float]) -> None:
    if on_serial_days(chart):
        axis.tick_labels.number_format = DATE_FORMATS[chart.data.date_part or DatePart.DAY]
        axis.tick_labels.number_format_is_linked = False
        axis.minimum_scale, axis.maximum_scale = across
        return
    whole = all(float(position).is_integer() for position in chart.data.positions or ())
    years = chart.data.date_part is DatePart.YEAR or max(map(abs, across)) < 10_000
    axis.tick_labels.number_format = ("0" if years else "#,##0") if whole else "General"
    axis.tick_labels.number_format_is_linked = False
    if (
        chart.kind.traits.lines
        or chart.data.panel_title
        or chart.annotations
        or chart.marks
        or chart.callouts
    ):
        axis.minimum_scale, axis.maximum_scale = across
    if chart.x_scale is Scale.LOG:
        # A point at the very end of a logarithmic axis is off it in some programs.
        axis.minimum_scale, axis.maximum_scale = across[0], across[1] * _BEYOND
        _count_by_powers(axis)


def _style_date_axis(axis: Any, chart: Chart, setting: Setting) -> None:
    """Dates at their true distances; labels at every so many units (ECMA-376 Part 1, 21.2.2.39)."""
    part, positions = chart.data.date_part or DatePart.DAY, chart.data.positions or ()
    axis.tick_labels.number_format = DATE_FORMATS[part]
    axis.tick_labels.number_format_is_linked = False
    sample = {DatePart.YEAR: "2025", DatePart.DAY: "28 Sept 2025"}.get(part, "Sept 2025")
    most = max(2, int(_plot_width(chart, setting) / (setting.text_width(sample) + setting.size)))
    span = max(positions) - min(positions)
    if part is DatePart.YEAR:
        every, unit = next(n for n in (1, 2, 5, 10, 20, 50, 100, 1000) if span / n <= most), "years"
    elif part is DatePart.DAY and span <= most * 31 * _DAYS:
        every, unit = next(n for n in (1, 2, 7, 14, 31) if span / (n * _DAYS) <= most or n == 31), "days"
    else:
        steps = (1, 2, 3, 6, 12, 24, 60, 120, 600)
        every, unit = next(n for n in steps if span / (n * _MONTHS) <= most or n == 600), "months"
    element = element_of(axis)
    for tag in ("c:baseTimeUnit", "c:majorUnit", "c:majorTimeUnit", "c:minorUnit", "c:minorTimeUnit"):
        for old in element.findall(qn(tag)):
            element.remove(old)
    behind = element.find(qn("c:lblOffset"))
    for tag, text in (
        ("c:majorTimeUnit", unit),
        ("c:majorUnit", str(every)),
        ("c:baseTimeUnit", _BASE_UNITS[part]),
    ):
        behind.addnext(child(element, tag, val=text))
    element.find(qn("c:txPr")).find(qn("a:bodyPr")).set("rot", "0")


def _cross_at_categories(axis: Any) -> None:
    """Lines reach from edge to edge: nothing is before the first date or behind the last (21.2.2.32)."""
    element = element_of(axis)
    crossing = element.find(qn("c:crossBetween"))
    if crossing is None:
        crossing = child(element, "c:crossBetween")
        element.find(qn("c:crosses")).addnext(crossing)
    crossing.set("val", "midCat")


def _add_title(axis: Any, title: str, setting: Setting) -> None:
    axis.has_title = True
    axis.axis_title.text_frame.text = cleaned(title)
    font = axis.axis_title.text_frame.paragraphs[0].runs[0].font
    font.size, font.bold = Pt(setting.size), False
    element_of(font).set("lang", setting.language)
    paint(font.color, setting.palette.muted)


def _space_labels(axis: Any, chart: Chart, setting: Setting) -> None:
    """Leave out labels of numeric categories that would touch; words keep theirs and are wrapped."""
    properties = element_of(axis).find(qn("c:txPr")).find(qn("a:bodyPr"))
    if chart.data.positions is None and not chart.kind.traits.binned:
        slot = _plot_width(chart, setting) / len(chart.data.categories)
        longest = max(longest_word(name, setting.text_width) for name in chart.data.categories)
        fits = longest <= slot or chart.lying
        properties.set("rot", "0" if fits else _ROTATION_OF_LONG_WORDS)
        return
    properties.set("rot", _ROTATION_BY_PROGRAM)
    if chart.lying:
        return
    names = tuple(category_name(chart.data, i, chart.language) for i in range(len(chart.data.categories)))
    interval = label_interval(names, _plot_width(chart, setting), setting)
    if interval > 1:
        offset = element_of(axis).find(qn("c:lblOffset"))
        for tag in ("c:tickMarkSkip", "c:tickLblSkip"):
            offset.addnext(child(element_of(axis), tag, val=str(interval)))
