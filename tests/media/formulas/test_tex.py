"""Constructs of LaTeX that pandoc lacks reach MathML and Office Math; commands without effect are reported."""

from __future__ import annotations

import re
from pathlib import Path
from unicodedata import normalize

import pytest
from lxml import etree

from tests.conftest import ReadBook
from tests.media.formulas.conftest import MathmlOf
from triptych.media.formulas.formulas import Formula, draw_formulas
from triptych.media.formulas.glyph_svg import list_used_faces
from triptych.media.formulas.row_parts import ROW_RULES
from triptych.media.xml_parsing import MATHML
from triptych.model.nodes import Equation, Math
from triptych.model.walk import walk_all
from triptych.ooxml.xml import M, W
from triptych.theme.theme import load_theme

CONSTRUCTS = [
    (r"\textcolor{red}{x}", 'mathcolor="#ff0000"'),
    (r"a \color{blue!50} b", '<mi>a</mi><mstyle mathcolor="#8080ff"><mi>b</mi></mstyle>'),
    (r"{\color[HTML]{00FF7F} b} c", '"#00ff7f"><mi>b</mi></mstyle><mi>c</mi>'),
    (r"\colorbox{yellow}{$x$}", 'mathbackground="#ffff00"'),
    (r"\fcolorbox{red}{white}{x}", 'notation="box" style="border-color: #ff0000"'),
    (r"\begin{array}{c|c} a & b \\ \hline c & d \end{array}", 'columnlines="solid" rowlines="solid"'),
    (r"\begin{array}{|c|} \hline a \\ \hline \end{array}", '<menclose notation="box"><mtable>'),
    (r"\begin{array}{l|} a \end{array}", '<menclose notation="right"><mtable>'),
    (r"\begin{array}{cc} a & b \\ \cline{2-2} c & d \end{array}", '<mtd columnalign="center" style="text-align: center" class="rule-top"><mi>d'),
    (r"\begin{array}{c} a \\ \hdashline b \end{array}", 'rowlines="dashed"'),
    (r"\begin{bmatrix}[c|c] a & b \end{bmatrix}", 'columnlines="solid"'),
    (r"\begin{pmatrix*}[r] a & b \end{pmatrix*}", '<mtd columnalign="right" style="text-align: right"><mi>b'),
    (r"\begin{array}{l@{=}l} a & b \end{array}", "<mo>=</mo><mi>b</mi>"),
    (r"\begin{array}{>{-}c} a \end{array}", "<mi>−</mi><mi>a</mi>"),
    (r"\begin{matrix} a \\[2em] b \end{matrix}", 'rowspacing="2.5em"'),
    (r"\begin{smallmatrix} a & b \end{smallmatrix}", '<mstyle displaystyle="false" scriptlevel="1"><mtable>'),
    (r"\begin{dcases} a & b \end{dcases}", '<mtable displaystyle="true">'),
    (r"\begin{rcases} a \end{rcases}", '<mo stretchy="true" form="postfix">}</mo>'),
    (r"{\scriptstyle x} y", '<mstyle displaystyle="false" scriptlevel="1"><mi>x</mi></mstyle><mi>y</mi>'),
    (r"\dbinom ab", '<mstyle displaystyle="true" scriptlevel="0">'),
    (r"{a \atop b}", '<mfrac linethickness="0">'),
    (r"\genfrac{[}{]}{0pt}{1}{a}{b}", 'linethickness="0"'),
    (r"\sideset{_a^b}{}\sum_i", "<mmultiscripts><mo>∑</mo><mprescripts"),
    (r"\prescript{a}{b}{C}", "<mmultiscripts><mi>C</mi><mprescripts/><mi>b</mi><mi>a</mi></mmultiscripts>"),
    (r"\xRightarrow[a]{b}", '<munderover><mo stretchy="true">⇒</mo><mi>a</mi><mi>b</mi></munderover>'),
    (r"\mathop{a+b}_i", '<munder><mrow class="operator"><mi>a</mi>'),
    (r"\mathop{\rm argmin}_i", '<munder><mi mathvariant="normal">argmin</mi>'),
    (r"\left(a \middle/ b\right)", '<mo stretchy="true" form="infix">/</mo>'),
    (r"\bigm| x", 'minsize="120%"'),
    (r"\begin{array}{cc} \multicolumn{2}{r}{a} \\ b & c \end{array}", 'columnspan="2"'),
    (r"\begin{array}{c||c} a & b \end{array}", 'columnlines="double"'),
    (r"\begin{pmatrix} a & b \\ \hdotsfor{2} \end{pmatrix}", 'columnspan="2" class="dots"><mrow><mi>…</mi></mrow></mtd></mtr>'),
    (r"\smashoperator[r]{\sum_{a}} c", '<munder class="overlap-right">'),
    (r"\begin{alignat}{2} a &= b & c &= d \end{alignat}", 'columnspacing="0em"'),
    (r"a + \dots + b", "<mi>⋯</mi>"),
    (r"a, \dots, b", "<mi>…</mi>"),
    (r"a \pmod{n}", '<mspace width="0.778em"/><mrow><mspace'),
    (r"{a}{=}{b}", "<mi>=</mi>"),
    (r"\Set{x | y}", '<mo stretchy="true" form="infix">|</mo>'),
    (r"\sout{ab}", 'notation="horizontalstrike"'),
    (r"\num{1 \pm 2}", "<mo>±</mo>"),
    (r"\DeclarePairedDelimiterX{\ip}[2]{(}{)}{#1 \delimsize| #2} \ip*{a}{b}", 'form="infix">|</mo>'),
    (r"\DeclarePairedDelimiterXPP{\p}[1]{P}{(}{)}{'}{#1} \p{x}", "<mi>P</mi><mo"),
    (r"\longrightarrow \iff", "<mo>⟶</mo>"),
    (r"\begin{array}{>{\bf}c@{:}c} a & b \end{array}", "<mo>:</mo><mi>b</mi>"),
    (r"\begin{multline} a \\ + b \end{multline}", "<mo>+</mo><mi>b</mi>"),
    (r"\begin{multline} a \\ \shoveleft{b} \\ c \end{multline}", '<mtd columnalign="left" style="text-align: left"><mi>b</mi></mtd>'),
    (r"\begin{multline} a \\ \shoveright{b} \\ c \end{multline}", '<mtd columnalign="right" style="text-align: right"><mi>b</mi></mtd>'),
    (r"\begin{align} \Aboxed{a &= b} \end{align}", '<menclose notation="left top bottom">'),
    (r"\begin{align} \Aboxed{a &= b} \end{align}", '<menclose notation="right top bottom">'),
    (r"\begin{align} \Aboxed{a} &= b \end{align}", '<menclose notation="box"><mi>a</mi></menclose>'),
    (r"\begin{align} a &= b \\ \shortvdotswithin{=} &= c \end{align}", "<mi>⋮</mi>"),
    (r"\begin{align} &\vdotswithin{=} \end{align}", "<mi>⋮</mi>"),
    (r"\mathmakebox[2em][r]{x}", '<mspace width="2.0em"/><mpadded width="0" lspace="-1width"><mi>x</mi></mpadded>'),
    (r"\mathmakebox[\width]{x}", "<mi>x</mi>"),
    (r"a_{\mathchoice{A}{B}{C}{D}}", "<mi>C</mi>"),
    (r"a_{b_{\mathchoice{A}{B}{C}{D}}}", "<mi>D</mi>"),
    (r"\frac{\mathchoice{A}{B}{C}{D}}{2}", "<mi>B</mi>"),
    (r"\tfrac{\mathchoice{A}{B}{C}{D}}2", "<mi>C</mi>"),
    (r"\frac{\frac{\mathchoice{A}{B}{C}{D}}{2}}{\dfrac{1}{3}}", "<mi>C</mi>"),
    (r"a \mathrel{\mathop:}= b", "<mo>:</mo><mo>=</mo>"),
    (r"\cfrac{1}{x}", '<mrow><mspace width="0" height="0.84em" depth="0.36em"/><mn>1</mn></mrow>'),
    (r"\idotsint\limits_D", '<munder><mrow class="operator"><mo>∫</mo><mi>⋯</mi><mo>∫</mo></mrow><mi>D</mi></munder>'),
    (r"\unit{\kg.m^2}", '<msup><mtext mathvariant="normal">m</mtext><mn>2</mn></msup>'),
    (r"\fcolorbox{red}{white}{x}", 'mathbackground="#ffffff"'),
    (r"\smash{x}", '<mpadded height="0" depth="0"><mi>x</mi></mpadded>'),
    (r"\hphantom{x}", '<mpadded height="0" depth="0"><mphantom>'),
    (r"\mathclap{x}", '<mpadded width="0" lspace="-0.5width">'),
    (r"\smashoperator{\sum_{a}^{b}} c", '<munderover><mo>∑</mo><mpadded width="0" lspace="-0.5width"><mi>a</mi></mpadded>'),
    (r"\underrightarrow{xy}", '</mrow><mo accent="true">→</mo></munder>'),
    (r"\cancelto{0}{x}", '<menclose notation="northeastarrow">'),
    (r"\cfrac[l]{1}{x}", '<mfrac numalign="left">'),
    (r"\genfrac{}{}{2pt}{}{a}{b}", '<mfrac linethickness="0.200em">'),
    (r"{a \above 1.5pt b}", '<mfrac linethickness="0.150em"><mi>a</mi><mi>b</mi></mfrac>'),
    (r"{a \above 0pt b}", '<mfrac linethickness="0">'),
    (r"\genfrac{}{}{.4pt}{}{a}{b}", "<mfrac><mi>a</mi>"),
    (r"\frac{\splitfrac{a}{+b}}{c}", '<mtable displaystyle="false" class="multlined">'),
    (r"\underbracket[1pt]{ab}_c", "<mi>b</mi></mrow><mo accent=\"true\">⎵</mo></munder><mi>c</mi>"),
    (r"\bigl<x\bigr>", 'form="prefix">⟨</mo><mi>x</mi>'),
    (r"\smallint x", '<mstyle displaystyle="false" scriptlevel="0"><mo>∫</mo></mstyle>'),
    (r"\underaccent{\tilde}{x}", "<munder><mi>x</mi><mo accent=\"false\">∼</mo></munder>"),
    (r"\text{a \textbf{b} $x$}", '<mtext mathvariant="bold">𝐛</mtext>'),
    (r"\textbf{\textit{b}}", 'mathvariant="bold-italic"'),
    (r"\textsc{b}", 'class="small-caps"'),
    (r"\text{na\"ive}", "nai\u0308ve"),
    (r"\def\foo#1{[#1]} \foo{b}", "<mi>b</mi>"),
    (r"\let\foo\alpha \foo", "<mi>α</mi>"),
    (r"\DeclarePairedDelimiter{\abs}{\lvert}{\rvert} \abs*{x}", '<mo stretchy="true" form="prefix">|</mo><mi>x</mi>'),
    (r"\pmatrix{a & b \cr c & d}", "<mi>d</mi>"),
    (r"\SI{3}{\kilo\metre\per\second}", '<mtext mathvariant="normal">km</mtext><mspace width="0.167em"/><msup>'),
    (r"\num{12345}", '<mn>12</mn><mspace width="0.167em"/><mn>345</mn>'),
    (r"\qty[per-mode=fraction]{3}{\m\per\s}", "<mfrac>"),
    (r"a \kern 18mu b", '<mspace width="1.0em"'),
    (r"\begin{split} a &= b \qedhere \end{split}", "<mi>b</mi></mtd></mtr></mtable>"),
    (r"\begin{cases} a \postdisplaypenalty=100 \end{cases}", "<mi>a</mi></mtd>"),
    (r"\begin{align} a \displaybreak[0] \\ b \end{align}", "<mi>a</mi></mtd>"),
    (r"\widebar{A} \leqslant B", '<mo accent="true">¯</mo></mover><mo>⩽</mo>'),
    (r"\lVert y \rVert", '<mo stretchy="false" form="prefix">‖</mo><mi>y</mi>'),
    (r"\bigl\lVert y \bigr\rVert", 'stretchy="true" form="prefix">‖</mo>'),
    (r"\begin{cases*} a & if $n$ odd \end{cases*}", '<mtext mathvariant="normal">if </mtext>'),
    (r"\begin{drcases*} a & if \end{drcases*}", '<mtext mathvariant="normal">if</mtext>'),
    (r"\begin{array}{rl} a & b \end{array}", '<mtd columnalign="left" style="text-align: left"><mi>b</mi>'),
    (r"\begin{array}{r@{}l} a & b \end{array}", 'text-align: left; padding-left: 0"><mi>b</mi>'),
    (r"\begin{align} a &= b & \text{c} \end{align}", 'padding-left: 0"><mo>=</mo>'),
    (r"\begin{aligned}[t] a \end{aligned}", '<mtable align="baseline 1">'),
    (r"\begin{array}[b]{c} a \end{array}", '<mtable align="baseline -1">'),
    (r"\underparen{ab}_c", '<mo accent="true">⏝</mo></munder><mi>c</mi></munder>'),
    (r"\overparen{ab}^c", '<mo accent="true">⏜</mo></mover><mi>c</mi></mover>'),
    (r"\mathop{\vcenter{\hbox{K}}}_n", '<munder><mrow class="operator"><mtext'),
    (r"\postdisplaypenalty=100 a = b \relpenalty10 c", "<mi>a</mi><mo>=</mo><mi>b</mi><mi>c</mi>"),
    (r"a \hskip 1em plus 1fil minus 2pt b", '<mi>a</mi><mspace width="1.0em"/><mi>b</mi>'),
    (r"\setlength{\abovedisplayskip}{0pt} \belowdisplayskip 2pt plus 1pt a \linebreak[2] b", "<mrow><mi>a</mi><mi>b</mi></mrow>"),
    (r"\begin{equation} \begin{split} a &= b \\ &= c \qedhere \end{split} \end{equation}", "<mi>c</mi></mtd></mtr></mtable>"),
    (r"a \qed", '<mi>a</mi><mspace width="1.0em"/><mi>□</mi>'),
    (r"x \makebox[2em][l]{$y$ z}", '<mpadded width="0"><mrow><mi>y</mi><mrow><mspace width="0.333em"/><mtext'),
    (r"x % a remark" + "\n y", "<mi>x</mi><mi>y</mi>"),
]  # fmt: skip


