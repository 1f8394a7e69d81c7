"""Test that subsets of mathematical fonts keep glyph variants and stretchable accents."""

from __future__ import annotations

import io

import pytest
from fontTools.pens.boundsPen import BoundsPen
from fontTools.ttLib import TTFont

from triptych.media.fonts.math_fonts import list_math_characters, subset_math_font
from triptych.theme.theme import FontFace, load_theme

FACES = load_theme().math_faces


def open_subset(face: FontFace, characters: str) -> TTFont:
    return TTFont(io.BytesIO(subset_math_font(face, characters)))


@pytest.mark.parametrize("face", FACES, ids=[face.family for face in FACES])
def test_accents_have_constructions(face: FontFace) -> None:
    signs = "‾˜\u0332\u0302⏞"
    assert set(signs) <= list_math_characters(face)
    font = open_subset(face, f"AB{signs}")
    glyphs, variants = font.getBestCmap(), font["MATH"].table.MathVariants
    assert list(map(font.getGlyphID, variants.HorizGlyphCoverage.glyphs)) == sorted(
        map(font.getGlyphID, variants.HorizGlyphCoverage.glyphs)
    )
    result = dict(zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction, strict=True))
    assert {glyphs[ord(sign)] for sign in signs} <= result.keys()
    for sign in "‾\u0332⏞":  # of any length
        parts = result[glyphs[ord(sign)]].GlyphAssembly.PartRecords
        assert any(part.PartFlags for part in parts)
        assert all(part.glyph in font.getGlyphOrder() for part in parts)


@pytest.mark.parametrize("face", FACES, ids=[face.family for face in FACES])
def test_extensible_arrows_stretch_to_any_length(face: FontFace) -> None:
    arrows = "→←↔⇒⇐⇔↦↪↩⇀⇁↼↽⇌⇋↠="
    font = open_subset(face, arrows)
    glyphs, variants, outlines = font.getBestCmap(), font["MATH"].table.MathVariants, font.getGlyphSet()
    result = dict(zip(variants.HorizGlyphCoverage.glyphs, variants.HorizGlyphConstruction, strict=True))
    for arrow in arrows:
        if arrow in "→←" and face.family != "Garamond-Math":
            continue  # whose shafts begin with the extender
        start, *_, end = result[glyphs[ord(arrow)]].GlyphAssembly.PartRecords
        assert not start.PartFlags and not end.PartFlags
        pens = [BoundsPen(outlines) for _ in range(2)]
        for part, pen in zip((start, end), pens, strict=True):
            outlines[part.glyph].draw(pen)
        assert pens[0].bounds[0] >= 0 and pens[1].bounds[2] <= end.FullAdvance, arrow
    assert all(
        any(part.PartFlags for part in result[glyphs[ord(arrow)]].GlyphAssembly.PartRecords)
        for arrow in arrows
    )


def test_brackets_roots_and_scripts_have_their_variants() -> None:
    (garamond,) = (face for face in FACES if face.family == "Garamond-Math")
    font = open_subset(garamond, "(√𝑥2")
    glyphs, variants = font.getBestCmap(), font["MATH"].table.MathVariants
    assert {glyphs[ord("(")], glyphs[ord("√")]} <= set(variants.VertGlyphCoverage.glyphs)
    assert "ssty" in {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
    assert len(subset_math_font(garamond, "(√𝑥2")) < 30_000


def test_a_subset_has_the_same_bytes_each_time() -> None:
    assert subset_math_font(FACES[0], "AB‾˜") == subset_math_font(FACES[0], ["˜", "‾", "B", "A"])
