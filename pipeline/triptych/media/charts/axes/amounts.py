"""Values of a chart in words, in short where they are large: the same beside all its marks."""

from __future__ import annotations

from triptych.languages.compact import NumberUnit, number_unit, unit_decimals
from triptych.languages.numerals import format_number, signed
from triptych.model.nodes import Chart


def short_form(chart: Chart) -> tuple[NumberUnit, int] | None:
    """The unit in which a chart writes its values, and their decimal places; None where none."""
    numbers = chart.data.numbers
    unit = number_unit(max(map(abs, numbers), default=0.0), chart.language)
    decimals = unit_decimals(numbers, unit) if unit else None
    return None if unit is None or decimals is None else (unit, decimals)


def amount(chart: Chart, value: float, decimals: int, *, sign: bool = False) -> str:
    """A value with so many decimal places, or in short; a change has its sign."""
    short = short_form(chart)
    if short is None:
        return (signed if sign else format_number)(value, decimals, chart.language)
    unit, places = short
    return unit.words(value, places, chart.language, sign=sign)