DELIMITERS = (
    r"( ) [ ] \{ \} | \| / < > \lbrace \rbrace \lbrack \rbrack \lparen \rparen \vert \Vert \lvert \rvert \lVert \rVert "
    r"\Vvert \arrowvert \Arrowvert \bracevert \backslash \langle \rangle \lAngle \rAngle \llangle \rrangle \lceil \rceil "
    r"\lfloor \rfloor \ulcorner \urcorner \llcorner \lrcorner \lBrack \rBrack \llbracket \rrbracket \lgroup \rgroup "
    r"\lmoustache \rmoustache \lBrace \rBrace \lParen \rParen \lbrbrak \rbrbrak \uparrow \downarrow \updownarrow "
    r"\Uparrow \Downarrow \Updownarrow ⟨ ⟩ ⌊ ⌋ ‖ ⟦ ⟧"
).split()


def test_every_delimiter_can_have_any_size_and_side(mathml_of: MathmlOf) -> None:
    forms = [
        r"\left{0} x \middle{0} y \right.", r"\left. x \right{0}", r"\bigl{0} x", r"x \Biggr{0}", r"\Big{0}", r"\biggm{0}", "x {0} y",
    ]  # fmt: skip
    formulas = [form.replace("{0}", name) for name in DELIMITERS for form in forms]
    written = dict(zip(formulas, mathml_of([f"$${formula}$$" for formula in formulas]), strict=True))
    assert [formula for formula, mathml in written.items() if not mathml] == []
    drawn = draw_formulas([Formula(mathml, display=True) for mathml in written.values()])
    assert [formula for formula, drawing in zip(formulas, drawn, strict=True) if drawing is None] == []


