"""TODO."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import assert_never

from triptych.charts.axes import GAP
from triptych.charts.callouts import box_of
from triptych.charts.canvas import APART, LINE, Across, Canvas, Point, Ruler
from triptych.charts.labels import wrapped
from triptych.charts.plan import (
    REMARK_WIDTH,
    Plan,
    Span,
    bars,
    bins,
    carried,
    category_place,
    end_of,
    end_places,
    first_values,
    hangs,
    is_led,
    mark_spans,
    row_heights,
    spans,
    value_place,
)
from triptych.charts.styles import Look, look_in, step_look
from triptych.charts.times import leaps
from triptych.model.charts import ChartKind
from triptych.theme.colours import darken_until_readable

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
    _first_values(marks)
    _point_names(marks)
    _callouts(marks)


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
            canvas.text(at, tick.lines, ink=muted, across="right")
    elif not plan.lying:
        below = bottom + GAP + 1
        if plan.labelled and hangs(plan.chart, plan.data):
            below += LINE
        for tick in plan.ticks:
            x = marks.across(tick.share)
            if plan.turned:
                start = x - (len(tick.lines) - 1) * LINE / 2
                canvas.text((start, below - 1), tick.lines, ink=muted, across="right", turned=True)
            else:
                canvas.text((x, below + LINE / 2 - 1), tick.lines, ink=muted, across="center")
    if plan.data.category_title and plan.ticks and plan.bottom > LINE:
        foot = bottom + plan.bottom - LINE / 2
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
            for start, end in mark_spans(plan, value_place(plan, mark.value), Ruler(canvas.theme)):
                canvas.line([(at, marks.top + start), (at, marks.top + end)], ink, 0.8, _DASH)
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
        canvas.text((marks.left + remark.start + 3, top), remark.lines)


def _remarks_beside(marks: Marks) -> None:
    """Where bars lie, words stand at the right of them."""
    plan, canvas = marks.plan, marks.canvas
    ruler = Ruler(canvas.theme)
    for note in plan.chart.annotations:
        index = plan.data.categories.index(note.name)
        lines = wrapped(note.text, REMARK_WIDTH, ruler.width)
        x = marks.left + plan.width + plan.right - max(map(ruler.width, lines))
        y = marks.slot(index) - (len(lines) - 1) * LINE / 2
        canvas.text((x, y), lines, ink=canvas.theme.colours.muted)


def _end_names(marks: Marks) -> None:
    """Names at the right of the plot, moved apart; leaders lead to those that were moved."""
    plan, canvas = marks.plan, marks.canvas
    colours, right = canvas.theme.colours, marks.left + plan.width
    for end, target, centre in end_places(plan):
        look = None if end.series < 0 else marks.look(end.series)
        back = look is not None and look.back
        ink = colours.foreground if look is None else look.ink
        if is_led(plan, end, target, centre):
            stop = marks.left + end_of(plan, end)
            y, own = marks.top + target, marks.top + centre
            canvas.line([(stop + 3, y), (right + 3, y), (right + 2 * GAP - 2, own)], ink, 0.4)
        at = (right + 2 * GAP, marks.top + centre - (len(end.lines) - 1) * LINE / 2)
        words = colours.muted if back else darken_until_readable(ink, colours.foreground, colours.background)
        canvas.text(at, end.lines, ink=words, bold=not back)


def _first_values(marks: Marks) -> None:
    plan, canvas = marks.plan, marks.canvas
    colours = canvas.theme.colours
    for one in first_values(plan, Ruler(canvas.theme)):
        ink = darken_until_readable(marks.look(one.series).ink, colours.foreground, colours.background)
        left, top, _, _ = one.box
        at = (marks.left + left, marks.top + top + LINE / 2)
        canvas.text(at, one.words, ink=ink, bold=True)


def _point_names(marks: Marks) -> None:
    canvas, colours = marks.canvas, marks.canvas.theme.colours
    for name in marks.plan.point_names:
        left, top, right, _ = box_of(name.words, Ruler(canvas.theme))
        straight = {"left": left, "center": (left + right) / 2, "right": right}[name.words.across]
        at = (marks.left + straight, marks.top + top + LINE / 2)
        ink = colours.muted if name.is_back else colours.foreground
        canvas.text(at, name.words.lines, ink=ink, across=name.words.across)


def _callouts(marks: Marks) -> None:
    """Words on paper of their own, over gridlines, and a thin line to their mark where they stand off."""
    canvas = marks.canvas
    paper = Look(ink=canvas.theme.colours.background)
    for words in marks.plan.callouts:
        if words.leader:
            ends = [(marks.left + x, marks.top + y) for x, y in words.leader]
            canvas.line(ends, canvas.theme.colours.muted, 0.5)
        left, top, right, bottom = box_of(words, Ruler(canvas.theme))
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

    def draw(self) -> None:
        """All series, in order."""
        match self.plan.chart.kind:
            case ChartKind.BAR:
                self._bars()
            case ChartKind.HISTOGRAM:
                self._bins()
            case ChartKind.LINE | ChartKind.AREA:
                self._lines()
            case ChartKind.SCATTER:
                self._dots()
            case ChartKind.WATERFALL:
                self._steps()
            case (
                ChartKind.PIE
                | ChartKind.DONUT
                | ChartKind.SLOPE
                | ChartKind.DUMBBELL
                | ChartKind.HEAT
                | ChartKind.TILEMAP
            ):
                raise ValueError(f"a {self.plan.chart.kind} chart has no axes")
            case kind:
                assert_never(kind)

    def across(self, share: float) -> float:
        """From a share of the width to points."""
        return self.left + share * self.plan.width

    def value(self, value: float) -> float:
        """A value's place on its axis, in points."""
        return (self.left if self.plan.lying else self.top) + value_place(self.plan, value)

    def slot(self, index: int) -> float:
        """The middle of a category's mark, in points; where bars lie the first is on top."""
        return (self.top if self.plan.lying else self.left) + category_place(self.plan, index)

    def look(self, index: int, category: int | None = None) -> Look:
        """The look of a series, the same in all panels, or of its mark at a category."""
        plan = self.plan
        return look_in(plan.chart, self.canvas.theme, plan.data.series[index], category)

    def _bars(self) -> None:
        plan = self.plan
        for index, category, span, (left, top, right, bottom) in bars(plan):
            look = self.look(index, category)
            at, size = (self.left + left, self.top + top), (right - left, bottom - top)
            self.canvas.box(*at, *size, look, apart=plan.chart.stacked)
            if plan.labelled:
                middle = self.top + (top + bottom) / 2 if plan.lying else self.left + (left + right) / 2
                words = carried(plan.chart, plan.data, index, category)
                self._label(middle, span[1], words, bold=bool(plan.chart.highlight) and not look.back)

    def _steps(self) -> None:
        """Bars one on the other, a thin line from the end of each to the next."""
        plan, data = self.plan, self.plan.data
        steps = list(bars(plan))
        for (_, _, span, (left, _, _, _)), (_, _, _, (_, _, right, _)) in pairwise(steps):
            y = self.value(span[1])
            ends = [(self.left + right, y), (self.left + left, y)]
            self.canvas.line(ends, self.canvas.theme.colours.muted, 0.5)
        for _, index, span, (left, top, right, bottom) in steps:
            look = step_look(plan.chart, self.canvas.theme, index)
            self.canvas.box(self.left + left, self.top + top, right - left, bottom - top, look)
            if plan.labelled:
                at = (self.slot(index), self.value(span[1]) + (5.5 if span[1] < span[0] else -5.5))
                bold = bool(plan.chart.highlight) and not look.back
                self.canvas.text(at, carried(plan.chart, data, 0, index), across="center", bold=bold)

    def _label(self, middle: float, value: float, words: str, *, bold: bool) -> None:
        end = self.value(value)
        if self.plan.lying:
            side: Across = "left" if value >= 0 else "right"
            self.canvas.text((end + (3 if value >= 0 else -3), middle), words, across=side, bold=bold)
        else:
            at = (middle, end + (-5.5 if value >= 0 else 5.5))
            self.canvas.text(at, words, across="center", bold=bold)

    def _bins(self) -> None:
        for index, (left, top, right, foot) in enumerate(bins(self.plan)):
            if foot > top:
                start, end = self.left + left, self.left + right
                look, height = self.look(0, index), (self.top + foot) - (self.top + top)
                self.canvas.box(start + 0.3, self.top + top, end - start - 0.6, height, look)

    def _lines(self) -> None:
        plan, data = self.plan, self.plan.data
        bands = plan.chart.kind.traits.filled
        for index, line in self._in_order(spans(plan.chart, data)):
            look = self.look(index)
            width = 1.5 if not plan.chart.highlight else 1.1 if look.back else 2.0
            for run in _runs(line):
                tops = [(self.slot(i), self.value(high)) for i, (_, high) in run]
                if bands and len(run) > 1:
                    feet = [(self.slot(i), self.value(low)) for i, (low, _) in reversed(run)]
                    light = not plan.chart.stacked and len(data.series) > 1
                    self.canvas.surface([*tops, *feet], look, light=light)
                    if plan.chart.stacked and index:
                        self.canvas.line(feet[::-1], self.canvas.theme.colours.background, APART)
                if len(run) > 1 and (not bands or not plan.chart.stacked):
                    self._line([place for place, _ in run], tops, look, width)
                if len(run) == 1 or (not bands and len(data.categories) <= _MOST_DOTS):
                    self.canvas.dots(tops, look, 3.8)
                if not bands and look.back:
                    for at, (i, _) in zip(tops, run, strict=True):
                        if not (own := self.look(index, i)).back:
                            self.canvas.dots([at], own, 6.0)

    def _in_order(self, lines: list[list[Span | None]]) -> list[tuple[int, list[Span | None]]]:
        """What stands back lies under what is highlighted; bands and stacks have an order of their own."""
        numbered = list(enumerate(lines))
        if self.plan.chart.kind.traits.filled:
            return numbered
        return sorted(numbered, key=lambda item: not self.look(item[0]).back)

    def _line(self, indices: Sequence[int], points: Sequence[Point], look: Look, width: float) -> None:
        """A line, dotted where it leaps."""
        cuts = [indices.index(leap) for leap in leaps(self.plan.chart) if leap in indices[1:]]
        for start, end in pairwise((0, *cuts, len(points))):
            if end - start > 1:
                self.canvas.line(points[start:end], look.ink, width, look.dash)
        for cut in cuts:
            self.canvas.line(points[cut - 1 : cut + 1], look.ink, 1.0, _LEAP)

    def _dots(self) -> None:
        for index, series in enumerate(self.plan.data.series):
            known = [(i, self.value(v)) for i, v in enumerate(series.values) if v is not None]
            for back in (True, False):
                looks = [(self.look(index, i), (self.slot(i), y)) for i, y in known]
                chosen = [(look, at) for look, at in looks if look.back is back]
                if chosen:
                    self.canvas.dots([at for _, at in chosen], chosen[0][0], 4.2)


def _runs(line: Sequence[Span | None]) -> Iterator[list[tuple[int, Span]]]:
    """Values between gaps, which stay gaps."""
    for known, group in groupby(enumerate(line), key=lambda item: item[1] is not None):
        if known:
            yield [(index, span) for index, span in group if span is not None]
