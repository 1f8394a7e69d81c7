"""Convert a chart's values to table rows and to sentences of its alt text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from triptych.charts.chart_types import get_chart_type
from triptych.charts.time_axis import format_x_value
from triptych.charts.totals import make_total_series
from triptych.languages.labels import Labels, load_labels
from triptych.languages.numerals import format_number
from triptych.model.book import Book
from triptych.model.charts import Series
from triptych.model.nodes import Chart, Inline, Text
from triptych.model.sentences import close_sentence, join_sentences
from triptych.model.walk import book_nodes


def iter_charts_and_files(book: Book) -> Iterator[tuple[Chart, str]]:
    """Yield each chart of a book with the name of the CSV file for its values.

    The file name of a numbered figure is, for example, ``figure-07-2-solar.csv``, so that the files are
    sorted in the order of the book. Other charts are named after their identifier, or by position, as in
    ``chart-3.csv``.
    """
    for place, chart in enumerate(book_nodes(book, Chart), 1):
        label = book.labels.get(chart.attr.id)
        if not label or not label.number:
            yield chart, f"{chart.attr.id or f'chart-{place}'}.csv"
            continue
        *chapter, chart_number = re.split(r"\W+", label.number)
        number = "-".join((*(part.zfill(2) for part in chapter[:1]), *chapter[1:], chart_number))
        yield chart, f"figure-{number}-{chart.attr.id.removeprefix('fig-')}.csv"


def iter_data_rows(chart: Chart, *, machine_readable: bool = False) -> Iterator[tuple[str, ...]]:
    """Yield a header row, then one row per category, with the decimal places of the data file.

    Numbers and dates are formatted in the chart's language, or for programs if ``machine_readable`` is true.
    The first cell is the panel in small multiples, and the point's name if points have names. In small
    multiples, rows without values are omitted.
    """
    data = chart.data
    own_rows = get_chart_type(chart).iter_rows(chart, machine_readable=machine_readable)
    if own_rows is not None:
        yield from own_rows
        return
    if data.series_name:
        yield from _iter_group_rows(chart, machine_readable)
        return
    kind = get_chart_type(chart)
    unit = f" ({chart.unit})" if chart.unit and data.bin_edges is None else ""
    units = {label: kind.get_unit(chart, label) for label in data.labels if data.bin_edges is None}
    title = data.category_title or data.category_name
    labels = data.labels
    further_series = [series for series in data.extra_series if series.label]
    totals = load_labels(chart.language)["total"] + unit
    heads = [f"{label} ({units[label]})" if units.get(label) else label for label in labels]
    heads += [series.label for series in further_series]
    heads += [totals] if chart.has_totals else []
    if not data.panels:
        yield (*((data.point_title,) if data.x_values else ()), title, *heads)
    else:
        yield (data.panel_title, title, *heads)
    for panel in data.panels or ("",):
        panel_data = data.select_panel(panel)
        members = {series.label: series for series in panel_data.series}
        sums = [make_total_series(chart, panel_data)] if chart.has_totals else []
        for index in range(len(data.categories)):
            columns = [*(members.get(label) for label in labels), *further_series, *sums]
            cells = [_format_cell(series, index, chart.language, machine_readable) for series in columns]
            if any(cells) or not panel:
                first = (panel,) if panel else ()
                if data.x_values:
                    first = (data.categories[index],)
                yield (*first, _format_row_label(chart, index, machine_readable), *cells)


def _iter_group_rows(chart: Chart, machine_readable: bool) -> Iterator[tuple[str, ...]]:
    data = chart.data
    head = (data.category_title or data.category_name, data.series_name)
    yield (*head, chart.value_axis_title or "–") if data.has_values else head
    for index in range(len(data.categories)):
        value_series = next((series for series in data.series if series.values[index] is not None), None)
        row = (_format_row_label(chart, index, machine_readable), value_series.label if value_series else "")
        yield (
            (*row, _format_cell(value_series, index, chart.language, machine_readable))
            if data.has_values
            else row
        )


def _format_row_label(chart: Chart, index: int, machine_readable: bool) -> str:
    data = chart.data
    if machine_readable and data.bin_edges is None:
        return (data.x_values or data.categories)[index]
    return format_x_value(data, index, chart.language)


def _format_cell(series: Series | None, index: int, language: str, machine_readable: bool) -> str:
    value = series.values[index] if series else None
    if series is None or value is None:
        return ""
    places = series.decimal_places[index]
    return f"{value:.{places}f}" if machine_readable else format_number(value, places, language)


def format_named_value(series: Series, index: int, name: str, chart: Chart, labels: Labels) -> str:
    """Format a value followed by ``name`` in brackets; return "" for a missing value."""
    value = series.values[index]
    if value is None:
        return ""
    before, closing = labels.brackets
    return f"{format_number(value, series.decimal_places[index], chart.language)}{before}{name}{closing}"


def describe_series(
    chart: Chart, names: Sequence[str], labels: Labels, titles: Mapping[str, str] = MappingProxyType({})
) -> Iterator[str]:
    """Yield a sentence for each series that lists its values, each followed by its category in brackets.

    ``titles`` replace labels of series.
    """
    for series in chart.data.series:
        values = (format_named_value(series, index, name, chart, labels) for index, name in enumerate(names))
        yield labels.titled(titles.get(series.label, series.label), labels.listed(filter(None, values)))


def append_unit(caption: tuple[Inline, ...], unit: str, labels: Labels) -> tuple[Inline, ...]:
    """Append the unit of the values to a table's caption, in brackets or as a sentence."""
    caption, unit_sentence = add_unit(caption, unit, labels)
    stop = labels.full_stop
    return join_sentences(caption, unit_sentence, full_stop=stop) if unit_sentence else caption


def add_unit(
    caption: tuple[Inline, ...], unit: str, labels: Labels
) -> tuple[tuple[Inline, ...], tuple[Inline, ...]]:
    """Add the unit of the values to a table's caption; return two sequences of inlines.

    If the caption does not end a sentence, the first is the caption with the unit in brackets, and the second
    is empty. Otherwise, they are the caption and the unit.
    """
    if unit and caption and close_sentence(caption) != caption:
        before, after = labels.brackets
        return (*caption, Text(text=f"{before}{unit}{after}")), ()
    return caption, (Text(text=unit),) if unit else ()
