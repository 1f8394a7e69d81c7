"""Lay out plots with a vertical value axis, and plots with horizontal bars."""

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
from triptych.charts.kind import get_plot_kind
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
    measure_widest_value,
)
from triptych.charts.times import format_category
from triptych.languages.numerals import format_percent
from triptych.model.charts import ChartData, add_up, exact
from triptych.model.nodes import Chart

_ENDS_SHARE = 0.3  # maximum share of the width for end labels
_CLUSTER_SHARE = 0.8  # maximum share of a slot for the value labels of its bars
_SLACK = 4.0  # points by which the value label of a single bar may be wider


def plan_vertical_plot(
    chart: Chart, data: ChartData, max_width: float, ruler: Ruler, settings: PlotSettings
) -> Plan:
    """Lay out a plot with a vertical value axis, including its margins, within ``max_width`` points."""
    shows_values = can_carry_values(chart, data, settings)
    shows_values = shows_values and (
        settings.shows_values is not None or _do_values_fit(chart, data, max_width, ruler)
    )
    scale = settings.scale or make_own_scale(chart, data, shows_values=shows_values)
    axis = make_category_axis(chart, data)
    left = 0.0
    if settings.labels_left and not shows_values:
        left = ruler.measure_widest(scale.format_ticks(chart.language)) + GAP
    ends = _make_end_labels(chart, data, max_width, ruler, settings.height) if settings.scale is None else ()
    right = _measure_right_margin(ends, axis, ruler, alone=settings.scale is None)
    if settings.scale is None and get_plot_kind(chart).has_slots:
        max_width = min(
            max_width,
            left + _choose_bars_width(chart, data, max_width - left - right, ruler, settings) + right,
        )
    width, right, ticks, rotated = _fit_ticks(chart, data, axis, max_width - left, right, ruler)
    annotations = _place_annotations(chart, data, axis, width, left, right, ruler)
    highest = max((annotation.above + 2 for annotation in annotations), default=0.0)
    top = ABOVE + highest + (LINE if shows_values else 0.0)
    bottom = _measure_labels_height(ticks, ruler, rotated=rotated) + GAP + 2 if settings.labels_below else 3.0
    if shows_values and get_plot_kind(chart).has_values_below_axis(chart, data):
        bottom += LINE
    if data.category_title and settings.labels_below:
        bottom += LINE + 2
    reserved_below = get_plot_kind(chart).measure_height_below(settings.height)
    return Plan(
        chart=chart,
        data=data,
        scale=scale,
        axis=axis,
        horizontal=False,
        shows_values=shows_values,
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
    chart: Chart, data: ChartData, max_width: float, ruler: Ruler, settings: PlotSettings
) -> float:
    """Return the width of the plot area, which is less than ``max_width`` if there are only a few bars.

    With annotations, reference lines or callouts, the plot area always has the full width.
    """
    if chart.annotations or chart.marks or chart.callouts:
        return max_width
    count = len(data.categories)
    names = (
        ruler.measure_widest(format_category(data, index, chart.language) for index in range(count)) + 2 * GAP
    )
    further = 0 if chart.stacked else len(data.series) - 1
    return min(max_width, count * max(settings.slot + further * settings.further_bar, names))


def _do_values_fit(chart: Chart, data: ChartData, max_width: float, ruler: Ruler) -> bool:
    count = len(data.series)
    pitch = max_width / len(data.categories) * _CLUSTER_SHARE / count
    return measure_widest_value(chart, data, ruler) + 2 <= pitch + (_SLACK if count == 1 else 0.0)


def _measure_right_margin(
    ends: tuple[EndLabel, ...], axis: CategoryAxis, ruler: Ruler, *, alone: bool
) -> float:
    """Return the width of the end labels, or of the space for half a point marker if there are none."""
    if ends:
        return max(ruler.measure_bold(line) for end in ends for line in end.lines) + 2 * GAP
    return 2.0 if axis.slots else 12.0 if alone else 6.0


def _fit_ticks(
    chart: Chart, data: ChartData, axis: CategoryAxis, max_width: float, right: float, ruler: Ruler
) -> tuple[float, float, tuple[Tick, ...], bool]:
    """Return the plot area's width, the right margin, the tick labels, and whether the labels are rotated.

    The right margin is widened if the last label would extend beyond it.
    """
    width = max(max_width - right, max_width * MIN_PLOT_FRACTION)
    ticks, rotated = make_category_ticks(chart, data, axis, width, ruler)
    overhang = max(
        (t.fraction * width + ruler.measure_widest(t.lines) / 2 - width for t in ticks), default=0.0
    )
    if rotated or overhang <= right:
        return width, right, ticks, rotated
    right = overhang + 1
    width = max(max_width - right, max_width * MIN_PLOT_FRACTION)
    return width, right, *make_category_ticks(chart, data, axis, width, ruler)


def _measure_labels_height(ticks: tuple[Tick, ...], ruler: Ruler, *, rotated: bool) -> float:
    if rotated:
        return max(ruler.measure_widest(tick.lines) for tick in ticks)
    return max((len(tick.lines) * LINE for tick in ticks), default=0.0)


