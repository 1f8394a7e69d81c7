"""Where the unit, the names of series and the plot stand in a native chart.

The unit is a line over the value axis, because nobody reads text turned upright. Lines are named at
their ends where they end far enough apart; other series in a legend at the right of the unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from pptx.enum.chart import XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml.ns import qn
from pptx.util import Pt

from triptych.model.nodes import Chart, ChartKind, Series
from triptych.theme import Theme
from triptych.writers.deck.chart_labels import LABEL_SIZE, quiet
from triptych.writers.deck.metrics import typeface
from triptych.writers.deck.text import child, cleaned

# Points.
TOP_LINE = 30.0  # the height of the line with unit and legend
LEGEND_KEY = 36.0  # what a legend entry takes beside its name
NAME_GAP = 14.0  # between a line's end and its name, and behind the name
LABELS_HEIGHT = 28.0  # about what the category labels take

PIE_SHARE = 0.74  # of the height, for the circle; labels stand around it


def lay_out(native: Any, chart: Chart, theme: Theme, width: float, height: float, language: str) -> None:
    """Add unit and names to a chart of ``width`` by ``height`` points, and give the plot the rest."""
    several = len(chart.data.series) > 1 and chart.kind is not ChartKind.PIE
    names_width = _width_of_names(chart, theme) if several else 0.0
    at_ends = several and ends_apart(chart, height - TOP_LINE - LABELS_HEIGHT)
    legend = several and not at_ends
    _add_unit(native, chart.unit, language)
    native.has_legend = legend
    if legend:
        _add_legend(native, names_width, width)
    if at_ends:
        _name_ends(native, chart)
    top = TOP_LINE / height if chart.unit or legend else 0.0
    plot = native._chartSpace.find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    if chart.kind is ChartKind.PIE:
        side = PIE_SHARE * height
        left = (width - side) / 2 / width
        share = side / height
        _place(plot, inner=True, x=left, y=top + (1 - top - share) / 2, w=side / width, h=share)
    elif chart.kind is not ChartKind.SCATTER:
        margin = (_widest_name(chart, theme) + 2 * NAME_GAP) / width if at_ends else 0.01
        _place(plot, x=0.0, y=top, w=1 - margin, h=1 - top)


def ends_apart(chart: Chart, height: float) -> bool:
    """Whether the names of lines can stand at their ends in a plot ``height`` points high.

    The axis may reach further than the data, never less far; so distances are taken on the smallest
    scale that a program can choose, which starts at zero.
    """
    if chart.kind is not ChartKind.LINE:
        return False
    ends = [_last(series) for series in chart.data.series]
    lasts = sorted(series.values[index] or 0.0 for series, index in zip(chart.data.series, ends, strict=True))
    if min(ends) < max(ends) or max(ends) < 0:
        return False
    numbers = [value for series in chart.data.series for value in series.values if value is not None]
    span = (max(*numbers, 0.0) - min(*numbers, 0.0)) * 1.2
    if not span:
        return len(lasts) < 2
    return all((after - before) / span * height >= 1.4 * LABEL_SIZE for before, after in pairwise(lasts))


def _last(series: Series) -> int:
    """The index of the last value, or -1."""
    return max((index for index, value in enumerate(series.values) if value is not None), default=-1)


def _add_unit(native: Any, unit: str, language: str) -> None:
    native.has_title = bool(unit)
    if not unit:
        return
    title = native.chart_title
    title.text_frame.text = cleaned(unit)
    font = title.text_frame.paragraphs[0].runs[0].font
    font.size, font.bold = Pt(LABEL_SIZE), False
    quiet(font)
    font._element.set("lang", language)
    _place(title._element, x=0.0, y=0.0)


def _add_legend(native: Any, names_width: float, width: float) -> None:
    legend = native.legend
    legend.position = XL_LEGEND_POSITION.TOP
    legend.include_in_layout = False
    legend.font.size = Pt(LABEL_SIZE)
    _place(legend._element, x=max(0.0, 1 - names_width / width), y=0.0)


def _name_ends(native: Any, chart: Chart) -> None:
    for series, data in zip(native.plots[0].series, chart.data.series, strict=True):
        label = series.points[_last(data)].data_label
        label.position = XL_LABEL_POSITION.RIGHT
        label.font.size = Pt(LABEL_SIZE)
        label.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
        element = label._dLbl
        for tag, shown in (("c:showSerName", "1"), ("c:showVal", "0"), ("c:showLegendKey", "0")):
            element.find(qn(tag)).set("val", shown)


def _width_of_names(chart: Chart, theme: Theme) -> float:
    return sum(_name_widths(chart, theme)) + LEGEND_KEY * len(chart.data.series)


def _widest_name(chart: Chart, theme: Theme) -> float:
    return max(_name_widths(chart, theme))


def _name_widths(chart: Chart, theme: Theme) -> Sequence[float]:
    face = typeface(theme, theme.sans)
    return [face.width(series.label) * LABEL_SIZE for series in chart.data.series]


def _place(element: Any, *, inner: bool = False, **shares: float) -> None:
    """A manual layout in shares of the chart's width and height (ECMA-376 Part 1, 21.2.2.95)."""
    layout = element.find(qn("c:layout"))
    if layout is None:
        layout = child(element, "c:layout")
        _put_in_order(element, layout)
    for content in list(layout):
        layout.remove(content)
    manual = child(layout, "c:manualLayout")
    if inner:
        child(manual, "c:layoutTarget", val="inner")
    for name in ("x", "y"):
        child(manual, f"c:{name}Mode", val="edge")
    for name, value in shares.items():
        child(manual, f"c:{name}", val=f"{value:.4f}")


def _put_in_order(element: Any, layout: Any) -> None:
    """The layout stands after a title's text and a legend's position and entries, first in a plot area."""
    before = {qn("c:tx"), qn("c:legendPos"), qn("c:legendEntry")}
    preceding = [other for other in element if other.tag in before]
    if preceding:
        preceding[-1].addnext(layout)
    else:
        element.insert(0, layout)
