"""Define the layout of a plot, and place its bars, points and labels. Lengths are in points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from triptych.charts.axes import (
    GAP,
    CategoryAxis,
    Tick,
    ValueScale,
    format_amount,
    make_linear_scale,
    make_value_scale,
)
from triptych.charts.canvas import LINE, Anchor, Box, Point, Ruler, touches
from triptych.charts.kind import DOT_HALF, get_kind, get_plot_kind
from triptych.charts.labels import spread_labels
from triptych.model.charts import ChartData
from triptych.model.nodes import Chart

MOST_LABELLED_BARS = 14
PLOT_HEIGHT = 118.0
_HIGHEST = 176.0  # of a plot with a vertical value axis
ANNOTATION_WIDTH = 92.0
CLUSTER = 0.72  # share of a slot that its bars fill
THICKEST = 90.0
MIN_PLOT_FRACTION = 0.3  # minimum share of the available width for the plot area
ABOVE = 3.0  # half the height of the highest tick label, which overhangs the plot


@dataclass(frozen=True, slots=True)
class EndLabel:
    """A label to the right of the plot, at the height of ``value``.

    ``series`` is the index of the series, or -1 for a reference line.
    """

    value: float
    lines: tuple[str, ...]
    series: int
    last: float = 0.0  # the position of the series' last value on the category axis


@dataclass(frozen=True, slots=True)
class PlacedAnnotation:
    """An annotation above the plot, with its line at ``fraction`` of the plot's width. Row 0 is next to the
    plot.
    """

    fraction: float
    lines: tuple[str, ...]
    row: int
    start: float  # of the text, in points from the left edge of the plot
    above: float  # distance in points from the top of the plot to the top of the text


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCallout:
    """A callout's text. Positions are in points, relative to the top left corner of the plot area.

    ``leader`` is the line to a bar or point that is not next to the text. ``anchor`` is the alignment of the
    text lines, towards the bar or point.
    """

    lines: tuple[str, ...]
    left: float
    top: float
    leader: tuple[tuple[float, float], ...] = ()
    anchor: Anchor = "left"


@dataclass(frozen=True, slots=True)
class PointLabel:
    """The name of a point in a scatter chart, and whether other points are highlighted instead."""

    words: PlacedCallout
    recedes: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The layout of a plot with its margins, in points relative to the plot.

    The bars of a category fill ``cluster_fraction`` of its slot, and each bar is at most ``max_bar_width``
    wide.
    """

    chart: Chart
    data: ChartData
    scale: ValueScale
    axis: CategoryAxis
    horizontal: bool
    shows_values: bool
    left: float
    right: float
    top: float
    bottom: float
    width: float  # of the plot area
    height: float
    ticks: tuple[Tick, ...]
    rotated: bool = False
    end_labels: tuple[EndLabel, ...] = ()
    annotations: tuple[PlacedAnnotation, ...] = ()
    callouts: tuple[PlacedCallout, ...] = ()
    point_labels: tuple[PointLabel, ...] = ()
    reserved_below: float = 0.0  # height of the size legend in the bottom margin
    cluster_fraction: float = CLUSTER
    max_bar_width: float = THICKEST

    @property
    def slot_width(self) -> float:
        """The width of a category's slot in points, or 0 if the categories have no slots."""
        return self.width / len(self.data.categories) if get_kind(self.chart).has_slots else 0.0

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
    """Settings for the layout of a single plot, or of a panel of small multiples.

    Panels share a ``scale``, and a legend names their series. ``shows_values`` sets whether bars have value
    labels; if None, the number of bars and the available width decide. A chart with few vertical bars is
    ``slot`` points wide for each category, plus ``further_bar`` points for each series after the first.
    """

    labels_left: bool = True
    labels_below: bool = True
    height: float = PLOT_HEIGHT
    scale: ValueScale | None = None
    shows_values: bool | None = None
    slot: float = 66.0
    further_bar: float = 30.0


