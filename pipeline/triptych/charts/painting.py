"""Draw a plot: axes, bars, lines or points, and labels."""

from __future__ import annotations

from dataclasses import dataclass, replace

from triptych.charts.axes import AXIS_LABEL_GAP
from triptych.charts.callouts import measure_callout_box
from triptych.charts.canvas import LINE_HEIGHT, Box, Canvas, TextRuler, trace_circle
from triptych.charts.chart_types import get_plot_chart_type
from triptych.charts.labels import wrap_label
from triptych.charts.plot_layout import (
    ANNOTATION_WIDTH,
    ARROWHEAD_SIZE,
    PlacedCallout,
    PlotLayout,
    find_series_line_end,
    iter_range_boxes,
    locate_category,
    locate_reference_label,
    locate_value,
    needs_leader,
    place_end_labels,
    place_start_labels,
    split_reference_line,
)
from triptych.charts.styles import MarkStyle, get_mark_style
from triptych.charts.totals import find_annotation_line_end
from triptych.theme.colours import darken_until_readable

_REFERENCE_LINE_DASH = (3.0, 2.0)


def draw_plot(
    canvas: Canvas, layout: PlotLayout, left: float, top: float, *, label_value_axis: bool = True
) -> None:
    """Draw a plot with its top left corner at ``left``, ``top``.

    If ``label_value_axis`` is false, the value axis has no labels.
    """
    painter = PlotPainter(canvas, layout, left + layout.left, top + layout.top)
    _draw_value_axis(painter, labelled=label_value_axis)
    _draw_second_axis(painter)
    _draw_annotation_lines(painter)
    kind = get_plot_chart_type(layout.chart)
    has_band = kind.has_band(layout.chart)
    if has_band:
        _draw_band(painter)
    kind.draw_marks(painter)
    for mark in kind.iter_missing_marks(layout, TextRuler(canvas.theme)):
        painter.draw_callout_text(mark, canvas.theme.colours.muted)
    if not has_band:
        _draw_ranges(painter)
    if kind.has_baseline:
        _draw_baseline(painter)
    _draw_category_labels(painter)
    _draw_reference_lines(painter)
    _draw_annotation_text(painter)
    _draw_end_labels(painter)
    _draw_start_labels(painter)
    _draw_point_labels(painter)
    _draw_callouts(painter)
    _draw_arrow(painter)
    _draw_size_legend(painter)


def _draw_value_axis(painter: PlotPainter, *, labelled: bool) -> None:
    plan, canvas = painter.layout, painter.canvas
    if plan.has_value_labels:
        return
    colours = canvas.theme.colours
    left, bottom = painter.left, painter.top + plan.height
    for tick, name in zip(
        plan.value_axis.ticks, plan.value_axis.format_ticks(plan.chart.language), strict=True
    ):
        position = painter.locate_value(tick)
        if plan.is_horizontal:
            canvas.draw_line([(position, painter.top), (position, bottom)], colours.rule, 0.4)
            if labelled:
                canvas.draw_text(
                    (position, bottom + AXIS_LABEL_GAP + LINE_HEIGHT / 2 - 1),
                    name,
                    colour=colours.muted,
                    anchor="center",
                )
        else:
            canvas.draw_line([(left, position), (left + plan.width, position)], colours.rule, 0.4)
            if labelled:
                canvas.draw_text(
                    (left - AXIS_LABEL_GAP, position), name, colour=colours.muted, anchor="right"
                )


def _draw_second_axis(painter: PlotPainter) -> None:
    plan, canvas = painter.layout, painter.canvas
    if plan.second_axis is None:
        return
    names = plan.second_axis.format_ticks(plan.chart.language)
    for tick, name in zip(plan.second_axis.ticks, names, strict=True):
        y = painter.top + (1 - plan.second_axis.get_fraction(tick)) * plan.height
        x = painter.left + plan.width + AXIS_LABEL_GAP
        canvas.draw_text((x, y), name, colour=canvas.theme.colours.muted)


