"""Test that macros of a LaTeX preamble are expanded in the text."""

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


def test_definitions_are_parsed() -> None:
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
    text, result = expanded(written)
    assert text.rpartition("\n\n")[2] == (read or written).rpartition("\n\n")[2]
    assert not result


def test_arguments_of_unsupported_macros_are_kept_and_reported() -> None:
    text, result = expanded("It is \\fancy{so\\_so} and \\loop.")
    assert text == "It is so_so and ."
    content = "which has no Markdown equivalent; kept the text of its arguments"
    assert result == [
        f"a.Rmd:1:7: note: the macro `\\fancy` uses `\\tikz`, {content}",
        f"a.Rmd:1:26: note: the macro `\\loop` uses `\\loop`, {content}",
    ]


def test_macro_used_in_a_formula_is_defined_for_it() -> None:
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


def test_index_entries_of_a_bookdown_book_are_kept(import_of: ImportOf) -> None:
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


def test_mathjax_macros_of_a_script_are_read() -> None:
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


def test_preamble_macros_override_known_ones_in_formulas(import_of: ImportOf) -> None:
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


def test_starred_operator_has_limits_above_and_below() -> None:
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
    text, result = expanded(r"\growa and \growl.")
    assert text.endswith(" and .")
    assert len(result) == 1 and "growa" in result[0]


CALLS = parse_macro_definitions(r"""
\newcommand{\dollar}[1]{a $#1$ b}
\newcommand{\open}{a $b}
\newcommand{\signs}{5\,\% \& x\-y\/z~\@ a\ b}
\newcommand{\keep}[1]{\url{#1} \path{a\_b} \code{x`y} \verb{`} \texttt{ }}
\newcommand{\link}[2]{\href{#1}{\emph{#2}}}
\newcommand{\wide}{a\hspace{2em}b\vspace{1em}c}
\newcommand{\short}[2]{#2}
\newcommand{\two}[1][d]{\emph{#1}!}
\newcommand{\group}{{a {b} c}}
\newcommand{\sure}{\ensuremath{x^2} and \index{a b} end}
\newcommand{\missing}{\textbf}
\newcommand{\nine}[1]{#1#2#0}
\newcommand{\textbf}[1]{(#1)}
""")


@pytest.mark.parametrize(
    ("call", "markdown"),
    [
        (r"\dollar{x\_1} end", r"a $x\_1$ b end"),
        (r"\signs", "5\u202f\\% \\& xyz\\  a b"),
        (r"\keep{https://x.org/a\_b}", "<https://x.org/a_b> `a_b` ``x`y`` `` ` `` "),
        (r"\link{https://x.org/\emph}{see {it}}", r"[*see it*](https://x.org/\emph)"),
        (r"\wide!", "a bc!"),
        (r"\short {a} {b\}c}", r"b\}c"),
        (r"\two[e], \two{}", "*e*!, *d*!{}"),
        (r"\group{}x", "a b cx"),
        (r"\sure", "$x^2$ and \\index{a b} end"),
        (r"\nine{a}", "a"),
        (r"\textbf{a}", "**a**"),
        ("\\short{a}{b\n\nc} end", "b\n\nc end"),
        (r"\short{a}b", None),
    ],
)
def test_commands_in_a_macro_become_markdown(call: str, markdown: str | None) -> None:
    piece = SourceText(draft=Draft.from_text("a.Rmd", f"Words: {call}"), title="A")
    (expanded_section,) = expand_macros([SectionFile(path="a.md", source_texts=(piece,))], CALLS)
    assert expanded_section.source_texts[0].draft.text == f"Words: {call if markdown is None else markdown}"


@pytest.mark.parametrize(
    ("call", "text", "command"),
    [(r"\open{}", "", "$"), (r"\missing", "", r"\textbf"), (r"\two[\x{a}]", r"\x{a}", r"\x")],
)
def test_a_macro_that_cannot_be_converted_is_reported_with_the_command(
    call: str, text: str, command: str
) -> None:
    piece = SourceText(draft=Draft.from_text("a.Rmd", call), title="A")
    (expanded_section,) = expand_macros([SectionFile(path="a.md", source_texts=(piece,))], CALLS)
    draft = expanded_section.source_texts[0].draft
    assert draft.text == text
    assert [finding.message.partition(", ")[0].partition(" uses ")[2] for finding in draft.findings] == [
        f"`{command}`"
    ]


@pytest.mark.parametrize(
    ("preamble", "macros"),
    [
        (r"\def\a#1#2{#2#1}", {"a": Macro(2, None, "#2#1")}),
        (r"\def\a{x}\renewcommand*{\a}[1]{y}", {"a": Macro(1, None, "y")}),
        (r"\providecommand \a [2] [q] {x}", {"a": Macro(2, "q", "x")}),
        (r"\DeclareMathOperator{\a}{arg}", {"a": Macro(0, None, r"\operatorname{arg}")}),
        (r"\DeclareMathOperator*{\a}{arg}", {"a": Macro(0, None, r"\operatorname*{arg}")}),
        ("\\newcommand{\\a}{x % no }\n  y}", {"a": Macro(0, None, "x y")}),
        (r"\newcommand{\a}{5\% {x\}y}}", {"a": Macro(0, None, r"5\% {x\}y}")}),
        ("\\newcommand{\\a}{x\n\ny}", {"a": Macro(0, None, "x\n\ny")}),
        (r"\newcommand{\a}{x", {}),
        (r"\newcommand{\a1}{x}", {}),
    ],
)
def test_each_macro_definition_command_is_parsed(preamble: str, macros: dict[str, Macro]) -> None:
    assert parse_macro_definitions(preamble) == macros


@pytest.mark.parametrize(
    ("settings", "tex"),
    [
        (
            """MathJax = {tex: {macros: {E: "\\\\mathbb{E}", 'bs': ["\\\\mathbf{#1}", 1], no: 5}}}""",
            ["\\newcommand{\\E}{\\mathbb{E}}", "\\newcommand{\\bs}[1]{\\mathbf{#1}}"],
        ),
        (
            "Macros: {\n// first\na: ['x#1#2', 2, 'd'], b: [\"y\"]\n} \\\\",
            ["\\newcommand{\\a}[2][d]{x#1#2}", "\\newcommand{\\b}{y}"],
        ),
    ],
)
def test_macros_of_mathjax_become_definitions(settings: str, tex: list[str]) -> None:
    assert read_preamble([{"header-includes": settings}], {}.get).split("\n") == tex
