"""Pandoc's tables → the model's tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from triptych.diagnostics import Diagnostic, Span
from triptych.model.nodes import Align, Attr, Block, Cell, Column, Inline, Row, Table
from triptych.model.walk import plain_text
from triptych.reading.syntax.inlines import read_attr
from triptych.settings.limits import ReadingLimits, raising

_LONGEST = 20_000  # characters in a cell
MOST_COLUMNS = 200
"""More fit on no page, however wide, and every cell of them takes its time."""
_ALIGN = {
    "AlignLeft": Align.LEFT,
    "AlignRight": Align.RIGHT,
    "AlignCenter": Align.CENTER,
    "AlignDefault": Align.DEFAULT,
}


def read_table(
    c: Any, blocks: Callable[[Any], tuple[Block, ...]], caption: tuple[Inline, ...], span: Span
) -> Table:
    """A pandoc table; ``blocks`` reads the content of a cell."""
    attr, _caption, specs, head, bodies, foot = c

    def rows(values: Any) -> tuple[Row, ...]:
        return tuple(Row(cells=tuple(cell(value) for value in row[1])) for row in values)

    def cell(value: Any) -> Cell:
        attr, align, rowspan, colspan, content = value
        return Cell(
            content=blocks(content),
            align=_ALIGN[align["t"]],
            rowspan=rowspan,
            colspan=colspan,
            look=Attr("", tuple(attr[1]), tuple((key, text) for key, text in attr[2] if key == "style")),
        )

    head_rows = rows(head[1])
    body_rows: tuple[Row, ...] = ()
    for _attr, _headers, subhead, body in bodies:
        body_rows += rows(subhead) + rows(body)
    if all(not item.content for row in head_rows for item in row.cells):
        head_rows = ()
    cell_attr = read_attr(attr)
    return Table(
        # The dashes under a head are no widths: who draws a table draws what it holds.
        columns=tuple(Column(align=_ALIGN[align["t"]]) for align, _ in specs),
        head=head_rows,
        body=body_rows,
        foot=rows(foot[1]),
        row_headers=max((body[1] for body in bodies), default=0),
        caption=caption,
        attr=cell_attr,
        span=span,
    )


def too_large(tables: Iterable[Table], limits: ReadingLimits) -> Iterator[Diagnostic]:
    """SEC004 for tables with more cells than a book may have in one, or more words in one of them: they would
    fill hundreds of pages.
    """
    for table in tables:
        cells = (cell for row in (*table.head, *table.body, *table.foot) for cell in row.cells)
        if (longest := max((len(plain_text(cell.content)) for cell in cells), default=0)) > _LONGEST:
            message = f"a table cell has {longest:,} characters; the limit is {_LONGEST:,}"
            hint = "move the long text out of the table"
            yield Diagnostic(code="SEC004", span=table.span, message=message, hint=hint)
        rows = sum(map(len, (table.head, table.body, table.foot)))
        for message, hint in size_problems(rows, len(table.columns), limits):
            yield Diagnostic(code="SEC004", span=table.span, message=message, hint=hint)


def size_problems(rows: int, columns: int, limits: ReadingLimits) -> Iterator[tuple[str, str]]:
    """Why a table cannot be as large as it is, and what to do."""
    if columns > MOST_COLUMNS:
        yield f"the table has {columns:,} columns; the limit is {MOST_COLUMNS}", "show fewer columns"
    elif rows * columns > limits.table_cells:
        hint = f"show fewer rows, or {raising('table-cells')}"
        yield f"the table has {rows * columns:,} cells; the limit is {limits.table_cells:,}", hint
