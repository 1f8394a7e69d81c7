"""Draw a plot: its axes, the marks of its kind, and the words over them."""

from __future__ import annotations

from dataclasses import dataclass

from triptych.charts.axes import GAP
from triptych.charts.callouts import measure_box
from triptych.charts.canvas import LINE, Canvas, Ruler, trace_circle
from triptych.charts.kind import plot_kind
from triptych.charts.labels import wrap_label
from triptych.charts.plan import (
    ANNOTATION_WIDTH,
    Plan,
    find_line_end,
    measure_annotation_rows,
    needs_leader,
    place_category,
    place_end_labels,
    place_start_labels,
    place_value,
    split_reference_line,
)
from triptych.charts.styles import MarkStyle, get_mark_style
from triptych.theme.colours import darken_until_readable

_DASH = (3.0, 2.0)


def draw_plot(canvas: Canvas, plan: Plan, left: float, top: float, *, values: bool = True) -> None:
    """Draw a plot from its top left corner; without ``values`` its value axis has no names."""
    painter = PlotPainter(canvas, plan, left + plan.left, top + plan.top)
    _draw_value_axis(painter, named=values)
    _draw_annotation_lines(painter)
    plot_kind(plan.chart).draw_marks(painter)
    _draw_baseline(painter)
    _draw_category_labels(painter)
    _draw_reference_lines(painter)
    _draw_annotation_text(painter)
    _draw_end_labels(painter)
    _draw_start_labels(painter)
    _draw_point_labels(painter)
    _draw_callouts(painter)
    _draw_size_keys(painter)


def _draw_value_axis(painter: PlotPainter, *, named: bool) -> None:
    plan, canvas = painter.plan, painter.canvas
    if plan.has_value_labels:
        return
    colours = canvas.theme.colours
    left, bottom = painter.left, painter.top + plan.height
    for tick, name in zip(plan.scale.ticks, plan.scale.format_ticks(plan.chart.language), strict=True):
        at = painter.locate_value(tick)
        if plan.horizontal:
            canvas.draw_line([(at, painter.top), (at, bottom)], colours.rule, 0.4)
            if named:
                canvas.draw_text((at, bottom + GAP + LINE / 2 - 1), name, ink=colours.muted, anchor="center")
        else:
            canvas.draw_line([(left, at), (left + plan.width, at)], colours.rule, 0.4)
            if named:
                canvas.draw_text((left - GAP, at), name, ink=colours.muted, anchor="right")


def _draw_baseline(painter: PlotPainter) -> None:
    """Draw the line at zero, or at the foot of the plot if zero is not on the axis."""
    plan, scale = painter.plan, painter.plan.scale
    zero = 0.0 if not scale.log and scale.low <= 0 <= scale.high else scale.low
    at = painter.locate_value(zero)
    if plan.horizontal:
        ends = [(at, painter.top), (at, painter.top + plan.height)]
    else:
        ends = [(painter.left, at), (painter.left + plan.width, at)]
    painter.canvas.draw_line(ends, painter.canvas.theme.colours.muted, 0.6)


def _draw_category_labels(painter: PlotPainter) -> None:
    plan, canvas, muted = painter.plan, painter.canvas, painter.canvas.theme.colours.muted
    bottom = painter.top + plan.height
    if plan.horizontal and plan.left:
        for index, tick in enumerate(plan.ticks):
            at = (painter.left - GAP, painter.locate_category(index) - (len(tick.lines) - 1) * LINE / 2)
            canvas.draw_text(at, tick.lines, ink=muted, anchor="right")
    elif not plan.horizontal:
        below = bottom + GAP + 1
        if plan.has_value_labels and plot_kind(plan.chart).has_values_below_axis(plan.chart, plan.data):
            below += LINE
        for tick in plan.ticks:
            x = painter.locate_fraction(tick.fraction)
            if plan.rotated:
                start = x - (len(tick.lines) - 1) * LINE / 2
                canvas.draw_text((start, below - 1), tick.lines, ink=muted, anchor="right", rotated=True)
            else:
                canvas.draw_text((x, below + LINE / 2 - 1), tick.lines, ink=muted, anchor="center")
    if plan.data.category_title and plan.ticks and plan.bottom > LINE:
        foot = bottom + plan.bottom - plan.reserved_below - LINE / 2
        if plan.horizontal:
            canvas.draw_text((painter.left - plan.left, foot), plan.data.category_title, ink=muted)
        else:
            middle = painter.left + plan.width / 2
            canvas.draw_text((middle, foot), plan.data.category_title, ink=muted, anchor="center")


def _draw_reference_lines(painter: PlotPainter) -> None:
    plan, canvas = painter.plan, painter.canvas
    ink = canvas.theme.colours.foreground
    for mark in plan.chart.marks:
        at = painter.locate_value(mark.value)
        if plan.horizontal:
            for start, end in split_reference_line(plan, place_value(plan, mark.value), Ruler(canvas.theme)):
                canvas.draw_line([(at, painter.top + start), (at, painter.top + end)], ink, 0.8, _DASH)
            canvas.draw_text((at, painter.top - 2 - LINE / 2), mark.text, anchor="center")
        else:
            canvas.draw_line([(painter.left, at), (painter.left + plan.width, at)], ink, 0.8, _DASH)


def _draw_annotation_lines(painter: PlotPainter) -> None:
    heights = measure_annotation_rows(painter.plan.annotations)
    for annotation in painter.plan.annotations:
        x = painter.locate_fraction(annotation.fraction)
        above = sum(heights[: annotation.row + 1])
        ends = [(x, painter.top - above), (x, painter.top + painter.plan.height)]
        painter.canvas.draw_line(ends, painter.canvas.theme.colours.muted, 0.5, (1.5, 1.5))


