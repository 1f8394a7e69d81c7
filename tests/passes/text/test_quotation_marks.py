"""Test quotation marks of the book's language."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from triptych.model.nodes import Quoted
from triptych.model.walk import chapter_nodes, plain_text

TEXT = "She said \"it is 'good' enough\".\n"


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "“it is ‘good’ enough”"),
        ("de", "„it is ‚good‘ enough“"),
        ("de-AT", "„it is ‚good‘ enough“"),
        ("fr", "«\u202fit is ‹\u202fgood\u202f› enough\u202f»"),
        ("xx", "“it is ‘good’ enough”"),
    ],
)
def test_each_language_has_its_marks(read_book_of: ReadBook, language: str, expected: str) -> None:
    book, _ = read_book_of(TEXT, manifest=f"lang: {language}\n")
    text = "".join(node.text for node in chapter_nodes(book.chapters[0]) if hasattr(node, "text"))
    assert expected in text


def test_no_quotation_node_remains(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(TEXT + "\n> \"x\"^['y']\n", title="'\"T\"'")
    assert not any(isinstance(node, Quoted) for node in chapter_nodes(book.chapters[0]))


def test_titles_and_captions_are_quoted_too(read_book_of: ReadBook) -> None:
    book, _ = read_book_of('| A |\n|---|\n| 1 |\n\n: "C"\n', title="'\"T\"'", manifest="lang: de\n")
    assert plain_text(book.chapters[0].title) == "„T“"
    assert plain_text(book.chapters[0].blocks[0].caption) == "„C“"


def test_passage_has_the_quotation_marks_of_its_language(read_book_of: ReadBook) -> None:
    text = '"a" ["b" ["c"]{lang=ja}]{lang=de}\n\n::: {lang=fr}\n"d"\n:::\n'
    book, _ = read_book_of(text)
    result = "".join(node.text for node in chapter_nodes(book.chapters[0]) if hasattr(node, "text"))
    assert "“a” „b“ 「c」«\u202fd\u202f»" in result


def test_chapter_has_the_quotation_marks_of_its_language(read_book_of: ReadBook) -> None:
    book, _ = read_book_of('"a"\n', lang="de")
    assert plain_text(book.chapters[0].blocks[0].content) == "„a“"
