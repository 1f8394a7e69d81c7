"""Test LaTeX documents: chapters, labels, references, theorems, figures, tables, and reported losses."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import tiny_png, write_files
from tests.triptych_import.conftest import Result
from triptych.diagnostics import has_errors
from triptych.model.walk import plain_text
from triptych_import import import_book
from triptych_import.book import ImportFailedError

ReadLatex = Callable[..., Result]

HEAD = (
    "\\usepackage[english]{babel}\n\\title{Tides}\n\\author{Ada Byron \\and Ben Osei}\n\\date{2026-03-01}\n"
)


@pytest.fixture
def latex(tmp_path: Path, read_import: Callable[[Path], Result]) -> ReadLatex:
    def read(
        body: str, *, head: str = HEAD, of: str = "article", files: Mapping[str, str | bytes] | None = None
    ) -> Result:
        text = f"\\documentclass{{{of}}}\n{head}\\begin{{document}}\n\\maketitle\n{body}\n\\end{{document}}\n"
        folder = write_files(tmp_path / "original", {"book.tex": text, **(files or {})})
        return read_import(folder / "book.tex")

    return read


def test_an_article_has_a_chapter_for_each_section(latex: ReadLatex) -> None:
    result = latex("\\section{One}\nA.\n\\subsection{Deep}\nB.\n\\section{Two}\nC.")
    assert result.imported.format_name == "LaTeX"
    assert not result.found
    assert result.book.metadata.title == "Tides"
    assert result.book.metadata.authors == ("Ada Byron", "Ben Osei")
    assert [plain_text(chapter.title) for chapter in result.book.chapters] == ["One", "Two"]
    assert "## Deep" in result.text("01-one.md")
    assert result.notes == []


def test_parts_appendices_and_abstract_are_kept(latex: ReadLatex) -> None:
    body = (
        "\\begin{abstract}In short.\\end{abstract}\n\\part{First}\n\\chapter{One}\nA.\n\\appendix\n"
        "\\chapter{Tables}\nB."
    )
    result = latex(body, of="book")
    assert not has_errors(result.found), result.found
    manifest = result.text("book.yaml")
    assert "- part: First\n      chapters:\n        - 02-one.md" in manifest
    assert "appendices:\n    - 03-tables.md" in manifest
    assert "role: abstract" in result.text("01-abstract.md")


def test_labels_become_ids_and_references_resolve(latex: ReadLatex) -> None:
    body = (
        "\\section{Model}\\label{sec:model}\nSee \\ref{fig:a}, \\eqref{eq:one}, \\autoref{tab:ports}, "
        "\\cref{sec:model,lst:c} and \\pageref{fig:a}.\n\n"
        "\\begin{equation}\\label{eq:one}\nx = 1\n\\end{equation}\n\n"
        "\\begin{figure}\\centering\\includegraphics[width=.6\\textwidth]{plot}\\caption{A plot}\\label{fig:a}"
        "\\end{figure}\n"
        "\\begin{table}\\caption{Ports}\\label{tab:ports}\\begin{tabular}{lr}A & B\\\\\\hline 1 & 2\\\\"
        "\\end{tabular}\\end{table}\n"
        "\\begin{lstlisting}[language=Python,caption={Code},label=lst:c]\nx = 1\n\\end{lstlisting}\n"
    )
    result = latex(body, files={"plot.png": tiny_png(900, 600)})
    assert not has_errors(result.found), result.found
    output = result.text("01-model.md")
    for text in (
        "# Model {#sec-model}",
        "See \\ref{fig-a}, \\eqref{eq-one}, \\autoref{tbl-ports}, \\cref{sec-model}, \\cref{lst-c}",
        "\\pageref{fig-a}",
        "\\label{eq-one}",
        '![A plot](plot.png){#fig-a width="60%"}',
        "::: {#tbl-ports}",
        'lst-cap="Code"',
    ):
        assert text in output
    assert {"sec-model", "fig-a", "eq-one", "tbl-ports", "lst-c"} <= set(result.book.labels)
    assert result.notes == []


def test_rows_of_a_formula_keep_their_labels(latex: ReadLatex) -> None:
    body = "\\section{A}\n\\begin{align}a &= b \\label{eq:x}\\\\ c &= d \\label{eq:y}\\end{align}\nSee \\eqref{eq:y}."
    result = latex(body)
    assert not has_errors(result.found), result.found
    assert "\\eqref{eq-y}" in result.text("01-a.md")
    assert {"eq-x", "eq-y"} <= set(result.book.labels)
    assert result.notes == []


def test_labels_in_captions_and_references_in_names_are_kept(latex: ReadLatex) -> None:
    body = (
        "\\section{A}\\label{sec:a}\n\\begin{theorem}[After \\cref{sec:a}]\\label{thm:a} So.\\end{theorem}\n"
        "\\begin{table}\\begin{tabular}{lr}A & B\\\\\\hline 1 & 2\\\\\\end{tabular}"
        "\\caption{Ports\\label{tab:ports}}\\end{table}\nSee \\cref{tab:ports,thm:a}."
    )
    result = latex(body)
    assert not has_errors(result.found), result.found
    assert "## After \\cref{sec-a}" in result.text("01-a.md")
    assert {"thm-a", "tbl-ports"} <= set(result.book.labels)
    assert result.notes == []


@pytest.mark.parametrize("declared", ["\\newtheorem{thm}{Theorem}[section]\n", ""])
def test_theorems_and_proofs_lose_printed_headings(latex: ReadLatex, declared: str) -> None:
    name = "thm" if declared else "theorem"
    body = (
        f"\\section{{A}}\n\\begin{{{name}}}[Byron]\\label{{thm:a}} All \\emph{{tides}} turn.\\end{{{name}}}\n"
        "\\begin{proof}Clear.\\end{proof}\nTheorem~\\ref{thm:a}."
    )
    result = latex(body, head=HEAD + declared)
    assert not has_errors(result.found), result.found
    output = result.text("01-a.md")
    assert '::: {#thm-a .theorem name="Byron"}\nAll' in output
    assert "Theorem 1" not in output
    assert "::: proof\nClear.\n:::" in output
    assert "thm-a" in result.book.labels


def test_files_are_put_in_and_missing_ones_are_noted(latex: ReadLatex) -> None:
    files = {"parts/one.tex": "\\section{One}\nA.\n\\input{parts/two}\n", "parts/two.tex": "B.\n"}
    result = latex("\\input{parts/one}\n% \\input{not/this}\n\\include{gone}\n", files=files)
    assert "A.\n\nB." in result.text("01-one.md")
    assert ['file "gone" cannot be read' in note for note in result.notes] == [True]


def test_files_outside_the_document_folder_are_not_read(latex: ReadLatex, tmp_path: Path) -> None:
    (tmp_path / "secret.tex").write_text("Secret.")
    result = latex(f"\\section{{A}}\nB. \\input{{../secret}} \\input{{{tmp_path}/secret}} C.")
    assert "Secret" not in result.text("01-a.md")
    assert len([note for note in result.notes if "cannot be read" in note]) == 2


def test_a_file_that_puts_itself_in_ends(latex: ReadLatex) -> None:
    result = latex("\\section{One}\nA.\n\\input{loop}", files={"loop.tex": "B. \\input{loop}\n"})
    assert "B." in result.text("01-one.md")
    assert any('file "loop" cannot be read' in note for note in result.notes)


def test_unknown_content_is_never_lost_silently(latex: ReadLatex) -> None:
    body = (
        "\\section{A}\n\\noindent A \\brandname{Quay} and \\gls{gw}, see \\ref{gone}.\\index{tide!high}\n\n"
        "\\begin{tikzpicture}\\draw (0,0);\\end{tikzpicture}"
    )
    result = latex(body)
    assert not has_errors(result.found), result.found
    output = result.text("01-a.md")
    assert "A Quay and gw, see gone.\\index{tide!high}" in output
    assert "``` latex\n\\begin{tikzpicture}" in output
    notes = " ".join(result.notes)
    for what in ("\\brandname", "glossary", '"gone"', "tikzpicture"):
        assert what in notes
    assert "noindent" not in notes and "times)" not in notes


def test_a_command_that_occurs_twice_is_one_note_with_the_count(latex: ReadLatex) -> None:
    body = "\\section{A}\nA \\brandname{Quay}, \\brandname{Port}, \\gls{gw}, \\gls{kw}, \\ref{x}, \\ref{x}."
    notes = [note for note in latex(body).notes if "times)" in note]
    assert len(notes) == 3 and all(note.count("(2 times)") == 1 for note in notes), notes


def test_citations_and_bibliography_are_kept(latex: ReadLatex) -> None:
    files = {"refs.bib": "@book{byron, author={Byron, Ada}, title={Ports}, year={2025}}\n"}
    result = latex(
        "\\section{A}\nAs \\citet{byron} says \\citep[p.~3]{byron}.\n\\bibliography{refs}", files=files
    )
    assert not has_errors(result.found), result.found
    assert "bibliography: refs.bib" in result.text("book.yaml")
    assert "As @byron says [@byron" in result.text("01-a.md")
    assert result.notes == []


def test_pictures_are_found_in_their_folder_and_in_another_format_than_postscript(latex: ReadLatex) -> None:
    files = {"figs/plot.eps": "%!PS", "figs/plot.png": tiny_png(900, 600)}
    body = "\\section{A}\n\\begin{figure}\\includegraphics{plot.eps}\\caption{A plot}\\end{figure}"
    result = latex(body, head=HEAD + "\\graphicspath{ {figs/} }\n", files=files)
    assert "![A plot](figs/plot.png)" in result.text("01-a.md")
    assert result.notes == []


def test_frames_of_beamer_become_sections_with_their_notes(latex: ReadLatex) -> None:
    body = (
        "\\frame{\\titlepage}\n\\section{Model}\n\\begin{frame}[t]{Tides are waves}\n"
        "\\begin{itemize}\\item<1-> Moon\\pause\\item Sun\\end{itemize}\n"
        "\\begin{columns}\\begin{column}{.5\\textwidth}Left\\end{column}\\end{columns}\n"
        "\\note{Say hello.}\n\\end{frame}\n\\begin{frame}\\frametitle{More}\nText.\\end{frame}"
    )
    result = latex(body, of="beamer")
    assert not has_errors(result.found), result.found
    output = result.text("01-model.md")
    assert "## Tides are waves\n\n- Moon" in output
    assert "Left" in output
    assert "::: notes\nSay hello.\n:::" in output
    assert "## More\n\nText." in output
    assert result.notes == []


@pytest.mark.parametrize("text", ["\\section{One}\n", ""])
def test_file_without_a_document_is_not_a_book(tmp_path: Path, text: str) -> None:
    folder = write_files(tmp_path, {"part.tex": text})
    with pytest.raises(ImportFailedError) as rejected:
        import_book(folder / "part.tex")
    assert rejected.value.finding.code == "IMP001"
    assert "main file" in rejected.value.finding.hint