@pytest.mark.parametrize(
    ("tex", "signs"),
    [
        (r"\left\uparrow \bigl( x \bigr) \middle\rBrace y \right\rgroup", "↑ ( ) ⦄ ⟯"),
        (r"\left] x \right[", "] ["),
        (r"\bigl] x \bigr[", "] ["),
        (r"\big. x \Big\lBrace y", "⦃"),
        (r"\let\open\lgroup \left\open x \right\}", "⟮ }"),
    ],
)
def test_delimiters_have_the_sign_and_the_side_of_their_command(
    tex: str, signs: str, mathml_of: MathmlOf
) -> None:
    (mathml,) = mathml_of([f"$${tex}$$"])
    fences = [one for one in etree.fromstring(mathml).iter(f"{MATHML}mo") if one.get("stretchy") == "true"]
    assert " ".join(str(fence.text) for fence in fences) == signs
    if len(fences) == 2:
        assert [fence.get("form") for fence in fences] == ["prefix", "postfix"]


@pytest.mark.parametrize(
    ("row", "cells"),
    [
        (r"\multicolumn{2}{r}{a} & b", [("right", "2", "a"), ("right", None, "b")]),
        (r"a & \multicolumn{2}{l}{b}", [("left", None, "+a"), ("left", "2", "b")]),
        (r"\multicolumn{1}{c}{a} & b", [("center", "1", "a"), ("center", None, "b")]),
        (
            r"\multicolumn{1}{l}{a} & b & c",
            [("left", None, "a"), ("center", None, "b"), ("right", None, "c")],
        ),
    ],
)
def test_cells_after_multicolumn_keep_their_column(
    row: str, cells: list[tuple[str, str | None, str]], mathml_of: MathmlOf
) -> None:
    (mathml,) = mathml_of([rf"$$\begin{{array}}{{>{{+}}lcr}} {row} \\ 1 & 2 & 3 \end{{array}}$$"])
    found = next(etree.fromstring(mathml).iter(f"{MATHML}mtr"))
    assert [
        (one.get("columnalign"), one.get("columnspan"), "".join(map(str, one.itertext()))) for one in found
    ] == cells


