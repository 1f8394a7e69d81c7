"""The numbers behind a chart as rows of text."""

from __future__ import annotations

from collections.abc import Iterator

from triptych.languages.numerals import format_number
from triptych.media.charts.axes.times import category_name
from triptych.model.charts import Series
from triptych.model.nodes import Chart


def data_rows(chart: Chart) -> Iterator[tuple[str, ...]]:
    """All numbers as the data file writes them, the first row naming the columns.

    Of small multiples the panel comes first in each row, and rows without a number are left out; of dots
    in several series, which share no categories, too.
    """
    data = chart.data
    if data.series_name:
        yield from _rows_of_groups(chart)
        return
    unit = f" ({chart.unit})" if chart.unit and not chart.kind.traits.binned else ""
    title = data.category_title or data.category_name
    labels = data.labels
    heads = [label + unit for label in labels]
    if not data.panels:
        yield (title, *heads)
    else:
        yield (data.panel_title, title, *heads)
    for panel in data.panels or ("",):
        members = {series.label: series for series in data.of_panel(panel).series}
        for index in range(len(data.categories)):
            cells = [_cell(members.get(label), index, chart.language) for label in labels]
            if any(cells) or not panel:
                first = (panel,) if panel else ()
                yield (*first, category_name(data, index, chart.language), *cells)


def _rows_of_groups(chart: Chart) -> Iterator[tuple[str, ...]]:
    """The categories of a map's regions, and their values where it has any."""
    data = chart.data
    head = (data.category_title or data.category_name, data.series_name)
    yield (*head, chart.value_line or "–") if data.counted else head
    for index in range(len(data.categories)):
        own = next((series for series in data.series if series.values[index] is not None), None)
        row = (category_name(data, index, chart.language), own.label if own else "")
        yield (*row, _cell(own, index, chart.language)) if data.counted else row


def _cell(series: Series | None, index: int, language: str) -> str:
    value = series.values[index] if series else None
    return "" if series is None or value is None else format_number(value, series.places[index], language)
