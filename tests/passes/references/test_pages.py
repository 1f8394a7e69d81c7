"""References to pages, and to what an output leaves out."""

from __future__ import annotations

from tests.conftest import ReadBook, tiny_png
from triptych.languages.labels import load_labels
from triptych.model.book import Book
from triptych.model.nodes import IndexEntry, Link, Reference, Source
from triptych.model.walk import chapter_nodes, plain_text
from triptych.passes.conditions import select_for_output
from triptych.passes.pages import PageStart, PrintInfo, needs_pages, redirect_to_pages, select_slide_page_info

LABELS = load_labels("en")
FIGURE = '![C](a.png){#fig-a fig-alt="A"}\n'
FILES = {"source/a.png": tiny_png()}


def shown(book: Book, output: str, pages: dict[str, str]) -> Book:
    return redirect_to_pages(select_for_output(book, output), LABELS, output, pages)


def text_of(book: Book) -> str:
    return plain_text(book.chapters[0].blocks[-1:])


def test_a_reference_to_a_page_is_its_number(read_book_of: ReadBook) -> None:
    book, found = read_book_of(f"{FIGURE}\nSee page [@fig-a]{{.page}}.\n", files=FILES)
    assert not found
    assert text_of(shown(book, "epub", {"fig-a": "57"})) == "See page 57."


def test_without_pages_it_is_what_the_thing_is_called(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(f"{FIGURE}\nSee [@fig-a]{{.page}}.\n", files=FILES)
    assert text_of(shown(book, "epub", {})) == "See Figure 1.1."


def test_any_place_can_be_named_by_its_page(read_book_of: ReadBook) -> None:
    markdown = '## Part {#part-a}\n\nThe [place]{#here}.\n\nSee page []{.page of="here"}, \\pageref{here}.\n'
    book, found = read_book_of(markdown)
    assert not found
    assert text_of(shown(book, "pptx", {"here": "7"})) == "See page 7, 7."
    assert text_of(shown(book, "epub", {})) == "See page Section 1.1, Section 1.1."


def test_an_unknown_place_has_no_page(read_book_of: ReadBook) -> None:
    _, found = read_book_of('[A]{#here} []{.page of="hare"}\n')
    assert [(finding.code, finding.hint) for finding in found] == [("REF001", 'did you mean "here"?')]


def test_what_only_the_pdf_shows_is_referred_to_by_its_page(read_book_of: ReadBook) -> None:
    markdown = f'::: {{.content-visible when-format="pdf"}}\n{FIGURE}:::\n\nSee @fig-a.\n'
    book, _ = read_book_of(markdown, files=FILES)
    assert text_of(shown(book, "pdf", {})) == "See Figure 1.1."
    assert text_of(shown(book, "epub", {"fig-a": "57"})) == "See Figure 1.1 (PDF, p. 57)."
    assert text_of(shown(book, "epub", {})) == "See Figure 1.1."
    nodes = list(chapter_nodes(shown(book, "epub", {"fig-a": "57"}).chapters[0]))
    assert not any(isinstance(node, Reference) for node in nodes)


def test_places_of_the_index_that_are_not_there_are_not_named(read_book_of: ReadBook) -> None:
    markdown = 'A\\index{a}\n\n::: {.content-visible when-format="pdf"}\nB\\index{a}\n:::\n'
    book, _ = read_book_of(markdown)

    def places(output: str) -> list[int]:
        nodes = chapter_nodes(shown(book, output, {}).chapters[-1])
        return [len(node.locators) for node in nodes if isinstance(node, IndexEntry)]

    assert places("pdf") == [2]
    assert places("epub") == [1]


def test_a_source_does_not_lead_to_citations_that_are_not_there(read_book_of: ReadBook) -> None:
    markdown = 'A [@k].\n\n::: {.content-visible when-format="pdf"}\nB [@k].\n:::\n'
    bib = "@book{k, author={Donald Knuth}, title={T}, year=1984}\n"
    book, _ = read_book_of(markdown, manifest="bibliography: r.bib\n", files={"source/r.bib": bib})

    def uses(output: str) -> list[int]:
        nodes = chapter_nodes(shown(book, output, {}).chapters[-1])
        return [len(node.uses) for node in nodes if isinstance(node, Source)]

    assert uses("pdf") == [2]
    assert uses("epub") == [1]


def test_terms_lead_nowhere_on_slides(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("A [watt]{.term}.\n\n::: glossary\nwatt\n: W.\n:::\n")
    assert any(isinstance(n, Link) for n in chapter_nodes(shown(book, "epub", {}).chapters[0]))
    assert not any(isinstance(n, Link) for n in chapter_nodes(shown(book, "pptx", {}).chapters[0]))


def test_only_what_shows_pages_waits_for_them(read_book_of: ReadBook) -> None:
    plain, _ = read_book_of("Text.\n")
    marked, _ = read_book_of("Text\\index{a}.\n")
    paged, _ = read_book_of("## A {#sec-a}\n\nText [@sec-a]{.page}.\n")
    assert [needs_pages(plain, name) for name in ("pdf", "epub", "pptx")] == [False, False, False]
    assert [needs_pages(marked, name) for name in ("pdf", "epub", "pptx")] == [False, True, False]
    assert [needs_pages(paged, name) for name in ("pdf", "epub", "pptx")] == [False, True, True]


class TestKnownOnSlides:
    STARTS = (PageStart("1", "sec-one", ((3, 1), 40)), PageStart("2", "sec-index", ((1, 0), 0)))

    def known(self, read_book_of: ReadBook, markdown: str, pages: dict[str, str]) -> PrintInfo:
        book, _ = read_book_of(markdown, id="sec-one")
        return select_slide_page_info(book, PrintInfo(pages, self.STARTS, {"sec-one": "<p/>"}))

    def test_the_index_is_not_unless_something_leads_there(self, read_book_of: ReadBook) -> None:
        pages = {"sec-one": "1", "sec-index": "2"}
        mark = "[Word]{.index}\n"
        assert self.known(read_book_of, mark, pages).pages == {"sec-one": "1"}
        assert self.known(read_book_of, f"{mark}\nSee [@sec-index]{{.page}}.\n", pages).pages == pages

    def test_nor_what_pages_say(self, read_book_of: ReadBook) -> None:
        known = self.known(read_book_of, "[Word]{.index}\n", {"sec-one": "1"})
        assert known.documents == {}
        assert [(start.label, bool(start.position)) for start in known.starts] == [("1", True)]
        assert known.starts[0].position != self.STARTS[0].position
