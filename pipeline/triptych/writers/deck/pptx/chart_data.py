"""Write chart data to embedded workbooks. Text that looks like a formula or URL stays text.

The first sheet has the data of the chart as an Excel table, followed by columns that only the chart uses, for
example the points of reference lines. The second sheet has the caption, the unit and the source.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from pptx.chart import data, xlsx

from triptych.languages.numerals import to_letters

_DAY_ZERO = dt.date(1899, 12, 30)
_TABLE_NAME = "ChartData"
_TABLE_STYLE = "Table Style Light 1"
_MAX_HEADER_LENGTH = 255  # characters in the name of a table column
_DETAILS_SHEET = "Details"
_DETAILS_WIDTH = 90  # characters


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula in a cell, and its value."""

    text: str
    value: float


Cell = str | float | Formula | None


class Column(NamedTuple):
    """A column of a sheet: the header in row 1, the cells from row 2, and their number format."""

    header: str
    cells: Sequence[Cell]
    number_format: str = "General"

    def get_numbers(self, count: int) -> list[float | None]:
        """Return the numbers of the first ``count`` cells; texts and missing cells are None."""
        values = (cell.value if isinstance(cell, Formula) else cell for cell in self.cells)
        numbers = [None if isinstance(value, str) else value for value in values][:count]
        return numbers + [None] * (count - len(numbers))


class PointSeries(NamedTuple):
    """The indices of a series' columns in the sheet: its name, x values, y values and bubble sizes."""

    name: int
    x: int
    y: int
    size: int | None = None


def get_cell_name(column: int, row: int) -> str:
    """Return the address of a cell: column 0 and row 1 are ``A1``."""
    return f"{to_letters(column + 1).upper()}{row}"


class _PlainTextWorkbookWriter:
    @contextmanager
    def _open_worksheet(self, file: Any) -> Iterator[tuple[Any, Any]]:
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsx.Workbook(file, options) as workbook:  # type: ignore[attr-defined]
            sheet = workbook.add_worksheet()
            yield workbook, sheet
            sheet.autofit()
            if details := self._chart_data.details:  # type: ignore[attr-defined]
                other = workbook.add_worksheet(_DETAILS_SHEET)
                other.set_column(0, 0, _DETAILS_WIDTH)
                other.write_column(0, 0, details, workbook.add_format({"text_wrap": True}))


class _CategoryWriter(_PlainTextWorkbookWriter, xlsx.CategoryWorkbookWriter):
    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        super()._populate_worksheet(workbook, worksheet)  # type: ignore[no-untyped-call]
        chart_data = self._chart_data
        worksheet.write(0, 0, chart_data.category_title)
        height = len(chart_data.categories)
        for column, (formula, source) in chart_data.formulas.items():
            letters = to_letters(source + 1).upper()
            number_format = workbook.add_format({"num_format": chart_data[column - 1].number_format})
            for row, value in enumerate(chart_data[column - 1].values, 2):
                cells = {"value": f"{letters}{row}", "values": f"{letters}$2:{letters}${height + 1}"}
                worksheet.write_formula(row - 1, column, formula.format(**cells), number_format, value)
        names = [chart_data.category_title, *(series.name for series in chart_data)]
        _add_table(worksheet, names[: chart_data.table_width], len(chart_data.categories))


class _PointWriter(_PlainTextWorkbookWriter, xlsx.BubbleWorkbookWriter):
    """Writes columns side by side; all programs can read this layout."""

    def series_name_ref(self, series: Any) -> str:
        column = to_letters(self._chart_data.point_series[series.index].name + 1).upper()
        return f"Sheet1!${column}$1"

    def x_values_ref(self, series: Any) -> str:
        return self._make_reference(series, self._chart_data.point_series[series.index].x)

    def y_values_ref(self, series: Any) -> str:
        return self._make_reference(series, self._chart_data.point_series[series.index].y)

    def bubble_sizes_ref(self, series: Any) -> str:
        return self._make_reference(series, self._chart_data.point_series[series.index].size)

    def _make_reference(self, series: Any, column: int) -> str:
        letters = to_letters(column + 1).upper()
        return f"Sheet1!${letters}$2:${letters}${len(series) + 1}"

    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        _write_columns(self._chart_data, workbook, worksheet)


class _StepWriter(_PlainTextWorkbookWriter, xlsx.CategoryWorkbookWriter):
    """Writes columns side by side. The categories are in ``day_column``, and the values in the next columns.

    The names of the series are in the header of the table, from its second column.
    """

    @property
    def categories_ref(self) -> str:
        return self._refer_to(self._chart_data.day_column)

    def series_name_ref(self, series: Any) -> str:
        return f"Sheet1!${to_letters(series.index + 2).upper()}$1"

    def values_ref(self, series: Any) -> str:
        return self._refer_to(self._chart_data.day_column + 1 + series.index)

    def _refer_to(self, column: int) -> str:
        letters, count = to_letters(column + 1).upper(), len(self._chart_data.categories)
        return f"Sheet1!${letters}$2:${letters}${count + 1}"

    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        _write_columns(self._chart_data, workbook, worksheet)


