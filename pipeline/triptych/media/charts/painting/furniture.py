"""What surrounds the marks of a plot: gridlines, names of places and values, the author's remarks."""

from __future__ import annotations

from triptych.media.charts.axes.places import GAP
from triptych.media.charts.axes.spreading import spread
from triptych.media.charts.axes.wrapping import wrapped
from triptych.media.charts.canvas import LINE, Canvas, Ruler
from triptych.media.charts.layout.plan import (
    REMARK_WIDTH,
    EndName,
    Plan,
    hangs,
    row_heights,
)
from triptych.media.charts.painting.marks import Marks

_LEADER_FROM = 1.5  # points that a name may be off its line before a leader shows whose it is
_DASH = (3.0, 2.0)


def draw_plot(canvas: Canvas, plan: Plan, left: float, top: float, *, values: bool = True) -> None:
    """A plot with its margins, from its top left corner on; ``values`` are named unless a neighbour does."""
    marks = Marks(canvas, plan, left + plan.left, top + plan.top)
    _value_axis(marks, named=values)
    _remark_lines(marks)
    marks.draw()
    _baseline(marks)
    _category_names(marks)
    _reference_lines(marks)
    _remark_words(marks)
    _end_names(marks)


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
    """The line from which values are measured, or the foot of the plot where zero is not on it."""
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
            canvas.lines(at, tick.lines, ink=muted, across="right")
    elif not plan.lying:
        below = bottom + GAP + 1
        if plan.labelled and hangs(plan.chart, plan.data):
            below += LINE
        for tick in plan.ticks:
            x = marks.across(tick.share)
            if plan.turned:
                start = x - (len(tick.lines) - 1) * LINE / 2
                canvas.lines((start, below - 1), tick.lines, ink=muted, across="right", turned=90.0)
            else:
                canvas.lines((x, below + LINE / 2 - 1), tick.lines, ink=muted, across="center")
    if plan.data.category_title and plan.ticks and plan.bottom > LINE:
        foot = bottom + plan.bottom - LINE / 2
        if plan.lying:
            canvas.text((marks.left - plan.left, foot), plan.data.category_title, ink=muted)
        else:
            middle = marks.left + plan.width / 2
            canvas.text((middle, foot), plan.data.category_title, ink=muted, across="center")


def _reference_lines(marks: Marks) -> None:
    plan, canvas = marks.plan, marks.canvas
    ink = canvas.theme.colours.ink
    for mark in plan.chart.marks:
        at = marks.value(mark.value)
        if plan.lying:
            canvas.line([(at, marks.top - 2), (at, marks.top + plan.height)], ink, 0.8, _DASH)
            canvas.text((at, marks.top - 2 - LINE / 2), mark.text, across="center")
        else:
            canvas.line([(marks.left, at), (marks.left + plan.width, at)], ink, 0.8, _DASH)


def _remark_lines(marks: Marks) -> None:
    """From the words over the plot down to its foot, behind the marks."""
    heights = row_heights(marks.plan.remarks)
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
    heights = row_heights(plan.remarks)
    for remark in plan.remarks:
        top = marks.top - sum(heights[: remark.row + 1]) + LINE / 2
        canvas.lines((marks.left + remark.start + 3, top), remark.lines)


def _remarks_beside(marks: Marks) -> None:
    """Where bars lie, words stand at the right of them."""
    plan, canvas = marks.plan, marks.canvas
    ruler = Ruler(canvas.theme)
    for note in plan.chart.annotations:
        index = plan.data.categories.index(note.name)
        lines = wrapped(note.text, REMARK_WIDTH, ruler.width)
        x = marks.left + plan.width + plan.right - max(map(ruler.width, lines))
        y = marks.slot(index) - (len(lines) - 1) * LINE / 2
        canvas.lines((x, y), lines, ink=canvas.theme.colours.muted)


def _end_names(marks: Marks) -> None:
    """Names at the right of the plot, moved apart; leaders lead to those that were moved."""
    plan, canvas = marks.plan, marks.canvas
    if not plan.ends:
        return
    wanted = [marks.value(end.value) for end in plan.ends]
    sizes = [len(end.lines) * LINE for end in plan.ends]
    low, high = marks.top - LINE, marks.top + plan.height + LINE / 2
    right = marks.left + plan.width
    for end, target, centre in zip(plan.ends, wanted, spread(wanted, sizes, low, high), strict=True):
        ink = canvas.theme.colours.ink if end.series < 0 else marks.look(end.series).ink
        stop = _stop(marks, end)
        if abs(centre - target) > _LEADER_FROM or right - stop > GAP:
            canvas.line([(stop + 3, target), (right + 3, target), (right + 2 * GAP - 2, centre)], ink, 0.4)
        top = centre - (len(end.lines) - 1) * LINE / 2
        canvas.lines((right + 2 * GAP, top), end.lines, ink=ink, bold=True)


def _stop(marks: Marks, end: EndName) -> float:
    """Where the line that a name belongs to ends."""
    if end.series < 0:
        return marks.left + marks.plan.width
    return marks.across(marks.plan.axis.share(end.last))
