"""A folder without a list of its own kind: names of files, a README's links, or a list of titles give the order."""

from __future__ import annotations

from collections.abc import Mapping

from tests.importing.conftest import ImportOf, Result
from triptych.importing.outline.file_names import Kind, kind_of
from triptych.model.book import Matter
from triptych.model.walk import plain_text

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
    assert sum("a text about the project" in note for note in result.notes) == 2


def test_a_title_that_all_files_begin_with_is_that_of_the_book(import_of: ImportOf) -> None:
    result = import_of(TEXTS)
    assert result.book.metadata.title == "My Book - 2nd Edition"
    assert not any("2nd Edition" in result.text(name) for name in ("ch1.md", "apA.md"))


def test_links_in_a_readme_and_titles_in_a_list(import_of: ImportOf, tmp_path: object) -> None:
    files: Mapping[str, str] = {**TEXTS, "README.md": f"{BOOK}\nAbout it.\n\n{LINKS}"}
    result = import_of(files)
    assert [t.rpartition(": ")[2] for t in of(result)] == ["Foreword", "Second", "First", "Third", "More"]
    assert any("README.md:1:1: note: it lists the chapters" in note for note in result.notes)
    assert any('"README.md" does not name it: stands behind' in note for note in result.notes)


def test_titles_in_a_list_without_links(import_of: ImportOf) -> None:
    result = import_of({**TEXTS, "toc.md": f"{BOOK}\n## Table of Contents\n\n{TITLES}"})
    assert [t.rpartition(": ")[2] for t in of(result)] == ["Foreword", "Second", "First", "Third", "More"]


def test_a_series_has_a_part_for_each_of_its_books(import_of: ImportOf) -> None:
    inner = {f"{folder}/{name}": text for folder in ("one", "two") for name, text in TEXTS.items()}
    lists = {f"{folder}/README.md": f"{BOOK}\n{LINKS}" for folder in ("one", "two")}
    home = "# The series\n\n1. [Book two](two/README.md) | [Buy](https://x.org)\n2. [Book one](one/)\n"
    result = import_of({**inner, **lists, "README.md": home})
    parts = [chapter.part.title if chapter.part else "" for chapter in result.book.chapters]
    assert parts == ["Book two"] * 5 + ["Book one"] * 5
    assert of(result)[0] == "Foreword"


def test_folders_with_one_text_each_are_no_parts(import_of: ImportOf) -> None:
    result = import_of({"1-a/x.md": "# A\n\nText.\n", "2-b/y.md": "# B\n\nText.\n"})
    assert [chapter.part for chapter in result.book.chapters] == [None, None]


def test_what_names_say() -> None:
    kinds = {name: kind_of(f"{name}.md") for name in ("apA", "appendix-b", "apply", "OUTLINE", "outline", "LICENSE", "readme.de", "02-preface", "toc", "security")}  # fmt: skip
    assert kinds == {
        "apA": Kind.APPENDIX, "appendix-b": Kind.APPENDIX, "apply": Kind.CHAPTER, "OUTLINE": Kind.ABOUT,
        "outline": Kind.CHAPTER, "LICENSE": Kind.ABOUT, "readme.de": Kind.INDEX, "02-preface": Kind.FRONT,
        "toc": Kind.LIST, "security": Kind.CHAPTER,
    }  # fmt: skip


def test_titles_without_links_in_the_list_of_a_folder(import_of: ImportOf) -> None:
    listed = f"{BOOK}\n## Table of Contents\n\n{TITLES}"
    files = {f"one/{name}": text for name, text in {**TEXTS, "toc.md": listed}.items()}
    files |= {f"two/{name}": text for name, text in TEXTS.items()}
    titles = [title.rpartition(": ")[2] for title in of(import_of(files))]
    assert [title for title in titles if title in ("First", "Second", "Third")][:3] == [
        "Second",
        "First",
        "Third",
    ]
