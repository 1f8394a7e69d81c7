"""Formulas as people write them become formulas between dollars."""

from __future__ import annotations

import pytest

from triptych_import.book import Draft
from triptych_import.commonmark import adapt_commonmark
from triptych_import.formulas import convert_bracket_formulas, insert_macro_definitions


def adapted(text: str) -> str:
    return adapt_commonmark(Draft.from_text("a.md", text), math=True).text


@pytest.mark.parametrize(
    "text",
    [
        "$x^2$ and $a_1 \\leq \\{b\\}$\n",
        "$$\nx^{2}\n- y\n+ z\n$$\n",
        "text\n$$\n# a \\\\\n> b @ c\n$$\n",
        "\\begin{align}\nx^2 &= \\alpha \\\\\n- y\n\\end{align}\n",
        "\\newcommand{\\R}{x^2}\n",
        "`$x$` and `\\(y\\)`\n",
    ],
)
def test_formulas_stay_as_they_are(text: str) -> None:
    assert adapted(text) == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2^10 at $x^2$\n", "2\\^10 at $x^2$\n"),
        ("C:\\Users and $\\alpha$\n", "C:\\\\Users and $\\alpha$\n"),
        ("```math\nE = mc^2\n```\n", "$$\nE = mc^2\n$$\n"),
        ("the $`x^2`$ of it\n", "the $x^2$ of it\n"),
        ("the $ x^2 $ of it\n", "the $x^2$ of it\n"),
        ("$ 5 and $ 6\n", "$ 5 and $ 6\n"),
        ("$$\nx\n$$\n## Head\n", "$$\nx\n$$\n\n## Head\n"),
        ("$$\na = b\n\nc = d\n$$\n", "$$\na = b\nc = d\n$$\n"),
    ],
)
def test_marks_become_those_of_pandoc(written: str, read: str) -> None:
    assert adapted(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("so \\(x^2\\) is\n", "so $x^2$ is\n"),
        ("\\[\n\\alpha = 1\n\\]\n", "$$\\alpha = 1$$\n"),
        ("an \\[optional\\] word \\(so\\)\n", "an \\[optional\\] word \\(so\\)\n"),
        ("`\\(x^2\\)`\n", "`\\(x^2\\)`\n"),
    ],
)
def test_brackets_around_tex_are_formulas(written: str, read: str) -> None:
    assert convert_bracket_formulas(Draft.from_text("a.md", written)).text == read


def test_names_that_katex_knows_besides_are_defined_where_a_formula_uses_them() -> None:
    text = "# A\n\n$\\R \\cfrac{1}{2}$ and `$\\N$`\n"
    head = "# A\n\n\\newcommand{\\R}{\\mathbb{R}}\n\\newcommand{\\cfrac}[2]{\\frac{#1}{#2}}\n\n\n"
    assert insert_macro_definitions(Draft.from_text("a.md", text), {}).text == text.replace("# A\n\n", head)
    own = "\\newcommand{\\R}{r}\n\n$\\R$\n"
    assert insert_macro_definitions(Draft.from_text("a.md", own), {}).text == own


def test_arguments_of_macros_are_no_ids(import_of) -> None:
    macro = "\\newcommand{\\half}[2]{\\frac{#1}{ {#2} }}"
    result = import_of({
        "one.md": f"# One {{#1}}\n\n{macro}\n\nIt is $\\half{{a}}{{b}}$.\n",
        "two.md": f"# Two {{#2}}\n\n{macro}\n\nIt is $\\half{{a}}{{b}}$.\n",
    })  # fmt: skip
    assert macro in result.text("one.md")
    assert macro in result.text("two.md")
    assert not any("is defined twice" in note for note in result.notes)
    assert "MTH001" not in {finding.code for finding in result.found}


def test_a_formula_that_only_defines_macros_is_none() -> None:
    text = "$$\n \\def\\bm#1{{\\boldsymbol #1}}\n\\newcommand{\\R}{x}\n$$\n\n$$\n\\bm{x} = \\R\n$$\n"
    drawn = insert_macro_definitions(Draft.from_text("a.md", text), {}).text
    assert drawn.count("$$") == 2
    assert drawn.index("\\def") < drawn.index("\\newcommand") < drawn.index("$$")
