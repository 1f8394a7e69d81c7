"""Test that content nested too deeply for any page is reported at its source."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from triptych.diagnostics import Severity
from triptych.reading.syntax.inlines import DEEPEST

DIVS = "::: {.callout-note}\n\n" * 200 + "the deepest\n\n" + ":::\n\n" * 200
LISTS = "".join("    " * level + f"- item {level}\n\n" for level in range(100))
MARKS = "*a **b " * 100 + "c" + "** *" * 100


def errors(read_book_of: ReadBook, text: str) -> list[str]:
    _, findings = read_book_of(text)
    return [item.code for item in findings if item.severity is Severity.ERROR]


@pytest.mark.parametrize(
    "text",
    [f"A sentence.\n\n{'>' * 300} deep\n", DIVS, LISTS, MARKS, "> " * 1500 + "deep\n"],
    ids=["quotations", "divs", "lists", "marks", "more than any reader takes"],
)
def test_excessive_nesting_is_an_error(read_book_of: ReadBook, text: str) -> None:
    assert errors(read_book_of, text) == ["SEC004"]


NESTED = {
    "quotations": lambda depth: "> " * depth + "deep\n",
    "lists": lambda depth: "- " * depth + "deep\n",
    "divs": lambda depth: "::: {.x}\n" * depth + "deep\n" + ":::\n" * depth,
    "marks": lambda depth: (
        "*a **b " * (depth // 2) + "*c" * (depth % 2) + "*" * (depth % 2) + "** *" * (depth // 2)
    ),
    "notes": lambda depth: "a^[b " * depth + "]" * depth + "\n",
}


@pytest.mark.parametrize("kind", NESTED)
def test_limit_applies_to_each_kind_of_nesting(read_book_of: ReadBook, kind: str) -> None:
    assert errors(read_book_of, f"A sentence.\n\n{NESTED[kind](DEEPEST)}") == []
    assert errors(read_book_of, f"A sentence.\n\n{NESTED[kind](DEEPEST + 1)}") == ["SEC004"]


@pytest.mark.parametrize("kind", ["quotations", "lists", "marks"])
def test_position_is_the_line_of_the_nested_element(read_book_of: ReadBook, kind: str) -> None:
    _, findings = read_book_of(f"A sentence\non two lines.\n\n{NESTED[kind](DEEPEST + 1)}")
    (line,) = (item.span.line for item in findings if item.code == "SEC004" and item.span)
    assert line == 7


@pytest.mark.parametrize("text", ["> deep\n", "- deep\n", "1. deep\n"])
def test_a_container_is_placed_at_its_marker(read_book_of: ReadBook, text: str) -> None:
    book, _ = read_book_of(f"A sentence\non two lines.\n\n{text}")
    _, container = book.chapters[0].blocks
    assert container.span is not None
    assert container.span.line == 7


def test_usual_nesting_is_valid(read_book_of: ReadBook) -> None:
    assert errors(read_book_of, "".join("    " * n + f"- item {n}\n\n" for n in range(20))) == []


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("a^{", "}"),
        ("a_ {", "}"),
        (r"a^\sqrt[3]{", "}"),
        (r"a^\frac{1}{", "}"),
        (r"a^{\hat{", "}}"),
        (r"a^\left(", r"\right)"),
        (r"a^\begin{matrix}", r"\end{matrix}"),
        (r"a^\text{$", "$}"),
    ],
)
def test_a_formula_with_more_levels_of_scripts_than_allowed_is_an_error_at_its_place(
    start: str, end: str, read_book_of: ReadBook
) -> None:
    formulas = [f"$${start * depth}x{end * depth}$$" for depth in (10, 13)]
    _, findings = read_book_of(f"The first.\n\n{formulas[0]}\n\n{formulas[1]}\n")
    (finding,) = (item for item in findings if item.code == "MTH001")
    assert (finding.message, finding.span and finding.span.line) == (
        "the formula nests subscripts and superscripts 13 levels deep; the limit is 10",
        8,
    )


def test_adjacent_scripts_are_one_level(read_book_of: ReadBook) -> None:
    fraction = r"\cfrac{b_1^{2}}{a_1^{2} + " * 13 + "x" + "}" * 13
    _, findings = read_book_of(f"$${fraction}$$\n\n$${'a^{2} + b_{i} + ' * 20}x$$\n")
    assert not [item for item in findings if item.code == "MTH001"]
