"""Place callouts beside their bars or points if they fit there, and otherwise in the plot's margin."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from triptych.charts.axes import AXIS_LABEL_GAP
from triptych.charts.canvas import LINE_HEIGHT, Anchor, Box, BoxIndex, Point, TextRuler, is_within, touches
from triptych.charts.chart_types import MARKER_RADIUS, get_plot_chart_type
from triptych.charts.labels import assign_text_rows, spread_labels, wrap_label
from triptych.charts.plot_layout import (
    MIN_PLOT_FRACTION,
    TICK_LABEL_OVERHANG,
    PlacedCallout,
    PlotLayout,
    PointLabel,
    collect_obstacles,
    format_bar_value,
    iter_bars,
    iter_points,
    locate_bar_label,
    locate_value,
    place_start_labels,
)
from triptych.charts.totals import iter_total_labels
from triptych.model.charts import ChartCallout

_WIDTHS = (118.0, 92.0, 150.0, 70.0)  # points; maximum line widths to try for a callout
_DISTANCES = (4.0, 8.0, 13.0, 20.0, 28.0, 38.0, 50.0, 64.0, 80.0, 100.0)
_CLEARANCE = 2.5  # points around callout text
_POINT_LABEL_GAP = 1.5  # points between a point and its label
_LEADER_DISTANCE = 9.0  # points; text closer than this does not need a leader
_LEADER_GAP = 1.5  # points between a leader's end and its bar or point
# Penalties in points of distance: for an additional line, for a gridline behind the text, and for positions
# to the side, diagonally above, and below the bar or point.
_LINE_COST, _GRID_COST, _SIDE_COST, _CORNER_COST, _LOWER_COST = 3.0, 4.0, 2.0, 1.0, 6.0
_OTHER_COST = 14.0  # penalty for text that seems to belong to another bar or point


def add_callouts(layout: PlotLayout, ruler: TextRuler, obstacles: Sequence[Box] = ()) -> PlotLayout:
    """Return the layout with a position for each callout, with wider margins if necessary.

    Callouts do not touch bars, points, labels or the bounding boxes in ``obstacles``.
    """
    if not layout.chart.callouts:
        return layout
    start_boxes = [label.box for label in place_start_labels(layout, ruler)]
    obstacle_boxes = [*collect_obstacles(layout, ruler), *obstacles, *start_boxes]
    targets = [
        (pointer, get_plot_chart_type(layout.chart).locate_target(layout, pointer, ruler))
        for pointer in layout.chart.callouts
    ]
    placed_callouts: list[PlacedCallout] = []
    left_over: list[tuple[ChartCallout, Box]] = []
    for pointer, target in targets:
        callout = _place_near_target(layout, pointer.text, target, obstacle_boxes, ruler)
        if callout is None:
            left_over.append((pointer, target))
            continue
        placed_callouts.append(callout)
        obstacle_boxes += [measure_callout_box(callout, ruler), *_list_leader_boxes(callout.leader)]
    layout = replace(layout, callouts=tuple(placed_callouts))
    if not left_over:
        return layout
    # Shorter horizontal bars would displace callouts beside them, so all callouts go into one column.
    if layout.is_horizontal:
        return _place_beside_bars(layout, targets, ruler)
    above = _place_above_plot(layout, left_over, ruler)
    boxes = [measure_callout_box(words, ruler) for words in placed_callouts]
    if any(
        _crosses_box(words.leader, box) for words in above.callouts[len(placed_callouts) :] for box in boxes
    ):
        return _place_above_plot(replace(layout, callouts=()), targets, ruler)
    return above


def add_point_labels(layout: PlotLayout, ruler: TextRuler, obstacles: Sequence[Box] = ()) -> PlotLayout:
    """Return the layout with a label for each named point; labels that do not fit are omitted.

    Highlighted points are labelled first. Callouts must already be placed. Labels do not touch callouts,
    other points or the bounding boxes in ``obstacles``.
    """
    if not layout.data.x_values:
        return layout
    callouts = [
        box
        for words in layout.callouts
        for box in (measure_callout_box(words, ruler), *_list_leader_boxes(words.leader))
    ]
    obstacle_index = BoxIndex([*collect_obstacles(layout, ruler), *callouts, *obstacles])
    area = layout.get_text_area(-MARKER_RADIUS)
    points = [
        (layout.chart.is_pale(layout.data.series[series], category), category, point)
        for series, line in iter_points(layout)
        for category, point in line
    ]
    grid = [] if layout.has_value_labels else [locate_value(layout, tick) for tick in layout.value_axis.ticks]
    labels, kind = [], get_plot_chart_type(layout.chart)
    for recedes, category, point in sorted(points):
        name = layout.data.categories[category]
        free = [
            (any(box[1] < line < box[3] for line in grid), words, box)
            for words in _iter_label_positions(name, point, kind.get_label_distance(layout, category), ruler)
            if is_within(box := measure_callout_box(words, ruler), area)
            and not obstacle_index.is_blocked(box, partial(_is_too_close, box, point=point), _CLEARANCE)
        ]
        if free:
            _, words, box = min(free, key=lambda place: place[0])
            labels.append(PointLabel(words, recedes))
            obstacle_index.add([box])
    return replace(layout, point_labels=tuple(labels))


def _is_too_close(box: Box, other: Box, point: Point) -> bool:
    """Return whether a point's label at ``box`` touches ``other``, or seems to be the label of ``other``.

    A label may be close to markers that contain ``point``: its own marker, or a larger circle beneath it.
    """
    if is_within((*point, *point), other):
        return touches(box, other)
    left, top, right, bottom = box
    return touches((left - _CLEARANCE, top, right + _CLEARANCE, bottom), other)


def _iter_label_positions(
    name: str, point: Point, label_distance: float, ruler: TextRuler
) -> Iterator[PlacedCallout]:
    (x, y), width, offset = point, ruler.measure(name), label_distance + _POINT_LABEL_GAP
    above, below = y - offset - LINE_HEIGHT, y + offset
    places: tuple[tuple[Anchor, float, float], ...] = (
        ("left", x + offset, y - LINE_HEIGHT / 2),
        ("right", x - offset - width, y - LINE_HEIGHT / 2),
        *(("center", x - width / 2, top) for top in (above, below)),
        *(("left", x - label_distance, top) for top in (above, below)),
        *(("right", x + label_distance - width, top) for top in (above, below)),
        *(("left", x, top) for top in (above, below)),
        *(("right", x - width, top) for top in (above, below)),
    )
    for anchor, left, top in places:
        yield PlacedCallout(lines=(name,), left=left, top=top, anchor=anchor)


def measure_callout_box(callout: PlacedCallout, ruler: TextRuler) -> Box:
    """Return the bounding box of a callout's text."""
    right, bottom = (
        callout.left + ruler.measure_widest(callout.lines),
        callout.top + len(callout.lines) * LINE_HEIGHT,
    )
    return callout.left, callout.top, right, bottom


