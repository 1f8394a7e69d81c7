"""Test that manual heading numbers are removed if they match the order, and kept otherwise."""

from __future__ import annotations

import pytest

from tests.triptych_import.conftest import ImportOf, Result
from triptych.model.book import Matter
from triptych.model.walk import plain_text
from triptych_import.book import Draft, Metadata, SectionFile, SourceBook, SourceText
from triptych_import.manual_numbers import parse_manual_number, remove_manual_numbers


def titles(result: Result) -> list[tuple[str, bool]]:
    return [(plain_text(chapter.title), chapter.numbered) for chapter in result.book.chapters]


@pytest.mark.parametrize(
    ("title", "parts", "rest"),
    [
        ("Chapter 1: What’s the Scope?", (1,), "What’s the Scope?"),
        ("Chapter Two — Words", (2,), "Words"),
        ("Chapter IV. Roman", (4,), "Roman"),
        ("Kapitel 3 Wörter", (3,), "Wörter"),
        ("Capítulo 10: Diez", (10,), "Diez"),
        ("第十二章 词语", (12,), "词语"),
        ("第3章: 言葉", (3,), "言葉"),
        ("Appendix B: Practice", (2,), "Practice"),
        ("1.2 Foo", (1, 2), "Foo"),
        ("1.2. Foo", (1, 2), "Foo"),
        ("1. Foo", (1,), "Foo"),
    ],
)
def test_manual_number_is_recognised(title: str, parts: tuple[int, ...], rest: str) -> None:
    number = parse_manual_number(title)
    assert number is not None
    assert (number.parts, title[number.length :], number.is_certain) == (parts, rest, True)


@pytest.mark.parametrize("title", ["Chapters", "Chapter", "2001", "The 3 ways", "Part 1: x", "第一", "1.5x"])
def test_other_text_is_not_a_number(title: str) -> None:
    assert parse_manual_number(title) is None


def test_numbers_that_follow_the_order_go(import_of: ImportOf) -> None:
    result = import_of({"0.md": "# Before\n", "1.md": "# 1. A\n\n## 1.1 X\n\nx\n\n### 1.1.1 Y\n\n## 1.2 Z\n\n## More\n", "2.md": "# 2. B\n\n## 1) P\n\n## 2) Q\n\n[x](1.md#11-x) [z](1.md#12-z)\n"})  # fmt: skip
    assert titles(result) == [("Before", False), ("A", True), ("B", True)]
    for words in ("# A\n", "## X", "### Y\n", "## Z", "## More {.unnumbered}\n"):
        assert words in result.text("1.md")
    assert "## P\n" in result.text("2.md")
    assert [note.partition(": note: ")[0] for note in result.notes] == ["1.md:1:1"] * 2 + ["2.md:1:1"]
    assert all(note.endswith("removed, since the same numbers are generated") for note in result.notes)


def test_only_changed_numbers_are_removed(import_of: ImportOf) -> None:
    result = import_of({"1.md": "# Chapter 1: A\n\n## 1.2 X\n\n## 1.1 Y\n", "2.md": "# Chapter 3: B\n"})
    assert titles(result) == [("Chapter 1: A", False), ("Chapter 3: B", False)]
    assert "## 1.2 X\n" in result.text("1.md")
    assert any("do not follow the order of the book" in note for note in result.notes)


def test_headings_out_of_order_in_a_chapter_with_a_number(import_of: ImportOf) -> None:
    result = import_of({"1.md": "# A\n\n## 1.2 X\n\n## 1.1 Y\n\n## Z {#z}\n"})
    assert "## 1.2 X {.unnumbered}\n\n## 1.1 Y {.unnumbered}\n\n## Z {#z .unnumbered}" in result.text("1.md")
    assert any("1.md:1:1: note: the section numbers in the headings" in note for note in result.notes)


def test_title_that_starts_with_a_number_word_is_unchanged(import_of: ImportOf) -> None:
    result = import_of({"1.md": "# A\n\n## 3 ways\n\n## 10 things\n"})
    assert "## 3 ways\n\n## 10 things\n" in result.text("1.md")
    assert result.notes == []


def test_appendices_are_numbered_by_letters(import_of: ImportOf) -> None:
    result = import_of(
        {"a.md": "# A\n", "apA.md": "# Appendix A: X\n\n## A.1 Y\n", "apB.md": "# Appendix B: Z\n"}
    )
    assert [title for title, _ in titles(result)] == ["A", "X", "Z"]
    assert "## Y\n" in result.text("apA.md")


