"""Where the titles of axes, the names of series and the plot stand in a native chart.

The value axis has its title and unit in a line over it, because nobody reads text turned upright. Lines are
named at their ends where they end far enough apart; other series in a legend at the right of the unit. A
panel has its name over it, and its legend below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from triptych.media.charts.axes.wrapping import wrapped
from triptych.model.nodes import Chart
from triptych.ooxml.names import qn
from triptych.writers.deck.drawing.charts.bridges import bridges
from triptych.writers.deck.drawing.charts.labels import labels_bars
from triptych.writers.deck.drawing.charts.placing import add_title, hide_entries, place
from triptych.writers.deck.drawing.charts.remarks import Remarks
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.drawing.charts.sizes.extent import bars_width, rows_height
from triptych.writers.deck.drawing.charts.slices import name_slices
from triptych.writers.deck.drawing.charts.words.callouts import NativePlan
from triptych.writers.deck.drawing.charts.words.ends import NAME_GAP, names_margin
from triptych.writers.deck.pptx.elements import element_of
from triptych.writers.deck.pptx.terms import XL_LEGEND_POSITION, NativeChart, Pt

# Points.
TOP_LINE = 30.0  # the height of the line with unit and legend
LEGEND_KEY = 36.0  # what a legend entry takes beside its name
LABELS_HEIGHT = 28.0  # about what the category labels take
_LEADING = 1.45  # of the text's size, from row to row
PANEL_LINE = 22.0  # the height of a panel's name

ROUND_SHARE = 0.7  # of the height, for the circle; labels stand around it
_LINE_SHARE = 0.92  # of the width, for a line over the plot
_NAMES_SHARE = 0.4  # of the width, for names beside lying bars


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """What was decided; the inner plot in shares of the frame, where a reference line must know it."""

    left: float = 0.0
    top: float = 0.0
    width: float = 1.0
    height: float = 1.0


def lay_out(
    native: NativeChart, chart: Chart, setting: Setting, remarks: Remarks, planned: NativePlan | None = None
) -> Layout:
    """Add unit and names to a chart, and give the plot the rest, or the place that was planned."""
    plot = element_of(native).find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    several = len(chart.data.labels) > 1 and not chart.kind.traits.round
    if setting.panel:
        return _lay_out_panel(native, plot, chart, setting, remarks, several=several)
    legend = several and not (planned is not None and planned.names_all)
    add_title(native, (("", chart.value_line),), setting)
    native.has_legend = legend
    top = _line_share(chart, setting) if chart.value_line or legend else 0.0
    _name_categories(native, chart, setting)
    if legend:
        top += _add_legend(native, chart, setting, remarks)
    if planned is not None:
        left, above, width, height = planned.inner
        place(plot, inner=True, x=left, y=above, w=width, h=height)
        return Layout(left=left, top=above, width=width, height=height)
    if chart.kind.traits.round:
        _place_round(native, plot, chart, setting, top)
    elif _placed_lying(chart, setting):
        return _place_lying(plot, chart, setting, top)
    elif not chart.kind.traits.on_numbers or remarks.lines:
        margin = names_margin(chart, setting) or 0.01
        width = bars_width(chart, setting, (1 - margin) * setting.width) / setting.width
        place(plot, x=0.0, y=top, w=width, h=1 - top - _title_share(chart, setting))
    return Layout()


def _lay_out_panel(
    native: NativeChart, plot: Any, chart: Chart, setting: Setting, remarks: Remarks, *, several: bool
) -> Layout:
    unit = f", {chart.value_line}" if chart.value_line else ""
    lines = len(wrapped(setting.panel + unit, setting.width * _LINE_SHARE, setting.text_width))
    add_title(native, (("bold", setting.panel), ("", unit)), setting)
    legend = several or bool(remarks.lines)
    native.has_legend = legend
    top = (PANEL_LINE + (lines - 1) * _LEADING * setting.size) / setting.height
    if legend:
        native.legend.position = XL_LEGEND_POSITION.BOTTOM
        native.legend.include_in_layout = False
        native.legend.font.size = Pt(setting.size)
        own, bridged = len(chart.data.series), len(bridges(chart))
        hide_entries(native, range(own if several else 0, own + bridged))
        hide_entries(native, range(own + bridged + len(remarks.lines), own + bridged + remarks.count))
    below = PANEL_LINE / setting.height if legend else 0.0
    _name_categories(native, chart, setting, below)
    if chart.kind.traits.round:
        _place_round(native, plot, chart, setting, top)
    elif _placed_lying(chart, setting):
        return _place_lying(plot, chart, setting, top, below)
    else:
        place(plot, x=0.0, y=top, w=0.98, h=1 - top - below - _title_share(chart, setting))
    return Layout()


def head_height(chart: Chart, setting: Setting, *, legend: bool) -> float:
    """The points that the unit takes over the plot, and a legend where series need one."""
    legend = legend and len(chart.data.labels) > 1 and not chart.kind.traits.round
    if not chart.value_line and not legend:
        return 0.0
    rows = _legend_rows(chart, setting) if legend else (0.0, 0.0)
    return _line_share(chart, setting) * setting.height + rows[1] * setting.height


def _line_share(chart: Chart, setting: Setting) -> float:
    """Of the height, for the line over the plot, which a long title of the value axis makes several."""
    lines = len(wrapped(chart.value_line, setting.width * _LINE_SHARE, setting.text_width)) or 1
    return (TOP_LINE + (lines - 1) * _LEADING * setting.size) / setting.height


def _name_categories(native: NativeChart, chart: Chart, setting: Setting, below: float = 0.0) -> None:
    """Where bars lie, the title of their names stands at the foot of these, upright as they are."""
    if chart.lying and chart.data.category_title:
        title = native.category_axis.axis_title
        element_of(title.text_frame).find(qn("a:bodyPr")).set("rot", "0")
        place(element_of(title), x=0.0, y=1 - below - _title_share(chart, setting))


def _add_legend(native: NativeChart, chart: Chart, setting: Setting, remarks: Remarks) -> float:
    """A legend at the right of the unit, or below it in rows; the result is the share that these take."""
    legend = native.legend
    legend.position = XL_LEGEND_POSITION.TOP
    legend.include_in_layout = False
    legend.font.size = Pt(setting.size)
    high, extra = _legend_rows(chart, setting)
    if not high:
        width = sum(width + LEGEND_KEY for width in _name_widths(chart, setting))
        place(element_of(legend), x=1 - width / setting.width, y=0.0)
    else:
        first = _line_share(chart, setting) if chart.value_line else 0.0
        place(element_of(legend), x=0.0, y=first, w=1.0, h=high)
    own = len(chart.data.series)
    hide_entries(native, range(own, own + len(bridges(chart)) + remarks.count))
    return extra


def _legend_rows(chart: Chart, setting: Setting) -> tuple[float, float]:
    """The height of a legend in rows of its own, and what it takes beyond the first line, both as shares; 0
    where it stands beside the unit.
    """
    widths = [width + LEGEND_KEY for width in _name_widths(chart, setting)]
    unit = setting.text_width(chart.value_line) + NAME_GAP if chart.value_line else 0.0
    if sum(widths) + unit <= setting.width:
        return 0.0, 0.0
    rows = math.ceil(len(widths) / max(1, int(setting.width / max(widths))))
    high = rows * _LEADING * setting.size / setting.height
    first = _line_share(chart, setting) if chart.value_line else 0.0
    return high, max(0.0, first + high + 0.02 - _line_share(chart, setting))


def _title_share(chart: Chart, setting: Setting) -> float:
    """Of the height, for the title of the category axis, which a plot in its place leaves no room for."""
    titled = bool(chart.data.category_title)
    return TOP_LINE * setting.size / 14 / setting.height if titled else 0.0


def _name_widths(chart: Chart, setting: Setting) -> Sequence[float]:
    return [setting.text_width(series.label) for series in chart.data.series]


def _place_round(native: NativeChart, plot: Any, chart: Chart, setting: Setting, top: float) -> None:
    """A circle in the middle, its words around it."""
    width, height = setting.width, setting.height
    side = min(ROUND_SHARE * height * (1 - top), 0.5 * width)
    share = side / height
    place(
        plot, inner=True, x=(width - side) / 2 / width, y=top + (1 - top - share) / 2, w=side / width, h=share
    )
    name_slices(native, chart, setting, side / 2, height * (1 - top) / 2)


def _placed_lying(chart: Chart, setting: Setting) -> bool:
    """Whether lying bars get a place for their inner plot.

    Reference values need it. Without one LibreOffice breaks short names within a word; with one it does
    not break long names.
    """
    return chart.lying and (bool(chart.marks) or _names_share(chart, setting) <= _NAMES_SHARE)


def _names_share(chart: Chart, setting: Setting) -> float:
    return (max(map(setting.text_width, chart.data.categories)) + NAME_GAP) / setting.width


def _place_lying(plot: Any, chart: Chart, setting: Setting, top: float, below: float = 0.0) -> Layout:
    """The inner plot of lying bars at a place that is known, with a line over it for reference values."""
    left = min(_names_share(chart, setting), _NAMES_SHARE)
    above = top + (TOP_LINE / setting.height if chart.marks else 0.0)
    below += _title_share(chart, setting) + (0.02 if labels_bars(chart) else LABELS_HEIGHT / setting.height)
    high = rows_height(chart, setting, (1 - above - below) * setting.height) / setting.height
    layout = Layout(left=left, top=above, width=0.96 - left, height=high)
    place(plot, inner=True, x=layout.left, y=layout.top, w=layout.width, h=layout.height)
    return layout
