"""What stands for a chart whose author has written no alternative text: its numbers, in its language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triptych.languages.labels import Labels, load_labels
from triptych.languages.numerals import format_number, signed
from triptych.media.charts.axes.times import category_name
from triptych.model.charts import Series
from triptych.model.nodes import Chart

_LONGEST = 300  # characters; the table of its numbers has the rest


def alternative(chart: Chart) -> str:
    """Return the numbers of a slope, dumbbell, waterfall or map as a short text, "" for others."""
    labels = load_labels(chart.language)
    parts = list(_parts(chart, labels))
    text = f"{chart.value_line}{labels.full_stop}" if chart.value_line and parts else ""
    for part in parts:
        if len(text) + len(part) > _LONGEST:
            return f"{text.rstrip()} …"
        text += f"{part}{labels.full_stop}"
    return text.rstrip()


def with_emphasis(alt: str, chart: Chart) -> str:
    """An alternative text, and what the chart points at: what is highlighted, and its callouts.

    A callout says that what it names stands out: where callouts name all that is highlighted, that is enough.
    """
    if not alt or not (chart.highlight or chart.callouts):
        return alt
    labels = load_labels(chart.language)
    places = enumerate(chart.data.categories)
    names = {name: category_name(chart.data, index, chart.language) for index, name in places}
    said = [alt.rstrip().removesuffix(labels.full_stop.rstrip())]
    called_out = {name for one in chart.callouts for name in (one.series, names[one.category])}
    if not {names.get(name, name) for name in chart.highlight} <= called_out:
        shown = labels.listed(names.get(name, name) for name in chart.highlight)
        said.append(labels.titled(labels["highlighted"], shown))
    for callout in chart.callouts:
        place = ", ".join(filter(None, (callout.series, names[callout.category])))
        said.append(labels.titled(place, callout.text))
    return "".join(f"{text}{labels.full_stop}" for text in said).rstrip()


def _parts(chart: Chart, labels: Labels) -> Iterator[str]:
    data, traits = chart.data, chart.kind.traits
    names = [category_name(data, index, chart.language) for index in range(len(data.categories))]
    if traits.two_places:
        for series in data.series:
            ends = (_value(series, index, name, chart, labels) for index, name in enumerate(names))
            yield labels.titled(series.label, labels.listed(filter(None, ends)))
    elif traits.pairs:
        for index, name in enumerate(names):
            ends = (_value(series, index, series.label, chart, labels) for series in data.series)
            yield labels.titled(name, labels.listed(filter(None, ends)))
    elif traits.tiles:
        yield from _regions(chart, names, labels)
    elif traits.running:
        for index, name in enumerate(names):
            value, places = data.series[0].values[index], data.series[0].decimals
            if value is not None:
                written = format_number if index in data.totals else signed
                yield labels.titled(name, written(value, places, chart.language))


def _regions(chart: Chart, names: Sequence[str], labels: Labels) -> Iterator[str]:
    """Of a map its categories with their regions, or its regions from the greatest value."""
    for series in chart.data.series:
        known = [(value, index) for index, value in enumerate(series.values) if value is not None]
        if chart.data.series_name:
            yield labels.titled(series.label, labels.listed(names[index] for _, index in known))
        else:
            for value, index in sorted(known, key=lambda one: -one[0]):
                yield labels.titled(names[index], format_number(value, series.places[index], chart.language))


def _value(series: Series, index: int, name: str, chart: Chart, labels: Labels) -> str:
    """A value with what it belongs to in brackets; "" for a gap."""
    value = series.values[index]
    if value is None:
        return ""
    before, behind = labels.brackets
    return f"{format_number(value, series.places[index], chart.language)}{before}{name}{behind}"
