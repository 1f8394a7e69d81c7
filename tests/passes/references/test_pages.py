"""Test references to pages, and to content that an output omits."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook, tiny_png
from triptych.languages.labels import load_labels
from triptych.model.book import Book
from triptych.model.nodes import IndexEntry, Link, Reference, Source
from triptych.model.walk import chapter_nodes, plain_text
from triptych.passes.conditions import select_for_output
from triptych.passes.pages import (
    PageStart,
    PrintInfo,
    needs_pages,
    redirect_to_pages,
    select_page_info_for_slides,
)

LABELS = load_labels("en")
FIGURE = '![C](a.png){#fig-a fig-alt="A"}\n'
FILES = {"source/a.png": tiny_png()}


def shown(book: Book, output: str, pages: dict[str, str]) -> Book:
    return redirect_to_pages(select_for_output(book, output), LABELS, output, pages)


def text_of(book: Book) -> str:
    return plain_text(book.chapters[0].blocks[-1:])


def test_a_reference_to_a_page_is_its_number(read_book_of: ReadBook) -> None:
    book, result = read_book_of(f"{FIGURE}\nSee page [@fig-a]{{.page}}.\n", files=FILES)
    assert not result
    assert text_of(shown(book, "epub", {"fig-a": "57"})) == "See page 57."


def test_reference_without_pages_uses_the_label(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(f"{FIGURE}\nSee [@fig-a]{{.page}}.\n", files=FILES)
    assert text_of(shown(book, "epub", {})) == "See Figure 1.1."


def test_any_place_can_be_named_by_its_page(read_book_of: ReadBook) -> None:
    markdown = '## Part {#part-a}\n\nThe [place]{#here}.\n\nSee page []{.page of="here"}, \\pageref{here}.\n'
    book, result = read_book_of(markdown)
    assert not result
    assert text_of(shown(book, "pptx", {"here": "7"})) == "See page 7, 7."
    assert text_of(shown(book, "epub", {})) == "See page Section 1.1, Section 1.1."


def test_unknown_place_has_no_page(read_book_of: ReadBook) -> None:
    _, findings = read_book_of('[A]{#here} []{.page of="hare"}\n')
    assert [(finding.code, finding.hint) for finding in findings] == [("REF001", 'did you mean "here"?')]


def test_pdf_only_content_is_referenced_by_its_page(read_book_of: ReadBook) -> None:
    markdown = f'::: {{.content-visible when-format="pdf"}}\n{FIGURE}:::\n\nSee @fig-a.\n'
    book, _ = read_book_of(markdown, files=FILES)
    assert text_of(shown(book, "pdf", {})) == "See Figure 1.1."
    assert text_of(shown(book, "epub", {"fig-a": "57"})) == "See Figure 1.1 (PDF, p. 57)."
    assert text_of(shown(book, "epub", {})) == "See Figure 1.1."
    nodes = list(chapter_nodes(shown(book, "epub", {"fig-a": "57"}).chapters[0]))
    assert not any(isinstance(node, Reference) for node in nodes)


def test_missing_index_pages_are_omitted(read_book_of: ReadBook) -> None:
    markdown = 'A\\index{a}\n\n::: {.content-visible when-format="pdf"}\nB\\index{a}\n:::\n'
    book, _ = read_book_of(markdown)

    def places(output: str) -> list[int]:
        nodes = chapter_nodes(shown(book, output, {}).chapters[-1])
        return [len(node.locators) for node in nodes if isinstance(node, IndexEntry)]

    assert places("pdf") == [2]
    assert places("epub") == [1]


def test_source_does_not_link_to_omitted_citations(read_book_of: ReadBook) -> None:
    markdown = 'A [@k].\n\n::: {.content-visible when-format="pdf"}\nB [@k].\n:::\n'
    bib = "@book{k, author={Donald Knuth}, title={T}, year=1984}\n"
    book, _ = read_book_of(markdown, manifest="bibliography: r.bib\n", files={"source/r.bib": bib})

    def uses(output: str) -> list[int]:
        nodes = chapter_nodes(shown(book, output, {}).chapters[-1])
        return [len(node.uses) for node in nodes if isinstance(node, Source)]

    assert uses("pdf") == [2]
    assert uses("epub") == [1]


def test_terms_have_no_links_on_slides(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("A [watt]{.term}.\n\n::: glossary\nwatt\n: W.\n:::\n")
    assert any(isinstance(n, Link) for n in chapter_nodes(shown(book, "epub", {}).chapters[0]))
    assert not any(isinstance(n, Link) for n in chapter_nodes(shown(book, "pptx", {}).chapters[0]))


def test_only_documents_with_page_references_wait_for_pages(read_book_of: ReadBook) -> None:
    plain, _ = read_book_of("Text.\n")
    marked, _ = read_book_of("Text\\index{a}.\n")
    paged, _ = read_book_of("## A {#sec-a}\n\nText [@sec-a]{.page}.\n")
    assert [needs_pages(plain, name) for name in ("pdf", "epub", "pptx")] == [False, False, False]
    assert [needs_pages(marked, name) for name in ("pdf", "epub", "pptx")] == [False, True, False]
    assert [needs_pages(paged, name) for name in ("pdf", "epub", "pptx")] == [False, True, True]


@pytest.mark.parametrize(
    ("markdown", "waits"),
    [
        ("A [watt]{.term}.\n\n::: glossary\nwatt\n: W.\n:::\n", [False, True, False]),
        ("::: book-only\nText.\n:::\n", [False, True, True]),
        ("[Text]{when-format=pdf} more.\n", [False, True, True]),
        ("::: {unless-format=pdf}\nText.\n:::\n", [False, True, True]),
        ("## A {#sec-a}\n\nText @sec-a.\n", [False, False, False]),
    ],
)
def test_terms_and_conditions_wait_for_pages(
    read_book_of: ReadBook, markdown: str, waits: list[bool]
) -> None:
    book, _ = read_book_of(markdown)
    assert [needs_pages(book, name) for name in ("pdf", "epub", "pptx")] == waits


class TestKnownOnSlides:
    STARTS = (PageStart("1", "sec-one", ((3, 1), 40)), PageStart("2", "sec-index", ((1, 0), 0)))

    def known(self, read_book_of: ReadBook, markdown: str, pages: dict[str, str]) -> PrintInfo:
        book, _ = read_book_of(markdown, id="sec-one")
        return select_page_info_for_slides(book, PrintInfo(pages, self.STARTS, {"sec-one": "<p/>"}))

    def test_index_does_not_wait_unless_referenced(self, read_book_of: ReadBook) -> None:
        pages = {"sec-one": "1", "sec-index": "2"}
        mark = "[Word]{.index}\n"
        assert self.known(read_book_of, mark, pages).pages == {"sec-one": "1"}
        assert self.known(read_book_of, f"{mark}\nSee [@sec-index]{{.page}}.\n", pages).pages == pages

    def test_page_text_does_not_wait(self, read_book_of: ReadBook) -> None:
        known = self.known(read_book_of, "[Word]{.index}\n", {"sec-one": "1"})
        assert known.documents == {}
        assert [(start.label, bool(start.position)) for start in known.starts] == [("1", True)]
        assert known.starts[0].position != self.STARTS[0].position
