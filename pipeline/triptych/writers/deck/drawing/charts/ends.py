"""Words at the right of a plot and at the starts of lines: names of series, values, reference lines.

Lines have them as data labels, which follow the data; bands and layers of bars, whose labels programs put
elsewhere, as text boxes of the chart.
"""

from __future__ import annotations

from typing import Any

from triptych.model.charts import Series
from triptych.model.nodes import Chart
from triptych.ooxml.names import qn
from triptych.theme.contrast import READABLE
from triptych.writers.deck.drawing.charts.looks import mark_look
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.text import child
from triptych.writers.deck.pptx.elements import label_element
from triptych.writers.deck.pptx.terms import XL_LABEL_POSITION, Pt
from triptych.writers.deck.template.palette import Tint, paint

NAME_GAP = 14.0  # points between a line's end and its name, and behind the name
_MARGIN_SHARE = 0.3  # of the width at most


def names_margin(chart: Chart, setting: Setting) -> float:
    """About what names take at the right of the plot, as a share of the width."""
    if setting.panel or chart.kind.traits.round or chart.lying:
        return 0.0
    names = [mark.text for mark in chart.marks]
    names += chart.data.labels if is_named(chart) else ()
    if not names:
        return 0.0
    return min((max(map(setting.text_width, names)) + 2 * NAME_GAP) / setting.width, _MARGIN_SHARE)


def is_named(chart: Chart) -> bool:
    """Whether several series are named where they end, if there is room for all names."""
    layers = chart.stacked and chart.kind.traits.bars and not chart.lying
    return len(chart.data.labels) > 1 and chart.direct_labels and (chart.kind.traits.in_order or layers)


def words_tint(chart: Chart, setting: Setting, series: Series) -> Tint:
    """The colour of words about a series: its own where it can be read."""
    look = mark_look(chart, setting, series)
    if look.back:
        return setting.palette.muted
    return setting.palette.seen(look.tint.slot, READABLE)


def label_point(
    native_series: Any, index: int, code: str, tint: Tint, setting: Setting, *, named: bool, bold: bool
) -> Any:
    """Write the value of a point at its right, behind the series' name where it is ``named`` → ``c:dLbl``."""
    label = native_series.points[index].data_label
    label.position = XL_LABEL_POSITION.RIGHT
    label.font.size, label.font.bold = Pt(setting.size), bold
    paint(label.font.color, tint)
    element = label_element(label)
    for tag, shown in (("c:showSerName", named), ("c:showVal", True), ("c:showLegendKey", False)):
        element.find(qn(tag)).set("val", str(int(shown)))
    look = child(element, "c:numFmt", formatCode=code, sourceLinked="0")
    before = [e for e in element if e.tag in (qn("c:idx"), qn("c:layout"), qn("c:tx"))]
    before[-1].addnext(look)
    if named:
        separator = child(element, "c:separator")
        separator.text = " "
        element.find(qn("c:showBubbleSize")).addnext(separator)
    return element


def move(label: Any, across: float = 0.0, down: float = 0.0) -> None:
    """Move a label by shares of the chart's width and height from where its position puts it."""
    layout = label.find(qn("c:layout"))
    if layout is None:
        layout = child(label, "c:layout")
        label.find(qn("c:idx")).addnext(layout)
    manual = child(layout, "c:manualLayout")
    child(manual, "c:x", val=f"{across:.4f}")
    child(manual, "c:y", val=f"{down:.4f}")


def last(series: Series) -> int:
    """The index of the last value, or -1."""
    return max((index for index, value in enumerate(series.values) if value is not None), default=-1)
