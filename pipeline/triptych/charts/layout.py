"""Lay out plots with a vertical value axis, and plots with horizontal bars."""

from __future__ import annotations

from dataclasses import replace

from triptych.charts.axes import (
    AXIS_LABEL_GAP,
    CategoryAxis,
    Tick,
    ValueAxis,
    format_amount,
    make_category_axis,
    make_category_ticks,
)
from triptych.charts.canvas import LINE_HEIGHT, TextRuler
from triptych.charts.chart_types import get_plot_chart_type
from triptych.charts.labels import assign_text_rows, wrap_label
from triptych.charts.plot_layout import (
    ANNOTATION_WIDTH,
    MIN_PLOT_FRACTION,
    TICK_LABEL_OVERHANG,
    EndLabel,
    PlacedAnnotation,
    PlotLayout,
    PlotSettings,
    can_label_bars,
    compute_spans,
    make_own_value_axis,
    measure_widest_value,
)
from triptych.charts.time_axis import format_category
from triptych.charts.totals import list_totals
from triptych.languages.numerals import format_percent
from triptych.model.charts import ChartData, convert_to_decimal, sum_as_decimals
from triptych.model.nodes import Chart

_MAX_END_LABELS_FRACTION = 0.3  # maximum fraction of the width for end labels
_MAX_CLUSTER_FRACTION = 0.8  # maximum fraction of a slot for the value labels of its bars
_ALLOWED_LABEL_OVERHANG = 4.0  # points by which the value label of a single bar may be wider


def lay_out_vertical_plot(
    chart: Chart, data: ChartData, max_width: float, ruler: TextRuler, settings: PlotSettings
) -> PlotLayout:
    """Lay out a plot with a vertical value axis within ``max_width`` points, including margins."""
    shows_values = can_label_bars(chart, data, settings)
    shows_values = shows_values and (
        settings.has_value_labels is not None or _has_room_for_values(chart, data, max_width, ruler)
    )
    scale = settings.value_axis or make_own_value_axis(chart, data, has_value_labels=shows_values)
    axis = make_category_axis(chart, data)
    left = 0.0
    if settings.has_left_labels and not shows_values:
        left = ruler.measure_widest(scale.format_ticks(chart.language)) + AXIS_LABEL_GAP
    end_labels = (
        _make_end_labels(chart, data, max_width, ruler, settings.height)
        if settings.value_axis is None
        else ()
    )
    right = _measure_right_margin(end_labels, axis, ruler, is_single_plot=settings.value_axis is None)
    second_axis = get_plot_chart_type(chart).make_second_axis(chart, scale)
    if second_axis is not None:
        right = ruler.measure_widest(second_axis.format_ticks(chart.language)) + AXIS_LABEL_GAP
    if settings.value_axis is None and get_plot_chart_type(chart).has_slots:
        max_width = min(
            max_width,
            left + _choose_plot_width(chart, data, max_width - left - right, ruler, settings) + right,
        )
    width, right, ticks, rotated = _fit_ticks(
        chart, data, axis, max_width - left, right, ruler, can_rotate=settings.can_rotate_labels
    )
    annotations = _place_annotations(chart, data, axis, width, left, right, ruler)
    highest = max((annotation.height_above_plot + 2 for annotation in annotations), default=0.0)
    if shows_values or (chart.has_totals and not annotations):
        highest += LINE_HEIGHT
    top = TICK_LABEL_OVERHANG + highest
    bottom = (
        _measure_labels_height(ticks, ruler, rotated=rotated) + AXIS_LABEL_GAP + 2
        if settings.has_bottom_labels
        else 3.0
    )
    if shows_values and get_plot_chart_type(chart).has_values_below_axis(chart, data):
        bottom += LINE_HEIGHT
    if chart.category_axis_title and settings.has_bottom_labels:
        bottom += LINE_HEIGHT + 2
    reserved_below = get_plot_chart_type(chart).measure_size_legend_height(settings.height)
    return PlotLayout(
        chart=chart,
        data=data,
        value_axis=scale,
        second_axis=second_axis,
        category_axis=axis,
        is_horizontal=False,
        has_value_labels=shows_values,
        left=left,
        right=right,
        top=top,
        bottom=bottom + reserved_below,
        size_legend_height=reserved_below,
        width=width,
        height=settings.height,
        ticks=ticks if settings.has_bottom_labels else (),
        has_rotated_labels=rotated,
        end_labels=end_labels,
        annotations=annotations,
    )


