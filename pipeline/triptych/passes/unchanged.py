"""Chapters that nobody has changed, in a process that builds a book again and again."""

from __future__ import annotations

from dataclasses import replace

from triptych.diagnostics import Diagnostic
from triptych.engine.processes.staying import same
from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Chart
from triptych.model.walk import chapter_nodes


def take_as_before(book: Book, labels: Labels) -> tuple[Book, list[Diagnostic]]:
    """Put chapters of an earlier build in the place of those that say just the same."""
    return replace(book, chapters=tuple(map(_as_before, book.chapters))), []


def _as_before(chapter: Chapter) -> Chapter:
    charts = repr([*chapter_nodes(chapter, Chart)])
    return same(("chapter", chapter.id), chapter, charts)
