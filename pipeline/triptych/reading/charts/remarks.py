"""``annotate="2015: Words; 2020: Words"`` and ``reference-line="100: Words"`` → places with words."""

from __future__ import annotations

from collections.abc import Sequence

from triptych.diagnostics import did_you_mean
from triptych.model.charts import Annotation, ChartData, ChartKind, Mark, Scale, year_fraction
from triptych.model.nodes import Attr
from triptych.reading.charts.dates import iso_date
from triptych.reading.charts.options import ChartOptions, in_parts, name_and_words
from triptych.reading.data.columns import DataError, number


def read_annotations(attr: Attr, data: ChartData, options: ChartOptions) -> tuple[Annotation, ...]:
    """Places on the category axis with their words, in its order. Raises ``DataError`` CHT001."""
    found = [_annotation(part, data, options.kind) for part in in_parts(attr, "annotate")]
    return tuple(sorted(found, key=lambda annotation: annotation.place))


def read_marks(attr: Attr, options: ChartOptions) -> tuple[Mark, ...]:
    """Values with their words, in order. Raises ``DataError`` CHT001."""
    found = []
    for part in in_parts(attr, "reference-line"):
        name, _, words = part.partition(":")
        try:
            value = number(name)
        except ValueError:
            value = None
        if value is None:
            message = f'`reference-line=` expects a number, found "{name.strip()}"'
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
        found.append(Mark(value=value, text=words.strip() or name.strip()))
    return tuple(sorted(found, key=lambda mark: mark.value))


def _annotation(part: str, data: ChartData, kind: ChartKind) -> Annotation:
    names = data.categories
    name, words = name_and_words(part, names, "annotate")
    place = _place(name, data, kind)
    if place is None:
        hint = did_you_mean(name, names) or _range(names, data.edges)
        message = f'`annotate=` refers to "{name}", which is not on the category axis'
        raise DataError("CHT001", message, hint, "annotate")
    return Annotation(place=place, name=name, text=words)


def _place(name: str, data: ChartData, kind: ChartKind) -> float | None:
    if kind.traits.binned:
        return _within(name, data.edges or ())
    continuous = kind.traits.continuous and data.positions is not None
    if name in data.categories:
        index = data.categories.index(name)
        return data.positions[index] if continuous and data.positions else float(index)
    if not continuous or not data.positions:
        return None
    if data.dates is None:
        return _within(name, data.positions)
    date = iso_date(name)
    at = year_fraction(date) if date else None
    return at if at is not None and min(data.positions) <= at <= max(data.positions) else None


def _within(name: str, places: Sequence[float]) -> float | None:
    try:
        value = number(name)
    except ValueError:
        return None
    return value if value is not None and min(places) <= value <= max(places) else None


def _range(names: Sequence[str], edges: Sequence[float] | None) -> str:
    first, last = (f"{edges[0]:g}", f"{edges[-1]:g}") if edges else (names[0], names[-1])
    return f"use a value between {first} and {last}"
