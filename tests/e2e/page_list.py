"""The first word of each page of a PDF against the word behind its marker in the e-book."""

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
    """How many pages begin with a word, and those whose marker is missing or stands before another word.

    Of a word that is torn by the end of a page, the marker may stand before the whole. Notes beside a text
    stand before it in the e-book: where they begin on the page, they are behind its marker too.
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
    """The text of a page's content without artifacts; running heads are drawn apart, as one form."""
    text_page, said = page.get_textpage(), 0
    for one in page.get_objects(max_depth=1):
        if one.type == pdfium.FPDF_PAGEOBJ_TEXT and "Artifact" not in _marks(one.raw):
            words = _wide(
                lambda buffer, size, raw=one.raw: pdfium.FPDFTextObj_GetText(raw, text_page.raw, buffer, size)
            )
            yield words
            said += len(_letters(words))
        if said > _COMPARED:
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
        (pages,) = (one for one in nav.iter(f"{_X}nav") if one.get(_TYPE) == "page-list")
        self._targets = {link.text: link.get("href", "") for link in pages.iter(f"{_X}a")}

    def _page(self, path: str) -> etree._Element:
        if path not in self._pages:
            self._pages[path] = etree.fromstring(self._archive.read(f"EPUB/{path}"))
        return self._pages[path]

    def behind(self, name: str) -> tuple[str, list[str]]:
        """The letters behind the marker of a page, and those of the notes beside them; "" without one."""
        path, _, identifier = self._targets.get(name, "").partition("#")
        if not path:
            return "", []
        (here,) = self._page(path).xpath("//*[@id=$id]", id=identifier)
        said, beside = "", dict[etree._Element, str]()
        for text in here.xpath("following::text()"):
            around = _around(text)
            if any(one.tag in _SILENT or "noteref" in _classes(one) for one in around):
                continue
            note = next((one for one in around if one.tag == f"{_X}aside" and "aside" in _classes(one)), None)
            if note is not None:
                beside[note] = beside.get(note, "") + _letters(text)
            else:
                said += _letters(text)
            if len(said) >= 3 * _COMPARED:
                break
        return said, list(beside.values())


def _around(text: Any) -> list[etree._Element]:
    """The elements that a text is in."""
    parent = text.getparent()
    return [*([] if text.is_tail else [parent]), *parent.iterancestors()]


def _classes(element: etree._Element) -> list[str]:
    return (element.get("class") or "").split()
