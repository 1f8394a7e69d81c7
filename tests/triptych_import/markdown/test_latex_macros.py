"""Macros of a LaTeX preamble become Markdown where a text uses them."""

from __future__ import annotations

import pytest

from tests.triptych_import.conftest import ImportOf
from triptych.diagnostics import has_errors
from triptych.model.nodes import IndexMark
from triptych.model.walk import chapter_nodes, plain_text
from triptych_import.book import Draft, SectionFile, SourceText
from triptych_import.formulas import Macro, expand_macros, parse_macro_definitions, read_preamble

PREAMBLE = r"""
\usepackage{makeidx} % \newcommand{\no}{x}
\newcommand{\indexc}[1]{\index{#1@\texttt{#1}}}
\newcommand{\pkg}[1]{\textbf{#1}\index{#1 (package)}}
\DeclareRobustCommand\fun[1]{\texttt{#1()}}
\newcommand{\seefun}[2][base]{\fun{#2} in \emph{#1}}
\def\E{\mathbb{E}}
\renewcommand{\name}{The \textsc{Name}\xspace}
\newcommand{\fancy}[1]{\tikz{\node {#1};}}
\newcommand{\loop}{\loop}
\newcommand{\unit}[2]{#1~#2}
\newcommand{\opt}[1][x]{(#1)}
\newcommand{\unclosed}{a \opt[b}
\newcommand{\growa}{\growb\growb}
\newcommand{\growb}{\growc\growc}
\newcommand{\growc}{\growd\growd}
\newcommand{\growd}{\growe\growe}
\newcommand{\growe}{\growf\growf}
\newcommand{\growf}{\growg\growg}
\newcommand{\growg}{\growh\growh}
\newcommand{\growh}{\growi\growi}
\newcommand{\growi}{\growj\growj}
\newcommand{\growj}{\growk\growk}
\newcommand{\growk}{\growl\growl}
\newcommand{\growl}{\growm\growm}
\newcommand{\growm}{\grown\grown}
\newcommand{\grown}{\growo\growo}
\newcommand{\growo}{\growp\growp}
\newcommand{\growp}{}
"""


def expanded(text: str) -> tuple[str, list[str]]:
    section = SectionFile(
        path="a.md", source_texts=(SourceText(draft=Draft.from_text("a.Rmd", text), title="A"),)
    )
    sections = expand_macros([section], parse_macro_definitions(PREAMBLE))
    draft = sections[0].source_texts[0].draft
    return draft.text, [str(finding) for finding in draft.findings]


def test_definitions_are_read() -> None:
    macros = parse_macro_definitions(PREAMBLE)
    assert "no" not in macros
    assert macros["indexc"] == Macro(1, None, r"\index{#1@\texttt{#1}}")
    assert macros["seefun"] == Macro(2, "base", r"\fun{#2} in \emph{#1}")
    assert macros["E"] == Macro(0, None, r"\mathbb{E}")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"a\indexc{as\_string()} b", r"a\index{as\_string()@\texttt{as\_string()}} b"),
        (r"\pkg{dplyr} is", r"**dplyr**\index{dplyr (package)} is"),
        (r"\fun{a\_b} and \fun {c}", "`a_b()` and `c()`"),
        (r"\seefun{a} \seefun[stats]{b}", "`a()` in *base* `b()` in *stats*"),
        (r"\name{} and \name", "The [Name]{.smallcaps} and The [Name]{.smallcaps}"),
        (r"\unit{5}{km}", r"5\ km"),
        (r"\opt[a] and \opt", "(a) and (x)"),
        ("\\opt[a\n\nb] and \\opt[c", "(x)[a\n\nb] and (x)[c"),
        (r"\unclosed", "a (x)[b"),
        (r"\mbox{a \textbf{b}} \textbf{c} \texttt{d\_e}", "a **b** **c** `d_e`"),
        (r"`\fun{x}` and $\fun{x}$ and \\fun{x} and \unknown{x}", None),
        (r"\index{a@\texttt{a}} \fun", None),
        ("\\newcommand{\\fun}[1]{own #1}\n\n\\fun{x}", None),
    ],
)
def test_calls_become_markdown(written: str, read: str | None) -> None:
    text, found = expanded(written)
    assert text.rpartition("\n\n")[2] == (read or written).rpartition("\n\n")[2]
    assert not found


def test_arguments_of_a_macro_without_an_equal_are_kept_and_reported() -> None:
    text, found = expanded("It is \\fancy{so\\_so} and \\loop.")
    assert text == "It is so_so and ."
    done = "which has no Markdown equivalent; kept the text of its arguments"
    assert found == [
        f"a.Rmd:1:7: note: the macro `\\fancy` uses `\\tikz`, {done}",
        f"a.Rmd:1:26: note: the macro `\\loop` uses `\\loop`, {done}",
    ]


def test_a_macro_in_a_formula_is_defined_for_it() -> None:
    assert expanded("# A\n\n$\\E[x]$")[0] == "# A\n\n\\newcommand{\\E}{\\mathbb{E}}\n\n\n$\\E[x]$"