def test_appendix_title_marks_it_and_following_chapters(import_of: ImportOf) -> None:
    summary = "- [A](a.md)\n- [X](x.md)\n- [Y](y.md)\n- [More](more.md)\n"
    files = {
        "a.md": "# 1. A\n",
        "x.md": "# Apéndice A - X\n",
        "y.md": "# Apéndice B - Y\n",
        "more.md": "# More\n",
    }
    result = import_of({"SUMMARY.md": summary, "README.md": "# Home\n", **files})
    assert titles(result) == [("Home", False), ("A", True), ("X", True), ("Y", True), ("More", False)]
    assert [chapter.matter for chapter in result.book.chapters] == [
        *(Matter.FRONT, Matter.BODY, Matter.APPENDIX, Matter.APPENDIX, Matter.APPENDIX)
    ]


def test_chapter_numbered_after_an_appendix_keeps_it_a_chapter(import_of: ImportOf) -> None:
    files = {"1.md": "# Appendix A: X\n", "2.md": "# Chapter 1: A\n", "3.md": "# Appendix B: Y\n"}
    assert {chapter.matter for chapter in import_of(files).book.chapters} == {Matter.BODY}


def test_appendices_in_a_part_stay_in_it(import_of: ImportOf) -> None:
    files = {
        "SUMMARY.md": "- [A](a.md)\n\n## More\n\n- [X](x.md)\n",
        "a.md": "# A\n",
        "x.md": "# Appendix A: X\n",
    }
    last = import_of(files).book.chapters[-1]
    assert (last.part.title if last.part else "", last.matter) == ("More", Matter.BODY)


def test_title_in_front_matter_is_not_repeated(import_of: ImportOf) -> None:
    result = import_of({"a.md": "---\ntitle: Same\n---\n\n# Same {#name}\n\nText.\n", "b.md": "---\ntitle: One\n---\n\n# Other\n"})  # fmt: skip
    assert result.text("a.md") == "---\ntitle: Same\nid: name\n---\n\nText.\n"
    assert "# Other" in result.text("b.md")


def test_chapter_that_contains_only_appendices(import_of: ImportOf) -> None:
    summary = "- [One](one.md)\n- [Appendix](app.md)\n  - [A - Words](a.md)\n  - [B - Signs](b.md)\n    - [Deep](d.md)\n"
    result = import_of({"book.toml": "", "src/SUMMARY.md": summary, "src/one.md": "# One\n\nSee Appendix A.\n", "src/app.md": "# Appendix\n\nWhat follows.\n", "src/a.md": "## Appendix A: Words\n\n### Used\n", "src/b.md": "## Appendix B: Signs\n", "src/d.md": "# Deep\n"})  # fmt: skip
    assert titles(result) == [("One", True), ("Appendix", False), ("Words", True), ("Signs", True)]
    assert result.text("a.md") == "# Words\n\n## Used\n"
    assert "## Deep" in result.text("b.md")
    assert result.book.chapters[2].matter is Matter.APPENDIX


@pytest.mark.parametrize(
    ("title", "parts", "rest", "sure"),
    [
        ("3 ways", (3,), "ways", False),
        ("1.2 ways", (1, 2), "ways", True),
        ("1) x", (1,), "x", True),
        ("1: x", (1,), "x", True),
        (r"1\. x", (1,), "x", True),
        ("Chapter XIV - x", (14,), "x", True),
        ("Chapter nineteen: x", (19,), "x", True),
        ("第百二十章 x", (120,), "x", True),
        ("第二百章 x", (200,), "x", True),
        ("第十章 x", (10,), "x", True),
        ("Appendix 3: x", (3,), "x", True),
        ("附录C x", (3,), "x", True),
    ],
)
def test_numbers_are_parsed_as_written(title: str, parts: tuple[int, ...], rest: str, sure: bool) -> None:
    number = parse_manual_number(title)
    assert number is not None
    assert (number.parts, title[number.length :], number.is_certain) == (parts, rest, sure)


def test_letters_are_numbers_only_in_appendices() -> None:
    number = parse_manual_number("B.2.10 x", appendix=True)
    assert number is not None and (number.parts, number.length) == ((2, 2, 10), 7)
    assert parse_manual_number("B.2 x") is None
    assert parse_manual_number("Chapter one: ") is None


