"""Examine a PDF: tags, links, contrast, overflow, conformance and reading order.

This takes seconds for a long book, so it is not part of a build.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import pikepdf
import pypdfium2

from triptych.checks.findings import (
    REBUILD_HINT,
    REPORT_HINT,
    OutputFinding,
    limit_findings,
    locate_findings,
    make_diagnostic,
    quote_text,
)
from triptych.checks.pdf.accessibility import LinkChecker, TagChecker, check_contrast
from triptych.checks.pdf.conformance import check_conformance
from triptych.checks.pdf.overflow import check_layout_defects
from triptych.checks.pdf.page_contents import PdfContents, read_pdf_contents
from triptych.checks.pdf.reading_order import compare_reading_order
from triptych.checks.pdf.structure import Structure, StructureElement, read_structure
from triptych.checks.pdf.values import is_for_press
from triptych.checks.pieces import Piece
from triptych.checks.wordings import Wording
from triptych.diagnostics import Diagnostic, Span
from triptych.model.book import Book


@dataclass(frozen=True, slots=True)
class PdfExamination:
    """The findings in a PDF, and its text in structure order, which is None for an untagged PDF."""

    findings: tuple[OutputFinding, ...]
    text: str | None = None


def examine_pdf(data: bytes) -> PdfExamination:
    """Return the findings in a PDF, except those of `check_pdf`."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            contents = read_pdf_contents(data)
            structure = read_structure(pdf, contents)
            findings = list(_iter_findings(pdf, data, contents, structure))
    except (pikepdf.PdfError, pikepdf.PasswordError, pypdfium2.PdfiumError):
        return PdfExamination(())  # reported by `check_pdf`
    return PdfExamination(tuple(limit_findings(findings)), structure.text if structure else None)


def _iter_findings(
    pdf: pikepdf.Pdf, data: bytes, contents: PdfContents, structure: Structure | None
) -> Iterator[OutputFinding]:
    reported = {"untagged"} if structure is None else set()
    for problem in pdf.check_pdf_syntax():
        yield OutputFinding(
            code="CHK001", rule="syntax", message=f"the file has a syntax error: {problem}", hint=REBUILD_HINT
        )
    yield from check_layout_defects(data)
    if is_for_press(pdf):
        return
    tags = TagChecker(structure, contents) if structure else None
    for source in (tags, LinkChecker(pdf, structure, contents)):
        for finding in source.iter_findings() if source else ():
            reported.add(finding.rule)
            yield finding
    yield from check_contrast(contents, structure)
    elements = {element.objgen[0]: element for element in structure.elements} if structure else {}
    pages = {page.obj.objgen[0]: contents.pages[number].label for number, page in enumerate(pdf.pages)}

    def locate_finding(number: int, finding: OutputFinding) -> OutputFinding:
        element: StructureElement | None = elements.get(number)
        if element is not None and tags is not None:
            return tags.make_finding(element, finding.code, finding.rule, finding.message, finding.hint)
        return replace(finding, page=finding.page or pages.get(number, ""))

    yield from check_conformance(pdf, data, reported, locate_finding)


def locate_pdf_findings(
    examination: PdfExamination, book: Book, missing_spans: Iterable[Span | None] = ()
) -> list[Diagnostic]:
    """Convert the findings in a PDF to diagnostics with positions in the source.

    Also report CHK010 where the reading order differs from the book, except for the blocks at
    ``missing_spans``, which have already been reported as missing.
    """
    findings = locate_findings(examination.findings, book)
    if examination.text is not None:
        findings += _check_reading_order(book, examination.text, frozenset(missing_spans))
    return findings


def _check_reading_order(
    book: Book, text: str, missing_spans: frozenset[Span | None]
) -> Iterator[Diagnostic]:
    comparison = compare_reading_order(book, text)
    hint = "shorten or move the nearby footnote or figure; if there is none, report this as a bug in Triptych"
    findings = []
    for piece in comparison.missing_pieces:
        message = f"other text interrupts the {_describe_piece(piece)} in the reading order"
        findings.append(
            OutputFinding(code="CHK010", rule="broken", message=message, hint=hint, span=piece.span)
        )
    for piece in comparison.displaced_pieces:
        message = f"the position of the {_describe_piece(piece)} in the reading order differs from the source"
        findings.append(
            OutputFinding(code="CHK010", rule="displaced", message=message, hint=REPORT_HINT, span=piece.span)
        )
    for finding in limit_findings(finding for finding in findings if finding.span not in missing_spans):
        yield make_diagnostic(finding, finding.span)


def _describe_piece(piece: Piece) -> str:
    return f"{piece.kind} {quote_text(Wording(piece.wordings[0]).preview)}"