def test_settings_name_the_preamble() -> None:
    files = {"latex/preamble.tex": "\\one", "more.tex": "\\two"}
    settings = [
        {"bookdown::pdf_book": {"includes": {"in_header": "latex/preamble.tex", "after_body": "no.tex"}}},
        {
            "format": {
                "pdf": {"include-in-header": ["more.tex", {"text": "\\three"}]},
                "html": {"css": "a.tex"},
            }
        },
        {"header-includes": ["\\four"]},
    ]
    assert read_preamble(settings, files.get).split() == ["\\one", "\\two", "\\three", "\\four"]


def test_entries_of_the_index_come_with_a_bookdown_book(import_of: ImportOf) -> None:
    result = import_of({
        "index.Rmd": "---\ntitle: B\nsite: bookdown::bookdown_site\nlang: en\n---\n\n# One\n\nText\\indexc{\\%in\\%} and\\indexc{\"!} so. \\index{unquoting!in ast()@in \\texttt{ast()}}\n",
        "_output.yml": "bookdown::pdf_book:\n  includes:\n    in_header: latex/preamble.tex\n",
        "latex/preamble.tex": PREAMBLE,
    })  # fmt: skip
    marks = [node for node in chapter_nodes(result.book.chapters[0]) if isinstance(node, IndexMark)]
    assert [[plain_text(term.content) for term in mark.path] for mark in marks] == [
        ["%in%"],
        ["!"],
        ["unquoting", "in ast()"],
    ]
    assert not result.notes
    assert not [finding for finding in result.found if finding.code in ("SEC006", "LNT014")]


def test_macros_that_a_script_gives_mathjax_are_read() -> None:
    script = (
        "<script>window.MathJax = {tex: {macros: {\n  // sets\n  R: '\\\\mathbb{R}',\n"
        '  "bs": ["\\\\boldsymbol{#1}", 1],\n  U: "\\\\bs{U}",\n'
        '  V: ["\\\\mathbb{V}"], q: ["x_{#1}#2", 2, "i"]\n}}};</script>'
    )
    settings = ({"format": {"html": {"include-in-header": [{"file": "macros.html"}]}}},)
    assert parse_macro_definitions(read_preamble(settings, {"macros.html": script}.get)) == {
        "R": Macro(0, None, "\\mathbb{R}"),
        "bs": Macro(1, None, "\\boldsymbol{#1}"),
        "U": Macro(0, None, "\\bs{U}"),
        "V": Macro(0, None, "\\mathbb{V}"),
        "q": Macro(2, "i", "x_{#1}#2"),
    }


def test_the_signs_of_a_preamble_stand_in_formulas_before_those_that_are_known(import_of: ImportOf) -> None:
    result = import_of({
        "_quarto.yml": "project: {type: book}\nbook: {title: T, chapters: [index.qmd]}\n"
        "format: {pdf: {include-in-header: m.tex}}\n",
        "m.tex": "\\renewcommand{\\P}{\\mathbb{P}}\n\\newcommand{\\N}{\\mathcal{N}}\n",
        "index.qmd": "# A\n\n$\\P(x) = \\N$\n",
    })  # fmt: skip
    text = result.text("index.md")
    assert "{\\P}{\\mathbb{P}}" in text and "{\\N}{\\mathcal{N}}" in text
    assert "\\mathbb{N}" not in text
    assert not has_errors(result.found), result.found


def test_limits_of_an_operator_with_a_star_are_above_and_below_it() -> None:
    tex = "\\DeclareMathOperator*{\\argmin}{arg\\,min}\n\\DeclareMathOperator{\\tr}{tr}"
    assert parse_macro_definitions(tex) == {
        "argmin": Macro(0, None, "\\operatorname*{arg\\,min}"),
        "tr": Macro(0, None, "\\operatorname{tr}"),
    }


def test_colours_in_formulas_are_reported_and_their_formulas_keep_their_tex(import_of: ImportOf) -> None:
    text = "# One\n\nSo $\\red{x} + y$ and $z$,\n\n$$\\textcolor[HTML]{FF0000}{a} = b$$\n"
    result = import_of({
        "_quarto.yml": "project: {type: book}\nbook: {title: B, chapters: [index.qmd]}\nlang: en\n"
        "format: {pdf: {include-in-header: {text: \"\\\\newcommand{\\\\red}[1]{\\\\textcolor{red!60}{#1}}\"}}}\n",
        "index.qmd": text,
    })  # fmt: skip
    assert "$\\red{x} + y$" in result.text("index.md")
    assert "$$\\textcolor[HTML]{FF0000}{a} = b$$" in result.text("index.md")
    assert [note for note in result.notes if "colour" in note] == [
        "index.qmd:3:4: note: `\\textcolor` in a formula is not supported; the formula has no colour",
        "index.qmd:5:1: note: `\\textcolor` in a formula is not supported; the formula has no colour",
    ]
    assert not [finding for finding in result.found if finding.code.startswith("MTH")]


def test_macros_that_multiply_without_end_are_reported() -> None:
    text, found = expanded(r"\growa and \growl.")
    assert text.endswith(" and .")
    assert len(found) == 1 and "growa" in found[0]
