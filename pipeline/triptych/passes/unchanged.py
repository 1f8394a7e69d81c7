"""Chapters that nobody has changed, in a process that builds a book again and again."""

from __future__ import annotations

from dataclasses import replace

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Chart
from triptych.model.walk import chapter_nodes


def take_as_before(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Put chapters of an earlier build in the place of those that say just the same."""
    return replace(book, chapters=tuple(_take_as_before(chapter, memory) for chapter in book.chapters)), []


def _take_as_before(chapter: Chapter, memory: Memory) -> Chapter:
    charts = repr([*chapter_nodes(chapter, Chart)])
    return memory.intern(("chapter", chapter.id), chapter, charts)
