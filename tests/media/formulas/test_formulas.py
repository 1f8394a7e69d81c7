"""Test that formulas are drawn in the fonts of the theme and within the line width."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from lxml import etree

from tests.media.formulas.conftest import MathmlOf
from triptych.media.formulas.breaking import NO_BREAK, split_blocks
from triptych.media.formulas.formulas import (
    Formula,
    FormulaDrawing,
    add_svg,
    draw_formulas,
    load_default_formula_fonts,
    measure_line_gaps,
    select_formula_fonts,
)
from triptych.media.formulas.glyph_svg import list_used_faces
from triptych.media.formulas.typst_notation import write_typst_notation
from triptych.theme.theme import load_theme

LONG = r"$$f(x) = a_1 x + a_2 x^2 + a_3 x^3 + a_4 x^4 + a_5 x^5 + a_6 x^6 + a_7 x^7 + a_8 x^8 = \sum_i a_i x^i \le C$$"


def mathml(inner: str) -> str:
    return f'<math xmlns="http://www.w3.org/1998/Math/MathML">{inner}</math>'


def drawn(inner: str, *, display: bool = True) -> FormulaDrawing:
    (drawing,) = draw_formulas([Formula(mathml(inner), display=display)])
    assert drawing is not None
    return drawing


def test_one_bad_formula_spoils_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    from triptych.media.formulas import formulas

    monkeypatch.setattr(formulas, "write_typst_notation", lambda text, **_: text[6:-7])
    texts = ("x", "nosuchname", "y", "sqrt(z)")
    drawings = draw_formulas([Formula(f"<math>{text}</math>", display=True) for text in texts])
    assert [drawing is not None for drawing in drawings] == [True, False, True, True]


def test_deep_formula_has_its_depth_below_the_baseline() -> None:
    fraction = "<mfrac><mn>1</mn><mfrac><mn>2</mn><mn>3</mn></mfrac></mfrac>"
    assert drawn("<mi>x</mi>", display=False).depth == pytest.approx(0, abs=0.05)
    assert drawn(fraction, display=False).depth > 0.2


def test_a_drawing_survives_its_packing() -> None:
    drawing = drawn("<msup><mi>x</mi><mn>2</mn></msup>")
    assert FormulaDrawing.from_bytes(drawing.to_bytes()) == drawing
    assert FormulaDrawing.from_bytes(b"") is None


def test_same_formulas_have_the_same_drawings() -> None:
    assert drawn("<mi>a</mi><mo>+</mo><mi>b</mi>") == drawn("<mi>a</mi><mo>+</mo><mi>b</mi>")


def test_quotation_mark_in_text_is_escaped() -> None:
    notation = write_typst_notation(mathml('<mtext>a "b\\" #c</mtext>'))
    assert re.fullmatch(r'#words\("a \\"b\\\\\\" #c"\);', notation)
    assert drawn('<mtext>a "b\\" #c</mtext>').width > 3


@pytest.mark.parametrize(
    "sign", ["#", "$", "&", "\\", "_", "^", "/", "'", '"', ";", "*", "@", "~", "√", "⟨", "|"]
)
def test_a_sign_means_itself(sign: str) -> None:
    escaped = sign.replace("&", "&amp;")
    assert drawn(f"<mi>x</mi><mi>{escaped}</mi><mo>{escaped}</mo><mi>y</mi>").width > 1


def test_words_are_set_in_the_face_of_the_text() -> None:
    words = [Formula(mathml("<mtext>otherwise</mtext>"), display=False)]
    house, large = (
        draw_formulas(words, select_formula_fonts(load_theme(name)))[0] for name in ("house", "large-print")
    )
    assert house and large
    assert list_used_faces(house.glyphs) == ["EBGaramond-Regular.ttf"]
    assert list_used_faces(large.glyphs) == ["WorkSans-Regular.ttf"]
    assert large.width > 1.1 * house.width


def test_letters_of_mathematics_are_as_high_as_those_of_the_text() -> None:
    faces = select_formula_fonts(load_theme("large-print"))
    assert (faces.text, faces.math) == ("Work Sans", "Noto Sans Math")
    x, word = draw_formulas(
        [Formula(mathml("<mi>x</mi>"), display=False), Formula(mathml("<mtext>x</mtext>"), display=False)],
        faces,
    )
    assert x and word
    assert x.height == pytest.approx(word.height, abs=0.03)


def test_a_wide_formula_is_broken_before_signs(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([LONG])
    formula = Formula(source, display=True)
    for measure in (15.0, 20.0, 26.0):
        whole, broken = draw_formulas([formula])[0], draw_formulas([formula], text_width=measure)[0]
        assert whole and broken
        assert whole.width > 28
        assert broken.width <= measure
        assert broken.height > 2 * whole.height - 1


@pytest.mark.parametrize(
    "rows",
    [
        r"x &= a_1 x + a_2 x^2 + a_3 x^3 + a_4 x^4 + a_5 x^5 + a_6 x^6 \\ &= y",
        r"a_1 x + a_2 x^2 + a_3 x^3 + a_4 x^4 &= b_1 x + b_2 x^2 + b_3 x^3 + b_4 x^4 \\ &= y",
        r"T = \{ &100000, 200000, 300000, 400000, 500000, 600000, 700000, \\ &800000\}",
    ],
)
def test_rows_that_are_too_wide_are_broken(rows: str, mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([rf"$$\begin{{aligned}} {rows} \end{{aligned}}.$$"])
    formula = Formula(source, display=True)
    whole, broken = draw_formulas([formula])[0], draw_formulas([formula], text_width=14.0)[0]
    assert whole and broken
    assert whole.width > 17
    assert broken.width <= 14
    assert broken.height > whole.height + 1


def test_number_reserves_space(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([LONG])
    free, numbered = draw_formulas(
        [Formula(source, display=True), Formula(source, display=True, number_width=2.25)], text_width=26.0
    )
    assert free and numbered
    assert numbered.width <= 23 < free.width


@pytest.mark.parametrize(("text_width", "is_broken"), [(20.2, False), (20.0, True)])
def test_a_numbered_formula_stays_on_one_line_if_its_number_fits_beside_it(
    text_width: float, is_broken: bool, mathml_of: MathmlOf
) -> None:
    (source,) = mathml_of([r"$$a + b + c + d + e + f + g + h + i + j + k = 0$$"])
    formula = Formula(source, display=True, number_width=2.25)
    (whole,) = draw_formulas([formula])
    (drawing,) = draw_formulas([formula], text_width=text_width)
    assert whole and drawing and 17.1 < whole.width < 17.2
    assert (drawing.height > whole.height + 1) == is_broken


def test_only_the_last_line_of_a_multline_leaves_space_for_the_number(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of(
        [r"$$\begin{multline} a + b + c + d + e + f + g + h + i + j + k \\ = 0 \end{multline}$$"]
    )
    (drawing,) = draw_formulas([Formula(source, display=True, number_width=2.25)], text_width=15.5)
    assert drawing and len(drawing.pieces) == 2
    assert 15.5 - 3 < drawing.width <= 15.5


def test_unbreakable_formula_is_reduced_within_limits() -> None:
    table = "".join(f"<mtd><mn>{number}</mn></mtd>" for number in range(100, 110))
    formula = Formula(mathml(f"<mtable><mtr>{table}</mtr></mtable>"), display=True)
    (whole,) = draw_formulas([formula])
    assert whole
    (fitting,) = draw_formulas([formula], text_width=0.9 * whole.width)
    (stuck,) = draw_formulas([formula], text_width=0.5 * whole.width)
    assert fitting and stuck
    assert fitting.width == pytest.approx(0.9 * whole.width)
    assert fitting.depth == pytest.approx(0.9 * whole.depth)
    assert stuck.width == pytest.approx(0.8 * whole.width)


@pytest.mark.parametrize(
    ("tex", "penalties"),
    [
        (r"$a = b$", [500]),
        (r"$a + b - c \le d$", [700, 700, 500]),
        (r"$a = (b = c) + d$", [500, 700]),
        (r"$a = f(b + c + d)(e - f)$", [500, 1000]),
        (r"$\{ a_1, a_2, a_3, a_4 \}$", [1500]),
        (r"$f(t) = (g(t), h(t))$", [500, 1500]),
        (r"$-a = {b + c}$", [500]),
        (r"$a = \left( b + c \right)$", [500]),
        (r"$= a +$", []),
        (r"$a = \{ b \mid c \}$", [500]),
        (r"$f(x, y)$", []),
    ],
)
def test_inline_formula_breaks_after_operators_and_commas(
    tex: str, penalties: list[int], mathml_of: MathmlOf
) -> None:
    (source,) = mathml_of([tex])
    (drawing,) = draw_formulas([Formula(source, display=False)])
    assert drawing
    assert [piece.penalty for piece in drawing.pieces if 0 < piece.penalty < NO_BREAK] == penalties
    operators = [piece for piece in drawing.pieces if 0 < piece.penalty <= 1000]
    assert [piece.penalty for piece in drawing.pieces].count(NO_BREAK) == len(operators)
    assert FormulaDrawing.from_bytes(drawing.to_bytes()) == drawing


def test_pieces_and_spaces_have_the_width_of_the_formula(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$\frac{a}{b} + c = \sqrt{d} \cdot e_1 \to \int f$"])
    (drawing,) = draw_formulas([Formula(source, display=False)])
    assert drawing
    word_space = load_default_formula_fonts().word_space
    spaces = [piece.space_after + word_space for piece in drawing.pieces[:-1]]
    assert sum(piece.width for piece in drawing.pieces) + sum(spaces) == pytest.approx(drawing.width)
    expected = [4 / 18, 4 / 18, 5 / 18, 5 / 18, 4 / 18, 4 / 18, 5 / 18, 5 / 18]
    assert spaces == pytest.approx(expected, abs=0.03), "the spaces of TeX"


def test_raised_prime_is_read_with_its_formula(mathml_of: MathmlOf) -> None:
    primed, plain = draw_formulas(
        [Formula(source, display=False) for source in mathml_of(["$f'(c)$", "$f(c)$"])]
    )
    assert primed and plain
    assert "f′(c)" in primed.glyphs.decode()
    assert "f(c)" not in plain.glyphs.decode(), "the glyphs suffice"


def test_comma_before_a_break_has_no_space_before_it(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$(\cos x, \sin y z)$"])
    (drawing,) = draw_formulas([Formula(source, display=False)])
    assert drawing
    first, last = drawing.pieces
    space = first.space_after + load_default_formula_fonts().word_space
    assert space == pytest.approx(3 / 18, abs=0.01)
    assert first.width + space + last.width == pytest.approx(drawing.width)


def test_inline_formula_has_its_natural_width(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([LONG.replace("$$", "$")])
    formula = Formula(source, display=False)
    assert draw_formulas([formula], text_width=10.0) == draw_formulas([formula])


def test_drawing_is_an_svg_of_its_size() -> None:
    drawing = drawn("<mi>x</mi><mo>∩</mo><mi>y</mi>")
    root = etree.fromstring(add_svg(drawing, load_default_formula_fonts()).svg)
    assert root.tag.endswith("svg")
    assert float(root.get("width", "").removesuffix("pt")) == pytest.approx(10 * drawing.width, abs=0.01)


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{align} a &= b \\ c &= d^2 \\ e &= f_1 \end{align}",
        r"\begin{gather} a \\ b^2 \\ c \end{gather}",
        r"\begin{cases} a & b \\ (-1)^k & c_p \\ 0 & d \end{cases}",
    ],
)
def test_baselines_of_low_rows_are_evenly_apart(tex: str, mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([f"$${tex}$$"])
    (drawing,) = draw_formulas([Formula(source, display=True, has_numbered_rows=True)])
    assert drawing
    first, second, third = drawing.rows
    assert first - second == pytest.approx(1.65, abs=0.06)
    assert second - third == pytest.approx(1.65, abs=0.02)


def test_texts_between_rows_have_space_above_and_below() -> None:
    row, text = FormulaDrawing(b"", 5, 0.9, 0.2), FormulaDrawing(b"", 5, 0.8, 0.2)
    tall = FormulaDrawing(b"", 5, 5.0, 2.0)
    assert measure_line_gaps([row, text, row], [False, True, False]) == pytest.approx([0, 1.6, 1.5])
    assert measure_line_gaps([row, row, tall], [False] * 3) == pytest.approx([0, 0.75, 0.37])


@pytest.mark.parametrize(
    ("tex", "count"),
    [
        (
            r"\begin{align} a &= \frac{1}{2} \\ b &= c \\ d &= \left(\begin{matrix} 1 \\ 2 \end{matrix}\right) \end{align}",
            3,
        ),
        (r"\begin{gather} a \\ b \end{gather}", 2),
        (r"\begin{multline} a \\ b \\ c \end{multline}", 3),
        (r"\begin{align} a &= b \\ \intertext{and} c &= d \end{align}", 3),
    ],
)
def test_a_drawing_has_the_baselines_of_its_rows(tex: str, count: int, mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([f"$${tex}$$"])
    plain = Formula(source, display=True)
    drawing, unmarked = draw_formulas([replace(plain, has_numbered_rows=True), plain])
    assert drawing and unmarked
    assert unmarked.rows == ()
    assert len(drawing.rows) == count
    assert drawing.height > drawing.rows[0] and drawing.rows[-1] > 0
    assert all(above - below > 1 for above, below in zip(drawing.rows, drawing.rows[1:], strict=False))
    assert (drawing.width, drawing.height) == (unmarked.width, unmarked.height)
    assert FormulaDrawing.from_bytes(drawing.to_bytes()) == drawing


def test_text_between_rows_is_apart_and_keeps_the_alignment(mathml_of: MathmlOf) -> None:
    tex = r"\begin{align} a &= b + c \\ \intertext{and so $x$} abcdef &= d \\ g &= h \end{align}"
    (source,) = mathml_of([f"$${tex}$$"])
    formula = Formula(source, display=True, number_width=2.25, has_numbered_rows=True)
    assert [block.side for block in split_blocks(source)] == ["center", "text", "center"]
    (drawing,) = draw_formulas([formula], text_width=40.0)
    assert drawing is not None
    first, text, second = drawing.pieces
    assert first.width == pytest.approx(second.width) and text.width < first.width
    assert len(drawing.rows) == 4


def test_long_text_between_rows_is_broken_into_lines(mathml_of: MathmlOf) -> None:
    words = "one two three four five six seven eight nine ten"
    (source,) = mathml_of([f"$$\\begin{{align}} a &= b \\\\ \\intertext{{{words}}} c &= d \\end{{align}}$$"])
    wide, narrow = (draw_formulas([Formula(source, display=True)], text_width=width)[0] for width in (40, 12))
    assert wide and narrow
    assert narrow.pieces[1].width <= 12 < wide.pieces[1].width
    assert narrow.pieces[1].height > 2 * wide.pieces[1].height


def test_letters_in_boxes_have_the_size_of_others(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$$x \boxed{x \boxed{x}}$$"])
    fonts = replace(load_default_formula_fonts(), math_scale=0.8)
    (drawing,) = draw_formulas([Formula(source, display=True)], fonts)
    assert drawing is not None
    assert set(re.findall(rb'size="([\d.]+)"', drawing.glyphs)) == {b"8"}


def test_drawing_is_as_wide_as_the_text_between_its_rows(mathml_of: MathmlOf) -> None:
    words = "a text that is wider than all rows"
    table = f"\\begin{{align}} a &= b & c &= d \\\\ \\intertext{{{words}}} e &= f & g &= h \\end{{align}}"
    drawings = draw_formulas(
        [Formula(one, display=True) for one in mathml_of([f"$${table}$$", f"$$\\text{{{words}}}$$"])]
    )
    assert all(drawings)
    table_width, text_width = (drawing.width for drawing in drawings if drawing)
    assert table_width == pytest.approx(text_width, abs=0.01)


def test_broken_rows_have_one_baseline_each(mathml_of: MathmlOf) -> None:
    long = " + ".join("abcdefghijklm")
    (source,) = mathml_of([f"$$\\begin{{align}} x &= {long} \\\\ y &= z \\end{{align}}$$"])
    formula = Formula(source, display=True, number_width=2.25, has_numbered_rows=True)
    whole, broken = draw_formulas([formula])[0], draw_formulas([formula], text_width=20.0)[0]
    assert whole and broken
    assert broken.height > whole.height and len(broken.rows) == len(whole.rows) == 2


def test_drawing_does_not_depend_on_other_formulas(mathml_of: MathmlOf) -> None:
    output = [r"$x^2 = \sqrt{y}$", r"$\alpha + \beta$", r"$$\sum_{i=1}^n \left( \frac{a}{b} \right)$$"]
    formulas = [Formula(item, display=at == 2) for at, item in enumerate(mathml_of(output))]
    assert draw_formulas(formulas) == [draw_formulas([formula])[0] for formula in formulas]


def test_drawing_without_colours_inherits_them() -> None:
    plain = drawn("<mfrac><mi>x</mi><mi>y</mi></mfrac>").glyphs.decode()
    assert set(re.findall('(?:fill|stroke)="([^"]*)"', plain)) == {"context-fill", "none"}


def test_drawing_has_text_if_its_glyphs_do_not_represent_it(mathml_of: MathmlOf) -> None:
    def read(tex: str) -> str:
        (source,) = mathml_of([tex])
        (drawing,) = draw_formulas([Formula(source, display=tex.startswith("$$"))])
        assert drawing
        return etree.fromstring(drawing.glyphs).get("{urn:triptych:glyphs}text", "")

    assert read(r"$f(x)$") == read(r"$\mathcal{N}$") == ""
    assert read(r"$x^2$") == "x²"
    assert read(r"$$\frac{a + b}{\mathbf{c}}$$") == "(a + b)/𝐜"
    assert read(r"$$\overbrace{x + y}^n$$") == "(x + y)^⏞ⁿ"


def test_text_of_a_fraction_begins_with_a_space_on_the_baseline(mathml_of: MathmlOf) -> None:
    fraction, sum_of_letters = mathml_of([r"$\frac{a}{b}$", r"$a_1+b$"])
    drawings = draw_formulas([Formula(fraction, display=False), Formula(sum_of_letters, display=False)])
    assert drawings[0] is not None and drawings[1] is not None
    run = next(etree.fromstring(drawings[0].glyphs).iter("{urn:triptych:glyphs}glyphs"))
    assert run.get("ids", "").endswith(":0:20")
    assert float(run.get("y", "")) == pytest.approx((drawings[0].height - drawings[0].depth) * 10, abs=0.01)
    assert b":0:20" not in drawings[1].glyphs
