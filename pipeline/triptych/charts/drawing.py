"""Draw a chart as SVG: a single plot, or a grid of panels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from triptych.charts.arrows import add_arrow
from triptych.charts.axes import ValueAxis, make_value_axis
from triptych.charts.callouts import add_callouts, add_point_labels
from triptych.charts.canvas import LINE_HEIGHT, Canvas, TextRuler
from triptych.charts.chart_types import AxislessChartType, AxislessLayout, get_chart_type
from triptych.charts.labels import wrap_label
from triptych.charts.layout import lay_out_horizontal_bars, lay_out_vertical_plot
from triptych.charts.legend import LegendEntry, draw_header, lay_out_header, list_legend_entries
from triptych.charts.painting import draw_plot
from triptych.charts.plot_layout import PlotLayout, PlotSettings, choose_plot_height
from triptych.model.charts import ChartData
from triptych.model.nodes import Chart
from triptych.theme.theme import Theme

_MARGIN = 2.0
_PANEL_GAP = 12.0
_PANEL_HEIGHT = 74.0
# Points. At the smallest width, text is 12 CSS pixels high on a small phone with an e-reader's margins.
_NARROW_WIDTHS = (166.0, 180.0, 204.0, 228.0, 252.0, 276.0)


def draw_chart(chart: Chart, theme: Theme) -> bytes:
    """Draw a chart as an SVG 1.1 document at print width."""
    return _draw_on_canvas(chart, theme).to_svg()


def draw_narrow_chart(chart: Chart, theme: Theme) -> bytes:
    """Draw a chart for small screens as SVG 1.1, at the smallest width without overlapping text."""
    for width in _NARROW_WIDTHS:
        if width >= theme.print.chart_width:
            break
        canvas = _draw_on_canvas(chart, replace(theme, print=replace(theme.print, chart_width=width)))
        if canvas.has_legible_text:
            return canvas.to_svg()
    return draw_chart(chart, theme)


def _draw_on_canvas(chart: Chart, theme: Theme) -> Canvas:
    chart = get_chart_type(chart).add_missing_categories(chart)
    return _draw_panels(chart, theme) if chart.data.panels else _draw_single_chart(chart, theme)


def lay_out_plot(
    chart: Chart, data: ChartData, max_width: float, ruler: TextRuler, settings: PlotSettings
) -> PlotLayout:
    """Lay out a plot with its margins, callouts and point labels within ``max_width`` points."""
    plan = (lay_out_horizontal_bars if chart.horizontal else lay_out_vertical_plot)(
        chart, data, max_width, ruler, settings
    )
    return add_arrow(add_point_labels(add_callouts(plan, ruler), ruler), ruler)


def lay_out_printed_plot(chart: Chart, theme: Theme, panel: str = "") -> PlotLayout:
    """Lay out a chart's plot, or a panel, at print width, to give every output the same axes.

    Without ``panel``, this is the first panel of small multiples.

    The layout has no callouts, because each output places callouts itself.
    """
    chart = replace(get_chart_type(chart).add_missing_categories(chart), callouts=())
    max_width, ruler, panels = theme.print.chart_width - 2 * _MARGIN, TextRuler(theme), chart.data.panels
    if not panels:
        return lay_out_plot(
            chart, chart.data, max_width, ruler, PlotSettings(height=choose_plot_height(chart))
        )
    panel = panel or panels[0]
    settings = PlotSettings(height=_PANEL_HEIGHT, value_axis=make_panel_axis(chart, panel))
    data, columns = chart.data.select_panel(panel), count_panel_columns(chart)
    left = lay_out_plot(chart, data, max_width, ruler, settings).left
    width = _compute_panel_width(chart, columns, max_width, left)
    return lay_out_plot(chart, data, width + left, ruler, settings)


def make_panel_axis(chart: Chart, panel: str) -> ValueAxis:
    """Return the value axis of a panel, which all panels share unless their scales are free."""
    data = chart.data.select_panel(panel) if chart.has_free_scales else chart.data
    return make_value_axis(replace(chart, data=data))


def count_panel_columns(chart: Chart) -> int:
    """Return the number of panel columns set by the author, or a default from 2 to 4."""
    count = len(chart.data.panels)
    return min(count, chart.facet_columns or (2 if count <= 4 else 3 if count <= 9 else 4))


def _has_own_left_labels(chart: Chart) -> bool:
    """Return whether each panel has the labels of its value axis at the left."""
    return chart.has_free_scales and not chart.horizontal


def _compute_panel_width(chart: Chart, columns: int, max_width: float, left: float) -> float:
    """Return the width of the plot in each panel. ``left`` is the width of the labels at its left."""
    labels_width = left * (columns if _has_own_left_labels(chart) else 1)
    return (max_width - labels_width - _PANEL_GAP * (columns - 1)) / columns


def _draw_single_chart(chart: Chart, theme: Theme) -> Canvas:
    max_width, kind = theme.print.chart_width - 2 * _MARGIN, get_chart_type(chart)
    if isinstance(kind, AxislessChartType):
        free = kind.lay_out(chart, chart.data, max_width, theme)
        return _draw_with_header(chart, free.legend_entries, theme, free.total_height, free.draw)
    plan = lay_out_plot(
        chart, chart.data, max_width, TextRuler(theme), PlotSettings(height=choose_plot_height(chart))
    )
    has_end_labels = {end.series for end in plan.end_labels} >= set(range(len(chart.data.series)))
    legend_entries = [] if has_end_labels else list_legend_entries(chart, theme, with_reference_lines=False)
    return _draw_with_header(chart, legend_entries, theme, plan.total_height, partial(draw_plot, layout=plan))


def _draw_with_header(
    chart: Chart,
    legend_entries: Sequence[LegendEntry],
    theme: Theme,
    height: float,
    draw: Callable[..., None],
) -> Canvas:
    head = lay_out_header(chart, legend_entries, theme.print.chart_width - 2 * _MARGIN, theme)
    canvas = Canvas(theme.print.chart_width, head.height + height + 2 * _MARGIN, theme)
    draw_header(canvas, head, _MARGIN, _MARGIN)
    draw(canvas, left=_MARGIN, top=_MARGIN + head.height)
    return canvas


def _draw_panels(chart: Chart, theme: Theme) -> Canvas:
    """Draw small multiples.

    The panels in a row have equal heights, and only the outer panels have axis labels.
    """
    columns, max_width = count_panel_columns(chart), theme.print.chart_width - 2 * _MARGIN
    panels, ruler = chart.data.panels, TextRuler(theme)
    plans = _lay_out_panels(chart, theme, columns, max_width)
    legend_entries = (
        [] if chart.data.is_whole else list_legend_entries(chart, theme, with_reference_lines=True)
    )
    head = lay_out_header(chart, legend_entries, max_width, theme)
    first_left = max((plan.left for plan in plans if isinstance(plan, PlotLayout)), default=0.0)
    panel_width = _compute_panel_width(chart, columns, max_width, first_left)
    pitch = panel_width + _PANEL_GAP + (first_left if _has_own_left_labels(chart) else 0.0)
    titles = [wrap_label(panel, panel_width, ruler.measure_bold) for panel in panels]
    rows = range(0, len(panels), columns)
    title_heights = [max(map(len, titles[row : row + columns])) * LINE_HEIGHT + 3 for row in rows]
    heights = [max(plan.total_height for plan in plans[row : row + columns]) for row in rows]
    total = head.height + sum(title_heights) + sum(heights) + _PANEL_GAP * (len(heights) - 1) + 2 * _MARGIN
    canvas = Canvas(theme.print.chart_width, total, theme)
    draw_header(canvas, head, _MARGIN, _MARGIN)
    top = _MARGIN + head.height
    for row, title_height, height in zip(rows, title_heights, heights, strict=True):
        for index in range(row, min(row + columns, len(panels))):
            column = index - row
            left = _MARGIN + first_left + column * pitch
            canvas.draw_text((left, top + LINE_HEIGHT / 2), titles[index], bold=True)
            plan = plans[index]
            if isinstance(plan, PlotLayout):
                draw_plot(
                    canvas,
                    plan,
                    left - plan.left,
                    top + title_height,
                    label_value_axis=_has_labelled_value_axis(plan, column),
                )
            else:
                plan.draw(canvas, left, top + title_height)
        top += title_height + height + _PANEL_GAP
    return canvas


def _lay_out_panels(
    chart: Chart, theme: Theme, columns: int, max_width: float
) -> list[PlotLayout | AxislessLayout]:
    panels, kind = chart.data.panels, get_chart_type(chart)
    if isinstance(kind, AxislessChartType):
        width = (max_width - _PANEL_GAP * (columns - 1)) / columns
        return [kind.lay_out(chart, chart.data.select_panel(panel), width, theme) for panel in panels]
    ruler = TextRuler(theme)
    lefts = [
        lay_out_plot(
            chart,
            chart.data.select_panel(panel),
            max_width,
            ruler,
            PlotSettings(height=_PANEL_HEIGHT, value_axis=make_panel_axis(chart, panel)),
        ).left
        for panel in (panels if _has_own_left_labels(chart) else panels[:1])
    ]
    width = _compute_panel_width(chart, columns, max_width, max(lefts))
    plans: list[PlotLayout | AxislessLayout] = []
    for index, panel in enumerate(panels):
        settings = PlotSettings(
            has_left_labels=index % columns == 0 or _has_own_left_labels(chart),
            has_bottom_labels=index + columns >= len(panels) or (chart.has_free_scales and chart.horizontal),
            height=_PANEL_HEIGHT,
            value_axis=make_panel_axis(chart, panel),
        )
        own_left = lefts[index % len(lefts)] if settings.has_left_labels else 0.0
        plans.append(lay_out_plot(chart, chart.data.select_panel(panel), width + own_left, ruler, settings))
    return plans


def _has_labelled_value_axis(layout: PlotLayout, column: int) -> bool:
    """Return whether a panel's value axis is labelled.

    This is true for panels in the first column or, with horizontal bars, for panels with labels below them.
    """
    if layout.is_horizontal:
        return bool(layout.bottom > LINE_HEIGHT)
    return column == 0 or _has_own_left_labels(layout.chart)
