"""Compare the first word of each PDF page with the word after its page marker in the e-book."""

from __future__ import annotations

import ctypes
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium
from lxml import etree

_X = "{http://www.w3.org/1999/xhtml}"
_TYPE = "{http://www.idpf.org/2007/ops}type"
_SILENT = frozenset((f"{_X}details", "{http://www.w3.org/1998/Math/MathML}math"))
_NO_LETTERS = re.compile(r"[\W_]+")
_COMPARED = 10  # letters


def misplaced(pdf: Path, epub: Path) -> tuple[int, list[str]]:
    """Return the number of pages that begin with a word, and the pages with missing or misplaced markers.

    If a page break divides a word, the marker may precede the whole word. In the e-book, side notes precede
    their text; the marker of a page on which they begin therefore precedes them.
    """
    document = pypdfium2.PdfDocument(pdf)
    with zipfile.ZipFile(epub) as archive:
        book = _Book(archive)
        count, wrong = 0, []
        for number, page in enumerate(document):
            name = document.get_page_label(number)
            own = _letters(" ".join(_first_words(page)))
            if not own:
                continue
            count += 1
            marked, beside = book.behind(name)
            torn = own[:6] in marked[:30]
            if not marked.startswith(own[:_COMPARED]) and not torn:
                wrong.append(f"{name}: {own[:30]!r} in print, {marked[:30]!r} behind the marker")
            elif beside:
                whole = _letters(page.get_textpage().get_text_range())
                elsewhere = [note for note in beside if note[:_COMPARED] not in whole]
                wrong += [f"{name}: {note[:30]!r} behind the marker, not on the page" for note in elsewhere]
        return count, wrong


def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", text).casefold()


def _first_words(page: Any) -> Iterator[str]:
    """Return the text of a page's content without artifacts; running heads are in their own form XObject."""
    text_page, text = page.get_textpage(), 0
    for item in page.get_objects(max_depth=1):
        if item.type == pdfium.FPDF_PAGEOBJ_TEXT and "Artifact" not in _marks(item.raw):
            words = _wide(
                lambda buffer, size, raw=item.raw: pdfium.FPDFTextObj_GetText(
                    raw, text_page.raw, buffer, size
                )
            )
            yield words
            text += len(_letters(words))
        if text > _COMPARED:
            return


def _marks(raw: Any) -> list[str]:
    names = []
    for number in range(pdfium.FPDFPageObj_CountMarks(raw)):
        mark = pdfium.FPDFPageObj_GetMark(raw, number)
        buffer, size = (ctypes.c_ushort * 100)(), ctypes.c_ulong()
        pdfium.FPDFPageObjMark_GetName(mark, buffer, 200, ctypes.byref(size))
        names.append(bytes(buffer)[: size.value - 2].decode("utf-16le"))
    return names


def _wide(get: Any) -> str:
    size = get(None, 0)
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    get(buffer, size)
    return bytes(buffer)[: size - 2].decode("utf-16le")


class _Book:
    """An e-book with a page list."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._pages: dict[str, etree._Element] = {}
        nav = self._page("nav.xhtml")
        (pages,) = (item for item in nav.iter(f"{_X}nav") if item.get(_TYPE) == "page-list")
        self._targets = {link.text: link.get("href", "") for link in pages.iter(f"{_X}a")}

    def _page(self, path: str) -> etree._Element:
        if path not in self._pages:
            self._pages[path] = etree.fromstring(self._archive.read(f"EPUB/{path}"))
        return self._pages[path]

    def behind(self, name: str) -> tuple[str, list[str]]:
        """Return the letters after the marker of a page, and those of side notes, or "" without a marker."""
        path, _, identifier = self._targets.get(name, "").partition("#")
        if not path:
            return "", []
        (here,) = self._page(path).xpath("//*[@id=$id]", id=identifier)
        result, beside = "", dict[etree._Element, str]()
        for text in here.xpath("following::text()"):
            around = _around(text)
            if any(item.tag in _SILENT or "noteref" in _classes(item) for item in around):
                continue
            note = next(
                (item for item in around if item.tag == f"{_X}aside" and "aside" in _classes(item)), None
            )
            if note is not None:
                beside[note] = beside.get(note, "") + _letters(text)
            else:
                result += _letters(text)
            if len(result) >= 3 * _COMPARED:
                break
        return result, list(beside.values())


def _around(text: Any) -> list[etree._Element]:
    """Return the elements that contain a text."""
    parent = text.getparent()
    return [*([] if text.is_tail else [parent]), *parent.iterancestors()]


def _classes(element: etree._Element) -> list[str]:
    return (element.get("class") or "").split()
