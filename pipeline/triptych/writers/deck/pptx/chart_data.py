"""Write chart data to embedded workbooks. Text that looks like a formula or URL stays text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pptx.chart import data, xlsx

from triptych.languages.numerals import to_letters
from triptych.model.charts import Series


class _PlainTextWorkbookWriter:
    @contextmanager
    def _open_worksheet(self, file: Any) -> Iterator[tuple[Any, Any]]:
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsx.Workbook(file, options) as workbook:  # type: ignore[attr-defined]
            yield workbook, workbook.add_worksheet()


class _CategoryWriter(_PlainTextWorkbookWriter, xlsx.CategoryWorkbookWriter):
    pass


class _NumberWriter(_PlainTextWorkbookWriter, xlsx.XyWorkbookWriter):
    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        super()._populate_worksheet(workbook, worksheet)  # type: ignore[no-untyped-call]
        for series in self._chart_data:
            top = self.series_table_row_offset(series)  # type: ignore[no-untyped-call]
            for row, cells in enumerate(self._chart_data.cells_beside.get(series.index, ()), top):
                worksheet.write_row(row, 2, cells)


class _TableWriter(_PlainTextWorkbookWriter, xlsx.XyWorkbookWriter):
    """Writes a column of x values and a column of y values per series; all programs can read this layout."""

    def series_name_ref(self, series: Any) -> str:
        return f"Sheet1!${self._get_column_letters(series)}$1"

    def x_values_ref(self, series: Any) -> str:
        return f"Sheet1!$A$2:$A${len(series) + 1}"

    def y_values_ref(self, series: Any) -> str:
        column = self._get_column_letters(series)
        return f"Sheet1!${column}$2:${column}${len(series) + 1}"

    def _get_column_letters(self, series: Any) -> str:
        return to_letters(series.index + 2).upper()

    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        worksheet.write(0, 0, self._chart_data.x_name)
        worksheet.write_column(1, 0, self._chart_data[0].x_values)
        for column, series in enumerate(self._chart_data, 1):
            number_format = workbook.add_format({"num_format": series.number_format})
            worksheet.write(0, column, series.name)
            worksheet.write_column(1, column, series.y_values, number_format)
        worksheet.write_column(0, len(self._chart_data) + 1, self._chart_data.names)


class _BubbleWriter(_TableWriter):
    """Writes a table whose columns of y values are each followed by a column of bubble sizes."""

    def bubble_sizes_ref(self, series: Any) -> str:
        column = to_letters(len(self._chart_data) + 2).upper()
        return f"Sheet1!${column}$2:${column}${len(series) + 1}"

    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        super()._populate_worksheet(workbook, worksheet)
        sizes = self._chart_data.sizes
        worksheet.write_column(0, len(self._chart_data) + 1, (sizes.label, *sizes.values))
        worksheet.write_column(0, len(self._chart_data) + 2, self._chart_data.names)


class _CategoryChartData(data.CategoryChartData):
    _workbook_writer = property(_CategoryWriter)


class _NumberChartData(data.XyChartData):
    # Extra workbook cells beside each series, by series index: first the cells beside the series name, then
    # the cells beside each point. They only help people who edit the workbook; no chart uses them.
    cells_beside: Mapping[int, Sequence[Sequence[str | float | None]]] = {}
    _workbook_writer = property(_NumberWriter)


class _TableChartData(data.XyChartData):
    x_name = ""
    names: Sequence[str] = ()  # a header followed by point names; no chart uses them
    _workbook_writer = property(_TableWriter)


class _BubbleChartData(data.BubbleChartData):
    x_name = ""
    names: Sequence[str] = ()
    sizes: Series
    _workbook_writer = property(_BubbleWriter)


def make_number_table(
    x_name: str,
    x_values: Sequence[float],
    columns: Iterable[tuple[str, Sequence[float | None], str]],
    names: Sequence[str] = (),
    sizes: Series | None = None,
) -> Any:
    """Return the data of a scatter chart, or of a bubble chart if ``sizes`` is given.

    All series share ``x_values``. Each of ``columns`` is a series name, its y values and a number format.
    ``names`` is a header followed by the name of each point; it is written after the last column.
    """
    table: Any = _BubbleChartData() if sizes else _TableChartData()  # type: ignore[no-untyped-call]
    if sizes:
        table.sizes = sizes
    table.x_name, table.names = x_name, names
    for name, values, code in columns:
        series = table.add_series(name, number_format=code)
        for row, (place, value) in enumerate(zip(x_values, values, strict=True)):
            series.add_data_point(place, value, *((sizes.values[row],) if sizes else ()))
    return table


# python-pptx has no type hints for these classes.
CategoryData: Any = _CategoryChartData
NumberData: Any = _NumberChartData
