"""Split charts that have many panels or many horizontal bars across several slides."""

from __future__ import annotations

import math
from dataclasses import replace

from triptych.charts.chart_types import get_chart_type
from triptych.model.nodes import Chart
from triptych.writers.deck.slides import ChartBody

_MAX_COLUMNS = 3
_MAX_ROWS = 2
# Points: space above horizontal bars, minimum height for a bar's name, minimum height of a bar.
_ABOVE_BARS, _NAME_HEIGHT, _BAR_HEIGHT = 16.0, 17.0, 8.0


def split_chart(body: ChartBody, height: float) -> list[ChartBody]:
    """Split a chart into charts for one slide each, if it has many panels or horizontal bars.

    ``height`` is the height of the slide's frame in points. All parts have the scale of the whole chart.
    Other charts are returned unchanged.
    """
    if body.chart.data.panels:
        return _split_panels(body)
    if body.chart.horizontal or get_chart_type(body.chart).has_rows:
        return _split_bars(body, height)
    return [body]


def _split_bars(body: ChartBody, height: float) -> list[ChartBody]:
    chart, data = body.chart, body.chart.data
    bars = 1 if chart.stacked or not get_chart_type(chart).has_axes else len(data.series)
    max_categories = int((height - _ABOVE_BARS) / max(_NAME_HEIGHT, _BAR_HEIGHT * bars))
    count = len(data.categories)
    if count <= max_categories:
        return [body]
    size = math.ceil(count / math.ceil(count / max_categories))
    whole_chart = chart
    if not get_chart_type(chart).has_axes:
        chart = replace(chart, y_min=min(data.numbers), y_max=max(data.numbers))
    parts = []
    for first in range(0, count, size):
        part_data = data.slice_categories(slice(first, first + size))
        notes = tuple(note for note in chart.annotations if note.name in part_data.categories)
        words = tuple(callout for callout in chart.callouts if callout.category in part_data.categories)
        part = replace(chart, data=part_data, annotations=notes, callouts=words)
        parts.append(replace(body, chart=part, whole_chart=whole_chart))
    return parts


def _split_panels(body: ChartBody) -> list[ChartBody]:
    chart, panels = body.chart, body.chart.data.panels
    max_columns = _count_panel_columns(chart)
    slides = math.ceil(len(panels) / (max_columns * _MAX_ROWS))
    size = math.ceil(len(panels) / slides)
    rows = math.ceil(size / max_columns)
    grid = (math.ceil(size / rows), rows)
    parts = []
    for first in range(0, len(panels), size):
        slide_panels = panels[first : first + size]
        series = tuple(series for series in chart.data.series if series.panel in slide_panels)
        data = replace(chart.data, series=series, all_labels=chart.data.labels)
        parts.append(replace(body, chart=replace(chart, data=data), grid=grid, whole_chart=chart))
    return parts


def _count_panel_columns(chart: Chart) -> int:
    """Return the number of panel columns: the author's choice, as far as the text remains legible."""
    max_columns = 2 if chart.horizontal or chart.data.is_whole else _MAX_COLUMNS
    return min(len(chart.data.panels), chart.facet_columns or max_columns, max_columns)
