"""Position the axis titles, series names and plot area of a native chart.

The value axis title with the unit is above the plot, because vertical text is hard to read. Lines are named
at their ends if the ends are far enough apart; otherwise the legend is to the right of the unit. The name of
a panel is above its plot, and its legend is below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from triptych.charts.canvas import FONT_SIZE, LINE_HEIGHT
from triptych.charts.chart_types import get_chart_type, get_plot_chart_type
from triptych.charts.kinds.pies import iter_slice_labels, lay_out_pie
from triptych.charts.labels import wrap_label
from triptych.charts.native import NativeChartType
from triptych.charts.plot_layout import PlacedCallout
from triptych.model.nodes import Chart
from triptych.ooxml.xml import qn
from triptych.theme.theme import Theme
from triptych.writers.deck.drawing.charts.context import (
    LARGE_TEXT_SIZES,
    SMALL_TEXT_SIZE,
    TEXT_SIZE,
    ChartContext,
    SlideTextRuler,
    iter_panel_contexts,
    make_chart_context,
    prepare_native_chart,
)
from triptych.writers.deck.drawing.charts.plan import NativePlan, make_native_plan
from triptych.writers.deck.drawing.charts.point_labels import ChartShapes
from triptych.writers.deck.drawing.charts.workbook import find_bridges, list_reference_lines
from triptych.writers.deck.drawing.text import add_child, remove_forbidden_characters
from triptych.writers.deck.fitting.text import PlaceholderBox
from triptych.writers.deck.pptx.exports import XL_LEGEND_POSITION, NativeChart, Pt
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.slides import ChartBody
from triptych.writers.deck.template.palette import Palette, set_tint

# Lengths in points.
LEGEND_GAP = 14.0  # distance between unit and legend
_LEADING = 1.45  # row height as a multiple of the text size
_PANEL_LEGEND_HEIGHT = 22.0
_PANEL_NAME_GAP = 0.7  # em from a panel's name to its plot, whose highest label extends above it
# The minimum plot width and height of a panel or chart with larger text, as a fraction of its frame.
_MIN_PLOT_FRACTION = 0.5

PIE_FRACTION = 0.7  # height of a pie as a fraction of the chart's height, which leaves space for its labels
_HEADER_WIDTH_FRACTION = 0.92  # maximum width of text above the plot, as a fraction of the chart's width


@lru_cache(maxsize=16)
def plan_chart(chart: Chart, form: NativeChartType, context: ChartContext) -> NativePlan:
    """Plan a chart with axes. The unit, panel name and legend reduce the space for the plot."""
    if context.panel:
        head = _measure_panel_header(chart, context)
        below = _PANEL_LEGEND_HEIGHT if _has_panel_legend(chart) else 0.0
        return make_native_plan(chart, form, context, (head, head), below)
    heads = (
        measure_header(chart, context, has_legend=False),
        measure_header(chart, context, has_legend=True),
    )
    return make_native_plan(chart, form, context, heads)


def _has_large_plot(chart: Chart, context: ChartContext) -> bool:
    """Return whether the labels leave at least half of a chart with axes to its plot."""
    planned = plan_chart(chart, get_plot_chart_type(chart).get_native_chart_type(chart), context)
    plan = planned.plan
    width_fraction = plan.width / (plan.left + plan.width + plan.right)  # also of a few bars in a wide frame
    return min(width_fraction, planned.plot_box[3]) >= _MIN_PLOT_FRACTION


def has_space_for_plot(chart: Chart, context: ChartContext) -> bool:
    """Return whether a chart with axes has all labels of the printed chart and a large plot."""
    form = get_plot_chart_type(chart).get_native_chart_type(chart)
    plan, printed = plan_chart(chart, form, context).plan, context.print_plan
    lines = max((len(tick.lines) for tick in plan.ticks), default=0)
    is_crowded = plan.is_horizontal and lines * LINE_HEIGHT * len(plan.ticks) > plan.height
    has_names = chart.data.positions is None
    return (
        _has_large_plot(chart, context)
        and not is_crowded
        and not measure_legend_rows(chart, context)[0]
        and plan.has_value_labels >= printed.has_value_labels
        and len(plan.end_labels) >= len(printed.end_labels)
        and len(plan.callouts) >= len(printed.callouts)
        and len(plan.point_labels) >= len(printed.point_labels)
        and (not has_names or len(plan.ticks) >= len(printed.ticks))
    )


_MAX_LARGE_SLICES = 8


def has_space_for_slices(chart: Chart, context: ChartContext) -> bool:
    """Return whether the slices of a pie are so few that their labels may be large."""
    del context
    return len(chart.data.categories) <= _MAX_LARGE_SLICES


def split_into_panels(
    chart: Chart, grid: tuple[int, int], context: ChartContext
) -> list[tuple[Chart, ChartContext]]:
    """Return the chart and the context of each panel.

    All panels have the same text size, the largest for which each has space.
    """
    kind = get_chart_type(chart)
    panels = [
        (replace(chart, data=chart.data.select_panel(panel)), panel_context)
        for panel, panel_context in iter_panel_contexts(chart, grid, context)
    ]
    for size in (*LARGE_TEXT_SIZES, TEXT_SIZE) if kind.has_axes else ():
        sized = [(panel, replace(panel_context, size=size)) for panel, panel_context in panels]
        has_space = has_space_for_plot if size > TEXT_SIZE else _has_large_plot
        if all(has_space(panel, panel_context) for panel, panel_context in sized):
            return sized
    return [(panel, replace(panel_context, size=SMALL_TEXT_SIZE)) for panel, panel_context in panels]


def place_plot_and_titles(
    native: NativeChart, chart: Chart, context: ChartContext, native_plan: NativePlan | None
) -> None:
    """Add the unit and the series names to a chart, and position the plot.

    A pie is centred. Other plots are at the position in ``native_plan``.
    """
    has_several_labels = len(chart.data.labels) > 1 and not chart.data.is_whole
    if context.panel:
        unit = f", {chart.value_axis_title}" if chart.value_axis_title else ""
        add_chart_title(native, (("bold", context.panel), ("", unit)), context)
        native.has_legend = _has_panel_legend(chart)
        if native.has_legend:
            first = len(chart.data.series) if len(chart.data.labels) > 1 else 0
            trend_lines = range(
                _count_legend_entries(chart), _count_legend_entries(chart) + _count_trends(chart)
            )
            hidden = (*range(first, _count_series_without_lines(chart)), *trend_lines)
            add_legend(native, context, hidden, XL_LEGEND_POSITION.BOTTOM)
        top = _measure_panel_header(chart, context) / context.height
    else:
        legend = has_several_labels and not (native_plan is not None and native_plan.has_all_series_names)
        add_chart_title(native, (("", chart.value_axis_title),), context)
        native.has_legend = legend and not needs_drawn_legend(chart, context)
        top = _measure_title_fraction(chart, context) if chart.value_axis_title or legend else 0.0
        if native.has_legend:
            top += _add_axes_legend(native, chart, context)
    plot = get_element(native).find(f"{qn('c:chart')}/{qn('c:plotArea')}")
    if native_plan is None:
        _place_pie(native, plot, chart, context, top)
        return
    left, above, width, height = native_plan.plot_box
    set_manual_layout(plot, inner=True, x=left, y=above, w=width, h=height)
    if chart.category_axis_title:
        _place_category_title(native, chart, native_plan)


def _place_category_title(native: NativeChart, chart: Chart, native_plan: NativePlan) -> None:
    plan = native_plan.plan
    title, words = native.category_axis.axis_title, native_plan.ruler.measure(chart.category_axis_title)
    get_element(title.text_frame).find(qn("a:bodyPr")).set("rot", "0")
    x = -plan.left if plan.is_horizontal else plan.width / 2 - words / 2
    left, top = native_plan.to_fractions(
        (x, plan.height + plan.bottom - plan.size_legend_height - LINE_HEIGHT)
    )
    set_manual_layout(get_element(title), x=max(0.0, left), y=top)


def _measure_panel_header(chart: Chart, context: ChartContext) -> float:
    unit = f", {chart.value_axis_title}" if chart.value_axis_title else ""
    lines = len(
        wrap_label(context.panel + unit, context.width * _HEADER_WIDTH_FRACTION, context.measure_text_width)
    )
    return (lines * _LEADING + _PANEL_NAME_GAP) * context.size


def _has_panel_legend(chart: Chart) -> bool:
    return not chart.data.is_whole and bool(len(chart.data.labels) > 1 or list_reference_lines(chart))


def measure_header(chart: Chart, context: ChartContext, *, has_legend: bool) -> float:
    """Return the height in points of the unit above the plot, and of the legend if ``has_legend`` is true."""
    has_legend = has_legend and len(chart.data.labels) > 1 and not chart.data.is_whole
    if not chart.value_axis_title and not has_legend:
        return 0.0
    rows = measure_legend_rows(chart, context) if has_legend else (0.0, 0.0)
    return _measure_title_fraction(chart, context) * context.height + rows[1] * context.height


def _measure_title_fraction(chart: Chart, context: ChartContext) -> float:
    """Return the height of the value axis title as a fraction of the chart's height."""
    lines = (
        len(
            wrap_label(
                chart.value_axis_title, context.width * _HEADER_WIDTH_FRACTION, context.measure_text_width
            )
        )
        or 1
    )
    return (context.header_height + (lines - 1) * _LEADING * context.size) / context.height


