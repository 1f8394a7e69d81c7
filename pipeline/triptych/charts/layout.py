"""The plan of all plots but lying bars: values at the left, names under it, at its right and over it."""

from __future__ import annotations

from dataclasses import replace

from triptych.charts.axes import (
    GAP,
    CategoryAxis,
    Tick,
    ValueScale,
    format_amount,
    make_category_axis,
    make_category_ticks,
)
from triptych.charts.canvas import LINE, Ruler
from triptych.charts.kind import plot_kind
from triptych.charts.labels import assign_rows, wrap_label
from triptych.charts.plan import (
    ABOVE,
    ANNOTATION_WIDTH,
    MIN_PLOT_FRACTION,
    EndLabel,
    PlacedAnnotation,
    Plan,
    PlotSettings,
    can_carry_values,
    compute_spans,
    make_own_scale,
    measure_annotation_rows,
    measure_widest_value,
)
from triptych.charts.times import format_category
from triptych.languages.numerals import format_percent
from triptych.model.charts import ChartData, add_up, exact
from triptych.model.nodes import Chart

_ENDS_SHARE = 0.3  # of the width, for names behind lines
_CLUSTER_SHARE = 0.8  # of a slot, which the values of its bars may take
_SLACK = 4.0  # by which the value of a single bar may be wider


def plan_vertical_plot(
    chart: Chart, data: ChartData, room: float, ruler: Ruler, settings: PlotSettings
) -> Plan:
    """Lay out a plot of the whole width ``room``."""
    has_value_labels = can_carry_values(chart, data, settings)
    has_value_labels = has_value_labels and (
        settings.has_value_labels is not None or _do_values_fit(chart, data, room, ruler)
    )
    scale = settings.scale or make_own_scale(chart, data, has_value_labels=has_value_labels)
    axis = make_category_axis(chart, data)
    left = 0.0
    if settings.labels_left and not has_value_labels:
        left = ruler.measure_widest(scale.format_ticks(chart.language)) + GAP
    ends = _make_end_labels(chart, data, room, ruler, settings.height) if settings.scale is None else ()
    right = _measure_right_margin(ends, axis, ruler, alone=settings.scale is None)
    if settings.scale is None and plot_kind(chart).has_slots:
        room = min(room, left + _choose_bars_width(chart, data, room - left - right, ruler, settings) + right)
    width, right, ticks, rotated = _fit_ticks(chart, data, axis, room - left, right, ruler)
    annotations = _place_annotations(chart, data, axis, width, left, right, ruler)
    top = (
        ABOVE
        + (sum(measure_annotation_rows(annotations)) + 2 if annotations else 0.0)
        + (LINE if has_value_labels else 0.0)
    )
    bottom = _measure_labels_height(ticks, ruler, rotated=rotated) + GAP + 2 if settings.labels_below else 3.0
    if has_value_labels and plot_kind(chart).has_values_below_axis(chart, data):
        bottom += LINE
    if data.category_title and settings.labels_below:
        bottom += LINE + 2
    reserved_below = plot_kind(chart).measure_height_below(settings.height)
    return Plan(
        chart=chart,
        data=data,
        scale=scale,
        axis=axis,
        horizontal=False,
        has_value_labels=has_value_labels,
        left=left,
        right=right,
        top=top,
        bottom=bottom + reserved_below,
        reserved_below=reserved_below,
        width=width,
        height=settings.height,
        ticks=ticks if settings.labels_below else (),
        rotated=rotated,
        end_labels=ends,
        annotations=annotations,
    )


def _choose_bars_width(
    chart: Chart, data: ChartData, room: float, ruler: Ruler, settings: PlotSettings
) -> float:
    """Return the width of bars, of which a few do not fill the plot."""
    if chart.annotations or chart.marks or chart.callouts:
        return room
    count = len(data.categories)
    names = (
        ruler.measure_widest(format_category(data, index, chart.language) for index in range(count)) + 2 * GAP
    )
    further = 0 if chart.stacked else len(data.series) - 1
    return min(room, count * max(settings.slot + further * settings.further_bar, names))


def _do_values_fit(chart: Chart, data: ChartData, room: float, ruler: Ruler) -> bool:
    count = len(data.series)
    pitch = room / len(data.categories) * _CLUSTER_SHARE / count
    return measure_widest_value(chart, data, ruler) + 2 <= pitch + (_SLACK if count == 1 else 0.0)


def _measure_right_margin(
    ends: tuple[EndLabel, ...], axis: CategoryAxis, ruler: Ruler, *, alone: bool
) -> float:
    """Return names at the ends of lines, or what a marker at the edge needs."""
    if ends:
        return max(ruler.measure_bold(line) for end in ends for line in end.lines) + 2 * GAP
    return 2.0 if axis.slots else 12.0 if alone else 6.0


def _fit_ticks(
    chart: Chart, data: ChartData, axis: CategoryAxis, room: float, right: float, ruler: Ruler
) -> tuple[float, float, tuple[Tick, ...], bool]:
    """Return the plot's width, its right margin, and the names under it, the last of which may hang over."""
    width = max(room - right, room * MIN_PLOT_FRACTION)
    ticks, rotated = make_category_ticks(chart, data, axis, width, ruler)
    overhang = max(
        (t.fraction * width + ruler.measure_widest(t.lines) / 2 - width for t in ticks), default=0.0
    )
    if rotated or overhang <= right:
        return width, right, ticks, rotated
    right = overhang + 1
    width = max(room - right, room * MIN_PLOT_FRACTION)
    return width, right, *make_category_ticks(chart, data, axis, width, ruler)


def _measure_labels_height(ticks: tuple[Tick, ...], ruler: Ruler, *, rotated: bool) -> float:
    if rotated:
        return max(ruler.measure_widest(tick.lines) for tick in ticks)
    return max((len(tick.lines) * LINE for tick in ticks), default=0.0)


