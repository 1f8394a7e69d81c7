"""The marks of a plot: bars, lines, bands and dots, at the places that its plan gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import assert_never

from triptych.media.charts.axes.leaps import leaps
from triptych.media.charts.canvas import APART, Across, Canvas
from triptych.media.charts.layout.geometry import bars, bins, category_place, value_place
from triptych.media.charts.layout.plan import Plan, carried
from triptych.media.charts.layout.stacks import Span, spans
from triptych.media.charts.paths import Point
from triptych.media.charts.series_styles import Look, look_in, step_look
from triptych.model.charts import ChartKind

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
