"""Set the same text with other typesetters: same page, same fonts and sizes, best settings of each."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import pyphen
import typst

from benchmarks.measuring import RunError
from benchmarks.typography.text import Block, Kind

LUALATEX = "apt-get install texlive-luatex texlive-latex-recommended texlive-latex-extra"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The page and its type: lengths in the notation of TeX and Typst, sizes in points, font files."""

    width: str
    height: str
    top: str
    bottom: str
    inner: str
    outer: str
    size: float
    lead: float
    fonts: Path
    serif: str  # the file of the upright font; the others end in -Italic and -SemiBold
    language: str

    @property
    def family(self) -> str:
        """Return the name of the family, "EB Garamond" for EBGaramond-Regular.ttf."""
        return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", self.serif.partition("-")[0])


@dataclass(frozen=True, slots=True)
class Peer:
    """Another typesetter: its name, and a function that sets a text in a folder and returns the PDF."""

    name: str
    set_text: Callable[[Sequence[Block], Sheet, Path], Path]


def missing() -> str:
    """Return a message on missing typesetters, or ""."""
    return "" if shutil.which("lualatex") else f"lualatex is not installed: {LUALATEX}"


def peers() -> list[Peer]:
    """Return the installed typesetters. Typst comes with Triptych."""
    found = [Peer("LuaLaTeX memoir, microtype", _lualatex)] if shutil.which("lualatex") else []
    return [
        *found,
        Peer("Typst", _typst("")),
        Peer("Typst, justification-limits", _typst(LIMITED)),
        Peer("Typst, these tuned", _typst(TUNED)),
    ]


# --- LuaLaTeX ---------------------------------------------------------------------------------------------

_TEX_MARKS = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}", "\u00a0": "~"}
_TEX_MARKS |= {mark: "\\" + mark for mark in "{}$&#_%"}
_TEX_STYLES = {
    "": "%s",
    "em": r"\emph{%s}",
    "strong": r"\textbf{%s}",
    "code": r"{\small\ttfamily %s}",
    "note": r"\footnote{%s}",
}
_TEX_BLOCKS = {
    Kind.CHAPTER: r"\chapter{%s}",
    Kind.SECTION: r"\section{%s}",
    Kind.PARAGRAPH: "%s\n",
    Kind.ITEM: r"\begin{itemize}\item %s\end{itemize}",
}
# The hyphenation patterns are Triptych's, so that lines differ for no other reason.
_PREAMBLE = r"""\documentclass[10pt,twoside,openany]{memoir}
\setstocksize{<height>}{<width>}\settrimmedsize{\stockheight}{\stockwidth}{*}
\setlrmarginsandblock{<inner>}{<outer>}{*}\setulmarginsandblock{<top>}{<bottom>}{*}\checkandfixthelayout
\usepackage{fontspec}\usepackage{microtype}\usepackage[hidelinks]{hyperref}
\newlanguage\thebook\language=\thebook\lefthyphenmin=2\righthyphenmin=3
\directlua{lang.patterns(lang.new(\the\thebook), io.open("patterns.txt"):read("a"))}
\setmainfont{<serif>-Regular.ttf}[Path=<fonts>/, ItalicFont=<serif>-Italic.ttf, BoldFont=<serif>-SemiBold.ttf,
  Numbers=OldStyle]
\renewcommand{\normalsize}{\fontsize{<size>}{<lead>}\selectfont}\normalsize
\setlength{\parindent}{1.3em}\setlength{\parskip}{0pt}
\newcommand{\filled}[2]{\begin{figure}[htbp]\centering\framebox[\linewidth]{\rule{0pt}{#1}}\caption{#2}\end{figure}}
\begin{document}\language=\thebook
"""


def _lualatex(blocks: Sequence[Block], sheet: Sheet, folder: Path) -> Path:
    """Set a text with LuaLaTeX, the class ``memoir``, and font expansion and protrusion by ``microtype``."""
    (folder / "patterns.txt").write_text(_patterns(sheet.language), "utf-8")
    text = _filled(_PREAMBLE, sheet) + "\n".join(map(_tex_block, blocks)) + "\n\\end{document}\n"
    (folder / "book.tex").write_text(text, "utf-8")
    command = ["lualatex", "--interaction=nonstopmode", "--halt-on-error", "book.tex"]
    for _ in range(2):  # bookmarks are written by the second run
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, errors="replace", check=False
        )
        if done.returncode:
            raise RunError(done.stdout[-2000:])
    return folder / "book.pdf"


