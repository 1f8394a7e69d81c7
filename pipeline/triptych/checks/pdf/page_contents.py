"""Read the text runs of PDF pages with PDFium: position, size, font, colours and marked content."""

from __future__ import annotations

import ctypes
import math
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import pypdfium2
import pypdfium2.raw as pdfium

from triptych.media.transformations import Matrix, multiply_matrices
from triptych.theme.colours import compute_luminance_contrast, compute_relative_luminance

_HYPHEN = "\x02"
NO_MCID = -1
TEXT_OBJECT, PATH_OBJECT = pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH
_MAX_FORM_DEPTH = 20
_INVISIBLE_MODES = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_STROKE_MODES = (pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP)
Box: TypeAlias = tuple[float, float, float, float]  # left, bottom, right and top in points
Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
_RIGHT_TO_LEFT_CLASSES = frozenset(("R", "AL"))  # bidirectional classes (UAX #9)
_LEFT_TO_RIGHT_CLASSES = frozenset(("L", "EN", "AN"))
_LAM_ALEF = re.compile("\u0644[\u0622\u0623\u0625\u0627]")
_ALLAH = "\u0644\u0644\u0647"  # the word Allah without its initial alef


class MarkedContentKey(NamedTuple):
    """The key of a marked-content sequence: its page index, and its MCID on that page."""

    page: int
    mcid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRun:
    """A text object on a page. Positions and sizes are in points.

    ``mcid`` is -1 outside marked content. ``colours`` is None if the text is invisible or its colours are
    unknown.
    """

    text: str
    x: float
    y: float
    font_size: float
    box: Box
    font_name: str
    mcid: int = NO_MCID
    is_artifact: bool = False
    colours: ColourPair | None = None

    def is_on_same_line(self, other: TextRun) -> bool:
        """Return whether both runs are on the same line; one may be a superscript or subscript."""
        return abs(self.y - other.y) < max(self.font_size, other.font_size) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfPage:
    """A page with its label and its text runs in painting order."""

    label: str
    runs: tuple[TextRun, ...]

    def get_text_in(self, box: Box) -> str:
        """Return the text of the runs whose centres are in ``box``, joined with spaces."""
        left, bottom, right, top = box
        matching_texts = (
            run.text.strip()
            for run in self.runs
            if left <= (run.box[0] + run.box[2]) / 2 <= right
            and bottom <= (run.box[1] + run.box[3]) / 2 <= top
        )
        return " ".join(filter(None, matching_texts))


@dataclass(frozen=True, slots=True)
class PdfContents:
    """The pages of a PDF, with the text runs of each marked-content sequence."""

    pages: tuple[PdfPage, ...]
    runs_by_marked_content: Mapping[MarkedContentKey, tuple[TextRun, ...]] = field(default_factory=dict)


def read_pdf_contents(data: bytes) -> PdfContents:
    """Return the text runs of a PDF. Raise `pypdfium2.PdfiumError` if the PDF cannot be opened."""
    with pypdfium2.PdfDocument(data) as document:
        right_to_left = is_right_to_left(document)
        pages = tuple(_read_page(document, number, right_to_left) for number in range(len(document)))
    marks: dict[MarkedContentKey, list[TextRun]] = {}
    for number, page in enumerate(pages):
        for run in page.runs:
            if run.mcid >= 0:
                marks.setdefault(MarkedContentKey(number, run.mcid), []).append(run)
    return PdfContents(pages, {mark: tuple(runs) for mark, runs in marks.items()})


def is_right_to_left(document: pypdfium2.PdfDocument) -> bool:
    """Return whether an open PDF is read from right to left (ISO 32000-1, table 150)."""
    buffer = ctypes.create_string_buffer(8)
    pdfium.FPDF_VIEWERREF_GetName(document.raw, b"Direction", buffer, len(buffer))
    return buffer.value == b"R2L"


def _read_page(document: Any, number: int, right_to_left: bool) -> PdfPage:
    page = document[number]
    texts = _PageText(page, right_to_left)
    try:
        items = list_page_objects(page)
        text_items = [item for item in items if item.kind == TEXT_OBJECT]
        runs = _add_colours(
            page,
            text_items,
            list(map(texts.make_run, text_items)),
            is_text_only=len(text_items) == len(items),
        )
        if right_to_left or any(has_right_to_left_letters(run.text) for run in runs):
            runs = texts.restore_line_order(text_items, runs)
    finally:
        texts.close()
        page.close()
    label = document.get_page_label(number) or str(number + 1)
    return PdfPage(label=label, runs=tuple(runs))


