"""Compare each built PDF and EPUB with the book: report missing content, overflow and overlaps."""

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
    """Return the ids of a book's masthead and chapters."""
    return [MASTHEAD, *(chapter.id for chapter in book.chapters)]


def check_contents(book: Book, file: FilePages, cache: Cache) -> list[Diagnostic]:
    """Compare an output's pages or content documents with the book as the output should show it.

    Report missing text, images, charts and formulas, and content that overflows or overlaps.
    """
    whole_text = PageTextSearch(file.pages, is_reordered=file.is_reordered)
    findings: list[Diagnostic] = []
    for chapter, chapter_pages in file.iter_chapters(book):
        if len(chapter_pages) == len(
            file.pages
        ):  # the chapter may be on any page, so other chapters matter as well
            findings += _check_chapter(chapter, chapter_pages, file, whole_text, cache.memory)
        else:
            findings += _check_chapter_cached(chapter, chapter_pages, file, cache)
    findings += find_missing_titles(book, file, whole_text)
    return [*findings, *report_layout_defects(book, file, cache.memory)]


def _hash_chapter(chapter: Chapter) -> str:
    return compute_digest(repr(chapter))


def _check_chapter(
    chapter: Chapter, pages: Sequence[FilePage], file: FilePages, text: PageTextSearch, memory: Memory
) -> list[Diagnostic]:
    return [*find_missing_text(chapter, file, text, memory), *find_missing_drawings(chapter, pages, file)]


def _check_chapter_cached(
    chapter: Chapter, pages: Sequence[FilePage], file: FilePages, cache: Cache
) -> list[Diagnostic]:
    """Return the findings in a chapter, from the cache if the chapter and its pages are unchanged.

    Findings that depend on alt texts are not cached, because the alt texts may belong to other chapters.
    """
    kind = (file.output, file.is_reordered, file.has_tagged_drawings, file.has_tagged_undescribed_drawings)
    key = cache.memory.call(_hash_chapter, chapter)
    task = Task.for_step(VERDICT, f"{file.output} {chapter.id}", chapter=key, leaves=repr((kind, pages)))
    stored: list[Diagnostic] | None = cache.get(task, list[Diagnostic])
    if stored is not None:
        return stored
    alt_texts: list[str] = []

    def read_alt_texts() -> str:
        alt_texts.append(file.read_alt_texts())
        return alt_texts[-1]

    text = PageTextSearch(pages, is_reordered=file.is_reordered)
    findings = _check_chapter(
        chapter, pages, replace(file, read_alt_texts=read_alt_texts), text, cache.memory
    )
    if not alt_texts:
        cache.put(task, findings)
    return findings
