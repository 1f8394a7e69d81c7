"""Define the base classes of chart types.

A chart type is derived from ``PlotChartType`` if it has axes, from ``AxislessChartType`` if it is drawn
without axes, and from ``TableChartType`` if it becomes a table. The reader, the drawing, the deck and the
guide call its methods.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from triptych.extensions import ExtensionGroup, load_extension, require_kind
from triptych.model.charts import ChartCallout, ChartData, Series
from triptych.model.nodes import Chart

if TYPE_CHECKING:
    from triptych.charts.axes import CategoryAxis, ValueAxis
    from triptych.charts.canvas import Box, Canvas, TextRuler
    from triptych.charts.legend import LegendEntry
    from triptych.charts.native import NativeChartType
    from triptych.charts.options import ChartOptions
    from triptych.charts.painting import PlotPainter
    from triptych.charts.plot_layout import PlacedCallout, PlotLayout
    from triptych.data.data_file import DataFile
    from triptych.diagnostics import Span
    from triptych.languages.labels import Labels
    from triptych.model.nodes import Attr, Inline, Table
    from triptych.theme.theme import Theme

PLOT_OPTIONS = frozenset(
    "facet facet-columns scales build x-title y-title y-min y-max callout".split()
    + "annotate reference-line highlight".split()
)
MARKER_RADIUS = 3.0  # points; half the size of a point marker, with clearance
ValueSpan = tuple[float, float]  # start and end of a bar, band or line point on the value axis


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeGuideEntry:
    """The guide's entry for a chart type: its use, the data it needs, and an example with alt text."""

    use: str
    data: str
    example: str
    alt_text: str


class SeriesMark(StrEnum):
    """The shape that represents the values of a series, such as bars or a line."""

    LINE = "line"
    DOTS = "dots"
    BAR = "bar"
    BAND = "band"
    BUBBLE = "bubble"
    BOX = "box"
    TICK = "tick"
    HIDDEN = "hidden"
    CONNECTOR = "join"
    VALUE_LABELS = "words"


class ColourRole(IntEnum):
    """The roles of bars in a waterfall chart. The values are indices into the theme's series colours.

    The three colours also differ in lightness.
    """

    FALL = 0
    RISE = 1
    TOTAL = 5


class NativeSeries(NamedTuple):
    """A series of a native chart, with its shape, and the data series or role that gives its colour.

    ``labels`` are fixed labels of its points, by category. ``number_format`` is the format code of its cells,
    or "" for one with the decimal places of the data. ``formula`` computes the cells, if it is not empty; in
    it, ``{value}`` is the cell of the first visible series in the same row, and ``{values}`` its column.
    """

    series: Series
    mark: SeriesMark
    colour_source: Series | ColourRole
    labels: tuple[str, ...] = ()
    number_format: str = ""
    formula: str = ""


class SizeLegendEntry(NamedTuple):
    """A reference circle with its label, in the size legend of a bubble chart.

    Positions and the radius are in points, relative to the top left corner of the plot area.
    """

    x: float
    y: float
    radius: float
    text: str


class ChartType(ABC):
    """A chart type, selected by ``type=``."""

    @property
    @abstractmethod
    def name(self) -> str:
        """The value of ``type=`` that selects the chart type."""

    @property
    @abstractmethod
    def guide_entry(self) -> TypeGuideEntry:
        """The guide's entry for the chart type."""

    @property
    @abstractmethod
    def options(self) -> frozenset[str]:
        """The attributes that the chart type supports in addition to those of all charts."""

    @abstractmethod
    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        """Read a chart's data. Raise ``DataError`` if it is unsuitable."""

    def __str__(self) -> str:
        return self.name

    sorts_rows = False
    """Whether rows are sorted by position on the category axis, as for lines."""
    allows_repeated_positions = False
    """Whether two rows of a series may have the same position on the category axis."""
    has_points = False
    """Whether each row is a point, which may have a name."""
    date_attributes: tuple[str, ...] = ("x",)
    """The chart attributes that name columns in which dates are recognised."""
    summarises_rows = False
    """Whether rows are aggregated, so that the limit for values does not apply to their number."""
    value_attribute = "y"
    """The chart attribute that names the value columns."""

    def check_data(self, data: ChartData, options: ChartOptions) -> None:
        """Raise ``DataError`` CHT001 if the chart type cannot show the data correctly."""
        del data, options

    has_one_series = False
    """Whether a chart of this type can show only one value column."""
    crossing_shapes = ""
    """The plural noun for shapes that may cross, "lines" or "areas", in the warning about their number."""

    def is_horizontal_by_default(self, data: ChartData) -> bool:
        """Return whether bars are horizontal unless the author sets ``horizontal=``."""
        return False

    def describe(self, chart: Chart, category_labels: Sequence[str], labels: Labels) -> Iterator[str]:
        """Yield the sentences of the alt text, in the language of ``labels``.

        ``category_labels`` are the category labels shown in the chart.
        """
        return iter(())


