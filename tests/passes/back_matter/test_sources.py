"""Test links between citations and entries of the bibliography."""

from __future__ import annotations

from tests.conftest import ReadBook
from triptych.model.nodes import Citation, Source
from triptych.model.walk import chapter_nodes

BIBLIOGRAPHY = (
    "@book{a, title={One}, author={Ash, Ann}, year={2000}}\n"
    "@book{b, title={Two}, author={Beech, Bob}, year={2001}}\n"
)


def test_source_lists_each_citation_once(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(
        "One [@a, p. 1; @a, p. 2; @b], two [@a].\n",
        manifest="bibliography: r.bib\n",
        files={"source/r.bib": BIBLIOGRAPHY},
    )
    nodes = [node for chapter in book.chapters for node in chapter_nodes(chapter)]
    first, second = [node.attr.id for node in nodes if isinstance(node, Citation)]
    assert first != second
    assert [node.uses for node in nodes if isinstance(node, Source)] == [(first, second), (first,)]
