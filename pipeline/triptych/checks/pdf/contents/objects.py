"""The objects that a page of a PDF paints, as PDFium has them: with the marks and forms around them."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, TypeAlias

import pypdfium2.raw as pdfium

from triptych.checks.pdf.contents.shades import Colour

NO_MARK = -1
TEXT, PATH = pdfium.FPDF_PAGEOBJ_TEXT, pdfium.FPDF_PAGEOBJ_PATH
_DEEPEST_FORM = 20
_UNSEEN = (pdfium.FPDF_TEXTRENDERMODE_INVISIBLE, pdfium.FPDF_TEXTRENDERMODE_CLIP)
_OUTLINED = (pdfium.FPDF_TEXTRENDERMODE_STROKE, pdfium.FPDF_TEXTRENDERMODE_STROKE_CLIP)

# Left, bottom, right and top, in points; and what a PDF calls a transformation matrix (ISO 32000-1, 8.3.4).
Box: TypeAlias = tuple[float, float, float, float]
Matrix: TypeAlias = tuple[float, float, float, float, float, float]


class Painted(NamedTuple):
    """An object that paints: where its form lies on the page, and the marks around both."""

    raw: Any
    kind: int
    form: Matrix
    mcid: int
    artifact: bool

    @property
    def unmarked(self) -> bool:
        """Whether it is neither marked for the structure nor decoration."""
        return self.mcid < 0 and not self.artifact

    @property
    def address(self) -> int:
        """What tells it from the others of its page."""
        return address_of(self.raw)

    @property
    def matrix(self) -> Matrix:
        """Where it stands on the page."""
        return product(matrix_of(self.raw), self.form)

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
        return size_of(self.raw)


def painted_on(page: Any) -> list[Painted]:
    """All that a page paints, with what its forms do, in the order of the stream."""
    return list(_within(_Holder(page.raw, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject), _PAGE))


def size_of(raw: Any) -> float:
    """The size of a text in its own coordinates."""
    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(raw, size)
    return size.value


def address_of(raw: Any) -> int:
    """The address of one of PDFium's objects."""
    return ctypes.cast(raw, ctypes.c_void_p).value or 0


class _Holder(NamedTuple):
    """A page or a form."""

    raw: Any
    count: Callable[[Any], int]
    get: Callable[[Any, int], Any]


_PAGE = Painted(None, pdfium.FPDF_PAGEOBJ_FORM, (1, 0, 0, 1, 0, 0), NO_MARK, False)


def _within(holder: _Holder, form: Painted, depth: int = 0) -> Iterator[Painted]:
    for index in range(holder.count(holder.raw)):
        raw = holder.get(holder.raw, index)
        kind = pdfium.FPDFPageObj_GetType(raw)
        mcid = pdfium.FPDFPageObj_GetMarkedContentID(raw)
        artifact = form.artifact or (mcid < 0 and "Artifact" in marks_around(raw))
        item = Painted(raw, kind, form.form, mcid if mcid >= 0 else form.mcid, artifact)
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            if depth < _DEEPEST_FORM:
                inner = _Holder(raw, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject)
                yield from _within(inner, item._replace(form=item.matrix), depth + 1)
        elif kind != PATH or _paints(raw):
            yield item


def marks_around(raw: Any) -> frozenset[str]:
    """The tags of the marked content that an object stands in (ISO 32000-1, 14.6)."""
    room, length = (ctypes.c_ushort * 32)(), ctypes.c_ulong()
    names = set()
    for index in range(pdfium.FPDFPageObj_CountMarks(raw)):
        mark = pdfium.FPDFPageObj_GetMark(raw, index)
        pdfium.FPDFPageObjMark_GetName(mark, room, ctypes.sizeof(room), length)
        names.add(bytes(room)[: max(length.value - 2, 0)].decode("utf-16-le", "replace"))
    return frozenset(names)


def _paints(path: Any) -> bool:
    """Whether a path is filled or stroked; others only clip."""
    mode, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, mode, stroke)
    return bool(mode.value or stroke.value)


def matrix_of(raw: Any) -> Matrix:
    """How one of PDFium's objects lies in its page or form."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(raw, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def product(inner: Matrix, outer: Matrix) -> Matrix:
    """The transformation by one matrix, then by another."""
    a, b, c, d, e, f = inner
    m, n, o, p, q, r = outer
    return (a * m + b * o, a * n + b * p, c * m + d * o, c * n + d * p, e * m + f * o + q, e * n + f * p + r)
