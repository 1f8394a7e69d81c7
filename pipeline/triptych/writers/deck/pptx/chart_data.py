"""What charts show, in a workbook whose texts stay texts, also where a spreadsheet would take them for a
formula or an address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pptx.chart import data, xlsx


class _AsWritten:
    @contextmanager
    def _open_worksheet(self, file: Any) -> Iterator[tuple[Any, Any]]:
        options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        with xlsx.Workbook(file, options) as workbook:  # type: ignore[attr-defined]
            yield workbook, workbook.add_worksheet()


class _CategoryWriter(_AsWritten, xlsx.CategoryWorkbookWriter):
    pass


class _NumberWriter(_AsWritten, xlsx.XyWorkbookWriter):
    def _populate_worksheet(self, workbook: Any, worksheet: Any) -> None:
        super()._populate_worksheet(workbook, worksheet)  # type: ignore[no-untyped-call]
        for series in self._chart_data:
            top = self.series_table_row_offset(series)  # type: ignore[no-untyped-call]
            for row, cells in enumerate(self._chart_data.beside.get(series.index, ()), top):
                worksheet.write_row(row, 2, cells)


class _Categories(data.CategoryChartData):
    _workbook_writer = property(_CategoryWriter)


class _Numbers(data.XyChartData):
    # What people read beside a series, by its place among others: cells of the row of its name, then of each
    # point. No chart is drawn from them.
    beside: Mapping[int, Sequence[Sequence[str | float | None]]] = {}
    _workbook_writer = property(_NumberWriter)


# python-pptx leaves the types of these open.
CategoryData: Any = _Categories
NumberData: Any = _Numbers
