"""How much of a slide is left for the marks of a chart, beside all of its words."""

from __future__ import annotations

from dataclasses import replace

from triptych.media.charts.canvas import SIZE
from triptych.theme.theme import Theme
from triptych.writers.deck.drawing.charts.forms import form_of
from triptych.writers.deck.drawing.charts.layout import TOP_LINE, plan_chart
from triptych.writers.deck.drawing.charts.panels import panel_settings
from triptych.writers.deck.drawing.charts.setting import setting_of, shown_natively
from triptych.writers.deck.fitting.text import Place
from triptych.writers.deck.slides import ChartBody
from triptych.writers.deck.template.palette import Palette

LEAST = 1 / 3  # of a slide's height
_LABELS_HEIGHT = 28.0  # points, about what names around other charts take


def plot_height(body: ChartBody, place: Place, theme: Theme, palette: Palette) -> float:
    """Return how high the plot is in a frame, in points; that of all rows where panels are.

    Few rows that need less than they could have are no less for it.
    """
    chart, whole = shown_natively(body.chart), setting_of(body, place, theme, palette, body.chart.language)
    if chart.kind.traits.round or chart.kind.traits.own_form:
        return whole.height - _LABELS_HEIGHT - (TOP_LINE if chart.value_line else 0.0)
    settings = [(chart, whole)]
    if chart.data.panels:
        panels = panel_settings(chart.data.panels, body.grid, whole)
        settings = [(replace(chart, data=chart.data.of_panel(panel)), setting) for panel, setting in panels]
    heights = []
    for one, setting in settings:
        plan = plan_chart(one, form_of(one), setting)
        around = plan.top + (plan.plan.whole_height - plan.plan.height) * setting.size / SIZE
        heights.append(setting.height - around)
    return body.grid[1] * min(heights)
