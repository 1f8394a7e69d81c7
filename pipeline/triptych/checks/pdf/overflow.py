"""Find content on PDF pages that overflows the page or the text area, or overlaps other text.

All content must be inside the MediaBox (ISO 32000-1, 14.11.2), and text inside the TrimBox. The ArtBox, if
there is one, is the text area. Only artifacts such as running heads and folios may be outside it.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from math import inf
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from triptych.checks.findings import OutputFinding, quote_text
from triptych.checks.pdf.page_contents import (
    TEXT_OBJECT,
    Box,
    get_font_size,
    get_marked_content_tags,
    get_matrix,
)
from triptych.model.layout_defects import (
    HANGING,
    MIN_HANGING,
    OFF_PAGE,
    OFF_TEXT,
    OVER_WORDS,
    LayoutDefect,
    Where,
)

_ROUNDING = 0.5  # points
_MIN_OVERLAP = 2.5  # points in both directions; the overlap of italics and accents is smaller
_MIN_OVERLAP_FRACTION = 0.4  # fraction of the height of the smaller text
_MANY_TEXTS = 2_000  # per page; then most are in drawings, and comparing all pairs would take minutes
_MAX_DEFECTS = 500  # of each kind per page
_DRAWING_TAGS = frozenset(("Figure", "Formula"))
_OVERLAP_TAGS = frozenset((*_DRAWING_TAGS, "Artifact"))
_EMPTY_BOX = (inf, inf, -inf, -inf)
_MAX_COORDINATE = 1e5  # points; a clip path does not clip beyond this
_PICTURE_TYPES = (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
_CODES = {OFF_PAGE: "CHK021", OFF_TEXT: "LNT025"}
_HINT = "shorten the longest words, add the class `.landscape`, or set a wider `page-size`"


@dataclass(frozen=True, slots=True)
class _PaintedObject:
    """An object on a page, with its bounding box in points."""

    raw: Any
    kind: int
    box: Box


def find_page_defects(page: Any, text_page: Any) -> tuple[LayoutDefect, ...]:
    """Return the layout defects of an open page in painting order.

    ``page`` and ``text_page`` are PDFium's page and text page.
    """
    objects = list(_iter_painted_objects(page))
    media, trim, area = page.get_mediabox(), page.get_trimbox(), page.get_artbox()
    margin = max(abs(edge - limit) for edge, limit in zip(area, trim, strict=True))
    margin_reach = max(
        margin / 2, _measure_overflow(page.get_bleedbox(), area) if margin < _ROUNDING else 0.0
    )
    defects: list[LayoutDefect] = []
    for item in objects:
        if len(defects) >= _MAX_DEFECTS:
            break
        is_text = item.kind == TEXT_OBJECT
        limit = trim if is_text else media
        # The cheap test comes first, since a book has hundreds of thousands of objects.
        excess = _measure_overflow(item.box, limit)
        if excess > _ROUNDING and (excess := _measure_overflow(_get_visible_box(item), limit)) > _ROUNDING:
            defects.append(_make_defect(item, OFF_PAGE, excess, text_page))
            continue
        may_exceed = (
            is_text and _measure_overflow(item.box, area) > MIN_HANGING
        ) or item.kind in _PICTURE_TYPES
        if may_exceed and (excess := _measure_text_area_overflow(item, area, margin_reach)):
            defects.append(_make_defect(item, OFF_TEXT, excess, text_page))
    texts = [item for item in objects if item.kind == TEXT_OBJECT]
    if len(texts) > _MANY_TEXTS:
        texts = [item for item in texts if not _may_overlap(item)]
    overlaps = islice(_find_overlaps(texts), _MAX_DEFECTS)
    defects += [_make_defect(item, OVER_WORDS, overlap, text_page) for item, overlap in overlaps]
    return tuple(defects)


def _iter_painted_objects(page: Any) -> Iterator[_PaintedObject]:
    """Yield the objects of a page whose bounding boxes are wider than 0."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in range(pdfium.FPDFPage_CountObjects(page.raw)):
        raw = pdfium.FPDFPage_GetObject(page.raw, index)
        if pdfium.FPDFPageObj_GetBounds(raw, left, bottom, right, top) and right.value > left.value:
            box = (left.value, bottom.value, right.value, top.value)
            yield _PaintedObject(raw, pdfium.FPDFPageObj_GetType(raw), box)


def _measure_overflow(box: Box, limit: Sequence[float]) -> float:
    """Return the distance in points by which a box extends beyond the box ``limit``.

    It is negative if the box is inside.
    """
    return max(limit[0] - box[0], limit[1] - box[1], box[2] - limit[2], box[3] - limit[3])


def _measure_text_area_overflow(item: _PaintedObject, area: Sequence[float], image_allowance: float) -> float:
    """Return how far an object extends beyond the text area, in points; 0 if this is allowed.

    Artifacts and hanging punctuation may extend beyond the text area. Images and drawings may do so by up to
    ``image_allowance`` points, which is half the margin, or the bleed.
    """
    excess = _measure_overflow(_get_visible_box(item), area)
    is_picture = item.kind in _PICTURE_TYPES
    allowed = (
        image_allowance + _ROUNDING
        if is_picture
        else max(MIN_HANGING, HANGING * _measure_font_size(item.raw))
    )
    if excess <= allowed:
        return 0.0
    marks = get_marked_content_tags(item.raw)
    if "Artifact" in marks or (not is_picture and excess <= image_allowance and _DRAWING_TAGS & marks):
        return 0.0
    return excess


