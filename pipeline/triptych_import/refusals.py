"""Why a source is not imported, with its place."""

from __future__ import annotations

from triptych.diagnostics import Diagnostic, Span


class NoBook(Exception):
    """The source is no book that can be imported; ``finding`` says why, and where in it."""

    def __init__(self, finding: Diagnostic) -> None:
        super().__init__(finding)
        self.finding = finding


def no_book(code: str, place: Span, message: str, hint: str) -> NoBook:
    """Why there is no book: a code of ``diagnostics``, where in the source, what is wrong, what to do."""
    return NoBook(Diagnostic(code=code, span=place, message=message, hint=hint))
