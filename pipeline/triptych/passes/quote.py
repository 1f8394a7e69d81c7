"""Quotation marks: quoted text gets the marks of the book's language."""

from __future__ import annotations

from typing import Any

from triptych.diagnostics import Diagnostic
from triptych.labels import Labels
from triptych.model.book import Book
from triptych.model.nodes import Quoted, Text
from triptych.model.walk import rewrite_book


def quote(book: Book, labels: Labels) -> tuple[Book, list[Diagnostic]]:
    """Write the marks into the text, so that all outputs show the same ones."""
    double_open, double_close, single_open, single_close = labels.quotation_marks

    def mark(node: Any) -> Any:
        if not isinstance(node, Quoted):
            return node
        start, end = (double_open, double_close) if node.double else (single_open, single_close)
        return (Text(text=start), *node.content, Text(text=end))

    return rewrite_book(book, mark), []
