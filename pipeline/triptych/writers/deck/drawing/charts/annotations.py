"""Draw the labels and lines of native charts where the other outputs have them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triptych.charts.axes import AXIS_LABEL_GAP, format_amount
from triptych.charts.canvas import FONT_SIZE, LINE_HEIGHT, Anchor, TextRuler
from triptych.charts.chart_types import SeriesMark, get_chart_type, get_plot_chart_type
from triptych.charts.labels import wrap_label
from triptych.charts.plot_layout import (
    ANNOTATION_WIDTH,
    ARROWHEAD_SIZE,
    MIN_LEADER_LENGTH,
    PlacedCallout,
    PlotLayout,
    find_series_line_end,
    locate_category,
    locate_reference_label,
    locate_value,
    needs_leader,
    place_end_labels,
    place_start_labels,
    split_reference_line,
    split_vertical_line,
)
from triptych.charts.totals import find_annotation_line_end
from triptych.model.nodes import Chart
from triptych.writers.deck.drawing.charts.layout import list_legend_corners, needs_drawn_legend
from triptych.writers.deck.drawing.charts.plan import NativePlan
from triptych.writers.deck.drawing.charts.point_labels import (
    GROWTH_TO_LEFT,
    WIDTH_RESERVE,
    ChartShapes,
    label_point,
)
from triptych.writers.deck.drawing.charts.series import (
    find_last_value_index,
    get_label_tint,
    get_legend_style,
)
from triptych.writers.deck.pptx.exports import XL_LABEL_POSITION, XL_MARKER_STYLE, NativeChart

_KEY_SIZE = 5.0  # points; side length of a legend key
_MARKER_GEOMETRIES = {
    XL_MARKER_STYLE.CIRCLE: "ellipse",
    XL_MARKER_STYLE.DIAMOND: "diamond",
    XL_MARKER_STYLE.TRIANGLE: "triangle",
}


def draw_annotations(native: NativeChart, chart: Chart, native_plan: NativePlan) -> None:
    """Draw all labels and lines of a native chart.

    Series are named by data labels at the ends of their lines. Everything else is drawn as user shapes.
    """
    plan, palette = native_plan.plan, native_plan.context.palette
    shapes = ChartShapes(native_plan.context, native_plan.plot_corner)
    for words in _iter_value_axis_labels(native_plan):
        shapes.add_text_box(words, palette.muted_colour)
    for words in _iter_category_labels(native_plan):
        shapes.add_text_box(words, palette.muted_colour if chart.data.positions else palette.text_colour)
    for line in _iter_gridlines(native_plan):
        shapes.add_line(line, palette.blend_text_colour(0.85))
    for line in _iter_annotation_lines(plan, native_plan.ruler):
        shapes.add_line(line, palette.muted_colour, dash="sysDot")
    for words in _iter_annotation_texts(plan, native_plan.ruler):
        shapes.add_text_box(words, palette.text_colour)
    if plan.is_horizontal:
        for mark in chart.reference_lines:
            position = locate_value(plan, mark.value)
            for start, end in split_reference_line(plan, position, native_plan.ruler):
                shapes.add_line(
                    ((position, start), (position, end)), palette.text_colour, dash="dash", width=1.25
                )
            shapes.add_text_box(
                PlacedCallout(
                    lines=(mark.text,),
                    left=locate_reference_label(plan, mark.text, position, native_plan.ruler),
                    top=-2 - LINE_HEIGHT,
                ),
                palette.text_colour,
            )
    _label_series_ends(native, chart, native_plan, shapes)
    _label_first_values(native, chart, native_plan)
    for name in plan.point_labels:
        shapes.add_text_box(name.callout, palette.muted_colour if name.is_receding else palette.text_colour)
    for words in get_plot_chart_type(plan.chart).iter_missing_marks(plan, native_plan.ruler):
        shapes.add_text_box(words, palette.muted_colour)
    for key in get_plot_chart_type(plan.chart).make_size_legend(plan, native_plan.ruler):
        shapes.add_circle((key.x, key.y), key.radius, palette.muted_colour)
        left, top = key.x + key.radius + 3, key.y - LINE_HEIGHT / 2
        shapes.add_text_box(PlacedCallout(lines=(key.text,), left=left, top=top), palette.muted_colour)
    for words in plan.callouts:
        if words.leader:
            shapes.add_line(words.leader, palette.muted_colour)
        shapes.add_text_box(words, palette.text_colour)
    if plan.arrow is not None:
        shapes.add_line(plan.arrow.line, palette.text_colour, width=1.25)
        (x, y), size = plan.arrow.tip, ARROWHEAD_SIZE
        shapes.add_filled_shape((x - size / 2, y - size), size, palette.text_colour, "flowChartMerge")
        shapes.add_text_box(plan.arrow.label, palette.text_colour, bold=True)
    if needs_drawn_legend(chart, native_plan.context):
        _draw_legend(shapes, chart, native_plan)
    shapes.add_to_chart(native)


def _draw_legend(shapes: ChartShapes, chart: Chart, native_plan: NativePlan) -> None:
    setting, ruler = native_plan.context, native_plan.ruler
    has_dots = get_chart_type(chart).get_series_mark(chart, 0) is SeriesMark.DOTS
    corners = list_legend_corners(chart, setting)
    for series, corner in zip(chart.data.series, corners, strict=True):
        style = get_legend_style(chart, setting, series)
        left, top = (
            (position - origin) / ruler.scale
            for position, origin in zip(corner, native_plan.plot_corner, strict=True)
        )
        geometry = _MARKER_GEOMETRIES.get(style.marker, "rect") if has_dots else "rect"
        shapes.add_filled_shape((left, top + (LINE_HEIGHT - _KEY_SIZE) / 2), _KEY_SIZE, style.tint, geometry)
        words = PlacedCallout(lines=(series.label,), left=left + _KEY_SIZE + AXIS_LABEL_GAP, top=top)
        shapes.add_text_box(words, setting.palette.text_colour)


def _make_callout(
    lines: Sequence[str], x: float, top: float, anchor: Anchor, ruler: TextRuler
) -> PlacedCallout:
    left = x - ruler.measure_widest(lines) * GROWTH_TO_LEFT[anchor]
    return PlacedCallout(lines=tuple(lines), left=left, top=top, anchor=anchor)


def _iter_value_axis_labels(native_plan: NativePlan) -> Iterator[PlacedCallout]:
    plan, ruler = native_plan.plan, native_plan.ruler
    if not plan.has_value_labels and native_plan.value_format is None:
        for tick, name in zip(
            plan.value_axis.ticks, plan.value_axis.format_ticks(plan.chart.language), strict=True
        ):
            position = locate_value(plan, tick)
            if plan.is_horizontal:
                yield _make_callout((name,), position, plan.height + AXIS_LABEL_GAP - 1, "center", ruler)
            else:
                yield _make_callout((name,), -AXIS_LABEL_GAP, position - LINE_HEIGHT / 2, "right", ruler)


def _iter_category_labels(native_plan: NativePlan) -> Iterator[PlacedCallout]:
    plan, ruler = native_plan.plan, native_plan.ruler
    if native_plan.needs_drawn_category_labels:
        top = plan.height + AXIS_LABEL_GAP + (LINE_HEIGHT if native_plan.has_labels_below_values else 0.0)
        for place in plan.ticks:
            yield _make_callout(place.lines, place.fraction * plan.width, top, "center", ruler)


def _iter_gridlines(native_plan: NativePlan) -> Iterator[Sequence[tuple[float, float]]]:
    """Yield the gridlines to draw; the native axis may already have some of them."""
    plan = native_plan.plan
    if plan.has_value_labels or native_plan.value_format is not None:
        return
    for tick in plan.value_axis.ticks:
        position = locate_value(plan, tick)
        if not plan.is_horizontal:
            yield ((0.0, position), (plan.width, position))
            continue
        boxes = list(get_plot_chart_type(plan.chart).iter_boxes(plan, native_plan.ruler))
        for start, end in split_vertical_line(position, plan.height, boxes):
            yield ((position, start), (position, end))


def _iter_annotation_lines(plan: PlotLayout, ruler: TextRuler) -> Iterator[Sequence[tuple[float, float]]]:
    for annotation in plan.annotations:
        x = annotation.fraction * plan.width
        yield ((x, -annotation.height_above_plot), (x, find_annotation_line_end(plan, x, ruler)))


def _iter_annotation_texts(plan: PlotLayout, ruler: TextRuler) -> Iterator[PlacedCallout]:
    for annotation in plan.annotations:
        yield PlacedCallout(
            lines=annotation.lines, left=annotation.text_left + 3, top=-annotation.height_above_plot
        )
    for note in plan.chart.annotations if plan.is_horizontal else ():
        lines = wrap_label(note.text, ANNOTATION_WIDTH, ruler.measure)
        centre = locate_category(plan, plan.data.categories.index(note.name))
        left = plan.width + plan.right - ruler.measure_widest(lines)
        yield PlacedCallout(lines=tuple(lines), left=left, top=centre - len(lines) * LINE_HEIGHT / 2)


def _label_series_ends(
    native: NativeChart, chart: Chart, native_plan: NativePlan, shapes: ChartShapes
) -> None:
    """Write the names of series and reference lines to the right of the plot.

    Names of series are data labels, so that they move when the data change.
    """
    plan, scale = native_plan.plan, native_plan.context.size / FONT_SIZE
    for end, target, centre in place_end_labels(plan):
        series = chart.data.series[end.series]
        is_series = end.series >= 0
        tint = (
            get_label_tint(chart, native_plan.context, series)
            if is_series
            else native_plan.context.palette.text_colour
        )
        bold = not is_series or not chart.is_pale(series)
        if needs_leader(plan, end, target, centre):
            stop = find_series_line_end(plan, end)
            shapes.add_line(
                ((stop + 3, target), (plan.width + 2 * AXIS_LABEL_GAP - 2, centre)),
                native_plan.context.palette.muted_colour,
            )
        if not is_series or not get_plot_chart_type(chart).connects_values:
            top = centre - len(end.lines) * LINE_HEIGHT / 2
            shapes.add_text_box(
                PlacedCallout(lines=end.lines, left=plan.width + 2 * AXIS_LABEL_GAP, top=top), tint, bold=bold
            )
            continue
        distance_to_edge = (plan.width - find_series_line_end(plan, end)) * scale
        label_offset = (distance_to_edge + AXIS_LABEL_GAP * scale, (centre - target) * scale)
        led = abs(centre - target) > MIN_LEADER_LENGTH or distance_to_edge > 1
        box = None
        if len(end.lines) > 1:
            wide = max(map(native_plan.ruler.measure_bold, end.lines)) * scale
            box = (wide * WIDTH_RESERVE, len(end.lines) * LINE_HEIGHT * scale)
        value = series.values[find_last_value_index(series)] or 0.0
        label_point(
            list(native.plots[0].series)[end.series],
            find_last_value_index(series),
            (value, format_amount(chart, value, series.label_decimals)),
            native_plan.context,
            XL_LABEL_POSITION.RIGHT,
            tint,
            name=series.label if len(chart.data.series) > 1 else "",
            bold=bold,
            offset=label_offset if led else (0.0, 0.0),
            box=box,
        )


def _label_first_values(native: NativeChart, chart: Chart, native_plan: NativePlan) -> None:
    """Label the first value of each line that has space for a label."""
    plan, scale = native_plan.plan, native_plan.context.size / FONT_SIZE
    for label in place_start_labels(plan, native_plan.ruler):
        series = chart.data.series[label.series]
        value = series.values[label.category] or 0.0
        start = locate_category(plan, label.category)
        above = label.box[1] < locate_value(plan, value)
        label_point(
            list(native.plots[0].series)[label.series],
            label.category,
            (value, label.text),
            native_plan.context,
            XL_LABEL_POSITION.ABOVE if above else XL_LABEL_POSITION.BELOW,
            get_label_tint(chart, native_plan.context, series),
            bold=True,
            offset=((label.box[0] + native_plan.ruler.measure_bold(label.text) / 2 - start) * scale, 0.0),
        )
