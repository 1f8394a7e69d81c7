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
        message = "the ONIX record contains no products: the output formats include neither PDF nor EPUB"
        hint = "add `pdf` or `epub` under `format:`"
        return [Diagnostic(code="ONX002", span=span, message=message, hint=hint)]
    if not (lacking := list(_lacking(meta, products))):
        return []
    message = f"metadata that retailers require is missing: {', '.join(lacking)}"
    return [
        Diagnostic(
            code="ONX001",
            span=span,
            message=message,
            hint="add the missing fields under `book:`; the PDF edition's ISBN goes under `format: {pdf: …}`",
        )
    ]


def _lacking(meta: Metadata, products: Sequence[Product]) -> Iterator[str]:
    for product in products:
        if product.identifier.is_own:
            yield f"ISBN of {product.label}"
    schemes = {subject.authority.upper() for subject in meta.subjects}
    yield from (
        name
        for name, there in (
            ("publisher", meta.publisher),
            ("date", meta.date),
            ("description", meta.description or meta.blurb),
            ("Thema or BISAC subject", schemes & {"THEMA", "BISAC"}),
            ("author", meta.people),
        )
        if not there
    )
