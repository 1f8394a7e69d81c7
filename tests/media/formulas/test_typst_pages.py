"""Pages that Typst writes as PDF are read: glyphs with their texts, rules, and colours."""

from __future__ import annotations

import pytest

from triptych.media.fonts.fonts import get_postscript_name
from triptych.media.formulas.formulas import load_default_formula_fonts
from triptych.media.formulas.full_fonts import load_full_font
from triptych.media.formulas.typst_pages import (
    INHERITED,
    PageGlyphs,
    PagePath,
    make_upright,
    read_typst_pages,
)
from triptych.media.typst_engine import compile_typst_document

SETTINGS = """#set page(width: 200pt, height: 100pt, margin: 10pt)
#set text(font: "EB Garamond", size: 10pt, top-edge: "bounds")
"""
FACES = {get_postscript_name(face): face for face in load_default_formula_fonts().faces}
LETTERS = "".join(map(chr, range(33, 127)))


def parts_of(text: str) -> list[PageGlyphs | PagePath]:
    pdf, _ = compile_typst_document(SETTINGS + text)
    return [part for page in read_typst_pages(pdf, FACES) for part in page.parts]


def text_of(parts: list[PageGlyphs | PagePath]) -> str:
    return "".join(glyph.text for part in parts if isinstance(part, PageGlyphs) for glyph in part.glyphs)


def test_characters_are_read_whatever_their_glyph_ids() -> None:
    parts = parts_of("#set page(width: 900pt)\n#text(ligatures: false, " + repr_of(LETTERS) + ")")
    assert text_of(parts) == LETTERS


def repr_of(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def test_glyph_positions_follow_from_advances() -> None:
    (run,) = parts_of("#text(kerning: false)[abc]")
    assert isinstance(run, PageGlyphs)
    font = load_full_font(FACES["EBGaramond-Regular"])
    a, b, c = (font.measure_advance(glyph.glyph) * 10 for glyph in run.glyphs)
    assert run.x == 10 and run.top == pytest.approx(10, abs=0.01)
    assert [glyph.x for glyph in run.glyphs] == pytest.approx([0, a, a + b], abs=1e-3)
    assert run.advance == pytest.approx(a + b + c, abs=1e-3)


def test_black_is_inherited_and_other_colours_are_kept() -> None:
    fills = [part.fill for part in parts_of('a #text(fill: rgb("#c00000"))[b] #text(fill: luma(50%))[c]')]
    assert fills[0] == INHERITED and "#c00000" in fills and "#808080" in fills


def test_rule_is_a_path_with_its_thickness() -> None:
    (rule,) = parts_of("#line(length: 50pt, stroke: 2pt)")
    assert isinstance(rule, PagePath)
    assert (rule.stroke, rule.fill, rule.stroke_width) == (INHERITED, "none", 2)
    assert rule.corners == pytest.approx((9, 9, 61, 11))


def test_glyphs_of_unknown_faces_become_paths() -> None:
    pdf, _ = compile_typst_document(SETTINGS + "O")
    ((path,),) = (page.parts for page in read_typst_pages(pdf, {}))
    assert isinstance(path, PagePath) and path.fill == INHERITED
    left, top, right, bottom = path.corners
    assert 10 <= left < 11 and right - left == pytest.approx(bottom - top, rel=0.3)


def test_italic_letters_become_plain() -> None:
    assert make_upright("𝑥𝛼ℎ𝐱𝒩\ufe00ℝ2") == "xαh𝐱𝒩ℝ2"
