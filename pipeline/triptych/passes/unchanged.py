"""Chapters that nobody has changed, in a process that builds a book again and again."""

from __future__ import annotations

from dataclasses import replace

from triptych.diagnostics import Diagnostic
from triptych.engine.processes.staying import same
from triptych.languages.labels import Labels
from triptych.model.book import Book


def take_as_before(book: Book, labels: Labels) -> tuple[Book, list[Diagnostic]]:
    """Put chapters of an earlier build in the place of those that say just the same."""
    chapters = tuple(same(("chapter", chapter.id), chapter) for chapter in book.chapters)
    return replace(book, chapters=chapters), []
