"""Compare each built PDF and EPUB with the book, and report missing content, overflow and overlaps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from triptych.checks.content.file_pages import FilePage, FilePages
from triptych.checks.content.layout_defects import report_layout_defects
from triptych.checks.content.missing_content import (
    PageTextSearch,
    find_missing_drawings,
    find_missing_text,
    find_missing_titles,
)
from triptych.diagnostics import Diagnostic
from triptych.engine.cache import Cache
from triptych.engine.memory import Memory
from triptych.engine.store.program_digest import compute_digest
from triptych.engine.tasks import VERDICT, Task
from triptych.model.book import Book, Chapter
from triptych.passes.pages import MASTHEAD


def list_chapter_ids(book: Book) -> list[str]:
    """Return the ids of the masthead and of the chapters of a book."""
    return [MASTHEAD, *(chapter.id for chapter in book.chapters)]


def check_contents(book: Book, file: FilePages, cache: Cache) -> list[Diagnostic]:
    """Check an output's pages or content documents against the book as that output shows it.

    Report missing text, images, charts and formulas, and content that overflows or overlaps.
    """
    whole = PageTextSearch(file.pages, is_reordered=file.is_reordered)
    found: list[Diagnostic] = []
    for chapter, own in file.iter_chapters(book):
        if len(own) == len(file.pages):  # the chapter may be on any leaf, so other chapters count as well
            found += _check_chapter(chapter, own, file, whole, cache.memory)
        else:
            found += _check_chapter_cached(chapter, own, file, cache)
    found += find_missing_titles(book, file, whole)
    return [*found, *report_layout_defects(book, file, cache.memory)]


def _digest_chapter(chapter: Chapter) -> str:
    return compute_digest(repr(chapter))


def _check_chapter(
    chapter: Chapter, pages: Sequence[FilePage], file: FilePages, text: PageTextSearch, memory: Memory
) -> list[Diagnostic]:
    return [*find_missing_text(chapter, file, text, memory), *find_missing_drawings(chapter, pages, file)]


def _check_chapter_cached(
    chapter: Chapter, pages: Sequence[FilePage], file: FilePages, cache: Cache
) -> list[Diagnostic]:
    """Return the findings in a chapter, from the cache if the chapter and its leaves are unchanged.

    Findings that depend on alt texts are not cached, because the alt texts may belong to other chapters.
    """
    kind = (file.output, file.is_reordered, file.has_tagged_drawings, file.has_tagged_undescribed_drawings)
    key = cache.memory.call(_digest_chapter, chapter)
    task = Task.for_step(VERDICT, f"{file.output} {chapter.id}", chapter=key, leaves=repr((kind, pages)))
    stored: list[Diagnostic] | None = cache.get(task, list[Diagnostic])
    if stored is not None:
        return stored
    alt_texts: list[str] = []

    def read_alt_texts() -> str:
        alt_texts.append(file.read_alt_texts())
        return alt_texts[-1]

    text = PageTextSearch(pages, is_reordered=file.is_reordered)
    found = _check_chapter(chapter, pages, replace(file, read_alt_texts=read_alt_texts), text, cache.memory)
    if not alt_texts:
        cache.put(task, found)
    return found
