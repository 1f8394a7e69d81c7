"""Where the titles of axes, the names of series and the plot stand in a native chart.

The value axis has its title and unit in a line over it, because nobody reads text turned upright. Lines are
named at their ends where they end far enough apart; other series in a legend at the right of the unit. A
panel has its name over it, and its legend below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from triptych.charts.canvas import LINE, SIZE
from triptych.charts.kind import get_kind, get_plot_kind
from triptych.charts.kinds.pies import iter_slice_labels, plan_pie
from triptych.charts.labels import wrap_label
from triptych.charts.native import NativeForm
from triptych.charts.plan import PlacedCallout
from triptych.model.nodes import Chart
from triptych.ooxml.xml import qn
from triptych.theme.theme import Theme
from triptych.writers.deck.drawing.charts.plan import NativePlan, make_native_plan
from triptych.writers.deck.drawing.charts.setting import (
    Setting,
    SlideRuler,
    iter_panel_settings,
    make_setting,
    prepare_for_native,
)
from triptych.writers.deck.drawing.charts.words import ChartShapes
from triptych.writers.deck.drawing.charts.workbook import find_bridges, list_reference_lines
from triptych.writers.deck.drawing.text import add_child, remove_forbidden
from triptych.writers.deck.fitting.text import Place
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.pptx.terms import XL_LEGEND_POSITION, NativeChart, Pt
from triptych.writers.deck.slides import ChartBody
from triptych.writers.deck.template.palette import Palette, set_tint

# Points.
TOP_LINE = 30.0  # the height of the line with unit and legend
LEGEND_KEY = 36.0  # what a legend entry takes beside its name
NAME_GAP = 14.0  # between the unit and a legend
_LEADING = 1.45  # of the text's size, from row to row
PANEL_LINE = 22.0  # the height of a panel's name

ROUND_SHARE = 0.7  # of the height, for the circle; labels stand around it
_LINE_SHARE = 0.92  # of the width, for a line over the plot


@lru_cache(maxsize=16)
def plan_chart(chart: Chart, form: NativeForm, setting: Setting) -> NativePlan:
    """Lay out a chart with axes in the frame that unit, names and legend leave."""
    if setting.panel:
        head = _panel_head(chart, setting)
        below = PANEL_LINE if _has_panel_legend(chart) else 0.0
        return make_native_plan(chart, form, setting, (head, head), below)
    heads = (measure_head(chart, setting, legend=False), measure_head(chart, setting, legend=True))
    return make_native_plan(chart, form, setting, heads)


def lay_out(native: NativeChart, chart: Chart, setting: Setting, planned: NativePlan | None) -> None:
    """Add unit and names to a chart, and put the plot where it was planned, or a circle in the middle."""
    several = len(chart.data.labels) > 1 and not chart.data.is_whole
    if setting.panel:
        unit = f", {chart.value_line}" if chart.value_line else ""
        add_title(native, (("bold", setting.panel), ("", unit)), setting)
        _add_panel_legend(native, chart, setting)
        top = _panel_head(chart, setting) / setting.height
    else:
        legend = several and not (planned is not None and planned.names_all)
        add_title(native, (("", chart.value_line),), setting)
        native.has_legend = legend and not draws_legend(chart, setting)
        top = _line_share(chart, setting) if chart.value_line or legend else 0.0
        if native.has_legend:
            top += _add_legend(native, chart, setting)
    plot = get_element(native).find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    if planned is None:
        _place_round(native, plot, chart, setting, top)
        return
    left, above, width, height = planned.inner
    place(plot, inner=True, x=left, y=above, w=width, h=height)
    if chart.data.category_title:
        _place_title(native, chart, planned)


def _place_title(native: NativeChart, chart: Chart, planned: NativePlan) -> None:
    plan = planned.plan
    title, words = native.category_axis.axis_title, planned.ruler.measure(chart.data.category_title)
    get_element(title.text_frame).find(qn("a:bodyPr")).set("rot", "0")
    x = -plan.left if plan.horizontal else plan.width / 2 - words / 2
    left, top = planned.get_fraction((x, plan.height + plan.bottom - plan.reserved_below - LINE))
    place(get_element(title), x=max(0.0, left), y=top)


def _panel_head(chart: Chart, setting: Setting) -> float:
    unit = f", {chart.value_line}" if chart.value_line else ""
    lines = len(wrap_label(setting.panel + unit, setting.width * _LINE_SHARE, setting.text_width))
    return PANEL_LINE + (lines - 1) * _LEADING * setting.size


def _has_panel_legend(chart: Chart) -> bool:
    return not chart.data.is_whole and bool(len(chart.data.labels) > 1 or list_reference_lines(chart))


def _add_panel_legend(native: NativeChart, chart: Chart, setting: Setting) -> None:
    native.has_legend = _has_panel_legend(chart)
    if not native.has_legend:
        return
    native.legend.position = XL_LEGEND_POSITION.BOTTOM
    native.legend.include_in_layout = False
    native.legend.font.size = Pt(setting.size)
    own, bridged = len(chart.data.series), len(find_bridges(chart))
    hide_entries(native, range(own if len(chart.data.labels) > 1 else 0, own + bridged))


def measure_head(chart: Chart, setting: Setting, *, legend: bool) -> float:
    """Return the points that the unit takes over the plot, and a legend where series need one."""
    legend = legend and len(chart.data.labels) > 1 and not chart.data.is_whole
    if not chart.value_line and not legend:
        return 0.0
    rows = _legend_rows(chart, setting) if legend else (0.0, 0.0)
    return _line_share(chart, setting) * setting.height + rows[1] * setting.height


def _line_share(chart: Chart, setting: Setting) -> float:
    """Of the height, for the line over the plot, which a long title of the value axis makes several."""
    lines = len(wrap_label(chart.value_line, setting.width * _LINE_SHARE, setting.text_width)) or 1
    return (TOP_LINE + (lines - 1) * _LEADING * setting.size) / setting.height


def _add_legend(native: NativeChart, chart: Chart, setting: Setting) -> float:
    """Place a legend beside the unit, or below it in rows, and return the share of the height of the rows."""
    legend = native.legend
    legend.position = XL_LEGEND_POSITION.TOP
    legend.include_in_layout = False
    legend.font.size = Pt(setting.size)
    high, extra = _legend_rows(chart, setting)
    if not high:
        width = sum(width + LEGEND_KEY for width in _name_widths(chart, setting)) / setting.width
        place(get_element(legend), x=1 - width, y=0.0)
    else:
        first = _line_share(chart, setting) if chart.value_line else 0.0
        place(get_element(legend), x=0.0, y=first, w=1.0, h=high)
    own = len(chart.data.series)
    hide_entries(native, range(own, own + len(find_bridges(chart)) + len(list_reference_lines(chart))))
    return extra


def draws_legend(chart: Chart, setting: Setting) -> bool:
    """Return whether the legend is drawn beside the unit: LibreOffice lists bars that lie from the last."""
    several = len(chart.data.labels) > 1 and not setting.panel
    return several and chart.horizontal and not chart.stacked and not _legend_rows(chart, setting)[0]


def _legend_rows(chart: Chart, setting: Setting) -> tuple[float, float]:
    """Return the height of a legend in rows of its own, and its height beyond the first line, as shares.

    Both are 0 if the legend is beside the unit.
    """
    widths = [width + LEGEND_KEY for width in _name_widths(chart, setting)]
    unit = setting.text_width(chart.value_line) + NAME_GAP if chart.value_line else 0.0
    if sum(widths) + unit <= setting.width:
        return 0.0, 0.0
    rows = math.ceil(len(widths) / max(1, int(setting.width / max(widths))))
    high = rows * _LEADING * setting.size / setting.height
    first = _line_share(chart, setting) if chart.value_line else 0.0
    return high, max(0.0, first + high + 0.02 - _line_share(chart, setting))


def _name_widths(chart: Chart, setting: Setting) -> Sequence[float]:
    return [setting.text_width(series.label) for series in chart.data.series]


def _place_round(native: NativeChart, plot: Any, chart: Chart, setting: Setting, top: float) -> None:
    width, height = setting.width, setting.height
    side = min(ROUND_SHARE * height * (1 - top), 0.5 * width)
    share = side / height
    place(
        plot, inner=True, x=(width - side) / 2 / width, y=top + (1 - top - share) / 2, w=side / width, h=share
    )
    name_slices(native, chart, setting, side / 2, (width / 2, height * (top + (1 - top) / 2)))


def add_title(native: NativeChart, words: Sequence[tuple[str, str]], setting: Setting) -> None:
    """Add a title at the top left, in runs that are bold or not."""
    shown = [(look, text) for look, text in words if text]
    native.has_title = bool(shown)
    if not shown:
        return
    title = native.chart_title
    paragraph = title.text_frame.paragraphs[0]
    for look, text in shown:
        run = paragraph.add_run()
        run.text = remove_forbidden(text)
        run.font.size, run.font.bold = Pt(setting.size), look == "bold"
        if look != "bold":
            set_tint(run.font.color, setting.palette.muted)
        get_element(run.font).set("lang", setting.language)
    place(get_element(title), x=0.0, y=0.0)


def add_legend(native: NativeChart, setting: Setting, hidden: Sequence[int] = ()) -> Any:
    """Add a legend without the entries of some series, and return its element, to be placed."""
    native.has_legend = True
    legend = native.legend
    legend.position = XL_LEGEND_POSITION.TOP
    legend.include_in_layout = False
    legend.font.size = Pt(setting.size)
    set_tint(legend.font.color, setting.palette.ink)
    hide_entries(native, hidden)
    return get_element(legend)


def hide_entries(native: NativeChart, indices: Sequence[int]) -> None:
    """Take entries out of the legend: those of series that carry their words themselves."""
    legend = get_element(native.legend)
    entries = legend.findall(qn("c:legendEntry"))
    position = entries[-1] if entries else legend.find(qn("c:legendPos"))
    for index in reversed(indices):
        entry = add_child(legend, "c:legendEntry")
        add_child(entry, "c:idx", val=str(index))
        add_child(entry, "c:delete", val="1")
        position.addnext(entry)


def place(element: Any, *, inner: bool = False, **shares: float) -> None:
    """Set a manual layout in shares of the chart's width and height (ECMA-376 Part 1, 21.2.2.95)."""
    layout = element.find(qn("c:layout"))
    if layout is None:
        layout = add_child(element, "c:layout")
        _put_in_order(element, layout)
    for content in list(layout):
        layout.remove(content)
    manual = add_child(layout, "c:manualLayout")
    if inner:
        add_child(manual, "c:layoutTarget", val="inner")
    for name in ("x", "y"):
        add_child(manual, f"c:{name}Mode", val="edge")
    for name, value in shares.items():
        add_child(manual, f"c:{name}", val=f"{value:.4f}")


