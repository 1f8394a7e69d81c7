"""A finished PDF: is it whole, tagged, named, navigable, and does it carry its fonts?"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf

from triptych.checks.pdf.contents.values import entry, is_for_press, text
from triptych.checks.pdf.rules.fonts import font_problems
from triptych.diagnostics import Diagnostic


def check_pdf(data: bytes) -> list[Diagnostic]:
    """A PDF's bytes → what a reader or an archive would miss (ISO 14289-1, 7.1): CHK001, CHK005 for fonts."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            found = [Diagnostic(code="CHK001", message=f"PDF: {message}") for message in _problems(pdf)]
            for problem, page in font_problems(pdf):
                found.append(Diagnostic(code="CHK005", message=f"PDF: {problem}, first used on page {page}"))
            return found
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        return [Diagnostic(code="CHK001", message=f"PDF: cannot be opened: {error}")]


def page_count(data: bytes) -> int:
    """How many pages a sound PDF has."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def _problems(pdf: pikepdf.Pdf) -> Iterator[str]:
    if not pdf.pages:
        yield "no pages"
    if not is_for_press(pdf):
        yield from _missing_for_readers(pdf.Root)
    if not text(entry(pdf.docinfo, "/Title")).strip():
        yield "no title in the metadata"
    for number, page in enumerate(pdf.pages, 1):
        if "/Contents" not in page.obj:
            yield f"page {number} has no content"


def _missing_for_readers(root: pikepdf.Object) -> Iterator[str]:
    if entry(root, "/MarkInfo", "/Marked") is not True or "/StructTreeRoot" not in root:
        yield "not tagged"
    if not text(entry(root, "/Lang")).strip():
        yield "no language is set"
    if entry(root, "/ViewerPreferences", "/DisplayDocTitle") is not True:
        yield "viewers show the file name instead of the title (DisplayDocTitle is not set)"
    if "/Outlines" not in root:
        yield "no bookmarks"
