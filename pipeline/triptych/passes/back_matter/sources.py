"""Citations and the entries of the bibliography know each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.labels import Labels
from triptych.model.book import Book, Chapter
from triptych.model.nodes import Attr, Citation, Source
from triptych.model.walk import rewrite_chapter

CITATION_MARK = "_cite-"  # begins the ids of citations


def connect_sources(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Give each citation an id, and each source the ids of the citations that name it."""
    count = 0
    uses: dict[str, list[str]] = defaultdict(list)
    chapters = []
    for chapter in book.chapters:
        identified, named = memory.call(_identified, chapter, count)
        chapters.append(identified)
        count += len(named)
        for identifier, entries in named:
            for entry in entries:
                uses[entry].append(identifier)
    table = {entry: tuple(ids) for entry, ids in uses.items()}
    return replace(book, chapters=tuple(memory.call(_with_uses, chapter, table) for chapter in chapters)), []


def _identified(chapter: Chapter, count: int) -> tuple[Chapter, tuple[tuple[str, tuple[str, ...]], ...]]:
    """A chapter whose citations have ids, behind so many before it, and of each the id and its sources."""
    named: list[tuple[str, tuple[str, ...]]] = []

    def identify(node: Any) -> Any:
        if not isinstance(node, Citation):
            return node
        identifier = f"{CITATION_MARK}{count + len(named) + 1}"
        named.append((identifier, tuple(dict.fromkeys(node.entries))))
        return replace(node, attr=Attr(identifier))

    return rewrite_chapter(chapter, identify, Citation), tuple(named)


def _with_uses(chapter: Chapter, uses: Mapping[str, tuple[str, ...]]) -> Chapter:
    """A chapter whose sources have the ids of the citations that name them."""

    def fill(node: Any) -> Any:
        return replace(node, uses=uses.get(node.attr.id, ())) if isinstance(node, Source) else node

    return rewrite_chapter(chapter, fill, Source)
