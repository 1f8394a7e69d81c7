"""Small multiples on slides: several native charts in a grid, continued where they are many."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from triptych.media.charts.scales import value_scale
from triptych.model.charts import ROUND, ChartKind
from triptych.model.nodes import Chart
from triptych.writers.deck.charts.setting import Setting
from triptych.writers.deck.slides import ChartBody

_MOST_COLUMNS = 3
_MOST_ROWS = 2
_GAP = 14.0  # points between panels
_SIZE = 12.0


def split_panels(body: ChartBody) -> list[ChartBody]:
    """One chart for each slide, all on the scale of the whole and in grids of one size.

    A chart without panels is itself.
    """
    chart, panels = body.chart, body.chart.data.panels
    if not panels:
        return [body]
    if chart.kind not in ROUND and not chart.percent:
        scale = value_scale(chart)
        chart = replace(chart, y_min=scale.low, y_max=scale.high)
    most = _columns(chart)
    slides = math.ceil(len(panels) / (most * _MOST_ROWS))
    size = math.ceil(len(panels) / slides)
    rows = math.ceil(size / most)
    grid = (math.ceil(size / rows), rows)
    parts = []
    for first in range(0, len(panels), size):
        own = panels[first : first + size]
        series = tuple(series for series in chart.data.series if series.panel in own)
        data = replace(chart.data, series=series, names=chart.data.labels)
        parts.append(replace(body, chart=replace(chart, data=data), grid=grid))
    return parts


def panel_settings(
    panels: tuple[str, ...], grid: tuple[int, int], whole: Setting
) -> Iterator[tuple[str, Setting]]:
    """Each panel's name and frame, in rows of equal cells."""
    columns, rows = grid
    width = (whole.width - _GAP * (columns - 1)) / columns
    height = (whole.height - _GAP * (rows - 1)) / rows
    for index, panel in enumerate(panels):
        row, column = divmod(index, columns)
        left = whole.left + column * (width + _GAP)
        top = whole.top + row * (height + _GAP)
        yield (
            panel,
            replace(whole, left=left, top=top, width=width, height=height, size=_SIZE, panel=panel),
        )


def _columns(chart: Chart) -> int:
    """As the author asked, so far as text stays readable; lying bars have their names beside them."""
    most = 2 if (chart.horizontal and chart.kind is ChartKind.BAR) or chart.kind in ROUND else _MOST_COLUMNS
    return min(len(chart.data.panels), chart.facet_columns or most, most)
