"""Every word of the book is on the slides of a deck, or said with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from triptych.checks.guards.words import HINT
from triptych.checks.parity import lost, parity
from triptych.checks.texts import deck_text
from triptych.diagnostics import Diagnostic
from triptych.model.book import Book


def missing_from_slides(book: Book, data: bytes) -> Iterator[Diagnostic]:
    """CHK017 for each piece of the book that is in a deck nowhere, without the author's word."""
    for finding in lost(parity(book, {"pptx": deck_text(data)})):
        yield replace(finding, code="CHK017", hint=HINT)
