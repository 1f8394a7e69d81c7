"""The contents as a tree of titles that can be read."""

from __future__ import annotations

from collections.abc import Sequence

from tests.conftest import ReadBook, tiny_png
from triptych.markup.outline import Entry, outline, within
from triptych.model.nodes import Reference
from triptych.model.walk import plain_text, walk_all


def names(entries: Sequence[Entry]) -> list[object]:
    """The tree by its words, what is below a title in a list behind it."""
    found: list[object] = []
    for entry in entries:
        found += [plain_text(entry.title), *([names(entry.children)] if entry.children else [])]
    return found


PICTURE = "'![](dot.png){.decorative}'"
FILES = {"source/dot.png": tiny_png()}


def test_a_line_of_contents_has_words_and_no_references(read_book_of: ReadBook) -> None:
    text = "## A [b](https://x.org) @sec-c\n\n## C {#sec-c}\n\n## ![](dot.png){.decorative}\n\n## D\n"
    book, _ = read_book_of(text, files=FILES)
    (chapter,) = outline(book, 3)
    titles = [entry.title for entry in chapter.children]
    assert [plain_text(title).split()[0] for title in titles] == ["A", "C", "D"]
    assert not [node for title in titles for node in walk_all(title) if isinstance(node, Reference)]


def test_a_chapter_that_is_called_a_picture_has_a_name_in_the_contents(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("Text.\n", files=FILES, title=PICTURE)
    (chapter,) = outline(book, 3)
    assert plain_text(chapter.title) == "Section"


SECTIONS = "## One\n\n### Deep\n\n#### Deeper\n\n### Again\n\n## Two\n\n## Not listed {.unlisted}\n"


def test_the_contents_are_a_tree_down_to_a_level(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(SECTIONS)
    assert names(outline(book, 4)) == ["A section", ["One", ["Deep", ["Deeper"], "Again"], "Two"]]
    assert names(outline(book, 3)) == ["A section", ["One", ["Deep", "Again"], "Two"]]
    assert names(outline(book, 1)) == ["A section"]


def test_contents_are_cut_to_some_levels(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(SECTIONS)
    entries = outline(book, 4)
    assert names(within(entries, 3)) == ["A section", ["One", ["Deep", "Again"], "Two"]]
    assert names(within(entries, 1)) == ["A section"]
    assert within(entries, 0) == []


def test_lines_of_contents_have_the_numbers_of_their_sections(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("## One {#one}\n\n### Deep\n\n## Two {.unnumbered}\n")
    (chapter,) = outline(book, 3)
    one, two = chapter.children
    assert [entry.number for entry in (chapter, one, *one.children, two)] == ["1", "1.1", "1.1.1", ""]
    assert [entry.level for entry in (chapter, one, *one.children, two)] == [1, 2, 3, 2]
    assert one.id == "one"
