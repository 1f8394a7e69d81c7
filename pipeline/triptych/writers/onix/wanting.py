"""What shops ask for and the manifest does not say: the record is sound without, and may be refused."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triptych.diagnostics import Diagnostic, Span
from triptych.model.book import Metadata
from triptych.project import MANIFEST
from triptych.writers.onix.products import Product


def wanting(meta: Metadata, products: Sequence[Product]) -> list[Diagnostic]:
    """ONX001 for all that is wanting, ONX002 where nothing is sold."""
    span = Span(path=MANIFEST)
    if not products:
        message = "the record for shops is to tell of the PDF and the e-book, and neither is an output"
        hint = "name one of them under `format:` beside `onix:`"
        return [Diagnostic(code="ONX002", span=span, message=message, hint=hint)]
    if not (lacking := list(_lacking(meta, products))):
        return []
    message = f"shops ask for what the manifest does not say: {', '.join(lacking)}"
    return [
        Diagnostic(
            code="ONX001",
            span=span,
            message=message,
            hint="say it under `book:`; the ISBN of a PDF stands under `format: pdf:`",
        )
    ]


def _lacking(meta: Metadata, products: Sequence[Product]) -> Iterator[str]:
    for product in products:
        if product.identifier.is_own:
            name = "the e-book" if product.output == "epub" else "the PDF" if product.digital else "the book"
            yield f"an ISBN of {name}"
    schemes = {subject.authority.upper() for subject in meta.subjects}
    yield from (
        name
        for name, there in (
            ("a publisher", meta.publisher),
            ("a date", meta.date),
            ("a description", meta.description or meta.blurb),
            ("a subject of Thema or BISAC", schemes & {"THEMA", "BISAC"}),
            ("people", meta.people),
        )
        if not there
    )
