"""The contents as a tree of titles that can be read."""

from __future__ import annotations

from tests.conftest import ReadBook, tiny_png
from triptych.markup.outline import outline
from triptych.model.nodes import Reference
from triptych.model.walk import plain_text, walk_all

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
