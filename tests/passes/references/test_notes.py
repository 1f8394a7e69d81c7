"""Test footnotes: one numbering for all outputs, and several references to one note."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook, section_xhtml
from triptych.languages.labels import load_labels
from triptych.model.book import Book
from triptych.model.nodes import CodeBlock, Note
from triptych.model.walk import chapter_nodes, plain_text
from triptych.writers.epub.pages import PageWriter


def notes_of(book: Book) -> list[tuple[int, bool, str]]:
    nodes = (node for node in chapter_nodes(book.chapters[0]) if isinstance(node, Note))
    return [(note.number, note.is_repeated, plain_text(note.content)) for note in nodes]


def test_notes_count_in_the_order_of_the_text(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("One^[Ay.] two[^b].\n\n[^b]: Bee.\n")
    assert notes_of(book) == [(1, False, "Ay."), (2, False, "Bee.")]


def test_two_references_to_one_note_have_one_number_and_one_text(read_book_of: ReadBook) -> None:
    book, result = read_book_of("One[^a] two[^b] three[^a].\n\n[^a]: *Ay.*\n\n[^b]: Bee.\n")
    assert not result
    assert notes_of(book) == [(1, False, "Ay."), (2, False, "Bee."), (1, True, "")]


def test_notes_with_equal_text_are_separate(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("One[^a] two[^b].\n\n[^a]: Ibid.\n\n[^b]: Ibid.\n")
    assert [number for number, _, _ in notes_of(book)] == [1, 2]


@pytest.mark.parametrize(
    "markdown",
    [
        "| A[^a] |\n|---|\n| B[^a] |\n\n[^a]: N.\n",
        "## H[^a]\n\nText[^a].\n\n[^a]: N.\n",
        "::: {.callout-note}\nIn[^a] and in[^a].\n:::\n\n[^a]: N.\n",
        "- item[^a]\n- item[^a]\n\n[^a]: N.\n",
        "![Caption[^a]](a.png){fig-alt=A}\n\nText[^a].\n\n[^a]: N.\n",
    ],
)
def test_notes_may_be_anywhere(read_book_of: ReadBook, markdown: str) -> None:
    from tests.conftest import tiny_png

    book, result = read_book_of(markdown, files={"source/a.png": tiny_png()})
    assert not result
    assert [(number, repeated) for number, repeated, _ in notes_of(book)] == [(1, False), (1, True)]


def test_epub_note_links_back_to_each_call(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("One[^a] two[^a].\n\n[^a]: Ay.\n")
    (note,) = PageWriter(book, load_labels("en")).make_chapter_variables(book.chapters[0])["notes"]
    assert note.marks == ("_noteref-1", "_noteref-1-2")
    xhtml = section_xhtml(book)
    assert all(f'id="{mark}"' in xhtml for mark in note.marks)


def test_text_like_a_note_in_code_is_unchanged(read_book_of: ReadBook) -> None:
    code = "[^a] and [^a]\n[^a]: text"
    book, _ = read_book_of(f"```\n{code}\n```\n")
    (block,) = (node for node in book.chapters[0].blocks if isinstance(node, CodeBlock))
    assert block.text == code


def test_nested_note_follows_its_parent(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("One[^a] two[^c].\n\n[^a]: Ay.[^b]\n\n[^b]: Bee.\n\n[^c]: Sea.\n")
    numbers = [number for number, _, _ in notes_of(book)]
    assert numbers == sorted(numbers)
