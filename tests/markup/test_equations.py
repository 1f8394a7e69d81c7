"""Numbers of the rows of an equation are at their baselines."""

from __future__ import annotations

import re

import pytest

from triptych.markup.equations import get_baseline_style, write_row_numbers
from triptych.media.formulas.formulas import FormulaDrawing
from triptych.model.nodes import Attr, Equation, EquationRow

EQUATION = Equation(tex="", mathml="", rows=(EquationRow(attr=Attr(id="eq-a")), EquationRow(), EquationRow()))


@pytest.mark.parametrize(("height", "style"), [(1.0, "0.8500"), (0.15, "0.0000"), (0.1, "0.0000")])
def test_the_lower_edge_of_a_number_is_below_its_baseline(height: float, style: str) -> None:
    assert get_baseline_style(height) == f"bottom:{style}em"


@pytest.mark.parametrize(
    ("drawing", "bottoms"),
    [
        (FormulaDrawing(b"", 5.0, 3.15, 0.0, rows=(2.15, 1.65, 0.25)), ["2.0000", "1.5000", "0.1000"]),
        (FormulaDrawing(b"", 5.0, 3.15, 0.0, rows=(2.15, 1.65)), ["1.9500", "0.9000", "0.0000"]),
        (None, ["0.0000", "0.0000", "0.0000"]),
    ],
)
def test_rows_of_unknown_positions_are_distributed_over_the_height(
    drawing: FormulaDrawing | None, bottoms: list[str]
) -> None:
    row_numbers = write_row_numbers(EQUATION, ("(1)", "(2)", "(3)"), drawing)
    assert re.findall(r"bottom:([\d.]+)em", row_numbers) == bottoms


def test_rows_without_a_number_are_left_out() -> None:
    row_numbers = write_row_numbers(EQUATION, ("(1)", "", "(<)"), None)
    assert re.findall(r"<span[^>]*>([^<]*)</span>", row_numbers) == ["(1)", "(&lt;)"]
    assert re.findall(r'id="([^"]*)"', row_numbers) == ["eq-a"]
