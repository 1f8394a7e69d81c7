"""Test formulas on several lines: the indentation of each line."""

from __future__ import annotations

import re

import pytest

from tests.media.formulas.conftest import MathmlOf
from triptych.media.formulas.breaking import break_rows, split_rows
from triptych.media.formulas.formulas import Formula, draw_formulas


def indents(tex: str, room: float, mathml_of: MathmlOf) -> list[float]:
    """Return the indentation of the lines of a formula whose pieces are all three em wide."""
    (source,) = mathml_of([f"$${tex}$$"])
    rows = split_rows(source)
    lines = break_rows(rows, [3.0] * sum(len(row.pieces) for row in rows), room)
    results = [re.match(r"display\((?:#h\(([\d.]+)em\);)?", line) for line in lines]
    return [float(match.group(1) or 0) for match in results if match]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"a &= b + c \\ &= d", [0, 3]),
        (r"&= b \\ a &= c", [3, 0]),
        # Continuation lines are indented further than aligned lines.
        (r"a &= b + c + d + e + f \\ &= g", [0, 4.7, 3]),
        (r"a &, b, c, d, e, f", [0, 4.7]),
        # After a long left-hand side, lines are not aligned with its end.
        (r"a + b + c + d &= e + f \\ &= g", [0, 2, 2]),
        (r"a + b + c + d + x + y &= e \\ &= g", [0, 3.7, 2]),
        (r"a + b + c + d + x + y \\ &= g", [0, 3.7, 2]),
    ],
)
def test_row_lines_start_at_the_alignment_point(tex: str, expected: list[float], mathml_of: MathmlOf) -> None:
    assert indents(rf"\begin{{aligned}} {tex} \end{{aligned}}", 14.0, mathml_of) == expected


def test_other_tables_are_not_split(mathml_of: MathmlOf) -> None:
    assert indents(r"\begin{matrix} a & = b + c \end{matrix}", 2.0, mathml_of) == []


def test_signs_after_rows_belong_to_the_last(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$$\begin{aligned} a &= b \\ &= c \end{aligned},$$"])
    assert split_rows(source)[-1].rest[-1].atoms[-1].kind == "punct"


@pytest.mark.parametrize(("room", "expected"), [(9.0, 1), (8.5, 2)])
def test_space_between_formulas_is_kept_unless_a_line_ends_there(
    room: float, expected: int, mathml_of: MathmlOf
) -> None:
    (source,) = mathml_of([r"$$a, \qquad b$$"])
    lines = break_rows(split_rows(source), [3.0, 4.0], room)
    assert len(lines) == expected
    assert ["#h(2.167em)" in line for line in lines] == [expected == 1] * expected


def test_formulas_side_by_side_are_broken_between_them_first(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$$a = b, \quad c = d$$"])
    first, second = break_rows(split_rows(source), [3.0] * 4, 11.0)
    assert "= b" in first
    assert "c = d" in second


def test_no_line_ends_after_the_first_letter_of_a_formula(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$$a = b, \quad c = d + e$$"])
    widths = [3.0, 3.0, 1.0, 6.0, 3.0]  # a | = b, | c | = d | + e
    lines = break_rows(split_rows(source), widths, 12.0)
    assert not any(line.endswith("c)") for line in lines)


def test_a_line_begins_with_an_implication_rather_than_with_a_relation_after_it(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$$a = b = c \implies d + e = f = g$$"])
    rows = split_rows(source)
    lines = break_rows(rows, [3.0] * len(rows[0].pieces), 20.0)
    assert len(lines) == 2 and lines[1].startswith("display(#h(2em);#h(0.278em);⟹")


def test_inline_formula_with_a_small_fraction_is_broken(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$a = \tfrac{1}{2} b$"])
    (drawing,) = draw_formulas([Formula(source, display=False)])
    assert drawing is not None
    assert len(drawing.pieces) == 3
