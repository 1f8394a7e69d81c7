"""Define the base classes of chart kinds.

A kind derives from ``PlotKind`` if it has axes, from ``FreeKind`` if it has another layout, and from
``TableKind`` if it becomes a table. Its methods are called by the reader, the drawing, the deck and the
guide.
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
    """The entry of a kind in the guide: its use, the data that it needs, and an example with alt text."""

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
    """The meaning of a colour in a waterfall chart, as an index into the theme's series colours.

    The three colours also differ in lightness.
    """

    FALL = 0
    RISE = 1
    TOTAL = 5


class NativeSeries(NamedTuple):
    """A series of a native chart, its mark, and the series or role that determines its colour."""

    column: Series
    mark: SeriesMark
    look: Series | ColourRole


class SizeKey(NamedTuple):
    """A circle in the size legend of a bubble chart, with its label; positions are relative to the plot."""

    x: float
    y: float
    radius: float
    words: str


class ChartKind(ABC):
    """A kind of chart, selected by ``type=``."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Return the value of ``type=`` for the kind."""

    @property
    @abstractmethod
    def guide(self) -> GuideEntry:
        """Return the entry of the kind in the guide."""

    @property
    @abstractmethod
    def options(self) -> frozenset[str]:
        """Return the attributes that the kind supports in addition to those of all kinds."""

    @abstractmethod
    def read(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        """Read the data of a chart from ``file``. Raise ``DataError`` for unsuitable data."""

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
        """Raise ``DataError`` CHT001 for data that the kind cannot show correctly."""
        del data, options

    has_one_series = False
    """A chart shows one column of values."""
    crossing = ""
    """What crosses in a plot, such as lines, of which too many are hard to follow."""

    def is_horizontal_by_default(self, data: ChartData) -> bool:
        """Return whether bars are horizontal if the author does not set ``horizontal=``."""
        return False

    def describe(self, chart: Chart, names: Sequence[str], labels: Labels) -> Iterator[str]:
        """Yield the sentences of the alternative text; ``names`` are the labels of the categories."""
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
        """Convert the data to a table."""


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
        """Return the chart with a category for each date that is missing between its bars."""
        return chart

    def is_change(self, data: ChartData, index: int) -> bool:
        """Return whether the value at the category ``index`` is a change, which is written with its sign."""
        return False

    def adapt_to_native_chart(self, chart: Chart) -> Chart:
        """Return the chart, or a chart of another kind if a native chart of this kind would be misleading."""
        return chart

    @abstractmethod
    def get_native_form(self, chart: Chart) -> NativeForm:
        """Return the type of native chart that shows ``chart``, which may be one of its panels."""

    def list_native_series(self, chart: Chart) -> list[NativeSeries]:
        """Return the series of the native chart, by default those of the data."""
        return [
            NativeSeries(series, self.get_series_mark(chart, index), series)
            for index, series in enumerate(chart.data.series)
        ]

    def get_series_mark(self, chart: Chart, series: int) -> SeriesMark:
        """Return the mark of the series with the index ``series``."""
        return SeriesMark.BAR


class FreePlan(Protocol):
    """The layout of a chart without axes."""

    @property
    def total_height(self) -> float:
        """The height in points."""

    @property
    def legend_entries(self) -> Sequence[LegendEntry]:
        """The entries of the legend above the chart."""

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draw the chart with its top left corner at ``left`` and ``top``."""


class FreeKind(DrawnKind):
    """A kind with a layout of its own instead of axes."""

    @abstractmethod
    def plan(self, chart: Chart, data: ChartData, max_width: float, theme: Theme) -> FreePlan:
        """Lay out the data of a chart or panel in at most ``max_width`` points of width."""


class PlotKind(DrawnKind):
    """A kind whose marks are placed on axes."""

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
        """Draw all series of a plot."""

    @abstractmethod
    def iter_boxes(self, plan: Plan, ruler: Ruler) -> Iterator[Box]:
        """Yield the boxes of the marks, which labels must not touch."""

    @abstractmethod
    def find_target(self, plan: Plan, pointer: Pointer, ruler: Ruler) -> Box:
        """Return the box of the mark, and of its value, that a callout points to."""

    def make_axis(self, chart: Chart, data: ChartData) -> CategoryAxis | None:
        """Return the axis of categories, or None for slots or the range of the positions."""
        return None

    def has_values_below_axis(self, chart: Chart, data: ChartData) -> bool:
        """Return whether value labels are at the foot of the plot, where the category labels would begin."""
        return min(data.numbers, default=0.0) < 0

    def iter_axis_values(self, chart: Chart) -> Iterator[float]:
        """Yield the values that the axis must include: those of the data, or the ends of stacks."""
        yield from chart.data.stack_ends if chart.stacked else chart.data.numbers

    def includes_zero(self, chart: Chart) -> bool:
        """Return whether the value axis includes zero."""
        return True

    def compute_spans(self, chart: Chart, data: ChartData) -> list[list[ValueSpan | None]] | None:
        """Return the ends of each series' marks, or None if they start at zero or are stacked."""
        return None

    def measure_height_below(self, height: float) -> float:
        """Return the height in points that the kind needs below a plot and its axis labels."""
        return 0.0

    def make_size_keys(self, plan: Plan, ruler: Ruler) -> Sequence[SizeKey]:
        """Return the entries of the size legend below the plot."""
        return ()

    def get_label_distance(self, plan: Plan, index: int) -> float:
        """Return the distance in points between the centre of a point and its label."""
        return DOT_HALF


KINDS: dict[str, ChartKind] = {}


def get_kind(chart: Chart) -> DrawnKind:
    """Return the kind of ``chart``."""
    kind = KINDS[chart.kind]
    assert isinstance(kind, DrawnKind)
    return kind


def get_plot_kind(chart: Chart) -> PlotKind:
    """Return the kind of ``chart``, which must have axes."""
    kind = KINDS[chart.kind]
    assert isinstance(kind, PlotKind)
    return kind
