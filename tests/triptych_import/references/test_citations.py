"""Test that citations without an entry become text and are reported; others are unchanged."""

from __future__ import annotations

import json

import pytest

from triptych_import.book import Draft, Metadata, SectionFile, SourceBook, SourceText
from triptych_import.citations import escape_undefined_citations

SOURCES = json.dumps([{"id": "lovelace", "type": "book", "title": "Notes"}]).encode()


def cited(text: str, files: dict[str, bytes] | None = None) -> tuple[str, list[str], SourceBook]:
    """Return a text after its citations were converted, the messages, and the book."""
    files = {"b/sources.json": SOURCES} if files is None else files
    names = tuple(name.removeprefix("b/") for name in files)
    piece = SourceText(draft=Draft.from_text("a.md", text), title="")
    section = SectionFile(path="a.md", source_texts=(piece,))
    book = SourceBook(metadata=Metadata(title="A", bibliography=names), sections=(section,), root="b")
    book = escape_undefined_citations(book, files.get)
    reported = [f"{finding.line} {finding.message}; {finding.action}" for finding in book.all_findings]
    return book.sections[0].source_texts[0].draft.text, reported, book


@pytest.mark.parametrize(
    "text",
    [
        "No sign at all.",
        "As [@lovelace] and @lovelace say, and @{lovelace}.",
        "See @fig-one and [-@tbl-two].",
        "`@nobody` in code, <https://a.org/@nobody>, https://a.org/@nobody and [x](mail@nobody).",
        "ada@nobody.org",
        "an escaped \\@nobody",
    ],
)
def test_known_keys_and_other_text_are_unchanged(text: str) -> None:
    assert cited(text)[:2] == (text, [])


def test_unknown_key_after_known_ones_is_literal() -> None:
    text, reported, _ = cited("One.\n\nAs @lovelace, @fig-one, @nobody and [@lovelace; @gone] say.\n")
    assert text == "One.\n\nAs @lovelace, @fig-one, \\@nobody and [@lovelace; \\@gone] say.\n"
    assert reported == [
        '3 undefined citation key "nobody"; kept as literal text',
        '3 undefined citation key "gone"; kept as literal text',
    ]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("So [@gone; -@{far}, p. 4].", "So \\[gone; far, p. 4\\]."),
        ("So [see @gone\nand @far].", "So \\[see gone\nand far\\]."),
        ("So [@gone; @lovelace].", "So [\\@gone; @lovelace]."),
        ("So [@gone; @fig-one].", "So [\\@gone; @fig-one]."),
        ("So [by @gone]{.x}.", "So [by \\@gone]{.x}."),
    ],
)
def test_a_bracket_of_unknown_keys_is_text_without_signs(text: str, left: str) -> None:
    assert cited(text)[0] == left


def test_at_sign_in_link_text_is_not_reported() -> None:
    assert cited("[ask @nobody](a.md)")[:2] == ("[ask \\@nobody](a.md)", [])
    assert cited("[ask @nobody][there]")[:2] == ("[ask \\@nobody][there]", [])


def test_without_sources_a_bare_key_is_text_anyway() -> None:
    text, reported, _ = cited("Thanks to @nobody, see [@gone].", {})
    assert text == "Thanks to @nobody, see \\[gone\\]."
    assert reported == ['1 undefined citation key "gone"; kept as literal text']


def test_unreadable_bibliography_is_omitted() -> None:
    files = {"b/wrong.json": b"[", "b/sources.json": SOURCES, "b/notes.txt": b"x"}
    _, reported, book = cited("As @lovelace says.", files)
    assert book.metadata.bibliography == ("sources.json",)
    assert len(reported) == 2
    assert all("the bibliography cannot be read" in line and "omitted" in line for line in reported)


def test_missing_or_outside_bibliography_is_left_to_the_copying_step() -> None:
    book = SourceBook(
        metadata=Metadata(title="A", bibliography=("gone.json", "../out.json", "/abs.json")), sections=()
    )
    assert escape_undefined_citations(book, {"../out.json": SOURCES, "/abs.json": SOURCES}.get) == book