def can_carry_values(chart: Chart, data: ChartData, settings: PlotSettings) -> bool:
    """Return whether each bar may have a value label, which makes the value axis unnecessary."""
    if settings.shows_values is not None or settings.scale is not None:
        return bool(settings.shows_values)
    bars = len(data.categories) * len(data.series)
    return get_plot_kind(chart).labels_values and not chart.stacked and bars <= MOST_LABELLED_BARS


def make_own_scale(chart: Chart, data: ChartData, *, shows_values: bool) -> ValueScale:
    """Return the value axis of a plot that does not share one. With value labels, the axis ends at the
    longest bar.
    """
    set_by_author = chart.marks or chart.y_min is not None or chart.y_max is not None
    if shows_values and not set_by_author:
        values = (0.0, *get_plot_kind(chart).iter_axis_values(chart))
        return make_linear_scale(min(values), max(values), wide=False)
    return make_value_scale(chart)


def choose_plot_height(chart: Chart) -> float:
    """Return the height of a plot with vertical values, which grows with the number of series labels to its
    right.
    """
    return min(max(PLOT_HEIGHT, (len(chart.data.series) - 1) * LINE), _HIGHEST)


def measure_widest_value(chart: Chart, data: ChartData, ruler: Ruler) -> float:
    """Return the width of the widest value label."""
    return ruler.measure_widest(
        format_bar_value(chart, data, place, index)
        for place, series in enumerate(data.series)
        for index, value in enumerate(series.values)
        if value is not None
    )


def format_bar_value(chart: Chart, data: ChartData, place: int, index: int) -> str:
    """Format the value label of a bar; ``place`` is the index of the series. Changes have a plus or minus
    sign.
    """
    series = data.series[place]
    value = series.values[index] or 0.0
    return format_amount(chart, value, series.decimals, sign=get_kind(chart).is_change(data, index))


Span = tuple[float, float]  # start and end on the value axis


def compute_spans(chart: Chart, data: ChartData) -> list[list[Span | None]]:
    """Return the start and end of each bar, band or point on the value axis, by series and category.

    A missing value is None. Stacks grow upwards from zero with positive values, and downwards with negative
    values.
    """
    if own := get_plot_kind(chart).compute_spans(chart, data):
        return own
    if not chart.stacked:
        return [[None if v is None else (0.0, v) for v in series.values] for series in data.series]
    count = len(data.categories)
    ups, downs = [0.0] * count, [0.0] * count
    found: list[list[Span | None]] = []
    for series in data.series:
        line: list[Span | None] = []
        for index, value in enumerate(_scale_to_percent(chart, data, series.values)):
            if value is None:
                line.append(None)
                continue
            ends = ups if value >= 0 else downs
            line.append((ends[index], ends[index] + value))
            ends[index] += value
        found.append(line)
    return found


def _scale_to_percent(chart: Chart, data: ChartData, values: tuple[float | None, ...]) -> list[float | None]:
    if not chart.percent:
        return list(values)
    totals = [sum(s.values[index] or 0.0 for s in data.series) for index in range(len(values))]
    return [
        None if value is None else 100 * value / total if total else 0.0
        for value, total in zip(values, totals, strict=True)
    ]


_LABEL_GAP = 3.0  # points between a bar and its value label
LEADER_FROM = 1.5  # points; a label farther from its line has a leader
_STEP = 3.0  # points between the boxes that approximate a line
_LINE_HALF = 1.2


def place_value(plan: Plan, value: float) -> float:
    """Return the position of a value in the plot area: y, or x for horizontal bars."""
    fraction = plan.scale.get_fraction(value)
    return fraction * plan.width if plan.horizontal else (1 - fraction) * plan.height


def place_category(plan: Plan, index: int) -> float:
    """Return the centre of a category in the plot area: x, or y for horizontal bars."""
    axis, positions = plan.axis, plan.data.positions
    fraction = axis.get_fraction(float(index) if axis.slots or positions is None else positions[index])
    return fraction * (plan.height if plan.horizontal else plan.width)