def _find_overlaps(texts: Sequence[_PaintedObject]) -> Iterator[tuple[_PaintedObject, float]]:
    """Yield each text object that overlaps another, with the width of the overlap in points."""
    ordered = sorted(texts, key=lambda item: item.box[1])
    for index, item in enumerate(ordered):
        left, bottom, right, top = item.box
        for other in ordered[index + 1 :]:
            if other.box[1] >= top - _MIN_OVERLAP:
                break
            width = min(right, other.box[2]) - max(left, other.box[0])
            height = min(top, other.box[3]) - other.box[1]
            smaller = min(top - bottom, other.box[3] - other.box[1])
            minimum = max(_MIN_OVERLAP, _MIN_OVERLAP_FRACTION * smaller)
            if width > minimum and height > minimum and not _is_overlap_allowed(item, other):
                yield item, width


def _is_overlap_allowed(item: _PaintedObject, other: _PaintedObject) -> bool:
    """Return whether two text objects may overlap.

    They may if they share a marked-content sequence, or if one of them is in a drawing, formula or artifact.
    """
    if _may_overlap(item) or _may_overlap(other):
        return True
    mark = pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
    return bool(mark >= 0 and mark == pdfium.FPDFPageObj_GetMarkedContentID(other.raw))


def _may_overlap(item: _PaintedObject) -> bool:
    """Return whether a text object is in a drawing, formula or artifact."""
    return bool(get_marked_content_tags(item.raw) & _OVERLAP_TAGS)


def _get_visible_box(item: _PaintedObject) -> Box:
    """Return the bounding box of an object after clipping. Text is assumed to be unclipped."""
    clip = pdfium.FPDFPageObj_GetClipPath(item.raw) if item.kind != TEXT_OBJECT else None
    left, bottom, right, top = item.box
    for index in range(pdfium.FPDFClipPath_CountPaths(clip) if clip else 0):
        if points := list(_iter_points(clip, index)):
            xs, ys = zip(*points, strict=True)
            left, bottom = max(left, min(xs)), max(bottom, min(ys))
            right, top = min(right, max(xs)), min(top, max(ys))
    return (left, bottom, right, top) if left < right and bottom < top else _EMPTY_BOX


def _iter_points(clip: Any, index: int) -> Iterator[tuple[float, float]]:
    x, y = ctypes.c_float(), ctypes.c_float()
    for number in range(pdfium.FPDFClipPath_CountPathSegments(clip, index)):
        segment = pdfium.FPDFClipPath_GetPathSegment(clip, index, number)
        if (
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            and max(abs(x.value), abs(y.value)) < _MAX_COORDINATE
        ):
            yield x.value, y.value


def _make_defect(item: _PaintedObject, position: Where, overflow: float, text_page: Any) -> LayoutDefect:
    mcid = pdfium.FPDFPageObj_GetMarkedContentID(item.raw)
    if item.kind == TEXT_OBJECT:
        return LayoutDefect(position, "words", _get_text(item.raw, text_page), overflow, mcid)
    is_head = item.kind == pdfium.FPDF_PAGEOBJ_FORM and "Artifact" in get_marked_content_tags(item.raw)
    is_picture = item.kind in _PICTURE_TYPES or _DRAWING_TAGS & get_marked_content_tags(item.raw)
    return LayoutDefect(
        position, "running head" if is_head else "picture" if is_picture else "line", "", overflow, mcid
    )


def _get_text(raw: Any, text_page: Any) -> str:
    length = pdfium.FPDFTextObj_GetText(raw, text_page.raw, None, 0)
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    pdfium.FPDFTextObj_GetText(raw, text_page.raw, buffer, length)
    return bytes(buffer)[: max(length - 2, 0)].decode("utf-16-le", "replace").replace("\x02", "-").strip()


def _measure_font_size(raw: Any) -> float:
    _, _, c, d, _, _ = get_matrix(raw)
    return get_font_size(raw) * max(abs(c), abs(d))


def check_layout_defects(data: bytes) -> Iterator[OutputFinding]:
    """Report the layout defects on all pages of a PDF.

    Lines are reported only if the page has no other defects.
    """
    with pypdfium2.PdfDocument(data) as document:
        for number in range(len(document)):
            page = document[number]
            text = page.get_textpage()
            defects_found = find_page_defects(page, text)
            label = document.get_page_label(number) or str(number + 1)
            defects = [defect for defect in defects_found if defect.kind != "line"] or defects_found[:1]
            yield from (_make_finding(defect, label) for defect in defects)


def _make_finding(defect: LayoutDefect, page: str) -> OutputFinding:
    subject = f"the text {quote_text(defect.words)}" if defect.words else f"a {defect.kind}"
    length = f"{defect.overflow:.0f} pt"
    if defect.position == OFF_PAGE:
        message = f"{subject} extends {length} beyond the page edge and is cut off"
    elif defect.position == OFF_TEXT:
        message = f"{subject} extends {length} beyond the text area"
    else:
        message = f"{subject} overlaps other text by {length}"
    return OutputFinding(
        code=_CODES.get(defect.position, "CHK022"),
        rule=defect.position,
        message=message,
        hint=_HINT,
        page=page,
        text=defect.words,
    )