def _draw_band(painter: PlotPainter) -> None:
    """Fill the area between the lower and the upper ends of the ranges."""
    ends = [
        (painter.locate_category(index), *map(painter.locate_value, pair))
        for index, pair in enumerate(painter.layout.data.ranges)
        if pair
    ]
    lower, upper = [(x, y) for x, y, _ in ends], [(x, y) for x, _, y in ends]
    style = replace(painter.get_style(0), is_receding=False, is_outlined=False)
    painter.canvas.draw_polygon([*upper, *reversed(lower)], style, translucent=True)


def _draw_ranges(painter: PlotPainter) -> None:
    """Draw a line with a cap at each end for the range around each value."""
    canvas, is_horizontal = painter.canvas, painter.layout.is_horizontal
    for box in iter_range_boxes(painter.layout):
        left, right = painter.left + box[0], painter.left + box[2]
        top, bottom = painter.top + box[1], painter.top + box[3]
        x, y = (left + right) / 2, (top + bottom) / 2
        lines = (
            [[(left, y), (right, y)], [(left, top), (left, bottom)], [(right, top), (right, bottom)]]
            if is_horizontal
            else [[(x, top), (x, bottom)], [(left, top), (right, top)], [(left, bottom), (right, bottom)]]
        )
        for line in lines:
            canvas.draw_line(line, canvas.theme.colours.foreground, 0.8)


def _draw_baseline(painter: PlotPainter) -> None:
    """Draw the category axis at zero, or at the low end of a value axis that does not include zero."""
    plan, scale = painter.layout, painter.layout.value_axis
    zero = 0.0 if not scale.is_log and scale.low <= 0 <= scale.high else scale.low
    position = painter.locate_value(zero)
    if plan.is_horizontal:
        points = [(position, painter.top), (position, painter.top + plan.height)]
    else:
        points = [(painter.left, position), (painter.left + plan.width, position)]
    painter.canvas.draw_line(points, painter.canvas.theme.colours.muted, 0.6)


def _draw_category_labels(painter: PlotPainter) -> None:
    plan, canvas, muted = painter.layout, painter.canvas, painter.canvas.theme.colours.muted
    ink = muted if plan.data.positions else canvas.theme.colours.foreground
    bottom = painter.top + plan.height
    if plan.is_horizontal and plan.left:
        for index, tick in enumerate(plan.ticks):
            position = (
                painter.left - AXIS_LABEL_GAP,
                painter.locate_category(index) - (len(tick.lines) - 1) * LINE_HEIGHT / 2,
            )
            canvas.draw_text(position, tick.lines, colour=ink, anchor="right")
    elif not plan.is_horizontal:
        below = bottom + AXIS_LABEL_GAP + 1
        if plan.has_value_labels and get_plot_chart_type(plan.chart).has_values_below_axis(
            plan.chart, plan.data
        ):
            below += LINE_HEIGHT
        for tick in plan.ticks:
            x = painter.locate_fraction(tick.fraction)
            if plan.has_rotated_labels:
                start = x - (len(tick.lines) - 1) * LINE_HEIGHT / 2
                canvas.draw_text((start, below - 1), tick.lines, colour=ink, anchor="right", rotated=True)
            else:
                canvas.draw_text((x, below + LINE_HEIGHT / 2 - 1), tick.lines, colour=ink, anchor="center")
    if plan.chart.category_axis_title and plan.ticks and plan.bottom > LINE_HEIGHT:
        title_y = bottom + plan.bottom - plan.size_legend_height - LINE_HEIGHT / 2
        if plan.is_horizontal:
            canvas.draw_text(
                (painter.left - plan.left, title_y), plan.chart.category_axis_title, colour=muted
            )
        else:
            centre_x = painter.left + plan.width / 2
            canvas.draw_text(
                (centre_x, title_y), plan.chart.category_axis_title, colour=muted, anchor="center"
            )


