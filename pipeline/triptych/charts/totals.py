"""Compute, format and place the totals of stacked bars (``totals=true``)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from triptych.charts.axes import format_amount
from triptych.charts.canvas import Box, TextRuler
from triptych.charts.columns import choose_decimals
from triptych.charts.plot_layout import PlotLayout, iter_bars, locate_bar_label
from triptych.data.data_file import DataError
from triptych.languages.labels import load_labels
from triptych.model.charts import ChartData, Series, sum_as_decimals
from triptych.model.nodes import Chart

_MAX_CHARACTERS = 72  # characters of all totals in a row of bars on the printed page
_GAP = 1  # characters between two totals


def make_total_series(chart: Chart, data: ChartData) -> Series:
    """Return a series with the sum of each category's values; None for categories without values."""
    values: list[float | None] = []
    places: list[int] = []
    for index in range(len(data.categories)):
        known_values = [value for series in data.series if (value := series.values[index]) is not None]
        values.append(sum_as_decimals(known_values) if known_values else None)
        places.append(max(series.decimal_places[index] for series in data.series))
    return Series(
        label=load_labels(chart.language)["total"],
        values=tuple(values),
        decimal_places=tuple(places),
        label_decimals=min(choose_decimals(values), max(places)),
    )


def list_totals(chart: Chart, data: ChartData) -> list[tuple[int, float, str]]:
    """Return the category index, the sum and the formatted sum of each stack."""
    series = make_total_series(chart, data)
    total_chart = replace(chart, data=replace(data, series=(series,)))
    return [
        (index, value, format_amount(total_chart, value, series.label_decimals))
        for index, value in enumerate(series.values)
        if value is not None
    ]


def iter_total_labels(layout: PlotLayout, ruler: TextRuler) -> Iterator[tuple[str, Box]]:
    """Yield the text and the bounding box of the total at the end of each stack."""
    if not layout.chart.has_totals:
        return
    ends = {category: box for _, category, _, box in iter_bars(layout)}  # the last series is at the end
    for index, value, text in list_totals(layout.chart, layout.data):
        yield text, locate_bar_label(layout, ends[index], value, text, ruler)


def find_annotation_line_end(layout: PlotLayout, x: float, ruler: TextRuler) -> float:
    """Return the y position where an annotation's line ends: at the category axis, or above a total."""
    boxes = (box for _, box in iter_total_labels(layout, ruler))
    return min((box[1] for box in boxes if box[0] < x < box[2]), default=layout.height)


def check_totals(chart: Chart) -> None:
    """Raise ``DataError`` CHT001 if a stack has no true total, or if the labels of the totals overlap."""
    if not chart.has_totals:
        return
    for panel in chart.data.panels or ("",):
        data = chart.data.select_panel(panel)
        for index, name in enumerate(data.categories):
            values = [series.values[index] for series in data.series]
            if None in values and any(value is not None for value in values):
                series = data.series[values.index(None)]
                message = f'no total for "{name}": the series "{series.label}" has no value in this category'
                raise DataError("CHT001", message, "fill in the value, or remove `totals=`", "totals")
            if any(value is not None and value < 0 for value in values):
                message = f'`totals=` cannot label the stack "{name}", which has a negative value'
                raise DataError("CHT001", message, "remove `totals=`, or set `type=waterfall`", "totals")
        longest = max((len(text) for _, _, text in list_totals(chart, data)), default=0) + _GAP
        side_by_side = len(data.categories) * (2 if panel else 1)
        if not chart.horizontal and side_by_side * longest > _MAX_CHARACTERS:
            message = f"the total labels of {len(data.categories)} bars overlap"
            hint = "set `horizontal=true`, filter the rows with `where=`, or remove `totals=`"
            raise DataError("CHT001", message, hint, "totals")