def _write_columns(chart_data: Any, workbook: Any, worksheet: Any) -> None:
    columns: Sequence[Column] = chart_data.columns
    for index, (header, cells, code) in enumerate(columns):
        number_format = workbook.add_format({"num_format": code})
        worksheet.write(0, index, header)
        for row, cell in enumerate(cells, 1):
            if isinstance(cell, Formula):
                worksheet.write_formula(row, index, cell.text, number_format, cell.value)
            elif cell is not None:
                worksheet.write(row, index, cell, number_format)
    headers = [column.header for column in columns[: chart_data.table_width]]
    _add_table(worksheet, headers, chart_data.table_height)


def _add_table(worksheet: Any, headers: Sequence[str], rows: int) -> None:
    """Turn the cells below the headers into an Excel table, if the headers can be names of its columns.

    The names must be different, apart from their case.
    """
    if not rows or not all(headers) or max(map(len, headers)) > _MAX_HEADER_LENGTH:
        return
    if len({header.lower() for header in headers}) == len(headers):
        columns = [{"header": header} for header in headers]
        options = {"name": _TABLE_NAME, "style": _TABLE_STYLE, "autofilter": False, "columns": columns}
        worksheet.add_table(0, 0, rows, len(headers) - 1, options)


class _CategoryChartData(data.CategoryChartData):
    category_title = ""
    table_width = 0  # the number of columns of the Excel table
    details: Sequence[str] = ()
    _workbook_writer = property(_CategoryWriter)

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.formulas: dict[int, tuple[str, int]] = {}


class _StepChartData(data.CategoryChartData):
    columns: Sequence[Column]
    day_column, table_width, table_height = 0, 0, 0
    details: Sequence[str] = ()
    _workbook_writer = property(_StepWriter)


class _PointChartData(data.XyChartData):
    columns: Sequence[Column]
    point_series: Sequence[PointSeries]
    table_width, table_height = 0, 0
    details: Sequence[str] = ()
    _workbook_writer = property(_PointWriter)


class _BubbleChartData(data.BubbleChartData):
    columns: Sequence[Column]
    point_series: Sequence[PointSeries]
    table_width, table_height = 0, 0
    details: Sequence[str] = ()
    _workbook_writer = property(_PointWriter)


def make_point_data(
    columns: Sequence[Column], point_series: Sequence[PointSeries], table_width: int, table_height: int
) -> Any:
    """Return the data of a scatter chart, or of a bubble chart if its series have sizes.

    All series are as long as the longest column, because LibreOffice drops series before a longer one.
    ``table_width`` columns and ``table_height`` rows of data become an Excel table.
    """
    has_sizes = any(item.size is not None for item in point_series)
    chart_data: Any = _BubbleChartData() if has_sizes else _PointChartData()  # type: ignore[no-untyped-call]
    chart_data.columns, chart_data.point_series = columns, point_series
    chart_data.table_width, chart_data.table_height = table_width, table_height
    count = max(len(column.cells) for column in columns)
    for item in point_series:
        code = columns[item.y if columns[item.x].number_format == "General" else item.x].number_format
        series = chart_data.add_series(columns[item.name].header, number_format=code)
        used_columns = (item.x, item.y) if item.size is None else (item.x, item.y, item.size)
        for point in zip(*(columns[index].get_numbers(count) for index in used_columns), strict=True):
            series.add_data_point(*point)
    return chart_data


def make_step_data(columns: Sequence[Column], day_column: int, table_width: int, table_height: int) -> Any:
    """Return the data of areas on a date axis, whose values are in the columns after ``day_column``.

    The table has ``table_width`` columns, the names of the series from the second one, and ``table_height``
    rows.
    """
    chart_data: Any = _StepChartData()  # type: ignore[no-untyped-call]
    chart_data.columns, chart_data.day_column = columns, day_column
    chart_data.table_width, chart_data.table_height = table_width, table_height
    count = len(columns[day_column].cells)
    days = columns[day_column].get_numbers(count)
    chart_data.categories = [_DAY_ZERO + dt.timedelta(days=day or 0.0) for day in days]
    for name, column in zip(columns[1:table_width], columns[day_column + 1 :], strict=True):
        chart_data.add_series(name.header, column.get_numbers(count), column.number_format)
    return chart_data


# python-pptx has no type hints for this class.
CategoryData: Any = _CategoryChartData
