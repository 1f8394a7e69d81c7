"""The axis of categories: where each stands, and which names fit under it. Lengths are in points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from triptych.languages.numerals import decimal_places, format_number
from triptych.media.charts.axes.scales import linear_scale, log_scale
from triptych.media.charts.axes.times import category_name, time_ticks
from triptych.media.charts.axes.wrapping import longest_word, wrapped
from triptych.media.charts.canvas import LINE, Ruler
from triptych.model.charts import ChartData, DatePart, Scale
from triptych.model.nodes import Chart

GAP = 5.0  # between a plot and what stands beside it
_TURNED_LENGTHS = (96.0, 130.0, 180.0)
_MOST_LINES = 4  # of a name under its bar, before it is turned


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceAxis:
    """The axis of categories: slots of one width, or positions from ``low`` to ``high``."""

    low: float
    high: float
    slots: int = 0
    log: bool = False

    def share(self, place: float) -> float:
        """Where a position, or the index of a slot, stands from 0 to 1."""
        if self.slots:
            return (place + 0.5) / self.slots
        if self.high == self.low:
            return 0.5
        if self.log:
            return math.log(place / self.low) / math.log(self.high / self.low)
        return (place - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Tick:
    """A name on the category axis: where it stands, as a share, its lines, and its position or index."""

    share: float
    lines: tuple[str, ...]
    place: float = 0.0


def place_axis(chart: Chart, data: ChartData) -> PlaceAxis:
    """Slots for words and bars, positions for numbers and dates."""
    positions = data.positions
    if data.edges:
        return PlaceAxis(low=data.edges[0], high=data.edges[-1])
    if chart.kind.traits.bars or positions is None:
        return PlaceAxis(low=0, high=0, slots=len(data.categories))
    low, high = min(positions), max(positions)
    if chart.kind.traits.on_numbers and (data.dates is None or data.date_part is DatePart.YEAR):
        scale = log_scale(low, high) if chart.x_scale is Scale.LOG else linear_scale(low, high)
        return PlaceAxis(low=scale.low, high=scale.high, log=scale.log)
    return PlaceAxis(low=low, high=high, log=chart.x_scale is Scale.LOG)


def axis_ticks(
    chart: Chart, data: ChartData, axis: PlaceAxis, width: float, ruler: Ruler
) -> tuple[tuple[Tick, ...], bool]:
    """The names on a category axis that lies, and whether they are turned upright."""
    if data.edges:
        names = _edge_names(data.edges, chart.language)
        return _number_ticks(axis, data.edges, names, width, ruler), False
    if not axis.slots and data.dates is not None:
        ticks: tuple[Tick, ...] = ()
        for most in range(max(2, int(width / 16)), 1, -1):
            named = time_ticks(data, most, chart.language)
            ticks = tuple(Tick(axis.share(place), tuple(lines), place) for place, lines in named)
            if are_apart(ticks, width, ruler):
                return ticks, False
        return ticks[:1], False
    if not axis.slots:
        ends = axis.low, axis.high, axis.low, axis.high
        scale = log_scale(*ends) if axis.log else linear_scale(*ends, whole=_are_whole(data.positions))
        return _number_ticks(axis, scale.ticks, scale.names(chart.language), width, ruler), False
    return _slot_ticks(chart, data, axis, width, ruler)


def _are_whole(positions: Sequence[float] | None) -> bool:
    """Return whether positions are whole numbers, such as steps: no tick is placed between two of them."""
    return positions is not None and all(float(place).is_integer() for place in positions)


def _number_ticks(
    axis: PlaceAxis, places: Sequence[float], names: Sequence[str], width: float, ruler: Ruler
) -> tuple[Tick, ...]:
    """Ticks counted from the first."""
    ticks = [Tick(axis.share(place), (name,), place) for place, name in zip(places, names, strict=True)]
    return _thinned(ticks[::-1], width, ruler)[::-1]


def _slot_ticks(
    chart: Chart, data: ChartData, axis: PlaceAxis, width: float, ruler: Ruler
) -> tuple[tuple[Tick, ...], bool]:
    names = [category_name(data, index, chart.language) for index in range(len(data.categories))]
    slot = width / len(names)
    whole = max(longest_word(name, ruler.width) for name in names) <= slot - 3
    lines = [tuple(wrapped(name, slot - 3, ruler.width)) for name in names]
    if whole and max(map(len, lines)) <= _MOST_LINES:
        return tuple(Tick(axis.share(i), own, i) for i, own in enumerate(lines)), False
    if data.positions is not None:  # numbers and dates go without some names, words do not
        ticks = [Tick(axis.share(i), (name,), i) for i, name in enumerate(names)]
        return _thinned(ticks, width, ruler), False
    every = 1
    for length in _TURNED_LENGTHS:
        lines = [tuple(wrapped(name, length, ruler.width)) for name in names]
        every = math.ceil(max(map(len, lines)) * LINE / slot)
        if every == 1:
            break
    return tuple(Tick(axis.share(i), own, i) for i, own in enumerate(lines) if i % every == 0), True


def _edge_names(values: Sequence[float], language: str) -> list[str]:
    """Numbers with as many decimal places as the finest of them."""
    places = max(map(decimal_places, values))
    return [format_number(value, places, language) for value in values]


def _thinned(ticks: list[Tick], width: float, ruler: Ruler) -> tuple[Tick, ...]:
    """Every so many, counted from the last, so that names do not touch."""
    for step in (1, 2, 3, 4, 5, 10, 20, 25, 50, 100, 1000):
        kept = ticks[::-1][::step][::-1]
        if are_apart(kept, width, ruler):
            return tuple(kept)
    return tuple(ticks[-1:])


def are_apart(ticks: Sequence[Tick], width: float, ruler: Ruler) -> bool:
    """Return whether names do not touch on an axis of some width."""
    ticks = sorted(ticks, key=lambda tick: tick.share)
    ends = [
        (tick.share * width - ruler.widest(tick.lines) / 2, tick.share * width + ruler.widest(tick.lines) / 2)
        for tick in ticks
    ]
    return all(after[0] - before[1] >= GAP for before, after in pairwise(ends))
