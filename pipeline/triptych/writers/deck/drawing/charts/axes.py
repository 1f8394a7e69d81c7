"""Style the axes of native charts with the limits, ticks and labels of the other outputs.

Labels that an office program would format differently are hidden and drawn by ``annotations.py``.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from triptych.charts.axes import ValueAxis
from triptych.charts.chart_types import get_plot_chart_type
from triptych.charts.native import NativeChartType, get_serial_day, has_serial_days
from triptych.charts.plot_layout import PlotLayout
from triptych.model.charts import DatePrecision, convert_position_to_date
from triptych.model.nodes import Chart
from triptych.ooxml.xml import qn
from triptych.writers.deck.drawing.charts.context import ChartContext
from triptych.writers.deck.drawing.charts.number_formats import DATE_FORMATS, find_axis_format_code
from triptych.writers.deck.drawing.charts.plan import NativePlan
from triptych.writers.deck.drawing.text import add_child, remove_children, remove_forbidden_characters
from triptych.writers.deck.pptx.exports import (
    XL_AXIS_CROSSES,
    XL_TICK_LABEL_POSITION,
    XL_TICK_MARK,
    NativeChart,
    Pt,
)
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.template.palette import set_tint

_BASE_UNITS = {
    DatePrecision.YEAR: "years",
    DatePrecision.QUARTER: "months",
    DatePrecision.MONTH: "months",
    DatePrecision.DAY: "days",
}


def style_axes(
    native: NativeChart, chart: Chart, context: ChartContext, form: NativeChartType, native_plan: NativePlan
) -> None:
    """Style both axes, and set their limits and ticks."""
    category, value = native.category_axis, native.value_axis
    palette = context.palette
    has_names = not chart.data.positions  # and not dates or numbers
    for axis, ink in (
        (category, palette.text_colour if has_names else palette.muted_colour),
        (value, palette.muted_colour),
    ):
        axis.major_tick_mark = XL_TICK_MARK.NONE
        axis.tick_labels.font.size = Pt(context.size)
        set_tint(axis.tick_labels.font.color, ink)
        set_tint(axis.format.line.color, palette.blend_text_colour(0.5))
    category.has_major_gridlines = False
    if not get_plot_chart_type(chart).has_baseline:
        category.format.line.fill.background()
    category.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if (
        get_plot_chart_type(chart).has_end_labels
        and chart.data.positions is not None
        and not form.has_numeric_axes
    ):
        set_cross_between_categories(value)
    _style_value_axis(value, native_plan)
    if form.has_numeric_axes:
        _style_numeric_category_axis(category, native_plan)
    elif form.has_date_axis:
        _style_date_axis(category, chart)
    else:
        get_element(category).find(qn("c:txPr")).find(qn("a:bodyPr")).set("rot", "0")
    if native_plan.needs_drawn_category_labels:
        category.tick_label_position = XL_TICK_LABEL_POSITION.NONE
    if chart.category_axis_title:
        _add_axis_title(category, chart.category_axis_title, context)
    if native_plan.plan.value_axis.is_log:
        value.crosses = XL_AXIS_CROSSES.MINIMUM  # the default is 1
    if (
        form.has_numeric_axes
        and native_plan.plan.category_axis.low < 0
        and native_plan.value_format is not None
    ):
        value.tick_label_position = XL_TICK_LABEL_POSITION.LOW
    if chart.horizontal:
        category.reverse_order = True  # the first category is at the top
        get_element(value).find(qn("c:crosses")).set("val", "max")


def add_second_axis(native: NativeChart, native_plan: NativePlan) -> None:
    """Move the lines of a native chart to a value axis at the right (21.2.2.226).

    Call this after ``style_axes``, because it copies the axes of the bars.
    """
    scale = native_plan.plan.second_axis
    if scale is None:
        return
    first_value, first_category = map(get_element, (native.value_axis, native.category_axis))
    value, category = deepcopy(first_value), deepcopy(first_category)
    for element, own, other in ((value, "1", "2"), (category, "2", "1")):
        element.find(qn("c:axId")).set("val", own)
        element.find(qn("c:crossAx")).set("val", other)
        remove_children(element, "c:majorGridlines")
    category.find(qn("c:delete")).set("val", "1")
    value.find(qn("c:axPos")).set("val", "r")
    value.find(qn("c:crosses")).set("val", "max")
    axis = type(native.value_axis)(value)
    axis.minimum_scale, axis.maximum_scale = scale.low, scale.high
    _set_tick_spacing(axis, scale)
    axis.tick_label_position = XL_TICK_LABEL_POSITION.NEXT_TO_AXIS
    code = find_axis_format_code(scale, native_plan.plan.chart.language)
    axis.tick_labels.number_format = code or "General"
    axis.tick_labels.number_format_is_linked = False
    first_value.addnext(value)
    first_category.addnext(category)
    for reference, own in zip(get_element(native.plots[1]).findall(qn("c:axId")), ("2", "1"), strict=True):
        reference.set("val", own)


def get_number_axis_limits(chart: Chart, plan: PlotLayout) -> tuple[float, float]:
    """Return the limits of a numeric axis. Dates are spreadsheet serial numbers, in days."""
    if has_serial_days(chart):
        return get_serial_day(convert_position_to_date(plan.category_axis.low)), get_serial_day(
            convert_position_to_date(plan.category_axis.high)
        )
    return plan.category_axis.low, plan.category_axis.high


def _style_value_axis(axis: Any, native_plan: NativePlan) -> None:
    plan, palette = native_plan.plan, native_plan.context.palette
    scale, unit = plan.value_axis, 0.01 if plan.value_axis.is_percent else 1.0
    axis.format.line.fill.background()
    axis.minimum_scale, axis.maximum_scale = scale.low * unit, scale.high * unit
    _set_tick_spacing(axis, scale, unit)
    code = native_plan.value_format
    axis.has_major_gridlines = not plan.has_value_labels and code is not None
    if plan.has_value_labels:
        axis.visible = False
        return
    if code is None:
        axis.tick_label_position = XL_TICK_LABEL_POSITION.NONE
        return
    if get_plot_chart_type(plan.chart).connects_values:
        # Lines start at the axis, and their first markers would cover its labels.
        code = ";".join(f'{section}"  "' for section in code.split(";"))
    axis.tick_labels.number_format, axis.tick_labels.number_format_is_linked = code, False
    line = axis.major_gridlines.format.line
    set_tint(line.color, palette.blend_text_colour(0.85))
    line.width = Pt(0.75)


def _set_tick_spacing(axis: Any, scale: ValueAxis, factor: float = 1.0) -> None:
    """Set the distance between the ticks of an axis.

    The ticks of a logarithmic axis are powers of ten (21.2.2.98).
    """
    if scale.is_log:
        scaling = get_element(axis).find(qn("c:scaling"))
        scaling.insert(0, add_child(scaling, "c:logBase", val="10"))
    elif len(scale.ticks) > 1:
        step = (scale.ticks[1] - scale.ticks[0]) * factor
        axis.major_unit = round(step, 12) or step


def _style_numeric_category_axis(axis: Any, native_plan: NativePlan) -> None:
    plan = native_plan.plan
    axis.minimum_scale, axis.maximum_scale = get_number_axis_limits(plan.chart, plan)
    if plan.category_axis.is_log or native_plan.category_format is not None:
        _set_tick_spacing(axis, native_plan.number_scale)
    dated = has_serial_days(plan.chart)
    part = plan.data.date_precision or DatePrecision.DAY
    axis.tick_labels.number_format = native_plan.category_format or (
        DATE_FORMATS[part] if dated else "General"
    )
    axis.tick_labels.number_format_is_linked = False


def _style_date_axis(axis: Any, chart: Chart) -> None:
    """Turn an axis into a date axis with years, months or days as its base unit (21.2.2.39)."""
    part, dates = chart.data.date_precision or DatePrecision.DAY, chart.data.dates or ()
    axis.minimum_scale, axis.maximum_scale = get_serial_day(min(dates)), get_serial_day(max(dates))
    axis.tick_labels.number_format = DATE_FORMATS[part]
    axis.tick_labels.number_format_is_linked = False
    element = get_element(axis)
    remove_children(
        element, *("c:baseTimeUnit", "c:majorUnit", "c:majorTimeUnit", "c:minorUnit", "c:minorTimeUnit")
    )
    label_offset = element.find(qn("c:lblOffset"))
    for tag, text in (
        ("c:majorTimeUnit", _BASE_UNITS[part]),
        ("c:majorUnit", "1"),
        ("c:baseTimeUnit", _BASE_UNITS[part]),
    ):
        label_offset.addnext(add_child(element, tag, val=text))
    element.find(qn("c:txPr")).find(qn("a:bodyPr")).set("rot", "0")


def set_cross_between_categories(axis: Any) -> None:
    """Let lines start and end at the left and right edge of the plot, without padding (21.2.2.32)."""
    element = get_element(axis)
    crossing = element.find(qn("c:crossBetween"))
    if crossing is None:
        crossing = add_child(element, "c:crossBetween")
        element.find(qn("c:crosses")).addnext(crossing)
    crossing.set("val", "midCat")


def _add_axis_title(axis: Any, title: str, context: ChartContext) -> None:
    axis.has_title = True
    axis.axis_title.text_frame.text = remove_forbidden_characters(title)
    font = axis.axis_title.text_frame.paragraphs[0].runs[0].font
    font.size, font.bold = Pt(context.size), False
    get_element(font).set("lang", context.language)
    set_tint(font.color, context.palette.muted_colour)
