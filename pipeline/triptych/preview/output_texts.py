"""Read the words of pages, screens and slides, with the paragraphs and boxes that contain them."""

from __future__ import annotations

import ctypes
import io
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium
from lxml import etree

from triptych.media.xml_parsing import XHTML
from triptych.preview.alignment import Word, split_words
from triptych.preview.outputs import PreviewSlide
from triptych.preview.source_lines import Block, BlockKind, OutputText

_TYPE = "{http://www.idpf.org/2007/ops}type"
_BODY_KINDS = {"toc": BlockKind.HEADING, "index": BlockKind.INDEX}
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6", "hgroup"))
_PARAGRAPHS = frozenset(
    ("p", "li", "tr", "dt", "dd", "caption", "figcaption", "summary", "pre", "blockquote")
)
_FIGURES = frozenset(("figure", "img", "svg"))
_REMARK = "remark"  # class of the note below a chart
_CELLS = frozenset(("td", "th", "br", "div", "section", "table", "ul", "ol", "dl", "aside", "text", "tspan"))
# Structure types whose words belong to the enclosing block (ISO 32000-1, 14.8.4).
_INLINE_TYPES = frozenset(
    (
        *("Span", "Quote", "Reference", "BibEntry", "Code", "Link", "Annot", "Em", "Strong", "Lbl"),
        *("NonStruct", "Ruby", "RB", "RT", "RP", "Form", "TD", "TH"),
    )
)
_UNITS = 10_000  # in the width and the height of a page
_HYPHEN = 2  # PDFium returns this code for a hyphen at a line end, without the line end


@dataclass(slots=True)
class _Segment:
    """Text whose words are in one block. Words do not continue in the next segment."""

    block: int
    start: int
    text: str


class _TextBuilder:
    """Collects the text of an output in segments."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._segments: list[_Segment] = []
        self._length = 0

    def add_block(self, block: Block) -> int:
        """Add a block, and return its number."""
        self.blocks.append(block)
        return len(self.blocks) - 1

    def add(self, text: str, block: int, *, starts_block: bool = False) -> None:
        """Add text to the last segment, or to a new one if the block changes or if ``starts_block``."""
        if not starts_block and self._segments and self._segments[-1].block == block:
            self._segments[-1].text += text
        else:
            self._segments.append(_Segment(block, self._length, text))
        self._length += len(text)

    def build(self) -> OutputText:
        """Return the words of all segments."""
        words, numbers = [], []
        for segment in self._segments:
            for text, start, end in split_words(segment.text):
                words.append(Word(text, segment.start + start, segment.start + end))
                numbers.append(segment.block)
        return OutputText(tuple(words), tuple(numbers), tuple(self.blocks))


def read_screen(page: bytes) -> OutputText:
    """Return the words of an EPUB content document's body. Offsets are those of its text content."""
    builder = _TextBuilder()
    body = etree.fromstring(page).find(f"{XHTML}body")
    if body is not None:
        kind = _BODY_KINDS.get(
            next((name for name in _list_types(body) if name in _BODY_KINDS), ""), BlockKind.TEXT
        )
        _read_element(body, builder, builder.add_block(Block(kind)))
    return builder.build()


def _list_types(body: Any) -> list[str]:
    types = (str(element.get(_TYPE) or "").split() for element in body.iter(etree.Element))
    return [name for names in types for name in names]


def _read_element(element: Any, builder: _TextBuilder, block: int) -> None:
    name = etree.QName(element).localname
    outer = builder.blocks[block].kind
    starts_block = True
    if name in _FIGURES and outer is not BlockKind.FIGURE:
        block = builder.add_block(Block(BlockKind.FIGURE, _get_alt_text(element)))
    elif name in _HEADINGS:
        block = builder.add_block(Block(BlockKind.HEADING))
    elif (
        name == "figcaption"
        or _REMARK in str(element.get("class")).split()
        or (name in _PARAGRAPHS and outer is not BlockKind.FIGURE)
    ):
        block = builder.add_block(Block(BlockKind.TEXT if outer is BlockKind.FIGURE else outer))
    else:
        starts_block = name in _CELLS
    builder.add(element.text or "", block, starts_block=starts_block)
    for child in element:
        if isinstance(child.tag, str):
            _read_element(child, builder, block)
        builder.add(child.tail or "", block, starts_block=_is_block(child))


