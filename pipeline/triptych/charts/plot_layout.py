"""Define the layout of a plot, and place its bars, points and labels. Lengths are in points."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from triptych.charts.axes import (
    AXIS_LABEL_GAP,
    CategoryAxis,
    Tick,
    ValueAxis,
    format_amount,
    make_linear_axis,
    make_value_axis,
)
from triptych.charts.canvas import LINE_HEIGHT, Anchor, Box, Point, TextRuler, touches
from triptych.charts.chart_types import MARKER_RADIUS, get_chart_type, get_plot_chart_type
from triptych.charts.labels import measure_longest_word, spread_labels, wrap_label
from triptych.languages.labels import load_labels
from triptych.model.charts import ChartData
from triptych.model.nodes import Chart

MAX_LABELLED_BARS = 14
PLOT_HEIGHT = 118.0
_MAX_PLOT_HEIGHT = 176.0  # maximum height of a plot with a vertical value axis
ANNOTATION_WIDTH = 92.0
CLUSTER_FRACTION = 0.72  # fraction of a slot that its bars fill
MAX_BAR_WIDTH = 90.0
MIN_PLOT_FRACTION = 0.3  # minimum fraction of the available width for the plot area
RANGE_CAP_WIDTH = 5.0  # points; length of the caps at the ends of a range
ARROWHEAD_SIZE = 4.0  # points; length and width of an arrowhead
TICK_LABEL_OVERHANG = 3.0  # half the height of the highest tick label, which extends above the plot


@dataclass(frozen=True, slots=True)
class EndLabel:
    """A label to the right of the plot, at the height of ``value``.

    ``series`` is the series index, or -1 for a reference line.
    """

    value: float
    lines: tuple[str, ...]
    series: int
    last_position: float = 0.0  # position of the series' last value on the category axis


@dataclass(frozen=True, slots=True)
class PlacedAnnotation:
    """An annotation above the plot. Row 0 is next to the plot.

    ``fraction`` is the position of its line as a fraction of the plot's width.
    """

    fraction: float
    lines: tuple[str, ...]
    row: int
    text_left: float  # position of the text, in points from the left edge of the plot
    height_above_plot: float  # distance in points from the top of the plot to the top of the text


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCallout:
    """A callout's text. Positions are in points, relative to the top left corner of the plot area.

    ``leader`` is the line to the bar or point, or () if the text is beside it. ``anchor`` is the alignment of
    the text lines.
    """

    lines: tuple[str, ...]
    left: float
    top: float
    leader: tuple[tuple[float, float], ...] = ()
    anchor: Anchor = "left"


@dataclass(frozen=True, slots=True)
class PlacedArrow:
    """An arrow above the plot, and its text.

    The line goes up from the start, across, and down to the arrowhead, whose tip is at ``tip``.
    """

    line: tuple[Point, ...]
    tip: Point
    label: PlacedCallout


@dataclass(frozen=True, slots=True)
class PointLabel:
    """The name of a point in a scatter chart, and whether other points are highlighted instead."""

    callout: PlacedCallout
    is_receding: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotLayout:
    """The layout of a plot area and its margins. Lengths are in points.

    ``left``, ``right``, ``top`` and ``bottom`` are the margins. The bars of a category fill
    ``cluster_fraction`` of its slot. Each bar is at most ``max_bar_width`` wide.
    """

    chart: Chart
    data: ChartData
    value_axis: ValueAxis
    category_axis: CategoryAxis
    is_horizontal: bool
    has_value_labels: bool
    left: float
    right: float
    top: float
    bottom: float
    width: float  # of the plot area
    height: float
    ticks: tuple[Tick, ...]
    second_axis: ValueAxis | None = None  # the value axis at the right
    has_rotated_labels: bool = False
    end_labels: tuple[EndLabel, ...] = ()
    annotations: tuple[PlacedAnnotation, ...] = ()
    callouts: tuple[PlacedCallout, ...] = ()
    arrow: PlacedArrow | None = None
    point_labels: tuple[PointLabel, ...] = ()
    size_legend_height: float = 0.0  # height of the size legend in the bottom margin
    cluster_fraction: float = CLUSTER_FRACTION
    max_bar_width: float = MAX_BAR_WIDTH

    @property
    def slot_width(self) -> float:
        """The width of a category's slot in points, or 0 for categories without slots."""
        return self.width / len(self.data.categories) if get_chart_type(self.chart).has_slots else 0.0

    def get_text_area(self, left: float = 0.0) -> Box:
        """Return the area for callouts and point labels, relative to the top left corner of the plot area."""
        right = self.width if self.end_labels else self.width + self.right
        return left, 0.0 if self.annotations else -self.top, right, self.height - 1

    @property
    def total_height(self) -> float:
        """The height of the plot in points, including its margins."""
        return self.top + self.height + self.bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotSettings:
    """Settings for the layout of a single plot or a panel. Lengths are in points.

    Panels share one ``value_axis``, and a legend names their series. If ``has_value_labels`` is None, bars
    have value labels if they are few and the plot is wide enough. In a chart with few vertical bars, each
    category is ``slot_width`` wide, plus ``further_bar_width`` for each series after the first.
    ``can_rotate_labels`` allows long category labels to run upwards.
    """

    has_left_labels: bool = True
    has_bottom_labels: bool = True
    height: float = PLOT_HEIGHT
    value_axis: ValueAxis | None = None
    has_value_labels: bool | None = None
    slot_width: float = 66.0
    further_bar_width: float = 30.0
    can_rotate_labels: bool = True


