"""What is not where it should be on a page is told, at what it is of."""

from __future__ import annotations

import io
from dataclasses import replace

import pikepdf
import pytest

from tests.conftest import ReadBook
from triptych.checks.content.file_pages import FilePage, FilePages, read_pdf_pages
from triptych.checks.content.layout_defects import report_layout_defects
from triptych.checks.wordings import normalise_text
from triptych.engine.cache import Cache
from triptych.engine.processes.pool import InlineExecutor
from triptych.model.book import Book
from triptych.model.layout_defects import OFF_PAGE, OFF_TEXT, OVER_WORDS, SQUEEZED, LayoutDefect, Where

TABLE = "A paragraph.\n\n| Alpha | Beta |\n|---|---|\n| one | two |\n"
OFF = LayoutDefect(OFF_PAGE, "words", "Beta two", 30.0)


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


def test_words_beyond_an_edge_are_told_with_their_page() -> None:
    (leaf,) = read_pdf_pages(page_with("Inside", 50), (), InlineExecutor(), Cache(None)).pages
    assert (leaf.normalised_text, leaf.label, leaf.defects) == (normalise_text("Inside"), "1", ())
    (leaf,) = read_pdf_pages(page_with("Outside", 590), (), InlineExecutor(), Cache(None)).pages
    (stray,) = leaf.defects
    assert (stray.where, stray.kind, stray.words) == (OFF_PAGE, "words", "Outside")


def test_the_finding_stands_at_the_table_that_is_too_wide(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(TABLE)
    (found,) = report_layout_defects(
        book, leaves_of(book, FilePage(normalise_text(TABLE), defects=(OFF,), label="7"))
    )
    assert (found.code, found.severity, found.span and found.span.line) == ("CHK021", "error", 6)
    assert (
        found.message
        == "PDF, page 7: the table extends 30 pt beyond the page edge and is cut off: “Beta two”"
    )


def test_a_table_that_is_too_wide_on_two_pages_is_told_once(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(TABLE)
    leaf = FilePage(
        normalise_text(TABLE), defects=(OFF, replace(OFF, where=OFF_TEXT), replace(OFF, words="one"))
    )
    assert [found.code for found in report_layout_defects(book, leaves_of(book, leaf, leaf))] == ["CHK021"]


@pytest.mark.parametrize(
    ("where", "code", "severity", "told"),
    [
        (OFF_TEXT, "LNT025", "warning", "the table extends 30 pt beyond the text area"),
        (OVER_WORDS, "CHK022", "error", "the table overlaps other text by 30 pt"),
        (
            SQUEEZED,
            "PDF004",
            "warning",
            "the table is too wide; its type is 30.0 pt below the theme's minimum",
        ),
    ],
)
def test_what_is_read_with_effort_is_told_by_how_bad_it_is(
    read_book_of: ReadBook, where: Where, code: str, severity: str, told: str
) -> None:
    book, _ = read_book_of(TABLE)
    (found,) = report_layout_defects(
        book, leaves_of(book, FilePage(normalise_text(TABLE), defects=(replace(OFF, where=where),)))
    )
    assert (found.code, found.severity) == (code, severity)
    assert told in found.message


def test_lines_go_with_the_words_between_them(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(TABLE)
    line = LayoutDefect(OFF_PAGE, "line", "", 90.0)
    (found,) = report_layout_defects(
        book, leaves_of(book, FilePage(normalise_text(TABLE), defects=(line, OFF, line)))
    )
    assert "the table" in found.message
    (found,) = report_layout_defects(
        book, leaves_of(book, FilePage(normalise_text(TABLE), defects=(line, line)))
    )
    assert "the line extends 90 pt beyond the page edge" in found.message


def test_a_picture_is_found_by_what_is_said_for_it(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("A paragraph.\n\n![A lamp at night](dot.png)\n\n![A lamp by day](dot.png)\n")
    stray = LayoutDefect(OFF_PAGE, "picture", "A lamp by day", 12.0)
    (found,) = report_layout_defects(book, leaves_of(book, FilePage("", defects=(stray,))))
    assert (found.span and found.span.line, "the figure" in found.message) == (8, True)


def test_of_two_chapters_the_one_with_the_page_is_told(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(TABLE)
    first = replace(book.chapters[0], id="first", blocks=())
    book = replace(book, chapters=(first, book.chapters[0]))
    anchors = {"first": 0, book.chapters[1].id: 1}
    wide = FilePage("somethingelse", defects=(replace(OFF, words="Unknown words"),))
    for place, line in ((0, first.span), (1, book.chapters[1].span)):
        leaves = [FilePage("a"), FilePage("b")]
        leaves[place] = wide
        (found,) = report_layout_defects(
            book, FilePages(output="PDF", pages=leaves, anchors=anchors, read_alt_texts=str)
        )
        assert found.span == line


def leaves_of(book: Book, *leaves: FilePage) -> FilePages:
    return FilePages(output="PDF", pages=leaves, anchors={book.chapters[0].id: 0}, read_alt_texts=str)
