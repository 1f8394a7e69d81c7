"""Where the unit, the names of series and the plot stand in a native chart.

The unit is a line over the value axis, because nobody reads text turned upright. Lines are named at
their ends where they end far enough apart; other series in a legend at the right of the unit. A panel has
its name over it, and its legend below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pptx.enum.chart import XL_LABEL_POSITION, XL_LEGEND_POSITION
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml.ns import qn
from pptx.util import Pt

from triptych.media.charts.scales import value_scale
from triptych.media.charts.spreading import spread
from triptych.model.charts import ROUND, ChartKind, Series
from triptych.model.nodes import Chart
from triptych.writers.deck.charts.axes import labels_turned
from triptych.writers.deck.charts.labels import labels_bars, number_format, quiet
from triptych.writers.deck.charts.remarks import Remarks
from triptych.writers.deck.charts.series import HOLE
from triptych.writers.deck.charts.setting import Setting
from triptych.writers.deck.text import child, cleaned

# Points.
TOP_LINE = 30.0  # the height of the line with unit and legend
LEGEND_KEY = 36.0  # what a legend entry takes beside its name
NAME_GAP = 14.0  # between a line's end and its name, and behind the name
LABELS_HEIGHT = 28.0  # about what the category labels take
PANEL_LINE = 22.0  # the height of a panel's name

PIE_SHARE = 0.74  # of the height, for the circle; labels stand around it
RING_SHARE = 0.66
_NAMES_SHARE = 0.32  # of the width, for names beside lying bars


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What was decided; the inner plot in shares of the frame, where a reference line must know it."""

    names_at_ends: bool = False
    left: float = 0.0
    top: float = 0.0
    width: float = 1.0
    height: float = 1.0


def lay_out(native: Any, chart: Chart, setting: Setting, remarks: Remarks) -> Layout:
    """Add unit and names to a chart, and give the plot the rest."""
    plot = native._chartSpace.find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    several = len(chart.data.labels) > 1 and chart.kind not in ROUND
    if setting.panel:
        return _lay_out_panel(native, plot, chart, setting, remarks, several=several)
    at_ends = ends_apart(chart, setting.height - TOP_LINE - LABELS_HEIGHT, setting) and (
        several or bool(remarks.lines)
    )
    legend = several and not at_ends
    _add_title(native, (("", chart.unit),), setting)
    native.has_legend = legend
    width, height = setting.width, setting.height
    if legend:
        _add_legend(native, chart, setting, remarks)
    if at_ends and several:
        _name_ends(native, chart, setting)
    top = TOP_LINE / height if chart.unit or legend else 0.0
    if chart.kind in ROUND:
        _place_round(native, plot, chart, setting, top)
    elif labels_turned(chart) and chart.marks:
        return _place_inner(plot, chart, setting, top)
    elif chart.kind is not ChartKind.SCATTER:
        margin = (_widest_name(chart, setting) + 2 * NAME_GAP) / width if at_ends else 0.01
        _place(plot, x=0.0, y=top, w=1 - margin, h=1 - top)
    return Layout(names_at_ends=at_ends)


def ends_apart(chart: Chart, height: float, setting: Setting) -> bool:
    """Whether the names of lines can stand at their ends in a plot ``height`` points high.

    The axis may reach further than the data, never less far; so distances are taken on the smallest
    scale that a program can choose, which starts at zero.
    """
    if chart.kind is not ChartKind.LINE:
        return False
    ends = [_last(series) for series in chart.data.series]
    lasts = [series.values[index] or 0.0 for series, index in zip(chart.data.series, ends, strict=True)]
    if min(ends) < max(ends) or max(ends) < 0:
        return False
    scale = value_scale(chart)
    shares = sorted(scale.share(value) for value in (*lasts, *(mark.value for mark in chart.marks)))
    room = height * (0.85 if not chart.annotations else 0.7)
    return all((after - before) * room >= 1.4 * setting.size for before, after in pairwise(shares))


def _last(series: Series) -> int:
    """The index of the last value, or -1."""
    return max((index for index, value in enumerate(series.values) if value is not None), default=-1)


def _lay_out_panel(
    native: Any, plot: Any, chart: Chart, setting: Setting, remarks: Remarks, *, several: bool
) -> Layout:
    unit = f", {chart.unit}" if chart.unit else ""
    _add_title(native, (("bold", setting.panel), ("", unit)), setting)
    native.has_legend = several
    top = PANEL_LINE / setting.height
    if several:
        native.legend.position = XL_LEGEND_POSITION.BOTTOM
        native.legend.include_in_layout = False
        native.legend.font.size = Pt(setting.size)
        _hide_entries(native, chart, remarks)
    if chart.kind in ROUND:
        _place_round(native, plot, chart, setting, top)
    elif labels_turned(chart) and chart.marks:
        return _place_inner(plot, chart, setting, top)
    else:
        below = PANEL_LINE / setting.height if several else 0.0
        _place(plot, x=0.0, y=top, w=0.98, h=1 - top - below)
    return Layout()


def _add_title(native: Any, words: Sequence[tuple[str, str]], setting: Setting) -> None:
    """A line at the top left, in runs that are bold or not."""
    shown = [(look, text) for look, text in words if text]
    native.has_title = bool(shown)
    if not shown:
        return
    title = native.chart_title
    paragraph = title.text_frame.paragraphs[0]
    for look, text in shown:
        run = paragraph.add_run()
        run.text = cleaned(text)
        run.font.size, run.font.bold = Pt(setting.size), look == "bold"
        if look != "bold":
            quiet(run.font)
        run.font._element.set("lang", setting.language)
    _place(title._element, x=0.0, y=0.0)


