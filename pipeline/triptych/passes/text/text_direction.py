"""Direction of reading: what names a language says which way its text runs."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory
from triptych.languages.customs import direction
from triptych.languages.labels import Labels
from triptych.model.book import Book
from triptych.model.nodes import Attr, Code, CodeBlock
from triptych.model.walk import attr_of, book_nodes, rewrite_book


def direct(book: Book, labels: Labels, memory: Memory = NO_MEMORY) -> tuple[Book, list[Diagnostic]]:
    """Give each node with a language its ``dir``, unless the author has, where any text runs from the right.

    Code runs from the left in all of them.
    """
    named = {attr_of(node).get("lang") for node in book_nodes(book, Attr)}
    languages = {book.metadata.language, *(chapter.language for chapter in book.chapters), *named}
    if all(direction(language) == "ltr" for language in languages if language):
        return book, []

    def turn(node: Any) -> Any:
        attr = attr_of(node)
        if isinstance(node, Code | CodeBlock):
            return replace(node, attr=replace(attr, pairs=(*attr.pairs, ("dir", "ltr"))))
        if not attr.get("lang") or attr.get("dir"):
            return node
        pairs = (*attr.pairs, ("dir", direction(attr.get("lang"))))
        return replace(node, attr=replace(attr, pairs=pairs))

    return rewrite_book(book, turn), []
