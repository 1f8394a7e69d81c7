"""What a chart cannot show truly: parts that make no whole, values that the axis leaves out."""

from __future__ import annotations

from collections.abc import Iterator

from triptych.model.charts import ChartData, ChartKind, Mark
from triptych.reading.charts.columns import MOST_SERIES
from triptych.reading.charts.options import ChartOptions
from triptych.reading.data.columns import DataError
from triptych.settings.limits import raising

MOST_LINES = 5
_MOST_NAMES = 1_000
_MOST_PANELS = 100


def check_count(values: int, most: int) -> None:
    """Raise ``DataError`` CHT001 for more values than a chart can show."""
    if values > most:
        message = f"the chart has {values:,} values; the limit is {most:,}"
        hint = f"filter the rows with `where=`, aggregate the data, or {raising('chart-values')}"
        raise DataError("CHT001", message, hint, "data")


def check_data(data: ChartData, options: ChartOptions, marks: tuple[Mark, ...]) -> None:
    """Raises ``DataError`` CHT001 for data that the chart would show falsely or not at all."""
    traits = options.kind.traits
    if len(data.categories) > _MOST_NAMES and not (traits.in_order or traits.on_numbers):
        message = f"the chart has {len(data.categories):,} categories; the limit is {_MOST_NAMES:,}"
        raise DataError("CHT001", message, "filter the rows with `where=`, or set `type=line`", "data")
    if len(data.panels) > _MOST_PANELS:
        message = f"the chart has {len(data.panels):,} panels; the limit is {_MOST_PANELS}"
        raise DataError("CHT001", message, "filter the rows with `where=`", "facet")
    if traits.round:
        _check_whole(data, options.kind)
    if options.percent:
        _check_shares(data)
    elif options.stacked and traits.filled and min(data.numbers) < 0 < max(data.numbers):
        message = "stacked areas cannot mix positive and negative values"
        raise DataError("CHT001", message, "set `type=bar`, or remove `stacked=`", "stacked")
    _check_ends(data, options, marks)


def _check_whole(data: ChartData, kind: ChartKind) -> None:
    for series in data.series:
        values = [value for value in series.values if value is not None]
        if min(values) < 0:
            message = f"a {kind} chart cannot show the negative value {min(values):g}"
            raise DataError("CHT001", message, "set `type=bar`", "type")
        if sum(values) == 0:
            message = f"all values in the {kind} chart are zero"
            raise DataError("CHT001", message, "correct the values, or set `type=bar`", "type")
    if len(data.categories) > MOST_SERIES:
        message = f"the {kind} chart has {len(data.categories)} slices; the limit is {MOST_SERIES}"
        raise DataError("CHT001", message, "combine small values into one slice, or set `type=bar`", "type")


def unwhole(data: ChartData, options: ChartOptions, unit: str) -> str:
    """What the slices of a pie of percentages make where that is not 100, else ""."""
    if not options.kind.traits.round or not unit.startswith("%"):
        return ""
    odd = next((series for series in data.series if not series.makes_hundred), None)
    return f"{sum(value or 0.0 for value in odd.values):g}" if odd else ""


def crowded(data: ChartData, options: ChartOptions, highlight: str) -> int:
    """How many lines or areas cross in one plot where they are too many to follow, else 0.

    Where the author points at one of them the others are what it stands out from.
    """
    if highlight or not (options.kind.traits.lines or options.kind.traits.filled):
        return 0
    most = max(sum(series.panel == panel for series in data.series) for panel in data.panels or ("",))
    return most if most > MOST_LINES else 0


def isolated_points(data: ChartData, options: ChartOptions) -> list[tuple[str, int]]:
    """Return the series and category of each value whose neighbours on the line are both missing.

    A line or area cannot connect such a point. A series of one value, which has no line at all, counts too.
    """
    if not options.kind.traits.in_order or len(data.categories) < 2:
        return []
    found = []
    for series in data.series:
        padded = (None, *series.values, None)
        for index, (before, value, after) in enumerate(zip(padded, padded[1:], padded[2:], strict=False)):
            if value is not None and before is None and after is None:
                found.append((series.label, index))
    return found


def _check_shares(data: ChartData) -> None:
    for series in data.series:
        for name, value in zip(data.categories, series.values, strict=True):
            if value is not None and value < 0:
                message = f'`stacked=percent` cannot show the negative value {value:g} of "{series.label}"'
                message += f' at "{name}"'
                raise DataError("CHT001", message, "set `stacked=true`", "stacked")


def _check_ends(data: ChartData, options: ChartOptions, marks: tuple[Mark, ...]) -> None:
    """Each value must be on the axis, and a length must start at zero."""
    if options.y_min is None and options.y_max is None:
        return
    values = [*_reaches(data, options), *(mark.value for mark in marks)]
    from_zero = options.kind.traits.from_zero
    if from_zero:
        values.append(0.0)
    lowest, highest = min(values), max(values)
    what = "bars or areas" if from_zero else "values"
    if options.y_min is not None and options.y_min > lowest:
        message = f"`y-min={options.y_min:g}` cuts off {what}; the axis must start at {lowest:g} or lower"
        raise DataError(
            "CHT001", message, f"set `y-min={lowest:g}` or a lower value, or remove `y-min=`", "y-min"
        )
    if options.y_max is not None and options.y_max < highest:
        message = f"`y-max={options.y_max:g}` cuts off {what}; the axis must end at {highest:g} or higher"
        raise DataError(
            "CHT001", message, f"set `y-max={highest:g}` or a higher value, or remove `y-max=`", "y-max"
        )


def _reaches(data: ChartData, options: ChartOptions) -> Iterator[float]:
    """The values on the axis: those of the data, or the ends of stacks."""
    if options.percent:
        yield from (0.0, 100.0)
    elif options.stacked:
        yield from data.stack_ends
    else:
        yield from data.numbers
