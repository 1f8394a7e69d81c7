"""What charts show, apart from where they stand: kinds, series, categories, dates, scales and marks."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a kind of chart is like, as each stage asks.

    A new kind is an entry of ``TRAITS``, a way to draw its marks (``charts/drawing.py``) and its
    native form (``writers/deck/drawing/charts/setting.py``).
    """

    round: bool = False
    """Parts of a whole, without axes."""
    hole: bool = False
    bars: bool = False
    """A bar for each category, which may lie."""
    binned: bool = False
    """It counts the rows between the edges of bins."""
    lines: bool = False
    filled: bool = False
    """Bands from the axis, or from the band below, to the values."""
    on_numbers: bool = False
    """Dots over an axis that may count numbers."""
    in_order: bool = False
    """Its rows are those of the axis, from the first to the last."""
    continuous: bool = False
    """There is something between two categories."""
    from_zero: bool = False
    """Lengths and areas stand for values, which are false unless the axis begins at zero."""
    stacks: bool = False
    log_scales: bool = False
    two_places: bool = False
    """A line for each series from one place to another, named at both ends."""
    pairs: bool = False
    """Two dots for each category, and a line between them; they always lie."""
    running: bool = False
    """Bars stand on what those before them have made, but for totals, which stand on zero."""
    grid: bool = False
    """Numbers in a table, each cell coloured by its value."""
    tiles: bool = False
    """A square for each region, coloured by its value or its category."""

    @property
    def own_form(self) -> bool:
        """Whether it takes no panels, no remarks and no ends of axes, for which its form has no room."""
        return self.two_places or self.pairs or self.running or self.grid or self.tiles


class ChartKind(StrEnum):
    """The kinds of chart; bars stand unless the chart is horizontal."""

    LINE = "line"
    BAR = "bar"
    AREA = "area"
    SCATTER = "scatter"
    PIE = "pie"
    DONUT = "donut"
    HISTOGRAM = "histogram"
    SLOPE = "slope"
    DUMBBELL = "dumbbell"
    WATERFALL = "waterfall"
    HEAT = "heatmap"
    TILEMAP = "tilemap"

    @property
    def traits(self) -> Traits:
        """What charts of the kind are like."""
        return TRAITS[self]


TRAITS = {
    ChartKind.LINE: Traits(lines=True, in_order=True, continuous=True, log_scales=True),
    ChartKind.BAR: Traits(bars=True, from_zero=True, stacks=True),
    ChartKind.AREA: Traits(filled=True, in_order=True, continuous=True, from_zero=True, stacks=True),
    ChartKind.SCATTER: Traits(on_numbers=True, continuous=True, log_scales=True),
    ChartKind.PIE: Traits(round=True),
    ChartKind.DONUT: Traits(round=True, hole=True),
    ChartKind.HISTOGRAM: Traits(binned=True, from_zero=True),
    ChartKind.SLOPE: Traits(two_places=True),
    ChartKind.DUMBBELL: Traits(pairs=True),
    ChartKind.WATERFALL: Traits(bars=True, running=True, from_zero=True),
    ChartKind.HEAT: Traits(grid=True),
    ChartKind.TILEMAP: Traits(tiles=True),
}


class Scale(StrEnum):
    """How an axis counts."""

    LINEAR = "linear"
    LOG = "log"


class Build(StrEnum):
    """What of a chart each click shows where it appears in parts."""

    NONE = "none"
    SERIES = "series"
    CATEGORY = "category"


class DatePart(StrEnum):
    """The finest part of a date that a data file writes."""

    YEAR = "year"
    QUARTER = "quarter"
    MONTH = "month"
    DAY = "day"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """One series of a chart: a value per category, None where the data has a gap.

    ``places`` counts the decimal places that the data file writes for each value, so that tables show
    what was published and no more. ``decimals`` is for labels: at most three significant digits of
    the largest value on the scale. ``panel`` names the small multiple that the series stands in.
    """

    label: str
    values: tuple[float | None, ...]
    places: tuple[int, ...]
    decimals: int = 0
    panel: str = ""

    @property
    def makes_hundred(self) -> bool:
        """Whether the values add up to 100 as far as they were rounded."""
        given = [value for value in self.values if value is not None]
        slack = len(given) * 0.5 * float(10.0 ** -max(self.places, default=0))
        return abs(sum(given) - 100) <= slack + 1e-9

    def at(self, indices: Sequence[int | None]) -> Series:
        """The values at some indices, with a gap for each None."""
        values = tuple(None if index is None else self.values[index] for index in indices)
        places = tuple(0 if index is None else self.places[index] for index in indices)
        return replace(self, values=values, places=places)


@dataclass(frozen=True, slots=True)
class Tile:
    """A region's square on a map: its column and row, from 1 at the left and from above, and a short name."""

    column: int
    row: int
    label: str


