"""Read the marks of a chart: annotations, reference lines, highlights and callouts."""

from __future__ import annotations

from collections.abc import Sequence

from triptych.charts.chart_types import ChartType, PlotChartType
from triptych.charts.date_formats import parse_iso_date
from triptych.charts.native import FIRST_DATE, get_serial_day
from triptych.charts.options import ChartOptions, split_items, split_name_and_text
from triptych.data.data_file import DataError, parse_number
from triptych.diagnostics import did_you_mean
from triptych.languages.numerals import format_date
from triptych.model.charts import (
    Annotation,
    ChartCallout,
    ChartData,
    ChartReferenceLine,
    DatePrecision,
    Scale,
    convert_date_to_position,
)
from triptych.model.nodes import Attr


def read_annotations(attr: Attr, data: ChartData, options: ChartOptions) -> tuple[Annotation, ...]:
    """Return the annotations, sorted by position on the category axis. Raise ``DataError`` CHT001."""
    annotations = [_read_annotation(part, data, options.chart_type) for part in split_items(attr, "annotate")]
    return tuple(sorted(annotations, key=lambda annotation: annotation.position))


def read_reference_lines(attr: Attr, options: ChartOptions, language: str) -> tuple[ChartReferenceLine, ...]:
    """Return the reference lines, sorted by value. Raise ``DataError`` CHT001 if one is invalid.

    ``language`` determines the form of dates.
    """
    lines = [_read_today(attr.get("today"), language)] if attr.get("today") else []
    for part in split_items(attr, "reference-line"):
        name, _, words = part.partition(":")
        try:
            value = parse_number(name)
        except ValueError:
            value = None
        if value is None:
            message = f'`reference-line=` must start with a number, but starts with "{name.strip()}"'
            raise DataError(
                "CHT001",
                message,
                'write the value before the text: `reference-line="100: TEXT"`',
                "reference-line",
            )
        if value <= 0 and options.y_scale is Scale.LOG:
            message = f"the reference line at {value:g} is not positive; a log scale requires positive values"
            hint = "remove the reference line, or remove `y-scale=log`"
            raise DataError("CHT001", message, hint, "reference-line")
        lines.append(ChartReferenceLine(value=value, text=words.strip() or name.strip()))
    return tuple(sorted(lines, key=lambda mark: mark.value))


def _read_today(item: str, language: str) -> ChartReferenceLine:
    """Return the line at the start of a date, labelled with its text or else with the date."""
    name, _, words = item.partition(":")
    date = parse_iso_date(name.strip())
    if date is None or date < FIRST_DATE:
        message = f'`today=` must start with a date, but starts with "{name.strip()}"'
        raise DataError("CHT001", message, 'write the date as YYYY-MM-DD: `today="2026-05-15"`', "today")
    label = words.strip() or format_date(date, DatePrecision.DAY, language)
    return ChartReferenceLine(value=get_serial_day(date), text=label)


def _read_annotation(item: str, data: ChartData, chart_type: ChartType) -> Annotation:
    names = data.categories
    name, words = split_name_and_text(item, names, "annotate")
    place = _find_annotation_position(name, data, chart_type)
    if place is None:
        hint = did_you_mean(name, names) or _format_range(names, data.bin_edges)
        message = f'`annotate=` refers to "{name}", which is not on the category axis'
        raise DataError("CHT001", message, hint, "annotate")
    return Annotation(position=place, name=name, text=words)


def _find_annotation_position(name: str, data: ChartData, chart_type: ChartType) -> float | None:
    if data.bin_edges:
        return _parse_position(name, data.bin_edges)
    continuous = (
        isinstance(chart_type, PlotChartType) and chart_type.is_continuous and data.positions is not None
    )
    if name in data.categories:
        index = data.categories.index(name)
        return data.positions[index] if continuous and data.positions else float(index)
    if not continuous or not data.positions:
        return None
    if data.dates is None:
        return _parse_position(name, data.positions)
    date = parse_iso_date(name)
    position = convert_date_to_position(date) if date else None
    return (
        position if position is not None and min(data.positions) <= position <= max(data.positions) else None
    )


