"""What the pages of a PDF show: runs of text with their place, colour and mark, and what has no mark.

PDFium reads them, so that fonts, colour spaces and forms are what a viewer makes of them.
"""

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

from triptych.theme.colours import luminance_ratio, relative_luminance

_HYPHEN = "\x02"
NO_MARK = -1
TEXT, PATH = pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH
_DEEPEST_FORM = 20
_UNSEEN = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_OUTLINED = (pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP)
# Left, bottom, right and top, in points; and what a PDF calls a transformation matrix (ISO 32000-1, 8.3.4).
Box: TypeAlias = tuple[float, float, float, float]
Matrix: TypeAlias = tuple[float, float, float, float, float, float]
_SHARE = 2  # of what is behind a text one part in so many counts: less is an edge, or a line that crosses it
Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)
_FROM_RIGHT = frozenset(("R", "AL"))
_FROM_LEFT = frozenset(("L", "EN", "AN"))
_LAM_ALEF = re.compile("\u0644[\u0622\u0623\u0625\u0627]")
_NAME = "\u0644\u0644\u0647"


class MarkedContent(NamedTuple):
    """A marked-content sequence: its page, counted from 0, and its MCID there."""

    page: int
    mcid: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextRun:
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

    def on_line_of(self, other: TextRun) -> bool:
        """Whether both stand on one line; what is raised or lowered does."""
        return abs(self.y - other.y) < max(self.size, other.size) / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfPage:
    """A page: its label, and its runs in the order of drawing."""

    label: str
    runs: tuple[TextRun, ...]

    def words_in(self, box: Box) -> str:
        """Return the text whose centre is in a box."""
        left, bottom, right, top = box
        inside = (
            run.text.strip()
            for run in self.runs
            if left <= (run.box[0] + run.box[2]) / 2 <= right
            and bottom <= (run.box[1] + run.box[3]) / 2 <= top
        )
        return " ".join(filter(None, inside))


@dataclass(frozen=True, slots=True)
class PdfContents:
    """All pages, and the runs of each mark."""

    pages: tuple[PdfPage, ...]
    marks: Mapping[MarkedContent, tuple[TextRun, ...]] = field(default_factory=dict)


def read_contents(data: bytes) -> PdfContents:
    """Read what the pages of a PDF show (ISO 32000-1, 14.6). Raises `pypdfium2.PdfiumError`."""
    with pypdfium2.PdfDocument(data) as document:
        from_right = is_right_to_left(document)
        pages = tuple(_read_page(document, number, from_right) for number in range(len(document)))
    marks: dict[MarkedContent, list[TextRun]] = {}
    for number, page in enumerate(pages):
        for run in page.runs:
            if run.mcid >= 0:
                marks.setdefault(MarkedContent(number, run.mcid), []).append(run)
    return PdfContents(pages, {mark: tuple(runs) for mark, runs in marks.items()})


def is_right_to_left(document: pypdfium2.PdfDocument) -> bool:
    """Whether an open book is one that is read from the right (ISO 32000-1, table 150)."""
    room = ctypes.create_string_buffer(8)
    pdfium.FPDF_VIEWERREF_GetName(document.raw, b"Direction", room, len(room))
    return room.value == b"R2L"


def _read_page(document: Any, number: int, from_right: bool) -> PdfPage:
    page = document[number]
    texts = _PageText(page, from_right)
    try:
        items = list_objects(page)
        shown = [item for item in items if item.kind == TEXT]
        runs = _add_shades(page, shown, list(map(texts.run, shown)), plain=len(shown) == len(items))
        if from_right or any(has_right_to_left(run.text) for run in runs):
            runs = texts.as_read(shown, runs)
    finally:
        texts.close()
        page.close()
    label = document.get_page_label(number) or str(number + 1)
    return PdfPage(label=label, runs=tuple(runs))


