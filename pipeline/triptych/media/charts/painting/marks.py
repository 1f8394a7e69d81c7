"""The marks of a plot: bars, lines, bands and dots, at the places that its plan gives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import assert_never

from triptych.media.charts.axes.leaps import leaps
from triptych.media.charts.canvas import APART, Across, Canvas, Point
from triptych.media.charts.layout.plan import Plan, carried
from triptych.media.charts.layout.stacks import Span, spans
from triptych.media.charts.series_styles import Look, look_of, step_look
from triptych.model.charts import ChartKind

_MOST_DOTS = 24  # points of a line that are marked each
_CLUSTER = 0.72  # of a slot, for its bars
_THICKEST = 90.0
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
            case ChartKind.PIE | ChartKind.DONUT | ChartKind.SLOPE | ChartKind.DUMBBELL | ChartKind.HEAT:
                raise ValueError(f"a {self.plan.chart.kind} chart has no axes")
            case kind:
                assert_never(kind)

    def across(self, share: float) -> float:
        """From a share of the width to points."""
        return self.left + share * self.plan.width

    def along(self, share: float) -> float:
        """From a share of the height, counted from below, to points."""
        return self.top + (1 - share) * self.plan.height

    def value(self, value: float) -> float:
        """A value's place on its axis, in points."""
        share = self.plan.scale.share(value)
        return self.across(share) if self.plan.lying else self.along(share)

    def slot(self, index: int) -> float:
        """The middle of a category's slot, in points; where bars lie the first is on top."""
        share = self.plan.axis.share(index)
        return self.top + share * self.plan.height if self.plan.lying else self.across(share)

    def look(self, index: int) -> Look:
        """The look of a series, the same in all panels."""
        label = self.plan.data.series[index].label
        return look_of(self.plan.chart.data.labels.index(label), self.canvas.theme)

    def _bars(self) -> None:
        plan, data = self.plan, self.plan.data
        groups = 1 if plan.chart.stacked else len(plan.chart.data.labels if data.panels else data.series)
        size = (plan.height if plan.lying else plan.width) / len(data.categories)
        pitch = min(size * _CLUSTER / groups, _THICKEST)
        labels = plan.chart.data.labels
        for index, line in enumerate(spans(plan.chart, data)):
            own = labels.index(data.series[index].label) if groups > 1 else 0
            for category, span in enumerate(line):
                if span is None:
                    continue
                middle = self.slot(category) + (own - (groups - 1) / 2) * pitch
                self._bar(middle, pitch * (0.94 if groups > 1 else 1.0), span, self.look(index))
                if plan.labelled:
                    self._label(middle, span[1], carried(plan.chart, data, index, category))

    def _steps(self) -> None:
        """Bars one on the other, a thin line from the end of each to the next."""
        plan, data = self.plan, self.plan.data
        thickness = min(plan.width / len(data.categories) * _CLUSTER, _THICKEST)
        known = [(index, step) for index, step in enumerate(data.steps) if step is not None]
        for (index, step), (after, _) in pairwise(known):
            y = self.value(step[1])
            ends = [(self.slot(index) + thickness / 2, y), (self.slot(after) - thickness / 2, y)]
            self.canvas.line(ends, self.canvas.theme.colours.muted, 0.5)
        for index, step in known:
            change = None if index in data.totals else step[1] - step[0]
            self._bar(self.slot(index), thickness, step, step_look(change, self.canvas.theme))
            if plan.labelled:
                falls = step[1] < step[0]
                at = (self.slot(index), self.value(step[1]) + (5.5 if falls else -5.5))
                self.canvas.text(at, carried(plan.chart, data, 0, index), across="center")

    def _bar(self, middle: float, thickness: float, span: Span, look: Look) -> None:
        low, high = sorted((self.value(span[0]), self.value(span[1])))
        stacked = self.plan.chart.stacked
        if self.plan.lying:
            self.canvas.box(low, middle - thickness / 2, high - low, thickness, look, apart=stacked)
        else:
            self.canvas.box(middle - thickness / 2, low, thickness, high - low, look, apart=stacked)

    def _label(self, middle: float, value: float, words: str) -> None:
        end = self.value(value)
        if self.plan.lying:
            side: Across = "left" if value >= 0 else "right"
            self.canvas.text((end + (3 if value >= 0 else -3), middle), words, across=side)
        else:
            self.canvas.text((middle, end + (-5.5 if value >= 0 else 5.5)), words, across="center")

    def _bins(self) -> None:
        edges = self.plan.data.edges or ()
        look = self.look(0)
        for low, high, count in zip(edges, edges[1:], self.plan.data.series[0].values, strict=False):
            if count:
                start, end = (self.across(self.plan.axis.share(edge)) for edge in (low, high))
                top, foot = self.value(count), self.value(0)
                self.canvas.box(start + 0.3, top, end - start - 0.6, foot - top, look)

    def _lines(self) -> None:
        plan, data = self.plan, self.plan.data
        bands = plan.chart.kind.traits.filled
        for index, line in enumerate(spans(plan.chart, data)):
            look = self.look(index)
            for run in _runs(line):
                tops = [(self._place(i), self.value(high)) for i, (_, high) in run]
                if bands and len(run) > 1:
                    feet = [(self._place(i), self.value(low)) for i, (low, _) in reversed(run)]
                    light = not plan.chart.stacked and len(data.series) > 1
                    self.canvas.polygon([*tops, *feet], look, light=light)
                    if plan.chart.stacked and index:
                        self.canvas.line(feet[::-1], self.canvas.theme.colours.paper, APART)
                if len(run) > 1 and (not bands or not plan.chart.stacked):
                    self._line([index for index, _ in run], tops, look)
                if len(run) == 1 or (not bands and len(data.categories) <= _MOST_DOTS):
                    self.canvas.dots(tops, look, 3.8)

    def _line(self, indices: Sequence[int], points: Sequence[Point], look: Look) -> None:
        """A line, dotted where it leaps."""
        cuts = [indices.index(leap) for leap in leaps(self.plan.chart) if leap in indices[1:]]
        for start, end in pairwise((0, *cuts, len(points))):
            if end - start > 1:
                self.canvas.line(points[start:end], look.ink, 1.5, look.dash)
        for cut in cuts:
            self.canvas.line(points[cut - 1 : cut + 1], look.ink, 1.0, _LEAP)

    def _dots(self) -> None:
        for index, series in enumerate(self.plan.data.series):
            points = [(self._place(i), self.value(v)) for i, v in enumerate(series.values) if v is not None]
            if points:
                self.canvas.dots(points, self.look(index), 4.2)

    def _place(self, index: int) -> float:
        axis, positions = self.plan.axis, self.plan.data.positions
        return self.across(axis.share(float(index) if axis.slots or positions is None else positions[index]))


def _runs(line: Sequence[Span | None]) -> Iterator[list[tuple[int, Span]]]:
    """Values between gaps, which stay gaps."""
    for known, group in groupby(enumerate(line), key=lambda item: item[1] is not None):
        if known:
            yield [(index, span) for index, span in group if span is not None]