def _tex_block(block: Block) -> str:
    words = "".join(_TEX_STYLES[run.style] % _tex_text(run.text) for run in block.runs)
    if block.kind is Kind.FLOAT:
        return rf"\filled{{{block.height:g}pt}}{{{words}}}"
    return _TEX_BLOCKS[block.kind] % words


def _tex_text(text: str) -> str:
    return "".join(_TEX_MARKS.get(character, character) for character in text)


def _patterns(language: str) -> str:
    """Return the hyphenation patterns of a language in TeX's notation, from Triptych's own dictionaries."""
    lines = pyphen.LANGUAGES[pyphen.language_fallback(language)].read_text("utf-8").splitlines()
    return "\n".join(line for line in lines[1:] if re.fullmatch(r"[\w.’']+", line) and not line[0].isupper())


# --- Typst ------------------------------------------------------------------------------------------------

_TYPST_STYLES = {"": "%s", "em": "#emph[%s]", "strong": "#strong[%s]", "code": "#text(font: mono)[%s]"}
_TYPST_STYLES |= {"note": "#footnote[%s]"}
_TYPST_BLOCKS = {Kind.CHAPTER: "= %s\n", Kind.SECTION: "== %s\n", Kind.PARAGRAPH: "%s\n", Kind.ITEM: "- %s\n"}
_TYPST = """
#set page(width: <width>, height: <height>,
  margin: (top: <top>, bottom: <bottom>, inside: <inner>, outside: <outer>))
#set text(font: "<family>", size: <size>pt, lang: "<primary>", <region> number-type: "old-style",
  top-edge: 0.7em, bottom-edge: -0.3em)
#set par(justify: true, leading: <lead>pt - <size>pt, spacing: <lead>pt - <size>pt,
  first-line-indent: 1.3em<more>)
#let mono = "<family>"
#show heading.where(level: 1): it => { pagebreak(weak: true); it }
"""
# Spaces as elastic as in TeX, and letter spacing within acceptable limits.
TUNED = ", justification-limits: (spacing: (min: 66%, max: 150%), tracking: (min: -0.012em, max: 0.012em))"
LIMITED = ", justification-limits: (spacing: (min: 66%, max: 150%), tracking: (min: 0em, max: 0.01em))"


def _typst(more: str) -> Callable[[Sequence[Block], Sheet, Path], Path]:
    """Set a text with Typst, with additional paragraph parameters."""

    def set_text(blocks: Sequence[Block], sheet: Sheet, folder: Path) -> Path:
        text = _filled(_TYPST, sheet).replace("<more>", more) + "\n".join(map(_typst_block, blocks))
        (folder / "book.typ").write_text(text, "utf-8")
        typst.compile(folder / "book.typ", output=folder / "book.pdf", font_paths=[sheet.fonts])
        return folder / "book.pdf"

    return set_text


def _typst_block(block: Block) -> str:
    words = "".join(_TYPST_STYLES[run.style] % _typst_text(run.text) for run in block.runs)
    if block.kind is Kind.FLOAT:
        frame = f"rect(width: 100%, height: {block.height:g}pt)"
        return f"#figure({frame}, placement: auto, caption: [{words}])\n"
    return _TYPST_BLOCKS[block.kind] % words


def _typst_text(text: str) -> str:
    return re.sub(r"[\\#*_`$<>@=~\[\]/+-]", lambda mark: "\\" + mark[0], text)


def _filled(template: str, sheet: Sheet) -> str:
    values = {field.name: getattr(sheet, field.name) for field in fields(sheet)}
    primary, _, region = sheet.language.partition("-")
    values |= {
        "serif": sheet.serif.partition("-")[0],
        "family": sheet.family,
        "primary": primary,
        "region": f'region: "{region}",' if len(region) == 2 else "",
    }
    for name, value in values.items():
        template = template.replace(f"<{name}>", str(value))
    return template
