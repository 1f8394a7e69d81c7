"""Place callouts next to their bars or points if they fit there, otherwise in the margin of the plot."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from triptych.charts.axes import GAP
from triptych.charts.canvas import LINE, Anchor, Box, Point, Ruler, is_within, touches
from triptych.charts.kind import DOT_HALF, get_plot_kind
from triptych.charts.labels import assign_rows, spread_labels, wrap_label
from triptych.charts.plan import (
    ABOVE,
    MIN_PLOT_FRACTION,
    PlacedCallout,
    Plan,
    PointLabel,
    collect_obstacles,
    format_value,
    place_bar_label,
    place_bars,
    place_points,
    place_start_labels,
    place_value,
)
from triptych.model.charts import Pointer

_WIDTHS = (118.0, 92.0, 150.0, 70.0)  # points; line widths to try for a callout
_DISTANCES = (4.0, 8.0, 13.0, 20.0, 28.0, 38.0, 50.0, 64.0, 80.0, 100.0)
_CLEAR = 2.5  # points around callout text
_NAME_GAP = 1.5  # points between a point and its label
_NEAR = 9.0  # points; closer text needs no leader
_SHORT = 1.5  # points between a leader's end and its bar or point
# Costs in points of distance: an additional line, a gridline behind the text, and positions to the side,
# diagonally above, and lower than the bar or point.
_LINE_COST, _GRID_COST, _SIDE_COST, _CORNER_COST, _LOWER_COST = 3.0, 4.0, 2.0, 1.0, 6.0
_OTHER_COST = 14.0  # text that seems to belong to another bar or point


def add_callouts(plan: Plan, ruler: Ruler, extra: Sequence[Box] = ()) -> Plan:
    """Return the plan with a position for each callout, and with wider margins if the callouts need them.

    ``extra`` are further bounding boxes that callouts must not touch.
    """
    if not plan.chart.callouts:
        return plan
    starts = [one.box for one in place_start_labels(plan, ruler)]
    taken = [*collect_obstacles(plan, ruler), *extra, *starts]
    targets = [
        (pointer, get_plot_kind(plan.chart).find_target(plan, pointer, ruler))
        for pointer in plan.chart.callouts
    ]
    placed: list[PlacedCallout] = []
    left_over: list[tuple[Pointer, Box]] = []
    for pointer, target in targets:
        found = _place_near_mark(plan, pointer.text, target, taken, ruler)
        if found is None:
            left_over.append((pointer, target))
            continue
        placed.append(found)
        taken += [measure_box(found, ruler), *_sample_leader(found.leader)]
    plan = replace(plan, callouts=tuple(placed))
    if not left_over:
        return plan
    # Horizontal bars become shorter, which would move adjacent callouts: place all callouts in one column.
    if plan.horizontal:
        return _place_beside_bars(plan, targets, ruler)
    above = _place_above_plot(plan, left_over, ruler)
    boxes = [measure_box(words, ruler) for words in placed]
    if any(_crosses_box(words.leader, box) for words in above.callouts[len(placed) :] for box in boxes):
        return _place_above_plot(replace(plan, callouts=()), targets, ruler)
    return above


def add_point_labels(plan: Plan, ruler: Ruler, extra: Sequence[Box] = ()) -> Plan:
    """Return the plan with a label next to each named point, omitting labels that do not fit.

    Highlighted points are labelled first. Callouts must already be placed. ``extra`` are further bounding
    boxes that labels must not touch.
    """
    if not plan.data.x_values:
        return plan
    callouts = [
        box for words in plan.callouts for box in (measure_box(words, ruler), *_sample_leader(words.leader))
    ]
    taken = [*collect_obstacles(plan, ruler), *callouts, *extra]
    area = plan.get_text_area(-DOT_HALF)
    points = [
        (plan.chart.is_pale(plan.data.series[series], category), category, point)
        for series, line in place_points(plan)
        for category, point in line
    ]
    grid = [] if plan.shows_values else [place_value(plan, tick) for tick in plan.scale.ticks]
    found, kind = [], get_plot_kind(plan.chart)
    for recedes, category, point in sorted(points):
        name = plan.data.categories[category]
        free = [
            (any(box[1] < line < box[3] for line in grid), words, box)
            for words in _list_label_positions(name, point, kind.get_label_distance(plan, category), ruler)
            if is_within(box := measure_box(words, ruler), area)
            and not any(_is_too_close(box, other, point) for other in taken)
        ]
        if free:
            _, words, box = min(free, key=lambda place: place[0])
            found.append(PointLabel(words, recedes))
            taken.append(box)
    return replace(plan, point_labels=tuple(found))


def _is_too_close(box: Box, other: Box, point: Point) -> bool:
    """Return whether the label ``box`` of ``point`` touches ``other``, or seems to label ``other`` instead.

    A label may be close to markers that contain ``point``: its own marker, and for example a larger circle
    that is painted beneath it.
    """
    if is_within((*point, *point), other):
        return touches(box, other)
    left, top, right, bottom = box
    return touches((left - _CLEAR, top, right + _CLEAR, bottom), other)


def _list_label_positions(name: str, point: Point, half: float, ruler: Ruler) -> Iterator[PlacedCallout]:
    (x, y), width, off = point, ruler.measure(name), half + _NAME_GAP
    above, below = y - off - LINE, y + off
    places: tuple[tuple[Anchor, float, float], ...] = (
        ("left", x + off, y - LINE / 2),
        ("right", x - off - width, y - LINE / 2),
        *(("center", x - width / 2, top) for top in (above, below)),
        *(("left", x - half, top) for top in (above, below)),
        *(("right", x + half - width, top) for top in (above, below)),
        *(("left", x, top) for top in (above, below)),
        *(("right", x - width, top) for top in (above, below)),
    )
    for anchor, left, top in places:
        yield PlacedCallout(lines=(name,), left=left, top=top, anchor=anchor)


def measure_box(words: PlacedCallout, ruler: Ruler) -> Box:
    """Return the bounding box of a callout's text."""
    right, bottom = words.left + ruler.measure_widest(words.lines), words.top + len(words.lines) * LINE
    return words.left, words.top, right, bottom


