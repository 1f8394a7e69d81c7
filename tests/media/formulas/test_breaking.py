"""Formulas on several lines: where each line begins."""

from __future__ import annotations

import re

import pytest

from tests.media.formulas.conftest import MathmlOf
from triptych.media.formulas.breaking import break_rows, split_rows


def indents(tex: str, room: float, mathml_of: MathmlOf) -> list[float]:
    """Where the lines of a formula begin whose pieces are all three em wide."""
    (source,) = mathml_of([f"$${tex}$$"])
    rows = split_rows(source)
    lines = break_rows(rows, [3.0] * sum(len(row.pieces) for row in rows), room)
    found = [re.match(r"display\((?:#h\(([\d.]+)em\);)?", line) for line in lines]
    return [float(match.group(1) or 0) for match in found if match]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"a &= b + c \\ &= d", [0, 3]),
        (r"&= b \\ a &= c", [3, 0]),
        # What goes on stands further in than what is aligned.
        (r"a &= b + c + d + e + f \\ &= g", [0, 4.7, 3]),
        (r"a &, b, c, d, e, f", [0, 4.7]),
        # Behind a long beginning lines are not aligned under its end.
        (r"a + b + c + d &= e + f \\ &= g", [0, 2, 2]),
        (r"a + b + c + d + x + y &= e \\ &= g", [0, 3.7, 2]),
        (r"a + b + c + d + x + y \\ &= g", [0, 3.7, 2]),
    ],
)
def test_lines_of_rows_begin_where_they_are_aligned(
    tex: str, expected: list[float], mathml_of: MathmlOf
) -> None:
    assert indents(rf"\begin{{aligned}} {tex} \end{{aligned}}", 14.0, mathml_of) == expected


def test_other_tables_are_not_broken(mathml_of: MathmlOf) -> None:
    assert indents(r"\begin{matrix} a & = b + c \end{matrix}", 2.0, mathml_of) == []


def test_signs_behind_rows_belong_to_the_last(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$$\begin{aligned} a &= b \\ &= c \end{aligned},$$"])
    assert split_rows(source)[-1].rest[-1].atoms[-1].kind == "punct"
