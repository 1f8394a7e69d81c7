"""Where marks stand in a plot, in points from the top left corner of its area."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import TypeAlias

from triptych.languages.numerals import format_number
from triptych.media.charts.canvas import LINE, Ruler
from triptych.media.charts.layout.plan import Plan
from triptych.media.charts.layout.stacks import Span, spans

Box: TypeAlias = tuple[float, float, float, float]  # left, top, right, bottom
Point: TypeAlias = tuple[float, float]

_LABEL_GAP = 3.0  # between a bar and its value
_STEP = 3.0  # along a line, from one of the boxes that stand for it to the next
_LINE_HALF, DOT_HALF = 1.2, 3.0


def value_place(plan: Plan, value: float) -> float:
    """Where a value stands: from the top, or from the left where bars lie."""
    share = plan.scale.share(value)
    return share * plan.width if plan.lying else (1 - share) * plan.height


def category_place(plan: Plan, index: int) -> float:
    """The middle of a category's mark: from the left, or from the top where bars lie."""
    axis, positions = plan.axis, plan.data.positions
    share = axis.share(float(index) if axis.slots or positions is None else positions[index])
    return share * (plan.height if plan.lying else plan.width)


def bars(plan: Plan) -> Iterator[tuple[int, int, Span, Box]]:
    """Series, category, values and box of each bar, in the order of the series."""
    data, labels = plan.data, plan.chart.data.labels
    groups = 1 if plan.chart.stacked else len(labels if data.panels else data.series)
    size = (plan.height if plan.lying else plan.width) / len(data.categories)
    pitch = min(size * plan.cluster / groups, plan.thickest)
    half = pitch * (0.94 if groups > 1 else 1.0) / 2
    for index, line in enumerate(spans(plan.chart, data)):
        own = labels.index(data.series[index].label) if groups > 1 else 0
        for category, span in enumerate(line):
            if span is None:
                continue
            middle = category_place(plan, category) + (own - (groups - 1) / 2) * pitch
            low, high = sorted((value_place(plan, span[0]), value_place(plan, span[1])))
            box = (low, middle - half, high, middle + half)
            yield index, category, span, box if plan.lying else (box[1], low, box[3], high)


def tops(plan: Plan) -> Iterator[tuple[int, list[tuple[int, Point]]]]:
    """For each series its points or the upper edge of its band, with their categories; gaps are left out."""
    for index, line in enumerate(spans(plan.chart, plan.data)):
        places = ((i, span) for i, span in enumerate(line) if span is not None)
        yield index, [(i, (category_place(plan, i), value_place(plan, span[1]))) for i, span in places]


def value_words(plan: Plan, series: int, value: float) -> str:
    """A value as its bar carries it."""
    return format_number(value, plan.data.series[series].decimals, plan.chart.language)


def label_box(plan: Plan, box: Box, value: float, words: str, ruler: Ruler) -> Box:
    """What the value of a bar takes behind the bar's end."""
    width = ruler.bold(words)
    left, top, right, bottom = box
    if plan.lying:
        middle = (top + bottom) / 2
        start = right + _LABEL_GAP if value >= 0 else left - _LABEL_GAP - width
        return (start, middle - LINE / 2, start + width, middle + LINE / 2)
    middle = (left + right) / 2
    foot = top - 1 if value >= 0 else bottom + 1 + LINE
    return (middle - width / 2, foot - LINE, middle + width / 2, foot)


def occupied(plan: Plan, ruler: Ruler) -> list[Box]:
    """All that words over a plot must not touch: marks, their values, reference lines, names in the plot."""
    found: list[Box] = []
    if plan.chart.kind.traits.bars:
        for series, _, span, box in bars(plan):
            found.append(box)
            if plan.labelled:
                found.append(label_box(plan, box, span[1], value_words(plan, series, span[1]), ruler))
    elif plan.data.edges:
        for low, high, count in zip(
            plan.data.edges, plan.data.edges[1:], plan.data.series[0].values, strict=False
        ):
            ends = [plan.axis.share(edge) * plan.width for edge in (low, high)]
            found.append((ends[0], value_place(plan, count or 0.0), ends[1], plan.height))
    else:
        found += _along_lines(plan)
    for mark in plan.chart.marks:
        at = value_place(plan, mark.value)
        across = (at - 1, 0.0, at + 1, plan.height) if plan.lying else (0.0, at - 1, plan.width, at + 1)
        found.append(across)
    for remark in plan.remarks:
        x = remark.share * plan.width
        found.append((x - 1, 0.0, x + 1, plan.height))
    return found


def _along_lines(plan: Plan) -> Iterator[Box]:
    """Small boxes that cover lines and dots; of bands all that is under their upper edge."""
    traits = plan.chart.kind.traits
    for _, points in tops(plan):
        for _, (x, y) in points:
            yield (x - DOT_HALF, y - DOT_HALF, x + DOT_HALF, y + DOT_HALF)
        if traits.on_numbers:
            continue
        for (i, (x, y)), (j, (end_x, end_y)) in pairwise(points):
            if j - i > 1 and not traits.filled and plan.data.dates is None:
                continue
            count = max(1, int(max(abs(end_x - x), abs(end_y - y)) / _STEP))
            for step in range(count):
                a, b = step / count, (step + 1) / count
                left, right = x + (end_x - x) * a, x + (end_x - x) * b
                one, other = sorted((y + (end_y - y) * a, y + (end_y - y) * b))
                foot = plan.height if traits.filled else other + _LINE_HALF
                yield (left - _LINE_HALF, one - _LINE_HALF, right + _LINE_HALF, foot)
