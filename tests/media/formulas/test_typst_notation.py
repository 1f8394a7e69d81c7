"""Test MathML in Typst's notation: spaces as in TeX, scripts and limits, tables."""

from __future__ import annotations

import re

import pytest
from lxml import etree

from tests.media.formulas.conftest import MathmlOf
from triptych.media.formulas.formulas import Formula, draw_formulas
from triptych.media.formulas.typst_notation import split_table_at_texts, write_atoms, write_typst_notation
from triptych.media.xml_parsing import MATHML


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        # An explicit space is added to the default space.
        (r"a\!b", "a#h(-0.167em);b"),
        (r"a\,=b", "a#h(0.445em);= b"),
        (r"\exp\!\left(x\right)", "#h(0em);lr(\\u{28} x \\u{29})"),
        (r"a \; +\quad b", 'a#h(0.5em);class("binary", +)#h(1.222em);b'),
        # Dots and stretchy brackets have a thin space on each side, unless they are an ordinary atom in braces.
        (r"x\cdots y", 'x#h(0.167em);class("normal", ⋯)#h(0.167em);y'),
        (r"f\left(x\right)", "f#h(0.167em);lr("),
        (r"\left(x\right)^2y", "t: 2)#h(0.167em);y"),
        (r"f{\left(x\right)}", 'f class("normal", lr('),
        (r"2\mathinner{|x|}", '2#h(0.167em);class("normal", '),
        (r"x{\to}y", 'x class("normal", →) y'),
        (r"\forall\,x", 'class("normal", ∀)#h(0.167em);x'),
        (r"\ket{\uparrow}", 'class("normal", \\u{7c}) class("normal", ↑) \\u{27e9}'),
        (r"\frac1a\left(x\right)", "frac(1, a)#h(0.167em);lr("),
        # Scripts are placed beside symbols that are neither sums nor limits.
        (r"\|x\|_2^2", 'attach(scripts(class("closing", \\u{2016})), b: 2, t: 2)'),
        (r"\sum_i", "attach(limits(∑), b: i)"),
        (r"\int_0^1", "attach(scripts(∫), b: 0, t: 1)"),
        (r"\int\limits_0^1", "attach(limits(∫), b: 0, t: 1)"),
        (r"\sum\nolimits_i", "attach(scripts(∑), b: i)"),
        (r"\frac{\sum_i x}{n}", "attach(scripts(∑), b: i)"),
        (r"\bigoplus_j V", "attach(limits(⨁), b: j)"),
        (r"\bigoplus\nolimits_j V", "attach(scripts(⨁), b: j)"),
        (r"\frac{\bigotimes_j V}{n}", "attach(scripts(⨂), b: j)"),
        (r"\max\limits_x\nolimits^2 y", 'attach(op(#words("max");), b: x, t: 2) y'),
        (r"\cfrac{1}{1+\cfrac12}", "2)#h(-0.1em);)))"),
        (r"\cfrac{1}{\cfrac12 + 1}", "2)) + 1)"),
        (r"a \atop b", '""#box(inset: (x: 0.1em), $display(mat(delim: #none, a; b))$);""'),
        (r"\genfrac{[}{]}{0pt}{}{a}{b}", "lr(\\u{5b} mat(delim: #none, a; b) \\u{5d})"),
        (r"\begin{align} \MoveEqLeft a \\ &= c \end{align}", "display(#h(2em);)&display(#h(-2em);a);"),
        (r"\begin{align} \MoveEqLeft[3] a \\ &= c \end{align}", "display(#h(3em);)&display(#h(-3em);a);"),
        (r"2+\ddots", '2 +#h(0.222em);class("normal", ⋱)'),
        # An empty group is an operand.
        (r"x{}+{}", 'x "" + ""'),
        (r"\begin{alignat}{2} x & {}+{} & y \end{alignat}", '&display("" + ""), display(y)&'),
        (r"\begin{align} b & \mathbin{\bigcirc} c \end{align}", '&display(#h(0.222em);class("binary", ○) c)'),
        (r"\set{x | y}", "\\u{7b}#h(0.167em);x \\u{2223} y#h(0.167em);\\u{7d}"),
        (r"\Set{x | y}", "lr(\\u{7b}#h(0.222em);x#h(0.278em);class"),
        # The spaces in a text are preserved.
        (r"x\text{ if }y", 'x#words(" if ");y'),
        (r"\mathbf{x1}", '#words("x1", weight: 700);'),
        (r"\mathsf{a1}", '#math.upright("𝖺𝟣");'),
        (r"\mathbf{12}x", '#math.upright("𝟏𝟐");x'),
        (r"a\nleqslant b", 'a class("relation", cancel(⩽, angle'),
        (r"\mathrm{Var}(X)", '#words("Var");\\u{28}'),
        (r"\operatorname{Var}(X)", 'op(#words("Var");)'),
        (r"\left.x\right|_0", 'lr(#h(0em);x class("closing", \\u{7c}))'),
        (r"\left(a\middle|b\right)", 'class("opening", mid(class("normal", \\u{7c})))'),
        (r"A\setminus B", 'A class("binary", ∖) B'),
    ],
)
def test_a_displayed_formula(tex: str, expected: str, mathml_of: MathmlOf) -> None:
    (mathml,) = mathml_of([f"$${tex}$$"])
    assert expected in write_typst_notation(mathml, display=True)


