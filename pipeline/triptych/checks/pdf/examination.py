"""A close look at a finished PDF: it takes seconds of a long book, so that no build takes it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pikepdf
import pypdfium2

from triptych.checks.found import REBUILD, Found, few
from triptych.checks.pdf.contents.contents import Contents, contents_of
from triptych.checks.pdf.contents.structure import Element, Structure, structure_of
from triptych.checks.pdf.contents.values import is_for_press
from triptych.checks.pdf.rules.conformance import conformance_findings
from triptych.checks.pdf.rules.contrast import contrast_findings
from triptych.checks.pdf.rules.edges import edge_findings
from triptych.checks.pdf.rules.links import Links
from triptych.checks.pdf.rules.tags import Tags


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
