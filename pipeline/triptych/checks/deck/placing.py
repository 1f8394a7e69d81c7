"""What was found in a deck → diagnostics with places in the source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from triptych.checks.deck.examination import Examination
from triptych.checks.places import Places, diagnostic
from triptych.diagnostics import Diagnostic
from triptych.model.book import Book
from triptych.passes.conditions import for_output


def placed(examination: Examination, book: Book) -> Iterator[Diagnostic]:
    """All findings of an examination, each where its words stand, else where its slide is called so."""
    if not examination.found:
        return
    places = Places(for_output(book, "pptx"))
    for found in examination.found:
        title = examination.titles.get(found.file, "")
        span = places.of(found) or (places.of(replace(found, words=title)) if title else None)
        yield diagnostic(found, span)