class _PageText:
    """The text of a page, as extracted by PDFium."""

    def __init__(self, page: Any, right_to_left: bool) -> None:
        self._is_right_to_left = right_to_left
        self._raw = pdfium.FPDFText_LoadPage(page.raw)
        self._buffer = (ctypes.c_ushort * 1024)()

    def close(self) -> None:
        pdfium.FPDFText_ClosePage(self._raw)

    def make_run(self, item: PageObject) -> TextRun:
        """Return the text run of a text object, with ``colours`` unset."""
        matrix = item.matrix
        return TextRun(
            text=self._get_text(item.raw),
            x=matrix[4],
            y=matrix[5],
            font_size=round(item.font_size * math.hypot(matrix[2], matrix[3]), 2),
            box=item.box,
            font_name=item.font_name,
            mcid=item.mcid,
            is_artifact=item.is_artifact,
        )

    def _get_text(self, item: Any) -> str:
        """Return the text of a text object. A hyphen replaces PDFium's code for hyphens at line ends."""
        length = pdfium.FPDFTextObj_GetText(item, self._raw, self._buffer, ctypes.sizeof(self._buffer))
        if length > ctypes.sizeof(self._buffer):
            self._buffer = (ctypes.c_ushort * length)()
            length = pdfium.FPDFTextObj_GetText(item, self._raw, self._buffer, ctypes.sizeof(self._buffer))
        text = bytes(self._buffer)[: max(length - 2, 0)].decode("utf-16-le", "replace")
        return text.replace(_HYPHEN, "-").replace("\0", "")

    def restore_line_order(self, items: list[PageObject], runs: list[TextRun]) -> list[TextRun]:
        """Restore the reading order of lines in right-to-left scripts.

        The text of the whole line moves to its first run; its other runs become empty. In right-to-left
        books, all lines are restored, because PDFium reverses the words of every line.
        """
        glyphs = self._collect_glyphs()
        out: list[TextRun] = []
        start = 0
        while start < len(runs):
            end = start + 1
            while (
                end < len(runs)
                and runs[end].mcid == runs[start].mcid
                and runs[end].is_on_same_line(runs[start])
            ):
                end += 1
            line = runs[start:end]
            if self._is_right_to_left or any(has_right_to_left_letters(run.text) for run in line):
                item_glyphs = (
                    glyph for item in items[start:end] for glyph in glyphs.get(item.memory_address, ())
                )
                text = restore_reading_order(item_glyphs, is_right_to_left_book=self._is_right_to_left)
                line = [replace(run, text="" if index else text) for index, run in enumerate(line)]
            out += line
            start = end
        return out

    def _collect_glyphs(self) -> dict[int, list[Glyph]]:
        """Map the address of each text object to its glyphs. Characters at one position form a ligature."""
        glyphs_by_item: dict[int, list[Glyph]] = {}
        x, y = ctypes.c_double(), ctypes.c_double()
        for index in range(pdfium.FPDFText_CountChars(self._raw)):
            item = pdfium.FPDFText_GetTextObject(self._raw, index)
            code = pdfium.FPDFText_GetUnicode(self._raw, index)
            if not item or not code or pdfium.FPDFText_IsGenerated(self._raw, index):
                continue
            pdfium.FPDFText_GetCharOrigin(self._raw, index, x, y)
            glyphs = glyphs_by_item.setdefault(get_memory_address(item), [])
            if glyphs and glyphs[-1].x == x.value:
                glyphs[-1] = Glyph(x.value, glyphs[-1].text + chr(code))
            else:
                glyphs.append(Glyph(x.value, chr(code)))
        return {
            item: [_reorder_ligature_glyph(glyph) for glyph in glyphs]
            for item, glyphs in glyphs_by_item.items()
        }


def _reorder_ligature_glyph(glyph: Glyph) -> Glyph:
    if len(glyph.text) == 1 or not has_right_to_left_letters(glyph.text):
        return glyph
    return Glyph(glyph.x, reorder_ligature(glyph.text))


def _add_colours(
    page: Any, items: list[PageObject], runs: list[TextRun], *, is_text_only: bool
) -> list[TextRun]:
    """Return the runs with the colours of their text and background.

    On a page with only text, the background is white. Other pages are rendered without their text to find the
    background.
    """
    text_colours = [item.colour for item in items]
    if is_text_only:
        return [
            replace(run, colours=make_colour_pair(*colour, WHITE) if colour else None)
            for run, colour in zip(runs, text_colours, strict=True)
        ]
    for item in items:
        pdfium.FPDFTextObj_SetTextRenderMode(item.raw, pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)
    image = page.render(scale=1, may_draw_forms=False).to_pil().convert("RGB")
    to_pixels = _make_pixel_mapping(page, *image.size)
    out = []
    for run, colour in zip(runs, text_colours, strict=True):
        area = to_pixels(run.box)
        on_page = area[0] < area[2] and area[1] < area[3]
        pair = find_median_contrast(*colour, image.crop(area)) if on_page and colour else None
        out.append(replace(run, colours=pair))
    return out


