"""A finished PDF: is it whole, tagged, named, navigable, and does it carry its fonts?"""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf

from triptych.checks.found import REBUILD
from triptych.checks.pdf.contents.values import entry, is_for_press, text
from triptych.checks.pdf.rules.fonts import font_problems
from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory

_FONTS = (
    "embed all fonts when you export the PDF image on this page; "
    "without such an image, report this as a bug in Triptych"
)


def check_pdf(data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
    """A PDF's bytes → what a reader or an archive would miss (ISO 14289-1, 7.1): CHK001, CHK005 for fonts."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            found = [Diagnostic(code="CHK001", message=message, hint=REBUILD) for message in _problems(pdf)]
            for problem, page in font_problems(pdf):
                message = f"{problem} (first used on page {page} of the PDF)"
                found.append(Diagnostic(code="CHK005", message=message, hint=_FONTS))
            return found
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        return [Diagnostic(code="CHK001", message=f"cannot open the PDF: {error}", hint=REBUILD)]


def page_count(data: bytes) -> int:
    """How many pages a sound PDF has."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def _problems(pdf: pikepdf.Pdf) -> Iterator[str]:
    if not pdf.pages:
        yield "the PDF has no pages"
    if not is_for_press(pdf):
        yield from _missing_for_readers(pdf.Root)
    if not text(entry(pdf.docinfo, "/Title")).strip():
        yield "the PDF metadata has no title"
    for number, page in enumerate(pdf.pages, 1):
        if "/Contents" not in page.obj:
            yield f"page {number} of the PDF has no content"


def _missing_for_readers(root: pikepdf.Object) -> Iterator[str]:
    if entry(root, "/MarkInfo", "/Marked") is not True or "/StructTreeRoot" not in root:
        yield "the PDF is not tagged"
    if not text(entry(root, "/Lang")).strip():
        yield "the PDF declares no language"
    if entry(root, "/ViewerPreferences", "/DisplayDocTitle") is not True:
        yield "PDF viewers show the file name instead of the title (DisplayDocTitle is not set)"
    if "/Outlines" not in root:
        yield "the PDF has no bookmarks"
