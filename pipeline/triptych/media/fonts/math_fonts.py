"""Subset mathematical fonts, with their ``MATH`` table, for documents whose formulas are MathML."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

import uharfbuzz as hb
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables

from triptych.media.fonts.fonts import load_code_points, open_face
from triptych.theme.theme import FontFace

# Variants for scripts and dotless letters below accents (OpenType, registered features).
_FEATURES = ("ssty", "dtls")
# Accents that MathML Core can stretch, and the combining characters whose glyphs fonts can stretch.
_STRETCHED = {"\u203e": "\u0305", "\u02dc": "\u0303"}
# Lines over and under a base, the glyph from which lines of any length are built, and its flat part in em.
_BARS = (("\u0305", "\u00af", 0.22), ("\u0332", "_", 0.46))


def list_math_characters(face: FontFace) -> frozenset[str]:
    """Return the characters that the subset of a mathematical font can have."""
    code_points = load_code_points(face.path, face.index)
    added = {accent for accent, combining in _STRETCHED.items() if ord(combining) in code_points}
    return frozenset(map(chr, code_points)) | added


def subset_math_font(face: FontFace, characters: Iterable[str]) -> bytes:
    """Subset a mathematical font to ``characters``, their variants, and the parts of stretched glyphs.

    Macrons and tildes, and lines below letters, can be stretched even if the font does not support this for
    the characters that formulas use.
    """
    wanted = hb.SubsetInput()
    wanted.flags = (
        hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.CFF_IDENTITY_CHARSET
    )
    used = set(characters)
    used |= {combining for accent, combining in _STRETCHED.items() if accent in used}
    used |= {glyph for line, glyph, _ in _BARS if line in used}
    wanted.unicode_set.update(map(ord, used))
    wanted.layout_feature_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _FEATURES)
    data = bytes(hb.subset(open_face(face), wanted).blob.data)
    if used.isdisjoint((*_STRETCHED, *(line for line, _, _ in _BARS))):
        return data
    with TTFont(io.BytesIO(data), recalcTimestamp=False, recalcBBoxes=False) as font:
        _map_stretched_accents(font)
        _add_bars(font)
        out = io.BytesIO()
        font.save(out)
    return out.getvalue()


def _map_stretched_accents(font: TTFont) -> None:
    for table in font["cmap"].tables:
        for accent, combining in _STRETCHED.items():
            if glyph := table.cmap.get(ord(combining)):
                table.cmap[ord(accent)] = glyph


def _add_bars(font: TTFont) -> None:
    """Add glyph constructions for lines, such as overbars, that the font cannot stretch."""
    glyphs, size = font.getBestCmap(), font["head"].unitsPerEm
    variants = font["MATH"].table.MathVariants
    if variants.HorizGlyphCoverage is None:
        variants.HorizGlyphCoverage = otTables.HorizGlyphCoverage()
        variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction = [], []
    made = dict(zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction, strict=True))
    for line, glyph, length in _BARS:
        name, part = glyphs.get(ord(line)), glyphs.get(ord(glyph))
        if name and part and name not in made:
            made[name] = _make_construction(part, round(length * size))
    order = sorted(made, key=font.getGlyphID)
    variants.HorizGlyphCoverage.glyphs = order
    variants.HorizGlyphConstruction = [made[name] for name in order]
    variants.HorizGlyphCount = len(order)


def _make_construction(glyph: str, length: int) -> Any:
    """Return the ``MathGlyphConstruction`` of a line: two pieces, of which the second is repeated."""
    parts = []
    for is_extender in (0, 1):
        part = otTables.GlyphPartRecord()
        part.glyph, part.PartFlags, part.FullAdvance = glyph, is_extender, length
        part.StartConnectorLength = part.EndConnectorLength = length * 3 // 4
        parts.append(part)
    assembly = otTables.GlyphAssembly()
    assembly.PartRecords, assembly.PartCount = parts, len(parts)
    assembly.ItalicsCorrection = otTables.MathValueRecord()
    assembly.ItalicsCorrection.Value = 0
    construction = otTables.MathGlyphConstruction()
    construction.GlyphAssembly, construction.MathGlyphVariantRecord, construction.VariantCount = (
        assembly,
        [],
        0,
    )
    return construction