def _draw_annotation_text(painter: PlotPainter) -> None:
    plan, canvas = painter.plan, painter.canvas
    if plan.horizontal:
        _draw_annotations_beside_bars(painter)
        return
    heights = measure_annotation_rows(plan.annotations)
    for annotation in plan.annotations:
        top = painter.top - sum(heights[: annotation.row + 1]) + LINE / 2
        canvas.draw_text((painter.left + annotation.start + 3, top), annotation.lines)


def _draw_annotations_beside_bars(painter: PlotPainter) -> None:
    """Where bars lie, words stand at the right of them."""
    plan, canvas = painter.plan, painter.canvas
    ruler = Ruler(canvas.theme)
    for note in plan.chart.annotations:
        index = plan.data.categories.index(note.name)
        lines = wrap_label(note.text, ANNOTATION_WIDTH, ruler.measure)
        x = painter.left + plan.width + plan.right - max(map(ruler.measure, lines))
        y = painter.locate_category(index) - (len(lines) - 1) * LINE / 2
        canvas.draw_text((x, y), lines, ink=canvas.theme.colours.muted)


def _draw_end_labels(painter: PlotPainter) -> None:
    plan, canvas = painter.plan, painter.canvas
    colours, right = canvas.theme.colours, painter.left + plan.width
    for end, target, centre in place_end_labels(plan):
        style = None if end.series < 0 else painter.get_style(end.series)
        receding = style is not None and style.receding
        ink = colours.foreground if style is None else style.ink
        if needs_leader(plan, end, target, centre):
            stop = painter.left + find_line_end(plan, end)
            y, own = painter.top + target, painter.top + centre
            canvas.draw_line([(stop + 3, y), (right + 3, y), (right + 2 * GAP - 2, own)], ink, 0.4)
        at = (right + 2 * GAP, painter.top + centre - (len(end.lines) - 1) * LINE / 2)
        words = (
            colours.muted if receding else darken_until_readable(ink, colours.foreground, colours.background)
        )
        canvas.draw_text(at, end.lines, ink=words, bold=not receding)


def _draw_start_labels(painter: PlotPainter) -> None:
    plan, canvas = painter.plan, painter.canvas
    colours = canvas.theme.colours
    for one in place_start_labels(plan, Ruler(canvas.theme)):
        ink = darken_until_readable(painter.get_style(one.series).ink, colours.foreground, colours.background)
        left, top, _, _ = one.box
        at = (painter.left + left, painter.top + top + LINE / 2)
        canvas.draw_text(at, one.words, ink=ink, bold=True)


def _draw_point_labels(painter: PlotPainter) -> None:
    canvas, colours = painter.canvas, painter.canvas.theme.colours
    for name in painter.plan.point_labels:
        left, top, right, _ = measure_box(name.words, Ruler(canvas.theme))
        straight = {"left": left, "center": (left + right) / 2, "right": right}[name.words.anchor]
        at = (painter.left + straight, painter.top + top + LINE / 2)
        ink = colours.muted if name.is_back else colours.foreground
        canvas.draw_text(at, name.words.lines, ink=ink, anchor=name.words.anchor)


def _draw_callouts(painter: PlotPainter) -> None:
    """Draw the callouts on the colour of the paper, each with a thin line to a mark that is not near."""
    canvas = painter.canvas
    paper = MarkStyle(ink=canvas.theme.colours.background)
    for words in painter.plan.callouts:
        if words.leader:
            ends = [(painter.left + x, painter.top + y) for x, y in words.leader]
            canvas.draw_line(ends, canvas.theme.colours.muted, 0.5)
        left, top, right, bottom = measure_box(words, Ruler(canvas.theme))
        canvas.draw_box(painter.left + left - 1, painter.top + top, right - left + 2, bottom - top, paper)
        straight = {"left": left, "center": (left + right) / 2, "right": right}[words.anchor]
        at = (painter.left + straight, painter.top + top + LINE / 2)
        canvas.draw_text(at, words.lines, anchor=words.anchor)


_MOST_DOTS = 24  # points of a line that are marked each


_LEAP = (1.2, 2.2)


@dataclass(frozen=True, slots=True)
class PlotPainter:
    """Draws the data of one plot, whose area begins at ``left`` and ``top``."""

    canvas: Canvas
    plan: Plan
    left: float
    top: float

    def locate_fraction(self, share: float) -> float:
        """From a share of the width to points."""
        return self.left + share * self.plan.width

    def locate_value(self, value: float) -> float:
        """Return a value's place on its axis, in points."""
        return (self.left if self.plan.horizontal else self.top) + place_value(self.plan, value)

    def locate_category(self, index: int) -> float:
        """Return the middle of a category's mark, in points; where bars lie the first is on top."""
        return (self.top if self.plan.horizontal else self.left) + place_category(self.plan, index)

    def get_style(self, index: int, category: int | None = None) -> MarkStyle:
        """Return the look of a series, the same in all panels, or of its mark at a category."""
        plan = self.plan
        return get_mark_style(plan.chart, self.canvas.theme, plan.data.series[index], category)


def _draw_size_keys(painter: PlotPainter) -> None:
    canvas, muted = painter.canvas, painter.canvas.theme.colours.muted
    for key in plot_kind(painter.plan.chart).make_size_keys(painter.plan, Ruler(canvas.theme)):
        at = (painter.left + key.x, painter.top + key.y)
        canvas.draw_line(trace_circle(at, key.radius), muted, 0.6)
        canvas.draw_text((at[0] + key.radius + 3, at[1]), key.words, ink=muted)
