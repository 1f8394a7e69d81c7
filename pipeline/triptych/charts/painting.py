"""Draw a plot: its axes, the marks of its kind, and the words over them."""

from __future__ import annotations

from dataclasses import dataclass

from triptych.charts.axes import GAP
from triptych.charts.callouts import measure_box
from triptych.charts.canvas import LINE, Canvas, Ruler, circle
from triptych.charts.kind import plot_kind
from triptych.charts.labels import wrap_label
from triptych.charts.plan import (
    REMARK_WIDTH,
    Plan,
    find_end,
    measure_rows,
    needs_leader,
    place_category,
    place_end_names,
    place_first_values,
    place_value,
    split_reference_line,
)
from triptych.charts.styles import Look, get_mark_look
from triptych.theme.colours import darken_until_readable

_DASH = (3.0, 2.0)


def draw_plot(canvas: Canvas, plan: Plan, left: float, top: float, *, values: bool = True) -> None:
    """Draw a plot from its top left corner; without ``values`` its value axis has no names."""
    marks = Marks(canvas, plan, left + plan.left, top + plan.top)
    _value_axis(marks, named=values)
    _remark_lines(marks)
    plot_kind(plan.chart).draw_marks(marks)
    _baseline(marks)
    _category_names(marks)
    _reference_lines(marks)
    _remark_words(marks)
    _end_names(marks)
    _first_values(marks)
    _point_names(marks)
    _callouts(marks)
    _size_keys(marks)


def _value_axis(marks: Marks, *, named: bool) -> None:
    plan, canvas = marks.plan, marks.canvas
    if plan.labelled:
        return
    colours = canvas.theme.colours
    left, bottom = marks.left, marks.top + plan.height
    for tick, name in zip(plan.scale.ticks, plan.scale.names(plan.chart.language), strict=True):
        at = marks.value(tick)
        if plan.lying:
            canvas.line([(at, marks.top), (at, bottom)], colours.rule, 0.4)
            if named:
                canvas.text((at, bottom + GAP + LINE / 2 - 1), name, ink=colours.muted, across="center")
        else:
            canvas.line([(left, at), (left + plan.width, at)], colours.rule, 0.4)
            if named:
                canvas.text((left - GAP, at), name, ink=colours.muted, across="right")


def _baseline(marks: Marks) -> None:
    """Draw the line at zero, or at the foot of the plot if zero is not on the axis."""
    plan, scale = marks.plan, marks.plan.scale
    zero = 0.0 if not scale.log and scale.low <= 0 <= scale.high else scale.low
    at = marks.value(zero)
    if plan.lying:
        ends = [(at, marks.top), (at, marks.top + plan.height)]
    else:
        ends = [(marks.left, at), (marks.left + plan.width, at)]
    marks.canvas.line(ends, marks.canvas.theme.colours.muted, 0.6)


def _category_names(marks: Marks) -> None:
    plan, canvas, muted = marks.plan, marks.canvas, marks.canvas.theme.colours.muted
    bottom = marks.top + plan.height
    if plan.lying and plan.left:
        for index, tick in enumerate(plan.ticks):
            at = (marks.left - GAP, marks.slot(index) - (len(tick.lines) - 1) * LINE / 2)
            canvas.text(at, tick.lines, ink=muted, across="right")
    elif not plan.lying:
        below = bottom + GAP + 1
        if plan.labelled and plot_kind(plan.chart).hangs(plan.chart, plan.data):
            below += LINE
        for tick in plan.ticks:
            x = marks.across(tick.share)
            if plan.turned:
                start = x - (len(tick.lines) - 1) * LINE / 2
                canvas.text((start, below - 1), tick.lines, ink=muted, across="right", turned=True)
            else:
                canvas.text((x, below + LINE / 2 - 1), tick.lines, ink=muted, across="center")
    if plan.data.category_title and plan.ticks and plan.bottom > LINE:
        foot = bottom + plan.bottom - plan.below - LINE / 2
        if plan.lying:
            canvas.text((marks.left - plan.left, foot), plan.data.category_title, ink=muted)
        else:
            middle = marks.left + plan.width / 2
            canvas.text((middle, foot), plan.data.category_title, ink=muted, across="center")


def _reference_lines(marks: Marks) -> None:
    plan, canvas = marks.plan, marks.canvas
    ink = canvas.theme.colours.foreground
    for mark in plan.chart.marks:
        at = marks.value(mark.value)
        if plan.lying:
            for start, end in split_reference_line(plan, place_value(plan, mark.value), Ruler(canvas.theme)):
                canvas.line([(at, marks.top + start), (at, marks.top + end)], ink, 0.8, _DASH)
            canvas.text((at, marks.top - 2 - LINE / 2), mark.text, across="center")
        else:
            canvas.line([(marks.left, at), (marks.left + plan.width, at)], ink, 0.8, _DASH)


def _remark_lines(marks: Marks) -> None:
    heights = measure_rows(marks.plan.remarks)
    for remark in marks.plan.remarks:
        x = marks.across(remark.share)
        above = sum(heights[: remark.row + 1])
        ends = [(x, marks.top - above), (x, marks.top + marks.plan.height)]
        marks.canvas.line(ends, marks.canvas.theme.colours.muted, 0.5, (1.5, 1.5))