def can_label_bars(chart: Chart, data: ChartData, settings: PlotSettings) -> bool:
    """Return whether each bar may have a value label, which makes the value axis unnecessary."""
    if settings.has_value_labels is not None or settings.value_axis is not None:
        return bool(settings.has_value_labels)
    bars = len(data.categories) * len(data.series)
    if data.range_title:  # the labels would cover the ranges
        return False
    return get_plot_chart_type(chart).has_value_labels and not chart.stacked and bars <= MAX_LABELLED_BARS


def make_own_value_axis(chart: Chart, data: ChartData, *, has_value_labels: bool) -> ValueAxis:
    """Return the value axis of a plot that does not share its axis with other plots.

    If bars have value labels, the axis ends at the longest bar.
    """
    set_by_author = chart.reference_lines or chart.y_min is not None or chart.y_max is not None
    if has_value_labels and not set_by_author:
        values = (0.0, *get_plot_chart_type(chart).iter_axis_values(chart))
        return make_linear_axis(min(values), max(values), round_limits=False)
    return make_value_axis(chart)


def choose_plot_height(chart: Chart) -> float:
    """Return the height of a plot with a vertical value axis.

    It grows with the number of series labels to the right of the plot.
    """
    return min(max(PLOT_HEIGHT, (len(chart.data.series) - 1) * LINE_HEIGHT), _MAX_PLOT_HEIGHT)


def measure_widest_value(chart: Chart, data: ChartData, ruler: TextRuler) -> float:
    """Return the width of the widest value label."""
    return ruler.measure_widest(
        format_bar_value(chart, data, place, index)
        for place, series in enumerate(data.series)
        for index, value in enumerate(series.values)
        if value is not None
    )


def format_bar_value(chart: Chart, data: ChartData, series_index: int, index: int) -> str:
    """Format the value label of a bar. Changes have a plus or minus sign."""
    series = data.series[series_index]
    kind, value = get_chart_type(chart), series.values[index] or 0.0
    amount = format_amount(chart, value, series.label_decimals, sign=kind.is_change(data, index))
    return amount + kind.get_value_suffix(chart, data, index)


ValueSpan = tuple[float, float]  # start and end on the value axis


def compute_spans(chart: Chart, data: ChartData) -> list[list[ValueSpan | None]]:
    """Return the start and end of each bar, band or point on the value axis, by series and category.

    Missing values are None. Positive values are stacked upwards from zero, negative values downwards.
    """
    if spans := get_plot_chart_type(chart).compute_spans(chart, data):
        return spans
    if not chart.stacked:
        return [
            [None if value is None else (0.0, value) for value in series.values] for series in data.series
        ]
    count = len(data.categories)
    ups, downs = [0.0] * count, [0.0] * count
    stacked_spans: list[list[ValueSpan | None]] = []
    for series in data.series:
        line: list[ValueSpan | None] = []
        for index, value in enumerate(_scale_to_percent(chart, data, series.values)):
            if value is None:
                line.append(None)
                continue
            stack_ends = ups if value >= 0 else downs
            line.append((stack_ends[index], stack_ends[index] + value))
            stack_ends[index] += value
        stacked_spans.append(line)
    return stacked_spans