def extent(tiles: Sequence[Tile]) -> tuple[int, int, int, int]:
    """How many columns and rows a map has, and the first of both."""
    across, down = [tile.column for tile in tiles], [tile.row for tile in tiles]
    left, top = min(across), min(down)
    return 1 + max(across) - left, 1 + max(down) - top, left, top


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartData:
    """What a chart shows.

    ``positions`` are set when the categories are numbers or dates, these as years with a fraction;
    ``dates`` when they are dates, written as finely as ``date_part``; ``edges`` are those of a
    histogram's bins, one more than there are categories. ``panel_title`` names what splits the panels;
    ``names`` are the labels of all series in order where this is a part of the data. ``category_name``
    is what the data calls the categories, for tables where ``category_title`` names none. ``totals`` are
    the indices of a waterfall's totals among its changes. ``tiles`` are the places of a map's regions, which
    are its categories; ``series_name`` is what the data calls the series that are categories there, and
    without ``counted`` values say no more than which of them a region has.

    Where the points of a scatter chart have names, these are its ``categories``, from the column that
    ``point_title`` names, and ``x_values`` are the cells of its x column.
    """

    categories: tuple[str, ...]
    series: tuple[Series, ...]
    category_title: str = ""
    positions: tuple[float, ...] | None = None
    dates: tuple[dt.date, ...] | None = None
    date_part: DatePart | None = None
    edges: tuple[float, ...] | None = None
    panel_title: str = ""
    names: tuple[str, ...] = ()
    category_name: str = ""
    totals: tuple[int, ...] = ()
    tiles: tuple[Tile, ...] = ()
    series_name: str = ""
    counted: bool = True
    point_title: str = ""
    x_values: tuple[str, ...] = ()

    @property
    def steps(self) -> tuple[tuple[float, float] | None, ...]:
        """Where each bar of a waterfall begins and ends: totals at zero, changes where the last bar ended."""
        level, found = Decimal(), list[tuple[float, float] | None]()
        for index, value in enumerate(self.series[0].values):
            if value is None:
                found.append(None)
                continue
            start = Decimal() if index in self.totals else level
            level = start + exact(value)
            found.append((float(start), float(level)))
        return tuple(found)

    @property
    def panels(self) -> tuple[str, ...]:
        """The names of the small multiples, in order; none in a single chart."""
        return tuple(dict.fromkeys(series.panel for series in self.series if series.panel))

    def of_panel(self, panel: str) -> ChartData:
        """Only the series of one panel, over the categories of all."""
        series_there = tuple(series for series in self.series if series.panel == panel)
        return replace(self, series=series_there, names=self.labels)

    def rows(self, part: slice) -> ChartData:
        """Only some of the categories, by their indices."""
        return replace(
            self,
            categories=self.categories[part],
            positions=self.positions[part] if self.positions else None,
            dates=self.dates[part] if self.dates else None,
            series=tuple(series.at(range(len(series.values))[part]) for series in self.series),
            names=self.labels,
            x_values=self.x_values[part],
        )

    @property
    def numbers(self) -> tuple[float, ...]:
        """All values of all series."""
        return tuple(value for series in self.series for value in series.values if value is not None)

    @property
    def stack_ends(self) -> tuple[float, ...]:
        """How far the stack of each category reaches up and down, in all panels."""
        found: list[float] = []
        for panel in self.panels or ("",):
            for values in zip(*(series.values for series in self.of_panel(panel).series), strict=True):
                known = [value for value in values if value is not None]
                found += (add_up(v for v in known if v > 0), add_up(v for v in known if v < 0))
        return tuple(found)

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the series, each once: what a legend of all panels tells apart."""
        return self.names or tuple(dict.fromkeys(series.label for series in self.series))


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Words at a place on the category axis, which ``name`` writes.

    It is a position where points stand on numbers or dates, a value under a histogram, else the index of
    a category.
    """

    place: float
    name: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointer:
    """A callout, words at a mark: that of a category, of one series where ``series`` is not empty."""

    category: str
    text: str
    series: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A reference line at a value."""

    value: float
    text: str


def exact(value: float | Decimal) -> Decimal:
    """Return the decimal number that a float was read from: its shortest digits, not its binary fraction."""
    return value if isinstance(value, Decimal) else Decimal(repr(float(value)))


def add_up(values: Iterable[float]) -> float:
    """Return the sum of values as people add them: 0.1 and 0.2 make 0.3."""
    return float(sum(map(exact, values), Decimal()))


def year_fraction(date: dt.date) -> float:
    """A date as a year with a fraction: true distances on an axis that counts years."""
    days = 366 if calendar.isleap(date.year) else 365
    return date.year + (date.timetuple().tm_yday - 1) / days


def date_at(position: float) -> dt.date:
    """The date that ``year_fraction`` puts at a position, to the day."""
    year = int(position)
    days = 366 if calendar.isleap(year) else 365
    return dt.date(year, 1, 1) + dt.timedelta(days=min(round((position - year) * days), days - 1))
