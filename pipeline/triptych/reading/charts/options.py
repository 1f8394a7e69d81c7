"""The attributes of ``::: {.chart}`` that say how it is drawn → values, or what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeVar

from triptych.diagnostics import did_you_mean, join_names
from triptych.model.charts import Build, ChartKind, Scale
from triptych.model.nodes import Attr
from triptych.model.whole_numbers import whole_number
from triptych.reading.data.columns import DataError, number
from triptych.reading.vocabulary.charts import CHART_OPTIONS

_Choice = TypeVar("_Choice", Build, ChartKind, Scale)


# Every attribute with the kinds of chart that take it.
ATTRIBUTES = {name: option.kinds for name, option in CHART_OPTIONS.items()}
_MOST_BINS, _MOST_COLUMNS = 100, 6
_TRUE, _FALSE = frozenset(("true", "yes", "1")), frozenset(("false", "no", "0", ""))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartOptions:
    """How a chart is drawn; the fields are those of ``Chart``. ``bins`` and ``horizontal`` are None
    where a rule decides."""

    kind: ChartKind
    stacked: bool
    percent: bool
    horizontal: bool | None
    x_scale: Scale
    y_scale: Scale
    y_min: float | None
    y_max: float | None
    bins: int | None
    facet_columns: int
    direct_labels: bool
    build: Build


def read_headline(attr: Attr) -> str:
    """What stands over a chart in books: its own words, else the title of its slide, or nothing."""
    own = attr.get("headline")
    return attr.get("slide-title") if own.lower() in ("", *_TRUE) else "" if own.lower() in _FALSE else own


def read_options(attr: Attr) -> ChartOptions:
    """Attributes → options. Raises ``DataError`` CHT001."""
    if not attr.get("type"):
        hint = f"set `type=line`, `type=bar` or another type: {', '.join(list(ChartKind)[2:])}"
        raise DataError("CHT001", "the chart has no `type=` attribute", hint)
    kind = _choice(attr, "type", ChartKind, ChartKind.LINE)
    for key, _ in attr.pairs:
        if key in ATTRIBUTES and kind not in ATTRIBUTES[key]:
            raise _refused(key, kind)
    percent = attr.get("stacked").lower() == "percent"
    options = ChartOptions(
        kind=kind,
        stacked=percent or _flag(attr, "stacked", more=("percent",)),
        percent=percent,
        horizontal=_flag(attr, "horizontal") if _is_set(attr, "horizontal") else None,
        x_scale=_choice(attr, "x-scale", Scale, Scale.LINEAR),
        y_scale=_choice(attr, "y-scale", Scale, Scale.LINEAR),
        y_min=_number(attr, "y-min"),
        y_max=_number(attr, "y-max"),
        bins=_count(attr, "bins", 1, _MOST_BINS) or None,
        facet_columns=_count(attr, "facet-columns", 1, _MOST_COLUMNS),
        direct_labels=not attr.get("direct-labels") or _flag(attr, "direct-labels"),
        build=_choice(attr, "build", Build, Build.NONE),
    )
    _check_together(attr, options)
    return options


def in_parts(attr: Attr, key: str) -> list[str]:
    """What stands between semicolons in an attribute, without what is empty."""
    return [part.strip() for part in attr.get(key).split(";") if part.strip()]


def name_and_words(part: str, names: Iterable[str], key: str) -> tuple[str, str]:
    """``PLACE: Words`` → both; one of the names that are known may hold a colon of its own.

    Raises ``DataError`` CHT001 where there are no words.
    """
    known = [name for name in names if part == name or part.startswith(f"{name}:")]
    name = max(known, key=len, default=part.partition(":")[0].strip())
    words = part[len(name) :].lstrip().removeprefix(":").strip()
    if not words:
        name = name or "PLACE"
        raise DataError("CHT001", f'`{key}=` has no text for "{part}"', f'write `{key}="{name}: TEXT"`', key)
    return name, words


def _refused(key: str, kind: ChartKind) -> DataError:
    if key in ("x-scale", "y-scale"):
        hint = f"remove `{key}=`, or set `type=line` or `type=scatter`"
        return DataError("CHT001", f"charts of type {kind} do not support log scales", hint, key)
    hint = f"remove `{key}=`, or set `type=` to {join_names(sorted(ATTRIBUTES[key]), 'or')}"
    return DataError("CHT001", f"charts of type {kind} do not support `{key}=`", hint, key)


def _check_together(attr: Attr, options: ChartOptions) -> None:
    if attr.get("facet-columns") and not attr.get("facet"):
        hint = "set `facet=` to the column that splits the rows into panels, or remove `facet-columns=`"
        raise DataError("CHT001", "`facet-columns=` requires `facet=`", hint, "facet-columns")
    if attr.get("callout") and attr.get("facet"):
        hint = "move the callouts to the caption, or use `where=` instead of `facet=` to show a single panel"
        raise DataError("CHT001", "a chart with `facet=` cannot have callouts", hint, "callout")
    if options.build is Build.SERIES and options.kind.traits.round:
        message = f"`build=series` has no effect: a {options.kind} chart has one series"
        raise DataError("CHT001", message, "set `build=category`, or remove `build=`", "build")
    low, high = options.y_min, options.y_max
    if low is not None and high is not None and low >= high:
        message = f"`y-min={low:g}` must be less than `y-max={high:g}`"
        raise DataError("CHT001", message, f"set `y-min=` to a value below {high:g}", "y-min")
    for key, end in (("y-min", low), ("y-max", high)):
        if end is not None and end <= 0 and options.y_scale is Scale.LOG:
            hint = f"set `{key}=` to a positive number, or remove `y-scale=log`"
            message = f"`{key}={end:g}` is not positive; a log scale requires positive values"
            raise DataError("CHT001", message, hint, key)


def _choice(attr: Attr, key: str, choices: type[_Choice], default: _Choice) -> _Choice:
    text = attr.get(key).lower() or default
    try:
        return choices(text)
    except ValueError:
        words = [str(choice) for choice in choices]
        message = f'unknown chart type "{text}"' if key == "type" else f'invalid value "{text}" for `{key}=`'
        hint = did_you_mean(text, words) or f"use {join_names(words, 'or')}"
        raise DataError("CHT001", message, hint, key) from None


def _is_set(attr: Attr, key: str) -> bool:
    """Whether an author has said anything of it, as a value or as a class."""
    return attr.has(key) or key in dict(attr.pairs)


def _flag(attr: Attr, key: str, more: tuple[str, ...] = ()) -> bool:
    """True, false, or one of further words, which the caller knows."""
    text = attr.get(key).lower()
    if text not in _TRUE | _FALSE | set(more):
        words = ["true", "false", *more]
        hint = did_you_mean(text, words) or f"use {join_names(words, 'or')}"
        raise DataError("CHT001", f'invalid value "{attr.get(key)}" for `{key}=`', hint, key)
    return text in _TRUE or attr.has(key)


def _number(attr: Attr, key: str) -> float | None:
    try:
        return number(attr.get(key))
    except ValueError:
        message = f'the value "{attr.get(key)}" for `{key}=` is not a number'
        raise DataError("CHT001", message, f"write a number such as `{key}=10`", key) from None


def _count(attr: Attr, key: str, least: int, most: int) -> int:
    """A whole number, 0 where the attribute is not there."""
    text = attr.get(key).strip()
    if not text:
        return 0
    number = whole_number(text)
    if number is None or not least <= number <= most:
        message = f'the value "{text}" for `{key}=` is not a whole number from {least} to {most}'
        raise DataError("CHT001", message, f"set `{key}=` to a whole number from {least} to {most}", key)
    return number
