"""Create small quires, and documents that are laid out and painted, for tests of the PDF writer."""

from __future__ import annotations

import datetime as dt
import io
import re
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import pikepdf
import pypdfium2

from triptych.model.book import Metadata
from triptych.theme.theme import find_fonts_folder
from triptych.writers.print.binder import NumberedQuire, bind_quires
from triptych.writers.print.painting import PaintResources, paint_pages
from triptych.writers.print.pdf_format import PdfFormat
from triptych.writers.print.quire import (
    Bookmark,
    Point,
    Quire,
    QuireLink,
    QuireObject,
    QuirePage,
    StructureElement,
    UsedGlyphs,
    join_quires,
)
from triptych.writers.print.serialisation import SerialisedQuire, serialise_quire
from triptych.writers.print.structure import ROLE_MAP
from triptych.writers.print.typesetting import BookTypesetter
from weasyprint_typography.page_boxes import NamedString, PageKind
from weasyprint_typography.typesetter import LaidOutDocument

METADATA = Metadata(
    title="A book",
    language="en",
    identifier="urn:uuid:6ba7b810-9dad-51d1-80b4-00c04fd430c8",
    modified=dt.datetime(2024, 5, 6, tzinfo=dt.UTC),
)
READERS = PdfFormat()
RIGHT = PageKind("right", False, "", 0, ())
PLAIN = """
@font-face { font-family: Serif; src: url(font:EBGaramond-Regular.ttf) }
@font-face { font-family: Sans; src: url(font:WorkSans-Regular.ttf) }
@page { size: 300pt 400pt; margin: 30pt }
html { font: 10pt/12pt Serif }
body, p { margin: 0 }
"""


def sheet(
    content: bytes = b"",
    *,
    used: tuple[tuple[str, str, int], ...] = (),
    kind: PageKind = RIGHT,
    strings: tuple[NamedString, ...] = (),
    size: tuple[float, float] = (300, 400),
) -> QuirePage:
    """Return a page."""
    return QuirePage(size, zlib.compress(content), used, kind, strings)


def quire(
    pages: int | Sequence[QuirePage] = 1,
    elements: Sequence[StructureElement] = (),
    *,
    objects: Sequence[QuireObject] = (),
    fonts: Mapping[str, UsedGlyphs] | None = None,
    links: Sequence[QuireLink] = (),
    anchors: Mapping[str, Point] | None = None,
    bookmarks: Sequence[Bookmark] = (),
    side: str = "",
) -> Quire:
    """Return a quire, by default with the given number of empty pages."""
    sheets = tuple(sheet() for _ in range(pages)) if isinstance(pages, int) else tuple(pages)
    return Quire(
        sheets,
        tuple(objects),
        dict(fonts or {}),
        tuple(links),
        dict(anchors or {}),
        tuple(bookmarks),
        tuple(elements),
        side,
    )


def face(scheme: str, path: str) -> tuple[bytes, str]:
    """Return a bundled font for the layout engine."""
    assert scheme == "font", f"{scheme}:{path}"
    return (find_fonts_folder() / path).read_bytes(), "font/ttf"


def read_face(name: str) -> bytes:
    """Return a bundled font for the binder."""
    folder = find_fonts_folder()
    return next(path for path in (folder / name, folder / "math" / name) if path.exists()).read_bytes()


def page_of(body: str, language: str = "en", direction: str = "ltr") -> str:
    """Return a document with this body."""
    return (
        f'<html lang="{language}" dir="{direction}"><head><title>T</title></head><body>{body}</body></html>'
    )


def lay(body: str, css: str = "", **options: Any) -> tuple[LaidOutDocument, BookTypesetter]:
    """Lay out a document with the ``options`` of ``Typesetter.lay_out``."""
    typesetter = BookTypesetter(PLAIN + css, face)
    laid = typesetter.lay_out(body if body.startswith("<html") else page_of(body), **options)
    assert typesetter.logged_errors == []
    return laid, typesetter


def painted(body: str, css: str = "", name: str = "q", *, verso: bool = False) -> Quire:
    """Lay out and paint a document."""
    laid, typesetter = lay(body, css, verso=verso)
    moves = [move for piece in laid.stretches for move in piece.side_shifts]
    return join_quires(
        [paint_pages(laid.pages, laid.strings, PaintResources(typesetter.faces), name, side_shifts=moves)]
    )


def bound(
    *quires: Quire,
    furniture: Sequence[Sequence[Quire]] | None = None,
    metadata: Metadata = METADATA,
    rtl: bool = False,
    finish: PdfFormat = READERS,
) -> bytes:
    """Bind quires in sequence, with pages from 1 on."""
    gatherings = []
    number = 1
    for index, own in enumerate(quires):
        heads: list[SerialisedQuire] = (
            [serialise_quire(head) for head in furniture[index]] if furniture else []
        )
        gatherings.append(
            NumberedQuire(
                serialise_quire(own), heads or [serialise_quire(quire(1)) for _ in own.pages], number
            ),
        )
        number += len(own.pages)
    return bind_quires(gatherings, metadata, read_face, finish, rtl=rtl, role_map=ROLE_MAP)


def opened(data: bytes) -> pikepdf.Pdf:
    """Open a bound book and assert that its syntax is valid."""
    pdf = pikepdf.open(io.BytesIO(data))
    assert pdf.check_pdf_syntax() == []
    return pdf


_SHOWN = re.compile(
    rb"/(\w+) [\d.]+ Tf|(/Span <</ActualText<FEFF00AD>>> BDC)|(EMC)|((?:\[.*?\] TJ)|(?:<[0-9a-f]*> Tj))",
    re.DOTALL,
)


def said(quire: Quire, page: int = 0) -> str:
    """Return the text of a page as its content stream shows it, glyph by glyph."""
    font, is_soft, parts = None, False, []
    for key, soft, end, shown in _SHOWN.findall(zlib.decompress(quire.pages[page].content)):
        if key:
            font = quire.fonts[key.decode()]
        elif soft or end:
            is_soft = bool(soft)
        elif is_soft:
            parts.append("\u00ad")
        else:
            assert font is not None
            codes = b"".join(re.findall(rb"<([0-9a-f]*)>", shown))
            parts += [font.texts[int(codes[at : at + 4], 16)] for at in range(0, len(codes), 4)]
    return "".join(parts)


def texts(data: bytes) -> list[str]:
    """Return the text of each page as a viewer extracts it."""
    with pypdfium2.PdfDocument(data) as document:
        return [page.get_textpage().get_text_range().replace("\r", "") for page in document]