def numbered_once(
    *texts: str, heads: dict[int, dict[str, str | bool]] | None = None
) -> tuple[list[str], list[bool], int]:
    """Return texts of chapters after their numbers were converted, unnumbered chapters, and message count."""
    sections = tuple(
        SectionFile(
            path=f"{place}.md",
            source_texts=(SourceText(draft=Draft.from_text(f"{place}.md", text)),),
            front_matter=(heads or {}).get(place, {}),
            is_appendix=text.startswith("# Appendix"),
        )
        for place, text in enumerate(texts)
    )
    book = remove_manual_numbers(SourceBook(metadata=Metadata(title="T"), sections=sections))
    return (
        [section.source_texts[0].draft.text for section in book.sections],
        [bool(section.front_matter.get("unnumbered")) for section in book.sections],
        len(book.findings),
    )


@pytest.mark.parametrize(
    ("texts", "expected", "unnumbered", "told"),
    [
        (["# 1. A\n", "# 2. B\n"], ["# A\n", "# B\n"], [False, False], 1),
        (["# 1. A\n", "# B\n"], ["# A\n", "# B\n"], [False, True], 1),
        (["# 1. A\n", "# B\n", "# C\n"], ["# 1. A\n", "# B\n", "# C\n"], [False, False, False], 0),  # too few
        (["# 1 A\n", "# 2 B\n"], ["# 1 A\n", "# 2 B\n"], [False, False], 0),  # they may be words
        (["# 1 A\n", "# 2. B\n"], ["# A\n", "# B\n"], [False, False], 1),
        (["# 2. A\n", "# 1. B\n"], ["# 2. A\n", "# 1. B\n"], [True, True], 1),
        (["# 2. A\n", "# 3. B\n", "# C\n"], ["# 2. A\n", "# 3. B\n", "# C\n"], [True, True, True], 1),
        (["# 1. A\n", "# Pre {-}\n", "# 2. B\n"], ["# A\n", "# Pre {-}\n", "# B\n"], [False, False, False], 1),
        (["# 1. A\n", "# Appendix A: X\n", "# Appendix B: Y\n"], ["# A\n", "# X\n", "# Y\n"], [False] * 3, 2),
        (["# 1. A\n\n## 1.1 X\n\n## 1.2 Y\n"], ["# A\n\n## X\n\n## Y\n"], [False], 2),
        (["# 1. A\n\n## 1. X\n\n### 1.1 Z\n\n## 2. Y\n"], ["# A\n\n## X\n\n### Z\n\n## Y\n"], [False], 2),
        (["# A\n\n## 1.1 X\n\n## Y\n"], ["# A\n\n## X\n\n## Y {.unnumbered}\n"], [False], 1),
        (["# A\n\n## 1.1 X\n\n## Y\n\n## Z\n"], ["# A\n\n## 1.1 X\n\n## Y\n\n## Z\n"], [False], 0),
        (["# A\n\n## 1 way\n\n## 2 ways\n"], ["# A\n\n## 1 way\n\n## 2 ways\n"], [False], 0),
        (
            ["# A\n\n## 1.2 X\n\n## 1.1 Y {#y}\n"],
            ["# A\n\n## 1.2 X {.unnumbered}\n\n## 1.1 Y {#y .unnumbered}\n"],
            [False],
            1,
        ),
        (["# A\n\n## 1.1 X\n\n#### 1.1.1.1 Deep\n"], ["# A\n\n## X\n\n#### 1.1.1.1 Deep\n"], [False], 1),
        (["# A {.unnumbered}\n\n## 1.1 X\n"], ["# A {.unnumbered}\n\n## 1.1 X\n"], [False], 0),
        (["# A\n\n## 1.1 X\n", "# B\n\n## 2.1 Y\n"], ["# A\n\n## X\n", "# B\n\n## Y\n"], [False, False], 2),
    ],
)  # fmt: skip
def test_numbers_appear_once(
    texts: list[str], expected: list[str], unnumbered: list[bool], told: int
) -> None:
    assert numbered_once(*texts) == (expected, unnumbered, told)


def test_titles_in_heads_have_their_numbers_once_too() -> None:
    heads: dict[int, dict[str, str | bool]] = {0: {"title": "1. A"}, 1: {"role": "preface"}}
    sections = numbered_once("Text.\n", "# 7. Before\n", "# 2. B\n", heads=heads)
    assert sections == (["Text.\n", "# 7. Before\n", "# B\n"], [False, False, False], 1)
