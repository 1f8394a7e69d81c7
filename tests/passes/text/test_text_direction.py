"""Test that text in a language of the opposite direction is marked."""

from __future__ import annotations

from tests.conftest import ReadBook
from triptych.model.nodes import Code, CodeBlock, Group, Phrase
from triptych.model.walk import chapter_nodes


def ways(book, kind: type) -> list[str]:
    return [node.attr.get("dir") for node in chapter_nodes(book.chapters[0]) if isinstance(node, kind)]


def test_a_passage_from_the_right_has_its_direction(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("A [שלום]{lang=he} and [mot]{lang=fr}.\n\n::: {lang=ar}\nنص [x]{lang=en}\n:::\n")
    assert ways(book, Phrase) == ["rtl", "ltr", "ltr"]
    assert ways(book, Group) == ["rtl"]


def test_direction_of_the_author_is_kept(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("[שלום]{lang=he dir=ltr}\n")
    assert ways(book, Phrase) == ["ltr"]


def test_code_runs_from_the_left_in_a_book_from_the_right(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("نص `f(x)`\n\n```\nf(x)\n```\n", manifest="lang: ar\n")
    assert ways(book, Code) == ways(book, CodeBlock) == ["ltr"]


def test_left_to_right_book_has_no_direction_attribute(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("A [mot]{lang=fr} and `code`.\n")
    assert ways(book, Phrase) == ways(book, Code) == [""]