def place_bars(plan: Plan) -> Iterator[tuple[int, int, Span, Box]]:
    """Yield the series index, category index, value span and bounding box of each bar, in series order."""
    data, labels = plan.data, plan.chart.data.labels
    groups = 1 if plan.chart.stacked else len(labels if data.panels else data.series)
    size = (plan.height if plan.horizontal else plan.width) / len(data.categories)
    pitch = min(size * plan.cluster_fraction / groups, plan.max_bar_width)
    half = pitch * (0.94 if groups > 1 else 1.0) / 2
    for index, line in enumerate(compute_spans(plan.chart, data)):
        own = labels.index(data.series[index].label) if groups > 1 else 0
        for category, span in enumerate(line):
            if span is None:
                continue
            middle = place_category(plan, category) + (own - (groups - 1) / 2) * pitch
            low, high = sorted((place_value(plan, span[0]), place_value(plan, span[1])))
            box = (low, middle - half, high, middle + half)
            yield index, category, span, box if plan.horizontal else (box[1], low, box[3], high)


def place_points(plan: Plan) -> Iterator[tuple[int, list[tuple[int, Point]]]]:
    """Yield each series index with its points as pairs of category index and position, omitting missing
    values.

    The points of a band are on its upper edge.
    """
    for index, line in enumerate(compute_spans(plan.chart, plan.data)):
        places = ((i, span) for i, span in enumerate(line) if span is not None)
        yield index, [(i, (place_category(plan, i), place_value(plan, span[1]))) for i, span in places]


def format_value(plan: Plan, series: int, value: float) -> str:
    """Format a series' value as in a value label."""
    return format_amount(plan.chart, value, plan.data.series[series].decimals)


def place_bar_label(plan: Plan, box: Box, value: float, words: str, ruler: Ruler) -> Box:
    """Return the bounding box of the value label at the end of the bar ``box``."""
    width = ruler.measure_bold(words)
    left, top, right, bottom = box
    if plan.horizontal:
        middle = (top + bottom) / 2
        start = right + _LABEL_GAP if value >= 0 else left - _LABEL_GAP - width
        return (start, middle - LINE / 2, start + width, middle + LINE / 2)
    middle = (left + right) / 2
    foot = top - 1 if value >= 0 else bottom + 1 + LINE
    return (middle - width / 2, foot - LINE, middle + width / 2, foot)


def split_reference_line(plan: Plan, at: float, ruler: Ruler) -> list[tuple[float, float]]:
    """Return the segments of a vertical reference line at the x position ``at`` that cross no value label."""
    spans_, top = list[tuple[float, float]](), 0.0
    for series, _, span, box in (
        sorted(place_bars(plan), key=lambda bar: bar[3][1]) if plan.shows_values else ()
    ):
        left, start, right, end = place_bar_label(
            plan, box, span[1], format_value(plan, series, span[1]), ruler
        )
        if left - 1 < at < right + 1:
            spans_.append((top, start))
            top = end
    return [*spans_, (top, plan.height)]


def place_end_labels(plan: Plan) -> list[tuple[EndLabel, float, float]]:
    """Return each end label with its value's position and the label's centre, moved to avoid overlaps."""
    wanted = [place_value(plan, end.value) for end in plan.end_labels]
    sizes = [len(end.lines) * LINE for end in plan.end_labels]
    return list(
        zip(plan.end_labels, wanted, spread_labels(wanted, sizes, -LINE, plan.height + LINE / 2), strict=True)
    )


def find_line_end(plan: Plan, end: EndLabel) -> float:
    """Return the x position at which the line, band or bar with this end label ends."""
    if end.series < 0:
        return plan.width
    return plan.axis.get_fraction(end.last) * plan.width + plan.slot_width * plan.cluster_fraction / 2


def needs_leader(plan: Plan, end: EndLabel, target: float, centre: float) -> bool:
    """Return whether an end label is so far from its line, band or bar that it needs a leader."""
    slack = plan.slot_width * (1 - plan.cluster_fraction)
    return abs(centre - target) > LEADER_FROM or plan.width - find_line_end(plan, end) > GAP + slack


