"""Guards: what the book says is in the finished files. Each build asks them, since nothing is lost silently.

They know the book as an output shows it, and the file as anybody reads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from triptych.checks.guards.content import (
    Text,
    find_missing_pictures,
    find_missing_titles,
    find_missing_words,
)
from triptych.checks.guards.edges import find_strays as off_their_places
from triptych.checks.guards.leaves import Leaf, Leaves
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.engine.memory import Memory
from triptych.engine.store.program import digest
from triptych.engine.tasks import VERDICT, Task
from triptych.model.book import Book, Chapter
from triptych.passes.pages import MASTHEAD


def list_ids(book: Book) -> list[str]:
    """Return the ids at which the chapters of a book begin in a file."""
    return [MASTHEAD, *(chapter.id for chapter in book.chapters)]


def guard_leaves(book: Book, leaves: Leaves, cache: Cache) -> list[Diagnostic]:
    """Compare a book as an output shows it with the leaves of the file, and return what is missing or amiss:
    every word, image, chart and formula; anything off its page or its area, or over other words.
    """
    whole = Text(leaves.leaves, reordered=leaves.reordered)
    found: list[Diagnostic] = []
    for chapter, own in leaves.by_chapter(book):
        if len(own) == len(leaves.leaves):  # it may be anywhere, and what others say counts as well
            found += _check_chapter(chapter, own, leaves, whole, cache.memory)
        else:
            found += _check_chapter_once(chapter, own, leaves, cache)
    return [*found, *find_missing_titles(book, leaves, whole), *off_their_places(book, leaves, cache.memory)]


def _digest_chapter(chapter: Chapter) -> str:
    """All that a chapter says, with its places."""
    return digest(repr(chapter))


def _check_chapter(
    chapter: Chapter, own: Sequence[Leaf], leaves: Leaves, text: Text, memory: Memory
) -> list[Diagnostic]:
    return [*find_missing_words(chapter, leaves, text, memory), *find_missing_pictures(chapter, own, leaves)]


def _check_chapter_once(
    chapter: Chapter, own: Sequence[Leaf], leaves: Leaves, cache: Cache
) -> list[Diagnostic]:
    """Return what is missing of a chapter, from the cache if the chapter and its leaves are unchanged.

    A result that depends on alternative texts, which may belong to other chapters, is not stored.
    """
    kind = (leaves.output, leaves.reordered, leaves.tells_drawings, leaves.tells_silent)
    said = cache.memory.call(_digest_chapter, chapter)
    task = Task.of(VERDICT, f"{leaves.output} {chapter.id}", chapter=said, leaves=repr((kind, own)))
    stored: list[Diagnostic] | None = cache.get(task, list[Diagnostic])
    if stored is not None:
        return stored
    asked: list[str] = []

    def alternatives() -> str:
        asked.append(leaves.alternatives())
        return asked[-1]

    text = Text(own, reordered=leaves.reordered)
    found = _check_chapter(chapter, own, replace(leaves, alternatives=alternatives), text, cache.memory)
    if not asked:
        cache.put(task, found)
    return found
