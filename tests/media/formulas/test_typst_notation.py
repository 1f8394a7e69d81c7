"""MathML in Typst's notation: spaces as TeX sets them, scripts and limits, tables."""

from __future__ import annotations

import pytest

from tests.media.formulas.conftest import MathmlOf
from triptych.media.formulas.typst_notation import write_typst_notation


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        # A space that is written out is added to the one that is there without it.
        (r"a\!b", "a#h(-0.167em);b"),
        (r"a\,=b", "a#h(0.445em);= b"),
        (r"\exp\!\left(x\right)", "#h(0em);lr(\\u{28} x \\u{29})"),
        (r"a \; +\quad b", 'a#h(0.5em);class("binary", +)#h(1.222em);b'),
        # Dots have a thin space on each side, brackets that grow have none before an argument.
        (r"x\cdots y", 'x#h(0.167em);class("normal", ⋯)#h(0.167em);y'),
        (r"f\left(x\right)", "f lr("),
        (r"\frac1a\left(x\right)", "frac(1, a)#h(0.167em);lr("),
        # Scripts stand beside what is no sum and no limit.
        (r"\|x\|_2^2", 'attach(scripts(class("closing", \\u{2016})), b: 2, t: 2)'),
        (r"\sum_i", "attach(limits(∑), b: i)"),
        (r"\int_0^1", "attach(scripts(∫), b: 0, t: 1)"),
        (r"\int\limits_0^1", "attach(limits(∫), b: 0, t: 1)"),
        (r"\sum\nolimits_i", "attach(scripts(∑), b: i)"),
        (r"\frac{\sum_i x}{n}", "attach(scripts(∑), b: i)"),
        (r"\bigoplus_j V", "attach(limits(⨁), b: j)"),
        # A text has the blanks that it has, and no others.
        (r"x\text{ if }y", 'x#words(" if ");y'),
        (r"\mathrm{Var}(X)", '#words("Var");\\u{28}'),
        (r"\operatorname{Var}(X)", 'op(#words("Var");)'),
        (r"\left.x\right|_0", 'lr(#h(0em);x class("closing", \\u{7c}))'),
        (r"\left(a\middle|b\right)", 'mid(class("fence", \\u{7c}))'),
        (r"A\setminus B", 'A class("binary", ∖) B'),
    ],
)
def test_a_displayed_formula(tex: str, expected: str, mathml_of: MathmlOf) -> None:
    (mathml,) = mathml_of([f"$${tex}$$"])
    assert expected in write_typst_notation(mathml, display=True)


def test_signs_in_scripts_have_no_spaces(mathml_of: MathmlOf) -> None:
    (mathml,) = mathml_of([r"$$x_{1,\ldots,n}$$"])
    assert 'b: 1 \\u{2c} class("normal", …) \\u{2c} n' in write_typst_notation(mathml, display=True).replace(
        "#h(0em);", " "
    )


def test_cells_of_matrices_are_no_smaller_than_the_text(mathml_of: MathmlOf) -> None:
    matrix, lines = mathml_of(
        [r"$\begin{pmatrix}a&b\end{pmatrix}$", r"$$\begin{aligned}a&=b\\&+c\end{aligned}$$"]
    )
    assert "inline(a), inline(b)" in write_typst_notation(matrix)
    notation = write_typst_notation(lines, display=True)
    assert "display(a) & display(#h(0.278em);= b)" in notation
    assert '"" & display(#h(0.222em);class("binary", +)#h(0.222em);c)' in notation.replace(
        " c)", "#h(0.222em);c)"
    )
