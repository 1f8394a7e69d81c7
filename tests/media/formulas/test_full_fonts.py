"""Glyphs of subsets are found in the full font: letters, size variants, and parts of large brackets."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from tests.media.formulas.conftest import MathmlOf
from triptych.media.formulas.formulas import Formula, draw_formulas, load_default_formula_fonts
from triptych.media.formulas.full_fonts import load_full_font, read_outline

GLYPHS = "{urn:triptych:glyphs}glyphs"


def names_of(mathml: str, *, display: bool) -> list[str]:
    """The names of the glyphs of a formula."""
    (drawing,) = draw_formulas([Formula(mathml, display=display)])
    assert drawing
    fonts = {face.name: load_full_font(face).font for face in load_default_formula_fonts().faces}
    return [
        fonts[run.get("face", "")].get_glyph_name(int(item.split(":")[0]))
        for run in etree.fromstring(drawing.glyphs).iter(GLYPHS)
        for item in run.get("ids", "").split()
    ]


def test_letters_and_script_forms_are_found(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$x_1$"])
    assert names_of(source, display=False) == ["u1D465", "one.s"]


def test_size_variants_and_parts_of_brackets_are_found(mathml_of: MathmlOf) -> None:
    rows = r" \\ ".join("abcdefgh")
    roots, brackets = mathml_of(
        [r"$$\sqrt{\frac{a}{b}}$$", rf"$$\left( \begin{{matrix}} {rows} \end{{matrix}} \right.$$"]
    )
    assert names_of(roots, display=True)[0].startswith("radical.v")
    assert set(names_of(brackets, display=True)) >= {"uni239B", "uni239C", "uni239D"}


def test_all_glyphs_of_a_hundred_formulas_are_found(mathml_of: MathmlOf) -> None:
    output = Path(__file__).with_name("formulas.txt").read_text("utf-8").splitlines()
    mathml = mathml_of([tex if tex.startswith("$") else f"$${tex}$$" for tex in output])
    formulas = [
        Formula(item, display=not tex.startswith("$")) for tex, item in zip(output, mathml, strict=True)
    ]
    for tex, drawing in zip(output, draw_formulas(formulas), strict=True):
        assert drawing
        paths = [item for item in etree.fromstring(drawing.glyphs) if item.tag != GLYPHS]
        assert all(path.get("fill") == "none" for path in paths), tex


def test_blank_glyph_is_found_by_its_text() -> None:
    full = load_full_font(load_default_formula_fonts().faces[-1])
    space, no_break = (full.font.get_nominal_glyph(ord(text)) for text in " \u2003")
    assert space and no_break and not read_outline(full.font, space)
    assert full.find_glyph(full.font, space, " ", None) == space
    assert full.find_glyph(full.font, no_break, "", None) is None
