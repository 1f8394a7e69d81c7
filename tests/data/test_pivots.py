"""Test that long data is pivoted: each row of the file becomes one cell."""

from __future__ import annotations

import pytest

from triptych.data.data_file import DataError, DataFile
from triptych.data.pivots import EMPTY_CELL, GridCell, pivot_data

ROWS = (
    ("Solar", "Output", "80", "2024", "IEA"),
    ("Chips", "Papers", "38.5", "2023", ""),
    ("Solar", "Papers", "", "2023", "ASPI"),
)
FILE = DataFile("d.csv", ("field", "measure", "value", "year", "who"), ROWS, row_numbers=(2, 3, 5))


def test_rows_and_columns_keep_their_first_order_and_gaps() -> None:
    grid = pivot_data(FILE, "field", "measure", "value", ["year", "who"])
    assert grid.row_names == ("Solar", "Chips")
    assert grid.column_names == ("Output", "Papers")
    assert grid.cells == (
        (GridCell("80", ("2024", "IEA")), GridCell("", ("2023", "ASPI"))),
        (EMPTY_CELL, GridCell("38.5", ("2023",))),
    )


def test_ordered_names_precede_the_others() -> None:
    grid = pivot_data(FILE, "field", "measure", "value", order=["Papers", "Chips"])
    assert (grid.row_names, grid.column_names) == (("Chips", "Solar"), ("Papers", "Output"))
    assert grid.cells[0] == (GridCell("38.5"), EMPTY_CELL)


@pytest.mark.parametrize(
    ("names", "order", "code", "attribute", "said"),
    [
        (("fields", "measure", "value"), (), "DAT001", "rows", 'no column "fields"'),
        (("field", "measures", "value"), (), "DAT001", "columns", 'no column "measures"'),
        (("field", "measure", "values"), (), "DAT001", "values", 'no column "values"'),
        (("who", "measure", "value"), (), "CHT001", "rows", 'row 3: the cell in column "who" is empty'),
        (
            ("year", "year", "value"),
            (),
            "CHT001",
            "rows",
            'rows 3 and 5 both have the values "2023"',
        ),
        (("field", "measure", "value"), ("Paper",), "CHT001", "order", '"Paper"'),
    ],
)
def test_error_is_reported_at_its_attribute(
    names: tuple[str, str, str], order: tuple[str, ...], code: str, attribute: str, said: str
) -> None:
    with pytest.raises(DataError) as caught:
        pivot_data(FILE, *names, order=order)
    assert (caught.value.code, caught.value.attribute) == (code, attribute)
    assert said in caught.value.message
