"""Compare each built PDF and EPUB with the book, and report missing content, overflow and overlaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from triptych.checks.guards.content import (
    LeafText,
    find_missing_pictures,
    find_missing_titles,
    find_missing_words,
)
from triptych.checks.guards.edges import report_layout_defects
from triptych.checks.guards.leaves import Leaf, Leaves
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.engine.memory import Memory
from triptych.engine.store.program import digest
from triptych.engine.tasks import VERDICT, Task
from triptych.model.book import Book, Chapter
from triptych.passes.pages import MASTHEAD


def list_ids(book: Book) -> list[str]:
    """Return the ids of the masthead and of the chapters of a book."""
    return [MASTHEAD, *(chapter.id for chapter in book.chapters)]


def guard_leaves(book: Book, leaves: Leaves, cache: Cache) -> list[Diagnostic]:
    """Check an output's pages or content documents against the book as that output shows it.

    Report missing text, images, charts and formulas, and content that overflows or overlaps.
    """
    whole = LeafText(leaves.leaves, reordered=leaves.reordered)
    found: list[Diagnostic] = []
    for chapter, own in leaves.iter_chapters(book):
        if len(own) == len(leaves.leaves):  # the chapter may be on any leaf, so other chapters count as well
            found += _check_chapter(chapter, own, leaves, whole, cache.memory)
        else:
            found += _check_chapter_cached(chapter, own, leaves, cache)
    found += find_missing_titles(book, leaves, whole)
    return [*found, *report_layout_defects(book, leaves, cache.memory)]


def _digest_chapter(chapter: Chapter) -> str:
    return digest(repr(chapter))


def _check_chapter(
    chapter: Chapter, own: Sequence[Leaf], leaves: Leaves, text: LeafText, memory: Memory
) -> list[Diagnostic]:
    return [*find_missing_words(chapter, leaves, text, memory), *find_missing_pictures(chapter, own, leaves)]


def _check_chapter_cached(
    chapter: Chapter, own: Sequence[Leaf], leaves: Leaves, cache: Cache
) -> list[Diagnostic]:
    """Return the findings in a chapter, from the cache if the chapter and its leaves are unchanged.

    Findings that depend on alt texts are not cached, because the alt texts may belong to other chapters.
    """
    kind = (leaves.output, leaves.reordered, leaves.has_tagged_drawings, leaves.tags_undescribed_drawings)
    key = cache.memory.call(_digest_chapter, chapter)
    task = Task.of(VERDICT, f"{leaves.output} {chapter.id}", chapter=key, leaves=repr((kind, own)))
    stored: list[Diagnostic] | None = cache.get(task, list[Diagnostic])
    if stored is not None:
        return stored
    alt_texts: list[str] = []

    def read_alt_texts() -> str:
        alt_texts.append(leaves.read_alt_texts())
        return alt_texts[-1]

    text = LeafText(own, reordered=leaves.reordered)
    found = _check_chapter(chapter, own, replace(leaves, read_alt_texts=read_alt_texts), text, cache.memory)
    if not alt_texts:
        cache.put(task, found)
    return found