def locate_target_bar(layout: PlotLayout, callout: ChartCallout, ruler: TextRuler) -> Box:
    """Return the bounding box of a callout's bar, including the bar's value label.

    If the callout names no series, use the highlighted bar of the category, or else the longest.
    """
    index = layout.data.categories.index(callout.category)
    bars_by_series = {
        series: (span, box)
        for series, category, span, box in iter_bars(layout)
        if category == index and callout.series in ("", layout.data.series[series].label)
    }
    series = max(
        bars_by_series,
        key=lambda series_index: (
            _is_highlighted(layout, series_index, index),
            bars_by_series[series_index][0][1],
        ),
    )
    span, box = bars_by_series[series]
    if not layout.has_value_labels:
        return box
    words = format_bar_value(layout.chart, layout.data, series, index)
    label = locate_bar_label(layout, box, span[1] - span[0], words, ruler)
    return min(box[0], label[0]), min(box[1], label[1]), max(box[2], label[2]), max(box[3], label[3])


def locate_target_point(layout: PlotLayout, callout: ChartCallout) -> Box:
    """Return the bounding box of a callout's point.

    If the callout does not name a series, it is the highlighted or else the highest point of the category.
    """
    index = layout.data.categories.index(callout.category)
    points = {
        series: point
        for series, line in iter_points(layout)
        for category, point in line
        if category == index and callout.series in ("", layout.data.series[series].label)
    }
    x, y = points[
        max(
            points,
            key=lambda series_index: (_is_highlighted(layout, series_index, index), -points[series_index][1]),
        )
    ]
    return x - MARKER_RADIUS, y - MARKER_RADIUS, x + MARKER_RADIUS, y + MARKER_RADIUS