def _choose_plot_width(
    chart: Chart, data: ChartData, max_width: float, ruler: TextRuler, settings: PlotSettings
) -> float:
    """Return the width of the plot area, which is less than ``max_width`` if there are few bars.

    With annotations, reference lines or callouts, the plot area always has the full width.
    """
    if chart.annotations or chart.reference_lines or chart.callouts:
        return max_width
    count = len(data.categories)
    names = (
        ruler.measure_widest(format_category(data, index, chart.language) for index in range(count))
        + 2 * AXIS_LABEL_GAP
    )
    further_series = 0 if chart.stacked else len(data.series) - 1
    return min(
        max_width, count * max(settings.slot_width + further_series * settings.further_bar_width, names)
    )


def _has_room_for_values(chart: Chart, data: ChartData, max_width: float, ruler: TextRuler) -> bool:
    count = len(data.series)
    pitch = max_width / len(data.categories) * _MAX_CLUSTER_FRACTION / count
    return measure_widest_value(chart, data, ruler) + 2 <= pitch + (
        _ALLOWED_LABEL_OVERHANG if count == 1 else 0.0
    )


def _measure_right_margin(
    end_labels: tuple[EndLabel, ...], category_axis: CategoryAxis, ruler: TextRuler, *, is_single_plot: bool
) -> float:
    """Return the width of the end labels or, without end labels, of half a point marker."""
    if end_labels:
        return max(ruler.measure_bold(line) for end in end_labels for line in end.lines) + 2 * AXIS_LABEL_GAP
    return 2.0 if category_axis.slot_count else 12.0 if is_single_plot else 6.0


def _fit_ticks(
    chart: Chart,
    data: ChartData,
    category_axis: CategoryAxis,
    max_width: float,
    right: float,
    ruler: TextRuler,
    *,
    can_rotate: bool,
) -> tuple[float, float, tuple[Tick, ...], bool]:
    """Return the plot area's width, the right margin, the tick labels, and whether they are rotated.

    The right margin is widened if the last label would extend beyond it.
    """
    width = max(max_width - right, max_width * MIN_PLOT_FRACTION)
    ticks, rotated = make_category_ticks(chart, data, category_axis, width, ruler, can_rotate=can_rotate)
    overhang = max(
        (tick.fraction * width + ruler.measure_widest(tick.lines) / 2 - width for tick in ticks), default=0.0
    )
    if rotated or overhang <= right:
        return width, right, ticks, rotated
    right = overhang + 1
    width = max(max_width - right, max_width * MIN_PLOT_FRACTION)
    return width, right, *make_category_ticks(chart, data, category_axis, width, ruler, can_rotate=can_rotate)


def _measure_labels_height(ticks: tuple[Tick, ...], ruler: TextRuler, *, rotated: bool) -> float:
    if rotated:
        return max(ruler.measure_widest(tick.lines) for tick in ticks)
    return max((len(tick.lines) * LINE_HEIGHT for tick in ticks), default=0.0)


