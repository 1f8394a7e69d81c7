"""Test that MathML preserves the meaning of TeX: opening bars, binary operators, bold symbols."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from tests.media.formulas.conftest import MathmlOf
from triptych.media.formulas.mathml import add_row_numbers, set_texts_at_margin
from triptych.media.xml_parsing import MATHML

_SIGN = re.compile(r"<m([io])([^>]*)>([|‖∥+−])</m[io]>")


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"|x|+|y|", "( ) + ( )"),
        (r"\|x\|_2 - \|y\|", "( ) − ( )"),
        (r"|-x|", "( u )"),
        (r"|x|^2 + 1", "( ) +"),
        (r"\bigl|x\bigr| + y", "( ) +"),
        (r"P(A|B) + 1", "| +"),
        (r"\{x|x>0\}", "|"),
        (r"||x|| + 1", "( ( ) ) +"),
        (r"(|a|, |b|)", "( ) ( )"),
        (r"|\psi\rangle + |\phi\rangle", "| + |"),
        (r"a = |b - c|", "( − )"),
        (r"\lvert x \rvert + 1", "( ) +"),
    ],
)
def test_bars_open_and_close(tex: str, expected: str, mathml_of: MathmlOf) -> None:
    (mathml,) = mathml_of([f"$${tex}$$"])
    signs = []
    for kind, attributes, sign in _SIGN.findall(mathml):
        if sign in "+−":
            signs.append("u" if kind == "i" else sign)
        else:
            assert kind == "i" or "form" in attributes
            signs.append("|" if kind == "i" else "(" if "prefix" in attributes else ")")
    assert " ".join(signs) == expected


def test_sign_after_an_alignment_point_is_binary(mathml_of: MathmlOf) -> None:
    (mathml,) = mathml_of([r"$$\begin{aligned} a &= b \\ &+ c \\ &\quad - d \\ &-e\end{aligned}$$"])
    assert len(re.findall("<mo[^>]*>[+−]</mo>", mathml)) == 3 and not re.search("<mi>[+−]</mi>", mathml)


def test_a_sign_of_likeness_after_a_point_of_alignment_is_none_of_logic(mathml_of: MathmlOf) -> None:
    aligned, alone = mathml_of([r"$$\begin{aligned} a &\sim b \\ &= c\end{aligned}$$", r"$\sim 5$"])
    assert '<mo form="infix">∼</mo>' in aligned and "<mo>=</mo>" in aligned
    assert "<mo>∼</mo>" in alone


def test_bold_letters_are_upright_and_bold_symbols_are_not(mathml_of: MathmlOf) -> None:
    upright, slanted = mathml_of([r"$\mathbf{x1\beta}$", r"$\boldsymbol{x}$"])
    assert "𝐱" in upright and "𝟏" in upright and "𝛃" in upright and "bold-sans-serif" not in upright
    assert "𝒙" in slanted


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"1{,}000", "<mi>,</mi>"),
        (r"f\colon X", "<mi>:</mi>"),
        (r"\cfrac{1}{x}", '<mstyle displaystyle="true">'),
        (r"\dbinom{n}{k}", 'linethickness="0"'),
        (r"\begin{aligned}a \newline b\end{aligned}", "<mtable>"),
        (r"30\degree", "<mo>∘</mo>"),
        (r"\textcolor{red}{x}", "<mi>x</mi>"),
        (r"\textcolor[HTML]{FF0000}{x}", "<mi>x</mi>"),
        (r"{\color[HTML]{FF0000} x}", "<mi>x</mi>"),
        (r"\colorbox{red}{so}", ">so</mtext>"),
        (r"\fcolorbox{red}{blue}{so}", ">so</mtext>"),
        (r"\bbox[yellow]{x}", "<mi>x</mi>"),
        (r"\text {{\rm s.t.}}", ">s.t.</mtext>"),
        (r"\text{\bf so}", ">𝐬𝐨</mtext>"),
        (r"\mbox{\rm so}", ">so</mtext>"),
        (r"\prod_{j=1\\j\neq i}^{d} x", "<mtable>"),
        (r"\sum_{\begin{matrix}a\\b\end{matrix}} x", "<mtable>"),
        (r"\displaystyle\sum_i x", 'displaystyle="true"'),
        (r"a\negthinspace b\thinspace c", 'width="-0.167em"'),
    ],
)
def test_constructs_that_pandoc_does_not_support_are_rewritten(
    tex: str, expected: str, mathml_of: MathmlOf
) -> None:
    (mathml,) = mathml_of([f"${tex}$"])
    assert expected in mathml


def test_unambiguous_mathml_is_unchanged(mathml_of: MathmlOf) -> None:
    (mathml,) = mathml_of([r"$a + b \mid c$"])
    assert "<mo>∣</mo>" in mathml and "<mo>+</mo>" in mathml


def test_numbers_of_rows_are_in_a_last_cell(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$$\begin{align} a &= b \\ c \end{align}$$"])
    numbered = add_row_numbers(source, [("eq-a", "(1)"), ("", "")], at_margin=True)
    root = etree.fromstring(numbered.encode())
    (table,) = root
    assert (root.get("class"), table.get("class")) == ("numbered", "numbered")
    assert [row.get("id") for row in table] == ["eq-a", None]
    cells = ["equation-space", None, None, None, "equation-number"]
    assert [[cell.get("class") for cell in row] for row in table] == [cells, cells]
    assert ["".join(row[-1].itertext()) for row in table] == ["(1)", ""]


@pytest.mark.parametrize("numbers", [(), ("(1)", "", "")])
def test_text_between_rows_spans_the_whole_width(numbers: tuple[str, ...], mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$$\begin{align} a &= b \\ \intertext{and} c &= d \end{align}$$"])
    rows = [("", number) for number in numbers]
    written = add_row_numbers(source, rows, at_margin=True) if rows else set_texts_at_margin(source)
    ((first, text, second),) = etree.fromstring(written.encode())
    assert [len(first), len(text), len(second)] == [5, 1, 5]
    assert text[0].get("columnspan") == "5"


def test_a_formula_without_rows_gets_a_row_for_its_number(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of(["$$a = b$$"])
    numbered = add_row_numbers(source, [("eq-a", "(1)")], at_margin=False)
    (table,) = etree.fromstring(numbered.encode())
    assert ["".join(cell.itertext()) for cell in table[0]] == ["a=b", "(1)"]
    assert table[0][1][0].get("width") == "2em"


@pytest.mark.parametrize(
    ("tex", "stretchy"),
    [(r"\hat{H}", "false"), (r"\vec{v}", "false"), (r"\widehat{H}", "true"), (r"\hat{AB}", None)],
)
def test_only_wide_accents_stretch_over_a_letter(tex: str, stretchy: str | None, mathml_of: MathmlOf) -> None:
    (mathml,) = mathml_of([f"${tex}$"])
    (accent,) = etree.fromstring(mathml).iter(f"{MATHML}mover")
    assert accent[1].get("stretchy") == stretchy


def test_scripts_have_the_heights_of_prescripts(mathml_of: MathmlOf) -> None:
    (mathml,) = mathml_of([r"$\prescript{a}{b}{X}^d$"])
    assert "<mi>X</mi><none/><mi>d</mi><mprescripts/><mi>b</mi><mi>a</mi>" in mathml