def _scale_to_percent(chart: Chart, data: ChartData, values: tuple[float | None, ...]) -> list[float | None]:
    if not chart.percent:
        return list(values)
    totals = [sum(item.values[index] or 0.0 for item in data.series) for index in range(len(values))]
    return [
        None if value is None else 100 * value / total if total else 0.0
        for value, total in zip(values, totals, strict=True)
    ]


_VALUE_LABEL_GAP = 3.0  # points between a bar and its value label
MIN_LEADER_LENGTH = 1.5  # points; a label farther from its line has a leader
_LINE_STEP = 3.0  # points between the boxes that approximate a line
_LINE_HALF_WIDTH = 1.2


def locate_value(layout: PlotLayout, value: float) -> float:
    """Return the position of a value in the plot area: y, or x for horizontal bars."""
    fraction = layout.value_axis.get_fraction(value)
    return fraction * layout.width if layout.is_horizontal else (1 - fraction) * layout.height


def locate_category(layout: PlotLayout, index: int) -> float:
    """Return the centre of a category in the plot area: x, or y for horizontal bars."""
    axis, positions = layout.category_axis, layout.data.positions
    fraction = axis.get_fraction(float(index) if axis.slot_count or positions is None else positions[index])
    return fraction * (layout.height if layout.is_horizontal else layout.width)


def iter_bars(layout: PlotLayout) -> Iterator[tuple[int, int, ValueSpan, Box]]:
    """Yield the series index, category index, value span and bounding box of each bar, by series."""
    for index, category, span, (start, end) in _iter_bar_places(layout):
        if span is None:
            continue
        low, high = sorted((locate_value(layout, span[0]), locate_value(layout, span[1])))
        box = (low, start, high, end) if layout.is_horizontal else (start, low, end, high)
        yield index, category, span, box


def _iter_bar_places(layout: PlotLayout) -> Iterator[tuple[int, int, ValueSpan | None, tuple[float, float]]]:
    """Yield the indices and the value span of each bar or missing bar, and its ends across the category."""
    data, labels = layout.data, layout.chart.data.labels
    groups = 1 if layout.chart.stacked else len(labels if data.panels else data.series)
    size = (layout.height if layout.is_horizontal else layout.width) / len(data.categories)
    pitch = min(size * layout.cluster_fraction / groups, layout.max_bar_width)
    half = pitch * (0.94 if groups > 1 else 1.0) / 2
    for index, line in enumerate(compute_spans(layout.chart, data)):
        group = labels.index(data.series[index].label) if groups > 1 else 0
        for category, span in enumerate(line):
            centre = locate_category(layout, category) + (group - (groups - 1) / 2) * pitch
            yield index, category, span, (centre - half, centre + half)


_MAX_MISSING_FRACTION = 0.25  # of the values; in charts with more gaps, series have different categories
_MISSING_MARK = "–"  # where the words do not fit


def iter_missing_bar_marks(layout: PlotLayout, ruler: TextRuler) -> Iterator[PlacedCallout]:
    """Yield the words "no data" at the baseline for each missing bar, or a dash if the gap is narrow.

    A chart in which many bars are missing has no marks.
    """
    gaps = [ends for _, _, span, ends in _iter_bar_places(layout) if span is None]
    count = len(layout.data.series) * len(layout.data.categories)
    if layout.chart.stacked or len(gaps) > _MAX_MISSING_FRACTION * count:
        return
    words = load_labels(layout.chart.language)["number-not-available"]
    scale = layout.value_axis
    base = locate_value(layout, 0.0 if not scale.is_log and scale.low <= 0 <= scale.high else scale.low)
    for start, end in gaps:
        middle = (start + end) / 2
        if layout.is_horizontal:
            mark = words if end - start >= LINE_HEIGHT - 3 else _MISSING_MARK
            left, top = base + _VALUE_LABEL_GAP, middle - LINE_HEIGHT / 2
            yield PlacedCallout(lines=(mark,), left=left, top=top)
            continue
        fits = measure_longest_word(words, ruler.measure) <= end - start
        lines = wrap_label(words, end - start, ruler.measure) if fits else [_MISSING_MARK]
        left, top = middle - ruler.measure_widest(lines) / 2, base - 2 - len(lines) * LINE_HEIGHT
        yield PlacedCallout(lines=tuple(lines), left=left, top=top, anchor="center")


