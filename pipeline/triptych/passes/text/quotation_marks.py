"""Quotation marks: quoted text gets the marks of its language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels, load_labels
from triptych.model.book import Book
from triptych.model.nodes import Attr, Quoted, Text
from triptych.model.walk import rewrite, rewrite_chapter


def quote(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Write the marks into the text, so that all outputs show the same ones."""
    chapters = []
    for chapter in book.chapters:
        inner = rewrite_chapter(chapter, _mark_passage, Attr)
        chapter_labels = load_labels(chapter.language) if chapter.language else labels
        chapters.append(rewrite_chapter(inner, _marker(chapter_labels), Quoted))
    return replace(book, chapters=tuple(chapters)), []


def _mark_passage(node: Any) -> Any:
    """A passage in a language of its own, with that language's marks; passages in it have theirs already."""
    attr = getattr(node, "attr", None)
    language = attr.get("lang") if isinstance(attr, Attr) else ""
    return rewrite(node, _marker(load_labels(language))) if language else node


def _marker(labels: Labels) -> Callable[[Any], Any]:
    double_open, double_close, single_open, single_close = labels.quotation_marks

    def mark(node: Any) -> Any:
        if not isinstance(node, Quoted):
            return node
        start, end = (double_open, double_close) if node.double else (single_open, single_close)
        return (Text(text=start), *node.content, Text(text=end))

    return mark