@pytest.mark.parametrize(
    ("columns", "row", "edges"),
    [
        ("c|c|c", r"\multicolumn{1}{c}{} & a & b", "none none solid none"),
        ("c|c|c", r"\multicolumn{2}{c||}{a} & b", "none none double none"),
        ("c|c|c", r"a & \multicolumn{2}{c}{b}", "none solid none none"),
        ("ccc", r"a & \multicolumn{1}{|c|}{b} & c", "none solid solid none"),
        ("|c|c|", r"\multicolumn{1}{c|}{} & b", "none solid solid"),
        ("|c|c|", r"\multicolumn{2}{c}{b}", "none none none"),
        ("|c|c|", r"\multicolumn{1}{|c|}{a} & b", ""),
    ],
)
def test_rules_of_multicolumn_replace_those_of_its_row(
    columns: str, row: str, edges: str, mathml_of: MathmlOf
) -> None:
    (mathml,) = mathml_of([rf"$$\begin{{array}}{{{columns}}} {row} \\ 1 & 2 \end{{array}}$$"])
    rows = list(etree.fromstring(mathml).iter(f"{MATHML}mtr"))
    has_sides = bool(edges) and columns.startswith("|")
    assert [one.get(ROW_RULES, "") for one in rows] == [edges, "solid solid solid" if has_sides else ""]
    assert ("menclose" in mathml) == (columns.startswith("|") and not edges)