def _add_axes_legend(native: NativeChart, chart: Chart, context: ChartContext) -> float:
    """Add a legend beside the unit, or in rows below the unit if it is too wide.

    Return the additional height as a fraction of the chart's height.
    """
    native_count = _count_legend_entries(chart)
    hidden = range(len(chart.data.series), native_count + _count_trends(chart))
    legend = add_legend(native, context, hidden)
    high, extra = measure_legend_rows(chart, context)
    if high:
        first = _measure_title_fraction(chart, context) if chart.value_axis_title else 0.0
        set_manual_layout(legend, x=0.0, y=first, w=1.0, h=high)
    else:
        width = measure_legend_width(chart, context)
        set_manual_layout(legend, x=1 - width / context.width, y=0.0)
    return extra


def _count_series_without_lines(chart: Chart) -> int:
    """Return the number of native series before those of the reference lines."""
    return len(get_chart_type(chart).list_native_series(chart)) + len(find_bridges(chart))


def _count_legend_entries(chart: Chart) -> int:
    """Return the number of native series. Legend entries of trend lines come after all series."""
    return _count_series_without_lines(chart) + len(list_reference_lines(chart))


def _count_trends(chart: Chart) -> int:
    return len(chart.data.series) if chart.trend_title else 0


def needs_drawn_legend(chart: Chart, context: ChartContext) -> bool:
    """Return whether the legend is drawn as shapes.

    LibreOffice reverses the legend entries of horizontal bar charts, hides the wrong ones in stacks, and adds
    an entry for each trend line.
    """
    has_several_labels = len(chart.data.labels) > 1 and not context.panel
    has_hidden_series = _count_series_without_lines(chart) > len(chart.data.series)
    is_wrong = chart.horizontal and (has_hidden_series or not chart.stacked)
    return has_several_labels and (is_wrong or bool(chart.trend_title))


