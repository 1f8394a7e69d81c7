"""Test executable code: its options, in all notations, decide which parts are shown."""

from __future__ import annotations

import pytest

from tests.conftest import tiny_png
from tests.triptych_import.conftest import ImportOf
from tests.triptych_import.formats.test_quarto import SETTINGS, book
from triptych.diagnostics import has_errors
from triptych_import.book import Draft
from triptych_import.chunk_replacement import ChunkContext, replace_chunks
from triptych_import.chunks import find_chunks
from triptych_import.masking import scan_lines

PLAIN = "```r\nplot(1)\n```"
HIDDEN = "omitted"
CODE_ALONE = "kept as code without its output"


def read(chunk: str, **defaults: str) -> tuple[str, list[str]]:
    draft = replace_chunks(Draft.from_text("a.qmd", chunk), ChunkContext(default_options=defaults))
    findings = list(draft.findings)
    return draft.text.strip(), [finding.action for finding in findings]


@pytest.mark.parametrize(
    ("option", "header", "text", "notes"),
    [
        ("", "", PLAIN, [CODE_ALONE]),
        ("echo: false", "echo=FALSE", "", [HIDDEN]),
        ("include: false", "include = F", "", []),
        ("eval: false", "eval=FALSE", PLAIN, []),
        ("output: false", "results='hide'", PLAIN, []),
        ("echo: true", "echo=TRUE", PLAIN, [CODE_ALONE]),
    ],
)
def test_options_are_read_in_both_spellings(option: str, header: str, text: str, notes: list[str]) -> None:
    assert read(f"```{{r}}\n{f'#| {option}' if option else '# '}\nplot(1)\n```\n".replace("# \n", "")) == (
        text,
        notes,
    )
    assert read(f"```{{r, {header}}}\nplot(1)\n```\n") == (text, notes)
    assert read(f"```{{r name, fig.width=4, {header}}}\nplot(1)\n```\n") == (text, notes)


def test_chunk_options_override_document_options() -> None:
    assert read("```{r}\nplot(1)\n```\n", echo="false") == ("", [HIDDEN])
    assert read("```{r, echo=TRUE}\nplot(1)\n```\n", echo="false") == (PLAIN, [CODE_ALONE])
    assert read("```{r, echo=is_html()}\nplot(1)\n```\n") == (PLAIN, [CODE_ALONE])


def test_options_set_by_code_apply_afterwards() -> None:
    setting = (
        "```{r setup, include=FALSE}\nknitr::opts_chunk$set(\n  fig.width = 6, # wide\n  echo = FALSE\n)\n```"
    )
    text, _ = read(f"```{{r}}\nplot(1)\n```\n\n{setting}\n\n```{{r}}\nplot(2)\n```\n")
    assert text == PLAIN


@pytest.mark.parametrize(
    "code",
    [
        "library(dplyr)",
        'source("_common.R")',
        "x <- c(1,\n  2)",
        "flights2 <- flights |>\n  filter(a) |>\n  count()",
        "f <- function(x) {\n  plot(x)\n}",
        "# nothing yet",
        "set.seed(1)\noptions(width = 80)",
    ],
)
def test_setup_code_is_not_reported(code: str) -> None:
    assert read(f"```{{r}}\n{code}\n```\n")[1] == []


@pytest.mark.parametrize("code", ["x", "x <- 1\nx", "(x <- 1)", "flights |>\n  count()", "knitr::kable(x)"])
def test_code_with_output_is_reported(code: str) -> None:
    assert read(f"```{{r}}\n{code}\n```\n")[1] == [CODE_ALONE]


def test_code_that_shows_its_fences_keeps_them() -> None:
    text, _ = read("```{r}\n#| echo: fenced\n#| eval: false\nplot(1)\n```\n")
    assert text == "````{.markdown}\n```{r}\n#| eval: false\nplot(1)\n```\n````"


def test_picture_follows_its_code() -> None:
    text, _ = read("```{r p, fig.cap='A'}\nknitr::include_graphics('p.png')\n```\n")
    assert text == "```r\nknitr::include_graphics('p.png')\n```\n\n![A](p.png){#fig-p}"


