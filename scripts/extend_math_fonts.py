"""Add glyph assemblies to the mathematical fonts in ``templates/fonts``, so that all arrows stretch.

The published fonts have assemblies for few arrows (OpenType MATH, MathGlyphConstruction). Each other arrow is
cut where its shaft is straight: its ends are two new glyphs, and a piece of the shaft is the extender between
them. Run the script after a font has been replaced by its published file; it changes nothing a second time.

Requirements::

    pip install fonttools==4.68.0
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from fontTools.misc.bezierTools import splitCubic, splitLine, splitQuadratic
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables
from instantiate_fonts import OUT

FONTS = ("math/Garamond-Math.otf", "scripts/NotoSansMath-Regular.ttf")
ARROWS = "=↔⇒⇐⇔↦↪↩⇀⇁↼↽⇌⇋↠"
_EXTENDER_LENGTH = 200

Point = tuple[float, float]
Segment = tuple[Point, ...]  # the points of a line, or of a quadratic or cubic Bézier curve
_SPLITTERS: dict[int, Any] = {2: splitLine, 3: splitQuadratic, 4: splitCubic}


def extend_math_font(path: Path) -> None:
    """Add the missing assemblies to a font file."""
    font = TTFont(path, recalcTimestamp=False)
    glyphs, variants = font.getBestCmap(), font["MATH"].table.MathVariants
    coverage = variants.HorizGlyphCoverage.glyphs
    constructions = dict(zip(coverage, variants.HorizGlyphConstruction, strict=True))
    missing = [
        glyphs[ord(sign)] for sign in ARROWS if not _has_extender(constructions.get(glyphs[ord(sign)]))
    ]
    if not missing:
        return
    for name in missing:
        constructions[name] = _make_construction(font, name)
    names = sorted(constructions, key=font.getGlyphID)
    variants.HorizGlyphCoverage.glyphs = names
    variants.HorizGlyphConstruction = [constructions[name] for name in names]
    variants.HorizGlyphCount = len(names)
    font.save(path)


def _has_extender(construction: Any) -> bool:
    assembly = construction and construction.GlyphAssembly
    return bool(assembly) and any(part.PartFlags for part in assembly.PartRecords)


def _make_construction(font: TTFont, name: str) -> Any:
    """Cut a glyph into two ends and an extender; return the construction that joins them."""
    pen = DecomposingRecordingPen(font.getGlyphSet())
    font.getGlyphSet()[name].draw(pen)
    advance, contours = font["hmtx"][name][0], _read_contours(pen.value)
    edges = sorted({point[0] for contour in contours for segment in contour for point in segment})
    start, end = max(pairwise(edges), key=lambda gap: gap[1] - gap[0])
    cut = round((start + end) / 2)
    split = [[part for segment in contour for part in _split(segment, cut)] for contour in contours]
    heights = sorted(segment[0][1] for contour in split for segment in contour if segment[0][0] == cut)
    shaft = [
        [((0, low), (_EXTENDER_LENGTH, low)), ((_EXTENDER_LENGTH, high), (0, high))]
        for low, high in zip(heights[::2], heights[1::2], strict=True)
    ]
    left = [[one for one in contour if min(x for x, _ in one) < cut] for contour in split]
    right = [
        [tuple((x - cut, y) for x, y in one) for one in contour if max(x for x, _ in one) > cut]
        for contour in split
    ]
    joint = round((end - start) / 2)
    parts: list[tuple[str, int, int, int, int]] = []  # glyph, flags, connectors at the start and end, width
    for kind, outline, *numbers in (
        ("start", left, 0, 0, joint, cut),
        ("shaft", shaft, 1, _EXTENDER_LENGTH, _EXTENDER_LENGTH, _EXTENDER_LENGTH),
        ("end", right, 0, joint, 0, advance - cut),
    ):
        _add_glyph(font, f"{name}.{kind}", outline, numbers[-1])
        parts.append((f"{name}.{kind}", *numbers))
    return _assemble((name, advance), parts)


def _read_contours(value: Sequence[tuple[str, Any]]) -> list[list[Segment]]:
    """Return the segments of each contour of a recorded glyph."""
    contours: list[list[Segment]] = []
    for operator, points in value:
        if operator == "moveTo":
            contours.append([])
            first = place = points[0]
            continue
        if operator == "qCurveTo":
            implied = [((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for a, b in pairwise(points[:-1])]
            for control, on in zip(points[:-1], [*implied, points[-1]], strict=True):
                contours[-1].append((place, control, on))
                place = on
            continue
        end = (place, first) if operator == "closePath" else (place, *points)
        if end[0] != end[-1]:
            contours[-1].append(end)
        place = end[-1]
    return contours


def _split(segment: Segment, cut: float) -> list[Segment]:
    """Split a segment at a vertical line, on which the new ends lie exactly."""
    xs = [point[0] for point in segment]
    if not min(xs) < cut < max(xs):
        return [segment]
    parts = [list(part) for part in _SPLITTERS[len(segment)](*segment, cut, False)]
    for before, after in pairwise(parts):
        before[-1] = after[0] = (cut, round(before[-1][1]))
    return [tuple(part) for part in parts]


def _add_glyph(font: TTFont, name: str, contours: Sequence[Sequence[Segment]], width: int) -> None:
    """Add a glyph; where a contour is cut, a straight line joins its ends."""
    is_cff = "CFF " in font
    pen: Any = T2CharStringPen(width, font.getGlyphSet()) if is_cff else TTGlyphPen(None)
    for contour in filter(None, contours):
        place = contour[0][0]
        pen.moveTo(place)
        for segment in contour:
            if segment[0] != place:
                pen.lineTo(segment[0])
            {2: pen.lineTo, 3: pen.qCurveTo, 4: pen.curveTo}[len(segment)](*segment[1:])
            place = segment[-1]
        pen.closePath()
    order = [*font.getGlyphOrder(), name]
    if is_cff:
        top = font["CFF "].cff.topDictIndex[0]
        strings = top.CharStrings
        strings.charStringsIndex.append(pen.getCharString(top.Private, top.GlobalSubrs))
        strings.charStrings[name] = len(strings.charStringsIndex) - 1
        top.charset = order
    else:
        glyph = pen.glyph()
        font["glyf"].glyphs[name] = glyph
        font["glyf"].glyphOrder = order
    font.setGlyphOrder(order)
    bearing = round(min(x for contour in contours for segment in contour for x, _ in segment))
    font["hmtx"].metrics[name] = (width, bearing)


def _assemble(whole: tuple[str, int], parts: Sequence[tuple[str, int, int, int, int]]) -> Any:
    record = otTables.MathGlyphVariantRecord()
    record.VariantGlyph, record.AdvanceMeasurement = whole
    assembly = otTables.GlyphAssembly()
    assembly.ItalicsCorrection = otTables.MathValueRecord()
    assembly.ItalicsCorrection.Value = 0
    assembly.PartRecords = []
    for glyph, flags, start, end, full in parts:
        part = otTables.GlyphPartRecord()
        part.glyph, part.PartFlags = glyph, flags
        part.StartConnectorLength, part.EndConnectorLength, part.FullAdvance = start, end, full
        assembly.PartRecords.append(part)
    construction = otTables.MathGlyphConstruction()
    construction.GlyphAssembly = assembly
    construction.MathGlyphVariantRecord = [record]
    return construction


if __name__ == "__main__":
    for file in FONTS:
        extend_math_font(OUT / file)
