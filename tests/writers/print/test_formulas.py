"""Test formulas in documents: baselines, line breaks in long formulas, and equation numbers."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from triptych.diagnostics import Span
from triptych.media.formulas.breaking import NO_BREAK
from triptych.media.formulas.formulas import Formula, FormulaDrawing, make_formula
from triptych.model.nodes import END_OF_PROOF, Attr, Equation, EquationRow, Math
from triptych.theme.theme import load_theme
from triptych.writers.findings import is_formula_too_wide, report_faint_formula, report_wide_formula
from triptych.writers.print.documents import PrintOutput

LINE = Math(tex="x", mathml="<math/>", spoken="x is y")
BLOCK = Equation(
    tex="x", mathml="<math/>", spoken="x", attr=Attr("eq-x"), span=Span(path="a.md", line=3, column=1)
)


def shown(drawing: FormulaDrawing, node: Math | Equation = LINE) -> str:
    return PrintOutput({make_formula(node): drawing}).write_formula(node)


def test_formula_in_pieces_has_one_alt_text() -> None:
    penalties = (NO_BREAK, 500, 0)
    pieces = tuple(
        FormulaDrawing(bytes([65 + place]), 3, 1, 0.2, penalty=penalty, space_after=0.05)
        for place, penalty in enumerate(penalties)
    )
    xhtml = shown(FormulaDrawing(b"<svg/>", 9, 1, 0.2, pieces))
    assert xhtml.startswith('<span class="math" role="math" aria-label="x is y"')
    assert re.findall('alt="([^"]*)"', xhtml) == ["", "", ""]
    assert len(set(re.findall('src="([^"]*)"', xhtml))) == 3
    spaces = re.findall("<span([^>]*)>([ \u00a0])</span>", xhtml)
    assert spaces == [("", "\u00a0"), (' style="word-spacing:0.0500em" data-penalty="500"', " ")]


@pytest.mark.parametrize(
    ("height", "depth", "expected"),
    [
        (0.7, 0.2, "vertical-align:-0.2000em"),
        (0.75, 0.35, "vertical-align:-0.2900em;margin:0.0000em 0.0000em -0.0600em 0"),
        (2.0, 0.5, "vertical-align:-0.3800em;margin:-0.0400em 0.0000em -0.1200em 0"),
    ],
)
def test_a_formula_reaches_into_the_lines_around_by_little(
    height: float, depth: float, expected: str
) -> None:
    style = re.search('style="([^"]*)"', shown(FormulaDrawing(b"<svg/>", 1, height, depth)))
    assert style and style[1].split(";", 2)[2] == expected


def test_number_is_on_the_baseline_of_its_formula() -> None:
    output = PrintOutput({make_formula(BLOCK): FormulaDrawing(b"<svg/>", 9, 3, 1.35)})
    assert output.get_number_style(BLOCK) == "bottom:1.2000em"
    assert PrintOutput({}).get_number_style(BLOCK) is None
    assert "margin" not in output.write_formula(BLOCK)


def test_the_end_mark_is_on_the_last_line_of_a_broken_formula() -> None:
    node = replace(BLOCK, attr=Attr(), tag=END_OF_PROOF)
    for rows, style in [((0.4,), "bottom:0.2500em"), ((), "bottom:1.2000em")]:
        output = PrintOutput({make_formula(node): FormulaDrawing(b"<svg/>", 9, 3, 1.35, rows=rows)})
        assert output.get_number_style(node) == style


@pytest.mark.parametrize(
    ("width", "numbers", "start", "end"),
    [
        (
            9.0,
            ["(1.1)"],
            "max(0em, min(0.75em, 100% - 12.000em), min(3.0em, (100% - 18.000em) * 99))",
            "3.0em",
        ),
        # A number that is wider than usual needs more space.
        (
            9.0,
            ["(10.12)"],
            "max(0em, min(0.75em, 100% - 12.500em), min(3.5em, (100% - 20.000em) * 99))",
            "3.5em",
        ),
    ],
)
def test_a_formula_moves_to_the_left_if_its_number_is_near(
    width: float, numbers: list[str], start: str, end: str
) -> None:
    output = PrintOutput({make_formula(BLOCK): FormulaDrawing(b"<svg/>", width, 1, 0)})
    style = f"padding-inline-start:{start};padding-inline-end:{end}"
    assert output.get_equation_style(BLOCK, numbers) == style
    assert PrintOutput({}).get_equation_style(BLOCK, numbers) is None


def test_a_formula_that_is_too_wide_is_named_with_its_line() -> None:
    assert make_formula(BLOCK) == Formula("<math/>", display=True, number_width=2.25)
    assert is_formula_too_wide(FormulaDrawing(b"", 22.1, 1, 0), BLOCK, 25)
    assert not is_formula_too_wide(FormulaDrawing(b"", 22, 1, 0), BLOCK, 25)
    assert not is_formula_too_wide(FormulaDrawing(b"", 25, 1, 0, (FormulaDrawing(b"", 25, 1, 0),)), BLOCK, 25)
    assert not is_formula_too_wide(FormulaDrawing(b"", 99, 1, 0), LINE, 25)
    assert not is_formula_too_wide(None, BLOCK, 25)
    finding = report_wide_formula(BLOCK)
    assert finding.span == BLOCK.span and "wider than the text area" in finding.message


@pytest.mark.parametrize(
    ("content", "found"),
    [
        ("<mi>x</mi>", ""),
        ('<mstyle mathcolor="#0000ff"><mi>x</mi></mstyle>', ""),
        ('<mstyle mathcolor="#ffff00"><mi>x</mi></mstyle>', "#ffff00 on #ffffff in a formula is only 1.1:1"),
        ('<mstyle mathcolor="#ffff00"><mspace width="1em"/></mstyle>', ""),
        ('<mstyle mathbackground="#222222"><mi>x</mi></mstyle>', "#000000 on #222222"),
        ('<mstyle mathbackground="#000000"><mstyle mathcolor="#ffff00"><mi>x</mi></mstyle></mstyle>', ""),
    ],
)
def test_faint_colour_is_reported(content: str, found: str) -> None:
    node = replace(BLOCK, mathml=f"<math>{content}</math>")
    colours = replace(load_theme("house").colours, background="ffffff", foreground="000000")
    findings = report_faint_formula(node, colours)
    assert [(item.code, item.span) for item in findings] == [("MTH007", BLOCK.span)] * bool(found)
    assert all(found in item.message and item.hint for item in findings)


def test_the_number_of_a_row_is_at_its_baseline() -> None:
    rows = (EquationRow(attr=Attr("eq-a")), EquationRow(), EquationRow(tag="(B)"))
    node = replace(BLOCK, attr=Attr(), rows=rows)
    drawing = FormulaDrawing(b"<svg/>", 9, 6, 3, rows=(5.15, 3.15, 1.15))
    xhtml = PrintOutput({make_formula(node): drawing}).write_numbered_rows(node, ("(1.1)", "", "(B)"))
    assert re.findall(r"<span([^>]*)>([^<]*)</span>", xhtml) == [
        (' id="eq-a" class="equation-number" style="bottom:5.0000em"', "(1.1)"),
        (' class="equation-number" style="bottom:1.0000em"', "(B)"),
    ]


def test_numbers_without_positions_of_rows_are_distributed() -> None:
    node = replace(BLOCK, attr=Attr(), rows=(EquationRow(), EquationRow()))
    drawing = FormulaDrawing(b"<svg/>", 9, 4, 2)
    xhtml = PrintOutput({make_formula(node): drawing}).write_numbered_rows(node, ("(1)", "(2)"))
    assert re.findall("bottom:([0-9.]+)em", xhtml) == ["1.8500", "0.0000"]
