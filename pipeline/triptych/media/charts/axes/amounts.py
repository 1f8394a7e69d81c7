"""Values of a chart in words, in short where they are large: the same beside all its marks."""

from __future__ import annotations

from decimal import Decimal

from triptych.languages.compact import NumberUnit, number_unit, unit_decimals
from triptych.languages.numerals import format_number, format_percent, signed, visible_places
from triptych.model.charts import ChartData, add_up, exact
from triptych.model.nodes import Chart


def short_form(chart: Chart) -> tuple[NumberUnit, int] | None:
    """The unit in which a chart writes its values, and their decimal places; None where none."""
    numbers = chart.data.numbers
    unit = number_unit(max(map(abs, numbers), default=0.0), chart.language)
    decimals = unit_decimals(numbers, unit) if unit else None
    return None if unit is None or decimals is None else (unit, decimals)


def amount(chart: Chart, value: float, decimals: int, *, sign: bool = False) -> str:
    """A value with so many decimal places, or in short; a change has its sign.

    It has more places where it would read as zero.
    """
    short = short_form(chart)
    if short is None:
        places = visible_places(value, decimals)
        return (signed if sign else format_number)(value, places, chart.language)
    unit, places = short
    return unit.words(value, places, chart.language, sign=sign)


def slice_amount(chart: Chart, data: ChartData, index: int) -> str:
    """Return the words under the name of a slice: its percentage, or its value and its share of the whole."""
    series = data.series[0]
    value = series.values[index] or 0.0
    if chart.in_percent:
        return format_percent(value, chart.language, series.places[index])
    whole = exact(add_up(value or 0.0 for value in series.values)) or Decimal(1)
    share = 100 * exact(value) / whole
    percentage = format_percent(share, chart.language, visible_places(share, 0 if share >= 1 else 1))
    return f"{amount(chart, value, series.places[index])} · {percentage}"
