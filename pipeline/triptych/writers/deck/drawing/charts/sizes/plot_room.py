"""How much of a slide is left for the marks of a chart, beside all of its words."""

from __future__ import annotations

import math

from triptych.media.charts.axes.times import category_name
from triptych.media.charts.axes.wrapping import longest_word, wrapped
from triptych.model.nodes import Chart
from triptych.theme.theme import Theme
from triptych.writers.deck.drawing.charts.axes import VALUE_LABELS_WIDTH
from triptych.writers.deck.drawing.charts.labels import labels_bars
from triptych.writers.deck.drawing.charts.layout import (
    LABELS_HEIGHT,
    LEGEND_KEY,
    PANEL_LINE,
    TOP_LINE,
)
from triptych.writers.deck.drawing.charts.panels import panel_settings
from triptych.writers.deck.drawing.charts.setting import Setting
from triptych.writers.deck.fitting.text import Place
from triptych.writers.deck.slides import ChartBody
from triptych.writers.deck.template.palette import Palette

LEAST = 1 / 3  # of a slide's height
_LEADING = 1.45  # of the text's size
_SLOPE = math.sin(math.radians(45))  # of names too long for their bars


def plot_height(body: ChartBody, place: Place, theme: Theme, palette: Palette) -> float:
    """About how high the plot is in a frame, in points; that of all rows where panels are.

    Few rows that need less than they could have are no less for it.
    """
    chart = body.chart
    whole = Setting(
        theme=theme,
        palette=palette,
        language=chart.language,
        left=place.left,
        top=place.top,
        width=place.width,
        height=place.height,
    )
    if not chart.data.panels:
        return whole.height - _around(chart, whole)
    settings = [setting for _, setting in panel_settings(chart.data.panels, body.grid, whole)]
    return body.grid[1] * min(setting.height - _around(chart, setting) for setting in settings)


def _around(chart: Chart, setting: Setting) -> float:
    """What unit, legend and names take of the height."""
    keys = [setting.text_width(label) + LEGEND_KEY for label in chart.data.labels]
    legend = len(keys) > 1 and not chart.kind.traits.round and not chart.kind.traits.own_form
    rows = math.ceil(sum(keys) / setting.width) if legend else 0
    above = PANEL_LINE if setting.panel else TOP_LINE if chart.value_line or rows else 0.0
    above += max(rows - (0 if setting.panel else 1), 0) * _LEADING * setting.size
    titled = TOP_LINE if chart.data.category_title else 0.0
    return above + titled + _names_height(chart, setting)


def _names_height(chart: Chart, setting: Setting) -> float:
    traits = chart.kind.traits
    if traits.round or traits.two_places or traits.pairs or traits.tiles:
        return LABELS_HEIGHT
    if chart.lying:
        return 0.0 if labels_bars(chart) else LABELS_HEIGHT
    if chart.data.positions is not None or traits.binned:
        return LABELS_HEIGHT
    names = [category_name(chart.data, index, chart.language) for index in range(len(chart.data.categories))]
    slot = (setting.width - VALUE_LABELS_WIDTH) / len(names)
    if max(longest_word(name, setting.text_width) for name in names) > slot:
        return max(map(setting.text_width, names)) * _SLOPE + setting.size
    lines = max(len(wrapped(name, slot, setting.text_width)) for name in names)
    return LABELS_HEIGHT + (lines - 1) * _LEADING * setting.size
