"""The text in native charts: its look, number formats, values beside bars and slices."""

from __future__ import annotations

import math
from typing import Any

from triptych.languages.compact import NumberUnit, tick_decimals
from triptych.languages.numerals import decimal_places, format_percent
from triptych.media.charts.axes.amounts import short_form
from triptych.media.charts.axes.scales import ValueScale
from triptych.model.charts import DatePart
from triptych.model.nodes import Chart
from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import XL_LABEL_POSITION, NativeChart, Pt
from triptych.writers.deck.template.palette import paint

MOST_LABELLED_BARS = 12

# No format code of a spreadsheet counts quarters.
DATE_FORMATS = {
    DatePart.YEAR: "yyyy",
    DatePart.QUARTER: "mmm yyyy",
    DatePart.MONTH: "mmm yyyy",
    DatePart.DAY: "d mmm yyyy",
}


def number_format(decimals: int) -> str:
    """A format code with thousands separators; each program writes those of its user."""
    return "#,##0" + ("." + "0" * decimals if decimals > 0 else "")


def unit_format(unit: NumberUnit, decimals: int, *, zero: bool = True) -> str | None:
    """A format code that counts in a unit, such as ``0.0,,," bn"``; None where it is no power of a thousand.

    Zero stands alone, if there is no ``zero`` among the negative numbers, whose sign such a code loses.
    """
    thousands = round(math.log(unit.size, 1000), 6)
    if not thousands.is_integer():
        return None
    before, behind = (f'"{sign}"' if sign else "" for sign in (unit.before, unit.behind))
    code = f"{before}{number_format(decimals)}{',' * int(thousands)}{behind}"
    return f"[=0]0;{code}" if zero else code


def amount_format(chart: Chart, decimals: int) -> str:
    """A format code for the values of a chart, in short where the drawing has them so."""
    short = short_form(chart)
    code = unit_format(*short, zero=min(chart.data.numbers) >= 0) if short else None
    return code or number_format(decimals)


def axis_format(chart: Chart, ends: ValueScale) -> str:
    """A format code for the names on an axis."""
    if ends.log:
        return "General"
    unit = ends.unit(chart.language)
    code = unit_format(unit, tick_decimals(ends.ticks, unit), zero=ends.low >= 0) if unit else None
    return code or number_format(max((decimal_places(tick, 6) for tick in ends.ticks), default=0))


def slice_format(chart: Chart) -> str:
    """The format code of slices: where they are percentages, with the sign where the language has it."""
    if not chart.in_percent:
        return amount_format(chart, chart.data.series[0].decimals)
    code = number_format(chart.data.series[0].decimals)
    before, _, behind = format_percent(0, chart.language).partition("0")
    quoted = [f'"{sign}"' if sign else "" for sign in (before, behind)]
    return code.join(quoted)


def set_text(native: NativeChart, setting: Setting) -> None:
    """Size, colour and language of all text in a chart, whose family is the theme's for text."""
    native.font.size = Pt(setting.size)
    paint(native.font.color, setting.palette.muted)
    for element in element_of(native).iter(qn("a:endParaRPr"), qn("a:defRPr")):
        element.set("lang", setting.language)


def labels_bars(chart: Chart) -> bool:
    """Whether each bar carries its value, so that no value axis is needed: few bars of one series."""
    single = len(chart.data.series) == 1 and chart.kind.traits.bars and not chart.data.panel_title
    return single and not chart.percent and len(chart.data.categories) <= MOST_LABELLED_BARS


def label_values(plot: Any, code: str, setting: Setting, *, outside: bool = True) -> None:
    """Write each value at the outer end of its bar or slice, or where the type of chart puts it."""
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = code, False
    if outside:
        labels.position = XL_LABEL_POSITION.OUTSIDE_END
    labels.font.size = Pt(setting.size)
    paint(labels.font.color, setting.palette.ink)
    labels.show_value = True
