"""Test that chapter files get portable names that are valid in the manifest; other names are reported."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.triptych_import.conftest import ImportOf
from triptych.model.walk import plain_text
from triptych_import import import_book
from triptych_import.book import SectionFile
from triptych_import.importer import use_portable_names


def renamed(*paths: str) -> list[str]:
    return [
        section.path
        for section in use_portable_names([SectionFile(path=path, source_texts=()) for path in paths])[0]
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a/b.md", "a/b.md"),
        ("größe & mehr #1 (neu).md", "größe & mehr #1 (neu).md"),
        ("😀.md", "😀.md"),
        (" a .md", "a.md"),
        ("a/b\nc\x07d.md", "a/b-c-d.md"),
        ('a<b>:"c"|d?*.md', "a-b-c-d-.md"),
        ("con.md", "con-chapter.md"),
        ("a/NUL.txt.md", "a/NUL-chapter.txt.md"),
        ("COM1.md", "COM1-chapter.md"),
        ("console.md", "console.md"),
        ("dots...md", "dots.md"),
    ],
)
def test_only_non_portable_names_are_changed(path: str, expected: str) -> None:
    assert renamed(path) == [expected]


def test_names_that_collide_on_other_systems_are_distinguished() -> None:
    assert renamed("a.md", "A.md", "é.md", "e\u0301.md", "b/A.md") == [
        "a.md", "A-2.md", "é.md", "e\u0301-2.md", "b/A.md"
    ]  # fmt: skip


def test_included_files_keep_their_names() -> None:
    sections = [
        SectionFile(path="A.md", source_texts=()),
        SectionFile(path="a.md", source_texts=(), is_included=True),
    ]
    assert [section.path for section in use_portable_names(sections)[0]] == ["A-2.md", "a.md"]


def test_the_book_has_all_chapters(import_of: ImportOf) -> None:
    result = import_of({"a.md": "# One\n\nx\n", "A.md": "# Two\n\ny\n", "b\nc.md": "# Three\n\nz\n"})
    assert sorted(plain_text(chapter.title) for chapter in result.book.chapters) == ["One", "Three", "Two"]
    assert sum("not valid on all operating systems" in note for note in result.notes) == 2


def test_file_names_that_are_not_utf_8_are_reported(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", {"a.md": "# One\n\nx\n"})
    try:
        Path(os.fsdecode(os.fsencode(source) + b"/b\xff.md")).write_text("# Two\n")
    except OSError:
        pytest.skip("this file system has no such names")
    imported = import_book(source)
    assert imported.section_count == 1
    assert [str(finding) for finding in imported.findings] == [
        "b\N{REPLACEMENT CHARACTER}.md:1:1: note: the file name is not valid UTF-8; omitted"
    ]