def _make_pixel_mapping(page: Any, width: int, height: int) -> Any:
    """Return a function that converts a box from points to pixels of a page image of this size."""
    x, y = ctypes.c_int(), ctypes.c_int()

    def convert_corner(left: float, bottom: float) -> tuple[int, int]:
        pdfium.FPDF_PageToDevice(page.raw, 0, 0, width, height, 0, left, bottom, x, y)
        return x.value, y.value

    def to_pixels(box: Box) -> tuple[int, int, int, int]:
        (x0, y0), (x1, y1) = convert_corner(box[0], box[1]), convert_corner(box[2], box[3])
        (left, right), (top, bottom) = sorted((x0, x1)), sorted((y0, y1))
        return max(left, 0), max(top, 0), min(max(right, left + 1), width), min(max(bottom, top + 1), height)

    return to_pixels


class PageObject(NamedTuple):
    """A painted page object with its marked content. ``form`` is the matrix of its form XObject."""

    raw: Any
    kind: int
    form: Matrix
    mcid: int
    is_artifact: bool

    @property
    def memory_address(self) -> int:
        """The memory address, which identifies the object on its page."""
        return get_memory_address(self.raw)

    @property
    def matrix(self) -> Matrix:
        """The transformation matrix from object space to page space."""
        return multiply_matrices(get_matrix(self.raw), self.form)

    @property
    def box(self) -> Box:
        """The bounding box on the page, in points."""
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        pdfium.FPDFPageObj_GetBounds(self.raw, left, bottom, right, top)
        a, b, c, d, e, f = self.form
        corners = [(x.value, y.value) for x in (left, right) for y in (bottom, top)]
        xs = [a * x + c * y + e for x, y in corners]
        ys = [b * x + d * y + f for x, y in corners]
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def colour(self) -> tuple[Colour, float] | None:
        """The colour and opacity of a text object, or None if it is invisible or painted with a pattern."""
        mode = pdfium.FPDFTextObj_GetTextRenderMode(self.raw)
        if mode in _INVISIBLE_MODES:
            return None
        get = pdfium.FPDFPageObj_GetStrokeColor if mode in _STROKE_MODES else pdfium.FPDFPageObj_GetFillColor
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if not get(self.raw, red, green, blue, alpha):
            return None
        return (red.value, green.value, blue.value), alpha.value / 255

    @property
    def font_name(self) -> str:
        """The base font name of a text object."""
        buffer = ctypes.create_string_buffer(128)
        font = pdfium.FPDFTextObj_GetFont(self.raw)
        length = pdfium.FPDFFont_GetBaseFontName(font, buffer, len(buffer)) if font else 0
        return buffer.raw[: min(max(length - 1, 0), len(buffer))].decode("utf-8", "replace")

    @property
    def font_size(self) -> float:
        """The font size of a text object in text space."""
        return get_font_size(self.raw)


def list_page_objects(page: Any) -> list[PageObject]:
    """Return the objects painted on a page, including those in form XObjects, in painting order."""
    source = _ObjectContainer(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject)
    return list(_iter_objects(source, _PAGE_CONTEXT))


def get_font_size(raw: Any) -> float:
    """Return the font size of a text object in text space."""
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(raw, size)
    return size.value


def get_memory_address(raw: Any) -> int:
    """Return the memory address of a PDFium object."""
    return ctypes.cast(raw, ctypes.c_void_p).value or 0


class _ObjectContainer(NamedTuple):
    """A page or form XObject, with PDFium's functions for counting and returning its objects."""

    raw: Any
    count: Callable[[Any], int]
    get_object: Callable[[Any, int], Any]


_PAGE_CONTEXT = PageObject(None, pdfium.FPDF_PAGEOBJ_FORM, (1, 0, 0, 1, 0, 0), NO_MCID, False)


def _iter_objects(container: _ObjectContainer, form: PageObject, depth: int = 0) -> Iterator[PageObject]:
    for index in range(container.count(container.raw)):
        raw = container.get_object(container.raw, index)
        kind = pdfium.FPDFPageObj_GetType(raw)
        mcid = pdfium.FPDFPageObj_GetMarkedContentID(raw)
        artifact = form.is_artifact or (mcid < 0 and "Artifact" in get_marked_content_tags(raw))
        item = PageObject(raw, kind, form.form, mcid if mcid >= 0 else form.mcid, artifact)
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            if depth < _MAX_FORM_DEPTH:
                inner = _ObjectContainer(raw, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject)
                yield from _iter_objects(inner, item._replace(form=item.matrix), depth + 1)
        elif kind != PATH_OBJECT or _is_painted(raw):
            yield item


