"""The plan of all plots but lying bars: values at the left, names under it, at its right and over it."""

from __future__ import annotations

from dataclasses import replace

from triptych.charts.axes import (
    GAP,
    PlaceAxis,
    Tick,
    ValueScale,
    format_amount,
    make_place_axis,
    make_place_ticks,
)
from triptych.charts.canvas import LINE, Ruler
from triptych.charts.kind import plot_kind
from triptych.charts.labels import assign_rows, wrap_label
from triptych.charts.plan import (
    ABOVE,
    LEAST_SHARE,
    REMARK_WIDTH,
    EndName,
    Plan,
    Remark,
    Share,
    can_carry_values,
    make_own_scale,
    measure_rows,
    measure_values,
    place_spans,
)
from triptych.charts.times import format_category
from triptych.languages.numerals import format_percent
from triptych.model.charts import ChartData, add_up, exact
from triptych.model.nodes import Chart

_ENDS_SHARE = 0.3  # of the width, for names behind lines
_CLUSTER_SHARE = 0.8  # of a slot, which the values of its bars may take
_SLACK = 4.0  # by which the value of a single bar may be wider


def plan_standing(chart: Chart, data: ChartData, room: float, ruler: Ruler, share: Share) -> Plan:
    """Lay out a plot of the whole width ``room``."""
    labelled = can_carry_values(chart, data, share)
    labelled = labelled and (share.labelled is not None or _values_fit(chart, data, room, ruler))
    scale = share.scale or make_own_scale(chart, data, labelled=labelled)
    axis = make_place_axis(chart, data)
    left = 0.0
    if share.names_left and not labelled:
        left = ruler.widest(scale.names(chart.language)) + GAP
    ends = _end_names(chart, data, room, ruler, share.height) if share.scale is None else ()
    right = _right(ends, axis, ruler, alone=share.scale is None)
    if share.scale is None and plot_kind(chart).has_slots:
        room = min(room, left + _bars_width(chart, data, room - left - right, ruler, share) + right)
    width, right, ticks, turned = _width_and_ticks(chart, data, axis, room - left, right, ruler)
    remarks = _remarks(chart, data, axis, width, left, right, ruler)
    top = ABOVE + (sum(measure_rows(remarks)) + 2 if remarks else 0.0) + (LINE if labelled else 0.0)
    bottom = _names_height(ticks, ruler, turned=turned) + GAP + 2 if share.names_under else 3.0
    if labelled and plot_kind(chart).hangs(chart, data):
        bottom += LINE
    if data.category_title and share.names_under:
        bottom += LINE + 2
    below = plot_kind(chart).room_below(share.height)
    return Plan(
        chart=chart,
        data=data,
        scale=scale,
        axis=axis,
        lying=False,
        labelled=labelled,
        left=left,
        right=right,
        top=top,
        bottom=bottom + below,
        below=below,
        width=width,
        height=share.height,
        ticks=ticks if share.names_under else (),
        turned=turned,
        ends=ends,
        remarks=remarks,
    )


def _bars_width(chart: Chart, data: ChartData, room: float, ruler: Ruler, share: Share) -> float:
    """Return the width of bars, of which a few do not fill the plot."""
    if chart.annotations or chart.marks or chart.callouts:
        return room
    count = len(data.categories)
    names = ruler.widest(format_category(data, index, chart.language) for index in range(count)) + 2 * GAP
    further = 0 if chart.stacked else len(data.series) - 1
    return min(room, count * max(share.slot + further * share.further_bar, names))


def _values_fit(chart: Chart, data: ChartData, room: float, ruler: Ruler) -> bool:
    count = len(data.series)
    pitch = room / len(data.categories) * _CLUSTER_SHARE / count
    return measure_values(chart, data, ruler) + 2 <= pitch + (_SLACK if count == 1 else 0.0)


def _right(ends: tuple[EndName, ...], axis: PlaceAxis, ruler: Ruler, *, alone: bool) -> float:
    """Return names at the ends of lines, or what a marker at the edge needs."""
    if ends:
        return max(ruler.bold(line) for end in ends for line in end.lines) + 2 * GAP
    return 2.0 if axis.slots else 12.0 if alone else 6.0


def _width_and_ticks(
    chart: Chart, data: ChartData, axis: PlaceAxis, room: float, right: float, ruler: Ruler
) -> tuple[float, float, tuple[Tick, ...], bool]:
    """Return the plot's width, its right margin, and the names under it, the last of which may hang over."""
    width = max(room - right, room * LEAST_SHARE)
    ticks, turned = make_place_ticks(chart, data, axis, width, ruler)
    overhang = max((t.share * width + ruler.widest(t.lines) / 2 - width for t in ticks), default=0.0)
    if turned or overhang <= right:
        return width, right, ticks, turned
    right = overhang + 1
    width = max(room - right, room * LEAST_SHARE)
    return width, right, *make_place_ticks(chart, data, axis, width, ruler)


def _names_height(ticks: tuple[Tick, ...], ruler: Ruler, *, turned: bool) -> float:
    if turned:
        return max(ruler.widest(tick.lines) for tick in ticks)
    return max((len(tick.lines) * LINE for tick in ticks), default=0.0)


