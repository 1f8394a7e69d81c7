"""Test that one Markdown file is split into chapters at its headings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.triptych_import.conftest import Result
from triptych.diagnostics import has_errors
from triptych.model.nodes import Link, Note
from triptych.model.walk import chapter_nodes, plain_text
from triptych_import import ImportFailedError, import_book

ReadImport = Callable[[Path], Result]
PANDOC = """---
title: The guide
author: Ada Lovelace
date: 2026-08-11
abstract: What it is.
---

# One {#one}

See [Two], [the second][two  things], [there] and [more](#same-1).[^n]

## Same

# Two

Text.[^n]

## Two things

## Same

[there]: https://x.org/a 'T'

[^n]: A note.

    Its second paragraph.

[^gone]: Of the first.
"""


def titles(result: Result) -> list[str]:
    return [plain_text(chapter.title) for chapter in result.book.chapters]


def test_a_manual_of_pandoc(tmp_path: Path, read_import: ReadImport) -> None:
    result = read_import(write_files(tmp_path, {"MANUAL.txt": PANDOC}) / "MANUAL.txt")
    assert not has_errors(result.found), result.found
    assert titles(result) == ["One", "Two"]
    metadata = result.book.metadata
    assert (metadata.title, metadata.people[0].name, str(metadata.date)) == (
        "The guide", "Ada Lovelace", "2026-08-11"
    )  # fmt: skip
    assert metadata.description == "What it is."
    assert result.notes == []
    item = result.text("01-one.md")
    assert "[there]: https://x.org/a 'T'" in item
    assert "[more](02-two.md#same-1)" in item
    links = [node.target for node in chapter_nodes(result.book.chapters[0]) if isinstance(node, Link)]
    assert links == ["#sec-02-two", "#two-things", "https://x.org/a", "#same-1"]


def test_note_is_copied_into_each_chapter_that_uses_it(tmp_path: Path, read_import: ReadImport) -> None:
    result = read_import(write_files(tmp_path, {"MANUAL.txt": PANDOC}) / "MANUAL.txt")
    notes = [
        [plain_text(n.content) for n in chapter_nodes(chapter) if isinstance(n, Note)]
        for chapter in result.book.chapters
    ]
    assert [len(note) for note in notes] == [1, 1]


@pytest.mark.parametrize(
    ("text", "title", "chapters"),
    [
        ("# Book\n\n## A\n\na\n\n### B\n\nb\n\n## C\n\nc\n", "Book", ["A", "C"]),
        ("Book\n====\n\nWords.\n\nA\n---\n\na\n\nC\n---\n\nc\n", "Book", ["Book", "A", "C"]),
        ("% Book\n% Ada; Bob\n% 2020-01-02\n\n# A\n\na\n\n# C\n", "Book", ["A", "C"]),
        ("---\ntitle: Book\n---\n\n# Book\n\n## A\n\na\n\n## C\n\nc\n", "Book", ["A", "C"]),
        ("---\ntitle: Book\n---\n\nWords.\n\n# A\n\na\n\n# C\n", "Book", ["Book", "A", "C"]),
        ("```\n# no\n```\n\n# A\n\na\n\n# C\n", "The file", ["The file", "A", "C"]),
    ],
)
def test_split_position(
    tmp_path: Path, read_import: ReadImport, text: str, title: str, chapters: list[str]
) -> None:
    result = read_import(write_files(tmp_path, {"the-file.text": text}) / "the-file.text")
    assert (result.book.metadata.title, titles(result)) == (title, chapters)


def test_people_of_a_title_block(tmp_path: Path, read_import: ReadImport) -> None:
    path = (
        write_files(tmp_path, {"a.txt": "% T\n  goes on\n% Ada; Bob\n% 2020-01-02\n\n# A\n\nText.\n"})
        / "a.txt"
    )
    metadata = read_import(path).book.metadata
    assert metadata.title == "T goes on"
    assert [person.name for person in metadata.people] == ["Ada", "Bob"]


def test_other_files_are_not_books(tmp_path: Path) -> None:
    write_files(tmp_path, {"a.html": "<p>", "b.txt": b"\0\1", "c.pdf": b"\xff\xfe%"})
    for name in ("a.html", "b.txt", "c.pdf"):
        with pytest.raises(ImportFailedError):
            import_book(tmp_path / name)


def test_r_markdown_section_reference_uses_its_number(tmp_path: Path, read_import: ReadImport) -> None:
    text = "# One\n\n## Deep {#deep}\n\nSee \\@ref(deep).\n\n# Two\n\nText.\n"
    chapter = read_import(write_files(tmp_path / "original", {"a.Rmd": text}) / "a.Rmd").book.chapters[0]
    assert plain_text(chapter.blocks[-1:]) == "See 1.1."
