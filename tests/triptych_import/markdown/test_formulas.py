"""Test that formulas in all notations become formulas between dollar signs."""

from __future__ import annotations

import pytest

from triptych_import.book import Draft
from triptych_import.commonmark import convert_commonmark
from triptych_import.formulas import (
    convert_bracket_formulas,
    has_bracket_formulas,
    insert_macro_definitions,
    normalise_formulas,
    read_katex_macros,
    report_formula_colours,
    select_macros,
)


def adapted(text: str) -> str:
    return convert_commonmark(Draft.from_text("a.md", text), math=True).text


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
def test_formulas_are_unchanged(text: str) -> None:
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


def test_katex_macros_are_defined_where_used() -> None:
    text = "# A\n\n$\\R \\cfrac{1}{2}$ and `$\\N$`\n"
    head = "# A\n\n\\newcommand{\\R}{\\mathbb{R}}\n\\newcommand{\\cfrac}[2]{\\frac{#1}{#2}}\n\n\n"
    assert insert_macro_definitions(Draft.from_text("a.md", text), {}).text == text.replace("# A\n\n", head)
    content = "\\newcommand{\\R}{r}\n\n$\\R$\n"
    assert insert_macro_definitions(Draft.from_text("a.md", content), {}).text == content


def test_macro_arguments_are_not_ids(import_of) -> None:
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
    drawing = insert_macro_definitions(Draft.from_text("a.md", text), {}).text
    assert drawing.count("$$") == 2
    assert drawing.index("\\def") < drawing.index("\\newcommand") < drawing.index("$$")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("costs 5$ and 6$ now\n", "costs 5$ and 6$ now\n"),
        ("$x$5 and $y$\n", "$x$<!-- -->5 and $y$\n"),  # pandoc reads no formula before a digit
        ("$5 and more words$5\n", "$5 and more words$5\n"),
        ("$ x_1 $, $ y^2$ and $z_1 $\n", "$x_1$, $y^2$ and $z_1$\n"),
        ("$words and$ $x_1 $\n", "$words and$ $x_1$\n"),
        ("a $`x`$5 $` y `$\n", "a $x$<!-- -->5 $y$\n"),
        ("$$\na\n\n\nb\n$$\n\n$$\nc\n\nd\n$$\n", "$$\na\nb\n$$\n\n$$\nc\nd\n$$\n"),
    ],
)
def test_dollar_signs_follow_the_rules_of_pandoc(written: str, read: str) -> None:
    assert normalise_formulas(Draft.from_text("a.md", written)).text == read


@pytest.mark.parametrize(
    ("written", "options", "read"),
    [
        ("\\\\(x\\\\) and \\(y_1\\)\n", {"double_backslashes": True}, "$x$ and \\(y_1\\)\n"),
        ("\\(x y\\) \\(z\\)\n", {}, "\\(x y\\) $z$\n"),
        ("\\(x y\\) \\(z\\)\n", {"all_brackets": True}, "$x y$ $z$\n"),
        ("\\(  \\) \\(a\n\nb_1\\)\n", {"all_brackets": True}, "\\(  \\) \\(a\n\nb_1\\)\n"),
        ("\\[x\\]\n", {}, "\\[x\\]\n"),
        ("\\[x^2\\]5\n", {}, "$$x^2$$5\n"),
        ("\\(x^2\\)5 costs $5\n\nother $6\n", {}, "$x^2$<!-- -->5 costs \\$5\n\nother $6\n"),
        ("<a title='$'> \\(x^2\\) $\n", {}, "<a title='$'> $x^2$ \\$\n"),
    ],
)
def test_brackets_with_tex_or_a_letter_are_formulas(
    written: str, options: dict[str, bool], read: str
) -> None:
    assert convert_bracket_formulas(Draft.from_text("a.md", written), **options).text == read


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("\\(\\alpha\\)", True),
        ("\\(x\\) \\(\\beta\\)", True),
        ("\\(a\\)", False),
        ("\\(\\a\\)", False),
        ("\\\\(\\alpha\\)", False),
        ("`\\(\\alpha\\)`", False),
        ("\\(a\n\n\\alpha\\)", False),
    ],
)
def test_brackets_with_a_tex_command_show_that_brackets_are_formulas(text: str, found: bool) -> None:
    assert has_bracket_formulas(text) is found


def test_katex_macros_have_as_many_arguments_as_they_use() -> None:
    text = "\\R:{\\mathbb{R}}  \n\\f:{#1+#2\\kern-0.5em}\n \\x:{y}\n\\g:#1\n"
    assert read_katex_macros(text) == {
        "R": "\\newcommand{\\R}{{\\mathbb{R}}}",
        "f": "\\newcommand{\\f}[2]{{#1+#2}}",
        "g": "\\newcommand{\\g}[1]{#1}",
    }


def test_dependent_macros_are_selected_in_definition_order() -> None:
    macros = {"a": "A\\b", "b": "B\\c", "c": "C", "d": "D\\a", "e": "E\\a", "f": "F\\f"}
    assert select_macros("\\d", macros) == ["A\\b", "B\\c", "C", "D\\a"]
    assert select_macros("\\f and \\ee", macros) == ["F\\f"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("$\\color{red}x$ and \\color{red}\n", "1:1 `\\color`"),
        ("\\newcommand{\\bad}{\\textcolor{red}{x}}\n\n$y$ $\\bad$ `$\\bad$`\n", "3:5 `\\textcolor`"),
        ("$\\colorful$ $\\fcolorbox{a}{b}{c}$\n", "1:13 `\\fcolorbox`"),
        ("$\\colorful$\n", ""),
    ],
)
def test_the_colour_of_a_formula_is_reported_at_the_formula(text: str, found: str) -> None:
    findings = report_formula_colours(Draft.from_text("a.md", text))
    assert [
        f"{finding.line}:{finding.column} {finding.message.split(' in ')[0]}" for finding in findings
    ] == ([found] if found else [])
