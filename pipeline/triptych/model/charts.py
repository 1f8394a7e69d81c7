"""Define the data of charts: series, categories, dates, scales, reference lines and annotations."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum


class Scale(StrEnum):
    """The scale of an axis."""

    LINEAR = "linear"
    LOG = "log"


class FacetScales(StrEnum):
    """The value axes of small multiples: one that all share, or one for each."""

    SHARED = "shared"
    FREE = "free"


class ChartAnimation(StrEnum):
    """The animation of a chart on slides: each click reveals the next series or the next category."""

    NONE = "none"
    SERIES = "series"
    CATEGORY = "category"


class DatePrecision(StrEnum):
    """The precision of the dates in a data file."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """A series of a chart, with one value per category. None leaves a gap.

    ``decimal_places`` is the number of decimal places of each value in the data file, for tables.
    ``label_decimals`` is the number of decimal places in data labels, which show at most three significant
    digits of the largest value. ``panel`` is the name of the small multiple that shows the series.
    """

    label: str
    values: tuple[float | None, ...]
    decimal_places: tuple[int, ...]
    label_decimals: int = 0
    panel: str = ""

    @property
    def adds_up_to_100(self) -> bool:
        """Return whether the values add up to 100, within their rounding errors."""
        known_values = [value for value in self.values if value is not None]
        slack = len(known_values) * 0.5 * float(10.0 ** -max(self.decimal_places, default=0))
        return abs(sum(known_values) - 100) <= slack + 1e-9

    def select_values(self, indices: Sequence[int | None]) -> Series:
        """Return the series with only the values at ``indices``. An index of None leaves a gap."""
        values = tuple(None if index is None else self.values[index] for index in indices)
        places = tuple(0 if index is None else self.decimal_places[index] for index in indices)
        return replace(self, values=values, decimal_places=places)


@dataclass(frozen=True, slots=True)
class Tile:
    """A region of a tile map, with its abbreviation, column and row, counted from 1 at the top left."""

    column: int
    row: int
    label: str


def measure_tile_grid(tiles: Sequence[Tile]) -> tuple[int, int, int, int]:
    """Return the numbers of columns and rows of a tile map, then its lowest column and row."""
    columns, rows = [tile.column for tile in tiles], [tile.row for tile in tiles]
    left, top = min(columns), min(rows)
    return 1 + max(columns) - left, 1 + max(rows) - top, left, top


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartData:
    """The data of a chart.

    ``positions`` are the positions of numeric or date categories on their axis; a date is a year with a
    fraction. ``dates`` have the precision ``date_precision``. ``bin_edges`` are the edges of a histogram's
    bins, one more than there are categories. ``category_name`` is the name of the column with the categories,
    for use if they have no ``category_title``.

    ``panel_title`` is the name of the column that splits the data into panels. ``all_labels`` are the labels
    of all series if this is a subset of the data. ``extra_series`` are additional series for the chart type,
    such as bubble sizes. If ``range_title`` names ranges around the values, such as confidence intervals,
    they are the lower and the upper ends of the ranges. The last ``line_count`` series are drawn as lines
    over bars. ``is_whole`` is true if the values are parts of a whole.

    ``total_indices`` are the indices of a waterfall chart's totals. ``tiles`` are the regions of a tile map,
    one per category. ``series_name`` is the name of the column whose values became the series of the map. If
    ``has_values`` is False, each region of the map belongs to only one series.

    In a scatter chart, ``categories`` are the names of the points, from the column ``point_title``, and
    ``x_values`` are the cells of the x column.
    """

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    category_title: str = ""
    positions: tuple[float, ...] | None = None
    dates: tuple[dt.date, ...] | None = None
    date_precision: DatePrecision | None = None
    bin_edges: tuple[float, ...] | None = None
    panel_title: str = ""
    all_labels: tuple[str, ...] = ()
    category_name: str = ""
    total_indices: tuple[int, ...] = ()
    tiles: tuple[Tile, ...] = ()
    series_name: str = ""
    has_values: bool = True
    is_whole: bool = False
    point_title: str = ""
    x_values: tuple[str, ...] = ()
    extra_series: tuple[Series, ...] = ()
    range_title: str = ""
    line_count: int = 0

    @property
    def waterfall_spans(self) -> tuple[tuple[float, float] | None, ...]:
        """The start and end value of each bar of a waterfall chart, or None for a gap.

        Totals start at zero. Changes start at the end of the preceding bar.
        """
        level, spans = Decimal(), list[tuple[float, float] | None]()
        for index, value in enumerate(self.series[0].values):
            if value is None:
                spans.append(None)
                continue
            start = Decimal() if index in self.total_indices else level
            level = start + convert_to_decimal(value)
            spans.append((float(start), float(level)))
        return tuple(spans)

    @property
    def panels(self) -> tuple[str, ...]:
        """The names of the small multiples, in order; () for a single chart."""
        return tuple(dict.fromkeys(series.panel for series in self.series if series.panel))

    def select_panel(self, panel: str) -> ChartData:
        """Return the data with only the series of the small multiple ``panel``."""
        series_there = tuple(series for series in self.series if series.panel == panel)
        return replace(self, series=series_there, all_labels=self.labels)

    def slice_categories(self, part: slice) -> ChartData:
        """Return the data with only the categories in the slice ``part``."""
        return replace(
            self.select_values(range(len(self.categories))[part]),
            categories=self.categories[part],
            positions=self.positions[part] if self.positions else None,
            dates=self.dates[part] if self.dates else None,
            all_labels=self.labels,
            x_values=self.x_values[part],
        )

    def select_values(self, indices: Sequence[int | None]) -> ChartData:
        """Return the data with only the values at ``indices``. An index of None leaves a gap."""
        return replace(
            self,
            series=tuple(series.select_values(indices) for series in self.series),
            extra_series=tuple(series.select_values(indices) for series in self.extra_series),
        )

    @property
    def ranges(self) -> tuple[tuple[float, float] | None, ...]:
        """The lower and upper end of the range around each value, or None; () if the chart has no ranges."""
        if not self.range_title:
            return ()
        lows, highs = (series.values for series in self.extra_series)
        return tuple(
            None if low is None or high is None else (low, high)
            for low, high in zip(lows, highs, strict=True)
        )

    @property
    def range_ends(self) -> tuple[float, ...]:
        """The ends of all ranges around values."""
        return tuple(end for ends in self.ranges if ends for end in ends)

    @property
    def numbers(self) -> tuple[float, ...]:
        """Return the values of all series, without gaps."""
        return tuple(value for series in self.series for value in series.values if value is not None)

    @property
    def stack_ends(self) -> tuple[float, ...]:
        """Return the top and bottom value of each category's stack, in all panels."""
        ends: list[float] = []
        for panel in self.panels or ("",):
            for values in zip(*(series.values for series in self.select_panel(panel).series), strict=True):
                known_values = [value for value in values if value is not None]
                ends += (
                    sum_as_decimals(value for value in known_values if value > 0),
                    sum_as_decimals(value for value in known_values if value < 0),
                )
        return tuple(ends)

    @property
    def labels(self) -> tuple[str, ...]:
        """The distinct labels of all series, as in a legend shared by all panels."""
        return self.all_labels or tuple(dict.fromkeys(series.label for series in self.series))


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """A text label at a position on the category axis.

    ``position`` is a numeric or date position, a value in a histogram, or the index of a category. ``name``
    is the position as the author wrote it.
    """

    position: float
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartCallout:
    """A callout that points to the bar or point of a category, in one series if ``series`` is set."""

    category: str
    text: str
    series: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartArrow:
    """An arrow from one bar, stack or point to another, with the change of the value as text.

    The ends are callouts without text.
    """

    start: ChartCallout
    end: ChartCallout
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartReferenceLine:
    """A reference line across the chart at ``value``, with a label."""

    value: float
    text: str


def convert_to_decimal(value: float | Decimal) -> Decimal:
    """Return the shortest decimal number that converts back to the same float."""
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)))


def sum_as_decimals(values: Iterable[float]) -> float:
    """Add values in decimal arithmetic, so that 0.1 and 0.2 make 0.3."""
    return float(sum(map(convert_to_decimal, values), Decimal()))


def convert_date_to_position(date: dt.date) -> float:
    """Convert a date to a year with a fraction, so that distances on a time axis are to scale."""
    days = 366 if calendar.isleap(date.year) else 365
    return date.year + (date.timetuple().tm_yday - 1) / days


def convert_position_to_date(position: float) -> dt.date:
    """Convert a position on a time axis to a date. This is the inverse of ``convert_date_to_position``."""
    year = int(position)
    days = 366 if calendar.isleap(year) else 365
    return dt.date(year, 1, 1) + dt.timedelta(days=min(round((position - year) * days), days - 1))
