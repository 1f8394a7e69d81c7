"""Draw labels and lines in native charts, at the same positions as in the other outputs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triptych.charts.axes import GAP, format_amount
from triptych.charts.canvas import LINE, SIZE, Anchor, Ruler
from triptych.charts.kind import get_plot_kind
from triptych.charts.labels import wrap_label
from triptych.charts.plan import (
    ANNOTATION_WIDTH,
    LEADER_FROM,
    PlacedCallout,
    Plan,
    find_line_end,
    needs_leader,
    place_category,
    place_end_labels,
    place_start_labels,
    place_value,
    split_reference_line,
)
from triptych.model.nodes import Chart
from triptych.writers.deck.drawing.charts.layout import needs_drawn_legend
from triptych.writers.deck.drawing.charts.plan import NativePlan
from triptych.writers.deck.drawing.charts.point_labels import (
    GROWTH_TO_LEFT,
    WIDTH_RESERVE,
    ChartShapes,
    label_point,
)
from triptych.writers.deck.drawing.charts.series import find_last_value, get_label_tint, get_legend_style
from triptych.writers.deck.pptx.terms import XL_LABEL_POSITION, NativeChart

_KEY, _LEGEND_GAP = 5.0, 8.0  # points; side length of a legend key, and space before the next entry


def draw_annotations(native: NativeChart, chart: Chart, planned: NativePlan) -> None:
    """Label lines at their ends with data labels, and draw all other labels and lines as user shapes."""
    plan, palette = planned.plan, planned.setting.palette
    drawn = ChartShapes(planned.setting, planned.plot_corner)
    for words in _iter_axis_labels(planned):
        drawn.add_text_box(words, palette.muted)
    for line in _iter_gridlines(planned):
        drawn.add_line(line, palette.get_quiet(0.85))
    for line in _iter_annotation_lines(plan):
        drawn.add_line(line, palette.muted, dash="sysDot")
    for words in _iter_annotation_texts(plan, planned.ruler):
        drawn.add_text_box(words, palette.ink)
    if plan.horizontal:
        for mark in chart.marks:
            at = place_value(plan, mark.value)
            for start, end in split_reference_line(plan, at, planned.ruler):
                drawn.add_line(((at, start), (at, end)), palette.ink, dash="dash", width=1.25)
            drawn.add_text_box(
                _make_callout((mark.text,), at, -2 - LINE, "center", planned.ruler), palette.ink
            )
    _label_series_ends(native, chart, planned, drawn)
    _label_first_values(native, chart, planned)
    for name in plan.point_labels:
        drawn.add_text_box(name.words, palette.muted if name.recedes else palette.ink)
    for key in get_plot_kind(plan.chart).make_size_keys(plan, planned.ruler):
        drawn.add_circle((key.x, key.y), key.radius, palette.muted)
        left, top = key.x + key.radius + 3, key.y - LINE / 2
        drawn.add_text_box(PlacedCallout(lines=(key.words,), left=left, top=top), palette.muted)
    for words in plan.callouts:
        if words.leader:
            drawn.add_line(words.leader, palette.muted)
        drawn.add_text_box(words, palette.ink)
    if needs_drawn_legend(chart, planned.setting):
        _draw_legend(drawn, chart, planned)
    drawn.add_to(native)


def _draw_legend(drawn: ChartShapes, chart: Chart, planned: NativePlan) -> None:
    setting, ruler = planned.setting, planned.ruler
    top = -planned.plot_corner[1] / ruler.scale
    left = (setting.width - planned.plot_corner[0]) / ruler.scale
    for series in reversed(chart.data.series):
        left -= ruler.measure(series.label) + _LEGEND_GAP
        drawn.add_text_box(PlacedCallout(lines=(series.label,), left=left, top=top), setting.palette.ink)
        left -= _KEY + GAP
        drawn.add_square((left, top + (LINE - _KEY) / 2), _KEY, get_legend_style(chart, setting, series).tint)


def _make_callout(lines: Sequence[str], x: float, top: float, anchor: Anchor, ruler: Ruler) -> PlacedCallout:
    left = x - ruler.measure_widest(lines) * GROWTH_TO_LEFT[anchor]
    return PlacedCallout(lines=tuple(lines), left=left, top=top, anchor=anchor)


def _iter_axis_labels(planned: NativePlan) -> Iterator[PlacedCallout]:
    plan, ruler = planned.plan, planned.ruler
    if not plan.shows_values and planned.value_format is None:
        for tick, name in zip(plan.scale.ticks, plan.scale.format_ticks(plan.chart.language), strict=True):
            at = place_value(plan, tick)
            if plan.horizontal:
                yield _make_callout((name,), at, plan.height + GAP - 1, "center", ruler)
            else:
                yield _make_callout((name,), -GAP, at - LINE / 2, "right", ruler)
    if planned.draws_categories:
        top = plan.height + GAP + (LINE if planned.below_values else 0.0)
        for place in plan.ticks:
            yield _make_callout(place.lines, place.fraction * plan.width, top, "center", ruler)


def _iter_gridlines(planned: NativePlan) -> Iterator[Sequence[tuple[float, float]]]:
    """Yield gridlines at the ticks, unless the native axis has gridlines at the same values."""
    plan = planned.plan
    if plan.shows_values or planned.value_format is not None:
        return
    for tick in plan.scale.ticks:
        at = place_value(plan, tick)
        yield ((at, 0.0), (at, plan.height)) if plan.horizontal else ((0.0, at), (plan.width, at))


def _iter_annotation_lines(plan: Plan) -> Iterator[Sequence[tuple[float, float]]]:
    for annotation in plan.annotations:
        x = annotation.fraction * plan.width
        yield ((x, -annotation.above), (x, plan.height))


def _iter_annotation_texts(plan: Plan, ruler: Ruler) -> Iterator[PlacedCallout]:
    for annotation in plan.annotations:
        yield PlacedCallout(lines=annotation.lines, left=annotation.start + 3, top=-annotation.above)
    for note in plan.chart.annotations if plan.horizontal else ():
        lines = wrap_label(note.text, ANNOTATION_WIDTH, ruler.measure)
        middle = place_category(plan, plan.data.categories.index(note.name))
        left = plan.width + plan.right - ruler.measure_widest(lines)
        yield PlacedCallout(lines=tuple(lines), left=left, top=middle - len(lines) * LINE / 2)


def _label_series_ends(native: NativeChart, chart: Chart, planned: NativePlan, drawn: ChartShapes) -> None:
    """Write the names of series and reference lines to the right of the plot.

    Lines are named by data labels, which move when the data change.
    """
    plan, scale = planned.plan, planned.setting.size / SIZE
    for end, target, centre in place_end_labels(plan):
        series = chart.data.series[end.series]
        named = end.series >= 0
        tint = get_label_tint(chart, planned.setting, series) if named else planned.setting.palette.ink
        bold = not named or not chart.is_pale(series)
        if needs_leader(plan, end, target, centre):
            stop = find_line_end(plan, end)
            drawn.add_line(
                ((stop + 3, target), (plan.width + 2 * GAP - 2, centre)), planned.setting.palette.muted
            )
        if not named or not get_plot_kind(chart).connects_values:
            top = centre - len(end.lines) * LINE / 2
            drawn.add_text_box(
                PlacedCallout(lines=end.lines, left=plan.width + 2 * GAP, top=top), tint, bold=bold
            )
            continue
        across = (plan.width - find_line_end(plan, end)) * scale
        moved = (across + GAP * scale, (centre - target) * scale)
        led = abs(centre - target) > LEADER_FROM or across > 1
        box = None
        if len(end.lines) > 1:
            wide = max(map(planned.ruler.measure_bold, end.lines)) * scale
            box = (wide * WIDTH_RESERVE, len(end.lines) * LINE * scale)
        value = series.values[find_last_value(series)] or 0.0
        label_point(
            list(native.plots[0].series)[end.series],
            find_last_value(series),
            (value, format_amount(chart, value, series.decimals)),
            planned.setting,
            XL_LABEL_POSITION.RIGHT,
            tint,
            name=series.label if len(chart.data.series) > 1 else "",
            bold=bold,
            moved=moved if led else (0.0, 0.0),
            box=box,
        )


def _label_first_values(native: NativeChart, chart: Chart, planned: NativePlan) -> None:
    """Label the first values of those lines for which `place_start_labels` finds space."""
    plan, scale = planned.plan, planned.setting.size / SIZE
    for one in place_start_labels(plan, planned.ruler):
        series = chart.data.series[one.series]
        value = series.values[one.category] or 0.0
        start = place_category(plan, one.category)
        above = one.box[1] < place_value(plan, value)
        label_point(
            list(native.plots[0].series)[one.series],
            one.category,
            (value, one.words),
            planned.setting,
            XL_LABEL_POSITION.ABOVE if above else XL_LABEL_POSITION.BELOW,
            get_label_tint(chart, planned.setting, series),
            bold=True,
            moved=((one.box[0] + planned.ruler.measure_bold(one.words) / 2 - start) * scale, 0.0),
        )
