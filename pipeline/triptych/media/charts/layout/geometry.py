"""Where marks stand in a plot, in points from the top left corner of its area."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from triptych.media.charts.axes.amounts import amount
from triptych.media.charts.axes.places import GAP
from triptych.media.charts.axes.spreading import spread
from triptych.media.charts.canvas import LINE, Ruler
from triptych.media.charts.layout.plan import EndName, Plan
from triptych.media.charts.layout.stacks import Span, spans
from triptych.media.charts.paths import Box, Point, touches

_LABEL_GAP = 3.0  # between a bar and its value
LEADER_FROM = 1.5  # points that a name may be off its line before a leader shows whose it is
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


def bins(plan: Plan) -> list[Box]:
    """The box of each bin of a histogram, from the left; one that holds nothing has no height."""
    ends = [plan.axis.share(edge) * plan.width for edge in plan.data.edges or ()]
    foot, counts = value_place(plan, 0.0), plan.data.series[0].values
    tops = [value_place(plan, count or 0.0) for count in counts]
    return [(left, top, right, foot) for (left, right), top in zip(pairwise(ends), tops, strict=True)]


def tops(plan: Plan) -> Iterator[tuple[int, list[tuple[int, Point]]]]:
    """For each series its points or the upper edge of its band, with their categories; gaps are left out."""
    for index, line in enumerate(spans(plan.chart, plan.data)):
        places = ((i, span) for i, span in enumerate(line) if span is not None)
        yield index, [(i, (category_place(plan, i), value_place(plan, span[1]))) for i, span in places]


def value_words(plan: Plan, series: int, value: float) -> str:
    """A value as its bar carries it."""
    return amount(plan.chart, value, plan.data.series[series].decimals)


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


def mark_spans(plan: Plan, at: float, ruler: Ruler) -> list[tuple[float, float]]:
    """Return the parts of a reference line over bars that lie, from above, apart from values in its way."""
    spans_, top = list[tuple[float, float]](), 0.0
    for series, _, span, box in sorted(bars(plan), key=lambda bar: bar[3][1]) if plan.labelled else ():
        left, start, right, end = label_box(plan, box, span[1], value_words(plan, series, span[1]), ruler)
        if left - 1 < at < right + 1:
            spans_.append((top, start))
            top = end
    return [*spans_, (top, plan.height)]


def end_places(plan: Plan) -> list[tuple[EndName, float, float]]:
    """Each name at the right of a plot with the height of what it names, and its own, apart from others."""
    wanted = [value_place(plan, end.value) for end in plan.ends]
    sizes = [len(end.lines) * LINE for end in plan.ends]
    return list(zip(plan.ends, wanted, spread(wanted, sizes, -LINE, plan.height + LINE / 2), strict=True))


def end_of(plan: Plan, end: EndName) -> float:
    """Where the line, band or bar that a name belongs to ends, from the left."""
    if end.series < 0:
        return plan.width
    half = plan.width / len(plan.data.categories) * plan.cluster / 2 if plan.chart.kind.traits.bars else 0.0
    return plan.axis.share(end.last) * plan.width + half


def is_led(plan: Plan, end: EndName, target: float, centre: float) -> bool:
    """Whether a name stands so far from what it names that a line must lead to it."""
    slack = (
        plan.width / len(plan.data.categories) * (1 - plan.cluster) if plan.chart.kind.traits.bars else 0.0
    )
    return abs(centre - target) > LEADER_FROM or plan.width - end_of(plan, end) > GAP + slack


@dataclass(frozen=True, slots=True)
class FirstValue:
    """The first value of a line in words: its series and category, and the box of the words."""

    series: int
    category: int
    words: str
    box: Box


def first_values(plan: Plan, ruler: Ruler) -> list[FirstValue]:
    """The values from which lines start, over or under their first point, where they touch nothing.

    Two lines have them, of more only those that are highlighted.
    """
    chart, data = plan.chart, plan.data
    if not chart.kind.traits.lines or data.panels or not plan.ends:
        return []
    chosen = [i for i, series in enumerate(data.series) if chart.highlight and not chart.stands_back(series)]
    chosen = chosen or (list(range(len(data.series))) if len(data.series) <= 2 else [])
    taken, found = occupied(plan, ruler), []
    for index, points in tops(plan):
        if index not in chosen or len(points) < 2:
            continue
        category, (x, y) = points[0]
        words = value_words(plan, index, data.series[index].values[category] or 0.0)
        width, left = ruler.bold(words), max(0.0, x - ruler.bold(words) / 2)
        for top in (y - DOT_HALF - 1.5 - LINE, y + DOT_HALF + 1.5):
            box = (left, top, left + width, top + LINE)
            if 0 <= top <= plan.height - LINE and not any(touches(box, other) for other in taken):
                found.append(FirstValue(index, category, words, box))
                taken.append(box)
                break
    return found


def occupied(plan: Plan, ruler: Ruler) -> list[Box]:
    """All that words over a plot must not touch: marks, their values, reference lines, names in the plot."""
    found: list[Box] = []
    if plan.chart.kind.traits.bars:
        for series, _, span, box in bars(plan):
            found.append(box)
            if plan.labelled:
                found.append(label_box(plan, box, span[1], value_words(plan, series, span[1]), ruler))
    elif plan.data.edges:
        found += bins(plan)
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
