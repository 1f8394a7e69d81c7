"""Test that reading any Markdown ends, with unique ids, resolved references and well-formed XHTML."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import parsed, tiny_png, write_files
from tests.property.strategies import BOUNDED, markdown
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.languages.labels import load_labels
from triptych.model.book import Book
from triptych.model.nodes import Attr, Link, Reference
from triptych.model.walk import chapter_nodes
from triptych.project import Project
from triptych.stages import read_project
from triptych.writers.epub.pages import PageWriter
from triptych.writers.print.documents import BODY, PrintDocument

pytestmark = pytest.mark.e2e

MANIFEST = "book:\n  title: A book\n  lang: en\n  chapters: [section.md, other.md]\n"


def read_sections(
    *texts: str | bytes, manifest: str | bytes = MANIFEST
) -> tuple[Book | None, list[Diagnostic]]:
    """Return a book of one or two sections, read in a temporary folder."""
    first, second = (*texts, "Text.\n")[:2]
    with tempfile.TemporaryDirectory() as folder:
        files = {
            "source/book.yaml": manifest,
            "source/section.md": first,
            "source/other.md": second,
            "source/dot.png": tiny_png(),
        }
        _, book, result = read_project(Project(write_files(Path(folder), files), environ={}), Cache(None))
    return book, result


def book_of(*texts: str) -> tuple[Book, list[Diagnostic]]:
    book, result = read_sections(*texts)
    assert book is not None
    return book, result


def chapter_ids(book: Book) -> Iterator[str]:
    for chapter in book.chapters:
        yield chapter.id
        for node in chapter_nodes(chapter):
            attr = getattr(node, "attr", None)
            if isinstance(attr, Attr) and attr.id:
                yield attr.id


@BOUNDED
@given(markdown)
def test_the_e_book_is_well_formed(text: str) -> None:
    book, _ = book_of(text)
    pages = PageWriter(book, load_labels("en"))
    for chapter in book.chapters:
        body = pages.make_chapter_variables(chapter)
        parsed(str(body["title"]))
        parsed(str(body["text"]))
        for note in body["notes"]:
            parsed(note.text)


@BOUNDED
@given(markdown)
def test_print_is_well_formed(text: str) -> None:
    book, _ = book_of(text)
    document = PrintDocument(book, load_labels("en"), BODY, book.chapters)
    for chapter in book.chapters:
        parsed(document.inlines(chapter.title))
        parsed(document.blocks(chapter.blocks))


@BOUNDED
@given(markdown, markdown)
def test_ids_are_unique_in_the_book_or_reported(first: str, second: str) -> None:
    book, findings = book_of(first, second)
    ids = list(chapter_ids(book))
    repeated = {name for name in ids if ids.count(name) > 1}
    reported = {
        match.group(1) for d in findings if (match := re.match(r'id "(.*)" is defined twice', d.message))
    }
    assert repeated == reported


@BOUNDED
@given(markdown, markdown)
def test_every_reference_and_link_is_resolved_or_reported(first: str, second: str) -> None:
    book, _ = book_of(first, second)
    ids = set(chapter_ids(book))
    for chapter in book.chapters:
        for node in chapter_nodes(chapter):
            if isinstance(node, Reference):
                assert node.target in book.labels
                assert node.content
            elif isinstance(node, Link):
                assert node.target.removeprefix("#") in ids or re.match(
                    r"(https?|mailto|tel|doi|urn):", node.target, re.I
                )


@BOUNDED
@given(markdown)
def test_every_finding_of_a_section_is_a_place_in_its_file(text: str) -> None:
    _, result = book_of(text)
    lines = {
        "source/section.md": text.replace("\r\n", "\n").replace("\r", "\n").split("\n"),
        "source/other.md": ["Text.", ""],
    }
    for finding in result:
        if finding.span is not None and finding.span.path in lines:
            line = lines[finding.span.path]
            assert 1 <= finding.span.line <= len(line)
            assert 1 <= finding.span.column <= len(line[finding.span.line - 1]) + 1


@BOUNDED
@given(st.text(max_size=300))
def test_reading_never_raises_on_arbitrary_text(text: str) -> None:
    read_sections(text.encode("utf-8", "surrogatepass"))


@BOUNDED
@given(st.binary(max_size=100))
def test_reading_never_raises_on_arbitrary_bytes(data: bytes) -> None:
    read_sections(data)


@BOUNDED
@given(st.text("ab:-[]{}#&*!|>'\"%@`\n 019,é\t\0", max_size=60))
def test_front_matter_never_raises(text: str) -> None:
    read_sections(f"---\n{text}\n---\nText.\n")


@BOUNDED
@given(st.text("ab:-[]{}#&*!|>'\"%@`\n 019,é\t\0", max_size=60))
def test_the_manifest_never_raises(text: str) -> None:
    read_sections("Text.\n", manifest=f"{MANIFEST}{text}\n".encode())


@BOUNDED
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(0, 9) | st.text("ab", max_size=2),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(["title", "chapters", "part", "name", "author", "pdf"]), inner, max_size=2
            )
        ),
        max_leaves=4,
    ),
    st.sampled_from(["book", "format", "bibliography", "lang", "csl", "jinja"]),
)
def test_values_of_the_wrong_type_never_raise(value: object, key: str) -> None:
    import json

    tree: dict[str, object] = {"book": {"title": "A", "chapters": ["section.md"]}}
    tree[key] = {"title": "A", "chapters": value} if key == "book" else value
    read_sections("Text.\n", manifest=json.dumps(tree))


plain_words = st.lists(
    st.text("abcdefghijklmnopqrstuvwxyzäöüéñ中文", min_size=1, max_size=8), min_size=1, max_size=30
)


@BOUNDED
@given(st.lists(plain_words, min_size=1, max_size=5))
def test_paragraph_text_survives(paragraphs: list[list[str]]) -> None:
    book, findings = book_of("\n\n".join(" ".join(words) for words in paragraphs))
    assert {finding.code for finding in findings} <= {"FNT001"}
    xhtml = parsed(str(PageWriter(book, load_labels("en")).make_chapter_variables(book.chapters[0])["text"]))
    output = ["".join(p.itertext()).split() for p in xhtml.iter("p")]
    assert output == paragraphs


@BOUNDED
@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn")), min_size=1, max_size=60))
def test_listing_keeps_every_character(text: str) -> None:
    code = text.replace("```", "'''")
    book, _ = book_of(f"~~~~~~~~\n|{code}|\n~~~~~~~~\n")
    (listing,) = parsed(
        str(PageWriter(book, load_labels("en")).make_chapter_variables(book.chapters[0])["text"])
    ).iter("code")
    assert "".join(listing.itertext()) == f"|{code}|"


@pytest.mark.parametrize("depth", [30, 100, 300])
def test_deep_nesting_is_read_or_reported(depth: int) -> None:
    book, result = read_sections("> " * depth + "deep\n")
    assert book is not None or result
