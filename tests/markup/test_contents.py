"""Test the table of contents as a tree of plain titles."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest

from tests.conftest import ReadBook, tiny_png
from triptych.languages.labels import load_labels
from triptych.markup.contents import (
    ContentsEntry,
    build_table_of_contents,
    format_chapter_name,
    get_enabled_lists,
    limit_levels,
    list_numbered_elements,
    list_part_chapters,
)
from triptych.model.book import Book, Chapter, Label, LabelKind, Metadata, Part, Role
from triptych.model.nodes import Attr, Citation, Figure, Heading, Reference, Text
from triptych.model.walk import plain_text, walk_all


def names(entries: Sequence[ContentsEntry]) -> list[object]:
    """Return the tree as text, with the children of a title in a list after it."""
    result: list[object] = []
    for entry in entries:
        result += [plain_text(entry.title), *([names(entry.children)] if entry.children else [])]
    return result


PICTURE = "'![](dot.png){.decorative}'"
FILES = {"source/dot.png": tiny_png()}


def test_a_line_of_contents_has_words_and_no_references(read_book_of: ReadBook) -> None:
    text = "## A [b](https://x.org) @sec-c\n\n## C {#sec-c}\n\n## ![](dot.png){.decorative}\n\n## D\n"
    book, _ = read_book_of(text, files=FILES)
    (chapter,) = build_table_of_contents(book, 3)
    titles = [entry.title for entry in chapter.children]
    assert [plain_text(title).split()[0] for title in titles] == ["A", "C", "D"]
    assert not [node for title in titles for node in walk_all(title) if isinstance(node, Reference)]


def test_chapter_title_that_is_a_picture_has_a_name_in_the_contents(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("Text.\n", files=FILES, title=PICTURE)
    (chapter,) = build_table_of_contents(book, 3)
    assert plain_text(chapter.title) == "Section"


SECTIONS = "## One\n\n### Deep\n\n#### Deeper\n\n### Again\n\n## Two\n\n## Not listed {.unlisted}\n"


def test_the_contents_are_a_tree_down_to_a_level(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(SECTIONS)
    assert names(build_table_of_contents(book, 4)) == [
        "A section",
        ["One", ["Deep", ["Deeper"], "Again"], "Two"],
    ]
    assert names(build_table_of_contents(book, 3)) == ["A section", ["One", ["Deep", "Again"], "Two"]]
    assert names(build_table_of_contents(book, 1)) == ["A section"]


def test_contents_are_cut_to_some_levels(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(SECTIONS)
    entries = build_table_of_contents(book, 4)
    assert names(limit_levels(entries, 3)) == ["A section", ["One", ["Deep", "Again"], "Two"]]
    assert names(limit_levels(entries, 1)) == ["A section"]
    assert limit_levels(entries, 0) == []


def test_contents_entries_have_section_numbers(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("## One {#one}\n\n### Deep\n\n## Two {.unnumbered}\n")
    (chapter,) = build_table_of_contents(book, 3)
    item, two = chapter.children
    assert [entry.number for entry in (chapter, item, *item.children, two)] == ["1", "1.1", "1.1.1", ""]
    assert [entry.level for entry in (chapter, item, *item.children, two)] == [1, 2, 3, 2]
    assert item.id == "one"


def chapter(
    name: str, part: Part | None = None, role: Role = Role.NONE, *blocks: Figure | Heading
) -> Chapter:
    return Chapter(
        id=name, slug=name, source=f"{name}.md", title=(Text(text=name),), blocks=blocks, part=part, role=role
    )


def book_of(*chapters: Chapter, **labels: Label) -> Book:
    metadata = Metadata(title="T", language="en", identifier="urn:x", modified=dt.datetime(2024, 1, 1))
    return Book(metadata=metadata, chapters=chapters, labels=labels)


def test_parts_precede_their_chapters_and_end_with_them() -> None:
    item, two = Part(id="p1", title="One", number="I"), Part(id="p2", title="Two", number="II")
    book = book_of(
        chapter("a"),
        chapter("b", item),
        chapter("c", item),
        chapter("d", two),
        chapter("e"),
        chapter("f", role=Role.DEDICATION),
    )
    assert names(build_table_of_contents(book, 1)) == ["a", "One", ["b", "c"], "Two", ["d"], "e"]
    assert [(entry.level, entry.number) for entry in build_table_of_contents(book, 1)] == [
        (1, ""),
        (0, "I"),
        (0, "II"),
        (1, ""),
    ]
    assert names(list_part_chapters(book, item)) == ["b", "c"]


def test_the_contents_of_a_part_are_its_chapters_without_their_sections() -> None:
    part = Part(id="p", title="One", number="I")
    section = Heading(level=2, content=(Text(text="Section"),), attr=Attr("s"))
    book = book_of(chapter("a", part, Role.NONE, section), chapter("b", part))
    assert names(list_part_chapters(book, part)) == ["a", "b"]
    assert names(build_table_of_contents(book, 2)) == ["One", ["a", ["Section"], "b"]]


@pytest.mark.parametrize("role", [Role.DEDICATION, Role.EPIGRAPH, Role.IMPRINT])
def test_chapters_without_a_title_do_not_end_a_part(role: Role) -> None:
    part = Part(id="p", title="One", number="I")
    book = book_of(chapter("a", part), chapter("b", role=role), chapter("c", part))
    assert names(build_table_of_contents(book, 1)) == ["One", ["a", "c"]]


def test_chapter_is_named_by_its_kind_and_number() -> None:
    chapters = [chapter(name) for name in "abc"]
    kinds = [(LabelKind.CHAPTER, "3"), (LabelKind.APPENDIX, "A"), (LabelKind.CHAPTER, "")]
    labels = {
        own.id: Label(kind=kind, number=number) for own, (kind, number) in zip(chapters, kinds, strict=True)
    }
    book = book_of(*chapters, **labels)
    called = [format_chapter_name(book, item, load_labels("en")).replace("\u00a0", " ") for item in chapters]
    assert called == ["Chapter 3", "Appendix A", ""]


def test_lists_contain_displayed_elements_without_sources() -> None:
    cited = (Text(text="One"), Citation(entries=("ref-k",), content=(Text(text=" (K 2024)"),)))
    figure = Figure(images=(), caption=cited, attr=Attr("fig-a"))
    book = book_of(
        chapter("a", None, Role.NONE, figure),
        **{
            "fig-a": Label(kind=LabelKind.FIGURE, number="1.1", title=cited),
            "fig-gone": Label(kind=LabelKind.FIGURE, number="1.2"),
            "a": Label(kind=LabelKind.CHAPTER, number="1"),
        },
    )
    assert [
        (numbered_element.id, numbered_element.number, plain_text(numbered_element.title))
        for numbered_element in list_numbered_elements(book, LabelKind.FIGURE)
    ] == [("fig-a", "1.1", "One")]
    assert list_numbered_elements(book, LabelKind.TABLE) == []


def test_lists_are_written_if_enabled() -> None:
    assert get_enabled_lists(lof=True, lot=False, lol=True) == (LabelKind.FIGURE, LabelKind.LISTING)
    assert get_enabled_lists(lof=False, lot=True, lol=False) == (LabelKind.TABLE,)
