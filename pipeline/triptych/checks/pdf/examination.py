"""A close look at a finished PDF: it takes seconds of a long book, so that no build takes it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pikepdf
import pypdfium2

from triptych.checks.findings import REBUILD, REPORT, Found, diagnostic, few, located, quoted
from triptych.checks.pdf.accessibility import Links, Tags, contrast_findings
from triptych.checks.pdf.conformance import conformance_findings
from triptych.checks.pdf.order import compare
from triptych.checks.pdf.page_contents import Contents, contents_of
from triptych.checks.pdf.strays import edge_findings
from triptych.checks.pdf.structure import Element, Structure, structure_of
from triptych.checks.pdf.values import is_for_press
from triptych.checks.pieces import Piece
from triptych.checks.wordings import Wording
from triptych.diagnostics import Diagnostic, Span
from triptych.model.book import Book


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, and the text in the order of the structure, None where there is no structure."""

    found: tuple[Found, ...]
    text: str | None = None


def examine_pdf(data: bytes) -> Examination:
    """A PDF's bytes → all findings but those of `check_pdf`, which each build makes."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            contents = contents_of(data)
            structure = structure_of(pdf, contents)
            found = list(_findings(pdf, data, contents, structure))
    except (pikepdf.PdfError, pikepdf.PasswordError, pypdfium2.PdfiumError):
        return Examination(())  # `check_pdf` says so
    return Examination(tuple(few(found)), structure.text if structure else None)


def _findings(
    pdf: pikepdf.Pdf, data: bytes, contents: Contents, structure: Structure | None
) -> Iterator[Found]:
    told = {"untagged"} if structure is None else set()
    for problem in pdf.check_pdf_syntax():
        yield Found(
            code="CHK001", rule="syntax", message=f"the file has a syntax error: {problem}", hint=REBUILD
        )
    yield from edge_findings(data)
    if is_for_press(pdf):
        return
    tags = Tags(structure, contents) if structure else None
    for source in (tags, Links(pdf, structure, contents)):
        for finding in source.findings() if source else ():
            told.add(finding.rule)
            yield finding
    yield from contrast_findings(contents, structure)
    elements = {element.objgen[0]: element for element in structure.elements} if structure else {}
    pages = {page.obj.objgen[0]: contents.pages[number].label for number, page in enumerate(pdf.pages)}

    def locate(number: int, found: Found) -> Found:
        """A finding about an object of the file, at the element or the page that this is."""
        element: Element | None = elements.get(number)
        if element is not None and tags is not None:
            return tags.at(element, found.code, found.rule, found.message, found.hint)
        return replace(found, page=found.page or pages.get(number, ""))

    yield from conformance_findings(pdf, data, told, locate)


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
