"""How a plot is laid out: its scales, and the margins that their names take. Lengths are in points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from triptych.media.charts.canvas import LINE, Ruler
from triptych.media.charts.scales import ValueScale, linear_scale, log_scale, value_scale
from triptych.media.charts.spreading import rows
from triptych.media.charts.stacks import spans
from triptych.media.charts.times import category_name, time_ticks
from triptych.media.charts.wrapping import longest_word, wrapped
from triptych.model.charts import ChartData, ChartKind, Scale
from triptych.model.nodes import Chart
from triptych.numerals import format_number, format_percent

GAP = 5.0  # between a plot and what stands beside it
MOST_LABELLED_BARS = 14
PLOT_HEIGHT = 118.0
MOST_HEIGHT = 400.0  # of a plot on a page
_NAMES_SHARE = 0.36  # of the width, for names beside lying bars
_ENDS_SHARE = 0.3  # of the width, for names behind lines
_REMARK_WIDTH = 92.0
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
    """A name on the category axis: where it stands, as a share, and its lines."""

    share: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EndName:
    """Words at the right of the plot, at the height of a value; ``series`` is -1 for a reference line."""

    value: float
    lines: tuple[str, ...]
    series: int
    last: float = 0.0  # the place where the line ends


@dataclass(frozen=True, slots=True)
class Remark:
    """An annotation's lines over the plot, in a row counted from below."""

    share: float
    lines: tuple[str, ...]
    row: int
    start: float  # of the words, in points from the plot's left edge


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything about one plot but where its top left corner is."""

    chart: Chart
    data: ChartData
    scale: ValueScale
    axis: PlaceAxis
    lying: bool
    labelled: bool
    left: float
    right: float
    top: float
    bottom: float
    width: float  # of the plot area
    height: float
    ticks: tuple[Tick, ...]
    turned: bool
    ends: tuple[EndName, ...]
    remarks: tuple[Remark, ...]

    @property
    def whole_height(self) -> float:
        """With all margins."""
        return self.top + self.height + self.bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class Frugal:
    """What a panel leaves to its neighbours: names at its left, under it, and behind its lines."""

    names_left: bool = True
    names_under: bool = True
    height: float = PLOT_HEIGHT


def plan_plot(
    chart: Chart, data: ChartData, room: float, ruler: Ruler, frugal: Frugal, scale: ValueScale | None = None
) -> Plan:
    """Lay out a plot of the whole width ``room``; ``scale`` where others share it."""
    lying = chart.horizontal and chart.kind is ChartKind.BAR
    own = scale is None
    axis = _place_axis(chart, data)
    labelled = own and _few_bars(chart, data)
    scale = scale or value_scale(chart)
    if labelled and not chart.marks and chart.y_min is None and chart.y_max is None:
        scale = linear_scale(min(0.0, *data.numbers), max(0.0, *data.numbers), wide=False)
    values = scale.names(chart.language)
    category_lines = _category_lines(data, chart, room * _NAMES_SHARE, ruler)
    if lying:
        left = max(map(ruler.widest, category_lines)) + GAP if frugal.names_left else 0.0
    else:
        left = ruler.widest(values) + GAP if frugal.names_left and not labelled else 0.0
    ends = _end_names(chart, data, scale, room, ruler) if own else ()
    right = max((max(map(ruler.bold, end.lines)) for end in ends), default=0.0)
    right = right + 2 * GAP if ends else _overhang(chart, data, axis, values, ruler, lying, labelled, own)
    notes = {a.name: tuple(wrapped(a.text, _REMARK_WIDTH, ruler.width)) for a in chart.annotations}
    if lying and notes:
        right += max(map(ruler.widest, notes.values())) + GAP
    width = max(room - left - right, room * 0.3)
    if labelled and lying and min(data.numbers) < 0:
        # Values stand at the left of bars below zero, where names begin.
        texts = (format_number(v, s.decimals, chart.language) for s in data.series for v in s.values if v)
        share = (ruler.widest(texts) + GAP) / width
        scale = replace(scale, low=scale.low - (scale.high - scale.low) * share / (1 - share))
    if labelled and not lying and not _labels_fit(chart, data, width, ruler):
        labelled = False
        scale = value_scale(chart)
        left = ruler.widest(scale.names(chart.language)) + GAP
        width = max(room - left - right, room * 0.3)
    height = frugal.height
    if lying:
        rows_count = 1 if chart.stacked else len(data.series)
        pitch = [max(len(lines) * LINE + 4, 13.0 * rows_count + 5, 19.0) for lines in category_lines]
        height = max(pitch) * len(category_lines)
        if height > MOST_HEIGHT:
            height = max(MOST_HEIGHT, max(map(len, category_lines)) * LINE * len(category_lines))
        ticks = tuple(Tick(axis.share(i), tuple(lines)) for i, lines in enumerate(category_lines))
        turned = False
    else:
        ticks, turned = _ticks(chart, data, axis, width, ruler)
        overhang = max((t.share * width + ruler.widest(t.lines) / 2 - width for t in ticks), default=0.0)
        if not turned and overhang > right:
            right = overhang + 1
            width = max(room - left - right, room * 0.3)
            ticks, turned = _ticks(chart, data, axis, width, ruler)
    remarks = () if lying else _remarks(chart, data, axis, width, left, right, ruler)
    top = _remark_height(remarks) if remarks else 0.0
    if lying:
        bottom = (LINE + GAP) if frugal.names_under and not labelled else 2.0
        if chart.marks:
            top += LINE + 2
    else:
        under = max((len(tick.lines) * LINE for tick in ticks), default=0.0)
        if turned:
            under = max(ruler.widest(tick.lines) for tick in ticks)
        bottom = under + GAP + 2 if frugal.names_under else 3.0
        if labelled:
            top += LINE
            bottom += LINE if min(data.numbers) < 0 else 0.0
    if data.category_title and frugal.names_under:
        bottom += LINE + 2
    return Plan(
        chart=chart,
        data=data,
        scale=scale,
        axis=axis,
        lying=lying,
        labelled=labelled,
        left=left,
        right=right,
        top=top + 3,
        bottom=bottom,
        width=width,
        height=height,
        ticks=ticks if frugal.names_under or lying else (),
        turned=turned,
        ends=ends,
        remarks=remarks,
    )


def _place_axis(chart: Chart, data: ChartData) -> PlaceAxis:
    positions = data.positions
    if data.edges:
        return PlaceAxis(low=data.edges[0], high=data.edges[-1])
    if chart.kind is ChartKind.BAR or positions is None:
        return PlaceAxis(low=0, high=0, slots=len(data.categories))
    low, high = min(positions), max(positions)
    if chart.kind is ChartKind.SCATTER and data.dates is None:
        scale = log_scale(low, high) if chart.x_scale is Scale.LOG else linear_scale(low, high)
        return PlaceAxis(low=scale.low, high=scale.high, log=scale.log)
    return PlaceAxis(low=low, high=high, log=chart.x_scale is Scale.LOG)


def _few_bars(chart: Chart, data: ChartData) -> bool:
    bars = len(data.categories) * len(data.series)
    return chart.kind is ChartKind.BAR and not chart.stacked and bars <= MOST_LABELLED_BARS


def _labels_fit(chart: Chart, data: ChartData, width: float, ruler: Ruler) -> bool:
    texts = [
        format_number(v, s.decimals, chart.language) for s in data.series for v in s.values if v is not None
    ]
    return ruler.widest(texts) + 2 <= width / len(data.categories) * 0.8 / len(data.series) + (
        4 if len(data.series) == 1 else 0
    )


def _category_lines(data: ChartData, chart: Chart, width: float, ruler: Ruler) -> list[list[str]]:
    names = (category_name(data, index, chart.language) for index in range(len(data.categories)))
    return [wrapped(name, width, ruler.width) for name in names]


def _overhang(
    chart: Chart,
    data: ChartData,
    axis: PlaceAxis,
    values: Sequence[str],
    ruler: Ruler,
    lying: bool,
    labelled: bool,
    own: bool,
) -> float:
    """What hangs over at the right where no names stand there: half a tick's name, or a bar's value."""
    if lying and labelled:
        texts = (format_number(v, s.decimals, chart.language) for s in data.series for v in s.values if v)
        return ruler.widest(texts) + GAP
    if lying:
        return ruler.width(values[-1]) / 2 + 1
    return 2.0 if axis.slots else 12.0 if own else 6.0


def _end_names(
    chart: Chart, data: ChartData, scale: ValueScale, room: float, ruler: Ruler
) -> tuple[EndName, ...]:
    """Names of lines and bands at their ends, if all of them find room there; and of reference lines."""
    widest = room * _ENDS_SHARE
    ends: list[EndName] = []
    if chart.kind in (ChartKind.LINE, ChartKind.AREA):
        several = len(data.series) > 1
        places = data.positions or tuple(map(float, range(len(data.categories))))
        for index, (series, line) in enumerate(zip(data.series, spans(chart, data), strict=True)):
            last = max(i for i, span in enumerate(line) if span is not None)
            start, end = line[last] or (0.0, 0.0)
            value = format_number(series.values[last] or 0.0, series.decimals, chart.language)
            if chart.percent:
                value = format_percent((end - start) / 100, chart.language)
            text = f"{series.label} {value}" if several else value
            at = (start + end) / 2 if chart.stacked else end
            ends.append(EndName(at, tuple(wrapped(text, widest, ruler.bold)), index, places[last]))
    if not (chart.horizontal and chart.kind is ChartKind.BAR):
        ends += [EndName(m.value, tuple(wrapped(m.text, widest, ruler.bold)), -1) for m in chart.marks]
    if sum(len(end.lines) for end in ends) * LINE > PLOT_HEIGHT + LINE:
        return tuple(end for end in ends if end.series < 0)
    return tuple(ends)


def _ticks(
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
            ticks = tuple(Tick(axis.share(place), tuple(lines)) for place, lines in named)
            if _apart(ticks, width, ruler):
                return ticks, False
        return ticks[:1], False
    if not axis.slots:
        make = log_scale if axis.log else linear_scale
        scale = make(axis.low, axis.high, axis.low, axis.high)
        return _number_ticks(axis, scale.ticks, scale.names(chart.language), width, ruler), False
    return _slot_ticks(chart, data, axis, width, ruler)


def _number_ticks(
    axis: PlaceAxis, places: Sequence[float], names: Sequence[str], width: float, ruler: Ruler
) -> tuple[Tick, ...]:
    """Ticks counted from the first."""
    ticks = [Tick(axis.share(place), (name,)) for place, name in zip(places, names, strict=True)]
    return _thinned(ticks[::-1], width, ruler)[::-1]


def _slot_ticks(
    chart: Chart, data: ChartData, axis: PlaceAxis, width: float, ruler: Ruler
) -> tuple[tuple[Tick, ...], bool]:
    names = [category_name(data, index, chart.language) for index in range(len(data.categories))]
    slot = width / len(names)
    whole = max(longest_word(name, ruler.width) for name in names) <= slot - 3
    lines = [tuple(wrapped(name, slot - 3, ruler.width)) for name in names]
    if whole and max(map(len, lines)) <= _MOST_LINES:
        return tuple(Tick(axis.share(i), own) for i, own in enumerate(lines)), False
    if data.positions is not None:  # numbers and dates go without some names, words do not
        return _thinned([Tick(axis.share(i), (name,)) for i, name in enumerate(names)], width, ruler), False
    every = 1
    for length in _TURNED_LENGTHS:
        lines = [tuple(wrapped(name, length, ruler.width)) for name in names]
        every = math.ceil(max(map(len, lines)) * LINE / slot)
        if every == 1:
            break
    return tuple(Tick(axis.share(i), own) for i, own in enumerate(lines) if i % every == 0), True


def _edge_names(values: Sequence[float], language: str) -> list[str]:
    """Numbers with as many decimal places as the finest of them."""
    places = max(len(f"{value:.10f}".rstrip("0").partition(".")[2]) for value in values)
    return [format_number(value, places, language) for value in values]


def _thinned(ticks: list[Tick], width: float, ruler: Ruler) -> tuple[Tick, ...]:
    """Every so many, counted from the last, so that names do not touch."""
    for step in (1, 2, 3, 4, 5, 10, 20, 25, 50, 100, 1000):
        kept = ticks[::-1][::step][::-1]
        if _apart(kept, width, ruler):
            return tuple(kept)
    return tuple(ticks[-1:])


def _apart(ticks: Sequence[Tick], width: float, ruler: Ruler) -> bool:
    ticks = sorted(ticks, key=lambda tick: tick.share)
    ends = [
        (tick.share * width - ruler.widest(tick.lines) / 2, tick.share * width + ruler.widest(tick.lines) / 2)
        for tick in ticks
    ]
    return all(after[0] - before[1] >= GAP for before, after in pairwise(ends))


def _remarks(
    chart: Chart, data: ChartData, axis: PlaceAxis, width: float, left: float, right: float, ruler: Ruler
) -> tuple[Remark, ...]:
    """Annotations in rows over the plot: words begin at their line, or end there near the right edge."""
    found: list[tuple[float, tuple[str, ...], float, float]] = []
    for note in chart.annotations:
        place = float(data.categories.index(note.name)) if axis.slots else note.place
        share = axis.share(place)
        lines = tuple(wrapped(note.text, min(_REMARK_WIDTH, width), ruler.width))
        long = ruler.widest(lines)
        start = share * width - 1
        if start + long > width + right:
            start = max(-left, min(share * width + 1, width + right) - long)
        found.append((share, lines, start, start + long))
    words = [(start, end) for _, _, start, end in found]
    placed = rows(words, [share * width for share, *_ in found], GAP)
    return tuple(
        Remark(s, lines, row, start) for (s, lines, start, _), row in zip(found, placed, strict=True)
    )


def _remark_height(remarks: Sequence[Remark]) -> float:
    """Each row as high as its highest words."""
    return sum(row_heights(remarks)) + 2


def row_heights(remarks: Sequence[Remark]) -> list[float]:
    """The height of each row of annotations, from below."""
    count = max((remark.row for remark in remarks), default=-1) + 1
    return [max(len(r.lines) for r in remarks if r.row == row) * LINE + 2 for row in range(count)]
