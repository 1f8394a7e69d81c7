"""Test that profiles, settings and outputs decide which content of a book is shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import ReadBook
from triptych.languages.labels import load_labels
from triptych.model.book import Book
from triptych.model.nodes import Attr, Group, Paragraph, Phrase, Text
from triptych.model.walk import plain_text
from triptych.passes.conditions import apply_conditions, select_for_output

SETTINGS = {"draft": True, "shop": {"open": "yes", "closed": "no"}, "empty": ""}


def book_with(read_book_of: ReadBook, *classes: str, id: str = "", **pairs: str) -> Book:
    """Return a book of one paragraph in a conditional div."""
    attr = Attr(id, classes, tuple((name.replace("_", "-"), value) for name, value in pairs.items()))
    frame = Group(attr=attr, content=(Paragraph(content=(Text(text="Text."),)),))
    book, _ = read_book_of("x\n")
    chapter = replace(book.chapters[0], blocks=(frame,))
    return replace(book, chapters=(chapter,), profiles=("web", "large"), settings=SETTINGS)


def chosen(book: Book) -> bool:
    book, result = apply_conditions(book, load_labels("en"))
    assert result == []
    return bool(book.chapters[0].blocks)


@pytest.mark.parametrize(
    ("pairs", "shown"),
    [
        ({}, True),
        ({"when_profile": "web"}, True),
        ({"when_profile": "print, large"}, True),
        ({"when_profile": "print"}, False),
        ({"unless_profile": "web"}, False),
        ({"unless_profile": "print"}, True),
        ({"when_meta": "draft"}, True),
        ({"when_meta": "shop.open"}, True),
        ({"when_meta": "shop.closed"}, False),
        ({"when_meta": "shop.else"}, False),
        ({"when_meta": "draft.else"}, False),
        ({"when_meta": "empty"}, False),
        ({"unless_meta": "draft"}, False),
        ({"unless_meta": "shop.closed"}, True),
        ({"when_profile": "web", "unless_meta": "draft"}, False),
        ({"when_profile": "web", "when_meta": "shop.closed"}, False),
        ({"when_profile": "web", "when_meta": "draft"}, True),
    ],
)
def test_profiles_and_settings_are_evaluated_at_once(
    read_book_of: ReadBook, pairs: dict[str, str], shown: bool
) -> None:
    assert chosen(book_with(read_book_of, **pairs)) is shown
    assert chosen(book_with(read_book_of, "content-visible", **pairs)) is shown
    # Conditions of hidden content are inverted.
    assert chosen(book_with(read_book_of, "content-hidden", **pairs)) is (not shown or not pairs)


@pytest.mark.parametrize(
    ("classes", "pairs", "outputs"),
    [
        ((), {}, "pdf epub pptx"),
        (("book-only",), {}, "pdf epub"),
        (("slide-only",), {}, "pptx"),
        (("content-visible",), {"when_format": "pdf"}, "pdf"),
        (("content-visible",), {"when_format": "HTML, slides"}, "epub pptx"),
        (("content-visible",), {"unless_format": "typst"}, "epub pptx"),
        (("content-visible",), {"when_format": "pdf epub", "unless_format": "ebook"}, "pdf"),
        (("content-hidden",), {"when_format": "pdf"}, "epub pptx"),
        (("content-hidden",), {"unless_format": "pdf"}, "pdf"),
        (("content-hidden",), {}, "pdf epub pptx"),
        (("content-visible",), {"when_format": "docx"}, ""),
    ],
)
def test_outputs_evaluate_format_conditions(
    read_book_of: ReadBook, classes: tuple[str, ...], pairs: dict[str, str], outputs: str
) -> None:
    book = book_with(read_book_of, *classes, **pairs)
    shown = [name for name in ("pdf", "epub", "pptx") if select_for_output(book, name).chapters[0].blocks]
    assert shown == outputs.split()


def only_block(book: Book) -> Any:
    (block,) = select_for_output(book, "pdf").chapters[0].blocks
    return block


def test_container_of_a_condition_is_removed_with_it(read_book_of: ReadBook) -> None:
    assert isinstance(only_block(book_with(read_book_of, "content-visible", when_format="pdf")), Paragraph)
    for frame in (
        book_with(read_book_of, "content-visible", id="one", when_format="pdf"),
        book_with(read_book_of, "content-visible", "note", when_format="pdf"),
        book_with(read_book_of, when_format="pdf"),
    ):
        assert isinstance(only_block(frame), Group)


def test_removed_words_leave_one_space(read_book_of: ReadBook) -> None:
    book = book_with(read_book_of)
    hidden = Phrase(attr=Attr("", ("slide-only",)), content=(Text(text="aloud"),))
    line = (Text(text="Said "), hidden, Text(text=" and done."))
    chapter = replace(book.chapters[0], blocks=(Paragraph(content=line),))
    block = select_for_output(replace(book, chapters=(chapter,)), "pdf").chapters[0].blocks[0]
    assert isinstance(block, Paragraph)
    assert "".join(node.text for node in block.content if isinstance(node, Text)) == "Said and done."
    assert plain_text(block.content) == "Said and done."
