"""Check that a PDF can be opened, is tagged, has a title and bookmarks, and embeds its fonts."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf

from triptych.checks.findings import REBUILD_HINT
from triptych.checks.pdf.values import (
    ObjectId,
    get_entries,
    get_entry,
    get_name,
    get_object_id,
    get_text,
    is_for_press,
    iter_items,
)
from triptych.diagnostics import Diagnostic
from triptych.engine.memory import NO_MEMORY, Memory

_FONT_HINT = (
    "embed all fonts when you export the PDF image on this page; "
    "without such an image, report this as a bug in Triptych"
)
_MAX_FORM_DEPTH = 20
_FONT_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_KNOWN_ENCODINGS = ("WinAnsiEncoding", "MacRomanEncoding", "MacExpertEncoding")
_KNOWN_COLLECTIONS = frozenset(("Japan1", "GB1", "CNS1", "Korea1", "KR"))
_STREAM = re.compile("^stream <.*?>: ")  # pikepdf's name for a PDF in memory
_SUBSET_TAG = re.compile("^[A-Z]{6}[+]")


def check_pdf(data: bytes, memory: Memory = NO_MEMORY) -> list[Diagnostic]:
    """Report CHK001 for faults in a PDF (ISO 14289-1, 7.1), and CHK005 for faults in its fonts."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            findings = [
                Diagnostic(code="CHK001", message=message, hint=REBUILD_HINT)
                for message in _find_problems(pdf)
            ]
            for problem, page in check_fonts(pdf):
                message = f"{problem} (first used on page {page} of the PDF)"
                findings.append(Diagnostic(code="CHK005", message=message, hint=_FONT_HINT))
            return findings
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        return [
            Diagnostic(
                code="CHK001",
                message=f"cannot open the PDF: {_STREAM.sub('', str(error))}",
                hint=REBUILD_HINT,
            )
        ]


def count_pages(data: bytes) -> int:
    """Return the number of pages of a valid PDF."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def _find_problems(pdf: pikepdf.Pdf) -> Iterator[str]:
    if not pdf.pages:
        yield "the PDF has no pages"
    if not is_for_press(pdf):
        yield from _find_accessibility_problems(pdf.Root)
    if not get_text(get_entry(pdf.docinfo, "/Title")).strip():
        yield "the PDF metadata has no title"
    for number, page in enumerate(pdf.pages, 1):
        if "/Contents" not in page.obj:
            yield f"page {number} of the PDF has no content"


def _find_accessibility_problems(root: pikepdf.Object) -> Iterator[str]:
    if get_entry(root, "/MarkInfo", "/Marked") is not True or "/StructTreeRoot" not in root:
        yield "the PDF is not tagged"
    if not get_text(get_entry(root, "/Lang")).strip():
        yield "the PDF declares no language"
    if get_entry(root, "/ViewerPreferences", "/DisplayDocTitle") is not True:
        yield "PDF viewers show the file name instead of the title (DisplayDocTitle is not set)"
    if "/Outlines" not in root:
        yield "the PDF has no bookmarks"


def check_fonts(pdf: pikepdf.Pdf) -> Iterator[tuple[str, int]]:
    """Yield each font fault in an open PDF, with the index of the first affected page (ISO 14289-1, 7.21)."""
    seen: set[ObjectId] = set()
    problems: dict[str, int] = {}
    for number, page in enumerate(pdf.pages, 1):
        for font in _iter_fonts(get_entry(page.obj, "/Resources"), seen, 0):
            for problem in _check_font(font):
                problems.setdefault(problem, number)
    yield from problems.items()


def _iter_fonts(resources: Any, seen: set[ObjectId], depth: int) -> Iterator[Any]:
    """Yield the fonts in resources and form XObjects, except those already in ``seen``."""
    if _test_and_mark_seen(resources, seen):
        return
    for form in get_entries(get_entry(resources, "/XObject")).values():
        if get_name(get_entry(form, "/Subtype")) == "Form" and depth < _MAX_FORM_DEPTH:
            yield from _iter_fonts(get_entry(form, "/Resources"), seen, depth + 1)
    fonts = get_entry(resources, "/Font")
    if _test_and_mark_seen(fonts, seen):
        return
    for font in get_entries(fonts).values():
        if isinstance(font, pikepdf.Dictionary) and not _test_and_mark_seen(font, seen):
            yield font


def _test_and_mark_seen(value: Any, seen: set[ObjectId]) -> bool:
    identity = get_object_id(value)
    was_seen = identity in seen
    seen |= {identity} if identity[0] else set()
    return was_seen


def _check_font(font: Any) -> Iterator[str]:
    base_font = get_name(get_entry(font, "/BaseFont")) or get_name(get_entry(font, "/Name")) or "?"
    name = _SUBSET_TAG.sub("", base_font)
    if get_name(get_entry(font, "/Subtype")) != "Type3":  # glyphs of this font type are content streams
        for descendant in iter_items(get_entry(font, "/DescendantFonts") or font):
            if not any(get_entry(descendant, "/FontDescriptor", file) is not None for file in _FONT_FILES):
                yield f'the font "{name}" is not embedded'
    if "/ToUnicode" not in font and not _has_known_characters(font):
        yield f'the font "{name}" has no mapping from glyphs to characters (ToUnicode)'


def _has_known_characters(font: Any) -> bool:
    """Return whether a font's encoding, glyph names or CJK character collection identify characters."""
    if get_name(get_entry(font, "/Subtype")) == "Type0":
        descendants = iter_items(get_entry(font, "/DescendantFonts"))
        collections = {get_text(get_entry(font, "/CIDSystemInfo", "/Ordering")) for font in descendants}
        return bool(collections) and collections <= _KNOWN_COLLECTIONS
    encoding = get_entry(font, "/Encoding")
    if isinstance(encoding, pikepdf.Dictionary):
        from fontTools import agl

        glyphs = filter(None, map(get_name, iter_items(get_entry(encoding, "/Differences"))))
        return all(agl.toUnicode(glyph) for glyph in glyphs if glyph != ".notdef")
    return get_name(encoding) in _KNOWN_ENCODINGS
