"""The lines, bars, areas, points and slices of native charts, in the theme's series colours."""

from __future__ import annotations

from typing import Any

from pptx.enum.chart import XL_MARKER_STYLE
from pptx.enum.dml import MSO_THEME_COLOR
from pptx.oxml.ns import qn
from pptx.util import Pt

from triptych.model.nodes import Chart, ChartKind, Series
from triptych.writers.deck.chart_labels import label_values, labels_bars
from triptych.writers.deck.text import child

MOST_MARKED_POINTS = 24

_COLOURS = (
    MSO_THEME_COLOR.ACCENT_1,
    MSO_THEME_COLOR.ACCENT_2,
    MSO_THEME_COLOR.ACCENT_3,
    MSO_THEME_COLOR.ACCENT_4,
    MSO_THEME_COLOR.ACCENT_5,
    MSO_THEME_COLOR.ACCENT_6,
)


def style_series(native: Any, chart: Chart) -> None:
    """Colour all series of a chart with axes, and label its bars where they are few."""
    plot = native.plots[0]
    for index, series in enumerate(plot.series):
        colour = _COLOURS[index % len(_COLOURS)]
        if chart.kind is ChartKind.LINE:
            _style_line(series, colour, chart.data.series[index])
        elif chart.kind is ChartKind.SCATTER:
            series.format.line.fill.background()
            _style_marker(series.marker, colour, 9)
        else:
            series.format.fill.solid()
            series.format.fill.fore_color.theme_color = colour
    if chart.kind is ChartKind.BAR:
        plot.gap_width = 55 if len(chart.data.series) == 1 or chart.stacked else 70
        plot.overlap = 100 if chart.stacked else -5
        if labels_bars(chart):
            label_values(plot, chart.data.series[0].decimals)


def style_pie(native: Any, chart: Chart) -> None:
    """Colour the slices and label each with its category and value: no legend is needed."""
    plot = native.plots[0]
    plot.vary_by_categories = True
    for index in range(len(chart.data.categories)):
        point = plot.series[0].points[index]
        point.format.fill.solid()
        point.format.fill.fore_color.theme_color = _COLOURS[index % len(_COLOURS)]
        point.format.line.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1
        point.format.line.width = Pt(1.5)
    label_values(plot, chart.data.series[0].decimals)
    plot.data_labels.show_category_name = True
    labels = plot.data_labels._element
    separator = child(labels, "c:separator")
    separator.text = "\n"
    labels.find(qn("c:showBubbleSize")).addnext(separator)


def _style_line(series: Any, colour: Any, data: Series) -> None:
    series.smooth = False
    series.format.line.width = Pt(2.5)
    series.format.line.color.theme_color = colour
    if len(data.values) <= MOST_MARKED_POINTS or _has_isolated_point(data.values):
        _style_marker(series.marker, colour, 7)
    else:
        series.marker.style = XL_MARKER_STYLE.NONE


def _style_marker(marker: Any, colour: Any, size: int) -> None:
    marker.style = XL_MARKER_STYLE.CIRCLE
    marker.size = size
    marker.format.fill.solid()
    marker.format.fill.fore_color.theme_color = colour
    marker.format.line.color.theme_color = MSO_THEME_COLOR.BACKGROUND_1


def _has_isolated_point(values: tuple[float | None, ...]) -> bool:
    """Whether a value stands between gaps, where a line alone would not show it."""
    padded = (None, *values, None)
    triples = zip(padded, padded[1:], padded[2:], strict=False)
    return any(value is not None and before is None and after is None for before, value, after in triples)
