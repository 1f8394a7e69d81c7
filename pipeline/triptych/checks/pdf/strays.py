"""What of a page lies where it must not: off the page, off the area of its text, over other words.

PDFium says where the glyphs, pictures and lines of a finished page are. A page's boxes say where they may be
(ISO 32000-1, 14.11.2): all of it in the MediaBox, what is read in the TrimBox, and the text in the ArtBox, if
the page has one, but for running heads and folios, which are artifacts.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import inf
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from triptych.checks.findings import OutputFinding, quote
from triptych.checks.pdf.page_contents import TEXT, Box, get_font_size, get_marks, get_matrix
from triptych.model.layout_defects import (
    HANGING,
    LEAST_HANGING,
    OFF_PAGE,
    OFF_TEXT,
    OVER_WORDS,
    LayoutDefect,
    Where,
)

_ROUNDING = 0.5  # points
_OVER = 2.5  # points by which words lie over others, across and down; less is how italics and accents stand
_OVER_SHARE = 0.4  # of the height of the lower ones, likewise
_DRAWN = frozenset(("Figure", "Formula"))
_FREE = frozenset((*_DRAWN, "Artifact"))
_NOWHERE = (inf, inf, -inf, -inf)
_FARTHEST = 1e5  # points; a clip has a side only where it is nearer
_PICTURES = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
_CODES = {OFF_PAGE: "CHK021", OFF_TEXT: "LNT025"}
_HINT = "shorten the longest words, add the class `.landscape`, or set a wider `page-size`"


@dataclass(frozen=True, slots=True)
class _PaintedObject:
    """What is painted on a page, and the box that it takes in points."""

    raw: Any
    kind: int
    box: Box


def find_page_strays(page: Any, text: Any) -> tuple[LayoutDefect, ...]:
    """Find the strays of an open page, in painting order; ``text`` is its text page."""
    objects = list(_iter_objects(page))
    media, trim, area = page.get_mediabox(), page.get_trimbox(), page.get_artbox()
    margin = max(abs(edge - limit) for edge, limit in zip(area, trim, strict=True))
    reach = max(margin / 2, _measure_excess(page.get_bleedbox(), area) if margin < _ROUNDING else 0.0)
    found = []
    for item in objects:
        reads = item.kind == TEXT
        # A glance at nearly all objects, since a book has hundreds of thousands.
        over = _measure_excess(item.box, trim if reads else media)
        if (
            over > _ROUNDING
            and (over := _measure_excess(_get_visible_box(item), trim if reads else media)) > _ROUNDING
        ):
            found.append(_make_stray(item, OFF_PAGE, over, text))
        elif (reads and _measure_excess(item.box, area) > LEAST_HANGING) or item.kind in _PICTURES:
            over = _measure_off_area(item, area, reach)
            found += [_make_stray(item, OFF_TEXT, over, text)] if over else []
    words = [item for item in objects if item.kind == TEXT]
    found += [_make_stray(item, OVER_WORDS, over, text) for item, over in _find_overlaps(words)]
    return tuple(found)


def _iter_objects(page: Any) -> Iterator[_PaintedObject]:
    """All that a page paints and that covers something of it."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in range(pdfium.FPDFPage_CountObjects(page.raw)):
        raw = pdfium.FPDFPage_GetObject(page.raw, index)
        if pdfium.FPDFPageObj_GetBounds(raw, left, bottom, right, top) and right.value > left.value:
            box = (left.value, bottom.value, right.value, top.value)
            yield _PaintedObject(raw, pdfium.FPDFPageObj_GetType(raw), box)


def _measure_excess(box: Box, limit: Sequence[float]) -> float:
    """How far a box reaches over a limit, below 0 where it does not."""
    return max(limit[0] - box[0], limit[1] - box[1], box[2] - limit[2], box[3] - limit[3])


def _measure_off_area(item: _PaintedObject, area: Sequence[float], reach: float) -> float:
    """How far something is off the area of the text, 0 where it may be: running heads, marks that hang over
    its edges, pictures that ``reach`` over them as far as half of a margin or the bleed.
    """
    over = _measure_excess(_get_visible_box(item), area)
    drawn = item.kind in _PICTURES
    allowed = reach + _ROUNDING if drawn else max(LEAST_HANGING, HANGING * _get_size(item.raw))
    if over <= allowed:
        return 0.0
    marks = get_marks(item.raw)
    if "Artifact" in marks or (not drawn and over <= reach and _DRAWN & marks):
        return 0.0
    return over