def find_bar(plan: Plan, pointer: Pointer, ruler: Ruler) -> Box:
    """Return the bounding box of the bar that a callout points to, including the bar's value label.

    If the callout names no series, this is the highlighted bar of the category, or its longest bar.
    """
    index = plan.data.categories.index(pointer.category)
    found = {
        series: (span, box)
        for series, category, span, box in place_bars(plan)
        if category == index and pointer.series in ("", plan.data.series[series].label)
    }
    series = max(found, key=lambda own: (_is_emphasised(plan, own, index), found[own][0][1]))
    span, box = found[series]
    if not plan.shows_values:
        return box
    label = place_bar_label(plan, box, span[1], format_value(plan, series, span[1]), ruler)
    return min(box[0], label[0]), min(box[1], label[1]), max(box[2], label[2]), max(box[3], label[3])


def find_point(plan: Plan, pointer: Pointer) -> Box:
    """Return the bounding box of the point that a callout points to.

    If the callout names no series, this is the highlighted point of the category, or its highest point.
    """
    index = plan.data.categories.index(pointer.category)
    points = {
        series: point
        for series, line in place_points(plan)
        for category, point in line
        if category == index and pointer.series in ("", plan.data.series[series].label)
    }
    x, y = points[max(points, key=lambda own: (_is_emphasised(plan, own, index), -points[own][1]))]
    return x - DOT_HALF, y - DOT_HALF, x + DOT_HALF, y + DOT_HALF


def _is_emphasised(plan: Plan, series: int, index: int) -> bool:
    return not plan.chart.stacked and not plan.chart.is_pale(plan.data.series[series], index)


def _place_near_mark(
    plan: Plan, text: str, target: Box, taken: Sequence[Box], ruler: Ruler
) -> PlacedCallout | None:
    """Return the callout at the best free position around the bar or point ``target``, or None."""
    area = plan.get_text_area()
    grid = (
        () if plan.shows_values or plan.horizontal else [place_value(plan, tick) for tick in plan.scale.ticks]
    )
    marks = taken if get_plot_kind(plan.chart).has_slots and not plan.horizontal else ()
    best: tuple[float, PlacedCallout] | None = None
    for lines in dict.fromkeys(_balance_lines(text, width, ruler) for width in _WIDTHS):
        size = (ruler.measure_widest(lines), len(lines) * LINE)
        for distance in _DISTANCES:
            for (left, top), extra in _list_candidates(target, size, distance):
                cost = distance + extra + _LINE_COST * len(lines)
                if best is not None and cost >= best[0]:
                    continue
                box = (left, top, left + size[0], top + size[1])
                cost += _GRID_COST * sum(box[1] < line < box[3] for line in grid)
                cost += _OTHER_COST * sum(_is_above_other_mark(box, other, target) for other in marks)
                if best is not None and cost >= best[0]:
                    continue
                if not is_within(box, area) or any(touches(box, other, _CLEAR) for other in taken):
                    continue
                if plan.horizontal and any(_is_in_other_row(box, other, target) for other in taken):
                    continue
                leader = _make_leader(box, target)
                if leader and any(
                    _crosses_box(leader, other) for other in taken if not _belongs_to_target(other, target)
                ):
                    continue
                anchor = _choose_anchor(left, size[0], target)
                best = cost, PlacedCallout(lines=lines, left=left, top=top, leader=leader, anchor=anchor)
    return best[1] if best else None


