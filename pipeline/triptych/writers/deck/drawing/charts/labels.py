"""The text in native charts: its look, number formats, values beside bars and slices."""

from __future__ import annotations

from typing import Any

from triptych.languages.numerals import format_percent
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


def slice_format(chart: Chart) -> str:
    """The format code of slices: where they are percentages, with the sign where the language has it."""
    code = number_format(chart.data.series[0].decimals)
    if not chart.in_percent:
        return code
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
