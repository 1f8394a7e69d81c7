"""Define the chart type ``heatmap``."""

from __future__ import annotations

from triptych.charts.chart_types import TableChartType, TypeGuideEntry
from triptych.charts.columns import read_columns
from triptych.charts.options import ChartOptions
from triptych.charts.rows import append_unit
from triptych.charts.time_axis import format_category
from triptych.data.data_file import DataFile
from triptych.diagnostics import Span
from triptych.languages.labels import load_labels
from triptych.languages.numerals import format_number
from triptych.model.charts import ChartData
from triptych.model.nodes import Align, Attr, Cell, Column, Inline, Paragraph, Row, Table, Text
from triptych.model.tables import compute_shade_steps


class HeatMap(TableChartType):
    """A table with cells coloured by their values."""

    name = "heatmap"
    options = frozenset(("series", "date-format", "x-title", "y-title", "sort"))
    guide_entry = TypeGuideEntry(
        use="Compare many values at a glance, as a table whose cells are coloured by their values.",
        data="A column of names and several columns of values, or one column split by `series`.",
        example='type=heatmap data=energy.csv x=year y="wind,solar,hydro" unit="TWh"',
        alt_text="A table of six years and three sources. The darkest cells are wind and solar in 2024.",
    )

    def read_data(self, file: DataFile, attr: Attr, options: ChartOptions, language: str) -> ChartData:
        return read_columns(file, attr, options)

    def make_table(
        self,
        data: ChartData,
        attr: Attr,
        unit: str,
        caption: tuple[Inline, ...],
        span: Span,
        language: str,
    ) -> Table:
        """Return a table with a row for each category and a column for each series."""
        steps = compute_shade_steps([value for series in data.series for value in series.values])
        count = len(data.categories)
        head = Row(cells=tuple(map(_make_cell, (data.category_title or data.category_name, *data.labels))))
        body = []
        for row in range(count):
            cells = [_make_cell(format_category(data, row, language))]
            for column, series in enumerate(data.series):
                value = series.values[row]
                words = "" if value is None else format_number(value, series.decimal_places[row], language)
                cells.append(_make_cell(words, steps[column * count + row]))
            body.append(Row(cells=tuple(cells)))
        return Table(
            columns=(Column(align=Align.LEFT), *(Column(align=Align.CENTER) for _ in data.series)),
            head=(head,),
            body=tuple(body),
            row_headers=1,
            caption=append_unit(caption, unit, load_labels(language)),
            attr=attr,
            span=span,
        )


def _make_cell(text: str, shade: int = 0) -> Cell:
    return Cell(content=(Paragraph(content=(Text(text=text),), tight=True),), shade=shade)
