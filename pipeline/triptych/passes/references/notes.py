"""Footnotes get their numbers, which are the same in all outputs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Note
from triptych.model.walk import chapter_nodes, rewrite_chapter


def number_notes(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Number the notes of each chapter from 1 in reading order; references to one note share a number."""
    return replace(book, chapters=tuple(map(_number, book.chapters))), []


def _number(chapter: Chapter) -> Chapter:
    found = list(chapter_nodes(chapter, Note))
    if not found:
        return chapter
    shared: dict[str, int] = {}
    numbers: list[tuple[int, bool]] = []
    count = 0
    for note in found:
        again = bool(note.key) and note.key in shared
        if not again:
            count += 1
            shared.setdefault(note.key, count)
        numbers.append((shared[note.key] if again else count, again))
    # Rewriting goes bottom up, children first, so each note is known by the order of its end.
    ordered = iter(_by_end(chapter, dict(zip(map(id, found), numbers, strict=True))))

    def fill(node: Any) -> Any:
        if not isinstance(node, Note):
            return node
        number, again = next(ordered)
        return replace(node, number=number, again=again, content=() if again else node.content)

    return rewrite_chapter(chapter, fill, Note)


def _by_end(chapter: Chapter, numbers: dict[int, tuple[int, bool]]) -> list[tuple[int, bool]]:
    """The numbers in the order in which rewriting comes to the notes."""
    ends: list[tuple[int, bool]] = []

    def see(node: Any) -> Any:
        if isinstance(node, Note):
            ends.append(numbers[id(node)])
        return node

    rewrite_chapter(chapter, see, Note)
    return ends