def _make_end_labels(
    chart: Chart, data: ChartData, room: float, ruler: Ruler, height: float
) -> tuple[EndLabel, ...]:
    """Draw names of lines, bands and layers of bars at their ends, if all find room; of reference lines."""
    widest = room * _ENDS_SHARE
    ends: list[EndLabel] = []
    several, kind = len(data.series) > 1, plot_kind(chart)
    if kind.labels_ends or (chart.stacked and several):
        places = None if kind.has_slots else data.positions
        places = places or tuple(map(float, range(len(data.categories))))
        for index, (series, line) in enumerate(zip(data.series, compute_spans(chart, data), strict=True)):
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
            ends.append(
                EndLabel(at, tuple(wrap_label(text, widest, ruler.measure_bold)), index, places[last])
            )
    if several and not chart.direct_labels:
        ends = []
    ends += [
        EndLabel(m.value, tuple(wrap_label(m.text, widest, ruler.measure_bold)), -1) for m in chart.marks
    ]
    if sum(len(end.lines) for end in ends) * LINE > height + LINE:
        return tuple(end for end in ends if end.series < 0)
    return tuple(ends)


def _place_annotations(
    chart: Chart, data: ChartData, axis: CategoryAxis, width: float, left: float, right: float, ruler: Ruler
) -> tuple[PlacedAnnotation, ...]:
    """Annotations in rows over the plot: words begin at their line, or end there near the right edge."""
    found: list[tuple[float, tuple[str, ...], float, float]] = []
    for note in chart.annotations:
        place = float(data.categories.index(note.name)) if axis.slots else note.place
        fraction = axis.get_fraction(place)
        lines = tuple(wrap_label(note.text, min(ANNOTATION_WIDTH, width), ruler.measure))
        long = ruler.measure_widest(lines)
        start = fraction * width - 1
        if start + long > width + right:
            start = max(-left, min(fraction * width + 1, width + right) - long)
        found.append((fraction, lines, start, start + long))
    words = [(start, end) for _, _, start, end in found]
    placed = assign_rows(words, [fraction * width for fraction, *_ in found], GAP)
    return tuple(
        PlacedAnnotation(s, lines, row, start)
        for (s, lines, start, _), row in zip(found, placed, strict=True)
    )


_NAMES_SHARE = 0.36  # of the width, for names
MOST_HEIGHT = 400.0  # of a plot on a page
_BAR, ROW = 13.0, 19.0  # what a bar and what a row need


def plan_horizontal_bars(
    chart: Chart, data: ChartData, room: float, ruler: Ruler, settings: PlotSettings
) -> Plan:
    """Lay out a plot of the whole width ``room``."""
    has_value_labels = can_carry_values(chart, data, settings)
    scale = settings.scale or make_own_scale(chart, data, has_value_labels=has_value_labels)
    axis = make_category_axis(chart, data)
    names = wrap_category_labels(chart, data, room, ruler)
    left = max(map(ruler.measure_widest, names)) + GAP if settings.labels_left else 0.0
    right = _measure_right_of_bars(chart, data, scale, ruler, has_value_labels=has_value_labels)
    width = max(room - left - right, room * MIN_PLOT_FRACTION)
    if has_value_labels and min(data.numbers) < 0:
        scale = _extend_below_zero(scale, (measure_widest_value(chart, data, ruler) + GAP) / width)
    bottom = LINE + GAP if settings.labels_below and not has_value_labels else 2.0
    if data.category_title and settings.labels_below:
        bottom += LINE + 2
    return Plan(
        chart=chart,
        data=data,
        scale=scale,
        axis=axis,
        horizontal=True,
        has_value_labels=has_value_labels,
        left=left,
        right=right,
        top=ABOVE + (LINE + 2 if chart.marks else 0.0),
        bottom=bottom,
        width=width,
        height=_choose_height(chart, data, names),
        ticks=tuple(Tick(axis.get_fraction(index), lines, index) for index, lines in enumerate(names)),
    )


def wrap_category_labels(chart: Chart, data: ChartData, room: float, ruler: Ruler) -> list[tuple[str, ...]]:
    """Return the lines of each category's name, where these stand at the left of rows."""
    names = (format_category(data, index, chart.language) for index in range(len(data.categories)))
    return [tuple(wrap_label(name, room * _NAMES_SHARE, ruler.measure)) for name in names]


def _measure_right_of_bars(
    chart: Chart, data: ChartData, scale: ValueScale, ruler: Ruler, *, has_value_labels: bool
) -> float:
    """Return values behind bars or half the last name of the axis, and remarks behind them."""
    last = scale.format_ticks(chart.language)[-1]
    right = (
        measure_widest_value(chart, data, ruler) + GAP if has_value_labels else ruler.measure(last) / 2 + 1
    )
    annotations = [
        ruler.measure_widest(wrap_label(note.text, ANNOTATION_WIDTH, ruler.measure))
        for note in chart.annotations
    ]
    return right + (max(annotations) + GAP if annotations else 0.0)


def _extend_below_zero(scale: ValueScale, fraction: float) -> ValueScale:
    """Return the scale with room for values at the left of bars below zero."""
    return replace(
        scale, low=float(f"{scale.low - (scale.high - scale.low) * fraction / (1 - fraction):.6g}")
    )


def _choose_height(chart: Chart, data: ChartData, names: list[tuple[str, ...]]) -> float:
    bars = 1 if chart.stacked else len(data.series)
    lines, count = max(map(len, names)), len(names)
    height = max(lines * LINE + 4, _BAR * bars + 5, ROW) * count
    return height if height <= MOST_HEIGHT else max(MOST_HEIGHT, lines * LINE * count)