@pytest.fixture(scope="module")
def constructs() -> dict[str, str]:
    return {}


@pytest.mark.parametrize(("tex", "expected"), CONSTRUCTS)
def test_a_construct_is_in_the_mathml(
    tex: str,
    expected: str,
    mathml_of: MathmlOf,
    constructs: dict[str, str],
) -> None:
    if not constructs:
        texts = [item for item, _ in CONSTRUCTS]
        constructs |= dict(zip(texts, mathml_of([f"$${text}$$" for text in texts]), strict=True))
    assert expected in constructs[tex].replace("></mspace>", "/>")
    assert "\ue000" not in constructs[tex] and "57344" not in constructs[tex]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\textcolor{red}{x}", '<w:color w:val="FF0000"/>'),
        (r"\colorbox{red}{x}", 'w:fill="FF0000"'),
        (r"{\scriptstyle x}", '<m:argSz m:val="-1"/>'),
        (r"\smash{x}", '<m:show m:val="1"/><m:zeroAsc m:val="1"/><m:zeroDesc m:val="1"/>'),
        (r"\prescript{a}{b}{C}", "<m:sPre><m:sub>"),
        (
            r"\underbrace{a}_{b}",
            '<m:groupChr><m:groupChrPr><m:chr m:val="⏟"/><m:pos m:val="bot"/><m:vertJc m:val="top"/></m:groupChrPr><m:e>',
        ),
        (r"\xRightarrow{b}", '<m:chr m:val="⇒"/>'),
        (r"\underrightarrow{ab}", '<m:chr m:val="→"/><m:pos m:val="bot"/>'),
        (r"\underparen{ab}_c", "<m:lim><m:r><m:t>c</m:t></m:r></m:lim></m:limLow>"),
        (r"\begin{aligned}[t] a &= b \end{aligned}", '<m:eqArrPr><m:baseJc m:val="top"/></m:eqArrPr>'),
        (r"\begin{array}[b]{c} a \end{array}", '<m:baseJc m:val="bot"/>'),
        (r"\begin{array}{rl} a & b \end{array}", '<m:mcJc m:val="right"/>'),
        (
            r"\frac{\splitfrac{a}{b}}{c}",
            "<m:num><m:eqArr><m:e><m:r><m:t>&amp;</m:t></m:r><m:r><m:t>a</m:t></m:r></m:e><m:e><m:r><m:t>&amp;\u2003</m:t>",
        ),
        (
            r"\begin{multline} a \\ \shoveleft{b} \\ c \end{multline}",
            "<m:t>&amp;</m:t></m:r><m:r><m:t>b</m:t></m:r></m:e><m:e><m:r><m:t>&amp;\u2003\u2003</m:t>",
        ),
        (
            r"\begin{align} \Aboxed{a &= b} \end{align}",
            '<m:borderBoxPr><m:hideLeft m:val="1"/></m:borderBoxPr>',
        ),
        (r"\left(a \middle/ b\right)", '<m:sepChr m:val="/"/>'),
        (r"{a \atop b}", '<m:type m:val="noBar"/>'),
        (r"\begin{array}{|c|} \hline a \\ \hline \end{array}", "<m:borderBox><m:e><m:m>"),
        (
            r"\begin{array}{l|} a \end{array}",
            '<m:hideTop m:val="1"/><m:hideBot m:val="1"/><m:hideLeft m:val="1"/></m:borderBoxPr>',
        ),
    ],
)
def test_a_construct_is_in_office_math(tex: str, expected: str, read_book_of: ReadBook) -> None:
    book, result = read_book_of(f"$${tex}$$")
    assert result == []
    (equation,) = [node for node in walk_all(book.chapters[0].blocks) if isinstance(node, Equation)]
    assert expected in equation.omml
    assert "\ue000" not in equation.omml


