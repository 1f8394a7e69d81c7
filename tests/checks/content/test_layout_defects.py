"""Test that misplaced content of a page is reported at its source."""

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
    """Return a PDF with one page of 600 × 800 points and a text at the given position."""
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


def test_text_beyond_an_edge_is_reported_with_its_page() -> None:
    (leaf,) = read_pdf_pages(page_with("Inside", 50), (), InlineExecutor(), Cache(None)).pages
    assert (leaf.normalised_text, leaf.label, leaf.defects) == (normalise_text("Inside"), "1", ())
    (leaf,) = read_pdf_pages(page_with("Outside", 590), (), InlineExecutor(), Cache(None)).pages
    (stray,) = leaf.defects
    assert (stray.position, stray.kind, stray.words) == (OFF_PAGE, "words", "Outside")


def test_finding_is_at_the_table_that_is_too_wide(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(TABLE)
    (finding,) = report_layout_defects(
        book, leaves_of(book, FilePage(normalise_text(TABLE), defects=(OFF,), label="7"))
    )
    assert (finding.code, finding.severity, finding.span and finding.span.line) == ("CHK021", "error", 6)
    assert (
        finding.message
        == "PDF, page 7: the table extends 30 pt beyond the page edge and is cut off: “Beta two”"
    )


def test_wide_table_on_two_pages_is_reported_once(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(TABLE)
    leaf = FilePage(
        normalise_text(TABLE), defects=(OFF, replace(OFF, position=OFF_TEXT), replace(OFF, words="one"))
    )
    assert [
        layout_defect.code for layout_defect in report_layout_defects(book, leaves_of(book, leaf, leaf))
    ] == ["CHK021"]


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
def test_defects_are_reported_by_severity(
    read_book_of: ReadBook, where: Where, code: str, severity: str, told: str
) -> None:
    book, _ = read_book_of(TABLE)
    (finding,) = report_layout_defects(
        book, leaves_of(book, FilePage(normalise_text(TABLE), defects=(replace(OFF, position=where),)))
    )
    assert (finding.code, finding.severity) == (code, severity)
    assert told in finding.message


def test_lines_are_reported_with_the_text_between_them(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(TABLE)
    line = LayoutDefect(OFF_PAGE, "line", "", 90.0)
    (finding,) = report_layout_defects(
        book, leaves_of(book, FilePage(normalise_text(TABLE), defects=(line, OFF, line)))
    )
    assert "the table" in finding.message
    (finding,) = report_layout_defects(
        book, leaves_of(book, FilePage(normalise_text(TABLE), defects=(line, line)))
    )
    assert "the line extends 90 pt beyond the page edge" in finding.message


def test_picture_is_found_by_its_alt_text(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("A paragraph.\n\n![A lamp at night](dot.png)\n\n![A lamp by day](dot.png)\n")
    stray = LayoutDefect(OFF_PAGE, "picture", "A lamp by day", 12.0)
    (finding,) = report_layout_defects(book, leaves_of(book, FilePage("", defects=(stray,))))
    assert (finding.span and finding.span.line, "the figure" in finding.message) == (8, True)


def test_defect_on_a_shared_page_is_assigned_to_the_right_chapter(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(TABLE)
    first = replace(book.chapters[0], id="first", blocks=())
    book = replace(book, chapters=(first, book.chapters[0]))
    anchors = {"first": 0, book.chapters[1].id: 1}
    wide = FilePage("somethingelse", defects=(replace(OFF, words="Unknown words"),))
    for place, line in ((0, first.span), (1, book.chapters[1].span)):
        leaves = [FilePage("a"), FilePage("b")]
        leaves[place] = wide
        (finding,) = report_layout_defects(
            book, FilePages(output="PDF", pages=leaves, anchors=anchors, read_alt_texts=str)
        )
        assert finding.span == line


def leaves_of(book: Book, *leaves: FilePage) -> FilePages:
    return FilePages(output="PDF", pages=leaves, anchors={book.chapters[0].id: 0}, read_alt_texts=str)


@pytest.mark.parametrize("words", ["and away", "Bars."])
def test_words_in_a_drawing_are_found_at_its_chart(read_book_of: ReadBook, words: str) -> None:
    chart = '::: {.chart type=bar data=a.csv x=x y=v fig-alt="Bars."}\n:::\n'
    files = {"source/a.csv": "x,v\nNear,1\nFar and away,2\n"}
    book, _ = read_book_of(f"A paragraph.\n\n{chart}", files=files)
    leaf = FilePage(normalise_text("A paragraph."), defects=(replace(OFF, words=words),))
    (finding,) = report_layout_defects(book, leaves_of(book, leaf))
    assert "the chart extends" in finding.message
    assert finding.span and finding.span.line == 6
