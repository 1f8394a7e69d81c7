"""Choose the limits and ticks of axes, for the SVG drawing and the native PowerPoint charts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from triptych.charts.canvas import LINE, Ruler
from triptych.charts.kind import get_plot_kind
from triptych.charts.labels import measure_longest_word, wrap_label
from triptych.charts.times import format_category, make_time_ticks
from triptych.languages.numerals import (
    MOST_TICK_PLACES,
    NumberUnit,
    choose_decimal_places,
    choose_number_unit,
    count_decimal_places,
    count_tick_decimals,
    count_unit_decimals,
    format_number,
    format_percent,
    format_signed,
    format_tick,
)
from triptych.model.charts import ChartData, Scale
from triptych.model.nodes import Chart

_SMALLEST = 1e-290  # smaller differences cause floating-point underflow
_COARSE = 1e9  # values of more steps than this are not rounded
_FINEST = 1e-9  # of a value; the smallest relative difference used as a margin
_TICKS = 5  # approximate number on a value axis
_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueScale:
    """A value axis from ``low`` to ``high`` with labelled ticks."""

    low: float
    high: float
    ticks: tuple[float, ...]
    log: bool = False
    percent: bool = False

    def get_fraction(self, value: float) -> float:
        """Return the position of a value on the axis, from 0 at ``low`` to 1 at ``high``."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def format_ticks(self, language: str) -> list[str]:
        """Return the labels of the ticks."""
        if self.percent:
            return [format_percent(tick, language) for tick in self.ticks]
        unit = self.unit(language)
        if unit is None:
            places = max((count_decimal_places(tick, MOST_TICK_PLACES) for tick in self.ticks), default=0)
            if self.log or places == MOST_TICK_PLACES:
                return [format_tick(tick, language) for tick in self.ticks]
            return [format_number(tick, places if tick else 0, language) for tick in self.ticks]
        return [unit.words(tick, count_tick_decimals(self.ticks, unit), language) for tick in self.ticks]

    def unit(self, language: str) -> NumberUnit | None:
        """Return the unit of the axis for large values, such as millions, or None if the axis has no such
        unit.
        """
        return None if self.log else choose_number_unit(max(map(abs, self.ticks), default=0.0), language)


def make_value_scale(chart: Chart) -> ValueScale:
    """Return the value axis of a chart, which all its panels share.

    The axis includes zero, because bars that do not start at zero mislead. The exceptions are chart types
    that do not need zero, and charts whose author sets an axis limit.
    """
    if chart.percent:
        return ValueScale(low=0.0, high=100.0, ticks=(0.0, 25.0, 50.0, 75.0, 100.0), percent=True)
    kind = get_plot_kind(chart)
    values = [*kind.iter_axis_values(chart), *(mark.value for mark in chart.marks)] or [1.0]
    if chart.y_scale is Scale.LOG:
        return make_log_scale(min(values), max(values), chart.y_min, chart.y_max)
    if kind.includes_zero(chart):
        values.append(0.0)
    return make_linear_scale(min(values), max(values), chart.y_min, chart.y_max, whole=kind.has_whole_ticks)


def make_linear_scale(
    low: float,
    high: float,
    least: float | None = None,
    most: float | None = None,
    *,
    wide: bool = True,
    whole: bool = False,
) -> ValueScale:
    """Return a linear axis with round limits and ticks for values from ``low`` to ``high``.

    ``least`` and ``most`` are limits set by the author. If ``wide`` is false, ``low`` and ``high`` themselves
    are the limits. If ``whole`` is true, the ticks are whole numbers.
    """
    low, high = low if least is None else least, high if most is None else most
    if high - low < _SMALLEST:
        margin = max(1.0, abs(low) * _FINEST)
        low, high = (low - margin, high + margin) if low else (0.0, 1.0)
    step = round_step((high - low) / _TICKS)
    if whole:
        step = max(1.0, step * 2 if step == 2.5 else step)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    start = low if least is not None or not wide else first * step
    end = high if most is not None or not wide else last * step
    ticks = tuple(_remove_float_noise(index * step, step) for index in range(first, last + 1))
    slack = step * 1e-6
    kept = tuple(tick for tick in ticks if start - slack <= tick <= end + slack)
    return ValueScale(low=_remove_float_noise(start, step), high=_remove_float_noise(end, step), ticks=kept)