@pytest.mark.parametrize(
    "table", [r"{c} a \\ \hline b", r"{c||c} a & b", r"{cc} a & b \\ \cline{2-2} c & d", r"{c:c} a & b"]
)
def test_a_table_with_rules_that_office_math_lacks_has_none(table: str, read_book_of: ReadBook) -> None:
    book, _ = read_book_of(f"$$\\begin{{array}}{table} \\end{{array}}$$")
    (equation,) = [node for node in walk_all(book.chapters[0].blocks) if isinstance(node, Equation)]
    assert equation.omml == ""


@pytest.mark.parametrize("tex", [r"\genfrac{}{}{2pt}{}{a}{b}", r"\cfrac[l]{1}{a}"])
def test_a_fraction_that_office_math_lacks_has_none(tex: str, read_book_of: ReadBook) -> None:
    book, problems = read_book_of(f"$${tex}$$")
    (equation,) = [node for node in walk_all(book.chapters[0].blocks) if isinstance(node, Equation)]
    assert equation.omml == "" and not problems


def test_columns_between_rules_are_matrices_with_equal_rows(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(r"$$\begin{array}{lc|r} a & b & c \\ d & e & f \end{array}$$")
    (equation,) = [node for node in walk_all(book.chapters[0].blocks) if isinstance(node, Equation)]
    spaces = f'xmlns:m="{M[1:-1]}" xmlns:w="{W[1:-1]}"'
    (fence,) = etree.fromstring(f"<m:root {spaces}>{equation.omml}</m:root>").iter(f"{M}d")
    assert [sign.get(f"{M}val") for sign in fence[0]] == ["", "|", ""]
    matrices = list(fence.iter(f"{M}m"))
    assert [[one.get(f"{M}val") for one in matrix.iter(f"{M}mcJc")] for matrix in matrices] == [
        ["left", "center"],
        ["right"],
    ]
    for row in [row for matrix in matrices for row in matrix.iter(f"{M}mr")]:
        assert sorted(text.text for text in row.iter(f"{M}t")) in (["a", "b", "c"], ["d", "e", "f"])
        assert sum(1 for _ in row.iter(f"{M}phant")) == 1


def test_a_box_in_a_line_has_the_size_of_displayed_formulas(mathml_of: MathmlOf) -> None:
    inline, display = mathml_of([r"$\boxed{x}$", r"$$\boxed{x}$$"])
    assert '<menclose notation="box"><mstyle displaystyle="true"' in inline
    assert "mstyle" not in display


def test_delimiters_and_colours_of_a_section_reach_its_formulas(read_book_of: ReadBook) -> None:
    text = "\\DeclarePairedDelimiter{\\abs}{\\lvert}{\\rvert}\n\\definecolor{own}{rgb}{0,1,0}\n\n"
    book, result = read_book_of(f"{text}Here $\\abs{{\\textcolor{{own}}{{x}}}}$.")
    assert result == []
    (formula,) = [node for node in walk_all(book.chapters[0].blocks) if isinstance(node, Math)]
    assert '>|</mo><mstyle mathcolor="#00ff00">' in formula.mathml


@pytest.mark.parametrize(
    "around", ["\\newcommand{\\one}{1}\n{}", "{}\n\\DeclareMathOperator{\\rank}{rank}", "{} Words."]
)
def test_definition_with_optional_argument_is_read_in_a_paragraph(
    around: str, read_book_of: ReadBook
) -> None:
    definition = r"\DeclarePairedDelimiterXPP{\p}[1]{\mathbb{P}}{(}{)}{}{#1}"
    book, result = read_book_of(f"{around.replace('{}', definition, 1)}\n\nHere $\\p{{x}}$.")
    assert result == []
    (formula,) = [node for node in walk_all(book.chapters[0].blocks) if isinstance(node, Math)]
    assert "ℙ" in formula.mathml and "{#1}" not in str(book.chapters[0].blocks)


@pytest.mark.parametrize("command", [r"\eqno (2)", r"\leqno (2)", r"\tag*{(2)}"])
def test_number_of_plain_tex_is_a_tag(command: str, read_book_of: ReadBook) -> None:
    book, findings = read_book_of(f"$$a = b {command}$$")
    (equation,) = (node for node in walk_all(book.chapters[0].blocks) if isinstance(node, Equation))
    assert (equation.tag, equation.text, findings) == ("(2)", "a = b", [])


def test_unfinished_definition_stays_text(read_book_of: ReadBook) -> None:
    _, result = read_book_of(r"\DeclarePairedDelimiterXPP{\p}[1]{P")
    assert [item.code for item in result] == ["LNT014"]


@pytest.mark.parametrize(
    ("tex", "words"),
    [
        (r"\text{by \eqref{eq:b_1}}", "by (1.1)"),
        (r"\textbf{by \ref{eq:b_1}}", "by 1.1"),
        (r"a \overset{\eqref{eq:b_1}}{=} b", "(1.1)"),
        (r"\text{\cref{eq:b_1}, \cref{eq:b_1, eq-c}}", "Equation 1.1, Equation 1.1, Equation P∗"),
        (r"\begin{align} a &= b \\ \intertext{from \eqref{eq-c}} c &= d \end{align}", "from (P∗)"),
        (r"\text{\ref{eq:d}}", "P∗†"),
    ],
)
def test_references_in_formulas_are_numbers_in_all_forms(
    tex: str, words: str, read_book_of: ReadBook
) -> None:
    others = (r"a \label{eq:b_1}", r"c \tag{P$^*$} \label{eq-c}", r"d \tag{\ref{eq-c}$\dagger$} \label{eq:d}")
    book, findings = read_book_of("\n\n".join(f"$${one}$$" for one in (*others, tex)))
    assert findings == []
    *_, formula = (node for node in walk_all(book.chapters[0].blocks) if isinstance(node, Equation))
    for form in (formula.mathml, formula.omml, formula.spoken, formula.text):
        assert words in normalize("NFKC", form).replace("*", "∗")
        assert "\ue004" not in form


def test_unknown_reference_in_a_formula_is_reported_once(read_book_of: ReadBook) -> None:
    _, findings = read_book_of(r"$$a \text{ by \eqref{eq:none}}$$")
    assert [(one.code, one.message) for one in findings] == [("REF001", 'no equation has the id "eq:none"')]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        (r"$\ast$", "(∗)"),
        (r"\textbf{A}$^\dagger$", "(A†)"),
        (r"$P_1'$", "(P₁′)"),
        (r"*{$x^2 < \alpha$}", "x² < α"),
    ],
)
def test_formula_in_a_tag_is_a_line_of_symbols(tag: str, expected: str, read_book_of: ReadBook) -> None:
    written = tag if tag.startswith("*") else f"{{{tag}}}"
    book, findings = read_book_of(rf"$$x \tag{written} \label{{eq:x}}$$")
    (formula,) = (node for node in walk_all(book.chapters[0].blocks) if isinstance(node, Equation))
    assert (formula.tag, findings) == (expected, [])


