"""What a kind of chart must answer.

A kind is a class of one of three families: ``PlotKind`` has axes, ``FreeKind`` a layout of its own, and
``TableKind`` becomes a table. Its instance in ``KINDS`` is what reading, drawing, the deck and the guide ask.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from triptych.model.charts import ChartData, Pointer, Series
from triptych.model.nodes import Chart

if TYPE_CHECKING:
    from triptych.charts.axes import CategoryAxis
    from triptych.charts.canvas import Box, Canvas, Ruler
    from triptych.charts.legend import LegendEntry
    from triptych.charts.native import NativeForm
    from triptych.charts.options import ChartOptions
    from triptych.charts.painting import PlotPainter
    from triptych.charts.plan import Plan
    from triptych.data.columns import DataFile
    from triptych.diagnostics import Span
    from triptych.languages.labels import Labels
    from triptych.model.nodes import Attr, Inline, Table
    from triptych.theme.theme import Theme

PLOT_OPTIONS = frozenset(
    "facet facet-columns build x-title y-title y-min y-max callout annotate reference-line highlight".split()
)
DOT_HALF = 3.0  # points, of a dot with the air around it
ValueSpan = tuple[float, float]  # where a mark begins and ends on the value axis


@dataclass(frozen=True, slots=True, kw_only=True)
class GuideEntry:
    """A kind in the guide: when to use it, the data it needs, and an example with its alt text."""

    use: str
    data: str
    example: str
    shows: str


class SeriesMark(StrEnum):
    """How the values of a series are drawn."""

    LINE = "line"
    DOTS = "dots"
    BAR = "bar"
    BAND = "band"
    BUBBLE = "bubble"
    BOX = "box"
    TICK = "tick"
    HIDDEN = "hidden"
    JOIN = "join"
    WORDS = "words"


class ColourRole(IntEnum):
    """What a mark says by its colour, as a place among the theme's colours that differ in lightness too."""

    FALL = 0
    RISE = 1
    TOTAL = 5


class NativeSeries(NamedTuple):
    """A series of a native chart, its mark, and the series of the data or the role whose colour it has."""

    column: Series
    mark: SeriesMark
    look: Series | ColourRole


class SizeKey(NamedTuple):
    """A circle that stands for a size, from the corner of a plot, and the words beside it."""

    x: float
    y: float
    radius: float
    words: str


