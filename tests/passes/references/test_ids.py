"""Test that headings and other link targets have unique ids in the whole book."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject, ReadBook
from triptych.engine.cache import Cache
from triptych.model.book import Book
from triptych.model.nodes import Heading, Link
from triptych.model.walk import chapter_nodes
from triptych.passes.numbering import make_github_id, make_pandoc_id
from triptych.stages import read_project


@pytest.fixture
def book_of(make_project: MakeProject, shared_cache: Cache):
    def make(**sections: str) -> tuple[Book, list[str]]:
        names = ", ".join(f"{name.replace('__', '/')}.md" for name in sections)
        files = {"source/book.yaml": f"book:\n  title: A\n  lang: en\n  chapters: [{names}]\n"}
        files |= {f"source/{name.replace('__', '/')}.md": text for name, text in sections.items()}
        _, book, findings = read_project(make_project(files), shared_cache)
        return book, [f"{finding.span}: {finding.code}" for finding in findings]

    return make


def heading_ids(book: Book) -> list[str]:
    return [
        node.attr.id
        for chapter in book.chapters
        for node in chapter_nodes(chapter)
        if isinstance(node, Heading)
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Heading identifiers in HTML", "heading-identifiers-in-html"),
        ("Maître d'hôtel", "maître-dhôtel"),
        ("Dogs?--in my house?", "dogs--in-my-house"),
        ("HTML, S5, or RTF?", "html-s5-or-rtf"),
        ("3. Applications", "applications"),
        ("33", ""),
        ("1. The a & b.c", "the-a-b.c"),
    ],
)
def test_automatic_ids_are_those_of_the_pandoc_manual(text: str, expected: str) -> None:
    assert make_pandoc_id(text) == expected


def test_written_id_is_unchanged(book_of) -> None:
    book, _ = book_of(a="## One {#my-id}\n")
    assert heading_ids(book) == ["my-id"]


def test_heading_without_an_id_gets_one_from_its_text(book_of) -> None:
    assert heading_ids(book_of(a="## One more\n")[0]) == ["one-more"]


def test_equal_headings_in_a_file_have_two_ids(book_of) -> None:
    book, result = book_of(a="## One\n\n## One\n\n## One\n")
    assert set(result) == {"source/a.md:3:4: ACC015", "source/a.md:5:4: ACC015"}
    assert heading_ids(book) == ["one", "one-1", "one-2"]


def test_equal_headings_in_two_files_are_distinguished_by_file(book_of) -> None:
    book, result = book_of(first="## Summary\n", second="## Summary\n")
    assert not result
    assert heading_ids(book) == ["summary", "second--summary"]


def test_link_prefers_the_heading_of_its_file(book_of) -> None:
    book, result = book_of(first="## Summary\n", second="## Summary\n\nSee [it](#summary).\n")
    assert not result
    links = [node.target for node in chapter_nodes(book.chapters[1]) if isinstance(node, Link)]
    assert links == ["#second--summary"]


def test_repository_style_links_find_titles_and_headings(book_of) -> None:
    a = "# A title\n\n[one](#a-title), [two](b.md#b-too-b), [three](b.md#2026-in-brief), [four](b.md#same-1).\n"
    b = "# B too: b\n\n## 2026 in brief\n\n## Same\n\n## Same\n\n## book.lang\n\n[five](#booklang)\n"
    book, result = book_of(a=a, b=b)
    targets = [
        node.target for chapter in book.chapters for node in chapter_nodes(chapter) if isinstance(node, Link)
    ]
    assert targets == ["#sec-a", "#sec-b", "#in-brief", "#same-1", "#book.lang"]
    assert not [item for item in result if "REF" in item]


def test_written_id_takes_precedence_over_that_of_a_title(book_of) -> None:
    book, _ = book_of(a="# Same\n\n[x](#same)\n\n## Other {#same}\n")
    links = [node.target for node in chapter_nodes(book.chapters[0]) if isinstance(node, Link)]
    assert links == ["#same"]


def test_generated_id_avoids_written_ones(book_of) -> None:
    book, result = book_of(first="## Summary\n", second="## Other {#summary}\n")
    assert not result
    assert heading_ids(book) == ["first--summary", "summary"]


def test_id_in_two_files_is_an_error(book_of) -> None:
    _, result = book_of(first="## One {#x}\n", second="## Two {#x}\n")
    assert result == ["source/second.md:1:4: IDS001"]


def test_chapter_id_comes_from_its_file(book_of) -> None:
    book, _ = book_of(first="# One\n")
    assert book.chapters[0].id == "sec-first"


def test_chapters_with_equal_file_names_are_distinguished(book_of) -> None:
    book, result = book_of(a__same="Text\n", b__same="Text\n")
    assert not result
    assert len({chapter.id for chapter in book.chapters}) == 2
    assert len({chapter.slug for chapter in book.chapters}) == 2


def test_generated_slug_differs_from_file_names(book_of) -> None:
    book, _ = book_of(**{"a__same": "Text\n", "b__same": "Text\n", "same-2": "Text\n"})
    assert len({chapter.slug for chapter in book.chapters}) == 3


def test_chapter_listed_under_an_id_of_another_heading(book_of) -> None:
    _, result = book_of(first="---\nid: sec-x\n---\nText\n", second="## Two {#sec-x}\n")
    assert result == ["source/second.md:1:4: IDS001"]


def test_an_id_of_the_bibliography_or_of_notes_is_not_a_clash_in_the_page(read_book_of: ReadBook) -> None:
    """Test that headings do not get ids that the e-book generates, such as ``note-1``."""
    from tests.conftest import parsed, section_xhtml

    book, result = read_book_of("## Noteref 1\n\nText.^[A note.]\n")
    assert not result
    ids = [element.get("id") for element in parsed(section_xhtml(book)).iter() if element.get("id")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("words", "identifier"),
    [
        ("Start here", "start-here"),
        ("--to FORMATS", "--to-formats"),
        ("2026 in brief", "2026-in-brief"),
        ("A & b", "a--b"),
    ],
)
def test_a_heading_id_is_that_of_github(words: str, identifier: str) -> None:
    assert make_github_id(words) == identifier
