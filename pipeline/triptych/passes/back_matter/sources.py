"""Citations and the entries of the bibliography know each other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.languages.labels import Labels
from triptych.model.book import Book
from triptych.model.nodes import Attr, Citation, Source
from triptych.model.walk import rewrite_chapter

CITATION_MARK = "_cite-"  # begins the ids of citations


def connect_sources(book: Book, labels: Labels) -> tuple[Book, list[Diagnostic]]:
    """Give each citation an id, and each source the ids of the citations that name it."""
    count = 0
    uses: dict[str, list[str]] = defaultdict(list)

    def identify(node: Any) -> Any:
        nonlocal count
        if not isinstance(node, Citation):
            return node
        count += 1
        identifier = f"{CITATION_MARK}{count}"
        for entry in dict.fromkeys(node.entries):
            uses[entry].append(identifier)
        return replace(node, attr=Attr(identifier))

    def fill(node: Any) -> Any:
        return replace(node, uses=tuple(uses[node.attr.id])) if isinstance(node, Source) else node

    chapters = [rewrite_chapter(chapter, identify, Citation) for chapter in book.chapters]
    return replace(book, chapters=tuple(rewrite_chapter(chapter, fill, Source) for chapter in chapters)), []