class ChartKind(ABC):
    """A kind of chart, as ``type=`` names it."""

    @property
    @abstractmethod
    def name(self) -> str:
        """What ``type=`` calls the kind."""

    @property
    @abstractmethod
    def guide(self) -> GuideEntry:
        """Its entry in the guide."""

    @property
    @abstractmethod
    def options(self) -> frozenset[str]:
        """The attributes that it takes beside those of all kinds."""

    @abstractmethod
    def read(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        """Read the data of a chart from its file. Raises ``DataError``."""

    def __str__(self) -> str:
        return self.name

    sorts_rows = False
    """Rows follow the axis from its first place to its last."""
    allows_repeated_positions = False
    """Two rows of a series may have the same place on the axis."""
    has_points = False
    """Each row is a point, which may have a name."""
    reads_dates = True
    """Dates of the column ``x`` are places on an axis."""
    summarises_rows = False
    """Rows are counted, so that there may be many."""
    value_attribute = "y"
    """The attribute that names the columns of values."""

    def check(self, data: ChartData, options: ChartOptions) -> None:
        """Raise ``DataError`` CHT001 for data that the kind would show falsely."""
        del data, options

    has_one_series = False
    """A chart shows one column of values."""
    crossing = ""
    """What crosses in a plot, such as lines, of which too many are hard to follow."""

    def is_horizontal_by_default(self, data: ChartData) -> bool:
        """Return whether bars are horizontal unless the author sets it."""
        return False

    def describe(self, chart: Chart, names: Sequence[str], labels: Labels) -> Iterator[str]:
        """Yield the sentences of the alternative text; ``names`` are those of the categories."""
        return iter(())


class TableKind(ChartKind):
    """A kind that becomes a table."""

    @abstractmethod
    def make_table(
        self,
        data: ChartData,
        attr: Attr,
        unit: str,
        caption: tuple[Inline, ...],
        span: Span,
        language: str,
        *,
        note: tuple[Inline, ...] = (),
        source: tuple[Inline, ...] = (),
    ) -> Table:
        """Return the data as a table."""


class DrawnKind(ChartKind):
    """A kind that is drawn."""

    has_axes = False
    has_slots = False
    """Each category has a slot, which bars fill."""
    has_rows = False
    """Categories stand in rows, which may go on on another slide."""
    connects_values = False
    """Lines lead from each value to the next."""

    def add_missing_categories(self, chart: Chart) -> Chart:
        """Return the chart with what its data leave out, such as dates between bars."""
        return chart

    def is_change(self, data: ChartData, index: int) -> bool:
        """Return whether the value at a category is a change, which is written with its sign."""
        return False

    def adapt_to_native_chart(self, chart: Chart) -> Chart:
        """Return the chart, or another in place of one that native charts would draw falsely."""
        return chart

    @abstractmethod
    def get_native_form(self, chart: Chart) -> NativeForm:
        """Return the native chart that shows a chart, or one of its panels."""

    def list_native_series(self, chart: Chart) -> list[NativeSeries]:
        """Return the series of the native chart: those of the data."""
        return [
            NativeSeries(series, self.get_series_mark(chart, index), series)
            for index, series in enumerate(chart.data.series)
        ]

    def get_series_mark(self, chart: Chart, series: int) -> SeriesMark:
        """Return how a series is drawn."""
        return SeriesMark.BAR


class FreePlan(Protocol):
    """The layout of a chart without axes: its height and what it needs of a legend."""

    @property
    def total_height(self) -> float:
        """The height in points."""

    @property
    def legend_entries(self) -> Sequence[LegendEntry]:
        """The entries of its legend."""

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draw the chart from a place on."""


class FreeKind(DrawnKind):
    """A kind with a layout of its own instead of axes."""

    @abstractmethod
    def plan(self, chart: Chart, data: ChartData, room: float, theme: Theme) -> FreePlan:
        """Lay out a chart, or the data of a panel, in a room of so many points."""


class PlotKind(DrawnKind):
    """A kind whose marks stand on axes."""

    has_axes = True
    starts_at_zero = False
    """Lengths and areas stand for values, so that the value axis begins at zero."""
    is_continuous = False
    """There are places between two categories."""
    has_whole_ticks = False
    """The value axis counts things."""
    labels_values = False
    """Few bars carry their values, and then need no axis."""
    labels_ends = False
    """Series are named where they end, beside the plot."""
    labels_starts = False
    """The values from which lines start are written at them."""

    @abstractmethod
    def draw_marks(self, marks: PlotPainter) -> None:
        """Draw all series of a plot, in order."""

    @abstractmethod
    def iter_boxes(self, plan: Plan, ruler: Ruler) -> Iterator[Box]:
        """Yield what the marks cover, which words must not touch."""

    @abstractmethod
    def find_target(self, plan: Plan, pointer: Pointer, ruler: Ruler) -> Box:
        """Return the mark that a callout points to, with its value."""

    def make_axis(self, chart: Chart, data: ChartData) -> CategoryAxis | None:
        """Return the axis of categories if it is neither slots nor the range of the positions."""
        return None

    def has_values_below_axis(self, chart: Chart, data: ChartData) -> bool:
        """Return whether values stand under bars at the foot of the plot, where names would begin."""
        return min(data.numbers, default=0.0) < 0

    def iter_axis_values(self, chart: Chart) -> Iterator[float]:
        """Yield the values that the axis must show: those of the data, or the ends of stacks."""
        yield from chart.data.stack_ends if chart.stacked else chart.data.numbers

    def includes_zero(self, chart: Chart) -> bool:
        """Return whether the value axis shows zero."""
        return True

    def compute_spans(self, chart: Chart, data: ChartData) -> list[list[ValueSpan | None]] | None:
        """Return the ends of each series' marks if they are not stacked or measured from zero."""
        return None

    def measure_height_below(self, height: float) -> float:
        """Return the room that the kind needs under a plot of some height and the names of its axis."""
        return 0.0

    def make_size_keys(self, plan: Plan, ruler: Ruler) -> Sequence[SizeKey]:
        """Return circles that stand for sizes, with their words, in that room."""
        return ()

    def get_label_distance(self, plan: Plan, index: int) -> float:
        """Return how far from the middle of a point its name must be."""
        return DOT_HALF


KINDS: dict[str, ChartKind] = {}


def kind_of(chart: Chart) -> DrawnKind:
    """Return the kind of a chart in the model."""
    kind = KINDS[chart.kind]
    assert isinstance(kind, DrawnKind)
    return kind


def plot_kind(chart: Chart) -> PlotKind:
    """Return the kind of a chart that has axes."""
    kind = KINDS[chart.kind]
    assert isinstance(kind, PlotKind)
    return kind
