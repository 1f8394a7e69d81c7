"""How documents show formulas: on their baselines, in pieces where they are long, with numbers beside them."""

from __future__ import annotations

import re

import pytest

from triptych.diagnostics import Span
from triptych.media.formulas.formulas import Formula, FormulaDrawing, make_formula
from triptych.model.nodes import Attr, Equation, Math
from triptych.writers.findings import is_formula_too_wide, report_wide_formula
from triptych.writers.print.documents import PrintOutput

LINE = Math(tex="x", mathml="<math/>", spoken="x is y")
BLOCK = Equation(
    tex="x", mathml="<math/>", spoken="x", attr=Attr("eq-x"), span=Span(path="a.md", line=3, column=1)
)


def shown(drawing: FormulaDrawing, node: Math | Equation = LINE) -> str:
    return PrintOutput({make_formula(node): drawing}).write_formula(node)


def test_the_first_piece_of_a_formula_speaks_for_all() -> None:
    pieces = tuple(FormulaDrawing(bytes([65 + place]), 3, 1, 0.2) for place in range(3))
    xhtml = shown(FormulaDrawing(b"<svg/>", 9, 1, 0.2, pieces))
    assert re.findall('alt="([^"]*)"', xhtml) == ["x is y", "", ""]
    assert xhtml.count("/> <img") == 2, "a line may end between them"
    assert len(set(re.findall('src="([^"]*)"', xhtml))) == 3


@pytest.mark.parametrize(
    ("height", "depth", "expected"),
    [
        (0.7, 0.2, "vertical-align:-0.2000em"),
        (0.75, 0.35, "vertical-align:-0.2900em;margin:0.0000em 0.0em -0.0600em 0"),
        (2.0, 0.5, "vertical-align:-0.3800em;margin:-0.0400em 0.0em -0.1200em 0"),
    ],
)
def test_a_formula_reaches_into_the_lines_around_by_little(
    height: float, depth: float, expected: str
) -> None:
    style = re.search('style="([^"]*)"', shown(FormulaDrawing(b"<svg/>", 1, height, depth)))
    assert style and style[1].split(";", 2)[2] == expected


def test_the_number_stands_on_the_baseline_of_its_formula() -> None:
    output = PrintOutput({make_formula(BLOCK): FormulaDrawing(b"<svg/>", 9, 3, 1.35)})
    assert output.get_number_style(BLOCK) == "bottom:1.2000em"
    assert PrintOutput({}).get_number_style(BLOCK) is None
    assert "margin" not in output.write_formula(BLOCK)


def test_a_formula_that_is_too_wide_is_named_with_its_line() -> None:
    assert make_formula(BLOCK) == Formula("<math/>", display=True, numbered=True)
    assert is_formula_too_wide(FormulaDrawing(b"", 20, 1, 0), BLOCK, 25)
    assert not is_formula_too_wide(FormulaDrawing(b"", 19, 1, 0), BLOCK, 25)
    assert not is_formula_too_wide(FormulaDrawing(b"", 99, 1, 0), LINE, 25)
    assert not is_formula_too_wide(None, BLOCK, 25)
    finding = report_wide_formula(BLOCK)
    assert finding.span == BLOCK.span and "wider than the text area" in finding.message