def _make_end_labels(
    chart: Chart, data: ChartData, max_width: float, ruler: TextRuler, height: float
) -> tuple[EndLabel, ...]:
    """Return labels of reference lines and, if all fit, of the ends of lines, areas or stacked bars."""
    widest = max_width * _MAX_END_LABELS_FRACTION
    labels: list[EndLabel] = []
    has_several_series, kind = len(data.series) > 1, get_plot_chart_type(chart)
    if kind.has_end_labels or (chart.stacked and has_several_series):
        places = None if kind.has_slots else data.positions
        places = places or tuple(map(float, range(len(data.categories))))
        for index, (series, line) in enumerate(zip(data.series, compute_spans(chart, data), strict=True)):
            reached = [i for i, span in enumerate(line) if span is not None]
            if not reached:
                continue
            last = reached[-1]
            if kind.has_slots and last < len(data.categories) - 1:
                labels = []  # without a value in the last bar, a series cannot be labelled there
                break
            start, end = line[last] or (0.0, 0.0)
            value = format_amount(chart, series.values[last] or 0.0, series.label_decimals)
            if chart.percent:
                last_total = convert_to_decimal(
                    sum_as_decimals(data_series.values[last] or 0.0 for data_series in data.series)
                )
                value = format_percent(
                    100 * convert_to_decimal(series.values[last] or 0.0) / (last_total or 1), chart.language
                )
            text = f"{series.label} {value}" if has_several_series else value
            position = (start + end) / 2 if chart.stacked else end
            labels.append(
                EndLabel(position, tuple(wrap_label(text, widest, ruler.measure_bold)), index, places[last])
            )
    if has_several_series and not chart.direct_labels:
        labels = []
    labels += [
        EndLabel(m.value, tuple(wrap_label(m.text, widest, ruler.measure_bold)), -1)
        for m in chart.reference_lines
    ]
    if sum(len(end.lines) for end in labels) * LINE_HEIGHT > height + LINE_HEIGHT:
        return tuple(end for end in labels if end.series < 0)
    return tuple(labels)


def _place_annotations(
    chart: Chart,
    data: ChartData,
    category_axis: CategoryAxis,
    width: float,
    left: float,
    right: float,
    ruler: TextRuler,
) -> tuple[PlacedAnnotation, ...]:
    """Place annotations in rows above the plot.

    An annotation's text starts at its line, or ends there near the right edge.
    """
    placed_texts: list[tuple[float, tuple[str, ...], float, float]] = []
    for note in chart.annotations:
        place = float(data.categories.index(note.name)) if category_axis.slot_count else note.position
        fraction = category_axis.get_fraction(place)
        lines = tuple(wrap_label(note.text, min(ANNOTATION_WIDTH, width), ruler.measure))
        text_width = ruler.measure_widest(lines)
        start = fraction * width - 1
        if start + text_width > width + right:
            start = max(-left, min(fraction * width + 1, width + right) - text_width)
        placed_texts.append((fraction, lines, start, start + text_width))
    words = [(start, end) for _, _, start, end in placed_texts]
    rows = assign_text_rows(words, [fraction * width for fraction, *_ in placed_texts], AXIS_LABEL_GAP)
    heights = [
        max(
            len(lines) for (_, lines, *_), text_row in zip(placed_texts, rows, strict=True) if text_row == row
        )
        * LINE_HEIGHT
        + 2
        for row in range(max(rows, default=-1) + 1)
    ]
    totals_height = LINE_HEIGHT if chart.has_totals else 0.0
    return tuple(
        PlacedAnnotation(fraction, lines, row, start, totals_height + sum(heights[: row + 1]))
        for (fraction, lines, start, _), row in zip(placed_texts, rows, strict=True)
    )


_MAX_CATEGORY_LABELS_FRACTION = 0.36  # maximum fraction of the width for category labels
MAX_BARS_HEIGHT = 400.0  # maximum height of a plot with horizontal bars
_BAR_HEIGHT, ROW_HEIGHT = 13.0, 19.0  # points per bar and per row


