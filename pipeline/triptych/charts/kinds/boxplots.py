"""Define the chart type ``boxplot``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from triptych.charts.callouts import locate_target_bar
from triptych.charts.canvas import Box, TextRuler
from triptych.charts.chart_types import (
    PLOT_OPTIONS,
    NativeSeries,
    PlotChartType,
    SeriesMark,
    TypeGuideEntry,
    ValueSpan,
)
from triptych.charts.columns import choose_decimals, format_column_name, read_numbers, split_names
from triptych.charts.kinds.histograms import compute_quantile
from triptych.charts.native import NativeChartType
from triptych.charts.options import ChartOptions
from triptych.charts.painting import PlotPainter
from triptych.charts.plot_layout import PlotLayout, iter_bars, locate_value
from triptych.charts.styles import MarkStyle
from triptych.data.data_file import DataError, DataFile, count_decimals, set_error_attribute
from triptych.languages.labels import Labels, load_labels
from triptych.languages.numerals import count_decimal_places, format_number
from triptych.model.charts import ChartCallout, ChartData, Series
from triptych.model.nodes import Attr, Chart

_MAX_WHISKER_LENGTH = 1.5  # interquartile ranges; maximum length of a whisker (Tukey 1977)
_LOWER_WHISKER_LABEL, _UPPER_WHISKER_LABEL = "≥ Q1 − 1.5 IQR", "≤ Q3 + 1.5 IQR"
# Points: the diameter of an outlier, and line widths. The median is a thick line on an unfilled box, so that
# it is visible even at the edge of the box, or if all values are equal.
_OUTLIER_DIAMETER, _OUTLINE_WIDTH, _MEDIAN_WIDTH = 3.4, 0.9, 2.0


class Boxplot(PlotChartType):
    """A chart with a box from the first to the third quartile of each category, whiskers and outliers.

    The only series of the data contains the medians. The columns of ``more`` are the lower whisker ends, both
    quartiles, the upper whisker ends and the number of outliers, followed by columns with at most one outlier
    of each category.
    """

    name = "boxplot"
    options = PLOT_OPTIONS - {"facet", "facet-columns", "scales", "highlight", "build"}
    guide_entry = TypeGuideEntry(
        use="Compare the distribution of a quantity in several groups.",
        data="A column of groups and a column of numbers, one row for each observation. A box "
        "extends from the first to the third quartile, with a mark at the median; quartiles "
        "between two values are "
        "interpolated, as `QUARTILE.INC` does in spreadsheets. Whiskers end at the last values within 1.5 "
        "times the length of the box from it; values beyond are outliers, each a circle.",
        example="type=boxplot data=waits.csv x=day y=minutes y-title=Minutes",
        alt_text="Two boxes of waiting times, Monday and Saturday. The box of Saturday is higher.",
    )
    date_attributes = ()
    summarises_rows = True
    has_slots = True

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        """Read the values of each category and compute its quartiles, whisker ends and outliers."""
        for key in ("x", "y"):
            if len(split_names(attr, key, file.columns)) != 1:
                hint = f"set `{key}=` to a single column"
                raise DataError("CHT001", f"a box plot requires one column in `{key}=`", hint, key)
        with set_error_attribute("x"):
            names = file.get_label_column(attr.get("x"))
        with set_error_attribute("y"):
            cells, numbers = read_numbers(file, attr.get("y"))
        groups: dict[str, list[float]] = {name: [] for name in names}
        for name, number in zip(names, numbers, strict=True):
            groups[name] += [] if number is None else [number]
        if empty := next((name for name, values in groups.items() if not values), None):
            message = f'column "{attr.get("y")}" contains no numbers for "{empty}"'
            raise DataError("DAT003", message, "fill in the values, or delete the rows", "y")
        places = max(count_decimals(file.replace_decimal_comma(cell)) for cell in cells) + 2
        boxes = [_compute_box(sorted(values)) for values in groups.values()]
        label_decimals = choose_decimals(numbers)

        def make_series(label: str, values: Sequence[float | None]) -> Series:
            rounded = tuple(None if value is None else round(value, places) for value in values)
            decimals = tuple(min(count_decimal_places(value), places) if value else 0 for value in rounded)
            return Series(
                label=label,
                values=rounded,
                decimal_places=decimals,
                label_decimals=min(label_decimals, max(decimals)),
            )

        labels = load_labels(language)
        lows, first_quartiles, medians, thirds, highs, outliers = zip(*boxes, strict=True)
        max_outliers = max(map(len, outliers))
        return ChartData(
            categories=tuple(groups),
            series=(make_series(labels["median"], medians),),
            extra_series=(
                make_series(_LOWER_WHISKER_LABEL, lows),
                make_series("Q1", first_quartiles),
                make_series("Q3", thirds),
                make_series(_UPPER_WHISKER_LABEL, highs),
                make_series(labels["outliers"], [float(len(box_outliers)) for box_outliers in outliers]),
                *(
                    make_series(
                        "", [box_outliers[i] if i < len(box_outliers) else None for box_outliers in outliers]
                    )
                    for i in range(max_outliers)
                ),
            ),
            category_title=attr.get("x-title"),
            category_name=format_column_name(attr.get("x")),
        )

    def iter_axis_values(self, chart: Chart) -> Iterator[float]:
        low, _, _, high, _, *outliers = chart.data.extra_series
        return (value for series in (low, high, *outliers) for value in series.values if value is not None)

    def includes_zero(self, chart: Chart) -> bool:
        """Return False, because a box shows values by its position, not its length."""
        return False

    def compute_spans(self, chart: Chart, data: ChartData) -> list[list[ValueSpan | None]]:
        _, first, third, *_ = data.extra_series
        return [[(a or 0.0, b or 0.0) for a, b in zip(first.values, third.values, strict=True)]]

    def draw_marks(self, painter: PlotPainter) -> None:
        canvas, data = painter.canvas, painter.layout.data
        low, first, third, high, _, *outliers = data.extra_series
        colours = canvas.theme.colours
        for _, index, _, (left, top, right, bottom) in iter_bars(painter.layout):
            style, x = painter.get_style(0, index), painter.locate_category(index)
            for start, end in ((low, first), (third, high)):
                ends = [(x, painter.locate_value(series.values[index] or 0.0)) for series in (start, end)]
                canvas.draw_line(ends, colours.muted, 0.9)
            corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
            outline = [(painter.left + x, painter.top + y) for x, y in corners]
            canvas.draw_polygon(outline, MarkStyle(colour=colours.background))
            canvas.draw_line([*outline, outline[0]], style.colour, _OUTLINE_WIDTH)
            y = painter.locate_value(data.series[0].values[index] or 0.0)
            canvas.draw_line(
                [(painter.left + left, y), (painter.left + right, y)], style.colour, _MEDIAN_WIDTH
            )
            outlier_values = [series.values[index] for series in outliers]
            points = [(x, painter.locate_value(value)) for value in outlier_values if value is not None]
            if points:
                canvas.draw_markers(points, replace(style, marker="o"), _OUTLIER_DIAMETER)

    def iter_boxes(self, layout: PlotLayout, ruler: TextRuler) -> Iterator[Box]:
        low, _, _, high, _, *outliers = layout.data.extra_series
        for _, index, _, (left, top, right, bottom) in iter_bars(layout):
            yield left, top, right, bottom
            centre_x = (left + right) / 2
            ends = [locate_value(layout, series.values[index] or 0.0) for series in (high, low)]
            yield centre_x - 1, ends[0], centre_x + 1, ends[1]
            for series in outliers:
                if (value := series.values[index]) is not None:
                    y = locate_value(layout, value)
                    yield (
                        centre_x - _OUTLIER_DIAMETER,
                        y - _OUTLIER_DIAMETER,
                        centre_x + _OUTLIER_DIAMETER,
                        y + _OUTLIER_DIAMETER,
                    )

    def locate_target(self, layout: PlotLayout, callout: ChartCallout, ruler: TextRuler) -> Box:
        return locate_target_bar(layout, callout, ruler)

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        """Return a line chart whose up-down bars are the boxes, with lines for medians and outliers."""
        return NativeChartType(
            "LINE_MARKERS", line_count=len(self.list_native_series(chart)) - 4, has_boxes=True
        )

    def list_native_series(self, chart: Chart) -> list[NativeSeries]:
        """Return the series for the boxes and whiskers, the medians, and the outliers."""
        (count_series,) = chart.data.series
        low, first, third, high, count, *outliers = chart.data.extra_series
        sides = [NativeSeries(series, SeriesMark.BOX, count_series) for series in (first, high, low, third)]
        labelled_outliers = [
            replace(series, label=f"{count.label} {place}") for place, series in enumerate(outliers, 1)
        ]
        dots = [NativeSeries(series, SeriesMark.DOTS, count_series) for series in labelled_outliers]
        return [*sides, NativeSeries(count_series, SeriesMark.TICK, count_series), *dots]

    def describe(self, chart: Chart, category_labels: Sequence[str], labels: Labels) -> Iterator[str]:
        (median,) = chart.data.series
        low, first, third, high, count, *outliers = chart.data.extra_series
        for index, name in enumerate(category_labels):

            def format_values(*columns: Series, row: int = index) -> str:
                cells = ((series.values[row], series.decimal_places[row]) for series in columns)
                return labels.listed(
                    format_number(value, places, chart.language)
                    for value, places in cells
                    if value is not None
                )

            parts = [f"{series.label} {format_values(series)}" for series in (median, first, third)]
            parts.append(f"{format_values(low)}–{format_values(high)}")
            if count.values[index]:
                parts.append(f"{count.label} {format_values(*outliers)}")
            yield labels.titled(name, labels.listed(parts))


def _compute_box(values: Sequence[float]) -> tuple[float, float, float, float, float, list[float]]:
    first, median, third = (compute_quantile(values, fraction) for fraction in (0.25, 0.5, 0.75))
    max_reach = _MAX_WHISKER_LENGTH * (third - first)
    within_reach = [value for value in values if first - max_reach <= value <= third + max_reach]
    outliers = [value for value in values if not first - max_reach <= value <= third + max_reach]
    return within_reach[0], first, median, third, within_reach[-1], outliers
