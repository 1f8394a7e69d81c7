"""Test folders without a list of contents: file names, README links or a list of titles give the order."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.triptych_import.conftest import ImportOf, Result
from triptych.model.book import Matter
from triptych.model.walk import plain_text
from triptych_import import chapters
from triptych_import.chapters import make_title, order_files
from triptych_import.contents import FileKind, classify_file

BOOK = "# My Book - 2nd Edition\n"
TEXTS = {
    "apA.md": f"{BOOK}# Appendix A: More\n\nText.\n",
    "ch1.md": f"{BOOK}# Chapter 1: First\n\nText.\n",
    "ch10.md": f"{BOOK}# Chapter 3: Third\n\nText.\n",
    "ch2.md": f"{BOOK}# Chapter 2: Second\n\nText.\n",
    "foreword.md": f"{BOOK}# Foreword\n\nText.\n",
    "CONTRIBUTING.md": "# Contributing\n\nText.\n",
    "meetings/2020.md": "# Meeting\n\nText.\n",
}
LINKS = "* [Foreword](foreword.md) (by [Ada](https://x.org))\n* [2](ch2.md/#x)\n    * [Deep](ch2.md#deep)\n* [1](ch1.md)\n* [3](ch10.md)\n"
TITLES = "* Foreword\n* Chapter 2: Second\n    * Deep\n* Chapter 1: First\n* Chapter 3: Third\n"


def of(result: Result) -> list[str]:
    return [plain_text(chapter.title) for chapter in result.book.chapters]


def test_names_of_files(import_of: ImportOf) -> None:
    result = import_of(TEXTS)
    assert [t.rpartition(": ")[2] for t in of(result)] == ["Foreword", "First", "Second", "Third", "More"]
    assert result.book.chapters[0].matter is Matter.FRONT
    assert result.book.chapters[-1].matter is Matter.APPENDIX
    assert sum("the file is about the project" in note for note in result.notes) == 2


def test_title_shared_by_all_files_is_that_of_the_book(import_of: ImportOf) -> None:
    result = import_of(TEXTS)
    assert result.book.metadata.title == "My Book - 2nd Edition"
    assert not any("2nd Edition" in result.text(name) for name in ("ch1.md", "apA.md"))


def test_links_in_a_readme_and_titles_in_a_list(import_of: ImportOf, tmp_path: object) -> None:
    files: Mapping[str, str] = {**TEXTS, "README.md": f"{BOOK}\nThe chapters:\n\n{LINKS}"}
    result = import_of(files)
    assert [t.rpartition(": ")[2] for t in of(result)] == ["Foreword", "Second", "First", "Third", "More"]
    assert any("README.md:1:1: note: the file lists the chapters" in note for note in result.notes)
    assert any('"README.md" does not list this file; placed after' in note for note in result.notes)


def test_readme_text_around_the_chapter_list_opens_the_book(import_of: ImportOf) -> None:
    readme = f"{BOOK}\nAbout it.\n\n{LINKS}\n## Terms\n\n- CL: a change\n"
    result = import_of({**TEXTS, "README.md": readme})
    first, second = result.book.chapters[:2]
    assert [plain_text(first.title), plain_text(second.title)] == ["My Book - 2nd Edition", "Foreword"]
    assert result.text("README.md").startswith("---\nunnumbered: true\n---\n")
    assert "About it." in result.text("README.md") and "CL: a change" in result.text("README.md")
    assert not any("README.md:1:1: note: the file lists" in note for note in result.notes)


def test_titles_in_a_list_without_links(import_of: ImportOf) -> None:
    result = import_of({**TEXTS, "toc.md": f"{BOOK}\n## Table of Contents\n\n{TITLES}"})
    assert [t.rpartition(": ")[2] for t in of(result)] == ["Foreword", "Second", "First", "Third", "More"]


def test_series_has_a_part_for_each_book(import_of: ImportOf) -> None:
    inner = {f"{folder}/{name}": text for folder in ("one", "two") for name, text in TEXTS.items()}
    lists = {f"{folder}/README.md": f"{BOOK}\n{LINKS}" for folder in ("one", "two")}
    home = "# The series\n\n1. [Book two](two/README.md) | [Buy](https://x.org)\n2. [Book one](one/)\n"
    result = import_of({**inner, **lists, "README.md": home})
    parts = [chapter.part.title if chapter.part else "" for chapter in result.book.chapters]
    assert parts == ["Book two"] * 5 + ["Book one"] * 5
    assert of(result)[0] == "Foreword"


def test_folders_with_one_text_each_are_not_parts(import_of: ImportOf) -> None:
    result = import_of({"1-a/x.md": "# A\n\nText.\n", "2-b/y.md": "# B\n\nText.\n"})
    assert [chapter.part for chapter in result.book.chapters] == [None, None]


def test_file_kinds_are_guessed_from_names() -> None:
    kinds = {name: classify_file(f"{name}.md") for name in ("apA", "appendix-b", "apply", "OUTLINE", "outline", "LICENSE", "readme.de", "02-preface", "toc", "security")}  # fmt: skip
    assert kinds == {
        "apA": FileKind.APPENDIX, "appendix-b": FileKind.APPENDIX, "apply": FileKind.CHAPTER, "OUTLINE": FileKind.ABOUT,
        "outline": FileKind.CHAPTER, "LICENSE": FileKind.ABOUT, "readme.de": FileKind.INDEX, "02-preface": FileKind.FRONT,
        "toc": FileKind.LIST, "security": FileKind.CHAPTER,
    }  # fmt: skip


def test_titles_without_links_in_the_list_of_a_folder(import_of: ImportOf) -> None:
    content = f"{BOOK}\n## Table of Contents\n\n{TITLES}"
    files = {f"one/{name}": text for name, text in {**TEXTS, "toc.md": content}.items()}
    files |= {f"two/{name}": text for name, text in TEXTS.items()}
    titles = [title.rpartition(": ")[2] for title in of(import_of(files))]
    assert [title for title in titles if title in ("First", "Second", "Third")][:3] == [
        "Second",
        "First",
        "Third",
    ]


# --- The order on its own, before anything is built --------------------------------------------------------


def order(texts: Mapping[str, str]) -> list[str]:
    """Return entries as ``PART | DEPTH TITLE``, with - for front matter and A for appendices."""
    entries, _ = order_files(texts, chapters.find_shared_titles(texts))
    return [
        f"{entry.part} | {'-' if entry.depth is None else entry.depth} {entry.title}"
        + " A" * entry.is_appendix
        for entry in entries
    ]


def told(texts: Mapping[str, str]) -> list[str]:
    return [
        f"{order_file.path}: {order_file.message}; {order_file.action}"
        for order_file in order_files(texts, {})[1]
    ]


def texts(*paths: str, **more: str) -> dict[str, str]:
    """Return texts whose titles are the names of their files in capitals."""
    return {
        path: f"# {path.rpartition('/')[2].removesuffix('.md').upper()}\n\nText.\n" for path in paths
    } | more


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["b.md", "a.md"], [" | 0 A", " | 0 B"]),
        (["b.md", "preface.md", "appA.md", "thanks.md"], [" | - PREFACE", " | 0 B", " | - THANKS", " | 0 APPA A"]),
        (["a.md", "x/b.md", "x/c.md"], [" | 0 A", "X | 0 B", "X | 0 C"]),
        (["x/b.md", "y/c.md"], [" | 0 B", " | 0 C"]),  # one text each: no parts
        (["x/b.md"], ["X | 0 B"]),
        (["x/README.md", "y/c.md"], ["README | 0 README", "Y | 0 C"]),
        (["x/y/b.md", "x/c.md"], ["X | 0 C", "X | 0 B"]),  # parts do not contain parts
        (["one/a.md", "one/appendix.md", "one/b.md", "two/c.md"], [
            "One | 0 A", "One | 0 B", "One | - APPENDIX", "Two | 0 C",
        ]),
        (["a.md", "appB.md", "z.md"], [" | 0 A", " | 0 Z", " | 0 APPB A"]),
    ],
)  # fmt: skip
def test_file_and_folder_names_determine_the_order(paths: list[str], expected: list[str]) -> None:
    assert order(texts(*paths)) == expected


def test_text_without_a_title_is_named_after_its_file() -> None:
    assert order({"02-first_steps.md": "Text.\n", "3.md": "Text.\n"}) == [" | 0 First steps", " | 0 3"]
    assert [make_title(name) for name in ("a/01. two-words.markdown", "x", "07.md", "7-up")] == [
        "Two words",
        "X",
        "07",
        "Up",
    ]


LISTED = texts("a.md", "b.md", "c.md")


@pytest.mark.parametrize(
    ("listing", "expected"),
    [
        ("- [Bee](b.md)\n- [Aye](a.md)\n", [" | 0 Bee", " | 0 Aye", " | 0 C"]),
        ("- [Bee](b.md)\n  - [Aye](a.md)\n    - [Sea](c.md)\n", [" | 0 Bee", " | 1 Aye", " | 2 Sea"]),
        ("- Words\n  - [Bee](b.md)\n    - [Aye](a.md)\n", [" | 0 Bee", " | 1 Aye", " | 0 C"]),
        (
            "## One\n\n- [Bee](b.md)\n\n## Two\n\n- [Aye](a.md)\n  - [Sea](c.md)\n",
            ["One | 0 Bee", "Two | 0 Aye", "Two | 1 Sea"],
        ),
        (
            "## One\n\n- [Bee](b.md)\n- [Aye](a.md)\n",
            [" | 0 Bee", " | 0 Aye", " | 0 C"],
        ),  # one heading makes no parts
        ("- [Bee](b.md)\n", [" | 0 A", " | 0 B", " | 0 C"]),  # one item is not a list
        (
            "- [Bee](b.html)\n- [Aye](/a#x)\n- [B](b.md)\n- [X](https://x.org/c.md)\n",
            [" | 0 Bee", " | 0 Aye", " | 0 C"],
        ),
        ("- B\n- A.\n", [" | 0 B", " | 0 A.", " | 0 C"]),  # titles without links
    ],
)
def test_table_of_contents_determines_the_order(listing: str, expected: list[str]) -> None:
    assert order({**LISTED, "README.md": listing}) == expected


def test_a_list_that_names_less_than_half_is_none() -> None:
    listing = {"README.md": "- [Bee](b.md)\n- [Aye](a.md)\n"}
    assert order({**texts("a.md", "b.md", "c.md", "d.md"), **listing})[0] == " | 0 Bee"
    assert order({**texts("a.md", "b.md", "c.md", "d.md", "e.md"), **listing})[0] == " | 0 A"


def test_the_list_that_names_most_counts() -> None:
    lists = {
        "README.md": "- [Bee](b.md)\n- [Aye](a.md)\n",
        "toc.md": "- [Sea](c.md)\n- [Bee](b.md)\n- [Aye](a.md)\n",
    }
    assert order({**LISTED, **lists}) == [" | 0 Sea", " | 0 Bee", " | 0 Aye"]


def test_unlisted_front_matter_comes_first_and_other_files_last() -> None:
    book = {
        **LISTED,
        **texts("d.md", "preface.md", "thanks.md", "LICENSE.md"),
        "toc.md": "- [Bee](b.md)\n- [Aye](a.md)\n- [Dee](d.md)\n- [X](x.md)\n",
    }
    assert order(book) == [" | - PREFACE", " | 0 Bee", " | 0 Aye", " | 0 Dee", " | 0 C", " | - THANKS"]
    behind = 'the table of contents in "toc.md" does not list this file'
    assert told(book) == [
        "LICENSE.md: the file is about the project, not a chapter; omitted",
        "toc.md: the file lists the chapters; omitted, since the table of contents is generated",
        f"preface.md: {behind}; placed before the listed chapters",
        f"c.md: {behind}; placed after the listed chapters",
        f"thanks.md: {behind}; placed after the listed chapters",
    ]


def test_list_with_more_text_is_the_first_section_of_its_folder() -> None:
    book = {
        "README.md": "# The book\n\n[![Build](x.svg)](https://x.org)\n\n- [Two](two/index.md)\n- [One](one/index.md)\n",
        **texts("one/a.md", "one/b.md", "two/c.md", "two/d.md"),
        "two/index.md": "How it *goes*.\n\n- [Dee](d.md)\n- [Sea](c.md)\n",
        "one/index.md": "# Number one\n\n- [Bee](b.md)\n- [Aye](a.md)\n",
    }
    assert order(book)[:4] == ["Two | - Introduction", "Two | 0 Dee", "Two | 0 Sea", "One | 0 Bee"]


def test_folders_use_the_order_of_their_lists_and_their_first_page_title() -> None:
    book = {
        "README.md": "- [The second](two/)\n- [The first](one/README.md)\n",
        **texts("one/a.md", "one/b.md", "two/c.md", "two/d.md"),
        "one/README.md": "# Number one\n\n- [Bee](b.md)\n- [Aye](a.md)\n",
    }
    assert order(book) == ["The second | 0 C", "The second | 0 D", "The first | 0 Bee", "The first | 0 Aye"]


def test_first_page_with_text_is_a_chapter() -> None:
    bare = {**texts("x/a.md", "x/b.md"), "x/README.md": "# Part X\n"}
    assert order(bare) == ["Part X | 0 A", "Part X | 0 B"]
    assert order({**bare, "x/README.md": "# Part X\n\nMore.\n"}) == [
        "Part X | 0 Part X",
        "Part X | 0 A",
        "Part X | 0 B",
    ]


def test_a_readme_of_the_whole_is_about_the_project_and_an_index_is_a_chapter() -> None:
    assert order({**LISTED, **texts("README.md")}) == [" | 0 A", " | 0 B", " | 0 C"]
    assert told({**LISTED, **texts("README.md")}) == [
        "README.md: the file is about the project, not a chapter; omitted"
    ]
    assert order({**LISTED, **texts("index.md")})[0] == " | 0 INDEX"
    assert order(texts("README.md")) == [" | 0 README"]


def test_files_of_one_folder_that_share_a_title_name_their_part() -> None:
    book = {f"x/{name}.md": f"# The series\n# {name}\n\nText.\n" for name in ("One", "Two")}
    assert order(book) == ["The series | 0 One", "The series | 0 Two"]


def test_deeply_nested_files_are_reported() -> None:
    assert told(texts("x/y/b.md", "x/c.md")) == ['x/y/b.md: parts cannot be nested; moved to the part "X"']


def test_unlisted_front_matter_of_a_folder_stays_in_it() -> None:
    book = {
        **LISTED,
        **texts("e/preface.md", "e/ch1.md"),
        "toc.md": "- [Bee](b.md)\n- [Aye](a.md)\n- [C](c.md)\n- [X](x.md)\n",
    }
    assert order(book)[-2:] == ["E | - PREFACE", "E | 0 CH1"]
