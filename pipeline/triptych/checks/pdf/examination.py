"""A close look at a finished PDF: it takes seconds of a long book, so that no build takes it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pikepdf
import pypdfium2

from triptych.checks.findings import (
    REBUILD,
    REPORT,
    OutputFinding,
    limit_repeats,
    locate_findings,
    make_diagnostic,
    quote,
)
from triptych.checks.pdf.accessibility import Links, Tags, check_contrast
from triptych.checks.pdf.conformance import check_conformance
from triptych.checks.pdf.order import compare_order
from triptych.checks.pdf.page_contents import PdfContents, read_contents
from triptych.checks.pdf.strays import check_edges
from triptych.checks.pdf.structure import Element, Structure, read_structure
from triptych.checks.pdf.values import is_for_press
from triptych.checks.pieces import Piece
from triptych.checks.wordings import Wording
from triptych.diagnostics import Diagnostic, Span
from triptych.model.book import Book


@dataclass(frozen=True, slots=True)
class PdfExamination:
    """What was found, and the text in the order of the structure, None where there is no structure."""

    found: tuple[OutputFinding, ...]
    text: str | None = None


def examine_pdf(data: bytes) -> PdfExamination:
    """Return the findings in a PDF, except those of `check_pdf`, which each build makes."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            contents = read_contents(data)
            structure = read_structure(pdf, contents)
            found = list(_iter_findings(pdf, data, contents, structure))
    except (pikepdf.PdfError, pikepdf.PasswordError, pypdfium2.PdfiumError):
        return PdfExamination(())  # `check_pdf` says so
    return PdfExamination(tuple(limit_repeats(found)), structure.text if structure else None)


def _iter_findings(
    pdf: pikepdf.Pdf, data: bytes, contents: PdfContents, structure: Structure | None
) -> Iterator[OutputFinding]:
    told = {"untagged"} if structure is None else set()
    for problem in pdf.check_pdf_syntax():
        yield OutputFinding(
            code="CHK001", rule="syntax", message=f"the file has a syntax error: {problem}", hint=REBUILD
        )
    yield from check_edges(data)
    if is_for_press(pdf):
        return
    tags = Tags(structure, contents) if structure else None
    for source in (tags, Links(pdf, structure, contents)):
        for finding in source.findings() if source else ():
            told.add(finding.rule)
            yield finding
    yield from check_contrast(contents, structure)
    elements = {element.objgen[0]: element for element in structure.elements} if structure else {}
    pages = {page.obj.objgen[0]: contents.pages[number].label for number, page in enumerate(pdf.pages)}

    def locate(number: int, found: OutputFinding) -> OutputFinding:
        element: Element | None = elements.get(number)
        if element is not None and tags is not None:
            return tags.at(element, found.code, found.rule, found.message, found.hint)
        return replace(found, page=found.page or pages.get(number, ""))

    yield from check_conformance(pdf, data, told, locate)


def locate_pdf_findings(
    examination: PdfExamination, book: Book, lost: Iterable[Span | None] = ()
) -> list[Diagnostic]:
    """All findings of an examination, and CHK010 for what is not read in the order of the book.

    ``lost`` are the places of what is not in the file at all, which has been said.
    """
    found = locate_findings(examination.found, book)
    if examination.text is not None:
        found += _check_order(book, examination.text, frozenset(lost))
    return found


def _check_order(book: Book, text: str, lost: frozenset[Span | None]) -> Iterator[Diagnostic]:
    """Blocks whose words do not come together, or not where they should."""
    comparison = compare_order(book, text)
    hint = "shorten or move the nearby footnote or figure; if there is none, report this as a bug in Triptych"
    broken = [
        OutputFinding(code="CHK010", rule="broken", message=_broken(piece), hint=hint, span=piece.span)
        for piece in comparison.missing
    ]
    broken += [
        OutputFinding(
            code="CHK010", rule="displaced", message=_displaced(piece), hint=REPORT, span=piece.span
        )
        for piece in comparison.displaced
    ]
    for finding in limit_repeats(one for one in broken if one.span not in lost):
        yield make_diagnostic(finding, finding.span)


def _broken(piece: Piece) -> str:
    return f"other text interrupts the {piece.kind} {_quote_first_words(piece)} in the reading order"


def _displaced(piece: Piece) -> str:
    words = _quote_first_words(piece)
    return f"the position of the {piece.kind} {words} in the reading order differs from the source"


def _quote_first_words(piece: Piece) -> str:
    return quote(Wording(piece.wordings[0]).first_words)