def _remark_words(marks: Marks) -> None:
    plan, canvas = marks.plan, marks.canvas
    if plan.lying:
        _remarks_beside(marks)
        return
    heights = measure_rows(plan.remarks)
    for remark in plan.remarks:
        top = marks.top - sum(heights[: remark.row + 1]) + LINE / 2
        canvas.text((marks.left + remark.start + 3, top), remark.lines)


def _remarks_beside(marks: Marks) -> None:
    """Where bars lie, words stand at the right of them."""
    plan, canvas = marks.plan, marks.canvas
    ruler = Ruler(canvas.theme)
    for note in plan.chart.annotations:
        index = plan.data.categories.index(note.name)
        lines = wrap_label(note.text, REMARK_WIDTH, ruler.width)
        x = marks.left + plan.width + plan.right - max(map(ruler.width, lines))
        y = marks.slot(index) - (len(lines) - 1) * LINE / 2
        canvas.text((x, y), lines, ink=canvas.theme.colours.muted)


def _end_names(marks: Marks) -> None:
    plan, canvas = marks.plan, marks.canvas
    colours, right = canvas.theme.colours, marks.left + plan.width
    for end, target, centre in place_end_names(plan):
        look = None if end.series < 0 else marks.look(end.series)
        back = look is not None and look.back
        ink = colours.foreground if look is None else look.ink
        if needs_leader(plan, end, target, centre):
            stop = marks.left + find_end(plan, end)
            y, own = marks.top + target, marks.top + centre
            canvas.line([(stop + 3, y), (right + 3, y), (right + 2 * GAP - 2, own)], ink, 0.4)
        at = (right + 2 * GAP, marks.top + centre - (len(end.lines) - 1) * LINE / 2)
        words = colours.muted if back else darken_until_readable(ink, colours.foreground, colours.background)
        canvas.text(at, end.lines, ink=words, bold=not back)


def _first_values(marks: Marks) -> None:
    plan, canvas = marks.plan, marks.canvas
    colours = canvas.theme.colours
    for one in place_first_values(plan, Ruler(canvas.theme)):
        ink = darken_until_readable(marks.look(one.series).ink, colours.foreground, colours.background)
        left, top, _, _ = one.box
        at = (marks.left + left, marks.top + top + LINE / 2)
        canvas.text(at, one.words, ink=ink, bold=True)


def _point_names(marks: Marks) -> None:
    canvas, colours = marks.canvas, marks.canvas.theme.colours
    for name in marks.plan.point_names:
        left, top, right, _ = measure_box(name.words, Ruler(canvas.theme))
        straight = {"left": left, "center": (left + right) / 2, "right": right}[name.words.across]
        at = (marks.left + straight, marks.top + top + LINE / 2)
        ink = colours.muted if name.is_back else colours.foreground
        canvas.text(at, name.words.lines, ink=ink, across=name.words.across)


def _callouts(marks: Marks) -> None:
    """Draw the callouts on the colour of the paper, each with a thin line to a mark that is not near."""
    canvas = marks.canvas
    paper = Look(ink=canvas.theme.colours.background)
    for words in marks.plan.callouts:
        if words.leader:
            ends = [(marks.left + x, marks.top + y) for x, y in words.leader]
            canvas.line(ends, canvas.theme.colours.muted, 0.5)
        left, top, right, bottom = measure_box(words, Ruler(canvas.theme))
        canvas.box(marks.left + left - 1, marks.top + top, right - left + 2, bottom - top, paper)
        straight = {"left": left, "center": (left + right) / 2, "right": right}[words.across]
        at = (marks.left + straight, marks.top + top + LINE / 2)
        canvas.text(at, words.lines, across=words.across)


_MOST_DOTS = 24  # points of a line that are marked each


_LEAP = (1.2, 2.2)


@dataclass(frozen=True, slots=True)
class Marks:
    """Draws the data of one plot, whose area begins at ``left`` and ``top``."""

    canvas: Canvas
    plan: Plan
    left: float
    top: float

    def across(self, share: float) -> float:
        """From a share of the width to points."""
        return self.left + share * self.plan.width

    def value(self, value: float) -> float:
        """Return a value's place on its axis, in points."""
        return (self.left if self.plan.lying else self.top) + place_value(self.plan, value)

    def slot(self, index: int) -> float:
        """Return the middle of a category's mark, in points; where bars lie the first is on top."""
        return (self.top if self.plan.lying else self.left) + place_category(self.plan, index)

    def look(self, index: int, category: int | None = None) -> Look:
        """Return the look of a series, the same in all panels, or of its mark at a category."""
        plan = self.plan
        return get_mark_look(plan.chart, self.canvas.theme, plan.data.series[index], category)


def _size_keys(marks: Marks) -> None:
    canvas, muted = marks.canvas, marks.canvas.theme.colours.muted
    for key in plot_kind(marks.plan.chart).size_keys(marks.plan, Ruler(canvas.theme)):
        at = (marks.left + key.x, marks.top + key.y)
        canvas.line(circle(at, key.radius), muted, 0.6)
        canvas.text((at[0] + key.radius + 3, at[1]), key.words, ink=muted)