def _find_overlaps(words: Sequence[_PaintedObject]) -> Iterator[tuple[_PaintedObject, float]]:
    """Words that lie over others, with how far."""
    ordered = sorted(words, key=lambda item: item.box[1])
    for place, item in enumerate(ordered):
        left, bottom, right, top = item.box
        for other in ordered[place + 1 :]:
            if other.box[1] >= top - _OVER:
                break
            across = min(right, other.box[2]) - max(left, other.box[0])
            down = min(top, other.box[3]) - other.box[1]
            lower = min(top - bottom, other.box[3] - other.box[1])
            least = max(_OVER, _OVER_SHARE * lower)
            if across > least and down > least and not _may_lie_over(item, other):
                yield item, across


def _may_lie_over(one: _PaintedObject, other: _PaintedObject) -> bool:
    """Whether two texts may: parts of formulas, drawings and decoration, letters of one word that join."""
    if any(get_marks(item.raw) & _FREE for item in (one, other)):
        return True
    mark = pdfium.FPDFPageObj_GetMarkedContentID(one.raw)
    return bool(mark >= 0 and mark == pdfium.FPDFPageObj_GetMarkedContentID(other.raw))


def _get_visible_box(item: _PaintedObject) -> Box:
    """Return the box of an object without what is clipped away; words are not clipped."""
    clip = pdfium.FPDFPageObj_GetClipPath(item.raw) if item.kind != TEXT else None
    left, bottom, right, top = item.box
    for index in range(pdfium.FPDFClipPath_CountPaths(clip) if clip else 0):
        if points := list(_iter_points(clip, index)):
            xs, ys = zip(*points, strict=True)
            left, bottom = max(left, min(xs)), max(bottom, min(ys))
            right, top = min(right, max(xs)), min(top, max(ys))
    return (left, bottom, right, top) if left < right and bottom < top else _NOWHERE


def _iter_points(clip: Any, index: int) -> Iterator[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(pdfium.FPDFClipPath_CountPathSegments(clip, index)):
        segment = pdfium.FPDFClipPath_GetPathSegment(clip, index, number)
        if pdfium.FPDFPathSegment_GetPoint(segment, x, y) and max(abs(x.value), abs(y.value)) < _FARTHEST:
            yield x.value, y.value


def _make_stray(item: _PaintedObject, where: Where, beyond: float, text: Any) -> LayoutDefect:
    mcid = pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
    if item.kind == TEXT:
        return LayoutDefect(where, "words", _get_words(item.raw, text), beyond, mcid)
    is_head = item.kind == pdfium.FPDF_PAGEOBJ_FORM and "Artifact" in get_marks(item.raw)
    drawn = item.kind in _PICTURES or _DRAWN & get_marks(item.raw)
    return LayoutDefect(
        where, "running head" if is_head else "picture" if drawn else "line", "", beyond, mcid
    )


def _get_words(raw: Any, text: Any) -> str:
    length = pdfium.FPDFTextObj_GetText(raw, text.raw, None, 0)
    room = (ctypes.c_ushort * (length // 2 + 1))()
    pdfium.FPDFTextObj_GetText(raw, text.raw, room, length)
    return bytes(room)[: max(length - 2, 0)].decode("utf-16-le", "replace").replace("\x02", "-").strip()


def _get_size(raw: Any) -> float:
    _, _, c, d, _, _ = get_matrix(raw)
    return get_font_size(raw) * max(abs(c), abs(d))


def check_edges(data: bytes) -> Iterator[OutputFinding]:
    """Find strays on all pages of a PDF; rules are left out if words or images stray with them."""
    with pypdfium2.PdfDocument(data) as document:
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            found = find_page_strays(page, text)
            label = document.get_page_label(number) or str(number + 1)
            telling = [stray for stray in found if stray.kind != "line"] or found[:1]
            yield from (_make_finding(stray, label) for stray in telling)


def _make_finding(stray: LayoutDefect, page: str) -> OutputFinding:
    what = f"the text {quote(stray.words)}" if stray.words else f"a {stray.kind}"
    far = f"{stray.beyond:.0f} pt"
    if stray.where == OFF_PAGE:
        message = f"{what} extends {far} beyond the page edge and is cut off"
    elif stray.where == OFF_TEXT:
        message = f"{what} extends {far} beyond the text area"
    else:
        message = f"{what} overlaps other text by {far}"
    return OutputFinding(
        code=_CODES.get(stray.where, "CHK022"),
        rule=stray.where,
        message=message,
        hint=_HINT,
        page=page,
        words=stray.words,
    )