def _end_names(
    chart: Chart, data: ChartData, room: float, ruler: Ruler, height: float
) -> tuple[EndName, ...]:
    """Draw names of lines, bands and layers of bars at their ends, if all find room; of reference lines."""
    widest = room * _ENDS_SHARE
    ends: list[EndName] = []
    several, kind = len(data.series) > 1, plot_kind(chart)
    if kind.names_ends or (chart.stacked and several):
        places = None if kind.has_slots else data.positions
        places = places or tuple(map(float, range(len(data.categories))))
        for index, (series, line) in enumerate(zip(data.series, place_spans(chart, data), strict=True)):
            reached = [i for i, span in enumerate(line) if span is not None]
            if not reached:
                continue
            last = reached[-1]
            if kind.has_slots and last < len(data.categories) - 1:
                ends = []  # a layer that is not in the last bar cannot be named beside it
                break
            start, end = line[last] or (0.0, 0.0)
            value = format_amount(chart, series.values[last] or 0.0, series.decimals)
            if chart.percent:
                whole = exact(add_up(one.values[last] or 0.0 for one in data.series))
                value = format_percent(100 * exact(series.values[last] or 0.0) / (whole or 1), chart.language)
            text = f"{series.label} {value}" if several else value
            at = (start + end) / 2 if chart.stacked else end
            ends.append(EndName(at, tuple(wrap_label(text, widest, ruler.bold)), index, places[last]))
    if several and not chart.direct_labels:
        ends = []
    ends += [EndName(m.value, tuple(wrap_label(m.text, widest, ruler.bold)), -1) for m in chart.marks]
    if sum(len(end.lines) for end in ends) * LINE > height + LINE:
        return tuple(end for end in ends if end.series < 0)
    return tuple(ends)


def _remarks(
    chart: Chart, data: ChartData, axis: PlaceAxis, width: float, left: float, right: float, ruler: Ruler
) -> tuple[Remark, ...]:
    """Annotations in rows over the plot: words begin at their line, or end there near the right edge."""
    found: list[tuple[float, tuple[str, ...], float, float]] = []
    for note in chart.annotations:
        place = float(data.categories.index(note.name)) if axis.slots else note.place
        share = axis.share(place)
        lines = tuple(wrap_label(note.text, min(REMARK_WIDTH, width), ruler.width))
        long = ruler.widest(lines)
        start = share * width - 1
        if start + long > width + right:
            start = max(-left, min(share * width + 1, width + right) - long)
        found.append((share, lines, start, start + long))
    words = [(start, end) for _, _, start, end in found]
    placed = assign_rows(words, [share * width for share, *_ in found], GAP)
    return tuple(
        Remark(s, lines, row, start) for (s, lines, start, _), row in zip(found, placed, strict=True)
    )


_NAMES_SHARE = 0.36  # of the width, for names
MOST_HEIGHT = 400.0  # of a plot on a page
_BAR, ROW = 13.0, 19.0  # what a bar and what a row need


def plan_lying(chart: Chart, data: ChartData, room: float, ruler: Ruler, share: Share) -> Plan:
    """Lay out a plot of the whole width ``room``."""
    labelled = can_carry_values(chart, data, share)
    scale = share.scale or make_own_scale(chart, data, labelled=labelled)
    axis = make_place_axis(chart, data)
    names = wrap_names(chart, data, room, ruler)
    left = max(map(ruler.widest, names)) + GAP if share.names_left else 0.0
    right = _right_of_bars(chart, data, scale, ruler, labelled=labelled)
    width = max(room - left - right, room * LEAST_SHARE)
    if labelled and min(data.numbers) < 0:
        scale = _with_room_below_zero(scale, (measure_values(chart, data, ruler) + GAP) / width)
    bottom = LINE + GAP if share.names_under and not labelled else 2.0
    if data.category_title and share.names_under:
        bottom += LINE + 2
    return Plan(
        chart=chart,
        data=data,
        scale=scale,
        axis=axis,
        lying=True,
        labelled=labelled,
        left=left,
        right=right,
        top=ABOVE + (LINE + 2 if chart.marks else 0.0),
        bottom=bottom,
        width=width,
        height=_height(chart, data, names),
        ticks=tuple(Tick(axis.share(index), lines, index) for index, lines in enumerate(names)),
    )


def wrap_names(chart: Chart, data: ChartData, room: float, ruler: Ruler) -> list[tuple[str, ...]]:
    """Return the lines of each category's name, where these stand at the left of rows."""
    names = (format_category(data, index, chart.language) for index in range(len(data.categories)))
    return [tuple(wrap_label(name, room * _NAMES_SHARE, ruler.width)) for name in names]


def _right_of_bars(
    chart: Chart, data: ChartData, scale: ValueScale, ruler: Ruler, *, labelled: bool
) -> float:
    """Return values behind bars or half the last name of the axis, and remarks behind them."""
    last = scale.names(chart.language)[-1]
    right = measure_values(chart, data, ruler) + GAP if labelled else ruler.width(last) / 2 + 1
    remarks = [ruler.widest(wrap_label(note.text, REMARK_WIDTH, ruler.width)) for note in chart.annotations]
    return right + (max(remarks) + GAP if remarks else 0.0)


def _with_room_below_zero(scale: ValueScale, share: float) -> ValueScale:
    """Return the scale with room for values at the left of bars below zero."""
    return replace(scale, low=float(f"{scale.low - (scale.high - scale.low) * share / (1 - share):.6g}"))


def _height(chart: Chart, data: ChartData, names: list[tuple[str, ...]]) -> float:
    bars = 1 if chart.stacked else len(data.series)
    lines, count = max(map(len, names)), len(names)
    height = max(lines * LINE + 4, _BAR * bars + 5, ROW) * count
    return height if height <= MOST_HEIGHT else max(MOST_HEIGHT, lines * LINE * count)