class TableChartType(ChartType):
    """A chart type that is converted to a table, such as a heat map."""

    @abstractmethod
    def make_table(
        self,
        data: ChartData,
        attr: Attr,
        unit: str,
        caption: tuple[Inline, ...],
        span: Span,
        language: str,
    ) -> Table:
        """Convert the chart's data to a table."""


class DrawnChartType(ChartType):
    """A chart type that is drawn as SVG and as a native PowerPoint chart."""

    has_axes = False
    has_slots = False
    """Whether each category has a slot of equal width on the axis, for example for its bars."""
    has_rows = False
    """Whether categories are in rows, which may continue on another slide."""
    connects_values = False
    """Whether lines connect each value to the next."""

    def add_missing_categories(self, chart: Chart) -> Chart:
        """Return the chart with an empty category for each missing date between its bars."""
        return chart

    def iter_rows(self, chart: Chart, *, machine_readable: bool) -> Iterator[tuple[str, ...]] | None:
        """Return the rows of the data table, or None for the default: a column for each series."""
        return None

    def is_change(self, data: ChartData, index: int) -> bool:
        """Return whether the value of a category is a change, which is shown with a plus or minus sign."""
        return False

    def get_value_suffix(self, chart: Chart, data: ChartData, index: int) -> str:
        """Return the text after the value in the label of a bar."""
        return ""

    def get_unit(self, chart: Chart, label: str) -> str:
        """Return the unit of the series with this label."""
        return chart.unit

    def get_legend_label(self, chart: Chart, label: str) -> str:
        """Return the text of the legend for the series with this label."""
        return label

    def adapt_to_native_chart(self, chart: Chart) -> Chart:
        """Return the chart, or another chart type if a native chart of this type would be misleading."""
        return chart

    @abstractmethod
    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        """Return the native chart type of a chart, which may be a panel of small multiples."""

    def list_native_series(self, chart: Chart) -> list[NativeSeries]:
        """Return the series of the native chart, which are those of the data by default."""
        return [
            NativeSeries(series, self.get_series_mark(chart, index), series)
            for index, series in enumerate(chart.data.series)
        ]

    def get_series_mark(self, chart: Chart, series_index: int) -> SeriesMark:
        """Return the shape that represents the values of a series, such as bars or a line."""
        return SeriesMark.BAR


class AxislessLayout(Protocol):
    """The layout of a chart without axes."""

    @property
    def total_height(self) -> float:
        """The height of the chart in points, without the legend above it."""

    @property
    def legend_entries(self) -> Sequence[LegendEntry]:
        """The entries of the legend above the chart."""

    def draw(self, canvas: Canvas, left: float, top: float) -> None:
        """Draw the chart with its top left corner at ``left``, ``top``."""


class AxislessChartType(DrawnChartType):
    """A chart type without axes, such as a pie chart."""

    @abstractmethod
    def lay_out(self, chart: Chart, data: ChartData, max_width: float, theme: Theme) -> AxislessLayout:
        """Lay out the data of a chart or of a panel within ``max_width`` points."""