def _draw_reference_lines(painter: PlotPainter) -> None:
    plan, canvas = painter.layout, painter.canvas
    ink = canvas.theme.colours.foreground
    for mark in plan.chart.reference_lines:
        position = painter.locate_value(mark.value)
        if plan.is_horizontal:
            x, ruler = locate_value(plan, mark.value), TextRuler(canvas.theme)
            for start, end in split_reference_line(plan, x, ruler):
                canvas.draw_line(
                    [(position, painter.top + start), (position, painter.top + end)],
                    ink,
                    0.8,
                    _REFERENCE_LINE_DASH,
                )
            left = painter.left + locate_reference_label(plan, mark.text, x, ruler)
            canvas.draw_text((left, painter.top - 2 - LINE_HEIGHT / 2), mark.text)
        else:
            canvas.draw_line(
                [(painter.left, position), (painter.left + plan.width, position)],
                ink,
                0.8,
                _REFERENCE_LINE_DASH,
            )


def _draw_annotation_lines(painter: PlotPainter) -> None:
    for annotation in painter.layout.annotations:
        x = painter.locate_fraction(annotation.fraction)
        end = find_annotation_line_end(painter.layout, x - painter.left, TextRuler(painter.canvas.theme))
        points = [(x, painter.top - annotation.height_above_plot), (x, painter.top + end)]
        painter.canvas.draw_line(points, painter.canvas.theme.colours.muted, 0.5, (1.5, 1.5))


def _draw_annotation_text(painter: PlotPainter) -> None:
    plan, canvas = painter.layout, painter.canvas
    if plan.is_horizontal:
        _draw_annotations_beside_bars(painter)
        return
    for annotation in plan.annotations:
        top = painter.top - annotation.height_above_plot + LINE_HEIGHT / 2
        canvas.draw_text((painter.left + annotation.text_left + 3, top), annotation.lines)


def _draw_annotations_beside_bars(painter: PlotPainter) -> None:
    plan, canvas = painter.layout, painter.canvas
    ruler = TextRuler(canvas.theme)
    for note in plan.chart.annotations:
        index = plan.data.categories.index(note.name)
        lines = wrap_label(note.text, ANNOTATION_WIDTH, ruler.measure)
        x = painter.left + plan.width + plan.right - max(map(ruler.measure, lines))
        y = painter.locate_category(index) - (len(lines) - 1) * LINE_HEIGHT / 2
        canvas.draw_text((x, y), lines, colour=canvas.theme.colours.muted)


def _draw_end_labels(painter: PlotPainter) -> None:
    plan, canvas = painter.layout, painter.canvas
    colours, right = canvas.theme.colours, painter.left + plan.width
    for end, target, centre in place_end_labels(plan):
        style = None if end.series < 0 else painter.get_style(end.series)
        receding = style is not None and style.is_receding
        ink = colours.foreground if style is None else style.colour
        if needs_leader(plan, end, target, centre):
            stop = painter.left + find_series_line_end(plan, end)
            y, label_y = painter.top + target, painter.top + centre
            canvas.draw_line(
                [(stop + 3, y), (right + 3, y), (right + 2 * AXIS_LABEL_GAP - 2, label_y)], ink, 0.4
            )
        label_position = (
            right + 2 * AXIS_LABEL_GAP,
            painter.top + centre - (len(end.lines) - 1) * LINE_HEIGHT / 2,
        )
        words = (
            colours.muted if receding else darken_until_readable(ink, colours.foreground, colours.background)
        )
        canvas.draw_text(label_position, end.lines, colour=words, bold=not receding)


def _draw_start_labels(painter: PlotPainter) -> None:
    plan, canvas = painter.layout, painter.canvas
    colours = canvas.theme.colours
    for label in place_start_labels(plan, TextRuler(canvas.theme)):
        ink = darken_until_readable(
            painter.get_style(label.series).colour, colours.foreground, colours.background
        )
        left, top, _, _ = label.box
        position = (painter.left + left, painter.top + top + LINE_HEIGHT / 2)
        canvas.draw_text(position, label.text, colour=ink, bold=True)


