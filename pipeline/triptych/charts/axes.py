"""Choose the limits and ticks of axes, for SVG drawings and native PowerPoint charts."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from triptych.charts.canvas import LINE_HEIGHT, TextRuler
from triptych.charts.chart_types import get_plot_chart_type
from triptych.charts.labels import measure_longest_word, wrap_label
from triptych.charts.time_axis import format_category, make_time_ticks
from triptych.languages.numerals import (
    MAX_TICK_PLACES,
    Magnitude,
    choose_decimal_places,
    choose_magnitude,
    count_decimal_places,
    count_magnitude_decimals,
    count_tick_decimals,
    format_number,
    format_percent,
    format_signed,
    format_tick,
)
from triptych.model.charts import ChartData, Scale
from triptych.model.nodes import Chart

_MIN_DIFFERENCE = 1e-290  # smaller differences cause floating-point underflow
_MAX_STEPS = 1e9  # values of more steps are not rounded
_MIN_RELATIVE_DIFFERENCE = 1e-9  # fraction of a value; the smallest relative difference used as a margin
_TICK_COUNT = 5  # approximate number of ticks on a value axis
_ROUND_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueAxis:
    """A value axis from ``low`` to ``high`` with labelled ticks.

    ``labels`` are the labels of the ticks, or () if they are numbers.
    """

    low: float
    high: float
    ticks: tuple[float, ...]
    is_log: bool = False
    is_percent: bool = False
    labels: tuple[str, ...] = ()

    def get_fraction(self, value: float) -> float:
        """Return the position of a value on the axis, from 0 at ``low`` to 1 at ``high``."""
        if self.is_log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def format_ticks(self, language: str) -> list[str]:
        """Return the labels of the ticks."""
        if self.labels:
            return list(self.labels)
        if self.is_percent:
            return [format_percent(tick, language) for tick in self.ticks]
        magnitude = self.find_magnitude(language)
        if magnitude is None:
            places = max((count_decimal_places(tick, MAX_TICK_PLACES) for tick in self.ticks), default=0)
            if self.is_log or places == MAX_TICK_PLACES:
                return [format_tick(tick, language) for tick in self.ticks]
            return [format_number(tick, places if tick else 0, language) for tick in self.ticks]
        return [
            magnitude.format(tick, count_tick_decimals(self.ticks, magnitude), language)
            for tick in self.ticks
        ]

    def find_magnitude(self, language: str) -> Magnitude | None:
        """Return the magnitude for large values, such as millions, or None if they are written in full."""
        return None if self.is_log else choose_magnitude(max(map(abs, self.ticks), default=0.0), language)


def make_value_axis(chart: Chart) -> ValueAxis:
    """Return the value axis of a chart, which is shared by all panels.

    The axis includes zero, because bars that do not start at zero are misleading. The exceptions are chart
    types that do not need zero, and charts whose author sets an axis limit.
    """
    if chart.percent:
        return ValueAxis(low=0.0, high=100.0, ticks=(0.0, 25.0, 50.0, 75.0, 100.0), is_percent=True)
    kind = get_plot_chart_type(chart)
    if axis := kind.make_value_axis(chart):
        return axis
    values = [*kind.iter_axis_values(chart), *(mark.value for mark in chart.reference_lines)] or [1.0]
    if chart.y_scale is Scale.LOG:
        return make_log_axis(min(values), max(values), chart.y_min, chart.y_max)
    if kind.includes_zero(chart):
        values.append(0.0)
    return make_linear_axis(
        min(values), max(values), chart.y_min, chart.y_max, whole_ticks=kind.has_whole_ticks
    )


def make_linear_axis(
    low: float,
    high: float,
    fixed_low: float | None = None,
    fixed_high: float | None = None,
    *,
    round_limits: bool = True,
    whole_ticks: bool = False,
) -> ValueAxis:
    """Return a linear axis with limits and ticks for values from ``low`` to ``high``.

    ``fixed_low`` and ``fixed_high`` are limits set by the author. If ``round_limits`` is true, the other
    limits are rounded outwards. If ``whole_ticks`` is true, all ticks are whole numbers.
    """
    low, high = low if fixed_low is None else fixed_low, high if fixed_high is None else fixed_high
    if high - low < _MIN_DIFFERENCE:
        margin = max(1.0, abs(low) * _MIN_RELATIVE_DIFFERENCE)
        low, high = (low - margin, high + margin) if low else (0.0, 1.0)
    step = round_up_step((high - low) / _TICK_COUNT)
    if whole_ticks:
        step = max(1.0, step * 2 if step == 2.5 else step)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    start = low if fixed_low is not None or not round_limits else first * step
    end = high if fixed_high is not None or not round_limits else last * step
    ticks = tuple(_remove_float_noise(index * step, step) for index in range(first, last + 1))
    slack = step * 1e-6
    visible_ticks = tuple(tick for tick in ticks if start - slack <= tick <= end + slack)
    return ValueAxis(
        low=_remove_float_noise(start, step), high=_remove_float_noise(end, step), ticks=visible_ticks
    )


def make_log_axis(
    low: float, high: float, fixed_low: float | None = None, fixed_high: float | None = None
) -> ValueAxis:
    """Return a logarithmic axis with limits and ticks at powers of ten.

    A short axis also has ticks at 2 and 5 times powers of ten.
    """
    start = fixed_low or 10.0 ** math.floor(math.log10(low) + 1e-9)
    end = fixed_high or 10.0 ** math.ceil(math.log10(high) - 1e-9)
    if end <= start:
        end = start * 10
    first, last = math.floor(math.log10(start)), math.ceil(math.log10(end))
    exponent_step = max(1, math.ceil((last - first) / 8))
    powers = range(first, last + 1, exponent_step)
    digits = (1, 2, 5) if last - first <= 2 else (1,)
    ticks = (float(f"{digit}e{power}") for power in powers for digit in digits)
    visible_ticks = tuple(tick for tick in ticks if start * (1 - 1e-9) <= tick <= end * (1 + 1e-9))
    return ValueAxis(low=start, high=end, ticks=visible_ticks, is_log=True)


def round_up_step(step: float) -> float:
    """Round a step up to 1, 2, 2.5 or 5 times a power of ten."""
    power: float = 10.0 ** math.floor(math.log10(step))
    return next(
        (round_ * power for round_ in _ROUND_STEPS if round_ * power >= step * (1 - 1e-9)), 10 * power
    )


def _remove_float_noise(value: float, step: float) -> float:
    """Round a value to 12 significant digits, unless ``step`` is too small for this."""
    return (float(f"{value:.12g}") if abs(value) < step * _MAX_STEPS else value) + 0.0


def find_magnitude(chart: Chart) -> tuple[Magnitude, int] | None:
    """Return the magnitude for a chart's large values, such as millions, and the number of decimal places.

    Return None if the values are written in full.
    """
    numbers = chart.data.numbers
    magnitude = choose_magnitude(max(map(abs, numbers), default=0.0), chart.language)
    decimals = count_magnitude_decimals(numbers, magnitude) if magnitude else None
    return None if magnitude is None or decimals is None else (magnitude, decimals)


def format_amount(chart: Chart, value: float, decimals: int, *, sign: bool = False) -> str:
    """Format a value in the chart's magnitude, or with ``decimals`` decimal places if it has none.

    More places are used if the value would be rounded to zero. If ``sign`` is true, add a plus or minus sign.
    """
    found_magnitude = find_magnitude(chart)
    if found_magnitude is None:
        places = choose_decimal_places(value, decimals)
        return (format_signed if sign else format_number)(value, places, chart.language)
    magnitude, places = found_magnitude
    return magnitude.format(value, places, chart.language, show_sign=sign)


AXIS_LABEL_GAP = 5.0  # points between a plot and its labels
_ROTATED_LENGTHS = (96.0, 130.0, 180.0)
_MAX_LINES = 4  # lines of a label below a bar; longer labels are rotated or omitted
_MAX_TIME_LABELS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryAxis:
    """A category axis with slots of equal width, or with numeric positions from ``low`` to ``high``.

    ``slot_count`` is 0 for numeric positions.
    """

    low: float
    high: float
    slot_count: int = 0
    is_log: bool = False

    def get_fraction(self, position: float) -> float:
        """Return the position of a slot's centre or of a number on the axis, as a fraction from 0 to 1.

        ``position`` is a slot index if the axis has slots, and a number otherwise.
        """
        if self.slot_count:
            return (position + 0.5) / self.slot_count
        if self.high == self.low:
            return 0.5
        if self.is_log:
            return math.log(position / self.low) / math.log(self.high / self.low)
        return (position - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Tick:
    """A labelled tick of the category axis.

    ``fraction`` is its position on the axis, from 0 to 1. ``position`` is its numeric position or category
    index in the data.
    """

    fraction: float
    lines: tuple[str, ...]
    position: float = 0.0


def make_category_axis(chart: Chart, data: ChartData) -> CategoryAxis:
    """Return the category axis of a chart, with slots or with numeric positions.

    Text categories, bars (except in histograms) and box plots have slots.
    """
    positions = data.positions
    if data.bin_edges:
        return CategoryAxis(low=data.bin_edges[0], high=data.bin_edges[-1])
    kind = get_plot_chart_type(chart)
    if kind.has_slots or positions is None:
        return CategoryAxis(low=0, high=0, slot_count=len(data.categories))
    low, high = min(positions), max(positions)
    if axis := kind.make_category_axis(chart, data):
        return axis
    return CategoryAxis(low=low, high=high, is_log=chart.x_scale is Scale.LOG)


def make_category_ticks(
    chart: Chart,
    data: ChartData,
    category_axis: CategoryAxis,
    width: float,
    ruler: TextRuler,
    *,
    can_rotate: bool = True,
) -> tuple[tuple[Tick, ...], bool]:
    """Return the labels below a category axis ``width`` points wide, and whether they are rotated.

    If ``can_rotate`` is false, long labels have broken words, or some labels are omitted.
    """
    if data.bin_edges:
        places = max(map(count_decimal_places, data.bin_edges))
        names = [format_number(edge, places, chart.language) for edge in data.bin_edges]
        return _make_number_ticks(category_axis, data.bin_edges, names, width, ruler), False
    if not category_axis.slot_count and data.dates is not None:
        ticks: tuple[Tick, ...] = ()
        for max_labels in range(min(_MAX_TIME_LABELS, max(2, int(width / 16))), 1, -1):
            labelled_places = make_time_ticks(data, max_labels, chart.language)
            ticks = tuple(
                Tick(category_axis.get_fraction(place), tuple(lines), place)
                for place, lines in labelled_places
            )
            if has_room_for_tick_labels(ticks, width, ruler):
                return ticks, False
        return ticks[:1], False
    if not category_axis.slot_count:
        limits, positions = (
            (category_axis.low, category_axis.high, category_axis.low, category_axis.high),
            data.positions,
        )
        is_whole = positions is not None and all(float(position).is_integer() for position in positions)
        scale = (
            make_log_axis(*limits)
            if category_axis.is_log
            else make_linear_axis(*limits, whole_ticks=is_whole)
        )
        return _make_number_ticks(
            category_axis, scale.ticks, scale.format_ticks(chart.language), width, ruler
        ), False
    return _make_slot_ticks(chart, data, category_axis, width, ruler, can_rotate=can_rotate)


def _make_number_ticks(
    category_axis: CategoryAxis,
    positions: Sequence[float],
    names: Sequence[str],
    width: float,
    ruler: TextRuler,
) -> tuple[Tick, ...]:
    ticks = [
        Tick(category_axis.get_fraction(place), (name,), place)
        for place, name in zip(positions, names, strict=True)
    ]
    return _thin_ticks(ticks[::-1], width, ruler)[::-1]


def _make_slot_ticks(
    chart: Chart,
    data: ChartData,
    category_axis: CategoryAxis,
    width: float,
    ruler: TextRuler,
    *,
    can_rotate: bool,
) -> tuple[tuple[Tick, ...], bool]:
    names = [format_category(data, index, chart.language) for index in range(len(data.categories))]
    slot = width / len(names)
    fits_unbroken = max(measure_longest_word(name, ruler.measure) for name in names) <= slot - 3
    lines = [tuple(wrap_label(name, slot - 3, ruler.measure)) for name in names]
    has_too_many_dates = data.dates is not None and len(names) > _MAX_TIME_LABELS
    if fits_unbroken and max(map(len, lines)) <= _MAX_LINES and not has_too_many_dates:
        return tuple(
            Tick(category_axis.get_fraction(i), name_lines, i) for i, name_lines in enumerate(lines)
        ), False
    if data.positions is not None:  # some labels of numbers and dates may be omitted
        ticks = [Tick(category_axis.get_fraction(i), (name,), i) for i, name in enumerate(names)]
        return _thin_ticks(ticks, width, ruler, _MAX_TIME_LABELS if data.dates else len(ticks)), False
    if not can_rotate:
        return _make_upright_ticks(names, category_axis, slot, ruler), False
    interval = 1
    for length in _ROTATED_LENGTHS:
        lines = [tuple(wrap_label(name, length, ruler.measure)) for name in names]
        interval = math.ceil(max(map(len, lines)) * LINE_HEIGHT / slot)
        if interval == 1:
            break
    return tuple(
        Tick(category_axis.get_fraction(i), name_lines, i)
        for i, name_lines in enumerate(lines)
        if i % interval == 0
    ), True


def _make_upright_ticks(
    names: Sequence[str], category_axis: CategoryAxis, slot: float, ruler: TextRuler
) -> tuple[Tick, ...]:
    """Return labels in short lines. Words are broken once if this keeps all labels; else some are omitted."""
    longest = max(measure_longest_word(name, ruler.measure) for name in names)
    for interval in range(1, len(names) + 1):
        lines = [tuple(wrap_label(name, interval * slot - 3, ruler.measure)) for name in names[::interval]]
        max_word_lines = 2 if interval == 1 else 1
        if max(map(len, lines)) <= _MAX_LINES and longest <= max_word_lines * (interval * slot - 3):
            break
    return tuple(
        Tick(category_axis.get_fraction(place * interval), name_lines, place * interval)
        for place, name_lines in enumerate(lines)
    )


def _thin_ticks(
    ticks: list[Tick], width: float, ruler: TextRuler, max_count: int | None = None
) -> tuple[Tick, ...]:
    """Keep every n-th label, counted from the last, with the smallest n that keeps labels apart."""
    for step in (1, 2, 3, 4, 5, 10, 20, 25, 50, 100, 200, 500, 1000):
        thinned_ticks = ticks[::-1][::step][::-1]
        if max_count is not None and len(thinned_ticks) > max_count:
            continue
        if has_room_for_tick_labels(thinned_ticks, width, ruler):
            return tuple(thinned_ticks)
    return tuple(ticks[-1:])


def has_room_for_tick_labels(ticks: Sequence[Tick], width: float, ruler: TextRuler) -> bool:
    """Return whether the labels of an axis ``width`` points wide are apart."""
    ticks = sorted(ticks, key=lambda tick: tick.fraction)
    extents = [
        (
            tick.fraction * width - ruler.measure_widest(tick.lines) / 2,
            tick.fraction * width + ruler.measure_widest(tick.lines) / 2,
        )
        for tick in ticks
    ]
    return all(after[0] - before[1] >= AXIS_LABEL_GAP for before, after in pairwise(extents))