def _put_in_order(element: Any, layout: Any) -> None:
    """Insert a layout after the text of a title, or the position and entries of a legend."""
    before = {qn("c:tx"), qn("c:legendPos"), qn("c:legendEntry")}
    preceding = [other for other in element if other.tag in before]
    if preceding:
        preceding[-1].addnext(layout)
    else:
        element.insert(0, layout)


def name_slices(
    native: NativeChart, chart: Chart, setting: Setting, radius: float, centre: tuple[float, float]
) -> None:
    """Write a name and an amount beside each slice of a circle of ``radius`` points."""
    if min(chart.data.numbers, default=0) < 0 or not sum(chart.data.numbers):
        return  # nothing is drawn
    ruler = SlideRuler(setting.theme, setting)
    scale = ruler.scale
    plan = plan_pie(chart, chart.data, setting.width / scale, ruler, radius / scale, keyed=False)
    drawn = ChartShapes(setting, centre)
    for name in iter_slice_labels(plan):
        drawn.line(name.leader, setting.palette.muted)
        for lines, top, tint in (
            (name.slice.name, name.top, setting.palette.ink),
            ((name.slice.amount,), name.top + len(name.slice.name) * LINE, setting.palette.muted),
        ):
            left = name.left - (ruler.measure_widest(lines) if name.anchor == "right" else 0.0)
            drawn.text_box(PlacedCallout(lines=lines, left=left, top=top, anchor=name.anchor), tint)
    drawn.add_to(native)


LEAST = 1 / 3  # of a slide's height
_LABELS_HEIGHT = 28.0  # points, about what names around other charts take


def measure_plot(body: ChartBody, place: Place, theme: Theme, palette: Palette) -> float:
    """Return how high the plot is in a frame, in points; that of all rows where panels are.

    Few rows that need less than they could have are no less for it.
    """
    chart, whole = (
        prepare_for_native(body.chart),
        make_setting(body, place, theme, palette, body.chart.language),
    )
    kind = get_kind(chart)
    if not kind.has_axes:
        return whole.height - _LABELS_HEIGHT - (TOP_LINE if chart.value_line else 0.0)
    settings = [(chart, whole)]
    if chart.data.panels:
        panels = iter_panel_settings(chart.data.panels, body.grid, whole)
        settings = [(replace(chart, data=chart.data.of_panel(panel)), setting) for panel, setting in panels]
    heights = []
    for one, setting in settings:
        plan = plan_chart(one, get_plot_kind(one).get_native_form(one), setting)
        around = plan.top + (plan.plan.total_height - plan.plan.height) * setting.size / SIZE
        heights.append(setting.height - around)
    return body.grid[1] * min(heights)