def _draw_point_labels(painter: PlotPainter) -> None:
    colours = painter.canvas.theme.colours
    for name in painter.layout.point_labels:
        painter.draw_callout_text(name.callout, colours.muted if name.is_receding else colours.foreground)


def _draw_callouts(painter: PlotPainter) -> None:
    """Draw the callouts on the background colour, with thin leaders to distant bars or points."""
    canvas = painter.canvas
    paper = MarkStyle(colour=canvas.theme.colours.background)
    for words in painter.layout.callouts:
        if words.leader:
            points = [(painter.left + x, painter.top + y) for x, y in words.leader]
            canvas.draw_line(points, canvas.theme.colours.muted, 0.5)
        left, top, right, bottom = measure_callout_box(words, TextRuler(canvas.theme))
        painter.draw_box((left - 1, top, right + 1, bottom), paper)
        painter.draw_callout_text(words)


def _draw_arrow(painter: PlotPainter) -> None:
    arrow, canvas = painter.layout.arrow, painter.canvas
    if arrow is None:
        return
    ink = canvas.theme.colours.foreground
    canvas.draw_line([(painter.left + x, painter.top + y) for x, y in arrow.line], ink, 0.8)
    x, y = painter.left + arrow.tip[0], painter.top + arrow.tip[1]
    half, top = ARROWHEAD_SIZE / 2, y - ARROWHEAD_SIZE
    canvas.draw_polygon([(x - half, top), (x + half, top), (x, y)], MarkStyle(colour=ink))
    painter.draw_callout_text(arrow.label, bold=True)


@dataclass(frozen=True, slots=True)
class PlotPainter:
    """Draws a plot whose plot area has its top left corner at ``left``, ``top`` on the canvas."""

    canvas: Canvas
    layout: PlotLayout
    left: float
    top: float

    def locate_fraction(self, fraction: float) -> float:
        """Return the x position on the canvas for a fraction of the plot's width."""
        return self.left + fraction * self.layout.width

    def locate_value(self, value: float) -> float:
        """Return the position of a value on the canvas: y, or x for horizontal bars."""
        return (self.left if self.layout.is_horizontal else self.top) + locate_value(self.layout, value)

    def locate_category(self, index: int) -> float:
        """Return the centre of a category on the canvas: x, or y for horizontal bars."""
        return (self.top if self.layout.is_horizontal else self.left) + locate_category(self.layout, index)

    def draw_box(self, box: Box, style: MarkStyle, *, with_separator: bool = False) -> None:
        """Draw a box with a position relative to the plot area.

        If ``with_separator`` is true, the box has an outline in the background colour.
        """
        left, top, right, bottom = box
        self.canvas.draw_box(
            self.left + left, self.top + top, right - left, bottom - top, style, with_separator=with_separator
        )

    def draw_callout_text(self, callout: PlacedCallout, colour: str = "", *, bold: bool = False) -> None:
        """Draw the text lines of a callout, an arrow or a point label."""
        left, top, right, _ = measure_callout_box(callout, TextRuler(self.canvas.theme))
        x = {"left": left, "center": (left + right) / 2, "right": right}[callout.anchor]
        position = (self.left + x, self.top + top + LINE_HEIGHT / 2)
        self.canvas.draw_text(position, callout.lines, colour=colour, anchor=callout.anchor, bold=bold)

    def get_style(self, index: int, category: int | None = None) -> MarkStyle:
        """Return the style of a series, or of its bar or point at ``category``.

        A series has the same style in all panels.
        """
        plan = self.layout
        return get_mark_style(plan.chart, self.canvas.theme, plan.data.series[index], category)


def _draw_size_legend(painter: PlotPainter) -> None:
    canvas, muted = painter.canvas, painter.canvas.theme.colours.muted
    for key in get_plot_chart_type(painter.layout.chart).make_size_legend(
        painter.layout, TextRuler(canvas.theme)
    ):
        centre = (painter.left + key.x, painter.top + key.y)
        canvas.draw_line(trace_circle(centre, key.radius), muted, 0.6)
        canvas.draw_text((centre[0] + key.radius + 3, centre[1]), key.text, colour=muted)
