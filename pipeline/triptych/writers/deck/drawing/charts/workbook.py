"""The numbers of a native chart as its embedded workbook holds them, reference lines after the data."""

from __future__ import annotations

from typing import Any

from triptych.media.charts.axes.times import category_name
from triptych.model.nodes import Chart
from triptych.writers.deck.drawing.charts.bridges import add_bridges, bridge_points
from triptych.writers.deck.drawing.charts.forms import Form, places
from triptych.writers.deck.drawing.charts.labels import number_format
from triptych.writers.deck.drawing.charts.remarks import reference_lines
from triptych.writers.deck.drawing.text import cleaned
from triptych.writers.deck.pptx.chart_data import CategoryData, number_table


def workbook(chart: Chart, form: Form, across: tuple[float, float]) -> Any:
    """Series by series, those of the data first; ``across`` are the ends of an axis that counts numbers."""
    return _numbers(chart, across) if form.on_numbers else _categories(chart, form)


def _categories(chart: Chart, form: Form) -> Any:
    data = CategoryData()
    if form.on_dates:
        data.categories = chart.data.dates or ()
    else:
        names = (category_name(chart.data, i, chart.language) for i in range(len(chart.data.categories)))
        data.categories = [cleaned(name) for name in names]
    for series in chart.data.series:
        data.add_series(cleaned(series.label), series.values, number_format(max(series.places, default=0)))
    add_bridges(data, chart)
    for line in reference_lines(chart):
        data.add_series(cleaned(line.text), (line.value,) * len(chart.data.categories))
    return data


def _numbers(chart: Chart, across: tuple[float, float]) -> Any:
    """One column of places, then a column for each series; rows of its own for each line that is no data."""
    rows = list(places(chart))
    columns: list[tuple[str, dict[int, float], str]] = []
    for series in chart.data.series:
        known = {index: value for index, value in enumerate(series.values) if value is not None}
        columns.append((series.label, known, number_format(max(series.places, default=0))))
    lines: list[tuple[str, list[tuple[float, float | None]]]] = list(bridge_points(chart))
    lines += [(line.text, [(end, line.value) for end in across]) for line in reference_lines(chart)]
    for name, points in lines:
        known = {len(rows) + index: y for index, (_, y) in enumerate(points) if y is not None}
        columns.append((name, known, "General"))
        rows += [x for x, _ in points]
    numbers, data = range(len(rows)), chart.data
    names = (data.point_title, *data.categories) if data.x_values else ()
    return number_table(
        cleaned(data.category_title or data.category_name),
        rows,
        [(cleaned(name), [known.get(row) for row in numbers], code) for name, known, code in columns],
        [cleaned(name) for name in names],
    )
