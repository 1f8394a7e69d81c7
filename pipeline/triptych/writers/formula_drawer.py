"""Whether what draws formulas is there, for the outputs that show drawings of them."""

from __future__ import annotations

from collections.abc import Sequence

from triptych.diagnostics import Diagnostic
from triptych.engine.extras import how_to_install, is_installed
from triptych.formats import OutputFormat
from triptych.model.book import Book
from triptych.writers.epub.stores import STORES
from triptych.writers.formula_findings import written_formulas


def without_drawer(book: Book, outputs: Sequence[OutputFormat], store: str) -> list[Diagnostic]:
    """ENV003 at the first formula of a book, where an output draws it and what does so is not installed.

    An e-book shows MathML, but for a ``store`` whose readers do not know it.
    """
    draws = "pdf" in outputs or "pptx" in outputs or ("epub" in outputs and STORES[store].in_dots)
    if not draws or is_installed("formulas") or not (formulas := written_formulas(book)):
        return []
    message, hint = "the formula renderer is not installed", how_to_install("formulas")
    return [Diagnostic(code="ENV003", span=formulas[0].span, message=message, hint=hint)]
