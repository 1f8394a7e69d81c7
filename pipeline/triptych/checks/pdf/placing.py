"""What was found in a PDF, and what is not read in its order → diagnostics with places in the source."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from triptych.checks.found import REPORT, Found, few, quoted
from triptych.checks.pdf.examination import Examination
from triptych.checks.pdf.rules.order import compare
from triptych.checks.pieces import Piece
from triptych.checks.places import diagnostic, located
from triptych.checks.wordings import Wording
from triptych.diagnostics import Diagnostic, Span
from triptych.model.book import Book


def placed(examination: Examination, book: Book, lost: Iterable[Span | None] = ()) -> list[Diagnostic]:
    """All findings of an examination, and CHK010 for what is not read in the order of the book.

    ``lost`` are the places of what is not in the file at all, which has been said.
    """
    found = located(examination.found, book)
    if examination.text is not None:
        found += _order(book, examination.text, frozenset(lost))
    return found


def _order(book: Book, text: str, lost: frozenset[Span | None]) -> Iterator[Diagnostic]:
    """Blocks whose words do not come together, or not where they should."""
    comparison = compare(book, text)
    hint = "shorten or move the nearby footnote or figure; if there is none, report this as a bug in Triptych"
    broken = [
        Found(code="CHK010", rule="broken", message=_broken(piece), hint=hint, span=piece.span)
        for piece in comparison.missing
    ]
    broken += [
        Found(code="CHK010", rule="displaced", message=_displaced(piece), hint=REPORT, span=piece.span)
        for piece in comparison.displaced
    ]
    for finding in few(one for one in broken if one.span not in lost):
        yield diagnostic(finding, finding.span)


def _broken(piece: Piece) -> str:
    return f"other text interrupts the {piece.kind} {_first(piece)} in the reading order"


def _displaced(piece: Piece) -> str:
    return f"the position of the {piece.kind} {_first(piece)} in the reading order differs from the source"


def _first(piece: Piece) -> str:
    return quoted(Wording(piece.wordings[0]).first_words)