def _is_highlighted(layout: PlotLayout, series_index: int, index: int) -> bool:
    return not layout.chart.stacked and not layout.chart.is_pale(layout.data.series[series_index], index)


def _place_near_target(
    layout: PlotLayout, text: str, target: Box, obstacles: Sequence[Box], ruler: TextRuler
) -> PlacedCallout | None:
    """Return a callout at the best free position around its bar or point, or None if there is none."""
    area = layout.get_text_area()
    grid = (
        ()
        if layout.has_value_labels or layout.is_horizontal
        else [locate_value(layout, tick) for tick in layout.value_axis.ticks]
    )
    marks = obstacles if get_plot_chart_type(layout.chart).has_slots and not layout.is_horizontal else ()
    best: tuple[float, PlacedCallout] | None = None
    for lines in dict.fromkeys(_balance_lines(text, width, ruler) for width in _WIDTHS):
        size = (ruler.measure_widest(lines), len(lines) * LINE_HEIGHT)
        for distance in _DISTANCES:
            for (left, top), extra in _iter_text_positions(target, size, distance):
                cost = distance + extra + _LINE_COST * len(lines)
                if best is not None and cost >= best[0]:
                    continue
                box = (left, top, left + size[0], top + size[1])
                cost += _GRID_COST * sum(box[1] < line < box[3] for line in grid)
                cost += _OTHER_COST * sum(_is_above_other_target(box, other, target) for other in marks)
                if best is not None and cost >= best[0]:
                    continue
                if not is_within(box, area) or any(touches(box, other, _CLEARANCE) for other in obstacles):
                    continue
                if layout.is_horizontal and any(_is_in_other_row(box, other, target) for other in obstacles):
                    continue
                leader = _make_leader(box, target)
                if leader and any(
                    _crosses_box(leader, other)
                    for other in obstacles
                    if not _belongs_to_target(other, target)
                ):
                    continue
                anchor = _choose_anchor(left, size[0], target)
                best = cost, PlacedCallout(lines=lines, left=left, top=top, leader=leader, anchor=anchor)
    return best[1] if best else None


def _balance_lines(text: str, width: float, ruler: TextRuler) -> tuple[str, ...]:
    """Wrap text into as few lines as possible, of similar lengths and at most ``width`` wide."""
    lines = wrap_label(text, width, ruler.measure)
    narrow = max(width * 0.5, 1.0)
    while width - narrow > 1:
        mid_width = (width + narrow) / 2
        if len(wrap_label(text, mid_width, ruler.measure)) > len(lines):
            narrow = mid_width
        else:
            width = mid_width
    return tuple(wrap_label(text, width, ruler.measure))