class _PageText:
    """PDFium's reading of the text of a page."""

    def __init__(self, page: Any, from_right: bool) -> None:
        self._from_right = from_right
        self._raw = pdfium.FPDFText_LoadPage(page.raw)
        self._room = (ctypes.c_ushort * 1024)()

    def close(self) -> None:
        pdfium.FPDFText_ClosePage(self._raw)

    def run(self, item: PageObject) -> TextRun:
        """Return a text object, without its shade."""
        matrix = item.matrix
        return TextRun(
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
        """Return the text of an object. PDFium has a character of its own for a hyphen at a line end."""
        length = pdfium.FPDFTextObj_GetText(item, self._raw, self._room, ctypes.sizeof(self._room))
        if length > ctypes.sizeof(self._room):
            self._room = (ctypes.c_ushort * length)()
            length = pdfium.FPDFTextObj_GetText(item, self._raw, self._room, ctypes.sizeof(self._room))
        text = bytes(self._room)[: max(length - 2, 0)].decode("utf-16-le", "replace")
        return text.replace(_HYPHEN, "-").replace("\0", "")

    def as_read(self, items: list[PageObject], runs: list[TextRun]) -> list[TextRun]:
        """Move the text of each line with right-to-left script into its first run.

        PDFium reverses the words of all lines in a book that is read from the right.
        """
        glyphs = self._glyphs()
        out: list[TextRun] = []
        start = 0
        while start < len(runs):
            end = start + 1
            while (
                end < len(runs) and runs[end].mcid == runs[start].mcid and runs[end].on_line_of(runs[start])
            ):
                end += 1
            line = runs[start:end]
            if self._from_right or any(has_right_to_left(run.text) for run in line):
                shown = (glyph for item in items[start:end] for glyph in glyphs.get(item.address, ()))
                text = restore_reading_order(shown, in_book_from_right=self._from_right)
                line = [replace(run, text="" if index else text) for index, run in enumerate(line)]
            out += line
            start = end
        return out

    def _glyphs(self) -> dict[int, list[Glyph]]:
        """Return the glyphs of each object. Letters that begin at one place belong to a ligature."""
        found: dict[int, list[Glyph]] = {}
        x, y = ctypes.c_double(), ctypes.c_double()
        for index in range(pdfium.FPDFText_CountChars(self._raw)):
            item = pdfium.FPDFText_GetTextObject(self._raw, index)
            code = pdfium.FPDFText_GetUnicode(self._raw, index)
            if not item or not code or pdfium.FPDFText_IsGenerated(self._raw, index):
                continue
            pdfium.FPDFText_GetCharOrigin(self._raw, index, x, y)
            glyphs = found.setdefault(get_address(item), [])
            if glyphs and glyphs[-1].x == x.value:
                glyphs[-1] = Glyph(x.value, glyphs[-1].text + chr(code))
            else:
                glyphs.append(Glyph(x.value, chr(code)))
        return {item: [_order_ligature(glyph) for glyph in glyphs] for item, glyphs in found.items()}


def _order_ligature(glyph: Glyph) -> Glyph:
    if len(glyph.text) == 1 or not has_right_to_left(glyph.text):
        return glyph
    return Glyph(glyph.x, order_ligature(glyph.text))


def _add_shades(page: Any, items: list[PageObject], runs: list[TextRun], *, plain: bool) -> list[TextRun]:
    """Add shades to runs. The page is drawn without text where there may be more than paper behind it."""
    seen = [item.colour for item in items]
    if plain:
        return [
            replace(run, shade=make_shade(*colour, WHITE) if colour else None)
            for run, colour in zip(runs, seen, strict=True)
        ]
    for item in items:
        pdfium.FPDFTextObj_SetTextRenderMode(item.raw, pdfium.FPDF_TEXTRENDERMODE_INVISIBLE)
    drawn = page.render(scale=1, may_draw_forms=False).to_pil().convert("RGB")
    place = _map_to_pixels(page, *drawn.size)
    out = []
    for run, colour in zip(runs, seen, strict=True):
        area = place(run.box)
        shown = colour is not None and area[0] < area[2] and area[1] < area[3]
        out.append(
            replace(run, shade=find_worst_shade(*colour, drawn.crop(area)) if shown and colour else None)
        )
    return out


def _map_to_pixels(page: Any, width: int, height: int) -> Any:
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


class PageObject(NamedTuple):
    """An object that paints: where its form lies on the page, and the marks around both."""

    raw: Any
    kind: int
    form: Matrix
    mcid: int
    artifact: bool

    @property
    def address(self) -> int:
        """What tells it from the others of its page."""
        return get_address(self.raw)

    @property
    def matrix(self) -> Matrix:
        """Where it stands on the page."""
        return multiply(get_matrix(self.raw), self.form)

    @property
    def box(self) -> Box:
        """What it covers of the page."""
        left, bottom, right, top = (ctypes.c_float() for _ in range(4))
        pdfium.FPDFPageObj_GetBounds(self.raw, left, bottom, right, top)
        a, b, c, d, e, f = self.form
        corners = [(x.value, y.value) for x in (left, right) for y in (bottom, top)]
        xs = [a * x + c * y + e for x, y in corners]
        ys = [b * x + d * y + f for x, y in corners]
        return min(xs), min(ys), max(xs), max(ys)

    @property
    def colour(self) -> tuple[Colour, float] | None:
        """The colour of a text and its opacity; None where it is not seen, or painted with a pattern."""
        mode = pdfium.FPDFTextObj_GetTextRenderMode(self.raw)
        if mode in _UNSEEN:
            return None
        get = pdfium.FPDFPageObj_GetStrokeColor if mode in _OUTLINED else pdfium.FPDFPageObj_GetFillColor
        red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
        if not get(self.raw, red, green, blue, alpha):
            return None
        return (red.value, green.value, blue.value), alpha.value / 255

    @property
    def font(self) -> str:
        """The name of a text's font."""
        room = ctypes.create_string_buffer(128)
        font = pdfium.FPDFTextObj_GetFont(self.raw)
        length = pdfium.FPDFFont_GetBaseFontName(font, room, len(room)) if font else 0
        return room.raw[: min(max(length - 1, 0), len(room))].decode("utf-8", "replace")

    @property
    def size(self) -> float:
        """The size of a text in its own coordinates."""
        return get_font_size(self.raw)


def list_objects(page: Any) -> list[PageObject]:
    """All that a page paints, with what its forms do, in the order of the stream."""
    return list(
        _iter_objects(_Holder(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject), _PAGE)
    )


def get_font_size(raw: Any) -> float:
    """Return the size of a text in its own coordinates."""
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(raw, size)
    return size.value


def get_address(raw: Any) -> int:
    """Return the address of an object of PDFium."""
    return ctypes.cast(raw, ctypes.c_void_p).value or 0


class _Holder(NamedTuple):
    """A page or a form."""

    raw: Any
    count: Callable[[Any], int]
    get: Callable[[Any, int], Any]


_PAGE = PageObject(None, pdfium.FPDF_PAGEOBJ_FORM, (1, 0, 0, 1, 0, 0), NO_MARK, False)


def _iter_objects(holder: _Holder, form: PageObject, depth: int = 0) -> Iterator[PageObject]:
    for index in range(holder.count(holder.raw)):
        raw = holder.get(holder.raw, index)
        kind = pdfium.FPDFPageObj_GetType(raw)
        mcid = pdfium.FPDFPageObj_GetMarkedContentID(raw)
        artifact = form.artifact or (mcid < 0 and "Artifact" in get_marks(raw))
        item = PageObject(raw, kind, form.form, mcid if mcid >= 0 else form.mcid, artifact)
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            if depth < _DEEPEST_FORM:
                inner = _Holder(raw, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject)
                yield from _iter_objects(inner, item._replace(form=item.matrix), depth + 1)
        elif kind != PATH or _is_painted(raw):
            yield item


def get_marks(raw: Any) -> frozenset[str]:
    """Return the tags of the marked content that contains an object (ISO 32000-1, 14.6)."""
    room, length = (ctypes.c_ushort * 32)(), ctypes.c_ulong()
    names = set()
    for index in range(pdfium.FPDFPageObj_CountMarks(raw)):
        mark = pdfium.FPDFPageObj_GetMark(raw, index)
        pdfium.FPDFPageObjMark_GetName(mark, room, ctypes.sizeof(room), length)
        names.add(bytes(room)[: max(length.value - 2, 0)].decode("utf-16-le", "replace"))
    return frozenset(names)


def _is_painted(path: Any) -> bool:
    """Whether a path is filled or stroked; others only clip."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, mode, stroke)
    return bool(mode.value or stroke.value)


def get_matrix(raw: Any) -> Matrix:
    """How one of PDFium's objects lies in its page or form."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(raw, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def multiply(inner: Matrix, outer: Matrix) -> Matrix:
    """Return the transformation by one matrix, then by another."""
    a, b, c, d, e, f = inner
    m, n, o, p, q, r = outer
    return (a * m + b * o, a * n + b * p, c * m + d * o, c * n + d * p, e * m + f * o + q, e * n + f * p + r)


class Shade(NamedTuple):
    """A text's colour, the colour behind it, and their contrast, from 1 to 21."""

    colour: Colour
    behind: Colour
    contrast: float


@lru_cache(maxsize=4096)
def measure_contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    return luminance_ratio(relative_luminance(*one), relative_luminance(*other))


def make_shade(colour: Colour, opacity: float, behind: Colour) -> Shade:
    """Return how a text stands out from the colour behind it."""
    if opacity < 1:
        pairs = zip(colour, behind, strict=True)
        red, green, blue = (round(one * opacity + other * (1 - opacity)) for one, other in pairs)
        colour = red, green, blue
    return Shade(colour, behind, measure_contrast(colour, behind))


def find_worst_shade(colour: Colour, opacity: float, picture: Any) -> Shade:
    """Return how a text stands out from the picture of what is behind it.

    There may be several colours: half of the pixels may have less contrast than the result.
    """
    found = picture.getcolors(picture.width * picture.height) or [(1, WHITE)]
    counted = [(make_shade(colour, opacity, behind), count) for count, behind in found]
    shades = sorted(counted, key=lambda item: item[0].contrast)
    left = sum(count for _, count in shades) / _SHARE
    for shade, count in shades:
        left -= count
        if left <= 0:
            return shade
    return shades[-1][0]


def to_hex(colour: Colour) -> str:
    """As style sheets write it."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


class Glyph(NamedTuple):
    """What one glyph stands for, a ligature for several letters, and where it begins on its line."""

    x: float
    text: str


def has_right_to_left(text: str) -> bool:
    """Whether there is a letter of a right-to-left script."""
    return not text.isascii() and any(unicodedata.bidirectional(char) in _FROM_RIGHT for char in text)


def order_ligature(letters: str) -> str:
    """Letters that one glyph stands for, in either order → as they are read.

    Which of the two PDFium tells depends on how the file names the glyph. Arabic joins lam to an alef
    that follows it, never one that goes before, but in the name of God.
    """
    turned = letters[::-1]
    if _NAME in letters:
        return letters
    return letters if _LAM_ALEF.search(letters) and _NAME not in turned else turned


def restore_reading_order(line: Iterable[Glyph], *, in_book_from_right: bool = False) -> str:
    """Return the text of the glyphs of a line in reading order.

    The line has the direction of its book, or of most of its letters; left to right if all of them have.
    """
    glyphs = sorted(line, key=lambda glyph: glyph.x)
    sides = "".join(_get_side(glyph.text) for glyph in glyphs)
    right, left = sides.count("R"), sides.count("L")
    from_right = right > 0 if in_book_from_right and right + left else right >= left
    odd = "L" if from_right else "R"  # what runs against the line; what has no side goes with the line's ends
    found = re.finditer(f"{odd}(?: *{odd})*|[^{odd}]+", sides)
    runs = [glyphs[slice(*run.span())][:: 1 if run[0][0] == odd else -1] for run in found]
    if not from_right:
        runs = [run[::-1] for run in runs]
    return "".join(glyph.text for run in (runs[::-1] if from_right else runs) for glyph in run)


def _get_side(text: str) -> str:
    """R or L, or a blank for what has no side."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in _FROM_RIGHT:
            return "R"
        if direction in _FROM_LEFT:
            return "L"
    return " "
