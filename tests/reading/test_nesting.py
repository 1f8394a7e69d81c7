"""What stands in each other deeper than any page has room for is told at its place."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from triptych.diagnostics import Severity

DIVS = "::: {.callout-note}\n\n" * 200 + "the deepest\n\n" + ":::\n\n" * 200
LISTS = "".join("    " * level + f"- item {level}\n\n" for level in range(100))
MARKS = "*a **b " * 100 + "c" + "** *" * 100


def errors(read_book_of: ReadBook, text: str) -> list[str]:
    _, found = read_book_of(text)
    return [one.code for one in found if one.severity is Severity.ERROR]


@pytest.mark.parametrize(
    "text",
    [f"A sentence.\n\n{'>' * 300} deep\n", DIVS, LISTS, MARKS, "> " * 1500 + "deep\n"],
    ids=["quotations", "divs", "lists", "marks", "more than any reader takes"],
)
def test_what_stands_too_deep_is_an_error(read_book_of: ReadBook, text: str) -> None:
    assert errors(read_book_of, text) == ["SEC004"]


def test_what_people_nest_is_none(read_book_of: ReadBook) -> None:
    assert errors(read_book_of, "".join("    " * n + f"- item {n}\n\n" for n in range(20))) == []