def test_mathml_keeps_the_tex_of_the_author(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(r"$\textcolor{red}{x} < 1$")
    (formula,) = [node for node in walk_all(book.chapters[0].blocks) if isinstance(node, Math)]
    assert r">\textcolor{red}{x} &lt; 1</annotation>" in formula.mathml


@pytest.mark.parametrize(
    ("tex", "column", "message"),
    [
        (r"a \raisebox{2pt}{b}", 9, r"`\raisebox` has no effect in formulas"),
        (r"\small x", 7, r"`\small` has no effect in formulas"),
        (r"\begin{array}{p{2cm}} a \end{array}", 7, r"unsupported column type in `\begin{array}{p{…}}`"),
        (r"\hline x", 7, r"`\hline` has no effect in formulas"),
        (r"\intertext{a} x", 7, r"`\intertext` has no effect in formulas"),
        (r"\jot=2pt x", 7, r"`\jot` has no effect in formulas"),
        (r"\hbox to 2cm{x}", 7, r"`\hbox to` has no effect in formulas"),
        (r"\framebox[2cm]{x}", 7, r"the option in `\framebox[2cm]` has no effect"),
        (r"\nicefrac[\textsf]{1}{2}", 7, r"the option in `\nicefrac[\textsf]` has no effect"),
        (r"\adjustlimits\sum_a^b\lim_c", 7, r"`\adjustlimits` has no effect in formulas"),
        (r"\underbracket[2pt]{a}", 7, r"the option in `\underbracket[2pt]` has no effect"),
        (r"{a \above .1pt b}", 10, r"the thickness in `\above.1pt` has no effect"),
        (r"\begin{aligned}[x] a \end{aligned}", 7, r"the option in `\begin{aligned}[x]` has no effect"),
        (
            r"\begin{flalign} a &= b & c &= d \end{flalign}",
            7,
            r"the columns of `\begin{flalign}` are not spread over the line",
        ),
        (r"\raisetag{2pt} a", 7, r"`\raisetag` has no effect in formulas"),
        (r"\delimiterfactor=900 x", 7, r"`\delimiterfactor` has no effect in formulas"),
        (r"\setlength{\arraycolsep}{2pt} x", 7, r"`\setlength` has no effect in formulas"),
        (r"a \parbox{2cm}{b}", 9, r"`\parbox` has no effect in formulas"),
        (r"\textcolor{redd}{x}", 18, 'unknown colour "redd" in a formula; using the colour of the text'),
    ],
)
def test_a_command_without_effect_is_reported_at_its_place(
    tex: str, column: int, message: str, read_book_of: ReadBook
) -> None:
    _, (problem,) = read_book_of(f"One ${tex}$ two.")
    assert problem.span is not None
    assert (problem.code, problem.message) == ("MTH006" if "redd" in tex else "MTH005", message)
    assert problem.span.column == column - 1 if problem.code == "MTH005" else problem.span.column > 5
    assert problem.hint


def test_a_command_without_effect_is_reported_once_per_section(read_book_of: ReadBook) -> None:
    _, findings = read_book_of("$a \\hfill b$ and $c \\hfill d$.")
    assert [problem.message for problem in findings] == [
        r"`\hfill` has no effect in formulas (and 1 more in this section)"
    ]


def test_a_macro_without_end_is_not_followed(read_book_of: ReadBook) -> None:
    _, findings = read_book_of(r"$\def\a{\b\b}\def\b{\a\a} \a$")
    assert [problem.code for problem in findings] == ["MTH001"]


def test_columns_of_an_array_are_limited(mathml_of: MathmlOf) -> None:
    columns = "*{100}{*{100}{*{100}{c}}}"
    (source,) = mathml_of([f"$$\\begin{{array}}{{{columns}}} a & b \\end{{array}}$$"])
    assert source.count("<mtd") == 2


def test_each_symbol_of_tex_and_amssymb_is_drawn_in_a_bundled_font(mathml_of: MathmlOf) -> None:
    commands = Path(__file__).with_name("tex-symbols.txt").read_text("utf-8").split()
    formulas = [
        Formula(mathml, display=False) for mathml in mathml_of([rf"$a\{name} b$" for name in commands])
    ]
    bundled = {face.name for face in (*load_theme().faces, *load_theme().math_faces)}
    missing = [
        name
        for name, drawing in zip(commands, draw_formulas(formulas), strict=True)
        if drawing is None
        or not bundled.issuperset(list_used_faces(drawing.glyphs))
        or re.search(rb'[" ]0:', drawing.glyphs)  # the glyph of missing characters
    ]
    assert missing == []