@pytest.mark.parametrize(
    ("commands", "kind"),
    [
        ("forall exists nexists neg angle surd infty Box bigstar backslash vdots diagup", "ord"),
        ("boxplus rtimes barwedge intercal veebar dotplus curlyvee Cap bigcirc amalg wr centerdot", "bin"),
        ("because therefore backepsilon circlearrowleft dashrightarrow nleqslant ngeqq nsubseteqq", "rel"),
        ("leadsto shortmid nshortparallel thicksim varsubsetneqq gvertneqq trianglelefteq vdash", "rel"),
    ],
)
def test_symbols_have_the_class_of_tex(commands: str, kind: str, mathml_of: MathmlOf) -> None:
    tex = [rf"$a\{command} b$" for command in commands.split()]
    kinds = [[atom.kind for atom in write_atoms(mathml, display=False)] for mathml in mathml_of(tex)]
    assert dict(zip(tex, kinds, strict=True)) == {formula: ["ord", kind, "ord"] for formula in tex}


def test_signs_in_scripts_have_no_spacing(mathml_of: MathmlOf) -> None:
    (mathml,) = mathml_of([r"$$x_{1,\ldots,n}$$"])
    assert 'b: 1 \\u{2c} class("normal", …) \\u{2c} n' in write_typst_notation(mathml, display=True).replace(
        "#h(0em);", " "
    )


def test_rules_of_a_grid_have_the_rows_in_which_they_are(mathml_of: MathmlOf) -> None:
    rows = r"\multicolumn{1}{c}{} & b \\ 1 & 2 \\ \hline 3 & 4 \\ \multicolumn{2}{|c|}{c}"
    plain, other = mathml_of(
        [rf"$$\begin{{array}}{{c|c}} {one} \end{{array}}$$" for one in (r"a & b \\ c & d", rows)]
    )
    assert "grid.vline(x: 1, stroke: 0.05em)" in write_typst_notation(plain)
    notation = write_typst_notation(other)
    assert re.findall(r"grid\.vline\((.*?), stroke", notation) == [
        "x: 0, start: 3, end: 4", "x: 1, start: 1, end: 3", "x: 2, start: 3, end: 4",
    ]  # fmt: skip
    assert "x: 0, y: 3, colspan: 2, align: center" in notation


def test_formulas_in_text_between_rows_keep_the_spaces_of_their_signs(mathml_of: MathmlOf) -> None:
    (mathml,) = mathml_of([r"$$\begin{align} a \\ \intertext{if $x \in A\,\cup B$ is} b \end{align}$$"])
    blocks = split_table_at_texts(next(etree.fromstring(mathml).iter(f"{MATHML}mtable")))
    assert [block.notation for block in blocks if block.is_text] == [
        '#wrapped([#words("if ");$x ∈ A#h(0.389em);class("binary", ∪) B$#words(" is");]);'
    ]