def _balance_lines(text: str, width: float, ruler: Ruler) -> tuple[str, ...]:
    """Wrap text into as few lines as ``width`` allows, with nearly equal lengths."""
    lines = wrap_label(text, width, ruler.measure)
    narrow = max(width * 0.5, 1.0)
    while width - narrow > 1:
        middle = (width + narrow) / 2
        if len(wrap_label(text, middle, ruler.measure)) > len(lines):
            narrow = middle
        else:
            width = middle
    return tuple(wrap_label(text, width, ruler.measure))


def _list_candidates(target: Box, size: Point, distance: float) -> Iterator[tuple[Point, float]]:
    """Yield candidate positions for text of ``size`` near ``target``: the top left corner and a penalty.

    ``distance`` is the distance between the text and ``target``.
    """
    (left, top, right, bottom), (width, height) = target, size
    middle, above = (left + right) / 2, top - distance - height
    for x in (middle - width / 2, left, right - width, middle - 4, middle - width + 4):
        yield (x, above), 0.0
    off = distance * 0.75
    for x in (right + off, left - off - width):
        yield (x, top - off - height), _SIDE_COST + _CORNER_COST
    for x in (right + distance, left - distance - width):
        yield (x, top), _SIDE_COST
        yield (x, min((top + bottom) / 2, top + LINE) - height / 2), _SIDE_COST
        if bottom - top > 3 * height:
            yield (x, top + height), _SIDE_COST + _LOWER_COST
    if bottom - top < 2 * LINE:  # there is no room below a bar, which ends at the axis
        for x in (right + off, left - off - width, middle - width / 2):
            yield (x, bottom + off), _SIDE_COST + _LOWER_COST


def _choose_anchor(left: float, width: float, target: Box) -> Anchor:
    """Return the alignment of a callout's lines.

    Lines to the left of the bar or point are aligned right, and lines centred above or below it are centred.
    """
    if left + width <= target[0]:
        return "right"
    return "center" if abs(left + width / 2 - (target[0] + target[2]) / 2) < 1 else "left"


def _make_leader(box: Box, target: Box) -> tuple[Point, ...]:
    """Return the shortest line from a callout's text to its bar or point, or an empty tuple if they are
    close.
    """
    start, end = _find_nearest_points(box, target)
    length = math.dist(start, end)
    if length <= _NEAR:
        return ()
    share = (length - _SHORT) / length
    return start, (start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share)


def _find_nearest_points(box: Box, target: Box) -> tuple[Point, Point]:
    """Return the point of each box that is nearest to the other box.

    If the boxes overlap in x or y, the points are centred on the overlap.
    """
    pairs = []
    for low, high in ((0, 2), (1, 3)):
        if box[high] < target[low]:
            pairs.append((box[high], target[low]))
        elif target[high] < box[low]:
            pairs.append((box[low], target[high]))
        else:
            shared = (max(box[low], target[low]) + min(box[high], target[high])) / 2
            pairs.append((shared, shared))
    return (pairs[0][0], pairs[1][0]), (pairs[0][1], pairs[1][1])


def _is_above_other_mark(box: Box, other: Box, target: Box) -> bool:
    """Return whether text is directly above a bar or point that is not its target."""
    over = 0 <= other[1] - box[3] < 2 * LINE and box[0] < other[2] - 1 and other[0] + 1 < box[2]
    return over and not _belongs_to_target(other, target)


def _is_in_other_row(box: Box, other: Box, target: Box) -> bool:
    """Return whether text is next to a horizontal bar that is not its target."""
    return min(box[3], other[3]) - max(box[1], other[1]) > _CLEAR and not _belongs_to_target(other, target)