@dataclass(frozen=True, slots=True)
class StartLabel:
    """The label at the first value of a line, with the line's series and category indices."""

    series: int
    category: int
    words: str
    box: Box


def place_start_labels(plan: Plan, ruler: Ruler) -> list[StartLabel]:
    """Return the labels of lines' first values, above or below the points, where the labels touch nothing.

    If lines are highlighted, only these have such labels; otherwise all lines have them, unless there are
    more than two.
    """
    chart, data = plan.chart, plan.data
    if not get_plot_kind(chart).labels_starts or data.panels or not plan.end_labels:
        return []
    chosen = [i for i, series in enumerate(data.series) if chart.highlight and not chart.is_pale(series)]
    chosen = chosen or (list(range(len(data.series))) if len(data.series) <= 2 else [])
    taken, found = collect_obstacles(plan, ruler), []
    for index, points in place_points(plan):
        if index not in chosen or len(points) < 2:
            continue
        category, (x, y) = points[0]
        words = format_value(plan, index, data.series[index].values[category] or 0.0)
        width, left = ruler.measure_bold(words), max(0.0, x - ruler.measure_bold(words) / 2)
        for top in (y - DOT_HALF - 1.5 - LINE, y + DOT_HALF + 1.5):
            box = (left, top, left + width, top + LINE)
            if 0 <= top <= plan.height - LINE and not any(touches(box, other) for other in taken):
                found.append(StartLabel(index, category, words, box))
                taken.append(box)
                break
    return found


def collect_obstacles(plan: Plan, ruler: Ruler) -> list[Box]:
    """Return the bounding boxes that text must not touch: bars or points, value labels, and reference and
    annotation lines.
    """
    found = list(get_plot_kind(plan.chart).iter_boxes(plan, ruler))
    for mark in plan.chart.marks:
        at = place_value(plan, mark.value)
        found.append(
            (at - 1, 0.0, at + 1, plan.height) if plan.horizontal else (0.0, at - 1, plan.width, at + 1)
        )
    for annotation in plan.annotations:
        x = annotation.fraction * plan.width
        found.append((x - 1, 0.0, x + 1, plan.height))
    return found


def iter_bar_boxes(plan: Plan, ruler: Ruler) -> Iterator[Box]:
    """Yield the bounding boxes of bars and of their value labels."""
    for series, _, span, box in place_bars(plan):
        yield box
        if plan.shows_values:
            yield place_bar_label(plan, box, span[1], format_value(plan, series, span[1]), ruler)


def iter_point_boxes(plan: Plan) -> Iterator[Box]:
    """Yield the bounding box of each point's marker."""
    for _, points in place_points(plan):
        for _, (x, y) in points:
            yield (x - DOT_HALF, y - DOT_HALF, x + DOT_HALF, y + DOT_HALF)


def iter_line_boxes(plan: Plan, *, filled: bool = False) -> Iterator[Box]:
    """Yield small boxes that cover lines and points; if ``filled``, the boxes extend down to the axis."""
    for _, points in place_points(plan):
        for _, (x, y) in points:
            yield (x - DOT_HALF, y - DOT_HALF, x + DOT_HALF, y + DOT_HALF)
        for (i, (x, y)), (j, (end_x, end_y)) in pairwise(points):
            if j - i > 1 and not filled and plan.data.dates is None:
                continue
            count = max(1, int(max(abs(end_x - x), abs(end_y - y)) / _STEP))
            for step in range(count):
                a, b = step / count, (step + 1) / count
                left, right = x + (end_x - x) * a, x + (end_x - x) * b
                one, other = sorted((y + (end_y - y) * a, y + (end_y - y) * b))
                foot = plan.height if filled else other + _LINE_HALF
                yield (left - _LINE_HALF, one - _LINE_HALF, right + _LINE_HALF, foot)