def test_matrix_cells_have_the_text_size(mathml_of: MathmlOf) -> None:
    matrix, lines = mathml_of(
        [r"$\begin{pmatrix}a&b\end{pmatrix}$", r"$$\begin{aligned}a&=b\\&+c\end{aligned}$$"]
    )
    assert "inline(a), inline(b)" in write_typst_notation(matrix)
    notation = write_typst_notation(lines, display=True)
    assert "display(a)&display(#h(0.278em);= b)" in notation
    assert '""&display(#h(0.222em);class("binary", +)#h(0.222em);c)' in notation.replace(
        " c)", "#h(0.222em);c)"
    )


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\textcolor{red}{x}", '#text(fill: rgb("#ff0000"), $x$);'),
        (r"a \textcolor{red}{=} b", 'class("relation", #text(fill: rgb("#ff0000"), $=$);)'),
        (r"\colorbox{red}{x}", '#box(fill: rgb("#ff0000")'),
        (r"\begin{array}{c|c} a & b \end{array}", "grid.vline(x: 1, stroke: 0.05em)"),
        (r"\begin{array}{c||c} a & b \end{array}", "grid.vline(x: 2, stroke: 0.05em)"),
        (r"\begin{array}{c} a \\ \hline b \end{array}", "grid.hline(y: 1, stroke: 0.05em)"),
        (r"\begin{array}{c} a \\ \hdashline b \end{array}", 'dash: "dashed"'),
        (r"\begin{array}{cc} a & b \\ \cline{2-2} c & d \end{array}", "grid.hline(y: 1, start: 1, end: 2"),
        (r"\begin{array}{cc} \multicolumn{2}{c}{a} \\ b & c \end{array}", "x: 0, y: 0, colspan: 2"),
        (r"\begin{array}{|c} a \end{array}", "#box(stroke: (left: 0.05em)"),
        (r"\begin{smallmatrix} a \end{smallmatrix}", "script(mat("),
        (r"{\scriptscriptstyle a}", "sscript(a)"),
        (
            r"\begin{dcases} a & b \end{dcases}",
            "column-gap: #1.0em, row-gap: #0.32em, &display(a), &display(b)",
        ),
        (r"\begin{matrix} a \\[2em] b \end{matrix}", "#box(width: 0pt, height: 2.75em);"),
        (r"\textsf{a1}", 'upright("𝖺𝟣")'),
        (r"\textsc{a}", '#smallcaps(words("a"));'),
        (r"\xRightarrow{a}", "limits(stretch(⇒))"),
        (r"\mathclap{a}", "h(-0.5 * w) + it + h(-0.5 * w)"),
        (r"\begin{aligned}[t] a \\ b \end{aligned}", "#lowered($mat("),
        (r"\begin{aligned}[b] a \\ b \end{aligned}", "display(b)$)"),
        (r"\mathop{a+b}_i x", 'class("large", attach(limits(class("large", a + b)), b: i)) x'),
        (r"\left.x\right\} y", "\\u{7d})#h(0.167em);y"),
        (r"\Big\downarrow a", 'class("normal", ↓)'),
        # A space between a box and an alignment point would be part of the line.
        (r"\begin{align} \Aboxed{a &= b} \end{align}", ");)&display(#box(stroke: (right"),
        (
            r"\begin{array}{rc} a & b \\[1em] c & d \end{array}",
            "; #box(width: 0pt, height: 1.75em);#h(0em);inline(c)&,",
        ),
        (r"\smash{a}", "height: 0pt"),
        (r"\cancelto{0}{x}", "#cancelto($display(x)$, $script(0)$);"),
        (
            r"\cfrac[r]{1}{a+b}",
            "frac(#flush(right, $#box(width: 0pt, height: 1.2em, baseline: 0.36em);1$, $a + b$);, a + b)",
        ),
        (
            r"\begin{matrix} a & b \\ \hdotsfor{2} \end{matrix}",
            "colspan: 2, align: center + horizon, {place(left",
        ),
        (r"\smashoperator[r]{\sum_{a}} c", "it.first(); h("),
        (r"\smashoperator[l]{\sum_{a}} c", "; it.first()"),
        (r"\genfrac{}{}{1pt}{1}{a}{b}", "$script(a)$"),
        (r"{T^a}_b", 'attach("" attach(T, t: a) "", b: b)'),
        (r"\varinjlim F", "b: stretch(→, size: #width)"),
        (r"a \ulcorner b", "\\u{231c}"),
        (r"\boxed{\begin{aligned} a &= b \end{aligned}}", "#framed($display(mat("),
        (
            r"{a \above 1pt b}",
            "#ruled(0.100em, $display(frac(#box(inset: (bottom: 0.025em), $a$);, #box(inset: (top: 0.025em), $b$);))$);",
        ),
        (r"\frac{\splitfrac{a}{-b}}{c}", '$inline(a)$, $inline("" − b)$'),
        (r"\fcolorbox{red}{white}{x}", '#framed(stroke: rgb("#ff0000") + 0.05em'),
    ],
)
def test_constructs_with_colours_rules_and_sizes(tex: str, expected: str, mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([f"$${tex}$$"])
    assert expected in write_typst_notation(source, display=True)
    (drawing,) = draw_formulas([Formula(source, display=True)])
    assert drawing is not None, "Typst understands it"
