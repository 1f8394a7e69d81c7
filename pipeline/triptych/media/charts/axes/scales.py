"""From values to places: the ends and ticks of axes, the same in the drawing and in the deck."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from triptych.languages.compact import NumberUnit, number_unit, tick_decimals
from triptych.languages.numerals import (
    MOST_TICK_PLACES,
    decimal_places,
    format_number,
    format_percent,
    format_tick,
)
from triptych.model.charts import Scale
from triptych.model.nodes import Chart

_SMALLEST = 1e-290  # a difference that floating point can still divide
_COARSE = 1e9  # steps: a value of more steps keeps all its digits
_FINEST = 1e-9  # of a number: what is less than that of it, floating point may not tell from nothing
_TICKS = 5  # about so many on a value axis
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueScale:
    """A number axis from ``low`` to ``high``, with the values that are named on it."""

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False
    percent: bool = False

    def share(self, value: float) -> float:
        """Where a value stands, from 0 at the low end to 1."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def names(self, language: str) -> list[str]:
        """The ticks in words."""
        if self.percent:
            return [format_percent(tick, language) for tick in self.ticks]
        unit = self.unit(language)
        if unit is None:
            places = max((decimal_places(tick, MOST_TICK_PLACES) for tick in self.ticks), default=0)
            if self.log or places == MOST_TICK_PLACES:
                return [format_tick(tick, language) for tick in self.ticks]
            return [format_number(tick, places if tick else 0, language) for tick in self.ticks]
        return [unit.words(tick, tick_decimals(self.ticks, unit), language) for tick in self.ticks]

    def unit(self, language: str) -> NumberUnit | None:
        """What large values are counted in on the axis; on a logarithmic one no unit serves all."""
        return None if self.log else number_unit(max(map(abs, self.ticks), default=0.0), language)


def value_scale(chart: Chart) -> ValueScale:
    """The scale of a chart's values, common to all its panels.

    It starts at zero but for dots, and where the author says otherwise: a length or a slope that does not
    start there misleads.
    """
    if chart.percent:
        return ValueScale(low=0.0, high=100.0, ticks=(0.0, 25.0, 50.0, 75.0, 100.0), percent=True)
    values = [*reaches(chart), *(mark.value for mark in chart.marks)] or [1.0]
    if chart.y_scale is Scale.LOG:
        return log_scale(min(values), max(values), chart.y_min, chart.y_max)
    if not chart.kind.traits.on_numbers and (not chart.kind.traits.lines or chart.y_min is None):
        values.append(0.0)
    counts = chart.kind.traits.binned
    return linear_scale(min(values), max(values), chart.y_min, chart.y_max, whole=counts)


def reaches(chart: Chart) -> Iterator[float]:
    """The values that the axis must show: those of the data, or the ends of stacks."""
    data = chart.data
    if chart.kind.traits.running:
        yield from (end for step in data.steps if step is not None for end in step)
    else:
        yield from data.stack_ends if chart.stacked else data.numbers


def linear_scale(
    low: float,
    high: float,
    least: float | None = None,
    most: float | None = None,
    *,
    wide: bool = True,
    whole: bool = False,
) -> ValueScale:
    """Round ends and ticks around some values; ``least`` and ``most`` are ends that an author set.

    Not ``wide``, the ends are those of the values; ``whole`` ticks count things.
    """
    low, high = low if least is None else least, high if most is None else most
    if high - low < _SMALLEST:
        room = max(1.0, abs(low) * _FINEST)
        low, high = (low - room, high + room) if low else (0.0, 1.0)
    step = round_step((high - low) / _TICKS)
    if whole:
        step = max(1.0, step * 2 if step == 2.5 else step)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    start = low if least is not None or not wide else first * step
    end = high if most is not None or not wide else last * step
    ticks = tuple(_tidy(index * step, step) for index in range(first, last + 1))
    slack = step * 1e-6
    kept = tuple(tick for tick in ticks if start - slack <= tick <= end + slack)
    return ValueScale(low=_tidy(start, step), high=_tidy(end, step), ticks=kept)


def log_scale(low: float, high: float, least: float | None = None, most: float | None = None) -> ValueScale:
    """Ends at powers of ten, ticks at each, or at 1, 2 and 5 where there are few."""
    start = least or 10.0 ** math.floor(math.log10(low) + 1e-9)
    end = most or 10.0 ** math.ceil(math.log10(high) - 1e-9)
    if end <= start:
        end = start * 10
    first, last = math.floor(math.log10(start)), math.ceil(math.log10(end))
    every = max(1, math.ceil((last - first) / 8))
    powers = range(first, last + 1, every)
    digits = (1, 2, 5) if last - first <= 2 else (1,)
    ticks = (float(f"{digit}e{power}") for power in powers for digit in digits)
    kept = tuple(tick for tick in ticks if start * (1 - 1e-9) <= tick <= end * (1 + 1e-9))
    return ValueScale(low=start, high=end, ticks=kept, log=True)


def round_step(step: float) -> float:
    """The next round step that is no smaller."""
    power: float = 10.0 ** math.floor(math.log10(step))
    return next((round_ * power for round_ in _STEPS if round_ * power >= step * (1 - 1e-9)), 10 * power)


def _tidy(value: float, step: float) -> float:
    """Remove floating-point noise after the twelfth digit, unless the step has digits there."""
    return (float(f"{value:.12g}") if abs(value) < step * _COARSE else value) + 0.0
