"""Draw a chart as SVG: a single plot, or a grid of panels with common scales."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from triptych.charts.axes import make_value_scale
from triptych.charts.callouts import add_callouts, add_point_labels
from triptych.charts.canvas import LINE, Canvas, Ruler
from triptych.charts.kind import FreeKind, FreePlan, get_kind
from triptych.charts.labels import wrap_label
from triptych.charts.layout import plan_horizontal_bars, plan_vertical_plot
from triptych.charts.legend import LegendEntry, draw_header, list_entries, plan_header
from triptych.charts.painting import draw_plot
from triptych.charts.plan import (
    Plan,
    PlotSettings,
    choose_plot_height,
)
from triptych.model.charts import ChartData
from triptych.model.nodes import Chart
from triptych.theme.theme import Theme

_EDGE = 2.0
_PANEL_GAP = 12.0
_PANEL_HEIGHT = 74.0
# Points. At the first width, text is 12 CSS pixels high on a small phone with an e-reader's margins.
_NARROW = (166.0, 180.0, 204.0, 228.0, 252.0, 276.0)


def draw_chart(chart: Chart, theme: Theme) -> bytes:
    """Draw a chart as SVG 1.1 at print width and return the encoded document."""
    return _draw(chart, theme).to_svg()


def draw_narrow(chart: Chart, theme: Theme) -> bytes:
    """Draw a chart for small screens as SVG 1.1, at the smallest width without overlapping text."""
    for width in _NARROW:
        if width >= theme.print.chart_width:
            break
        canvas = _draw(chart, replace(theme, print=replace(theme.print, chart_width=width)))
        if canvas.is_clear:
            return canvas.to_svg()
    return draw_chart(chart, theme)


def _draw(chart: Chart, theme: Theme) -> Canvas:
    chart = get_kind(chart).add_missing_categories(chart)
    return _draw_panels(chart, theme) if chart.data.panels else _draw_one(chart, theme)


def plan_plot(chart: Chart, data: ChartData, max_width: float, ruler: Ruler, settings: PlotSettings) -> Plan:
    """Lay out a plot with its margins, callouts and point labels within ``max_width`` points."""
    plan = (plan_horizontal_bars if chart.horizontal else plan_vertical_plot)(
        chart, data, max_width, ruler, settings
    )
    return add_point_labels(add_callouts(plan, ruler), ruler)


def plan_for_print(chart: Chart, theme: Theme) -> Plan:
    """Lay out a chart's plot, or its first panel, at print width, so that every output uses the same axes.

    The plan has no callouts, because each output places callouts itself.
    """
    chart = replace(get_kind(chart).add_missing_categories(chart), callouts=())
    max_width, ruler, panels = theme.print.chart_width - 2 * _EDGE, Ruler(theme), chart.data.panels
    if not panels:
        return plan_plot(chart, chart.data, max_width, ruler, PlotSettings(height=choose_plot_height(chart)))
    settings = PlotSettings(height=_PANEL_HEIGHT, scale=make_value_scale(chart))
    data, columns = chart.data.select_panel(panels[0]), count_facet_columns(chart)
    left = plan_plot(chart, data, max_width, ruler, settings).left
    width = (max_width - left - _PANEL_GAP * (columns - 1)) / columns
    return plan_plot(chart, data, width + left, ruler, settings)


def count_facet_columns(chart: Chart) -> int:
    """Return the number of panel columns set by the author, or a default of 2 to 4."""
    count = len(chart.data.panels)
    return min(count, chart.facet_columns or (2 if count <= 4 else 3 if count <= 9 else 4))


def _draw_one(chart: Chart, theme: Theme) -> Canvas:
    max_width, kind = theme.print.chart_width - 2 * _EDGE, get_kind(chart)
    if isinstance(kind, FreeKind):
        free = kind.plan(chart, chart.data, max_width, theme)
        return _draw_with_header(chart, free.legend_entries, theme, free.total_height, free.draw)
    plan = plan_plot(
        chart, chart.data, max_width, Ruler(theme), PlotSettings(height=choose_plot_height(chart))
    )
    named = {end.series for end in plan.end_labels} >= set(range(len(chart.data.series)))
    legend_entries = [] if named else list_entries(chart, theme, marks=False)
    return _draw_with_header(chart, legend_entries, theme, plan.total_height, partial(draw_plot, plan=plan))


def _draw_with_header(
    chart: Chart,
    legend_entries: Sequence[LegendEntry],
    theme: Theme,
    height: float,
    draw: Callable[..., None],
) -> Canvas:
    head = plan_header(chart, legend_entries, theme.print.chart_width - 2 * _EDGE, theme)
    canvas = Canvas(theme.print.chart_width, head.height + height + 2 * _EDGE, theme)
    draw_header(canvas, head, _EDGE, _EDGE)
    draw(canvas, left=_EDGE, top=_EDGE + head.height)
    return canvas


def _draw_panels(chart: Chart, theme: Theme) -> Canvas:
    """Draw small multiples.

    The panels in a row have equal heights, and only the outer panels have axis labels.
    """
    columns, max_width = count_facet_columns(chart), theme.print.chart_width - 2 * _EDGE
    panels, ruler = chart.data.panels, Ruler(theme)
    plans = _plan_panels(chart, theme, columns, max_width)
    legend_entries = [] if chart.data.is_whole else list_entries(chart, theme, marks=True)
    head = plan_header(chart, legend_entries, max_width, theme)
    first_left = max((plan.left for plan in plans if isinstance(plan, Plan)), default=0.0)
    pitch = (max_width - first_left - _PANEL_GAP * (columns - 1)) / columns + _PANEL_GAP
    titles = [wrap_label(panel, pitch - _PANEL_GAP, ruler.measure_bold) for panel in panels]
    rows = range(0, len(panels), columns)
    title_heights = [max(map(len, titles[row : row + columns])) * LINE + 3 for row in rows]
    heights = [max(plan.total_height for plan in plans[row : row + columns]) for row in rows]
    total = head.height + sum(title_heights) + sum(heights) + _PANEL_GAP * (len(heights) - 1) + 2 * _EDGE
    canvas = Canvas(theme.print.chart_width, total, theme)
    draw_header(canvas, head, _EDGE, _EDGE)
    top = _EDGE + head.height
    for row, title_height, height in zip(rows, title_heights, heights, strict=True):
        for index in range(row, min(row + columns, len(panels))):
            column = index - row
            left = _EDGE + first_left + column * pitch
            canvas.draw_text((left, top + LINE / 2), titles[index], bold=True)
            plan = plans[index]
            if isinstance(plan, Plan):
                draw_plot(
                    canvas, plan, left - plan.left, top + title_height, values=_names_values(plan, column)
                )
            else:
                plan.draw(canvas, left, top + title_height)
        top += title_height + height + _PANEL_GAP
    return canvas


def _plan_panels(chart: Chart, theme: Theme, columns: int, max_width: float) -> list[Plan | FreePlan]:
    panels, kind = chart.data.panels, get_kind(chart)
    if isinstance(kind, FreeKind):
        width = (max_width - _PANEL_GAP * (columns - 1)) / columns
        return [kind.plan(chart, chart.data.select_panel(panel), width, theme) for panel in panels]
    scale, ruler = make_value_scale(chart), Ruler(theme)
    first = plan_plot(
        chart,
        chart.data.select_panel(panels[0]),
        max_width,
        ruler,
        PlotSettings(height=_PANEL_HEIGHT, scale=scale),
    )
    width = (max_width - first.left - _PANEL_GAP * (columns - 1)) / columns
    plans: list[Plan | FreePlan] = []
    for index, panel in enumerate(panels):
        settings = PlotSettings(
            labels_left=index % columns == 0,
            labels_below=index + columns >= len(panels),
            height=_PANEL_HEIGHT,
            scale=scale,
        )
        own_left = first.left if settings.labels_left else 0.0
        plans.append(plan_plot(chart, chart.data.select_panel(panel), width + own_left, ruler, settings))
    return plans


def _names_values(plan: Plan, column: int) -> bool:
    """Return whether a panel's value axis is labelled.

    This is so for panels in the first column or, with horizontal bars, for panels with labels below them.
    """
    return bool(plan.bottom > LINE) if plan.horizontal else column == 0
