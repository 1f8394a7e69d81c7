"""Test the numbers of chapters, sections, figures, tables, equations and listings."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject, ReadBook, tiny_png
from triptych.engine.cache import Cache
from triptych.model.book import Book, LabelKind
from triptych.stages import read_project

FIGURE = "![X](dot.png){{#fig-{}}}\n\n"


@pytest.fixture
def numbers(read_book_of: ReadBook):
    def read_numbers(markdown: str) -> dict[str, str]:
        book, result = read_book_of(markdown, files={"source/dot.png": tiny_png()})
        assert not result, result
        return {name: label.number for name, label in book.labels.items()}

    return read_numbers


@pytest.fixture
def book_of(make_project: MakeProject, shared_cache: Cache):
    def make(manifest: str, **sections: str) -> Book:
        files = {f"source/{name}.md": text for name, text in sections.items()}
        _, book, result = read_project(make_project({"source/book.yaml": manifest, **files}), shared_cache)
        assert not result, result
        return book

    return make


def test_sections_count_within_their_chapter(numbers) -> None:
    table = numbers("## A\n\n### B\n\n### C\n\n## D\n\n### E\n")
    assert [table[name] for name in "abcde"] == ["1.1", "1.1.1", "1.1.2", "1.2", "1.2.1"]


def test_headings_below_level_three_have_no_number(numbers) -> None:
    assert numbers("## A\n\n### B\n\n#### C\n")["c"] == ""


def test_unnumbered_section_is_not_counted(numbers) -> None:
    table = numbers("## A\n\n## B {.unnumbered}\n\n## C\n")
    assert (table["a"], table["b"], table["c"]) == ("1.1", "", "1.2")


def test_each_kind_counts_for_itself(numbers) -> None:
    table = numbers(
        FIGURE.format("a")
        + FIGURE.format("b")
        + "| A |\n|---|\n| 1 |\n\n: T {#tbl-a}\n\n$$x$$ {#eq-a}\n\n``` {#lst-a}\nx\n```\n"
    )
    assert [table[name] for name in ("fig-a", "fig-b", "tbl-a", "eq-a", "lst-a")] == [
        "1.1",
        "1.2",
        "1.1",
        "1.1",
        "1.1",
    ]


def test_only_referenceable_elements_are_numbered(read_book_of: ReadBook) -> None:
    text = "![X](dot.png){#dot}\n\n" + FIGURE.format("a")
    book, findings = read_book_of(text, files={"source/dot.png": tiny_png()})
    assert "dot" not in book.labels
    assert [finding.code for finding in findings] == ["LNT008"]


def test_element_of_a_separate_slide_is_not_counted(numbers) -> None:
    table = numbers("::: {.slide title=T}\n" + FIGURE.format("a") + ":::\n\n" + FIGURE.format("b"))
    assert table["fig-b"] == "1.1"


@pytest.mark.parametrize("frame", [".slide-only", '.content-visible when-format="pptx"'])
def test_slide_only_content_leaves_no_gap_in_numbering(numbers, frame: str) -> None:
    hidden = f"::: {{{frame}}}\n## B\n\n{FIGURE.format('b')}:::\n\n"
    table = numbers("## A\n\n" + FIGURE.format("a") + hidden + "## C\n\n" + FIGURE.format("c"))
    assert (table["a"], table["b"], table["c"]) == ("1.1", "", "1.2")
    assert (table["fig-a"], table["fig-b"], table["fig-c"]) == ("1.1", "1.3", "1.2")


def test_content_of_one_paged_output_is_numbered_in_the_book(numbers) -> None:
    text = f'::: {{.content-visible when-format="epub"}}\n{FIGURE.format("a")}:::\n\n'
    table = numbers(text + FIGURE.format("b"))
    assert (table["fig-a"], table["fig-b"]) == ("1.1", "1.2")


def test_chapters_and_appendices_are_numbered_separately(book_of) -> None:
    manifest = "book:\n  title: T\n  lang: en\n  chapters: [a, b]\n  appendices: [c, d]\n".replace(
        "a, b", "a.md, b.md"
    ).replace("c, d", "c.md, d.md")
    book = book_of(manifest, a="X\n", b="X\n", c="## S\n", d="X\n")
    labels = {chapter.source[7]: book.labels[chapter.id] for chapter in book.chapters}
    assert [labels[name].number for name in "abcd"] == ["1", "2", "A", "B"]
    assert labels["c"].kind is LabelKind.APPENDIX
    assert book.labels["s"].number == "A.1"


def test_unnumbered_appendix_has_no_letter_and_is_not_counted(book_of) -> None:
    manifest = "book:\n  title: T\n  lang: en\n  chapters: [a.md]\n  appendices: [b.md, c.md, d.md]\n"
    book = book_of(manifest, a="X\n", b="X\n", c="# C {.unnumbered}\n\n## S\n", d="X\n")
    assert [book.labels[chapter.id].number for chapter in book.chapters] == ["1", "A", "", "B"]
    assert book.labels["s"].number == ""


def test_front_matter_has_no_number_and_is_not_counted(book_of) -> None:
    manifest = "book:\n  title: T\n  lang: en\n  chapters: [a.md, b.md]\n"
    book = book_of(manifest, a="---\nunnumbered: true\n---\n## S\n", b="X\n")
    assert [book.labels[chapter.id].number for chapter in book.chapters] == ["", "1"]
    assert book.labels["s"].number == ""


def test_unnumbered_chapter_in_the_middle_is_not_counted(book_of) -> None:
    manifest = "book:\n  title: T\n  lang: en\n  chapters: [a.md, b.md, c.md]\n"
    book = book_of(manifest, a="X\n", b="# B {.unnumbered}\n", c="X\n")
    assert [book.labels[chapter.id].number for chapter in book.chapters] == ["1", "", "2"]


def test_parts_count_in_roman_and_do_not_restart_chapters(book_of) -> None:
    manifest = "book:\n  title: T\n  lang: en\n  chapters:\n" + "".join(
        f"    - part: {name}\n      chapters: [{name}.md]\n" for name in ("one", "two", "three", "four")
    )
    book = book_of(manifest, one="X\n", two="X\n", three="X\n", four="X\n")
    assert [chapter.part.number for chapter in book.chapters] == ["I", "II", "III", "IV"]
    assert [book.labels[chapter.id].number for chapter in book.chapters] == ["1", "2", "3", "4"]


def test_two_parts_of_one_title_are_two_parts(book_of) -> None:
    manifest = "book:\n  title: T\n  lang: en\n  chapters:\n    - part: Same\n      chapters: [a.md]\n    - part: Same\n      chapters: [b.md]\n"
    book = book_of(manifest, a="X\n", b="X\n")
    assert len({chapter.part.id for chapter in book.chapters}) == 2


@pytest.mark.parametrize("identifier", ["part-one", "title-page"])
def test_part_has_a_unique_id(book_of, identifier: str) -> None:
    manifest = "book:\n  title: T\n  lang: en\n  chapters:\n    - part: One\n      chapters: [a.md]\n"
    book = book_of(manifest, a=f"## X {{#{identifier}}}\n")
    assert book.chapters[0].part.id not in book.labels


def test_figure_numbers_are_unique_across_unnumbered_chapters(book_of) -> None:
    """Test that figure numbers in two unnumbered front chapters differ."""
    manifest = "book:\n  title: T\n  lang: en\n  chapters: [a.md, b.md, c.md]\n"
    table = "| A |\n|---|\n| 1 |\n\n: T {{#tbl-{}}}\n"
    book = book_of(
        manifest,
        a="---\nunnumbered: true\n---\n" + table.format("a"),
        b="---\nunnumbered: true\n---\n" + table.format("b"),
        c="X\n",
    )
    assert book.labels["tbl-a"].number != book.labels["tbl-b"].number