def _iter_text_positions(target: Box, size: Point, distance: float) -> Iterator[tuple[Point, float]]:
    """Yield candidate positions for text near a bar or point: the top left corner and a penalty.

    ``size`` is the width and height of the text, and ``distance`` its distance from the bar or point.
    """
    (left, top, right, bottom), (width, height) = target, size
    centre_x, above = (left + right) / 2, top - distance - height
    for x in (centre_x - width / 2, left, right - width, centre_x - 4, centre_x - width + 4):
        yield (x, above), 0.0
    offset = distance * 0.75
    for x in (right + offset, left - offset - width):
        yield (x, top - offset - height), _SIDE_COST + _CORNER_COST
    for x in (right + distance, left - distance - width):
        yield (x, top), _SIDE_COST
        yield (x, min((top + bottom) / 2, top + LINE_HEIGHT) - height / 2), _SIDE_COST
        if bottom - top > 3 * height:
            yield (x, top + height), _SIDE_COST + _LOWER_COST
    if bottom - top < 2 * LINE_HEIGHT:  # too low for text, for example below a bar that ends at the axis
        for x in (right + offset, left - offset - width, centre_x - width / 2):
            yield (x, bottom + offset), _SIDE_COST + _LOWER_COST


def _choose_anchor(left: float, width: float, target: Box) -> Anchor:
    """Return the alignment of a callout's lines.

    Lines to the left of the bar or point are aligned right; lines centred above or below it are centred.
    """
    if left + width <= target[0]:
        return "right"
    return "center" if abs(left + width / 2 - (target[0] + target[2]) / 2) < 1 else "left"


def _make_leader(box: Box, target: Box) -> tuple[Point, ...]:
    """Return the shortest line between a callout's text and its bar or point, or () if they are close."""
    start, end = _find_nearest_points(box, target)
    length = math.dist(start, end)
    if length <= _LEADER_DISTANCE:
        return ()
    fraction = (length - _LEADER_GAP) / length
    return start, (start[0] + (end[0] - start[0]) * fraction, start[1] + (end[1] - start[1]) * fraction)


def _find_nearest_points(box: Box, target: Box) -> tuple[Point, Point]:
    """Return the nearest points of two boxes.

    If the boxes overlap in x or y, the points are centred on the overlap.
    """
    pairs = []
    for low, high in ((0, 2), (1, 3)):
        if box[high] < target[low]:
            pairs.append((box[high], target[low]))
        elif target[high] < box[low]:
            pairs.append((box[low], target[high]))
        else:
            shared_position = (max(box[low], target[low]) + min(box[high], target[high])) / 2
            pairs.append((shared_position, shared_position))
    return (pairs[0][0], pairs[1][0]), (pairs[0][1], pairs[1][1])


def _is_above_other_target(box: Box, other: Box, target: Box) -> bool:
    """Return whether text is directly above a bar or point other than its own."""
    is_above = 0 <= other[1] - box[3] < 2 * LINE_HEIGHT and box[0] < other[2] - 1 and other[0] + 1 < box[2]
    return is_above and not _belongs_to_target(other, target)


def _is_in_other_row(box: Box, other: Box, target: Box) -> bool:
    """Return whether text is beside a horizontal bar other than its own."""
    return min(box[3], other[3]) - max(box[1], other[1]) > _CLEARANCE and not _belongs_to_target(
        other, target
    )


def _belongs_to_target(box: Box, target: Box) -> bool:
    return is_within(box, target, 1.0)


def _crosses_box(leader: tuple[Point, ...], box: Box) -> bool:
    """Return whether a leader crosses a box or passes close to it, except near the end of the leader."""
    if not leader:
        return False
    end = leader[1]
    points = (
        point for point in _list_leader_boxes(leader)[1:] if math.dist(point[:2], end) > 2 * MARKER_RADIUS
    )
    return any(touches(point, box, _CLEARANCE) for point in points)


def _list_leader_boxes(leader: tuple[Point, ...]) -> list[Box]:
    if not leader:
        return []
    (x, y), (end_x, end_y) = leader
    steps = max(2, int(math.dist(*leader) / 2))
    points = ((x + (end_x - x) * step / steps, y + (end_y - y) * step / steps) for step in range(steps + 1))
    return [(px, py, px, py) for px, py in points]


