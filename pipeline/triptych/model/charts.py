"""What charts show, apart from where they stand: kinds, series, categories, dates, scales and marks."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum


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
        """Return the values at some indices, with a gap for each None."""
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
    without ``counted`` values say no more than which of them a region has. The values of data that
    ``is_whole`` are parts of one whole. ``more`` are columns that a kind needs beside its series, such as the
    sizes of bubbles; the last ``lines`` series are lines over bars.

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
    is_whole: bool = False
    point_title: str = ""
    x_values: tuple[str, ...] = ()
    more: tuple[Series, ...] = ()
    lines: int = 0

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
            more=tuple(one.at(range(len(one.values))[part]) for one in self.more),
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
    """Return a date as a year with a fraction: true distances on an axis that counts years."""
    days = 366 if calendar.isleap(date.year) else 365
    return date.year + (date.timetuple().tm_yday - 1) / days


def date_at(position: float) -> dt.date:
    """Return the date that ``year_fraction`` puts at a position, to the day."""
    year = int(position)
    days = 366 if calendar.isleap(year) else 365
    return dt.date(year, 1, 1) + dt.timedelta(days=min(round((position - year) * days), days - 1))
