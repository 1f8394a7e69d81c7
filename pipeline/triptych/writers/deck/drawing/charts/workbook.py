"""The numbers of a native chart as its embedded workbook holds them, remarks behind the data."""

from __future__ import annotations

from typing import Any

from triptych.media.charts.axes.times import category_name
from triptych.model.nodes import Chart
from triptych.writers.deck.drawing.charts.bridges import add_bridges
from triptych.writers.deck.drawing.charts.forms import Form, places
from triptych.writers.deck.drawing.charts.labels import number_format
from triptych.writers.deck.drawing.charts.remarks import Remarks
from triptych.writers.deck.drawing.text import cleaned
from triptych.writers.deck.pptx.chart_data import CategoryData, NumberData


def workbook(chart: Chart, form: Form, remarks: Remarks) -> Any:
    """Series by series, those of the data first."""
    return _numbers(chart, form, remarks) if form.on_numbers else _categories(chart, form, remarks)


def _categories(chart: Chart, form: Form, remarks: Remarks) -> Any:
    data = CategoryData()
    if form.on_dates:
        data.categories = chart.data.dates or ()
    else:
        names = (category_name(chart.data, i, chart.language) for i in range(len(chart.data.categories)))
        data.categories = [cleaned(name) for name in names]
    for series in chart.data.series:
        data.add_series(cleaned(series.label), series.values, number_format(max(series.places, default=0)))
    add_bridges(data, chart, form)
    for line in remarks.lines:
        data.add_series(cleaned(line.text), (line.value,) * len(chart.data.categories))
    if remarks.notes:
        levels = {note.index: note.level for note in remarks.notes}
        values = [levels.get(index) for index in range(len(chart.data.categories))]
        data.add_series(remarks.title, values)
    return data


def _numbers(chart: Chart, form: Form, remarks: Remarks) -> Any:
    data = NumberData()
    positions = places(chart)
    own = len(chart.data.series) > 1 or bool(chart.data.panel_title)
    for series in chart.data.series:
        written = number_format(max(series.places, default=0))
        points = data.add_series(cleaned(series.label), number_format=written)
        for position, value in zip(positions, series.values, strict=True):
            if value is not None or not (own and chart.kind.traits.on_numbers):
                points.add_data_point(position, value)
    add_bridges(data, chart, form)
    for line in remarks.lines:
        points = data.add_series(cleaned(line.text))
        for end in remarks.across:
            points.add_data_point(end, line.value)
    if remarks.notes:
        points = data.add_series(remarks.title)
        for note in remarks.notes:
            points.add_data_point(note.place, note.level)
    return data