def iter_points(layout: PlotLayout) -> Iterator[tuple[int, list[tuple[int, Point]]]]:
    """Yield the index and the points of each series; missing values are omitted.

    A point is a pair of category index and position. The points of a band are on its upper edge.
    """
    for index, line in enumerate(compute_spans(layout.chart, layout.data)):
        places = ((i, span) for i, span in enumerate(line) if span is not None)
        yield index, [(i, (locate_category(layout, i), locate_value(layout, span[1]))) for i, span in places]


def format_series_value(layout: PlotLayout, series_index: int, value: float) -> str:
    """Format a series' value like a value label."""
    return format_amount(layout.chart, value, layout.data.series[series_index].label_decimals)


def locate_bar_label(layout: PlotLayout, box: Box, value: float, text: str, ruler: TextRuler) -> Box:
    """Return the bounding box of the value label at the end of a bar.

    The sign of ``value`` is the direction of the bar.
    """
    width = ruler.measure_bold(text)
    left, top, right, bottom = box
    if layout.is_horizontal:
        centre = (top + bottom) / 2
        start = right + _VALUE_LABEL_GAP if value >= 0 else left - _VALUE_LABEL_GAP - width
        return (start, centre - LINE_HEIGHT / 2, start + width, centre + LINE_HEIGHT / 2)
    centre = (left + right) / 2
    text_bottom = top - 1 if value >= 0 else bottom + 1 + LINE_HEIGHT
    return (centre - width / 2, text_bottom - LINE_HEIGHT, centre + width / 2, text_bottom)


def locate_reference_label(layout: PlotLayout, text: str, x: float, ruler: TextRuler) -> float:
    """Return the left edge of the label above a vertical reference line, within the chart's width."""
    width = ruler.measure(text)
    return max(-layout.left, min(x - width / 2, layout.width + layout.right - width))


def split_reference_line(layout: PlotLayout, x: float, ruler: TextRuler) -> list[tuple[float, float]]:
    """Return the segments of a vertical reference line between value labels, from top to bottom."""
    labels = (
        locate_bar_label(layout, box, span[1], format_series_value(layout, series, span[1]), ruler)
        for series, _, span, box in (iter_bars(layout) if layout.has_value_labels else ())
    )
    return split_vertical_line(x, layout.height, labels)


def split_vertical_line(x: float, height: float, boxes: Iterable[Box]) -> list[tuple[float, float]]:
    """Return the segments of a vertical line across a plot between boxes, from top to bottom."""
    segments, top = list[tuple[float, float]](), 0.0
    for left, start, right, end in sorted(boxes, key=lambda box: box[1]):
        if left - 1 < x < right + 1:
            segments.append((top, start))
            top = end
    return [*segments, (top, height)]


def place_end_labels(layout: PlotLayout) -> list[tuple[EndLabel, float, float]]:
    """Return each end label with the y position of its value, and its centre after overlaps are resolved."""
    targets = [locate_value(layout, end.value) for end in layout.end_labels]
    sizes = [len(end.lines) * LINE_HEIGHT for end in layout.end_labels]
    return list(
        zip(
            layout.end_labels,
            targets,
            spread_labels(targets, sizes, -LINE_HEIGHT, layout.height + LINE_HEIGHT / 2),
            strict=True,
        )
    )


def find_series_line_end(layout: PlotLayout, end: EndLabel) -> float:
    """Return the x position where the line, band or bar of an end label ends."""
    if end.series < 0:
        return layout.width
    return (
        layout.category_axis.get_fraction(end.last_position) * layout.width
        + layout.slot_width * layout.cluster_fraction / 2
    )


def needs_leader(layout: PlotLayout, end: EndLabel, target: float, centre: float) -> bool:
    """Return whether an end label is so far from its line, band or bar that it needs a leader."""
    slack = layout.slot_width * (1 - layout.cluster_fraction)
    return (
        abs(centre - target) > MIN_LEADER_LENGTH
        or layout.width - find_series_line_end(layout, end) > AXIS_LABEL_GAP + slack
    )


@dataclass(frozen=True, slots=True)
class StartLabel:
    """The label of the first value of a line, with the line's series and category indices."""

    series: int
    category: int
    text: str
    box: Box