def lay_out_horizontal_bars(
    chart: Chart, data: ChartData, max_width: float, ruler: TextRuler, settings: PlotSettings
) -> PlotLayout:
    """Lay out a plot with horizontal bars within ``max_width`` points, including margins."""
    shows_values = can_label_bars(chart, data, settings)
    scale = settings.value_axis or make_own_value_axis(chart, data, has_value_labels=shows_values)
    axis = make_category_axis(chart, data)
    names = wrap_category_labels(chart, data, max_width, ruler)
    left = max(map(ruler.measure_widest, names)) + AXIS_LABEL_GAP if settings.has_left_labels else 0.0
    right = _measure_bars_right_margin(chart, data, scale, ruler, has_value_labels=shows_values)
    width = max(max_width - left - right, max_width * MIN_PLOT_FRACTION)
    if shows_values and min(data.numbers) < 0:
        scale = _extend_axis_below_zero(
            scale, (measure_widest_value(chart, data, ruler) + AXIS_LABEL_GAP) / width
        )
    bottom = LINE_HEIGHT + AXIS_LABEL_GAP if settings.has_bottom_labels and not shows_values else 2.0
    if chart.category_axis_title and settings.has_bottom_labels:
        bottom += LINE_HEIGHT + 2
    return PlotLayout(
        chart=chart,
        data=data,
        value_axis=scale,
        category_axis=axis,
        is_horizontal=True,
        has_value_labels=shows_values,
        left=left,
        right=right,
        top=TICK_LABEL_OVERHANG + (LINE_HEIGHT + 2 if chart.reference_lines else 0.0),
        bottom=bottom,
        width=width,
        height=_choose_bars_height(chart, data, names),
        ticks=tuple(Tick(axis.get_fraction(index), lines, index) for index, lines in enumerate(names)),
    )


def wrap_category_labels(
    chart: Chart, data: ChartData, max_width: float, ruler: TextRuler
) -> list[tuple[str, ...]]:
    """Return each category's label, wrapped into lines that fit the left margin of a plot with rows."""
    names = (format_category(data, index, chart.language) for index in range(len(data.categories)))
    return [
        tuple(wrap_label(name, max_width * _MAX_CATEGORY_LABELS_FRACTION, ruler.measure)) for name in names
    ]


def _measure_bars_right_margin(
    chart: Chart, data: ChartData, value_axis: ValueAxis, ruler: TextRuler, *, has_value_labels: bool
) -> float:
    """Return the width of the right margin: value labels or half the last tick label, plus annotations."""
    last = value_axis.format_ticks(chart.language)[-1]
    right = (
        measure_widest_value(chart, data, ruler) + AXIS_LABEL_GAP
        if has_value_labels
        else ruler.measure(last) / 2 + 1
    )
    if chart.has_totals:
        totals = (text for *_, text in list_totals(chart, data))
        right = max(right, max(map(ruler.measure_bold, totals), default=0.0) + AXIS_LABEL_GAP)
    annotations = [
        ruler.measure_widest(wrap_label(note.text, ANNOTATION_WIDTH, ruler.measure))
        for note in chart.annotations
    ]
    return right + (max(annotations) + AXIS_LABEL_GAP if annotations else 0.0)


def _extend_axis_below_zero(value_axis: ValueAxis, fraction: float) -> ValueAxis:
    """Lower the start of the value axis to make room for value labels left of negative bars.

    ``fraction`` is the fraction of the plot's width that the labels need.
    """
    return replace(
        value_axis,
        low=float(f"{value_axis.low - (value_axis.high - value_axis.low) * fraction / (1 - fraction):.6g}"),
    )


def _choose_bars_height(chart: Chart, data: ChartData, labels: list[tuple[str, ...]]) -> float:
    bars = 1 if chart.stacked else len(data.series)
    lines, count = max(map(len, labels)), len(labels)
    height = max(lines * LINE_HEIGHT + 4, _BAR_HEIGHT * bars + 5, ROW_HEIGHT) * count
    return height if height <= MAX_BARS_HEIGHT else max(MAX_BARS_HEIGHT, lines * LINE_HEIGHT * count)
