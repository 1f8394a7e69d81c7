"""A finished PDF: is it whole, tagged, named, navigable, and does it carry its fonts?"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf

from triptych.diagnostics import Diagnostic

_DEEPEST_FORM = 20


def check_pdf(data: bytes) -> list[Diagnostic]:
    """A PDF's bytes → CHK001 for each thing that a reader or an archive would miss (ISO 14289-1, 7.1)."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return [Diagnostic(code="CHK001", message=f"PDF: {message}") for message in _problems(pdf)]
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        return [Diagnostic(code="CHK001", message=f"PDF: cannot be opened: {error}")]


def _problems(pdf: pikepdf.Pdf) -> Iterator[str]:
    root: Any = pdf.Root
    if not pdf.pages:
        yield "it has no pages"
    if not root.get("/MarkInfo", {}).get("/Marked") or "/StructTreeRoot" not in root:
        yield "it is not tagged"
    if not str(root.get("/Lang", "")):
        yield "it names no language"
    if not str(pdf.docinfo.get("/Title", "")).strip():
        yield "it has no title"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle"):
        yield "viewers will show its file name, not its title"
    if "/Outlines" not in root:
        yield "it has no bookmarks"
    seen: dict[tuple[int, int], tuple[str, ...]] = {}
    for number, page in enumerate(pdf.pages, 1):
        for name in _fonts_not_embedded(page.obj.get("/Resources", {}), seen):
            yield f"the font {name} on page {number} is not embedded"
        if "/Contents" not in page.obj:
            yield f"page {number} is empty of content"


def _fonts_not_embedded(
    resources: Any, seen: dict[tuple[int, int], tuple[str, ...]], depth: int = 0
) -> tuple[str, ...]:
    """Fonts of a page, and of the forms that it draws; ``seen`` are those of dictionaries looked at before.

    Pages share their resources, so that each is looked at once in a document.
    """
    key = resources.objgen if isinstance(resources, pikepdf.Object) and resources.is_indirect else (0, 0)
    if key[0] and key in seen:
        return seen[key]
    found: list[str] = []
    seen[key] = ()  # a form that draws itself, directly or through others, adds nothing
    for form in resources.get("/XObject", {}).values():
        if form.get("/Subtype") == "/Form" and depth < _DEEPEST_FORM:
            found += _fonts_not_embedded(form.get("/Resources", {}), seen, depth + 1)
    for font in resources.get("/Font", {}).values():
        for descendant in font.get("/DescendantFonts", [font]):
            descriptor = descendant.get("/FontDescriptor")
            files = ("/FontFile", "/FontFile2", "/FontFile3")
            if descriptor is None or not any(file in descriptor for file in files):
                found.append(str(font.get("/BaseFont", "?")))
    seen[key] = tuple(dict.fromkeys(found))
    return seen[key]