def get_marked_content_tags(raw: Any) -> frozenset[str]:
    """Return the tags of the marked-content sequences that contain an object (ISO 32000-1, 14.6)."""
    buffer, length = (ctypes.c_ushort * 32)(), ctypes.c_ulong()
    names = set()
    for index in range(pdfium.FPDFPageObj_CountMarks(raw)):
        mark = pdfium.FPDFPageObj_GetMark(raw, index)
        pdfium.FPDFPageObjMark_GetName(mark, buffer, ctypes.sizeof(buffer), length)
        names.add(bytes(buffer)[: max(length.value - 2, 0)].decode("utf-16-le", "replace"))
    return frozenset(names)


def _is_painted(path: Any) -> bool:
    """Return whether a path is filled or stroked. Other paths are only used for clipping."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, mode, stroke)
    return bool(mode.value or stroke.value)


def get_matrix(raw: Any) -> Matrix:
    """Return the transformation matrix of a PDFium object within its page or form XObject."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(raw, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


class ColourPair(NamedTuple):
    """A text colour, its background colour, and their contrast ratio from 1 to 21."""

    colour: Colour
    background: Colour
    contrast: float


@lru_cache(maxsize=4096)
def measure_contrast(colour: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    return compute_luminance_contrast(compute_relative_luminance(*colour), compute_relative_luminance(*other))


def make_colour_pair(colour: Colour, opacity: float, background: Colour) -> ColourPair:
    """Blend a text colour with its background, and measure their contrast ratio."""
    if opacity < 1:
        pairs = zip(colour, background, strict=True)
        red, green, blue = (round(channel * opacity + other * (1 - opacity)) for channel, other in pairs)
        colour = red, green, blue
    return ColourPair(colour, background, measure_contrast(colour, background))


def find_median_contrast(colour: Colour, opacity: float, image: Any) -> ColourPair:
    """Return the colour pair with the median contrast between a text colour and the pixels of an image.

    Pixels with less contrast are assumed to be edges of letters, or lines that cross the text.
    """
    backgrounds = image.getcolors(image.width * image.height) or [(1, WHITE)]
    pairs = [(make_colour_pair(colour, opacity, background), count) for count, background in backgrounds]
    pairs.sort(key=lambda item: item[0].contrast)
    left = sum(count for _, count in pairs) / 2
    for pair, count in pairs:
        left -= count
        if left <= 0:
            return pair
    return pairs[-1][0]


def format_hex(colour: Colour) -> str:
    """Format a colour as CSS hexadecimal digits."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


class Glyph(NamedTuple):
    """The horizontal position of a glyph in points, and its text. A ligature has several characters."""

    x: float
    text: str


def has_right_to_left_letters(text: str) -> bool:
    """Return whether a string contains a right-to-left letter."""
    return not text.isascii() and any(
        unicodedata.bidirectional(char) in _RIGHT_TO_LEFT_CLASSES for char in text
    )


def reorder_ligature(letters: str) -> str:
    """Return the letters of an Arabic ligature in reading order.

    PDFium returns them in either order. Lam comes before alef in the lam-alef ligature; alef comes first in
    the ligature for Allah.
    """
    reversed_letters = letters[::-1]
    if _ALLAH in letters:
        return letters
    return letters if _LAM_ALEF.search(letters) and _ALLAH not in reversed_letters else reversed_letters


def restore_reading_order(line: Iterable[Glyph], *, is_right_to_left_book: bool = False) -> str:
    """Return the text of a line's glyphs in reading order.

    The base direction is that of most glyphs. In a right-to-left book, it is right to left if the line has
    any right-to-left glyph.
    """
    glyphs = sorted(line, key=lambda glyph: glyph.x)
    sides = "".join(_get_direction(glyph.text) for glyph in glyphs)
    right, left = sides.count("R"), sides.count("L")
    right_to_left = right > 0 if is_right_to_left_book and right + left else right >= left
    opposite = "L" if right_to_left else "R"
    matches = re.finditer(f"{opposite}(?: *{opposite})*|[^{opposite}]+", sides)
    runs = [glyphs[slice(*run.span())][:: 1 if run[0][0] == opposite else -1] for run in matches]
    if not right_to_left:
        runs = [run[::-1] for run in runs]
    return "".join(glyph.text for run in (runs[::-1] if right_to_left else runs) for glyph in run)


def _get_direction(text: str) -> str:
    """Return the direction "R" or "L" of the first letter or digit, or a space if there is none."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in _RIGHT_TO_LEFT_CLASSES:
            return "R"
        if direction in _LEFT_TO_RIGHT_CLASSES:
            return "L"
    return " "
