"""The text of finished files, as letters: no white space, hyphens, marks or typographic variants.

What is compared this way does not depend on where lines and pages break.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from dataclasses import dataclass

import pypdfium2
from lxml import etree

from triptych.checks.alternatives import as_oldest

_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PRESENTATION = "{http://schemas.openxmlformats.org/presentationml/2006/main}"


def letters(text: str) -> str:
    """Only what is read of a text: letters and digits, compatibility forms made plain."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text.replace("\u00ad", ""))).casefold()


@dataclass(frozen=True, slots=True)
class FileText:
    """What a file says: ``shown`` to its reader, ``spoken`` by a speaker, and as alternative texts."""

    shown: str
    spoken: str = ""
    alternatives: str = ""


def pdf_text(data: bytes) -> FileText:
    """The letters of a PDF's pages, and of the alternative texts in its structure."""
    document = pypdfium2.PdfDocument(data)
    pages = (page.get_textpage().get_text_range() for page in document)
    shown = letters("".join(text.replace("\ufffe", "") for text in pages))
    document.close()
    return FileText(shown, alternatives=letters(_pdf_alternatives(data)))


def _pdf_alternatives(data: bytes) -> str:
    import pikepdf

    with pikepdf.open(io.BytesIO(data)) as pdf:
        found = [
            str(item.Alt) for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and "/Alt" in item
        ]
    return " ".join(found)


def epub_text(data: bytes) -> FileText:
    """The letters of an e-book's pages, and of the alternative texts of its pictures and formulas."""
    shown, alternatives = [], []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(archive.namelist()):
            if not name.endswith(".xhtml"):
                continue
            page = etree.fromstring(archive.read(name))
            shown.append("".join(str(text) for text in page.itertext()))
            for element in page.iter():
                alternatives += [str(element.get(key)) for key in ("alt", "alttext") if element.get(key)]
    return FileText(letters("".join(shown)), alternatives=letters(" ".join(alternatives)))


def deck_text(data: bytes) -> FileText:
    """The letters of a deck's slides and notes, and of the alternative texts of its objects."""
    shown: list[str] = []
    spoken: list[str] = []
    alternatives: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            part = re.match(r"ppt/(slides|notesSlides|charts)/[^/]+\.xml$", name)
            if part is None:
                continue
            # What older programs show says all that an equation says, in letters.
            tree = as_oldest(etree.fromstring(archive.read(name)))
            text = "".join(element.text or "" for element in tree.iter(f"{_DRAWING}t"))
            (spoken if part.group(1) == "notesSlides" else shown).append(text)
            for element in tree.iter(f"{_PRESENTATION}cNvPr"):
                alternatives.append(str(element.get("descr") or ""))
    return FileText(letters("".join(shown)), letters("".join(spoken)), letters(" ".join(alternatives)))


TEXTS = {"pdf": pdf_text, "epub": epub_text, "pptx": deck_text}
