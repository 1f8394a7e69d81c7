"""Test the roles and the order of files derived from their names."""

from __future__ import annotations

import random

import pytest

from triptych_import.contents import (
    FileKind,
    classify_file,
    find_front_matter_role,
    is_back_matter,
    is_readme,
    make_sort_key,
)

ORDER = [
    ["README.md", "foreword.md", "1.md", "2-two.md", "02-preface.md", "10-ten.md", "intro.md", "appendix-a.md", "thanks.md"],
    ["index.md", "one/README.md", "one/2.md", "one/10.md", "two/1.md", "two/appA.md"],
    ["a1b2.md", "a1b10.md", "a2.md", "ab.md"],
    ["Preface/x.md", "chapter/x.md", "appendix/x.md"],
]  # fmt: skip


@pytest.mark.parametrize("paths", ORDER)
def test_files_are_in_book_order(paths: list[str]) -> None:
    mixed = paths[:]
    random.Random(1).shuffle(mixed)
    expected = sorted(paths, key=make_sort_key)
    assert sorted(mixed, key=make_sort_key) == expected
    assert expected[0] == paths[0] and expected[-1] == paths[-1]


def test_numbers_sort_numerically_and_numbered_front_matter_keeps_its_place() -> None:
    assert sorted(["10.md", "9.md", "02-preface.md", "1.md"], key=make_sort_key) == [
        "1.md",
        "02-preface.md",
        "9.md",
        "10.md",
    ]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("minutes/1.md", FileKind.ABOUT),
        ("a/Meeting-Notes.md", FileKind.ABOUT),
        ("meeting point.md", FileKind.CHAPTER),
        ("LICENSE.md", FileKind.ABOUT),
        ("code of conduct.markdown", FileKind.ABOUT),
        ("TODO.md", FileKind.ABOUT),
        ("todo.md", FileKind.CHAPTER),
        ("x/INDEX.md", FileKind.INDEX),
        ("README_de.md", FileKind.INDEX),
        ("_sidebar.md", FileKind.LIST),
        ("Table of Contents.md", FileKind.LIST),
        ("1. Vorwort.md", FileKind.FRONT),
        ("anhang.md", FileKind.APPENDIX),
        ("03-appendix_b.md", FileKind.APPENDIX),
        ("apple.md", FileKind.CHAPTER),
    ],
)
def test_file_kind_is_guessed_from_its_name(path: str, kind: FileKind) -> None:
    assert classify_file(path) is kind


def test_front_matter_has_a_role_and_acknowledgements_come_last() -> None:
    names = ["a/foreword.md", "02-Preface.md", "danksagung.markdown", "one.md"]
    assert [find_front_matter_role(name) for name in names] == ["foreword", "preface", "acknowledgments", ""]
    assert [is_back_matter(name) for name in names] == [False, False, True, False]


def test_readme_describes_its_folder_and_index_does_not() -> None:
    assert [is_readme(name) for name in ("a/README.md", "readme.de.md", "index.md", "readmes.md")] == [
        True,
        True,
        False,
        False,
    ]
