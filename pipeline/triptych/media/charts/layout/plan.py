"""How a plot is laid out: its scales, and the margins that their names take. Lengths are in points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triptych.media.charts.axes.amounts import amount
from triptych.media.charts.axes.places import PlaceAxis, Tick
from triptych.media.charts.axes.scales import ValueScale, linear_scale, reaches, value_scale
from triptych.media.charts.canvas import LINE, Across, Ruler
from triptych.model.charts import ChartData
from triptych.model.nodes import Chart

MOST_LABELLED_BARS = 14
PLOT_HEIGHT = 118.0
_HIGHEST = 176.0  # of a plot that stands
REMARK_WIDTH = 92.0
CLUSTER = 0.72  # of a slot, for its bars
THICKEST = 90.0
LEAST_SHARE = 0.3  # of the room, for the plot itself
ABOVE = 3.0  # a highest name of values reaches over the plot by half its height


@dataclass(frozen=True, slots=True)
class EndName:
    """Words at the right of the plot, at the height of a value; ``series`` is -1 for a reference line."""

    value: float
    lines: tuple[str, ...]
    series: int
    last: float = 0.0  # the place where the line ends


@dataclass(frozen=True, slots=True)
class Remark:
    """An annotation's lines over the plot, in a row counted from below."""

    share: float
    lines: tuple[str, ...]
    row: int
    start: float  # of the words, in points from the plot's left edge


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedCallout:
    """A callout's lines from the top left corner of the plot area on, above which ``top`` is below zero.

    ``leader`` goes from the words to their mark, where these do not stand by it; ``across`` is the side of
    the lines that stands straight, the one at the mark.
    """

    lines: tuple[str, ...]
    left: float
    top: float
    leader: tuple[tuple[float, float], ...] = ()
    across: Across = "left"


@dataclass(frozen=True, slots=True)
class PointName:
    """The name of a point of a scatter chart, and whether the point stands back behind highlighted ones."""

    words: PlacedCallout
    is_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything about one plot but where its top left corner is.

    ``cluster`` is what the bars of a slot take of it, ``thickest`` a bar at the most.
    """

    chart: Chart
    data: ChartData
    scale: ValueScale
    axis: PlaceAxis
    lying: bool
    labelled: bool
    left: float
    right: float
    top: float
    bottom: float
    width: float  # of the plot area
    height: float
    ticks: tuple[Tick, ...]
    turned: bool = False
    ends: tuple[EndName, ...] = ()
    remarks: tuple[Remark, ...] = ()
    callouts: tuple[PlacedCallout, ...] = ()
    point_names: tuple[PointName, ...] = ()
    cluster: float = CLUSTER
    thickest: float = THICKEST

    @property
    def whole_height(self) -> float:
        """With all margins."""
        return self.top + self.height + self.bottom


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What a plot has to itself, and what it leaves to neighbours in a grid.

    ``scale`` is theirs too, and then lines are named in a legend of all. ``labelled`` says whether bars carry
    their values; None leaves it to the room. A few bars that stand are as wide as ``slot`` for each category,
    and ``further_bar`` for each further bar in it.
    """

    names_left: bool = True
    names_under: bool = True
    height: float = PLOT_HEIGHT
    scale: ValueScale | None = None
    labelled: bool | None = None
    slot: float = 66.0
    further_bar: float = 30.0


def carries_values(chart: Chart, data: ChartData, share: Share) -> bool:
    """Whether bars are so few that each carries its value, and no axis is needed."""
    if share.labelled is not None or share.scale is not None:
        return bool(share.labelled)
    bars = len(data.categories) * len(data.series)
    return chart.kind.traits.bars and not chart.stacked and bars <= MOST_LABELLED_BARS


def own_scale(chart: Chart, data: ChartData, *, labelled: bool) -> ValueScale:
    """The scale of a plot by itself; where bars carry their values it ends with the longest."""
    set_by_author = chart.marks or chart.y_min is not None or chart.y_max is not None
    if labelled and not set_by_author:
        values = (0.0, *(reaches(chart) if chart.kind.traits.running else data.numbers))
        return linear_scale(min(values), max(values), wide=False)
    return value_scale(chart)


def plot_height(chart: Chart) -> float:
    """The height of a plot that stands: more where many series are to be named at its right."""
    return min(max(PLOT_HEIGHT, (len(chart.data.series) - 1) * LINE), _HIGHEST)


def values_width(chart: Chart, data: ChartData, ruler: Ruler) -> float:
    """The width of the widest value that a bar carries."""
    return ruler.widest(
        carried(chart, data, place, index)
        for place, series in enumerate(data.series)
        for index, value in enumerate(series.values)
        if value is not None
    )


def carried(chart: Chart, data: ChartData, place: int, index: int) -> str:
    """What the bar of a series, by its place, carries at a category: its value, or by how much it changes."""
    series = data.series[place]
    value = series.values[index] or 0.0
    change = chart.kind.traits.running and index not in data.totals
    return amount(chart, value, series.decimals, sign=change)


def row_heights(remarks: Sequence[Remark]) -> list[float]:
    """The height of each row of annotations, from below."""
    count = max((remark.row for remark in remarks), default=-1) + 1
    return [max(len(r.lines) for r in remarks if r.row == row) * LINE + 2 for row in range(count)]


def hangs(chart: Chart, data: ChartData) -> bool:
    """Whether values stand under bars at the foot of the plot, where the names of categories would begin."""
    if not chart.kind.traits.running:
        return min(data.numbers, default=0.0) < 0
    lowest, highest = min(reaches(chart)), max(reaches(chart))
    falls = [step[1] for step in data.steps if step is not None and step[1] < step[0]]
    return bool(falls) and min(falls) - lowest < (highest - lowest) * LINE / PLOT_HEIGHT