@pytest.mark.parametrize(
    ("header", "code", "caption"),
    [
        ("t", 'kable(x, caption = "Ports  by\n size")', "Ports by size"),
        ("t", "kable(x, caption='Ports')", "Ports"),
        ("t, tbl-cap='From options'", 'kable(x, caption = "Ports")', "From options"),
        ("t", 'kable(x, subcaption = "Ports")', ""),
        ("t", "kable(x)", ""),
    ],
)
def test_caption_is_read_from_options_or_code(header: str, code: str, caption: str) -> None:
    (chunk,) = find_chunks(scan_lines(f"```{{r {header}}}\n{code}\n```\n"), {})
    assert chunk.caption == caption


def test_only_code_that_would_be_run_is_a_value() -> None:
    _, notes = read("`python -m venv` `r` `r 1 + 1` `{python} x` `{r} y`\n")
    assert notes == ["kept as code"] * 3


def test_settings_and_heads_hide_code(import_of: ImportOf) -> None:
    files = book("---\nexecute:\n  echo: true\n---\n\n# One\n\n```{python}\nshown()\n```\n")
    files["sub/two.qmd"] = "# Two\n\n```{python}\nhidden()\n```\n"
    files["_quarto.yml"] = f"{SETTINGS}execute:\n  echo: false\n"
    result = import_of(files)
    assert not has_errors(result.found), result.found
    assert "shown()" in result.text("index.md") and "hidden()" not in result.text("sub/two.md")
    assert not any("front matter" in note for note in result.notes)


def test_single_bookdown_session_keeps_options(import_of: ImportOf) -> None:
    files = {
        "_bookdown.yml": "before_chapter_script: _common.R\n",
        "_common.R": "knitr::opts_chunk$set(echo = FALSE)\n",
        "index.Rmd": "---\ntitle: B\nsite: bookdown::bookdown_site\n---\n\n# One\n\n```{r}\nhidden()\n```\n\n"
        "```{r}\nknitr::opts_chunk$set(echo = TRUE)\n```\n",
        "two.Rmd": "# Two\n\n```{r}\nshown()\n```\n",
    }
    result = import_of(files)
    assert "hidden()" not in result.text("index.md") and "shown()" in result.text("two.md")


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("@fig-gone", "Figure\u00a0(gone)"),
        ("[@tbl-gone]", "Table\u00a0(gone)"),
        ("Figure [-@fig-gone]", "Figure\u00a0(gone)"),
        ("[-@tbl-gone-a]", "Table\u00a0(gone-a)"),
    ],
)
def test_dangling_reference_is_spelled_out(import_of: ImportOf, written: str, words: str) -> None:
    result = import_of(book(f"# One\n\nSee {written} there.\n"))
    assert not has_errors(result.found), result.found
    assert f"See {words} there." in result.text("index.md")
    assert sum("undefined reference" in note for note in result.notes) == 1


def test_knitr_figures_are_placed_at_their_chunk(import_of: ImportOf) -> None:
    figures = "_bookdown_files/b_files/figure-html"
    text = (
        "---\ntitle: B\nsite: bookdown::bookdown_site\n---\n\n# One\n\nSee Figure \\@ref(fig:nice).\n\n"
        "```{r nice, fig.cap='A plot', fig.alt='Dots', echo=FALSE}\nplot(1)\n```\n\n```{r both}\nplot(2)\n```\n"
    )
    names = ("nice-1", "both-1", "both-2")
    pictures = {f"{figures}/{name}.png": tiny_png() for name in names}
    result = import_of({"_bookdown.yml": "", "index.Rmd": text, **pictures})
    assert not has_errors(result.found), result.found
    output = result.text("index.md")
    assert f'![A plot]({figures}/nice-1.png){{#fig-nice fig-alt="Dots"}}' in output
    assert "[-@fig-nice]" in output
    assert output.index("plot(2)") < output.index("both-1.png") < output.index("both-2.png")
    assert not any("code" in note for note in result.notes)


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("```{asis}\nSome *words*.\n```\n", "Some *words*.\n"),
        ("```{asis, echo=FALSE}\nSome *words*.\n```\n", "\n"),
        ("```{asis}\n#| echo: false\nSome *words*.\n```\n", "\n"),
        ("````md\n`r ''````{r}\nx\n```\n````\n", "````md\n```{r}\nx\n```\n````\n"),
    ],
)
def test_text_that_code_shows_is_text(written: str, text: str) -> None:
    assert read(written) == (text.strip(), [])


def test_chunk_without_code_is_not_an_empty_listing() -> None:
    assert read("```{r, code=usage(f), eval=FALSE}\n```\n") == ("", ["omitted"])
