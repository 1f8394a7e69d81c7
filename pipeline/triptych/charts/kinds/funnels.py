"""Define the chart type ``funnel``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from triptych.charts.chart_types import NativeSeries, SeriesMark, TypeGuideEntry, ValueSpan
from triptych.charts.columns import read_columns
from triptych.charts.kinds.bars import Bar
from triptych.charts.native import NativeChartType
from triptych.charts.options import ChartOptions
from triptych.charts.plot_layout import MAX_LABELLED_BARS, format_bar_value
from triptych.data.data_file import DataError, DataFile
from triptych.languages.labels import Labels
from triptych.languages.numerals import choose_decimal_places, format_percent
from triptych.model.charts import ChartData, Series, convert_to_decimal
from triptych.model.nodes import Attr, Chart

_NATIVE_GAP_WIDTH = 25  # gap between native bars as a percentage of the bar width
_PERCENT_DECIMALS = 1


class Funnel(Bar):
    """Centred bars for the stages of a process, each with its value and its share of the first stage.

    ``extra_series`` has the shares in percent.
    """

    name = "funnel"
    options = frozenset(("highlight", "callout"))
    guide_entry = TypeGuideEntry(
        use="Show how many remain after each stage of a process, with their share of the first stage.",
        data="A column of stages and a column of values, none larger than the one before.",
        example="type=funnel data=applications.csv x=stage y=people",
        alt_text="Four centred bars: 1,200 people apply, 480 are invited, 96 get an offer and 72 accept.",
    )
    date_attributes = ()
    has_one_series = True
    has_baseline = False

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        """Read the stages and compute their shares."""
        data = read_columns(file, attr, options)
        (series,) = data.series
        for index, value in enumerate(series.values):
            row = file.get_row_number(index)
            if value is None or value < 0:
                message = f'"{data.categories[index]}" requires a value of zero or more'
                raise file.make_row_error("CHT001", row, message, "fill in the value, or delete the row", "y")
            if value > (series.values[max(index - 1, 0)] or 0.0):
                message = f'"{data.categories[index]}" is larger than the stage before it'
                hint = "sort the rows from the first stage to the last, or set `type=bar`"
                raise file.make_row_error("CHT001", row, message, hint, "y")
        first = convert_to_decimal(series.values[0] or 0.0)
        if not first:
            message = "the first stage of the funnel is zero"
            raise DataError("CHT001", message, "correct the value, or set `type=bar`", "y")
        shares = tuple(float(100 * convert_to_decimal(value or 0.0) / first) for value in series.values)
        share_series = Series(
            label=f"{data.categories[0]} = 100",
            values=shares,
            decimal_places=(_PERCENT_DECIMALS,) * len(shares),
        )
        return replace(data, extra_series=(share_series,))

    def check_data(self, data: ChartData, options: ChartOptions) -> None:
        """Raise ``DataError`` CHT001 if the stages are too many for labels."""
        if len(data.categories) > MAX_LABELLED_BARS:
            message = f"the funnel has {len(data.categories)} stages; the limit is {MAX_LABELLED_BARS}"
            raise DataError("CHT001", message, "combine some of the stages, or set `type=bar`", "x")

    def is_horizontal_by_default(self, data: ChartData) -> bool:
        return True

    def compute_spans(self, chart: Chart, data: ChartData) -> list[list[ValueSpan | None]]:
        (series,) = data.series
        return [
            [
                None if value is None or margin is None else (margin, margin + value)
                for margin, value in zip(_compute_margins(chart), series.values, strict=True)
            ]
        ]

    def get_value_suffix(self, chart: Chart, data: ChartData, index: int) -> str:
        (share_series,) = data.extra_series
        share = share_series.values[index] or 0.0
        decimals = choose_decimal_places(share, 0 if share >= 1 else _PERCENT_DECIMALS)
        return f" · {format_percent(share, chart.language, decimals)}"

    def get_native_chart_type(self, chart: Chart) -> NativeChartType:
        """Return stacked bars between invisible bars, which centre and label them."""
        return NativeChartType("BAR_STACKED", gap_width=_NATIVE_GAP_WIDTH)

    def list_native_series(self, chart: Chart) -> list[NativeSeries]:
        """Return the invisible margins, the values, and invisible bars at whose base the labels are."""
        (series,) = chart.data.series
        margins = replace(series, label="–", values=tuple(_compute_margins(chart)))
        labels = tuple(format_bar_value(chart, chart.data, 0, index) for index in range(len(series.values)))
        return [
            NativeSeries(margins, SeriesMark.HIDDEN, series, formula="=(MAX({values})-{value})/2"),
            NativeSeries(series, SeriesMark.BAR, series),
            NativeSeries(replace(series, label="…"), SeriesMark.HIDDEN, series, labels, formula="={value}"),
        ]

    def describe(self, chart: Chart, category_labels: Sequence[str], labels: Labels) -> Iterator[str]:
        for index, name in enumerate(category_labels):
            yield labels.titled(name, format_bar_value(chart, chart.data, 0, index))


def _compute_margins(chart: Chart) -> list[float | None]:
    """Return the distance from the axis to each centred bar, in units of the values."""
    (series,) = chart.data.series
    largest = max(value or 0.0 for value in series.values)
    return [None if value is None else (largest - value) / 2 for value in series.values]
