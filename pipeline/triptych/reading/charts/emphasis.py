"""``highlight="China; 2025"`` and ``callout="2025: Words; China: Words"`` → what stands out in a chart."""

from __future__ import annotations

from collections.abc import Sequence

from triptych.diagnostics import did_you_mean
from triptych.model.charts import ChartData, Pointer
from triptych.model.nodes import Attr
from triptych.reading.charts.options import ChartOptions, in_parts, name_and_words
from triptych.reading.data.columns import DataError

MOST_CALLOUTS = 4  # a chart with more words than that has no message


def read_highlight(attr: Attr, data: ChartData, options: ChartOptions) -> tuple[str, ...]:
    """Names of series, panels or categories, as the data has them. Raises ``DataError`` CHT001."""
    found = []
    series = () if options.kind.traits.round else (*data.labels, *data.panels)
    categories = () if options.kind.traits.filled else data.categories
    names = (*series, *categories)
    for part in in_parts(attr, "highlight"):
        if part in names:
            found.append(part)
        elif part in data.categories:
            message = f'an area chart cannot highlight a single category, such as "{part}"'
            raise DataError(
                "CHT001", message, "name a series in `highlight=`, or set `type=bar`", "highlight"
            )
        else:
            message = f'`highlight=` names "{part}", which is not in the chart'
            raise DataError("CHT001", message, _instead(part, names), "highlight")
    return tuple(dict.fromkeys(found))


def read_callouts(attr: Attr, data: ChartData) -> tuple[Pointer, ...]:
    """Words at marks: ``CATEGORY: Words``, ``SERIES: Words`` at its last value, ``SERIES, CATEGORY: Words``.

    Raises ``DataError`` CHT001.
    """
    parts = in_parts(attr, "callout")
    if len(parts) > MOST_CALLOUTS:
        message = f"the chart has {len(parts)} callouts; the limit is {MOST_CALLOUTS}"
        raise DataError(
            "CHT001", message, f"keep only the {MOST_CALLOUTS} most important callouts", "callout"
        )
    return tuple(_callout(part, data) for part in parts)


def _callout(part: str, data: ChartData) -> Pointer:
    places = _places(data)
    name, words = name_and_words(part, places, "callout")
    if name not in places:
        hint = _instead(name, (*data.labels, *data.categories))
        message = f'`callout=` names "{name}", which is not in the chart'
        raise DataError("CHT001", message, hint, "callout")
    series, category = places[name]
    own = [one for one in data.series if series in ("", one.label)]
    if all(one.values[data.categories.index(category)] is None for one in own):
        message = f'the callout for "{name}" points to a missing value'
        raise DataError("CHT001", message, "place the callout at a category that has a value", "callout")
    return Pointer(category=category, series=series, text=words)


def _places(data: ChartData) -> dict[str, tuple[str, str]]:
    """What a callout may name → series and category; a name of both is the category's."""
    places = {}
    for series in data.series:
        last = max((i for i, value in enumerate(series.values) if value is not None), default=0)
        places[series.label] = (series.label, data.categories[last])
        for category in data.categories:
            places[f"{series.label}, {category}"] = (series.label, category)
    return places | {category: ("", category) for category in data.categories}


def _instead(name: str, names: Sequence[str]) -> str:
    """A hint with the nearest name, or all names where they are few."""
    known = list(dict.fromkeys(names))
    listed = ", ".join(known[:8]) + (" …" if len(known) > 8 else "")
    return did_you_mean(name, known) or f"use one of {listed}"
