"""Draw a plot: axes, bars, lines or points, and labels."""

from __future__ import annotations

from dataclasses import dataclass

from triptych.charts.axes import GAP
from triptych.charts.callouts import measure_box
from triptych.charts.canvas import LINE, Box, Canvas, Ruler, trace_circle
from triptych.charts.kind import get_plot_kind
from triptych.charts.labels import wrap_label
from triptych.charts.plan import (
    ANNOTATION_WIDTH,
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
from triptych.charts.styles import MarkStyle, get_mark_style
from triptych.theme.colours import darken_until_readable

_DASH = (3.0, 2.0)


def draw_plot(canvas: Canvas, plan: Plan, left: float, top: float, *, values: bool = True) -> None:
    """Draw a plot with its top left corner at ``left`` and ``top``.

    ``values`` sets whether the value axis is labelled.
    """
    painter = PlotPainter(canvas, plan, left + plan.left, top + plan.top)
    _draw_value_axis(painter, named=values)
    _draw_annotation_lines(painter)
    get_plot_kind(plan.chart).draw_marks(painter)
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
    if plan.shows_values:
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
    """Draw the category axis at zero, or at the lower end of a value axis that does not include zero."""
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
        if plan.shows_values and get_plot_kind(plan.chart).has_values_below_axis(plan.chart, plan.data):
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
    for annotation in painter.plan.annotations:
        x = painter.locate_fraction(annotation.fraction)
        ends = [(x, painter.top - annotation.above), (x, painter.top + painter.plan.height)]
        painter.canvas.draw_line(ends, painter.canvas.theme.colours.muted, 0.5, (1.5, 1.5))


def _draw_annotation_text(painter: PlotPainter) -> None:
    plan, canvas = painter.plan, painter.canvas
    if plan.horizontal:
        _draw_annotations_beside_bars(painter)
        return
    for annotation in plan.annotations:
        top = painter.top - annotation.above + LINE / 2
        canvas.draw_text((painter.left + annotation.start + 3, top), annotation.lines)


def _draw_annotations_beside_bars(painter: PlotPainter) -> None:
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
    colours = painter.canvas.theme.colours
    for name in painter.plan.point_labels:
        painter.draw_callout_text(name.words, colours.muted if name.recedes else colours.foreground)


def _draw_callouts(painter: PlotPainter) -> None:
    """Draw the callouts on the background colour, with a thin leader to any bar or point that is not near."""
    canvas = painter.canvas
    paper = MarkStyle(ink=canvas.theme.colours.background)
    for words in painter.plan.callouts:
        if words.leader:
            ends = [(painter.left + x, painter.top + y) for x, y in words.leader]
            canvas.draw_line(ends, canvas.theme.colours.muted, 0.5)
        left, top, right, bottom = measure_box(words, Ruler(canvas.theme))
        painter.draw_box((left - 1, top, right + 1, bottom), paper)
        painter.draw_callout_text(words)


@dataclass(frozen=True, slots=True)
class PlotPainter:
    """A painter for a plot whose plot area has its top left corner at ``left`` and ``top`` on the canvas."""

    canvas: Canvas
    plan: Plan
    left: float
    top: float

    def locate_fraction(self, fraction: float) -> float:
        """Return the x position on the canvas at a fraction of the plot's width."""
        return self.left + fraction * self.plan.width

    def locate_value(self, value: float) -> float:
        """Return the position of a value on the canvas: y, or x for horizontal bars."""
        return (self.left if self.plan.horizontal else self.top) + place_value(self.plan, value)

    def locate_category(self, index: int) -> float:
        """Return the centre of a category on the canvas: x, or y for horizontal bars."""
        return (self.top if self.plan.horizontal else self.left) + place_category(self.plan, index)

    def draw_box(self, box: Box, style: MarkStyle, *, apart: bool = False) -> None:
        """Draw a box given relative to the plot area; ``apart`` adds an outline in the background colour."""
        left, top, right, bottom = box
        self.canvas.draw_box(self.left + left, self.top + top, right - left, bottom - top, style, apart=apart)

    def draw_callout_text(self, words: PlacedCallout, ink: str = "") -> None:
        """Draw the text lines of a callout or point label."""
        left, top, right, _ = measure_box(words, Ruler(self.canvas.theme))
        x = {"left": left, "center": (left + right) / 2, "right": right}[words.anchor]
        at = (self.left + x, self.top + top + LINE / 2)
        self.canvas.draw_text(at, words.lines, ink=ink, anchor=words.anchor)

    def get_style(self, index: int, category: int | None = None) -> MarkStyle:
        """Return the style of a series, which is the same in all panels, or of its bar or point at
        ``category``.
        """
        plan = self.plan
        return get_mark_style(plan.chart, self.canvas.theme, plan.data.series[index], category)


def _draw_size_keys(painter: PlotPainter) -> None:
    canvas, muted = painter.canvas, painter.canvas.theme.colours.muted
    for key in get_plot_kind(painter.plan.chart).make_size_keys(painter.plan, Ruler(canvas.theme)):
        at = (painter.left + key.x, painter.top + key.y)
        canvas.draw_line(trace_circle(at, key.radius), muted, 0.6)
        canvas.draw_text((at[0] + key.radius + 3, at[1]), key.words, ink=muted)