def place_start_labels(layout: PlotLayout, ruler: TextRuler) -> list[StartLabel]:
    """Return labels for the first values of lines, above or below the points, where they have room.

    If lines are highlighted, only they are labelled. Otherwise, all lines are labelled if there are at most
    two.
    """
    chart, data = layout.chart, layout.data
    if not get_plot_chart_type(chart).has_start_labels or data.panels or not layout.end_labels:
        return []
    labelled_indices = [
        i for i, series in enumerate(data.series) if chart.highlight and not chart.is_pale(series)
    ]
    labelled_indices = labelled_indices or (list(range(len(data.series))) if len(data.series) <= 2 else [])
    obstacles, labels = collect_obstacles(layout, ruler), []
    for index, points in iter_points(layout):
        if index not in labelled_indices or len(points) < 2:
            continue
        category, (x, y) = points[0]
        words = format_series_value(layout, index, data.series[index].values[category] or 0.0)
        width, left = ruler.measure_bold(words), max(0.0, x - ruler.measure_bold(words) / 2)
        for top in (y - MARKER_RADIUS - 1.5 - LINE_HEIGHT, y + MARKER_RADIUS + 1.5):
            box = (left, top, left + width, top + LINE_HEIGHT)
            if 0 <= top <= layout.height - LINE_HEIGHT and not any(
                touches(box, other) for other in obstacles
            ):
                labels.append(StartLabel(index, category, words, box))
                obstacles.append(box)
                break
    return labels


def collect_obstacles(layout: PlotLayout, ruler: TextRuler) -> list[Box]:
    """Return the bounding boxes that text must not touch.

    They belong to bars or points, value labels, reference lines and annotation lines.
    """
    obstacles = list(get_plot_chart_type(layout.chart).iter_boxes(layout, ruler))
    for mark in layout.chart.reference_lines:
        position = locate_value(layout, mark.value)
        obstacles.append(
            (position - 1, 0.0, position + 1, layout.height)
            if layout.is_horizontal
            else (0.0, position - 1, layout.width, position + 1)
        )
    obstacles += iter_range_boxes(layout)
    for annotation in layout.annotations:
        x = annotation.fraction * layout.width
        obstacles.append((x - 1, 0.0, x + 1, layout.height))
    return obstacles


def iter_bar_boxes(layout: PlotLayout, ruler: TextRuler) -> Iterator[Box]:
    """Yield the bounding boxes of bars and their value labels."""
    for series, category, span, box in iter_bars(layout):
        yield box
        if layout.has_value_labels:
            words = format_bar_value(layout.chart, layout.data, series, category)
            yield locate_bar_label(layout, box, span[1] - span[0], words, ruler)


def iter_range_boxes(layout: PlotLayout) -> Iterator[Box]:
    """Yield the bounding box of the range around each value, including the caps at its ends."""
    half = RANGE_CAP_WIDTH / 2
    for index, ends in enumerate(layout.data.ranges):
        if ends is not None:
            centre = locate_category(layout, index)
            low, high = sorted(locate_value(layout, end) for end in ends)
            box = (low, centre - half, high, centre + half)
            yield box if layout.is_horizontal else (box[1], low, box[3], high)


def iter_point_boxes(layout: PlotLayout) -> Iterator[Box]:
    """Yield the bounding box of each point's marker."""
    for _, points in iter_points(layout):
        for _, (x, y) in points:
            yield (x - MARKER_RADIUS, y - MARKER_RADIUS, x + MARKER_RADIUS, y + MARKER_RADIUS)


def iter_line_boxes(layout: PlotLayout, *, is_filled: bool = False) -> Iterator[Box]:
    """Yield small boxes that cover lines and points. If ``is_filled``, they extend down to the axis."""
    for _, points in iter_points(layout):
        for _, (x, y) in points:
            yield (x - MARKER_RADIUS, y - MARKER_RADIUS, x + MARKER_RADIUS, y + MARKER_RADIUS)
        for (i, (x, y)), (j, (end_x, end_y)) in pairwise(points):
            if j - i > 1 and not is_filled and layout.data.dates is None:
                continue
            count = max(1, int(max(abs(end_x - x), abs(end_y - y)) / _LINE_STEP))
            for step in range(count):
                start_share, end_share = step / count, (step + 1) / count
                left, right = x + (end_x - x) * start_share, x + (end_x - x) * end_share
                upper, other = sorted((y + (end_y - y) * start_share, y + (end_y - y) * end_share))
                bottom = layout.height if is_filled else other + _LINE_HALF_WIDTH
                yield (left - _LINE_HALF_WIDTH, upper - _LINE_HALF_WIDTH, right + _LINE_HALF_WIDTH, bottom)