def _is_block(element: Any) -> bool:
    name = etree.QName(element).localname if isinstance(element.tag, str) else ""
    return name in _FIGURES | _HEADINGS | _PARAGRAPHS | _CELLS


def _get_alt_text(figure: Any) -> str:
    texts = (element.get("alt") or element.get("aria-label") for element in figure.iter(etree.Element))
    return next((text for text in texts if text), "")


def read_slide(slide: PreviewSlide) -> OutputText:
    """Return the words of a slide and its notes. Offsets are those of its lines, each with a line break."""
    builder = _TextBuilder()
    kinds = [BlockKind.HEADING, *[BlockKind.TEXT] * len(slide.text), *[BlockKind.NOTES] * len(slide.notes)]
    for line, kind in zip(slide.lines, kinds, strict=True):
        builder.add(f"{line}\n", builder.add_block(Block(kind)))
    for alt_text in slide.alt_texts:
        builder.add_block(Block(BlockKind.FIGURE, alt_text))
    return builder.build()


def read_page(document: pypdfium2.PdfDocument, number: int) -> OutputPage:
    """Return the words of a page of an open PDF with their boxes. ``number`` is 0-based."""
    page = document[number]
    text_page = page.get_textpage()
    try:
        return _PageReader(page, text_page).read()
    finally:
        text_page.close()
        page.close()


class TextBox(NamedTuple):
    """A box on a page. Its sides are fractions of the page's width and height, from the top left."""

    left: float
    top: float
    right: float
    bottom: float

    def measure_distance(self, x: float, y: float) -> float:
        """Return the square of the distance from a point, which is 0 inside the box."""
        return max(self.left - x, 0, x - self.right) ** 2 + max(self.top - y, 0, y - self.bottom) ** 2


@dataclass(frozen=True, slots=True)
class OutputPage:
    """The text of a page, and the boxes of each word; a word broken at a line end has two."""

    text: OutputText
    boxes: tuple[tuple[TextBox, ...], ...]

    def get_index_near(self, x: float, y: float) -> int | None:
        """Return the index of the word next to a point, or None if there are no words."""
        distances = [
            (min(box.measure_distance(x, y) for box in boxes), index)
            for index, boxes in enumerate(self.boxes)
            if boxes
        ]
        return min(distances)[1] if distances else None


NO_WORDS = OutputPage(OutputText((), (), ()), ())


def render_page(page: pypdfium2.PdfPage, scale: float) -> bytes:
    """Render a page of an open PDF as a PNG with ``scale`` pixels per point."""
    out = io.BytesIO()
    page.render(scale=scale).to_pil().save(out, "PNG", compress_level=1)
    return out.getvalue()


@lru_cache(maxsize=1)
def _open_document(path: Path) -> pypdfium2.PdfDocument:
    return pypdfium2.PdfDocument(path)


def read_page_of(path: Path, number: int) -> OutputPage:
    """Return the words of a page of a PDF file, which stays open. ``number`` is 0-based."""
    return read_page(_open_document(path), number)


def render_page_of(path: Path, number: int, scale: float) -> bytes:
    """Render a page of a PDF file, which stays open, as a PNG. ``number`` is 0-based."""
    page = _open_document(path)[number]
    try:
        return render_page(page, scale)
    finally:
        page.close()


