"""Test that a block for which the layout engine fails is found by bisection, in any context."""

from __future__ import annotations

from typing import Any

import pytest

from tests.writers.print.quires import METADATA
from triptych.diagnostics import Span
from triptych.languages.labels import load_labels
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Block, Group, Paragraph, Text
from triptych.model.walk import walk_all
from triptych.writers.print import typesetting
from triptych.writers.print.documents import BODY, PrintDocument, find_failing_block


def paragraph(words: str, line: int) -> Paragraph:
    return Paragraph(content=(Text(text=words),), span=Span(path="a.md", line=line))


def document(*blocks: Block, title: str = "A title") -> PrintDocument:
    chapter = Chapter(
        id="a", slug="a", source="a.md", title=(Text(text=title),), blocks=blocks, span=Span(path="a.md")
    )
    book = Book(metadata=METADATA, chapters=(chapter,))
    return PrintDocument(book, load_labels("en"), BODY, (chapter,))


def fails(document: PrintDocument) -> bool:
    texts = walk_all(*((chapter.title, chapter.blocks) for chapter in document.content))
    return any(isinstance(node, Text) and "too much" in node.text for node in texts)


@pytest.mark.parametrize("line", range(1, 8))
def test_the_block_is_found(line: int) -> None:
    blocks = [paragraph("too much" if number == line else "fine", number) for number in range(1, 8)]
    assert find_failing_block(document(*blocks), fails) == Span(path="a.md", line=line)


def test_within_a_box_the_block_is_found() -> None:
    inner = (paragraph("fine", 3), paragraph("too much", 5), paragraph("fine", 7))
    box = Group(content=inner, span=Span(path="a.md", line=2))
    assert find_failing_block(document(paragraph("fine", 1), box), fails) == Span(path="a.md", line=5)


def test_a_title_is_its_chapter() -> None:
    assert find_failing_block(document(paragraph("fine", 3), title="too much"), fails) == Span(path="a.md")


def test_failure_that_does_not_recur_has_no_block() -> None:
    assert find_failing_block(document(paragraph("fine", 1)), fails) is None


@pytest.mark.parametrize(
    ("is_limited", "raised"), [(True, MemoryError), (False, typesetting.DocumentLayoutError)]
)
def test_memory_that_the_user_has_limited_is_not_a_fault_of_the_document(
    monkeypatch: pytest.MonkeyPatch, is_limited: bool, raised: type[Exception]
) -> None:
    def run_out(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(typesetting, "_lay_out_and_cache", run_out)
    monkeypatch.setattr(typesetting, "has_lower_memory_limit", lambda memory: is_limited)
    nothing: Any = None
    with pytest.raises(raised):
        typesetting.lay_out_document(nothing, nothing, nothing, ())
