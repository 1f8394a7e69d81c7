"""``::: {.table data=…}`` and its CSV file → a table node."""

from __future__ import annotations

from collections.abc import Iterable

from triptych.diagnostics import Diagnostic, Span
from triptych.languages.labels import load_labels
from triptych.model.nodes import Align, Attr, Cell, Column, Inline, Paragraph, Row, Table, Text
from triptych.reading.charts.chart import unknown_attribute
from triptych.reading.charts.columns import listed
from triptych.reading.data.columns import DataError, DataFile, decimals, number
from triptych.reading.data.folder import DataFolder
from triptych.reading.data.text import read_notation
from triptych.reading.values import format_number

ATTRIBUTES = frozenset(
    "data delimiter decimal columns labels where row-headers heat units slide-title".split()
)
_KEPT = frozenset("row-headers heat slide-title".split())  # which passes and outputs look at


def read_data_table(
    data: DataFolder, path: str, attr: Attr, caption: tuple[Inline, ...], span: Span, *, language: str = "en"
) -> tuple[Table | None, list[Diagnostic]]:
    """A table of a data file's columns, or None and what is wrong.

    Columns of numbers are set to the right, with as many decimal places as the file writes.
    """
    found = [
        unknown_attribute("table from data", key, ATTRIBUTES, span)
        for key, _ in attr.pairs
        if key not in ATTRIBUTES
    ]
    try:
        notation = read_notation(attr.get("delimiter"), attr.get("decimal"))
        file = data.open(attr.get("data"), beside=path, notation=notation).matching(attr.get("where"))
        names = listed(attr, "columns", file.columns) or list(file.columns)
        labels = listed(attr, "labels") or names
        if len(labels) != len(names):
            raise DataError("CHT001", f"{len(names)} columns but {len(labels)} labels")
        labels = _with_units(labels, attr.get("units"), language)
        columns = [_column(file, name, language) for name in names]
    except DataError as error:
        return None, [*found, Diagnostic(code=error.code, span=span, message=error.message, hint=error.hint)]
    rows = zip(*(cells for cells, _ in columns), strict=True)
    kept = tuple(pair for pair in attr.pairs if pair[0] in _KEPT)
    table = Table(
        columns=tuple(Column(align=align) for _, align in columns),
        head=(text_row(labels),),
        body=tuple(text_row(cells) for cells in rows),
        caption=caption,
        attr=Attr(attr.id, tuple(name for name in attr.classes if name != "table"), kept),
        span=span,
    )
    return table, found


def _with_units(labels: list[str], written: str, language: str) -> list[str]:
    """Heads with what the numbers under them count, in brackets. Raises ``DataError``."""
    if not written:
        return labels
    units = [unit.strip() for unit in written.split(",")]
    if len(units) != len(labels):
        hint = 'write one for each column, and nothing between commas where there is none: units=",GW,%"'
        raise DataError("CHT001", f"{len(labels)} columns but {len(units)} units", hint)
    before, after = load_labels(language).brackets
    return [
        f"{label}{before}{unit}{after}" if unit else label for label, unit in zip(labels, units, strict=True)
    ]


def _column(file: DataFile, name: str, language: str) -> tuple[list[str], Align]:
    """A column's cells as they are printed, and how they stand."""
    cells = file.column(name)
    try:
        values = [number(file.plain(cell)) for cell in cells]
    except ValueError:
        return list(cells), Align.LEFT
    if any(value is None for value in values) and all(value is None for value in values):
        return list(cells), Align.LEFT
    if all(cell.isdigit() and len(cell) == 4 for cell in cells if cell):
        return list(cells), Align.LEFT  # years are names, not amounts
    return [
        format_number(cell, decimals(cell), language=language) if cell else ""
        for cell in map(file.plain, cells)
    ], Align.RIGHT


def text_row(cells: Iterable[str]) -> Row:
    """A row of cells with bare text."""
    return Row(
        cells=tuple(Cell(content=(Paragraph(content=(Text(text=cell),), tight=True),)) for cell in cells)
    )