def _parse_position(name: str, positions: Sequence[float]) -> float | None:
    try:
        value = parse_number(name)
    except ValueError:
        return None
    return value if value is not None and min(positions) <= value <= max(positions) else None


def _format_range(names: Sequence[str], edges: Sequence[float] | None) -> str:
    first, last = (f"{edges[0]:g}", f"{edges[-1]:g}") if edges else (names[0], names[-1])
    return f"use a value between {first} and {last}"


MAX_CALLOUTS = 4  # more callouts would obscure the chart's message


def read_highlight(attr: Attr, data: ChartData, options: ChartOptions) -> tuple[str, ...]:
    """Return the names of highlighted series, panels or categories.

    Raise ``DataError`` CHT001 for an unknown name.
    """
    parts = []
    series = () if data.is_whole else (*data.labels, *data.panels)
    categories = () if options.chart_type.crossing_shapes == "areas" else data.categories
    names = (*series, *categories)
    for part in split_items(attr, "highlight"):
        if part in names:
            parts.append(part)
        elif part in data.categories:
            message = f'an area chart cannot highlight a single category, such as "{part}"'
            raise DataError(
                "CHT001", message, "name a series in `highlight=`, or set `type=bar`", "highlight"
            )
        else:
            message = f'`highlight=` names "{part}", which is not in the chart'
            raise DataError("CHT001", message, suggest_name(part, names), "highlight")
    return tuple(dict.fromkeys(parts))


def read_callouts(attr: Attr, data: ChartData) -> tuple[ChartCallout, ...]:
    """Read callouts written as ``CATEGORY: TEXT``, ``SERIES: TEXT`` or ``SERIES, CATEGORY: TEXT``.

    ``SERIES: TEXT`` points to the last value of the series. Raise ``DataError`` CHT001 for an invalid
    callout.
    """
    parts = split_items(attr, "callout")
    if len(parts) > MAX_CALLOUTS:
        message = f"the chart has {len(parts)} callouts; the limit is {MAX_CALLOUTS}"
        raise DataError("CHT001", message, f"keep only the {MAX_CALLOUTS} most important callouts", "callout")
    return tuple(_read_callout(part, data) for part in parts)


def _read_callout(item: str, data: ChartData) -> ChartCallout:
    name, words = split_name_and_text(item, _map_place_names(data), "callout")
    series, category = read_place(name, data, "callout")
    return ChartCallout(category=category, series=series, text=words)


def read_place(name: str, data: ChartData, key: str) -> tuple[str, str]:
    """Return the series, or "", and the category of a place such as ``SERIES, CATEGORY``.

    ``key`` is the attribute that names the place. Raise ``DataError`` CHT001 if the place has no value.
    """
    places = _map_place_names(data)
    if name not in places:
        hint = suggest_name(name, (*data.labels, *data.categories))
        raise DataError("CHT001", f'`{key}=` names "{name}", which is not in the chart', hint, key)
    series, category = places[name]
    candidates = [series_data for series_data in data.series if series in ("", series_data.label)]
    if all(series_data.values[data.categories.index(category)] is None for series_data in candidates):
        message = f'the {key} for "{name}" points to a missing value'
        raise DataError("CHT001", message, f"place the {key} at a category that has a value", key)
    return series, category


def _map_place_names(data: ChartData) -> dict[str, tuple[str, str]]:
    """Map the names of places to pairs of series and category, where "" is any series.

    A name that is both a series and a category refers to the category.
    """
    places = {}
    for series in data.series:
        last = max((i for i, value in enumerate(series.values) if value is not None), default=0)
        places[series.label] = (series.label, data.categories[last])
        for category in data.categories:
            places[f"{series.label}, {category}"] = (series.label, category)
    return places | {category: ("", category) for category in data.categories}


def suggest_name(name: str, names: Sequence[str]) -> str:
    """Return a hint with the closest of the names in a chart, or else with the first of them."""
    unique_names = list(dict.fromkeys(names))
    choices = ", ".join(unique_names[:8]) + (" …" if len(unique_names) > 8 else "")
    return did_you_mean(name, unique_names) or f"use one of {choices}"