class PlotChartType(DrawnChartType):
    """A chart type with a value axis and a category axis."""

    has_axes = True
    starts_at_zero = False
    """Whether values are shown by lengths or areas, so that the value axis must start at zero."""
    is_continuous = False
    """Whether the category axis is continuous, so that annotations may be between two categories."""
    has_baseline = True
    """Whether the category axis is drawn as a line."""
    is_stacked = False
    """Whether the bars of a category are always in one row or column."""
    has_whole_ticks = False
    """Whether the ticks of the value axis are whole numbers."""
    has_value_labels = False
    """Whether bars have value labels instead of a value axis, if there are few of them."""
    has_end_labels = False
    """Whether series are labelled at their ends, to the right of the plot."""
    has_start_labels = False
    """Whether the first value of a line has a label."""

    @abstractmethod
    def draw_marks(self, painter: PlotPainter) -> None:
        """Draw the bars, lines, areas or points of all series in a plot."""

    @abstractmethod
    def iter_boxes(self, layout: PlotLayout, ruler: TextRuler) -> Iterator[Box]:
        """Yield the bounding boxes of bars, lines or points, which labels must not touch."""

    def iter_missing_marks(self, layout: PlotLayout, ruler: TextRuler) -> Iterator[PlacedCallout]:
        """Yield the marks of missing values, which are drawn in grey."""
        return iter(())

    @abstractmethod
    def locate_target(self, layout: PlotLayout, callout: ChartCallout, ruler: TextRuler) -> Box:
        """Return the bounding box of a callout's bar or point, including the value label."""

    def has_band(self, chart: Chart) -> bool:
        """Return whether the ranges around values are drawn as a band, and not as error bars."""
        return False

    def make_value_axis(self, chart: Chart) -> ValueAxis | None:
        """Return the value axis, or None for the default: round limits for the values."""
        return None

    def make_second_axis(self, chart: Chart, first_axis: ValueAxis) -> ValueAxis | None:
        """Return the value axis at the right, or None if all series have the same axis."""
        return None

    def make_category_axis(self, chart: Chart, data: ChartData) -> CategoryAxis | None:
        """Return the category axis, or None for the default: slots, or the range of the positions."""
        return None

    def has_values_below_axis(self, chart: Chart, data: ChartData) -> bool:
        """Return whether value labels at the bottom of the plot displace the category labels downwards."""
        return min(data.numbers, default=0.0) < 0

    def iter_axis_values(self, chart: Chart) -> Iterator[float]:
        """Yield the values that the value axis must include: those of the data, or the ends of stacks."""
        yield from chart.data.stack_ends if chart.stacked else chart.data.numbers
        yield from chart.data.range_ends

    def includes_zero(self, chart: Chart) -> bool:
        """Return whether the value axis includes zero."""
        return True

    def compute_spans(self, chart: Chart, data: ChartData) -> list[list[ValueSpan | None]] | None:
        """Return the start and end of each bar on the value axis, by series and category.

        Return None if bars start at zero or are stacked.
        """
        return None

    def measure_size_legend_height(self, plot_height: float) -> float:
        """Return the height in points reserved for a size legend below the axis labels."""
        return 0.0

    def make_size_legend(self, layout: PlotLayout, ruler: TextRuler) -> Sequence[SizeLegendEntry]:
        """Return the entries of the size legend below the plot. Only bubble charts have any."""
        return ()

    def get_label_distance(self, layout: PlotLayout, index: int) -> float:
        """Return the distance in points between the centre of a point and its label."""
        return MARKER_RADIUS


CHART_TYPES: dict[str, ChartType] = {}


def find_chart_type(name: str) -> ChartType | None:
    """Return the chart type with this name, possibly from an extension, or None.

    Raise ``ExtensionError`` if the extension cannot be used.
    """
    if (kind := CHART_TYPES.get(name)) is not None:
        return kind
    extension = load_extension(ExtensionGroup.CHART_TYPES, name)
    return extension and require_kind(
        ExtensionGroup.CHART_TYPES,
        name,
        extension,
        ChartType,  # type: ignore[type-abstract]
    )


def get_chart_type(chart: Chart) -> DrawnChartType:
    """Return the chart type of a chart that is not a table."""
    kind = find_chart_type(chart.kind)
    assert isinstance(kind, DrawnChartType)
    return kind


def get_plot_chart_type(chart: Chart) -> PlotChartType:
    """Return the chart type of a chart that has axes."""
    kind = find_chart_type(chart.kind)
    assert isinstance(kind, PlotChartType)
    return kind