def _make_end_labels(
    chart: Chart, data: ChartData, max_width: float, ruler: Ruler, height: float
) -> tuple[EndLabel, ...]:
    """Return labels of reference lines, and of the ends of lines, areas or stacked bars if all labels fit."""
    widest = max_width * _ENDS_SHARE
    ends: list[EndLabel] = []
    several, kind = len(data.series) > 1, get_plot_kind(chart)
    if kind.labels_ends or (chart.stacked and several):
        places = None if kind.has_slots else data.positions
        places = places or tuple(map(float, range(len(data.categories))))
        for index, (series, line) in enumerate(zip(data.series, compute_spans(chart, data), strict=True)):
            reached = [i for i, span in enumerate(line) if span is not None]
            if not reached:
                continue
            last = reached[-1]
            if kind.has_slots and last < len(data.categories) - 1:
                ends = []  # a series without a value in the last bar cannot be labelled next to it
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
    """Place annotations in rows above the plot.

    An annotation's text starts at its line, or ends there near the right edge.
    """
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
    heights = [
        max(len(lines) for (_, lines, *_), own in zip(found, placed, strict=True) if own == row) * LINE + 2
        for row in range(max(placed, default=-1) + 1)
    ]
    return tuple(
        PlacedAnnotation(fraction, lines, row, start, sum(heights[: row + 1]))
        for (fraction, lines, start, _), row in zip(found, placed, strict=True)
    )


_NAMES_SHARE = 0.36  # maximum share of the width for category labels
MOST_HEIGHT = 400.0  # of a plot with horizontal bars
_BAR, ROW = 13.0, 19.0  # points per bar and per row


def plan_horizontal_bars(
    chart: Chart, data: ChartData, max_width: float, ruler: Ruler, settings: PlotSettings
) -> Plan:
    """Lay out a plot with horizontal bars, including its margins, within ``max_width`` points."""
    shows_values = can_carry_values(chart, data, settings)
    scale = settings.scale or make_own_scale(chart, data, shows_values=shows_values)
    axis = make_category_axis(chart, data)
    names = wrap_category_labels(chart, data, max_width, ruler)
    left = max(map(ruler.measure_widest, names)) + GAP if settings.labels_left else 0.0
    right = _measure_right_of_bars(chart, data, scale, ruler, shows_values=shows_values)
    width = max(max_width - left - right, max_width * MIN_PLOT_FRACTION)
    if shows_values and min(data.numbers) < 0:
        scale = _extend_below_zero(scale, (measure_widest_value(chart, data, ruler) + GAP) / width)
    bottom = LINE + GAP if settings.labels_below and not shows_values else 2.0
    if data.category_title and settings.labels_below:
        bottom += LINE + 2
    return Plan(
        chart=chart,
        data=data,
        scale=scale,
        axis=axis,
        horizontal=True,
        shows_values=shows_values,
        left=left,
        right=right,
        top=ABOVE + (LINE + 2 if chart.marks else 0.0),
        bottom=bottom,
        width=width,
        height=_choose_height(chart, data, names),
        ticks=tuple(Tick(axis.get_fraction(index), lines, index) for index, lines in enumerate(names)),
    )


def wrap_category_labels(
    chart: Chart, data: ChartData, max_width: float, ruler: Ruler
) -> list[tuple[str, ...]]:
    """Return each category's label, wrapped into lines for the left margin of a plot with horizontal rows."""
    names = (format_category(data, index, chart.language) for index in range(len(data.categories)))
    return [tuple(wrap_label(name, max_width * _NAMES_SHARE, ruler.measure)) for name in names]


def _measure_right_of_bars(
    chart: Chart, data: ChartData, scale: ValueScale, ruler: Ruler, *, shows_values: bool
) -> float:
    """Return the width of the right margin: value labels or half the last tick label, plus annotations."""
    last = scale.format_ticks(chart.language)[-1]
    right = measure_widest_value(chart, data, ruler) + GAP if shows_values else ruler.measure(last) / 2 + 1
    annotations = [
        ruler.measure_widest(wrap_label(note.text, ANNOTATION_WIDTH, ruler.measure))
        for note in chart.annotations
    ]
    return right + (max(annotations) + GAP if annotations else 0.0)


def _extend_below_zero(scale: ValueScale, fraction: float) -> ValueScale:
    """Lower the start of the value axis so that value labels fit to the left of negative bars.

    ``fraction`` is the share of the plot's width that the labels need.
    """
    return replace(
        scale, low=float(f"{scale.low - (scale.high - scale.low) * fraction / (1 - fraction):.6g}")
    )


def _choose_height(chart: Chart, data: ChartData, names: list[tuple[str, ...]]) -> float:
    bars = 1 if chart.stacked else len(data.series)
    lines, count = max(map(len, names)), len(names)
    height = max(lines * LINE + 4, _BAR * bars + 5, ROW) * count
    return height if height <= MOST_HEIGHT else max(MOST_HEIGHT, lines * LINE * count)