def _add_legend(native: Any, chart: Chart, setting: Setting, remarks: Remarks) -> None:
    legend = native.legend
    legend.position = XL_LEGEND_POSITION.TOP
    legend.include_in_layout = False
    legend.font.size = Pt(setting.size)
    names = sum(_name_widths(chart, setting)) + LEGEND_KEY * len(chart.data.series)
    _place(legend._element, x=max(0.0, 1 - names / setting.width), y=0.0)
    _hide_entries(native, chart, remarks)


def _hide_entries(native: Any, chart: Chart, remarks: Remarks) -> None:
    """Reference lines and notes carry their words themselves."""
    legend = native.legend._element
    position = legend.find(qn("c:legendPos"))
    for index in reversed(range(remarks.count)):
        entry = child(legend, "c:legendEntry")
        child(entry, "c:idx", val=str(len(chart.data.series) + index))
        child(entry, "c:delete", val="1")
        position.addnext(entry)


def _name_ends(native: Any, chart: Chart, setting: Setting) -> None:
    for series, data in zip(native.plots[0].series, chart.data.series, strict=False):
        label = series.points[_last(data)].data_label
        label.position = XL_LABEL_POSITION.RIGHT
        label.font.size = Pt(setting.size)
        label.font.color.theme_color = MSO_THEME_COLOR.TEXT_1
        element = label._dLbl
        for tag, shown in (("c:showSerName", "1"), ("c:showVal", "0"), ("c:showLegendKey", "0")):
            element.find(qn(tag)).set("val", shown)


def _widest_name(chart: Chart, setting: Setting) -> float:
    marks = (setting.text_width(mark.text) for mark in chart.marks)
    several = _name_widths(chart, setting) if len(chart.data.series) > 1 else []
    return max((*several, *marks), default=0.0)


def _name_widths(chart: Chart, setting: Setting) -> Sequence[float]:
    return [setting.text_width(series.label) for series in chart.data.series]


def _place_round(native: Any, plot: Any, chart: Chart, setting: Setting, top: float) -> None:
    """A circle in the middle; the words of a ring are moved out of it, which no position does."""
    width, height = setting.width, setting.height
    ring = chart.kind is ChartKind.DONUT
    side = min((RING_SHARE if ring else PIE_SHARE) * height * (1 - top), 0.5 * width)
    share = side / height
    _place(
        plot, inner=True, x=(width - side) / 2 / width, y=top + (1 - top - share) / 2, w=side / width, h=share
    )
    if ring:
        _name_slices(native, chart, setting, side / 2)


def _name_slices(native: Any, chart: Chart, setting: Setting, radius: float) -> None:
    """Move each label from the middle of its part of the ring to a place outside, apart from others."""
    values = [value or 0.0 for value in chart.data.series[0].values]
    total = sum(values)
    labels = native.plots[0].data_labels
    middles, at = [], 0.0
    for value in values:
        middles.append(2 * math.pi * (at + value / 2) / total)
        at += value
    for right in (True, False):
        side = [i for i, angle in enumerate(middles) if values[i] and (math.sin(angle) >= 0) == right]
        high = setting.size * 2.5
        wanted = [-math.cos(middles[i]) * (radius + setting.size * 1.2) for i in side]
        limit = setting.height / 2
        for index, y in zip(side, spread(wanted, [high] * len(side), -limit, limit), strict=True):
            ring = radius * (1 + HOLE / 100) / 2
            words = max(
                setting.text_width(chart.data.categories[index]), setting.text_width(f"{values[index]:,.1f}")
            )
            reach = math.sqrt(max(0.0, (radius + 10) ** 2 - min(y * y, radius**2)))
            x = (1 if right else -1) * (max(reach, radius * 0.35) + 6 + words / 2)
            offset = (x - math.sin(middles[index]) * ring, y + math.cos(middles[index]) * ring)
            _move_label(labels._element, index, offset, chart, setting)


def _move_label(labels: Any, index: int, offset: tuple[float, float], chart: Chart, setting: Setting) -> None:
    """A label of its own for a point, off its place by so many points (ECMA-376 Part 1, 21.2.2.47)."""
    label = labels.makeelement(qn("c:dLbl"), {})
    child(label, "c:idx", val=str(index))
    manual = child(child(label, "c:layout"), "c:manualLayout")
    child(manual, "c:x", val=f"{offset[0] / setting.width:.4f}")
    child(manual, "c:y", val=f"{offset[1] / setting.height:.4f}")
    decimals = chart.data.series[0].decimals
    child(label, "c:numFmt", formatCode=number_format(decimals), sourceLinked="0")
    for name, shown in (
        ("LegendKey", "0"),
        ("Val", "1"),
        ("CatName", "1"),
        ("SerName", "0"),
        ("Percent", "0"),
        ("BubbleSize", "0"),
    ):
        child(label, f"c:show{name}", val=shown)
    child(label, "c:separator").text = "\n"
    earlier = labels.findall(qn("c:dLbl"))
    after = [other for other in earlier if int(other.find(qn("c:idx")).get("val")) < index]
    if after:
        after[-1].addnext(label)
    else:
        labels.insert(0, label)


def _place_inner(plot: Any, chart: Chart, setting: Setting, top: float) -> Layout:
    """The inner plot of lying bars at a place that is known, with a line over it for reference values."""
    names = max(map(setting.text_width, chart.data.categories)) + NAME_GAP
    left = min(names, setting.width * _NAMES_SHARE) / setting.width
    above = top + TOP_LINE / setting.height
    below = 0.02 if labels_bars(chart) else LABELS_HEIGHT / setting.height
    layout = Layout(left=left, top=above, width=0.96 - left, height=1 - above - below)
    _place(plot, inner=True, x=layout.left, y=layout.top, w=layout.width, h=layout.height)
    return layout


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