def list_legend_corners(chart: Chart, context: ChartContext) -> list[tuple[float, float]]:
    """Return the top left corner of each entry of a drawn legend, in points from the corner of the frame.

    The entries are at the right of the unit or, if they do not fit there, in columns below the unit.
    """
    widths = _measure_legend_widths(chart, context)
    if not measure_legend_rows(chart, context)[0]:
        return [(context.width - sum(widths[index:]), 0.0) for index in range(len(widths))]
    top = _measure_title_fraction(chart, context) * context.height if chart.value_axis_title else 0.0
    columns = max(1, int(context.width / max(widths)))
    return [
        (index % columns * max(widths), top + index // columns * _LEADING * context.size)
        for index in range(len(widths))
    ]


def measure_legend_width(chart: Chart, context: ChartContext) -> float:
    """Return the width of a legend in one row, in points."""
    return sum(_measure_legend_widths(chart, context))


def _measure_legend_widths(chart: Chart, context: ChartContext) -> list[float]:
    """Return the width of each entry of the legend, in points."""
    kind = get_chart_type(chart)
    labels = (kind.get_legend_label(chart, series.label) for series in chart.data.series)
    return [context.measure_text_width(label) + context.legend_key_width for label in labels]


def measure_legend_rows(chart: Chart, context: ChartContext) -> tuple[float, float]:
    """Return the height of a legend below the unit, and the height added, as fractions of the chart.

    Both are 0 if the legend fits beside the unit.
    """
    widths = _measure_legend_widths(chart, context)
    unit = context.measure_text_width(chart.value_axis_title) + LEGEND_GAP if chart.value_axis_title else 0.0
    if sum(widths) + unit <= context.width:
        return 0.0, 0.0
    rows = math.ceil(len(widths) / max(1, int(context.width / max(widths))))
    high = rows * _LEADING * context.size / context.height
    first = _measure_title_fraction(chart, context) if chart.value_axis_title else 0.0
    return high, max(0.0, first + high + 0.02 - _measure_title_fraction(chart, context))


def _place_pie(native: NativeChart, plot: Any, chart: Chart, context: ChartContext, top: float) -> None:
    width, height = context.width, context.height
    side = min(PIE_FRACTION * height * (1 - top), 0.5 * width)
    side_fraction = side / height
    set_manual_layout(
        plot,
        inner=True,
        x=(width - side) / 2 / width,
        y=top + (1 - top - side_fraction) / 2,
        w=side / width,
        h=side_fraction,
    )
    label_slices(native, chart, context, side / 2, (width / 2, height * (top + (1 - top) / 2)))


def add_chart_title(
    native: NativeChart,
    styled_texts: Sequence[tuple[str, str]],
    context: ChartContext,
    left: float = 0.0,
) -> None:
    """Add a title at the top of a chart, ``left`` points from its edge, unless all its texts are empty.

    ``styled_texts`` are pairs of a style, which is "bold" or "", and a text.
    """
    visible_texts = [(text_style, text) for text_style, text in styled_texts if text]
    native.has_title = bool(visible_texts)
    if not visible_texts:
        return
    title = native.chart_title
    paragraph = title.text_frame.paragraphs[0]
    for text_style, text in visible_texts:
        run = paragraph.add_run()
        run.text = remove_forbidden_characters(text)
        run.font.size, run.font.bold = Pt(context.size), text_style == "bold"
        if text_style != "bold":
            set_tint(run.font.color, context.palette.muted_colour)
        get_element(run.font).set("lang", context.language)
    set_manual_layout(get_element(title), x=left / context.width, y=0.0)


def add_legend(
    native: NativeChart,
    context: ChartContext,
    hidden: Sequence[int],
    position: XL_LEGEND_POSITION = XL_LEGEND_POSITION.TOP,
) -> Any:
    """Add a legend without the series in ``hidden``, which are indices, and return its element."""
    native.has_legend = True
    native.legend.position = position
    native.legend.include_in_layout = False
    native.legend.font.size = Pt(context.size)
    legend = get_element(native.legend)
    for index in reversed(hidden):
        entry = add_child(legend, "c:legendEntry")
        add_child(entry, "c:idx", val=str(index))
        add_child(entry, "c:delete", val="1")
        legend.find(qn("c:legendPos")).addnext(entry)
    return legend


def set_manual_layout(element: Any, *, inner: bool = False, **fractions: float) -> None:
    """Set the position, and optionally the size, of a chart element (ECMA-376 Part 1, 21.2.2.95).

    ``fractions`` are x, y, w and h as fractions of the chart's width and height. If ``inner`` is set, they
    apply to the plot area without its axis labels.
    """
    layout = element.find(qn("c:layout"))
    if layout is None:
        layout = add_child(element, "c:layout")
        _insert_layout(element, layout)
    manual = add_child(layout, "c:manualLayout")
    if inner:
        add_child(manual, "c:layoutTarget", val="inner")
    for name in ("x", "y"):
        add_child(manual, f"c:{name}Mode", val="edge")
    for name, value in fractions.items():
        add_child(manual, f"c:{name}", val=f"{value:.4f}")


def _insert_layout(element: Any, layout: Any) -> None:
    """Insert ``c:layout`` into a title, legend or plot area at the position that the schema requires."""
    before = {qn("c:tx"), qn("c:legendPos"), qn("c:legendEntry")}
    preceding = [other for other in element if other.tag in before]
    if preceding:
        preceding[-1].addnext(layout)
    else:
        element.insert(0, layout)


def label_slices(
    native: NativeChart, chart: Chart, context: ChartContext, radius: float, centre: tuple[float, float]
) -> None:
    """Write the name and value of each slice beside a pie.

    ``radius`` and ``centre`` are in points.
    """
    if min(chart.data.numbers, default=0) < 0 or not sum(chart.data.numbers):
        return  # programs do not draw such a pie
    ruler = SlideTextRuler(context.theme, context)
    scale = ruler.scale
    plan = lay_out_pie(chart, chart.data, context.width / scale, ruler, radius / scale, with_legend=False)
    shapes = ChartShapes(context, centre)
    for name in iter_slice_labels(plan):
        shapes.add_line(name.leader, context.palette.muted_colour)
        for lines, top, tint in (
            (name.slice.name_lines, name.top, context.palette.text_colour),
            (
                (name.slice.amount,),
                name.top + len(name.slice.name_lines) * LINE_HEIGHT,
                context.palette.muted_colour,
            ),
        ):
            left = name.left - (ruler.measure_widest(lines) if name.anchor == "right" else 0.0)
            shapes.add_text_box(PlacedCallout(lines=lines, left=left, top=top, anchor=name.anchor), tint)
    shapes.add_to_chart(native)


MIN_PLOT_FRACTION = 1 / 3  # minimum plot height as a fraction of the slide height
_LABELS_HEIGHT = 28.0  # points; approximate height of the labels around a chart without axes


def measure_plot_height(body: ChartBody, box: PlaceholderBox, theme: Theme, palette: Palette) -> float:
    """Return the plot height of a chart in its frame, in points.

    For panels, this is the total height of all rows of panels. If a few horizontal bars do not fill the
    frame, the unused height counts as plot height.
    """
    chart, whole_context = (
        prepare_native_chart(body.chart),
        make_chart_context(body, box, theme, palette, body.chart.language),
    )
    kind = get_chart_type(chart)
    if not kind.has_axes:
        return (
            whole_context.height
            - _LABELS_HEIGHT
            - (whole_context.header_height if chart.value_axis_title else 0.0)
        )
    settings = [(chart, whole_context)]
    if chart.data.panels:
        settings = split_into_panels(chart, body.grid, whole_context)
    heights = []
    for panel_chart, setting in settings:
        plan = plan_chart(
            panel_chart, get_plot_chart_type(panel_chart).get_native_chart_type(panel_chart), setting
        )
        surrounding_height = plan.top + (plan.plan.total_height - plan.plan.height) * setting.size / FONT_SIZE
        heights.append(setting.height - surrounding_height)
    return body.grid[1] * min(heights)
