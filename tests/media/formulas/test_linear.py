"""Test formulas as lines of readable Unicode text."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.media.formulas.conftest import MathmlOf
from triptych.engine.cache import Cache
from triptych.media.formulas import linear
from triptych.media.formulas.linear import LinearNotation, write_linear_notation
from triptych.media.formulas.mathml import correct_mathml
from triptych.reading.pandoc import read_markdown

Line = Callable[[str], LinearNotation]


@pytest.fixture
def line(shared_cache: Cache) -> Line:
    def read(tex: str) -> LinearNotation:
        (reading,) = read_markdown([f"$${tex}$$"], shared_cache)
        assert not isinstance(reading, Exception)
        (_, _, pairs), _ = reading.blocks[0]["c"][0]["c"]
        return write_linear_notation(correct_mathml(dict(pairs)["mathml"]))

    return read


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"x^2 + y_1 \le \sqrt{2}", "x² + y₁ ≤ √2"),
        (r"E = mc^2", "E = mc²"),
        (r"-a + (-b) \cdot c", "−a + (−b) ⋅ c"),
        (r"f'(x)", "f′(x)"),
        (r"x_{\mathrm{max}} y", "x_max y"),
        (r"x_{i+1}", "x_(i+1)"),
        (r"A^{-1}", "A⁻¹"),
        (r"\frac{a}{b}", "a/b"),
        (r"\frac{a+1}{2b}", "(a + 1)/(2b)"),
        (r"\frac{1}{2} m v^2", "1/2 mv²"),
        (r"\frac{\partial f}{\partial x}", "∂f/∂x"),
        (r"\sqrt[3]{x+1}", "∛(x + 1)"),
        (r"\sqrt{3} x", "√3 x"),
        (r"\sum_{i=1}^{n} x_i", "∑_(i=1)ⁿ x_i"),
        (r"\lim_{n\to\infty} \sin x", "lim_(n→∞) sin x"),
        (r"\sin^2\theta", "sin² θ"),
        (r"\log_2 n", "log₂ n"),
        (r"\mathbb{R} \mathbf{x} \mathcal{L}", "ℝxℒ"),
        (r"\hat\beta = \bar{x}", "β̂ = x̄"),
        (r"\overline{ab}", "a̅b̅"),
        (r"\{1,2\}", "{1, 2}"),
        (r"|x| \le \|y\|", "|x| ≤ ‖y‖"),
        (r"n!", "n!"),
        (r"\mathrm{H_2O}", "H₂O"),
        (r"{}^{14}\mathrm{C}", "¹⁴C"),
        (r"\text{speed} = 3\,\text{m}", "speed = 3 m"),
        (r"a \bmod b", "a mod b"),
        (r"{a\;}b", "a b"),
        (r"2\mathrm{Var}X + \mathrm{d}x", "2 Var X + dx"),
        (r"\widehat{AB}", "AB^ˆ"),
    ],
)
def test_formula_text_reads_as_printed(tex: str, expected: str, line: Line) -> None:
    found = line(tex)
    assert (found.text, found.is_readable) == (expected, True)


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"1/\sqrt{\mu_0\varepsilon_0}", "1/√(μ₀ε₀)"),
        (r"\sqrt{ab}c", "√(ab) c"),
        (r"\sqrt{x^2}", "√(x²)"),
        (r"\sqrt{x_1} + \sqrt{12}", "√x₁ + √12"),
        (r"\frac{1}{\sqrt{a}}x", "(1/√a) x"),
        (r"\frac{a}{bc}(x) + \frac{a}{b} + 1", "(a/(bc))(x) + a/b + 1"),
        (r"2\frac{a}{b}", "2 a/b"),
        (r"\boxed{E = mc^2}", "[E = mc²]"),
        (r"\frac{a}{b}.", "a/b."),
        (r"\frac{\cancelto{0}{x+y}}{2}", "((x + y)→0)/2"),
        (r"\left\|x\right\|_2 + \left|y\right|^2", "‖x‖₂ + |y|²"),
        (r"x^{a \bmod b} + x_{\text{at most}} + x_{i, j}", "x^(a mod b) + x_(at most) + x_(i,j)"),
    ],
)
def test_roots_fractions_and_boxes_have_visible_ends(tex: str, expected: str, line: Line) -> None:
    assert line(tex).text == expected


def test_bold_letters_are_known(line: Line) -> None:
    found = line(r"\mathbf{Ax} + \boldsymbol{\beta} y^{\mathbf{2}}")
    assert found.text == "Ax + βy^2"
    assert [found.text[start:end] for start, end in found.bold] == ["Ax", "β", "2"]


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\frac{\frac{a}{b}}{c}", "(a/b)/c"),
        (r"\frac{-b\pm\sqrt{b^2-4ac}}{2a}", "(−b ± √(b² − 4ac))/(2a)"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "(1, 2; 3, 4)"),
        (r"\begin{cases}1&x>0\\0&\text{else}\end{cases}", "{1, x > 0; 0, else"),
        (r"\begin{aligned}a&=b\\&=c\end{aligned}", "a = b; = c"),
        (r"\underbrace{a+b}_{n}", "(a + b)_n"),
        (r"\binom{n}{k}", "(n ¦ k)"),
    ],
)
def test_a_formula_of_nested_parts_is_not_clear(tex: str, expected: str, line: Line) -> None:
    assert line(tex) == LinearNotation(expected, is_readable=False)


def test_a_long_formula_is_not_clear(line: Line) -> None:
    assert not line(" + ".join(f"x_{{{number}}}" for number in range(30))).is_readable


@pytest.mark.parametrize(
    "start", [r"\hat{", r"\overset{a}{", r"\underbrace{", r"\underline{", r"\xrightarrow{"]
)
def test_nested_accents_are_written_once(
    start: str, mathml_of: MathmlOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    (mathml,) = mathml_of([f"$${start * 12}x{'}' * 12}$$"])
    output: list[object] = []
    write = linear._write_element
    monkeypatch.setattr(linear, "_write_element", lambda element: (output.append(element), write(element))[1])
    write_linear_notation(mathml)
    assert len(output) == len(set(output)) > 24


def test_a_rule_between_columns_is_a_bar(mathml_of: MathmlOf) -> None:
    (source,) = mathml_of([r"$$\begin{array}{cc|c} 1 & 2 & 3 \\ & 5 & 6 \end{array}$$"])
    assert write_linear_notation(source).text == "1, 2 | 3; 5 | 6"


def test_a_bar_is_a_rule_of_its_row(mathml_of: MathmlOf) -> None:
    rows = r"\multicolumn{2}{c|}{1} & 2 \\ 3 & \multicolumn{1}{c|}{4} & 5 \\ 6 & 7 & 8"
    (source,) = mathml_of([rf"$$\begin{{array}}{{c|cc}} {rows} \end{{array}}$$"])
    assert write_linear_notation(source).text == "1 | 2; 3 | 4 | 5; 6 | 7, 8"
