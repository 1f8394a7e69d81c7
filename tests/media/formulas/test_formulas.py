"""Formulas are drawn, whatever notation Typst takes."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from triptych.engine.cache import Cache
from triptych.media.formulas.formulas import Drawing, Formula, draw_formulas
from triptych.media.formulas.typst_notation import typst_notation
from triptych.reading.pandoc import read_markdown

MATHML = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mi>x</mi><mo>∩</mo><mi>y</mi></math>'

# What TeX can say, one formula for each construct.
CONSTRUCTS = [
    r"\begin{aligned} a &= b \\ &= c \end{aligned}",
    r"f(x) = \begin{cases} 1 & x > 0 \\ 0 & \text{otherwise} \end{cases}",
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix} \begin{vmatrix} a & b \\ c & d \end{vmatrix}",
    r"\begin{bmatrix} a_{11} & \cdots \\ \vdots & \ddots \end{bmatrix}",
    r"\begin{array}{lr} a & b \\ c & d \end{array}",
    r"\overbrace{a + b}^{n} + \underbrace{c + d}_{\text{rest}}",
    r"\lim_{x \to 0} \sup_{n} \sum_{i=1}^{n} \prod_j \int_0^1 \oint",
    r"\hat{a} \bar{b} \tilde{c} \vec{d} \dot{e} \ddot{f} \check{g} \overline{hi} \widehat{jk}",
    r"\mathbb{R} \mathcal{L} \mathfrak{g} \mathbf{x} \mathsf{s} \mathtt{t} \mathrm{d}",
    r"\text{if } x, \quad y \; z \, w \! v",
    r"\left( \frac{a}{b} \right] \left\{ x \right. \left\langle y \right\rangle \lfloor z \rfloor",
    r"{}^{14}_{6}\mathrm{C} + \mathrm{SO_4^{2-}} \longrightarrow \mathrm{H_2O}",
    r"A \cap B \cup C \otimes D \odot E \ominus F \oplus G \bigcap_i H_i \bigotimes_j K_j",
    r"\llbracket x \rrbracket \ne \emptyset \iff \forall x \exists y : x \not\in y",
    r"\sqrt{x} + \sqrt[n]{y} + \binom{n}{k} + \tfrac12 + \dfrac34",
    r"a \xrightarrow{f} b \overset{!}{=} c \stackrel{d}{\to} e",
    r"\boxed{x} \phantom{y} \cancel{z} \substack{a \\ b}",
    r"\operatorname{argmax}_x \sin^2 \theta + \arg\max_y \log_2 n \bmod 3",
    r"\begin{gathered} a \\ b \end{gathered} \quad \begin{smallmatrix} 1 & 0 \\ 0 & 1 \end{smallmatrix}",
]


def forms(tex: str, cache: Cache) -> dict[str, str]:
    (reading,) = read_markdown([f"$${tex}$$"], cache)
    assert not isinstance(reading, Exception)
    (_, _, pairs), _ = reading.blocks[0]["c"][0]["c"]
    return dict(pairs)


@pytest.mark.parametrize("tex", CONSTRUCTS)
def test_each_construct_of_tex_has_all_forms(tex: str, shared_cache: Cache) -> None:
    known = forms(tex, shared_cache)
    assert known["mathml"] and known["typst"] and known["omml"]
    first, second = draw_formulas(
        [
            Formula(known["typst"], display=True, mathml=known["mathml"]),
            Formula(typst_notation(known["mathml"]), display=True),
        ]
    )
    assert first is not None
    # The second notation is for what the first cannot say, and about as wide.
    assert second is not None
    assert second.width == pytest.approx(first.width, rel=0.35)


def test_what_typst_refuses_is_drawn_from_its_mathml() -> None:
    (drawing,) = draw_formulas([Formula("nosuchname(x)", display=False, mathml=MATHML)])
    assert drawing is not None
    assert etree.fromstring(drawing.svg).tag.endswith("svg")


@pytest.mark.parametrize(
    "tex",
    [
        r"\begin{array}{ll} a & b \\ c & d \end{array}",
        r"x = \substack{a \\ b} + 1",
        r"y \begin{smallmatrix} 1 & 0 \\ 0 & 1 \end{smallmatrix} z",
    ],
)
def test_a_table_stays_a_table(tex: str, shared_cache: Cache) -> None:
    known = forms(tex, shared_cache)
    kept, loose = draw_formulas(
        [Formula(known["typst"], display=True, mathml=mathml) for mathml in (known["mathml"], "")]
    )
    assert kept is not None and loose is not None
    assert kept.width > loose.width
    assert kept.height < 3


def test_one_bad_formula_spoils_no_other() -> None:
    drawn = draw_formulas([Formula(text, display=False) for text in ("x", "nosuchname", "y", "sqrt(z)")])
    assert [drawing is not None for drawing in drawn] == [True, False, True, True]


def test_names_of_symbols_in_a_text_stay() -> None:
    symbol, text = draw_formulas([Formula("sect", display=False), Formula('"sect"', display=False)])
    assert symbol is not None and text is not None
    assert text.width > 1.5 * symbol.width


def test_a_deep_formula_says_how_far_it_is_below_the_line() -> None:
    flat, deep = draw_formulas([Formula("x", display=False), Formula("1/(2/3)", display=False)])
    assert flat is not None and deep is not None
    assert flat.depth == pytest.approx(0, abs=0.05)
    assert deep.depth > 0.2


def test_a_drawing_survives_its_packing() -> None:
    (drawing,) = draw_formulas([Formula("x^2", display=True)])
    assert drawing is not None
    assert Drawing.unpacked(drawing.packed()) == drawing
    assert Drawing.unpacked(b"") is None


def test_the_same_formulas_give_the_same_drawings() -> None:
    formulas = [Formula("a + b", display=True), Formula("sum_(i=1)^n i", display=True)]
    assert draw_formulas(formulas) == draw_formulas(formulas)


def test_a_quotation_mark_in_a_text_does_not_end_it() -> None:
    mathml = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mtext>a "b\\" #c</mtext></math>'
    notation = typst_notation(mathml)
    assert re.fullmatch(r'"a \\"b\\\\\\" #c"', notation)
    assert draw_formulas([Formula(notation, display=False)])[0] is not None
