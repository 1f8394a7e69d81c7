"""The text in native charts: its look, number formats, values beside bars and slices."""

from __future__ import annotations

from typing import Any

from pptx.enum.chart import XL_LABEL_POSITION
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml.ns import qn
from pptx.util import Pt

from triptych.model.nodes import Chart, ChartKind
from triptych.theme import Theme

LABEL_SIZE = 14.0  # points
MOST_LABELLED_BARS = 12


def number_format(decimals: int) -> str:
    """A format code with thousands separators; each program writes those of its user."""
    return "#,##0" + ("." + "0" * decimals if decimals > 0 else "")


def set_text(native: Any, theme: Theme, language: str) -> None:
    """Size, family and language of all text in a chart."""
    native.font.size = Pt(LABEL_SIZE)
    native.font.name = theme.sans
    quiet(native.font)
    for element in native._chartSpace.iter(qn("a:endParaRPr"), qn("a:defRPr")):
        element.set("lang", language)


def quiet(font: Any) -> None:
    """Muted ink: the text colour, a third of the way to paper; 5:1 in the house theme."""
    font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    font.color.brightness = 0.35


def labels_bars(chart: Chart) -> bool:
    """Whether each bar carries its value, so that no value axis is needed: few bars of one series."""
    single = len(chart.data.series) == 1 and chart.kind is ChartKind.BAR
    return single and len(chart.data.categories) <= MOST_LABELLED_BARS


def label_values(plot: Any, decimals: int) -> None:
    """Write each value at the outer end of its bar or slice."""
    plot.has_data_labels = True
    labels = plot.data_labels
    labels.number_format, labels.number_format_is_linked = number_format(decimals), False
    labels.position = XL_LABEL_POSITION.OUTSIDE_END
    labels.font.size = Pt(LABEL_SIZE)
    labels.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
    labels.show_value = True
