"""Native charts with their workbook embedded: colours from the theme, numbers as published.

DrawingML charts are ECMA-376 Part 1, clause 21.2. Values are written with the decimal places of the
data, labels with those that ``Series.decimals`` asks for.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from pptx.chart import data as chart_data
from pptx.enum.chart import XL_CHART_TYPE
from pptx.oxml.ns import qn

from triptych.model.nodes import Chart, ChartKind
from triptych.theme import Theme
from triptych.writers.deck.chart_axes import style_axes
from triptych.writers.deck.chart_labels import number_format, set_text
from triptych.writers.deck.chart_layout import lay_out
from triptych.writers.deck.chart_series import style_pie, style_series
from triptych.writers.deck.text import child, cleaned

# python-pptx leaves the types of these open.
_CategoryData: Any = chart_data.CategoryChartData
_NumberData: Any = chart_data.XyChartData

# Kind, stacked, horizontal.
_TYPES = {
    (ChartKind.LINE, False, False): XL_CHART_TYPE.LINE_MARKERS,
    (ChartKind.BAR, False, False): XL_CHART_TYPE.COLUMN_CLUSTERED,
    (ChartKind.BAR, True, False): XL_CHART_TYPE.COLUMN_STACKED,
    (ChartKind.BAR, False, True): XL_CHART_TYPE.BAR_CLUSTERED,
    (ChartKind.BAR, True, True): XL_CHART_TYPE.BAR_STACKED,
    (ChartKind.AREA, False, False): XL_CHART_TYPE.AREA,
    (ChartKind.AREA, True, False): XL_CHART_TYPE.AREA_STACKED,
    (ChartKind.SCATTER, False, False): XL_CHART_TYPE.XY_SCATTER,
    (ChartKind.PIE, False, False): XL_CHART_TYPE.PIE,
}


def insert_chart(placeholder: Any, chart: Chart, theme: Theme, language: str) -> Any:
    """Put a chart into a chart placeholder of a slide; the result is its graphic frame."""
    uneven = chart.kind is ChartKind.LINE and not evenly_spaced(chart.data.positions)
    on_numbers = uneven or chart.kind is ChartKind.SCATTER
    if uneven:
        kind = XL_CHART_TYPE.XY_SCATTER_LINES
    else:
        stacked = chart.stacked and chart.kind in {ChartKind.BAR, ChartKind.AREA}
        kind = _TYPES[chart.kind, stacked, chart.horizontal and chart.kind is ChartKind.BAR]
    frame = placeholder.insert_chart(kind, _numbers(chart) if on_numbers else _categories(chart))
    native = frame.chart
    width, height = frame.width.pt, frame.height.pt
    set_text(native, theme, language)
    if chart.kind is ChartKind.PIE:
        style_pie(native, chart)
    else:
        style_series(native, chart)
        style_axes(native, chart, theme, width, on_numbers=on_numbers)
    lay_out(native, chart, theme, width, height, language)
    _finish(native, chart)
    return frame


def evenly_spaced(positions: tuple[float, ...] | None) -> bool:
    """Whether categories may stand at equal distances; uneven years must keep theirs."""
    if positions is None or len(positions) < 3:
        return True
    steps = [after - before for before, after in pairwise(positions)]
    return max(steps) - min(steps) <= 1e-9 * max(abs(step) for step in steps)


def _categories(chart: Chart) -> Any:
    data = _CategoryData()
    data.categories = [cleaned(category) for category in chart.data.categories]
    for series in chart.data.series:
        data.add_series(cleaned(series.label), series.values, number_format(max(series.places, default=0)))
    return data


def _numbers(chart: Chart) -> Any:
    data = _NumberData()
    positions = chart.data.positions or tuple(range(1, len(chart.data.categories) + 1))
    for series in chart.data.series:
        written = number_format(max(series.places, default=0))
        points = data.add_series(cleaned(series.label), number_format=written)
        for position, value in zip(positions, series.values, strict=True):
            points.add_data_point(position, value)
    return data


def _finish(native: Any, chart: Chart) -> None:
    """Stable axis ids (python-pptx writes some negative; the schema asks for unsigned), square corners."""
    space = native._chartSpace
    numbers: dict[str, str] = {}
    for element in space.iter(qn("c:axId"), qn("c:crossAx")):
        old = element.get("val")
        element.set("val", numbers.setdefault(old, str(100_000_001 + len(numbers))))
    if space.find(qn("c:roundedCorners")) is None:
        corners = child(space, "c:roundedCorners", val="0")
        date = space.find(qn("c:date1904"))
        if date is not None:
            date.addnext(corners)
        else:
            space.insert(0, corners)
    blanks = space.find(f"{qn('c:chart')}/{qn('c:dispBlanksAs')}")
    if blanks is not None:
        blanks.set("val", "zero" if chart.kind is ChartKind.PIE else "gap")
