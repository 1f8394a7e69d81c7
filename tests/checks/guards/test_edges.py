"""What lies beyond the edges of a page is told, at what it is of."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf

from tests.conftest import ReadBook
from triptych.checks.guards.edges import beyond_the_page
from triptych.checks.guards.leaves import Leaf, Leaves
from triptych.checks.guards.pdf_leaves import pdf_leaves
from triptych.checks.wordings import letters
from triptych.engine.workers import Inline

TABLE = "A paragraph.\n\n| Alpha | Beta |\n|---|---|\n| one | two |\n"


def page_with(text: str, x: int, y: int = 700) -> bytes:
    """A PDF of one page of 600 by 800 points with a text at a place."""
    pdf = pikepdf.new()
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Courier
    )
    page = pikepdf.Page(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Page,
            MediaBox=[0, 0, 600, 800],
            Resources=pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font)),
            Contents=pdf.make_stream(f"BT /F1 10 Tf {x} {y} Td ({text}) Tj ET".encode()),
        )
    )
    pdf.pages.append(page)
    out = io.BytesIO()
    pdf.save(out)
    return out.getvalue()


def test_words_beyond_an_edge_are_read_apart() -> None:
    (leaf,) = pdf_leaves(page_with("Inside Outside", 560), Inline()).leaves
    assert leaf.letters == letters("Inside Outside")
    assert leaf.beyond == "Outside"


def test_a_page_that_holds_its_words_has_none_beyond() -> None:
    (leaf,) = pdf_leaves(page_with("Inside", 50), Inline()).leaves
    assert leaf.beyond == ""


def test_words_below_the_foot_are_beyond_too() -> None:
    (leaf,) = pdf_leaves(page_with("Lost", 50, -40), Inline()).leaves
    assert leaf.beyond == "Lost"


def test_the_finding_stands_at_the_table_that_is_too_wide(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(TABLE)
    leaf = Leaf(letters(TABLE), beyond="Beta two")
    leaves = Leaves(output="PDF", leaves=[leaf], anchors={book.chapters[0].id: 0}, alternatives=lambda: "")
    (found,) = beyond_the_page(book, leaves)
    assert (found.code, found.span and found.span.line) == ("LNT025", 6)
    assert "the table is wider than the page" in found.message
    assert "Beta two" in found.message


def test_a_table_that_is_too_wide_on_two_pages_is_told_once(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(TABLE)
    leaf = Leaf(letters(TABLE), beyond="Beta two")
    leaves = Leaves(output="PDF", leaves=[leaf, leaf], anchors={book.chapters[0].id: 0}, alternatives=str)
    assert len(list(beyond_the_page(book, leaves))) == 1


def test_of_two_chapters_the_one_with_the_page_is_told(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(TABLE)
    first = replace(book.chapters[0], id="first", blocks=())
    book = replace(book, chapters=(first, book.chapters[0]))
    anchors = {"first": 0, book.chapters[1].id: 1}
    wide = Leaf("somethingelse", beyond="Unknown words")
    for place, line in ((0, first.span), (1, book.chapters[1].span)):
        leaves = [Leaf("a"), Leaf("b")]
        leaves[place] = wide
        (found,) = beyond_the_page(
            book, Leaves(output="PDF", leaves=leaves, anchors=anchors, alternatives=str)
        )
        assert found.span == line
