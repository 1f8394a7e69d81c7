"""Define the chart type ``histogram``.

A bin includes its lower but not its upper edge; only the last bin includes both. The default bin width
follows the rule of Freedman and Diaconis (1981), or that of Sturges (1926) if the quartiles are equal.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise

from triptych.charts.canvas import Box, TextRuler
from triptych.charts.chart_types import PLOT_OPTIONS, PlotChartType, TypeGuideEntry
from triptych.charts.columns import (
    format_column_name,
    make_no_numbers_error,
    read_numbers,
    read_panels,
    split_names,
)
from triptych.charts.native import NativeChartType
from triptych.charts.options import ChartOptions
from triptych.charts.painting import PlotPainter
from triptych.charts.plot_layout import PlotLayout, locate_value
from triptych.data.data_file import DataError, DataFile, set_error_attribute
from triptych.languages.numerals import count_decimal_places, format_number
from triptych.model.charts import ChartCallout, ChartData, Series
from triptych.model.nodes import Attr, Chart

_MAX_BINS = 50  # fraction of the default bin width
_ROUND_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_FINE_STEPS = (1.0, 1.2, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


class Histogram(PlotChartType):
    """A chart of the number of rows whose values are in each bin."""

    name = "histogram"
    options = PLOT_OPTIONS | {"bins"}
    guide_entry = TypeGuideEntry(
        use="Show how the values of one quantity are distributed.",
        data="A column of numbers, one row for each observation. `x` names it.",
        example='type=histogram data=waits.csv x=minutes x-title="Minutes" y-title="Visitors"',
        alt_text="Seven bars of waiting times: most visitors wait 10 to 20 minutes.",
    )
    starts_at_zero = True
    has_whole_ticks = True
    summarises_rows = True
    date_attributes = ()
    value_attribute = "x"

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        """Count the values of a column by bin, with a series for each panel."""
        columns = [*split_names(attr, "x", file.columns), *split_names(attr, "y", file.columns)]
        if len(columns) != 1:
            message = "the histogram has no `x=` attribute"
            if columns:
                keys = [f"`{key}=`" for key in ("x", "y") if attr.get(key)]
                listing = f"{' and '.join(keys)} {'together list' if len(keys) > 1 else 'lists'}"
                message = f"a histogram plots only one column, but {listing} {len(columns)}"
            hint = "set `x=` to a single numeric column" + (", and remove `y=`" if attr.get("y") else "")
            raise DataError("CHT001", message, hint, "y" if attr.get("y") else "x")
        panels = read_panels(file, attr)
        with set_error_attribute("x" if attr.get("x") else "y"):
            _, numbers = read_numbers(file, columns[0])
            known_values = [value for value in numbers if value is not None]
            if not known_values:
                raise make_no_numbers_error(file, columns[0], key="x")
        edges = choose_bin_edges(known_values, options.bins)
        labels = split_names(attr, "labels") or [attr.get("unit") or "n"]
        if len(labels) > 1:
            message = f"a histogram has a single series, but `labels=` has {len(labels)} labels"
            raise DataError("CHT001", message, "write a single label in `labels=`", "labels")
        series = []
        for panel in dict.fromkeys(panels):
            members = [
                value
                for value, panel_of_value in zip(numbers, panels, strict=True)
                if panel_of_value == panel and value is not None
            ]
            counts = count_in_bins(members, edges)
            series.append(
                Series(label=labels[0], values=counts, decimal_places=(0,) * len(counts), panel=panel)
            )
        return ChartData(
            categories=format_bin_labels(edges, language),
            series=tuple(series),
            category_title=attr.get("x-title"),
            bin_edges=edges,
            panel_title=format_column_name(attr.get("facet")),
            category_name=format_column_name(columns[0]),
        )

    def draw_marks(self, painter: PlotPainter) -> None:
        for index, (left, top, right, bottom) in enumerate(_list_bin_boxes(painter.layout)):
            if bottom > top:
                start, end = painter.left + left, painter.left + right
                style, height = painter.get_style(0, index), (painter.top + bottom) - (painter.top + top)
                painter.canvas.draw_box(start + 0.3, painter.top + top, end - start - 0.6, height, style)

    def iter_boxes(self, layout: PlotLayout, ruler: TextRuler) -> Iterator[Box]:
        yield from _list_bin_boxes(layout)

    def locate_target(self, layout: PlotLayout, callout: ChartCallout, ruler: TextRuler) -> Box:
        return _list_bin_boxes(layout)[layout.data.categories.index(callout.category)]

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        return NativeChartType("COLUMN_CLUSTERED")


def choose_bin_edges(values: Sequence[float], bins: int | None) -> tuple[float, ...]:
    """Return bin edges at multiples of a round width, which enclose all values.

    ``bins`` is the number of bins set by the author, or None for the default width.
    """
    low, high = min(values), max(values)
    if bins is None:
        width = _round_bin_width(
            _compute_default_bin_width(sorted(values)) or _choose_width_for_equal_values(low, high)
        )
        first, last_edge = (Decimal(repr(end)) / _convert_width_to_decimal(width) for end in (low, high))
        return _make_bin_edges(width, math.floor(first), max(1, math.ceil(last_edge) - math.floor(first)))
    widths = _list_bin_widths((high - low) / bins or _choose_width_for_equal_values(low, high))
    upper_limit = high * (1 - 1e-12) - 1e-300
    fitting = [width for width in widths if (math.floor(low / width) + bins) * width >= upper_limit]
    if not fitting:  # for a single bin from negative to positive values, there is no round width
        return (*(low + (high - low) * index / bins for index in range(bins)), high)
    return _make_bin_edges(fitting[0], math.floor(low / fitting[0]), bins)


def count_in_bins(values: Sequence[float], edges: Sequence[float]) -> tuple[float, ...]:
    """Return the number of values in each bin. The bin edges are in ascending order."""
    counts = [0.0] * (len(edges) - 1)
    for value in values:
        counts[min(max(bisect_right(edges, value) - 1, 0), len(counts) - 1)] += 1
    return tuple(counts)


def format_bin_labels(edges: Sequence[float], language: str) -> tuple[str, ...]:
    """Return a label such as ``10–20`` for each bin, formatted for a language."""
    places = max(map(count_decimal_places, edges))
    dash = " – " if edges[0] < 0 else "–"
    names = [format_number(edge, places, language) for edge in edges]
    return tuple(f"{low}{dash}{high}" for low, high in pairwise(names))


def _compute_default_bin_width(values: Sequence[float]) -> float:
    count, span = len(values), values[-1] - values[0]
    spread = compute_quantile(values, 0.75) - compute_quantile(values, 0.25)
    width = 2 * spread / count ** (1 / 3) if spread else span / (math.log2(count) + 1)
    return max(width, span / _MAX_BINS)


def compute_quantile(values: Sequence[float], fraction: float) -> float:
    """Return a quantile of sorted values by linear interpolation. A ``fraction`` of 0.5 is the median."""
    place = fraction * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] + (values[high] - values[low]) * (place - low)


def _round_bin_width(width: float) -> float:
    power: float = 10.0 ** math.floor(math.log10(width))
    return min((step * power for step in _ROUND_STEPS), key=lambda step: abs(math.log(step / width)))


def _list_bin_widths(min_width: float) -> list[float]:
    """Return round bin widths in ascending order, from ``min_width`` to at least a hundred times as much."""
    power = math.floor(math.log10(min_width))
    widths = [step * 10.0**exponent for exponent in (power, power + 1, power + 2) for step in _FINE_STEPS]
    return [width for width in widths if width >= min_width * (1 - 1e-12)]


def _choose_width_for_equal_values(low: float, high: float) -> float:
    """Return the bin width if all values are equal: one unit of their second significant digit."""
    largest = max(abs(low), abs(high))
    return float(10.0 ** math.floor(math.log10(largest) - 1)) if largest else 1.0


def _make_bin_edges(width: float, first_bin: int, count: int) -> tuple[float, ...]:
    return tuple(float(_convert_width_to_decimal(width) * (first_bin + index)) for index in range(count + 1))


def _convert_width_to_decimal(width: float) -> Decimal:
    """Convert a round width to a decimal; in binary floating point, 0.3 is not a multiple of 0.1."""
    return Decimal(f"{width:.12g}")


def _list_bin_boxes(layout: PlotLayout) -> list[Box]:
    """Return the bounding box of each bin's bar, from left to right. The box of an empty bin is flat."""
    edge_positions = [
        layout.category_axis.get_fraction(edge) * layout.width for edge in layout.data.bin_edges or ()
    ]
    baseline, counts = locate_value(layout, 0.0), layout.data.series[0].values
    tops = [locate_value(layout, count or 0.0) for count in counts]
    return [
        (left, top, right, baseline)
        for (left, right), top in zip(pairwise(edge_positions), tops, strict=True)
    ]
