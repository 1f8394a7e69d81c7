"""What a reader who cannot see, or not all colours, would miss: checks before any output is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from triptych.diagnostics import Diagnostic, Span
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter
from triptych.model.nodes import IndexList, SourceList
from triptych.model.walk import rewrite_chapter
from triptych.passes.accessibility.colours import colour_in_looks, colour_in_words
from triptych.passes.accessibility.languages import foreign_scripts, wrong_tags
from triptych.passes.accessibility.rules import (
    Survey,
    ambiguous_links,
    empty_headings,
    empty_heads,
    headless_tables,
    missing_alternatives,
    mute_links,
    poor_alternatives,
    repeated_headings,
    skipped_levels,
    survey,
    unrepeated_pull_quotes,
)
from triptych.project import MANIFEST

Rule: TypeAlias = Callable[[Survey], Iterator[Diagnostic]]

RULES: tuple[Rule, ...] = (
    missing_alternatives,  # ACC001
    skipped_levels,  # ACC002
    headless_tables,  # ACC003
    empty_heads,  # ACC004
    colour_in_words,  # ACC005
    colour_in_looks,  # ACC006
    mute_links,  # ACC007
    ambiguous_links,  # ACC008
    # ACC009, a book that names no language, is found where the manifest is read
    wrong_tags,  # ACC010
    foreign_scripts,  # ACC011
    poor_alternatives,  # ACC012, ACC013
    empty_headings,  # ACC014
    repeated_headings,  # ACC015
    # ACC016 is said of the whole book, below
    unrepeated_pull_quotes,  # ACC017
)


def lint_accessibility(
    book: Book, labels: Labels, memory: Memory = NO_MEMORY
) -> tuple[Book, list[Diagnostic]]:
    """All that the rules find in what authors wrote in each chapter; the book stays as it is."""
    language = book.metadata.language
    found = [finding for chapter in book.chapters for finding in memory.call(_found_in, chapter, language)]
    if found and (level := book.metadata.accessibility.conforms_to):
        found.append(_claimed(level, len(found)))
    return book, found


def _found_in(chapter: Chapter, language: str) -> tuple[Diagnostic, ...]:
    """All that the rules find in a chapter of a book in a language."""
    surveyed = survey(rewrite_chapter(chapter, _without_made, SourceList, IndexList), language)
    return tuple(finding for rule in RULES for finding in rule(surveyed))


def _claimed(level: str, count: int) -> Diagnostic:
    """ACC016: what is declared, although there are findings."""
    issues = "accessibility issue" if count == 1 else "accessibility issues"
    hint = f"fix the {issues}, or remove `conforms-to` from `accessibility:` in `book.yaml`"
    return Diagnostic(
        code="ACC016",
        span=Span(path=MANIFEST),
        message=f"`conforms-to` declares {level}, but the source has {count} {issues}",
        hint=hint,
    )


def _without_made(node: Any) -> Any:
    """A tree without what a citation style or a pass has worded."""
    return () if isinstance(node, SourceList | IndexList) else node