class _PageReader:
    """Reads the characters of a page, with the structure elements that contain them."""

    def __init__(self, page: Any, text_page: Any) -> None:
        self._page, self._raw = page, text_page.raw
        self._builder = _TextBuilder()
        self._blocks: dict[int, int] = {}  # the block of each marked-content sequence
        tree = pdfium.FPDF_StructTree_GetForPage(page.raw)
        try:
            for number in range(pdfium.FPDF_StructTree_CountChildren(tree)):
                self._read_element(pdfium.FPDF_StructTree_GetChildAtIndex(tree, number), BlockKind.TEXT, 0)
        finally:
            pdfium.FPDF_StructTree_Close(tree)
        self._is_tagged = bool(self._blocks)

    def read(self) -> OutputPage:
        """Return the words and boxes of the page."""
        codes = [
            pdfium.FPDFText_GetUnicode(self._raw, index)
            for index in range(pdfium.FPDFText_CountChars(self._raw))
        ]
        visible_indices: list[int] = []
        # In a tagged page, text outside the structure belongs to running heads and page numbers.
        rest = block = self._builder.add_block(
            Block(BlockKind.HEADING if self._is_tagged else BlockKind.TEXT)
        )
        for index, code in enumerate(codes):
            if code == _HYPHEN:
                continue
            item = pdfium.FPDFText_GetTextObject(self._raw, index)
            if item:
                mcid = pdfium.FPDFPageObj_GetMarkedContentID(item)
                block = self._blocks.get(mcid, rest)
            elif chr(code) == "\n" and not self._is_tagged:
                rest = block = self._builder.add_block(Block())
            self._builder.add(chr(code), block)
            visible_indices.append(index)
        text = self._builder.build()
        return OutputPage(
            text, tuple(self._get_boxes(visible_indices[word.start : word.end]) for word in text.words)
        )

    def _read_element(self, element: Any, kind: BlockKind, block: int) -> None:
        if not element:
            return
        name = _get_string(pdfium.FPDF_StructElement_GetType, element)
        if name not in _INLINE_TYPES:
            if name == "Figure":
                kind = BlockKind.FIGURE
            elif name in ("TOC", "H") or (name[:1] == "H" and name[1:].isdecimal()):
                kind = BlockKind.HEADING
            elif name == "Index":
                kind = BlockKind.INDEX
            elif name == "Caption":
                kind = BlockKind.TEXT
            alt = (
                _get_string(pdfium.FPDF_StructElement_GetAltText, element) if kind is BlockKind.FIGURE else ""
            )
            block = self._builder.add_block(Block(kind, alt))
        for number in range(pdfium.FPDF_StructElement_CountChildren(element)):
            mcid = pdfium.FPDF_StructElement_GetChildMarkedContentID(element, number)
            if mcid >= 0:
                self._blocks[mcid] = block
            else:
                child = pdfium.FPDF_StructElement_GetChildAtIndex(element, number)
                self._read_element(child, kind, block)

    def _get_boxes(self, chars: list[int]) -> tuple[TextBox, ...]:
        """Return the boxes of a word's characters, one for each line."""
        lines: list[TextBox] = []
        for index in chars:
            box = self._get_char_box(index)
            last = lines[-1] if lines else None
            if last and box.left >= last.left and box.top < last.bottom and box.bottom > last.top:
                lines[-1] = TextBox(
                    last.left,
                    min(last.top, box.top),
                    max(last.right, box.right),
                    max(last.bottom, box.bottom),
                )
            else:
                lines.append(box)
        return tuple(lines)

    def _get_char_box(self, index: int) -> TextBox:
        area = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(self._raw, index, area)
        (x0, y0), (x1, y1) = self._place(area.left, area.bottom), self._place(area.right, area.top)
        return TextBox(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))

    def _place(self, x: float, y: float) -> tuple[float, float]:
        """Convert a point to display coordinates (CropBox and /Rotate)."""
        device_x, device_y = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(self._page.raw, 0, 0, _UNITS, _UNITS, 0, x, y, device_x, device_y)
        return device_x.value / _UNITS, device_y.value / _UNITS


def _get_string(function: Any, element: Any) -> str:
    """Return a string property of a structure element, or "" if it is not set."""
    length = function(element, None, 0)
    if length <= 2:
        return ""
    buffer = ctypes.create_string_buffer(length)
    function(element, buffer, length)
    return buffer.raw[: length - 2].decode("utf-16-le", "replace")
