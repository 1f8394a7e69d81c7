"""What the pages of a PDF show: runs of text with their place, colour and mark, and what has no mark.

PDFium reads them, so that fonts, colour spaces and forms are what a viewer makes of them.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

from triptych.checks.pdf.contents.objects import NO_MARK, TEXT, Box, Painted, address_of, painted_on
from triptych.checks.pdf.contents.shades import WHITE, Shade, shade_on, shade_over
from triptych.checks.pdf.contents.visual_order import Glyph, as_read, ligature, reads_from_right

_HYPHEN = "\x02"
_NAMES = {
    pdfium.FPDF_PAGEOBJ_PATH: "a drawing",
    pdfium.FPDF_PAGEOBJ_IMAGE: "a picture",
    pdfium.FPDF_PAGEOBJ_SHADING: "a gradient",
}


class Mark(NamedTuple):
    """A marked-content sequence: its page, counted from 0, and its MCID there."""

    page: int
    mcid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Text that one operator shows.

    ``x`` and ``y`` are where it begins and ``box`` what it covers, left, bottom, right and top, all in
    points. ``mcid`` is -1 where it has none. ``shade`` is None for what is not seen.
    """

    text: str
    x: float
    y: float
    size: float
    box: Box
    font: str
    mcid: int = NO_MARK
    artifact: bool = False
    shade: Shade | None = None

    def on_line_of(self, other: Run) -> bool:
        """Whether both stand on one line; what is raised or lowered does."""
        return abs(self.y - other.y) < max(self.size, other.size) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page: what it is called, its runs as they are drawn, and what else stands in no marked content."""

    label: str
    runs: tuple[Run, ...]
    unmarked: tuple[str, ...] = ()

    def words_in(self, box: Box) -> str:
        """The text whose middle is in a box."""
        left, bottom, right, top = box
        inside = (
            run.text.strip()
            for run in self.runs
            if left <= (run.box[0] + run.box[2]) / 2 <= right
            and bottom <= (run.box[1] + run.box[3]) / 2 <= top
        )
        return " ".join(filter(None, inside))


@dataclass(frozen=True, slots=True)
class Contents:
    """All pages, and the runs of each mark."""

    pages: tuple[Page, ...]
    marks: Mapping[Mark, tuple[Run, ...]] = field(default_factory=dict)


def contents_of(data: bytes) -> Contents:
    """A PDF's bytes → what its pages show (ISO 32000-1, 14.6). Raises `pypdfium2.PdfiumError`."""
    with pypdfium2.PdfDocument(data) as document:
        from_right = reads_pages_from_right(document)
        pages = tuple(_page(document, number, from_right) for number in range(len(document)))
    marks: dict[Mark, list[Run]] = {}
    for number, page in enumerate(pages):
        for run in page.runs:
            if run.mcid >= 0:
                marks.setdefault(Mark(number, run.mcid), []).append(run)
    return Contents(pages, {mark: tuple(runs) for mark, runs in marks.items()})


def reads_pages_from_right(document: pypdfium2.PdfDocument) -> bool:
    """Whether an open book is one that is read from the right (ISO 32000-1, table 150)."""
    room = ctypes.create_string_buffer(8)
    pdfium.FPDF_VIEWERREF_GetName(document.raw, b"Direction", room, len(room))
    return room.value == b"R2L"


def _page(document: Any, number: int, from_right: bool) -> Page:
    page = document[number]
    texts = _Texts(page, from_right)
    try:
        items = painted_on(page)
        shown = [item for item in items if item.kind == TEXT]
        runs = _with_shades(page, shown, list(map(texts.run, shown)), plain=len(shown) == len(items))
        if from_right or any(reads_from_right(run.text) for run in runs):
            runs = texts.as_read(shown, runs)
    finally:
        texts.close()
        page.close()
    unmarked = (_NAMES[item.kind] for item in items if item.kind in _NAMES and item.unmarked)
    label = document.get_page_label(number) or str(number + 1)
    return Page(label=label, runs=tuple(runs), unmarked=tuple(unmarked))


