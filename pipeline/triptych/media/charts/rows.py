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


def _cell(series: Series | None, index: int, language: str) -> str:
    value = series.values[index] if series else None
    return "" if series is None or value is None else format_number(value, series.places[index], language)