def _place_above_plot(
    layout: PlotLayout, unplaced: Sequence[tuple[ChartCallout, Box]], ruler: TextRuler
) -> PlotLayout:
    """Place callouts in rows above the plot and its labels, with leaders down to their bars or points."""
    targets = {pointer: ((box[0] + box[2]) / 2, box[1]) for pointer, box in unplaced}
    if (
        layout.chart.stacked and get_plot_chart_type(layout.chart).has_slots
    ):  # leaders end at the top of a stack, so that they do not cross its upper bars
        for pointer, (x, y) in targets.items():
            index = layout.data.categories.index(pointer.category)
            targets[pointer] = (
                x,
                min([y, *(box[1] for _, bar_index, _, box in iter_bars(layout) if bar_index == index)]),
            )
    label_boxes = [label.box for label in place_start_labels(layout, ruler)]
    label_boxes += [box for _, box in iter_total_labels(layout, ruler)]
    for pointer, (x, y) in targets.items():  # leaders end above the labels of first values and of stacks
        targets[pointer] = (x, min([y, *(box[1] for box in label_boxes if box[0] <= x <= box[2])]))
    order = sorted(targets, key=lambda pointer: targets[pointer][0])
    right = layout.get_text_area()[2]
    slot = layout.slot_width or right
    wrapped_labels: list[tuple[tuple[str, ...], float]] = []
    before = -math.inf  # x position of the previous leader; the text starts to the right of it if possible
    for pointer in order:
        lines = _balance_lines(pointer.text, min(_WIDTHS[0], right, max(_WIDTHS[-1], slot)), ruler)
        width = ruler.measure_widest(lines)
        start = max(targets[pointer][0] - width / 2, before + AXIS_LABEL_GAP)
        wrapped_labels.append((lines, max(-layout.left, min(start, right - width))))
        before = targets[pointer][0]
    extents = [(start, start + ruler.measure_widest(lines)) for lines, start in wrapped_labels]
    levels = assign_text_rows(extents, [targets[pointer][0] for pointer in order], AXIS_LABEL_GAP)
    heights = [
        max(
            len(lines)
            for (lines, _), bar_index in zip(wrapped_labels, levels, strict=True)
            if bar_index == level
        )
        * LINE_HEIGHT
        + 3
        for level in range(max(levels) + 1)
    ]
    lowest_y = TICK_LABEL_OVERHANG - layout.top
    placed_callouts = list(layout.callouts)
    for pointer, (lines, start), level in zip(order, wrapped_labels, levels, strict=True):
        top = lowest_y - sum(heights[: level + 1])
        (x, y), bottom = targets[pointer], top + len(lines) * LINE_HEIGHT
        leader = ((x, bottom + 1), (x, y - _LEADER_GAP)) if y - bottom > _LEADER_DISTANCE else ()
        side: Anchor = "right" if start + ruler.measure_widest(lines) > right - 1 else "center"
        placed_callouts.append(PlacedCallout(lines=lines, left=start, top=top, leader=leader, anchor=side))
    return replace(layout, callouts=tuple(placed_callouts), top=layout.top + sum(heights) + 2)


def _place_beside_bars(
    layout: PlotLayout, unplaced: Sequence[tuple[ChartCallout, Box]], ruler: TextRuler
) -> PlotLayout:
    """Place all callouts in a column to the right of horizontal bars; shorten the bars to make room."""
    lines = [_balance_lines(pointer.text, _WIDTHS[1], ruler) for pointer, _ in unplaced]
    extra = max(map(ruler.measure_widest, lines)) + AXIS_LABEL_GAP
    width = max(layout.width - extra, layout.width * MIN_PLOT_FRACTION)
    left = width + layout.right + AXIS_LABEL_GAP
    sizes = [len(callout_lines) * LINE_HEIGHT for callout_lines in lines]
    middles = spread_labels([(box[1] + box[3]) / 2 for _, box in unplaced], sizes, 0.0, layout.height)
    placed_callouts = tuple(
        PlacedCallout(lines=callout_lines, left=left, top=centre_y - size / 2)
        for callout_lines, centre_y, size in zip(lines, middles, sizes, strict=True)
    )
    return replace(layout, callouts=placed_callouts, width=width, right=layout.right + extra)
