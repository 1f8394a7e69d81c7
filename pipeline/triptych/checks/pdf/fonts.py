"""Does a PDF carry its fonts, and do they say which characters their glyphs stand for?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

import pikepdf

_DEEPEST_FORM = 20
_FILES = ("/FontFile", "/FontFile2", "/FontFile3")
_KNOWN_ENCODINGS = ("/WinAnsiEncoding", "/MacRomanEncoding", "/MacExpertEncoding")
_KNOWN_COLLECTIONS = ("Japan1", "GB1", "CNS1", "Korea1", "KR")

_SUBSET = re.compile("^[A-Z]{6}[+]")

ObjectId: TypeAlias = tuple[int, int]


def font_problems(pdf: pikepdf.Pdf) -> Iterator[tuple[str, int]]:
    """What is wrong with the fonts of an open PDF, each with a page that uses it (ISO 14289-1, 7.21)."""
    seen: set[ObjectId] = set()
    told: set[str] = set()
    for number, page in enumerate(pdf.pages, 1):
        for font in _fonts(page.obj.get("/Resources", {}), seen, 0):
            for problem in _problems(font):
                if problem not in told:
                    told.add(problem)
                    yield problem, number


def _fonts(resources: Any, seen: set[ObjectId], depth: int) -> Iterator[Any]:
    """Fonts of a page, and of the forms that it draws. Pages share resources: each is looked at once."""
    if isinstance(resources, pikepdf.Object) and resources.is_indirect:
        if resources.objgen in seen:
            return
        seen.add(resources.objgen)
    for form in resources.get("/XObject", {}).values():
        if form.get("/Subtype") == "/Form" and depth < _DEEPEST_FORM:
            yield from _fonts(form.get("/Resources", {}), seen, depth + 1)
    for font in resources.get("/Font", {}).values():
        if not font.is_indirect or font.objgen not in seen:
            seen.add(font.objgen if font.is_indirect else (0, 0))
            yield font


def _problems(font: Any) -> Iterator[str]:
    name = _SUBSET.sub("", str(font.get("/BaseFont", font.get("/Name", "/?")))[1:])
    if font.get("/Subtype") != "/Type3":  # whose glyphs are drawings in the file
        for descendant in font.get("/DescendantFonts", [font]):
            descriptor = descendant.get("/FontDescriptor")
            if descriptor is None or not any(file in descriptor for file in _FILES):
                yield f"the font {name} is not embedded"
    if "/ToUnicode" not in font and not _is_known(font):
        yield f"the font {name} does not say which characters its glyphs stand for"


def _is_known(font: Any) -> bool:
    """Whether characters are known without a map: by an encoding, names of glyphs, or a CJK collection."""
    encoding = font.get("/Encoding")
    if font.get("/Subtype") == "/Type0":
        systems = (one.get("/CIDSystemInfo", {}) for one in font.get("/DescendantFonts", []))
        collections = {str(system.get("/Ordering", "")) for system in systems}
        return bool(collections) and collections <= set(_KNOWN_COLLECTIONS)
    if isinstance(encoding, pikepdf.Dictionary):
        from fontTools import agl

        names = (str(item)[1:] for item in encoding.get("/Differences", []) if isinstance(item, pikepdf.Name))
        return all(agl.toUnicode(name) for name in names if name != ".notdef")
    return encoding is not None and str(encoding) in _KNOWN_ENCODINGS