def make_log_scale(
    low: float, high: float, least: float | None = None, most: float | None = None
) -> ValueScale:
    """Return a logarithmic axis with limits and ticks at powers of ten; a short axis has ticks at 1, 2 and 5
    too.
    """
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
    """Return the smallest step of at least ``step`` that is 1, 2, 2.5 or 5 times a power of ten."""
    power: float = 10.0 ** math.floor(math.log10(step))
    return next((round_ * power for round_ in _STEPS if round_ * power >= step * (1 - 1e-9)), 10 * power)


def _remove_float_noise(value: float, step: float) -> float:
    """Round a value to 12 significant digits, unless ``step`` is too small for that."""
    return (float(f"{value:.12g}") if abs(value) < step * _COARSE else value) + 0.0


def find_number_unit(chart: Chart) -> tuple[NumberUnit, int] | None:
    """Return the unit for a chart's large values, such as millions, with the number of decimal places, or
    None.
    """
    numbers = chart.data.numbers
    unit = choose_number_unit(max(map(abs, numbers), default=0.0), chart.language)
    decimals = count_unit_decimals(numbers, unit) if unit else None
    return None if unit is None or decimals is None else (unit, decimals)


def format_amount(chart: Chart, value: float, decimals: int, *, sign: bool = False) -> str:
    """Format a value in the chart's unit, or with ``decimals`` decimal places if the chart has no unit.

    More places are used if the value would be rounded to zero. ``sign`` adds a plus or minus sign.
    """
    short = find_number_unit(chart)
    if short is None:
        places = choose_decimal_places(value, decimals)
        return (format_signed if sign else format_number)(value, places, chart.language)
    unit, places = short
    return unit.words(value, places, chart.language, sign=sign)