def _belongs_to_target(box: Box, target: Box) -> bool:
    return is_within(box, target, 1.0)


def _crosses_box(leader: tuple[Point, ...], box: Box) -> bool:
    """Return whether a leader crosses a box or passes close to it, except near the leader's target."""
    if not leader:
        return False
    end = leader[1]
    points = (point for point in _sample_leader(leader)[1:] if math.dist(point[:2], end) > 2 * DOT_HALF)
    return any(touches(point, box, _CLEAR) for point in points)


def _sample_leader(leader: tuple[Point, ...]) -> list[Box]:
    if not leader:
        return []
    (x, y), (end_x, end_y) = leader
    steps = max(2, int(math.dist(*leader) / 2))
    points = ((x + (end_x - x) * step / steps, y + (end_y - y) * step / steps) for step in range(steps + 1))
    return [(px, py, px, py) for px, py in points]


def _place_above_plot(plan: Plan, waiting: Sequence[tuple[Pointer, Box]], ruler: Ruler) -> Plan:
    """Place callouts in rows above the plot and its labels, each with a leader down to its bar or point."""
    targets = {pointer: ((box[0] + box[2]) / 2, box[1]) for pointer, box in waiting}
    if (
        plan.chart.stacked and get_plot_kind(plan.chart).has_slots
    ):  # end leaders at the top of a stack, so that they do not cross its upper bars
        for pointer, (x, y) in targets.items():
            index = plan.data.categories.index(pointer.category)
            targets[pointer] = (x, min([y, *(box[1] for _, own, _, box in place_bars(plan) if own == index)]))
    starts = [one.box for one in place_start_labels(plan, ruler)]
    for pointer, (x, y) in targets.items():  # end leaders above labels of first values
        targets[pointer] = (x, min([y, *(box[1] for box in starts if box[0] <= x <= box[2])]))
    order = sorted(targets, key=lambda pointer: targets[pointer][0])
    right = plan.get_text_area()[2]
    slot = plan.slot_width or right
    found: list[tuple[tuple[str, ...], float]] = []
    before = -math.inf  # x position of the previous leader, to the right of which the text starts if possible
    for pointer in order:
        lines = _balance_lines(pointer.text, min(_WIDTHS[0], right, max(_WIDTHS[-1], slot)), ruler)
        width = ruler.measure_widest(lines)
        start = max(targets[pointer][0] - width / 2, before + GAP)
        found.append((lines, max(-plan.left, min(start, right - width))))
        before = targets[pointer][0]
    ends = [(start, start + ruler.measure_widest(lines)) for lines, start in found]
    levels = assign_rows(ends, [targets[pointer][0] for pointer in order], GAP)
    heights = [
        max(len(lines) for (lines, _), own in zip(found, levels, strict=True) if own == level) * LINE + 3
        for level in range(max(levels) + 1)
    ]
    foot = ABOVE - plan.top
    placed = list(plan.callouts)
    for pointer, (lines, start), level in zip(order, found, levels, strict=True):
        top = foot - sum(heights[: level + 1])
        (x, y), bottom = targets[pointer], top + len(lines) * LINE
        leader = ((x, bottom + 1), (x, y - _SHORT)) if y - bottom > _NEAR else ()
        side: Anchor = "right" if start + ruler.measure_widest(lines) > right - 1 else "center"
        placed.append(PlacedCallout(lines=lines, left=start, top=top, leader=leader, anchor=side))
    return replace(plan, callouts=tuple(placed), top=plan.top + sum(heights) + 2)


def _place_beside_bars(plan: Plan, waiting: Sequence[tuple[Pointer, Box]], ruler: Ruler) -> Plan:
    """Place all callouts in a column to the right of horizontal bars, and shorten the bars to make room."""
    lines = [_balance_lines(pointer.text, _WIDTHS[1], ruler) for pointer, _ in waiting]
    extra = max(map(ruler.measure_widest, lines)) + GAP
    width = max(plan.width - extra, plan.width * MIN_PLOT_FRACTION)
    left = width + plan.right + GAP
    sizes = [len(own) * LINE for own in lines]
    middles = spread_labels([(box[1] + box[3]) / 2 for _, box in waiting], sizes, 0.0, plan.height)
    placed = tuple(
        PlacedCallout(lines=own, left=left, top=middle - size / 2)
        for own, middle, size in zip(lines, middles, sizes, strict=True)
    )
    return replace(plan, callouts=placed, width=width, right=plan.right + extra)
