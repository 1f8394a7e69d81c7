"""Check the accessibility of a book's content, before any output is written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter
from triptych.model.nodes import IndexList, ReferenceList
from triptych.model.walk import rewrite_chapter
from triptych.passes.accessibility.colours import report_colour_styles, report_colour_words
from triptych.passes.accessibility.languages import report_foreign_scripts, report_invalid_language_tags
from triptych.passes.accessibility.rules import (
    ChapterNodes,
    collect_chapter_nodes,
    report_ambiguous_links,
    report_empty_headers,
    report_empty_headings,
    report_headerless_tables,
    report_missing_alt,
    report_poor_alt,
    report_pull_quotes,
    report_repeated_headings,
    report_skipped_levels,
    report_unclear_links,
)
from triptych.project import MANIFEST

Rule: TypeAlias = Callable[[ChapterNodes], Iterator[Diagnostic]]

RULES: tuple[Rule, ...] = (
    report_missing_alt,  # ACC001
    report_skipped_levels,  # ACC002
    report_headerless_tables,  # ACC003
    report_empty_headers,  # ACC004
    report_colour_words,  # ACC005
    report_colour_styles,  # ACC006
    report_unclear_links,  # ACC007
    report_ambiguous_links,  # ACC008
    # ACC009, a book without a language, is reported when the manifest is read.
    report_invalid_language_tags,  # ACC010
    report_foreign_scripts,  # ACC011
    report_poor_alt,  # ACC012, ACC013
    report_empty_headings,  # ACC014
    report_repeated_headings,  # ACC015
    # ACC016 concerns the whole book and is reported below.
    report_pull_quotes,  # ACC017
)


def lint_accessibility(
    book: Book, labels: Labels, memory: Memory = NO_MEMORY
) -> tuple[Book, list[Diagnostic]]:
    """Report the findings of all accessibility rules for each chapter. The book is returned unchanged."""
    language = book.metadata.language
    findings = [
        finding for chapter in book.chapters for finding in memory.call(_lint_chapter, chapter, language)
    ]
    if findings and (level := book.metadata.accessibility.conforms_to):
        findings.append(_report_conformance_claim(level, len(findings)))
    return book, findings


def _lint_chapter(chapter: Chapter, language: str) -> tuple[Diagnostic, ...]:
    chapter_nodes = collect_chapter_nodes(
        rewrite_chapter(chapter, _drop_generated_content, ReferenceList, IndexList), language
    )
    return tuple(finding for rule in RULES for finding in rule(chapter_nodes))


def _report_conformance_claim(level: str, count: int) -> Diagnostic:
    """Return ACC016, which reports a declared conformance level in a book with findings."""
    issues = "accessibility issue" if count == 1 else "accessibility issues"
    hint = f"fix the reported {issues}, or remove `conforms-to` from `accessibility:` in `book.yaml`"
    return Diagnostic(
        code="ACC016",
        span=Span(path=MANIFEST),
        message=f"`conforms-to` declares {level}, but the source has {count} {issues}",
        hint=hint,
    )


def _drop_generated_content(node: Any) -> Any:
    return () if isinstance(node, ReferenceList | IndexList) else node
