"""Formulas are drawn, in the faces of the theme and within the measure."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from tests.media.formulas.conftest import MathmlOf
from triptych.media.formulas.formulas import Formula, FormulaDrawing, draw_formulas, select_formula_fonts
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

    monkeypatch.setattr(formulas, "write_typst_notation", lambda text, display: text)
    texts = ("x", "nosuchname", "y", "sqrt(z)")
    drawings = draw_formulas([Formula(text, display=False) for text in texts])
    assert [drawing is not None for drawing in drawings] == [True, False, True, True]


def test_a_deep_formula_says_how_far_it_is_below_the_line() -> None:
    fraction = "<mfrac><mn>1</mn><mfrac><mn>2</mn><mn>3</mn></mfrac></mfrac>"
    assert drawn("<mi>x</mi>", display=False).depth == pytest.approx(0, abs=0.05)
    assert drawn(fraction, display=False).depth > 0.2


def test_a_drawing_survives_its_packing() -> None:
    drawing = drawn("<msup><mi>x</mi><mn>2</mn></msup>")
    assert FormulaDrawing.from_bytes(drawing.to_bytes()) == drawing
    assert FormulaDrawing.from_bytes(b"") is None


def test_the_same_formulas_give_the_same_drawings() -> None:
    assert drawn("<mi>a</mi><mo>+</mo><mi>b</mi>") == drawn("<mi>a</mi><mo>+</mo><mi>b</mi>")


def test_a_quotation_mark_in_a_text_does_not_end_it() -> None:
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
    assert house.svg != large.svg and large.width > 1.1 * house.width


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


def test_a_number_takes_its_room(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([LONG])
    free, numbered = draw_formulas(
        [Formula(source, display=True), Formula(source, display=True, numbered=True)], text_width=26.0
    )
    assert free and numbered
    assert numbered.width <= 20 < free.width


def test_what_cannot_be_broken_is_made_smaller_within_limits() -> None:
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


def test_a_long_formula_in_a_line_comes_in_pieces(mathml_of: MathmlOf) -> None:
    written = [r"$a = (b = c) + d + e + f + g \le h$", r"$a = b$", r"$a + b + c + d + e + f + g + h$"]
    long, short, even = draw_formulas([Formula(source, display=False) for source in mathml_of(written)])
    assert long and short and even
    assert len(long.pieces) == 3 and short.pieces == even.pieces == ()
    assert sum(piece.width for piece in long.pieces) == pytest.approx(long.width, abs=2 * 0.3)
    assert FormulaDrawing.from_bytes(long.to_bytes()) == long


def test_a_formula_in_a_line_is_as_wide_as_it_is(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([LONG.replace("$$", "$")])
    formula = Formula(source, display=False)
    assert draw_formulas([formula], text_width=10.0) == draw_formulas([formula])


def test_a_drawing_is_an_svg_of_its_size() -> None:
    drawing = drawn("<mi>x</mi><mo>∩</mo><mi>y</mi>")
    root = etree.fromstring(drawing.svg)
    assert root.tag.endswith("svg")
    assert float(root.get("width", "").removesuffix("pt")) == pytest.approx(10 * drawing.width, abs=0.01)
