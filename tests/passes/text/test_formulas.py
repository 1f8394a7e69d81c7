"""Test that formulas get their spoken words from the whole book."""

from __future__ import annotations

import pytest
from lxml import etree

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


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("en-GB", "1 m to 2 m; 1 to 9; 1, 2 and 3; 4 and 5; 7"),
        ("de", "1 m bis 2 m; 1 bis 9; 1, 2 und 3; 4 und 5; 7"),
        ("fr", "1 m à 2 m; 1 à 9; 1, 2 et 3; 4 et 5; 7"),
        ("zh-Hans", "1 m到2 m; 1到9; 1, 2和3; 4和5; 7"),
        ("pl", "1 m–2 m; 1–9; 1, 2, 3; 4, 5; 7"),
    ],
)
def test_ranges_and_lists_of_quantities_have_words_of_the_language(
    language: str, shown: str, read_book_of: ReadBook
) -> None:
    commands = r"\qtyrange{1}{2}{\metre}; \numrange{1}{9}; \numlist{1;2;3}; \numlist{4;5}; \numlist{7}".split(
        "; "
    )
    source = " ".join(f"${command}$" for command in commands)
    book, _ = read_book_of(f"{source}\n", manifest=f"lang: {language}\n")
    formulas = list(book_nodes(book, nodes.Math))
    words = (
        "".join(etree.fromstring(one.mathml).xpath("//text()[not(ancestor::*[local-name()='annotation'])]"))
        for one in formulas
    )
    assert "; ".join(" ".join(text.split()) for text in words) == shown.replace(" m", "m")
    assert all("\ue004" not in one.omml + one.spoken + one.text for one in formulas)


def test_a_range_of_quantities_is_spoken_without_a_pause(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("$\\qtyrange{1}{2}{\\metre}$\n")
    (formula,) = book_nodes(book, nodes.Math)
    assert formula.spoken == "1 m to 2 m"


def test_numbers_of_rows_are_spoken(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(
        "\\begin{align}\na &= b \\label{eq:one} \\\\\nc &= d \\notag \\\\\ne &= f \\tag{A}\n\\end{align}\n"
    )
    (equation,) = book_nodes(book, nodes.Equation)
    assert equation.spoken == (
        "3 lines, line 1, equation (1.1): a equals b; line 2: c equals d; line 3, equation (A): e equals f"
    )
