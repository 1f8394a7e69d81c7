"""Test LaTeX notations for displayed formulas and their labels."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook, section_xhtml
from triptych.model.book import format_equation_number, list_row_numbers
from triptych.model.nodes import Attr, Equation, Math, Paragraph, Reference, Text
from triptych.model.walk import plain_text, walk_all
from triptych.reading.syntax.latex import make_equation_id


def equations(book) -> list[Equation]:
    return [node for node in walk_all(book.chapters[0].blocks) if isinstance(node, Equation)]


@pytest.mark.parametrize(
    "tex",
    [
        "\\begin{equation}\na = b\n\\end{equation}",
        "\\begin{equation*} a = b \\end{equation*}",
        "\\begin{align}\na &= b \\\\\nc &= d\n\\end{align}",
        "\\begin{align*} a &= b \\end{align*}",
        "\\begin{alignat}{2} a &= b & c &= d \\end{alignat}",
        "\\begin{flalign} a &= b \\end{flalign}",
        "\\begin{gather} a \\\\ b \\end{gather}",
        "\\begin{multline*} a \\\\ + b \\end{multline*}",
        "\\begin{eqnarray} a &=& b \\end{eqnarray}",
        "\\begin{displaymath} a = b \\end{displaymath}",
        "\\begin{equation}\\begin{split} a &= b \\\\ &= c \\end{split}\\end{equation}",
        "$$ a &= b \\\\ c &= d $$",
        "$$ a = b % a remark $$",
        "$$ a = \\textsc{b} $$",
        "$$ d_{\\rm Far}(a) = {\\bf 1} + \\cal L $$",
        "$$ {a + {b \\over c}} \\over {\\it d} $$",
        "$$ y = \\left[1 \\ \\ 2\\right]\\\\ $$",
        "$$ \\left( a \\vphantom{\\sum_i^n}\\right. $$",
        "$$ a \\text{,} $$",
    ],
)
def test_a_formula_of_latex_is_a_displayed_formula(tex: str, read_book_of: ReadBook) -> None:
    book, result = read_book_of(f"Before.\n\n{tex}\n\nAfter.")
    assert result == []
    before, equation, after = book.chapters[0].blocks
    assert isinstance(before, Paragraph) and isinstance(after, Paragraph)
    assert isinstance(equation, Equation)
    assert equation.mathml and equation.omml


@pytest.mark.parametrize(
    ("tex", "shown"),
    [
        ("$$x_{\\rm max}$$", "max"),
        ("$$x_{\\bf a}$$", ">𝐚</mi>"),
        ("$$1 + {a \\over b}$$", "<mfrac>"),
        ("$$a \\\\rm b$$", "<mi>r</mi>"),
    ],
)
def test_faces_and_fractions_of_plain_tex_are_those_of_latex(
    tex: str, shown: str, read_book_of: ReadBook
) -> None:
    book, result = read_book_of(tex)
    assert result == []
    (equation,) = equations(book)
    assert shown in equation.mathml


def test_excessive_nesting_does_not_fail(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(f"$${'{' * 3000}\\rm a{'}' * 3000}$$\n\nAfter.")
    assert [type(block) for block in book.chapters[0].blocks] == [Equation, Paragraph]


def test_environment_within_a_paragraph_divides_it(read_book_of: ReadBook) -> None:
    book, result = read_book_of("One\n\\begin{equation}\na\n\\end{equation}\ntwo.")
    assert result == []
    assert [type(block) for block in book.chapters[0].blocks] == [Paragraph, Equation, Paragraph]


def test_other_raw_tex_is_still_omitted(read_book_of: ReadBook) -> None:
    book, _ = read_book_of("\\begin{tabular}{l}\nText\n\\end{tabular}\n")
    assert equations(book) == []


def test_macros_of_a_section_reach_its_environments(read_book_of: ReadBook) -> None:
    text = "\\newcommand{\\R}{\\mathbb{R}}\n\\DeclareMathOperator{\\argmax}{arg\\,max}\n\n"
    book, result = read_book_of(f"{text}\\begin{{equation}}\\argmax_x \\in \\R\\end{{equation}}\n")
    assert result == []
    (equation,) = equations(book)
    assert "ℝ" in equation.mathml


@pytest.mark.parametrize("label", ["eq:x", "eq-x", "x"])
def test_label_becomes_a_numbered_id(label: str, read_book_of: ReadBook) -> None:
    text = f"$$a = b \\label{{{label}}}$$\n\nSee \\eqref{{{label}}}, \\ref{{{label}}} and @eq-x."
    book, result = read_book_of(text)
    assert result == []
    (equation,) = equations(book)
    assert equation.attr.id == "eq-x"
    assert format_equation_number(equation, book.labels) == "(1.1)"
    assert plain_text(book.chapters[0].blocks[1:]) == "See (1.1), 1.1 and Equation 1.1."


def test_each_labelled_row_has_a_number(read_book_of: ReadBook) -> None:
    text = "\\begin{align}\na &= b \\label{one}\\\\\nc &= d \\\\\ne &= f \\label{two}\n\\end{align}\n\nSee \\eqref{two}."
    book, result = read_book_of(text)
    assert result == []
    (equation,) = equations(book)
    assert equation.attr.id == ""
    assert list_row_numbers(equation, book.labels) == ("(1.1)", "", "(1.2)")
    references = [node for node in walk_all(book.chapters[0].blocks) if isinstance(node, Reference)]
    assert [node.target for node in references] == ["eq-two"]
    assert plain_text(book.chapters[0].blocks[1:]) == "See (1.2)."


@pytest.mark.parametrize(
    ("tex", "numbers"),
    [
        ("\\begin{align} a \\label{x} \\\\ b \\end{align}", ("(1.1)", "")),
        ("\\begin{gather} a \\tag{A} \\\\ b \\label{x} \\notag \\end{gather}", ("(A)", "(1.1)")),
        ("\\begin{multline} a \\label{x} \\\\ b \\\\ c \\end{multline}", ("", "", "(1.1)")),
        (
            "\\begin{align} a \\label{x} \\\\ \\intertext{and} b \\label{y} \\end{align}",
            ("(1.1)", "", "(1.2)"),
        ),
        ("$$ a &= b \\label{x} \\\\ c &= d \\label{y} $$", ("(1.1)", "(1.2)")),
        ("$$\\begin{aligned} a \\label{x} \\\\ c \\label{y} \\end{aligned}$$", ("(1.1)", "(1.2)")),
        ("\\begin{align} a \\\\ b \\end{align}", ()),
    ],
)
def test_numbers_of_rows(tex: str, numbers: tuple[str, ...], read_book_of: ReadBook) -> None:
    book, result = read_book_of(tex)
    assert result == []
    (equation,) = equations(book)
    assert list_row_numbers(equation, book.labels) == numbers


@pytest.mark.parametrize(
    "tex",
    [
        "\\begin{equation}\\begin{split} a &= b \\\\ &= c \\end{split} \\label{x} \\end{equation}",
        "$$\\begin{aligned} a &= b \\\\ &= c \\label{x} \\end{aligned}$$",
        "\\begin{align} a \\label{y} \\\\ b \\label{z} \\end{align} {#eq-x}",
    ],
)
def test_other_formulas_have_one_number(tex: str, read_book_of: ReadBook) -> None:
    book, result = read_book_of(f"$${tex}$$" if tex.endswith("}{#eq-x}") else tex)
    assert result == []
    (equation,) = equations(book)
    assert (equation.rows, equation.attr.id) == ((), "eq-x")
    assert format_equation_number(equation, book.labels) == "(1.1)"


def test_subequations_share_a_number(read_book_of: ReadBook) -> None:
    text = (
        "\\begin{subequations}\\label{all}\n\\begin{align} a \\label{a} \\\\ b \\label{b} \\end{align}\nand\n"
        "\\begin{equation} c \\label{c} \\end{equation}\n\\end{subequations}\n\n$$d$$ {#eq-d}\n\n"
        "\\ref{all}, \\eqref{a}, \\eqref{b}, \\eqref{c}, @eq-c and \\eqref{d}"
    )
    book, result = read_book_of(text)
    assert result == []
    assert [type(block).__name__ for block in book.chapters[0].blocks[:3]] == [
        "Equation",
        "Paragraph",
        "Equation",
    ]
    content = "1.1, (1.1a), (1.1b), (1.1c), Equation 1.1c and (1.2)"
    assert plain_text(book.chapters[0].blocks[-1:]) == content


def test_two_subequations_have_two_numbers(read_book_of: ReadBook) -> None:
    text = "\\begin{subequations}\n\\begin{align} a \\label{NAME} \\end{align}\n\\end{subequations}\n\n"
    book, result = read_book_of(text.replace("NAME", "a") + text.replace("NAME", "b"))
    assert result == []
    assert [list_row_numbers(node, book.labels) for node in equations(book)] == [("(1.1a)",), ("(1.2a)",)]


def test_latex_references_may_point_to_other_elements(read_book_of: ReadBook) -> None:
    text = ": A caption {#tbl-a}\n\n| A |\n|---|\n| 1 |\n\nSee \\ref{tbl:a} and \\autoref{tbl-a}."
    book, result = read_book_of(text)
    assert result == []
    assert plain_text(book.chapters[0].blocks[-1:]) == "See 1.1 and Table 1.1."


def test_a_reference_in_dollar_signs_is_a_reference(read_book_of: ReadBook) -> None:
    book, result = read_book_of("$$a \\label{eq:x}$$\n\nSee $\\eqref{eq:x}$.")
    assert result == []
    assert not [node for node in walk_all(book.chapters[0].blocks) if isinstance(node, Math)]
    assert plain_text(book.chapters[0].blocks[1:]) == "See (1.1)."


@pytest.mark.parametrize("label", ["eq:y", "unknown"])
def test_unknown_label_is_an_error(label: str, read_book_of: ReadBook) -> None:
    _, findings = read_book_of(f"$$a \\label{{eq:x}}$$\n\nSee \\eqref{{{label}}}.")
    assert [(finding.code, finding.span.line) for finding in findings if finding.span] == [("REF001", 6)]


@pytest.mark.parametrize(
    ("tag", "shown", "referred"), [(r"\tag{A}", "(A)", "A"), (r"\tag*{$\ast$}", "∗", "∗")]
)
def test_tag_replaces_the_number(tag: str, shown: str, referred: str, read_book_of: ReadBook) -> None:
    text = f"$$a {tag} \\label{{eq:a}}$$\n\n$$b \\label{{eq:b}}$$\n\n\\ref{{eq:a}} and \\ref{{eq:b}}."
    book, result = read_book_of(text)
    assert result == []
    first, second = equations(book)
    assert format_equation_number(first, book.labels) == shown
    assert format_equation_number(second, book.labels) == "(1.1)"
    assert plain_text(book.chapters[0].blocks[2:]) == f"{referred} and 1.1."
    assert "tag" not in first.mathml.replace("\\tag", "")


@pytest.mark.parametrize("tag", ["\\tag{7}", "\\tag 7"])
def test_a_tag_needs_no_label(tag: str, read_book_of: ReadBook) -> None:
    book, _ = read_book_of(f"$$a {tag}$$")
    assert format_equation_number(equations(book)[0], book.labels) == "(7)"


@pytest.mark.parametrize(
    ("written", "attr"),
    [
        ("{#eq-x}", Attr("eq-x")),
        (" {#eq-x .slide}", Attr("eq-x", ("slide",))),
        (' {.slide slide-title="Two words"}', Attr("", ("slide",), (("slide-title", "Two words"),))),
        (" {.no-slide}", Attr("", ("no-slide",))),
    ],
)
def test_attributes_follow_a_formula(written: str, attr: Attr, read_book_of: ReadBook) -> None:
    book, result = read_book_of(f"$$a = b${'$'}{written}")
    assert result == []
    (block,) = book.chapters[0].blocks
    assert isinstance(block, Equation)
    assert block.attr == attr


def test_written_id_overrides_a_label(read_book_of: ReadBook) -> None:
    book, result = read_book_of("$$a \\label{old}$$ {#eq-new}\n\nSee \\ref{old}.")
    assert result == []
    assert equations(book)[0].attr.id == "eq-new"


@pytest.mark.parametrize("text", ["{so to say} more", "{", "and {#x}"])
def test_other_text_after_a_formula_is_kept(text: str, read_book_of: ReadBook) -> None:
    book, _ = read_book_of(f"$$a$$ {text}")
    equation, rest = book.chapters[0].blocks
    assert isinstance(equation, Equation) and equation.attr == Attr()
    assert isinstance(rest, Paragraph) and rest.content == (Text(text=text),)


@pytest.mark.parametrize(
    ("label", "identifier"), [("eq:a", "eq-a"), ("eq-a", "eq-a"), ("a:b", "eq-a:b"), ("a", "eq-a")]
)
def test_a_label_as_an_id(label: str, identifier: str) -> None:
    assert make_equation_id(label) == identifier


def test_a_formula_that_no_person_would_nest_is_not_followed(read_book_of: ReadBook) -> None:
    book, findings = read_book_of("$$" + "\\sqrt{" * 300 + "x" + "}" * 300 + "$$")
    assert [finding.code for finding in findings] == ["MTH001"]
    assert equations(book)[0].mathml == ""


@pytest.mark.parametrize("character", ["\f", "\x01", "\x1b", "\uffff"])
def test_character_not_allowed_in_mathml_is_reported(read_book_of: ReadBook, character: str) -> None:
    book, findings = read_book_of(f"One.\n\n$$x{character}y$$\n")
    assert [(finding.code, finding.span and finding.span.line) for finding in findings] == [("MTH001", 6)]
    assert equations(book)[0].mathml == ""


def test_dollar_signs_around_no_text_are_literal(read_book_of: ReadBook) -> None:
    book, result = read_book_of("$$ $$\n\nText.")
    assert result == []
    assert equations(book) == []


def test_very_long_formula_is_not_parsed(read_book_of: ReadBook) -> None:
    _, findings = read_book_of(f"$${'a + ' * 2_499}a$$\n")
    assert findings == []
    _, [problem] = read_book_of(f"$${'a + ' * 2_500}a$$\n")
    assert (problem.code, problem.message) == (
        "MTH001",
        "the formula has 10,001 characters; the limit is 10,000",
    )


@pytest.mark.parametrize(
    ("tex", "message", "hint"),
    [
        (r"\norm{x} + 1", r"unknown macro `\norm` in", r"\newcommand{\norm}"),
        (r"\ce{H2O}", r"unknown macro `\ce` in", r"\mathrm{H_2O}"),
        (r"a \pageref{b}", r"unknown macro `\pageref` in", "the text around the formula"),
        (r"\foo + \baz{x}", r"unknown macros `\foo` and `\baz` in", r"\newcommand"),
        (r"\frac{1}{2", "unclosed brace `{`", "add the missing"),
        (r"\frac{1}2}", "unmatched brace `}`", "delete the brace"),
        (r"\begin{matrix} a & b", r"\begin{matrix} has no \end{matrix}", r"add \end{matrix}"),
        (r"\begin{cases} a \\ b \end{case}", r"\end{case} does not match", "the same environment name"),
        (r"\begin{algned} a \end{algned}", "unknown environment `algned`", "aligned"),
        (r"a & b", "`&` outside an environment", "aligned"),
        (r"x # y", "unexpected `#`", r"write `\#`"),
        (r"x_", "missing argument at the end", "braces"),
    ],
)
def test_formula_error_is_described(read_book_of: ReadBook, tex: str, message: str, hint: str) -> None:
    _, (problem,) = read_book_of(f"The formula ${tex}$ is wrong.\n")
    assert problem.code == "MTH001"
    assert message in problem.message
    assert hint in str(problem.hint)


@pytest.mark.parametrize(
    ("formula", "tag"),
    [
        (r"a = b. \qedhere", "□"),
        (r"a = b", ""),
        (r"\begin{aligned} a \\ b \qedhere \end{aligned}", "□"),
        (r"\begin{align*} a \\ b \qedhere \end{align*}", "|□"),
        (r"\begin{align*} a \label{eq:a} \\ b \qedhere \end{align*}", "|"),
        (r"a \tag{1} \qedhere", "(1)"),
        (r"a \label{eq:a} \qedhere", ""),
    ],
)
def test_end_mark_of_a_proof_is_beside_its_last_line(formula: str, tag: str, read_book_of: ReadBook) -> None:
    book, findings = read_book_of(f"::: proof\nSo\n\n$${formula}$$\n:::\n")
    (equation,) = equations(book)
    tags = [row.tag for row in equation.rows] or [equation.tag]
    assert ("|".join(tags), findings) == (tag, [])
    assert section_xhtml(book).count("□") == 1 and "□" not in equation.spoken


def test_end_mark_outside_a_proof_is_reported(read_book_of: ReadBook) -> None:
    _, (finding,) = read_book_of("::: proof\n$a \\qedhere$\n:::\n\nSo $b \\qedhere$.")
    assert (finding.code, finding.message) == ("MTH005", r"`\qedhere` has no effect outside a proof")
    assert finding.span is not None and finding.span.line == 8
