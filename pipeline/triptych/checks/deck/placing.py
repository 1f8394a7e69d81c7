"""What was found in a deck → diagnostics with places in the source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from triptych.checks.deck.examination import Examination
from triptych.checks.found import Found
from triptych.checks.places import Places, diagnostic
from triptych.diagnostics import Diagnostic, Span
from triptych.model.book import Book


def placed(examination: Examination, book: Book, look: Span | None = None) -> Iterator[Diagnostic]:
    """All findings of an examination, each at its words in the source, else at those of its slide.

    No section decides on colours, so that pale text is reported where the manifest names the template or the
    theme, the ``look`` of the slides.
    """
    if not examination.found:
        return
    places = Places(book)
    for found in examination.found:
        of_look = look if found.code == "CHK015" else None
        yield diagnostic(found, of_look or _place(found, examination.texts.get(found.file, ()), places))


def _place(found: Found, texts: tuple[str, ...], places: Places) -> Span | None:
    """The first place of a finding's own words, of the title, of what else is shown, of what is said."""
    candidates = [found] if found.words else []
    candidates += [replace(found, words=text, before="") for text in texts]
    spans = (places.of(candidate, texts) for candidate in (*candidates, replace(found, words="")))
    return next((span for span in spans if span is not None), None)
