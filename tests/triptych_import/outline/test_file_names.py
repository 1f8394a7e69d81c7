"""Names of files say what they are and in which order they stand."""

from __future__ import annotations

import random

import pytest

from triptych_import.outline.file_names import Kind, is_readme, kind_of, natural, role, stands_last

ORDER = [
    ["README.md", "foreword.md", "1.md", "2-two.md", "02-preface.md", "10-ten.md", "intro.md", "appendix-a.md", "thanks.md"],
    ["index.md", "one/README.md", "one/2.md", "one/10.md", "two/1.md", "two/appA.md"],
    ["a1b2.md", "a1b10.md", "a2.md", "ab.md"],
    ["Preface/x.md", "chapter/x.md", "appendix/x.md"],
]  # fmt: skip


@pytest.mark.parametrize("paths", ORDER)
def test_files_stand_in_the_order_of_a_book(paths: list[str]) -> None:
    mixed = paths[:]
    random.Random(1).shuffle(mixed)
    expected = sorted(paths, key=natural)
    assert sorted(mixed, key=natural) == expected
    assert expected[0] == paths[0] and expected[-1] == paths[-1]


def test_numbers_count_by_their_value_and_front_matter_with_a_number_stands_there() -> None:
    assert sorted(["10.md", "9.md", "02-preface.md", "1.md"], key=natural) == [
        "1.md",
        "02-preface.md",
        "9.md",
        "10.md",
    ]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("minutes/1.md", Kind.ABOUT),
        ("a/Meeting-Notes.md", Kind.ABOUT),
        ("meeting point.md", Kind.CHAPTER),
        ("LICENSE.md", Kind.ABOUT),
        ("code of conduct.markdown", Kind.ABOUT),
        ("TODO.md", Kind.ABOUT),
        ("todo.md", Kind.CHAPTER),
        ("x/INDEX.md", Kind.INDEX),
        ("README_de.md", Kind.INDEX),
        ("_sidebar.md", Kind.LIST),
        ("Table of Contents.md", Kind.LIST),
        ("1. Vorwort.md", Kind.FRONT),
        ("anhang.md", Kind.APPENDIX),
        ("03-appendix_b.md", Kind.APPENDIX),
        ("apple.md", Kind.CHAPTER),
    ],
)
def test_a_file_is_what_its_name_says(path: str, kind: Kind) -> None:
    assert kind_of(path) is kind


def test_front_matter_has_a_role_and_thanks_stand_last() -> None:
    names = ["a/foreword.md", "02-Preface.md", "danksagung.markdown", "one.md"]
    assert [role(name) for name in names] == ["foreword", "preface", "acknowledgments", ""]
    assert [stands_last(name) for name in names] == [False, False, True, False]


def test_a_readme_speaks_of_its_folder_and_an_index_does_not() -> None:
    assert [is_readme(name) for name in ("a/README.md", "readme.de.md", "index.md", "readmes.md")] == [
        True,
        True,
        False,
        False,
    ]