class _Texts:
    """PDFium's reading of the text of a page."""

    def __init__(self, page: Any, from_right: bool) -> None:
        self._from_right = from_right
        self._raw = pdfium.FPDFText_LoadPage(page.raw)
        self._room = (ctypes.c_ushort * 1024)()

    def close(self) -> None:
        pdfium.FPDFText_ClosePage(self._raw)

    def run(self, item: Painted) -> Run:
        """A text object, without its shade."""
        matrix = item.matrix
        return Run(
            text=self._text(item.raw),
            x=matrix[4],
            y=matrix[5],
            size=round(item.size * math.hypot(matrix[2], matrix[3]), 2),
            box=item.box,
            font=item.font,
            mcid=item.mcid,
            artifact=item.artifact,
        )

    def _text(self, item: Any) -> str:
        """What it says. A hyphen at the end of a line is told by a sign of PDFium's own."""
        length = pdfium.FPDFTextObj_GetText(item, self._raw, self._room, ctypes.sizeof(self._room))
        if length > ctypes.sizeof(self._room):
            self._room = (ctypes.c_ushort * length)()
            length = pdfium.FPDFTextObj_GetText(item, self._raw, self._room, ctypes.sizeof(self._room))
        text = bytes(self._room)[: max(length - 2, 0)].decode("utf-16-le", "replace")
        return text.replace(_HYPHEN, "-").replace("\0", "")

    def as_read(self, items: list[Painted], runs: list[Run]) -> list[Run]:
        """Runs with the text of each line of a right-to-left script in its first.

        In a book that is read from the right PDFium turns round the words of all lines.
        """
        glyphs = self._glyphs()
        out: list[Run] = []
        start = 0
        while start < len(runs):
            end = start + 1
            while (
                end < len(runs) and runs[end].mcid == runs[start].mcid and runs[end].on_line_of(runs[start])
            ):
                end += 1
            line = runs[start:end]
            if self._from_right or any(reads_from_right(run.text) for run in line):
                shown = (glyph for item in items[start:end] for glyph in glyphs.get(item.address, ()))
                text = as_read(shown, in_book_from_right=self._from_right)
                line = [replace(run, text="" if index else text) for index, run in enumerate(line)]
            out += line
            start = end
        return out

    def _glyphs(self) -> dict[int, list[Glyph]]:
        """The glyphs of each object. Letters that begin at one place are those of a ligature."""
        found: dict[int, list[Glyph]] = {}
        x, y = ctypes.c_double(), ctypes.c_double()
        for index in range(pdfium.FPDFText_CountChars(self._raw)):
            item = pdfium.FPDFText_GetTextObject(self._raw, index)
            code = pdfium.FPDFText_GetUnicode(self._raw, index)
            if not item or not code or pdfium.FPDFText_IsGenerated(self._raw, index):
                continue
            pdfium.FPDFText_GetCharOrigin(self._raw, index, x, y)
            glyphs = found.setdefault(address_of(item), [])
            if glyphs and glyphs[-1].x == x.value:
                glyphs[-1] = Glyph(x.value, glyphs[-1].text + chr(code))
            else:
                glyphs.append(Glyph(x.value, chr(code)))
        return {item: [_whole(glyph) for glyph in glyphs] for item, glyphs in found.items()}


def _whole(glyph: Glyph) -> Glyph:
    if len(glyph.text) == 1 or not reads_from_right(glyph.text):
        return glyph
    return Glyph(glyph.x, ligature(glyph.text))


def _with_shades(page: Any, items: list[Painted], runs: list[Run], *, plain: bool) -> list[Run]:
    """Runs with how they stand out. What is behind them is drawn; where there is nothing, it is paper."""
    seen = [item.colour for item in items]
    if plain:
        return [
            replace(run, shade=shade_over(*colour, WHITE) if colour else None)
            for run, colour in zip(runs, seen, strict=True)
        ]
    for item in items:
        pdfium.FPDFTextObj_SetTextRenderMode(item.raw, pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)
    drawn = page.render(scale=1, may_draw_forms=False).to_pil().convert("RGB")
    place = _on_picture(page, *drawn.size)
    out = []
    for run, colour in zip(runs, seen, strict=True):
        area = place(run.box)
        shown = colour is not None and area[0] < area[2] and area[1] < area[3]
        out.append(replace(run, shade=shade_on(*colour, drawn.crop(area)) if shown and colour else None))
    return out


def _on_picture(page: Any, width: int, height: int) -> Any:
    """How a box of the page lies on its picture, in pixels within it."""
    x, y = ctypes.c_int(), ctypes.c_int()

    def corner(left: float, bottom: float) -> tuple[int, int]:
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, left, bottom, x, y)
        return x.value, y.value

    def place(box: Box) -> tuple[int, int, int, int]:
        (x0, y0), (x1, y1) = corner(box[0], box[1]), corner(box[2], box[3])
        (left, right), (top, bottom) = sorted((x0, x1)), sorted((y0, y1))
        return max(left, 0), max(top, 0), min(max(right, left + 1), width), min(max(bottom, top + 1), height)

    return place