GAP = 5.0  # points between a plot and the labels next to it
_TURNED_LENGTHS = (96.0, 130.0, 180.0)
_MOST_LINES = 4  # of a label below a bar; longer labels are rotated


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryAxis:
    """A category axis with ``slots`` of equal width, or with numeric positions from ``low`` to ``high``."""

    low: float
    high: float
    slots: int = 0
    log: bool = False

    def get_fraction(self, place: float) -> float:
        """Return where a slot's centre or a number is on the axis, from 0 to 1.

        ``place`` is a slot index if the axis has slots, otherwise a numeric position.
        """
        if self.slots:
            return (place + 0.5) / self.slots
        if self.high == self.low:
            return 0.5
        if self.log:
            return math.log(place / self.low) / math.log(self.high / self.low)
        return (place - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled tick of the category axis; ``fraction`` is where it is on the axis, from 0 to 1.

    ``place`` is its numeric position or category index in the data.
    """

    fraction: float
    lines: tuple[str, ...]
    place: float = 0.0


def make_category_axis(chart: Chart, data: ChartData) -> CategoryAxis:
    """Return the category axis: with slots for text categories, bars (except in histograms) and box plots.

    Otherwise, the axis has numeric positions.
    """
    positions = data.positions
    if data.edges:
        return CategoryAxis(low=data.edges[0], high=data.edges[-1])
    kind = get_plot_kind(chart)
    if kind.has_slots or positions is None:
        return CategoryAxis(low=0, high=0, slots=len(data.categories))
    low, high = min(positions), max(positions)
    if axis := kind.make_axis(chart, data):
        return axis
    return CategoryAxis(low=low, high=high, log=chart.x_scale is Scale.LOG)


def make_category_ticks(
    chart: Chart, data: ChartData, axis: CategoryAxis, width: float, ruler: Ruler
) -> tuple[tuple[Tick, ...], bool]:
    """Return the labels below a category axis ``width`` points wide, and whether the labels are rotated."""
    if data.edges:
        places = max(map(count_decimal_places, data.edges))
        names = [format_number(edge, places, chart.language) for edge in data.edges]
        return _make_number_ticks(axis, data.edges, names, width, ruler), False
    if not axis.slots and data.dates is not None:
        ticks: tuple[Tick, ...] = ()
        for most in range(max(2, int(width / 16)), 1, -1):
            named = make_time_ticks(data, most, chart.language)
            ticks = tuple(Tick(axis.get_fraction(place), tuple(lines), place) for place, lines in named)
            if are_apart(ticks, width, ruler):
                return ticks, False
        return ticks[:1], False
    if not axis.slots:
        ends, positions = (axis.low, axis.high, axis.low, axis.high), data.positions
        is_whole = positions is not None and all(float(position).is_integer() for position in positions)
        scale = make_log_scale(*ends) if axis.log else make_linear_scale(*ends, whole=is_whole)
        return _make_number_ticks(axis, scale.ticks, scale.format_ticks(chart.language), width, ruler), False
    return _make_slot_ticks(chart, data, axis, width, ruler)


def _make_number_ticks(
    axis: CategoryAxis, places: Sequence[float], names: Sequence[str], width: float, ruler: Ruler
) -> tuple[Tick, ...]:
    ticks = [
        Tick(axis.get_fraction(place), (name,), place) for place, name in zip(places, names, strict=True)
    ]
    return _thin_ticks(ticks[::-1], width, ruler)[::-1]


def _make_slot_ticks(
    chart: Chart, data: ChartData, axis: CategoryAxis, width: float, ruler: Ruler
) -> tuple[tuple[Tick, ...], bool]:
    names = [format_category(data, index, chart.language) for index in range(len(data.categories))]
    slot = width / len(names)
    whole = max(measure_longest_word(name, ruler.measure) for name in names) <= slot - 3
    lines = [tuple(wrap_label(name, slot - 3, ruler.measure)) for name in names]
    if whole and max(map(len, lines)) <= _MOST_LINES:
        return tuple(Tick(axis.get_fraction(i), own, i) for i, own in enumerate(lines)), False
    if data.positions is not None:  # labels of numbers and dates may be omitted
        ticks = [Tick(axis.get_fraction(i), (name,), i) for i, name in enumerate(names)]
        return _thin_ticks(ticks, width, ruler), False
    every = 1
    for length in _TURNED_LENGTHS:
        lines = [tuple(wrap_label(name, length, ruler.measure)) for name in names]
        every = math.ceil(max(map(len, lines)) * LINE / slot)
        if every == 1:
            break
    return tuple(Tick(axis.get_fraction(i), own, i) for i, own in enumerate(lines) if i % every == 0), True


def _thin_ticks(ticks: list[Tick], width: float, ruler: Ruler) -> tuple[Tick, ...]:
    """Keep every n-th label, counted from the last, with the smallest n at which no labels touch."""
    for step in (1, 2, 3, 4, 5, 10, 20, 25, 50, 100, 1000):
        kept = ticks[::-1][::step][::-1]
        if are_apart(kept, width, ruler):
            return tuple(kept)
    return tuple(ticks[-1:])


def are_apart(ticks: Sequence[Tick], width: float, ruler: Ruler) -> bool:
    """Return whether no labels touch on an axis ``width`` points wide."""
    ticks = sorted(ticks, key=lambda tick: tick.fraction)
    ends = [
        (
            tick.fraction * width - ruler.measure_widest(tick.lines) / 2,
            tick.fraction * width + ruler.measure_widest(tick.lines) / 2,
        )
        for tick in ticks
    ]
    return all(after[0] - before[1] >= GAP for before, after in pairwise(ends))
