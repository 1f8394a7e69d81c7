"""Test that cells spanning rows or columns shift other cells."""

from __future__ import annotations

from triptych.model.nodes import Cell, Paragraph, Row, Text
from triptych.model.tables import list_column_cells, place_cells
from triptych.model.walk import plain_text


def cell(name: str, colspan: int = 1, rowspan: int = 1) -> Cell:
    return Cell(content=(Paragraph(content=(Text(text=name),)),), colspan=colspan, rowspan=rowspan)


ROWS = (
    Row(cells=(cell("a", rowspan=3), cell("b", colspan=2), cell("c"))),
    Row(cells=(cell("d"), cell("e", rowspan=2), cell("f"))),
    Row(cells=(cell("g"), cell("h"))),
    Row(cells=(cell("i"), cell("j"))),
)


def test_each_cell_has_its_column() -> None:
    grid = [" ".join(f"{plain_text((item,))}{column}" for column, item in row) for row in place_cells(ROWS)]
    assert grid == ["a0 b1 c3", "d1 e2 f3", "g1 h3", "i0 j1"]


def test_column_has_the_cells_that_span_only_it() -> None:
    columns = [
        "".join(plain_text((column_cell,)) for column_cell in list_column_cells(ROWS, column))
        for column in range(4)
    ]
    assert columns == ["ai", "dgj", "e", "cfh"]
