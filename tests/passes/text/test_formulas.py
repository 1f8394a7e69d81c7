"""Test that formulas get their spoken words from the whole book."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from triptych.model import nodes
from triptych.model.walk import book_nodes


@pytest.mark.parametrize(
    ("markdown", "spoken"),
    [
        ("$\\varepsilon > 0$", ["epsilon is greater than 0"]),
        ("$\\epsilon$ and $\\varepsilon$", ["epsilon", "variant epsilon"]),
        ("$\\varphi$ and $\\vartheta$", ["phi", "theta"]),
        ("$\\varphi$ and $\\vartheta$ and $\\theta$", ["phi", "variant theta", "theta"]),
        ("$\\pi$ and $\\varpi$ and $\\varsigma$", ["pi", "variant pi", "variant sigma"]),
    ],
)
def test_variants_of_letters_are_told_apart_if_the_book_has_both(
    markdown: str, spoken: list[str], read_book_of: ReadBook
) -> None:
    book, _ = read_book_of(f"{markdown}\n")
    assert [formula.spoken for formula in book_nodes(book, nodes.Math)] == spoken


def test_numbers_of_rows_are_spoken(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(
        "\\begin{align}\na &= b \\label{eq:one} \\\\\nc &= d \\notag \\\\\ne &= f \\tag{A}\n\\end{align}\n"
    )
    (equation,) = book_nodes(book, nodes.Equation)
    assert equation.spoken == (
        "3 lines, line 1, equation (1.1): a equals b; line 2: c equals d; line 3, equation (A): e equals f"
    )
