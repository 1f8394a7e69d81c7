"""Tables: a screen reader says the head of a column and of a row before each cell."""

from __future__ import annotations

from collections.abc import Iterator

from triptych.diagnostics import Diagnostic
from triptych.model.nodes import Row, Table
from triptych.model.table_grid import placed
from triptych.passes.accessibility.survey import Survey


def headless_tables(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC003 at each table in which no cell heads others."""
    for found in chapter.nodes:
        match found.node:
            case Table(head=(), row_headers=0, body=body) if body:
                hint = "add a header row that names the columns"
                message = "the table has no header row"
                yield Diagnostic(code="ACC003", span=found.span, message=message, hint=hint)


def empty_heads(chapter: Survey) -> Iterator[Diagnostic]:
    """ACC004 for each column with content that no head names; over row headers none is needed."""
    for found in chapter.nodes:
        if not isinstance(found.node, Table) or not found.node.head:
            continue
        table = found.node
        named, filled = _filled_columns(table.head), _filled_columns(table.body)
        for column in sorted(filled - named - set(range(max(1, table.row_headers)))):
            message = f"the header cell of column {column + 1} is empty"
            hint = "write a column name in the header cell"
            yield Diagnostic(code="ACC004", span=found.span, message=message, hint=hint)


def _filled_columns(rows: tuple[Row, ...]) -> set[int]:
    """The columns, counted from 0, in which some cell of the rows holds something."""
    return {
        column
        for row in placed(rows)
        for place, cell in row
        if cell.content
        for column in range(place, place + cell.colspan)
    }
