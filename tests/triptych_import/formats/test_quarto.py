"""Test Quarto and bookdown: code figures, captions, references, theorems, shortcodes, includes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import tiny_png, write_files
from tests.triptych_import.conftest import ImportOf, Result
from triptych.diagnostics import has_errors
from triptych.model.nodes import Reference
from triptych.model.walk import chapter_nodes, plain_text
from triptych_import.book import Draft
from triptych_import.chunk_replacement import replace_chunks
from triptych_import.formats.quarto import find_part_title, read_authors, read_metadata
from triptych_import.shortcodes import ShortcodeValues, replace_shortcodes

SETTINGS = (
    "project:\n  type: book\nbook:\n  title: Q\n  chapters: [index.qmd, sub/two.qmd]\nsite: {lab: x.org}\n"
)


def book(index: str, **more: str | bytes) -> dict[str, str | bytes]:
    return {
        "_quarto.yml": SETTINGS,
        "_variables.yml": "version: 1.2\n",
        "index.qmd": index,
        "sub/two.qmd": "# Two {#sec-two}\n",
        "p.png": tiny_png(),
        **more,
    }


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (
            '```{r}\n#| label: fig-a\n#| echo: false\n#| fig-cap: |\n#|   A caption\n#|   of two lines.\n#| fig-alt: "An *alt*."\nknitr::include_graphics("p.png", dpi = 270)\n```\n',
            '![A caption of two lines.](p.png){#fig-a fig-alt="An alt."}',
        ),
        (
            "```{r nice, fig.cap='A, b.', out.width='80%', echo=FALSE}\nknitr::include_graphics('p.png')\n```\n",
            "![A, b.](p.png){#fig-nice width=80%}",
        ),
        (
            '```{r}\n#| label: fig-ab\n#| echo: false\n#| fig-cap: Both\nknitr::include_graphics(c("a.png", "b.png"))\n```\n',
            "::: {#fig-ab}\n![](a.png)\n\n![](b.png)\n\nBoth\n:::",
        ),
        (
            '```{r}\n#| label: fig-c\n#| fig-cap: "A *plot*"\nplot(1)\n```\n',
            '```{.r #lst-c lst-cap="A plot"}\nplot(1)\n```',
        ),
        (
            '```{mermaid}\n%%| label: fig-m\n%%| fig-cap: "A *way*"\ngraph TD; A-->B\n```\n',
            '```{.mermaid #fig-m fig-cap="A *way*"}\ngraph TD; A-->B\n```',
        ),
        ("```{dot}\n//| file: a.dot\n```\n", ""),
        ("```{python}\nprint(1)\n```\n", "```python\nprint(1)\n```"),
        ("```{{r}}\n#| x\n1\n```\n", "````{.markdown}\n```{r}\n#| x\n1\n```\n````"),
        (
            '```{theorem, label="pyth", name="P"}\n$a$\n```\n',
            '::: {.theorem #pyth name="P"}\n$a$\n:::',
        ),
        ("```{r}\n#| include: false\nsecret\n```\n", ""),
    ],
)
def test_chunks(written: str, read: str) -> None:
    draft = replace_chunks(Draft.from_text("a.qmd", written))
    assert draft.text.strip() == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("{{< var version >}} {{< meta site.lab >}}", "1.2 x.org"),
        ("{{< kbd Ctrl-C >}}", "<kbd>Ctrl-C</kbd>"),
        ('{{< video https://x.org/v title="A film" >}}', "[A film](https://x.org/v)"),
        ('{{< figure src="a.png" caption="C" >}}', '![C](a.png){fig-alt="C"}'),
        ("{{< youtube abc >}}", "<https://www.youtube.com/watch?v=abc>"),
        ('[x]({{< relref "b.md" >}})', "[x](b.md)"),
        ("{{< include a.md >}} {{< pagebreak >}}", "{{< include a.md >}} {{< pagebreak >}}"),
        ("{{{< meta x >}}} and `{{< meta x >}}`", "{{{< meta x >}}} and `{{< meta x >}}`"),
        ("{{< gone a >}}", ""),
    ],
)
def test_shortcodes(written: str, read: str) -> None:
    values = ShortcodeValues({"site": {"lab": "x.org"}}, {"version": "1.2"})
    assert replace_shortcodes(Draft.from_text("a.qmd", written), values).text == read


def test_reference_to_code_output_points_to_the_code(import_of: ImportOf) -> None:
    chunk = '```{r}\n#| label: fig-c\n#| fig-cap: "A plot"\nplot(1)\n```\n'
    result = import_of(book(f"# One\n\nSee @fig-c, Figure [-@fig-c] and @fig-gone.\n\n{chunk}"))
    assert not has_errors(result.found), result.found
    assert "See @lst-c, @lst-c and Figure\u00a0(gone)." in result.text("index.md")
    assert next(note for note in result.notes if "@fig-gone" in note).startswith("index.qmd:3:")


def test_references_to_a_missing_picture_are_removed(import_of: ImportOf) -> None:
    result = import_of(book("# One\n\n![Cap](gone.png){#fig-a}\n\nSee @fig-a.\n"))
    assert not has_errors(result.found), result.found
    assert "See Figure\u00a0(a)." in result.text("index.md")


def test_references_to_a_figure_turned_into_text_are_spelled_out(import_of: ImportOf) -> None:
    figure = "::: {#fig-a layout-ncol=2}\n![Alt](gone.gif)\n\nWords.\n:::\n"
    text = f"# One\n\nAs @fig-a, [@fig-a] and Figure [-@fig-a] show, not `@fig-a`.\n\n{figure}"
    result = import_of(book(text, **{"sub/two.qmd": "# Two\n\nSo does @fig-a.\n"}))
    assert not has_errors(result.found), result.found
    content = "Figure\u00a0(a)"
    assert f"As {content}, {content} and {content} show, not `@fig-a`." in result.text("index.md")
    assert f"So does {content}." in result.text("sub/two.md")


def test_a_value_by_output_is_that_of_the_site(import_of: ImportOf) -> None:
    code = "`r ifelse(knitr::is_html_output(), '[a](#one)', 'b')` `r ifelse(knitr::is_latex_output(), \"c\", \"d\")`"
    result = import_of(book(f"# One {{#one}}\n\nSee {code}.\n"))
    assert "See [a](#one) d." in result.text("index.md")
    assert not any("the value of" in note for note in result.notes)


def test_include_next_to_the_chapter_is_found_and_copied_if_it_has_ids(import_of: ImportOf) -> None:
    parts = {
        "common/_a.qmd": "{{< include ../common/_b.qmd >}}\n\n## Same {#sec-same}\n",
        "common/_b.qmd": "B.\n",
        "sub/two.qmd": "# Two\n\n{{< include ../common/_a.qmd >}}\n",
    }
    result = import_of(book("# One\n\n{{< include common/_a.qmd >}}\n\n{{< include gone.qmd >}}\n", **parts))
    assert not has_errors(result.found), result.found
    assert "{{< include ../common/_a-2.qmd >}}" in result.text("sub/two.md")
    assert "gone" not in result.text("index.md")
    assert any('included file "gone.qmd" is missing' in note for note in result.notes)


def test_a_citation_that_no_source_has_is_text(import_of: ImportOf) -> None:
    files = book("# One\n\nSee [@a; @gone] and @gone, not me@x.org.\n", **{"r.bib": "@book{a, title={T}}\n"})
    files["_quarto.yml"] = SETTINGS + "bibliography: r.bib\n"
    result = import_of(files)
    assert not has_errors(result.found), result.found
    assert "See [@a; \\@gone] and \\@gone, not me@x.org." in result.text("index.md")
    assert sum("gone" in note for note in result.notes) == 2


def test_bookdown_numbers_formulas_and_puts_texts_in(import_of: ImportOf) -> None:
    text = (
        "---\ntitle: B\nsite: bookdown::bookdown_site\n---\n\n# One\n\n"
        "\\begin{align}\nx &= 1 (\\#eq:a) \\\\\ny &= 2\n\\end{align}\n\nSee \\@ref(eq:a), \\@ref(thm:p) and \\(z\\).\n\n"
        "(ref:cap) A *caption*.\n\n```{r fig, fig.cap='(ref:cap)'}\nknitr::include_graphics('p.png')\n```\n\n"
        "::: {.theorem #p}\nText.\n:::\n"
    )
    result = import_of({"_bookdown.yml": "", "index.Rmd": text, "p.png": tiny_png()})
    assert not has_errors(result.found), result.found
    output = result.text("index.md")
    assert "$$\n\\begin{aligned}\nx &= 1 \\\\\ny &= 2\n\\end{aligned}\n$$ {#eq-a}" in output
    assert "See [-@eq-a], [-@thm-p] and $z$." in output
    assert "::: {.theorem #thm-p}" in output
    assert "![A *caption*.](p.png){#fig-fig}" in output
    assert "(ref:cap)" not in output


def test_bookdown_table_keeps_its_caption_and_label(import_of: ImportOf) -> None:
    text = (
        "# One\n\nTable: (\\#tab:ports) Ports\n\n| A | B |\n|---|---|\n| 1 | 2 |\n\nSee \\@ref(tab:ports).\n"
    )
    result = import_of({"_bookdown.yml": "", "index.Rmd": text})
    assert [item.code for item in result.found] == ["ACC009"]
    output = result.text("index.md")
    assert ": Ports {#tbl-ports}\n" in output
    assert "See [-@tbl-ports]." in output


def test_bookdown_leaves_code_that_shows_its_references(import_of: ImportOf) -> None:
    text = "# One {#one}\n\n(ref:cap) Words.\n\nSee `\\@ref(one)`, `(ref:cap)` and \\@ref(one).\n\n```md\n\\@ref(one)\n(ref:cap)\n```\n"
    output = import_of({"_bookdown.yml": "", "index.Rmd": text}).text("index.md")
    assert "See `\\@ref(one)`, `(ref:cap)` and \\ref{one}." in output
    assert "```md\n\\@ref(one)\n(ref:cap)\n```" in output


def test_bookdown_section_reference_uses_its_number(import_of: ImportOf) -> None:
    first = "# One {#one}\n\nSee Section \\@ref(two-b), chapter \\@ref(two) and \\@ref(preface).\n\n## Deep\n"
    second = "# Two\n\n## A\n\n## Two, b\n\nAs in \\@ref(deep) and [here](#deep), not \\@ref(none).\n"
    texts = {"index.Rmd": "# Preface {-}\n\nText.\n", "a.Rmd": first, "b.Rmd": second}
    result = import_of({"_bookdown.yml": "", **texts})
    assert not has_errors(result.found), result.found
    _, item, two = result.book.chapters
    assert plain_text(item.blocks[:1]) == "See Section 2.2, chapter 2 and “Preface”."
    assert plain_text(two.blocks[-1:]) == "As in 1.1 and here, not none."
    assert not {node.target for node in chapter_nodes(item, Reference)} - set(result.book.labels)


def test_unparsable_formula_is_kept_as_tex(import_of: ImportOf) -> None:
    result = import_of(book("# One\n\nThis is $\\nosuch$.\n"))
    assert not has_errors(result.found), result.found
    assert result.text("book.yaml").endswith("math: keep\n")
    assert any("rendered as TeX with `math: keep`" in note for note in result.notes)


def test_undefined_note_is_literal_text(import_of: ImportOf) -> None:
    result = import_of(book("# One\n\nThis[^x] and that[^y].\n\n[^y]: There.\n"))
    assert not has_errors(result.found), result.found
    assert "This\\[^x] and that[^y]." in result.text("index.md")
    assert any('"x"' in note for note in result.notes)


def test_renamed_duplicate_id_keeps_its_kind(import_of: ImportOf) -> None:
    figure = "![A]({}.png){{#fig-plot}}\n"
    files = {"_quarto.yml": "project: {type: book}\nbook: {title: T, chapters: [one.qmd, two.qmd]}\n"}
    texts = {f"{name}.qmd": f"# {name}\n\n{figure.format(name)}" for name in ("one", "two")}
    result = import_of({**files, **texts, "one.png": tiny_png(9, 9), "two.png": tiny_png(9, 9)})
    assert "{#fig-two--plot}" in result.text("two.md")


def test_a_book_in_the_folder_of_a_repository_is_found(import_of: ImportOf) -> None:
    files = {f"manuscript/{name}": text for name, text in book("# One\n").items()}
    result = import_of({**files, "README.md": "# About\n", "scripts/run.R": "1\n"})
    assert result.imported.format_name == "Quarto"
    assert "# One" in result.text("index.md")
    assert any(
        'the folder "manuscript" is a Quarto book; only this folder was imported' in note
        for note in result.notes
    )


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("---\ntitle: Said\n---\n\n# Headed\n", "Said"),
        ("---\nlang: en\n---\n\n# *Headed*\n\n# Twice\n", "Headed"),
        ("Only text.\n", "Part"),
    ],
)
def test_part_title_comes_from_its_file_or_first_heading(text: str, title: str) -> None:
    assert find_part_title(text) == title


@pytest.mark.parametrize(
    "formula",
    ["$E[X](t + 1)$", "$$\nf[x](a b)\n$$", "$a @fig-y @key$", "$x_{[b](gone.md)}$", "$[x]$", "$a {#x}$"],
)
def test_formulas_contain_no_links_or_references(import_of: ImportOf, formula: str) -> None:
    result = import_of(book(f"# One\n\nHere {formula} stands.\n"))
    assert f"Here {formula} stands." in result.text("index.md")
    assert [note for note in result.notes if "cannot be parsed" not in note] == []


def test_commands_that_only_divide_a_book_for_latex_go(import_of: ImportOf) -> None:
    result = import_of(book("\\mainmatter\n\n# One\n\nA.\n\n\\cleardoublepage\n\n`\\appendix`\n"))
    assert "matter" not in result.text("index.md") and "page" not in result.text("index.md")
    assert "`\\appendix`" in result.text("index.md")


def test_paragraphs_without_indent_and_typed_words_of_latex(import_of: ImportOf) -> None:
    result = import_of(book("# One\n\n\\noindent By \\texttt{fl}, `\\noindent` $\\texttt{x}$.\n"))
    assert "\nBy `fl`, `\\noindent` $\\texttt{x}$.\n" in result.text("index.md")


@pytest.mark.parametrize(("type_", "written"), [("rmdtip", ".callout-tip"), ("other", ".other")])
def test_boxes_of_r_markdown_are_callouts(import_of: ImportOf, type_: str, written: str) -> None:
    result = import_of(book(f"# One\n\n```{{block2, type='{type_}'}}\nSome *words*.\n```\n"))
    assert f"::: {{{written}}}\nSome *words*.\n:::" in result.text("index.md")


def test_browser_only_settings_are_dropped_silently(import_of: ImportOf) -> None:
    result = import_of(book("---\npagetitle: Tab\njupyter: python3\nmine: x\n---\n\n# One\n"))
    assert [note for note in result.notes if "front matter" in note] == [
        'index.qmd:4:1: note: unsupported front matter key "mine"; omitted'
    ]


@pytest.mark.parametrize(("settings", "there"), [("_quarto.yml", True), ("other.yml", False)])
def test_bibliography_of_the_enclosing_project_is_copied(
    tmp_path: Path, read_import: Callable[[Path], Result], settings: str, there: bool
) -> None:
    entry = "@book{ada, title={Notes}, author={Ada}, year={1843}}\n"
    inner = book("# One\n\nSee [@ada].\n", **{"_quarto.yml": f"{SETTINGS}bibliography: ../bib/all.bib\n"})
    outer = {settings: "project:\n  type: website\n", "bib/all.bib": entry}
    write_files(tmp_path / "site", {**outer, **{f"guide/{name}": text for name, text in inner.items()}})
    result = read_import(tmp_path / "site/guide")
    assert ("source/all.bib" in result.imported.files) is there
    assert ("[@ada]" in result.text("index.md")) is there


def test_copied_files_do_not_replace_those_of_the_book(
    tmp_path: Path, read_import: Callable[[Path], Result]
) -> None:
    entries = [f"@book{{{key}, title={{Notes}}, author={{Ada}}, year={{1843}}}}\n" for key in ("ada", "eve")]
    settings = f"{SETTINGS}bibliography: [all.bib, ../all.bib]\n"
    inner = book("# One\n\nSee [@ada; @eve].\n", **{"_quarto.yml": settings, "all.bib": entries[0]})
    outer = {"_quarto.yml": "project:\n  type: website\n", "all.bib": entries[1]}
    write_files(tmp_path / "site", {**outer, **{f"guide/{name}": text for name, text in inner.items()}})
    files = read_import(tmp_path / "site/guide").imported.files
    assert b"ada" in files["source/all.bib"]
    assert b"eve" in files["source/project-all.bib"]


def test_the_first_heading_of_a_chapter_without_a_title_is_its_title(import_of: ImportOf) -> None:
    text = "<!-- -->\n## First {#sec-a}\n\nText.\n\n## Second\n"
    result = import_of(book(text, **{"sub/two.qmd": "---\ntitle: Own\n---\n## First\n"}))
    assert [plain_text(chapter.title) for chapter in result.book.chapters] == ["First", "Own"]
    later = import_of(book("Words.\n\n## First\n", **{"sub/two.qmd": "## Before\n\n# Title\n"}))
    assert "## First" in later.text("index.md") and "## Before" in later.text("sub/two.md")


def test_parts_may_have_titles_or_files(import_of: ImportOf) -> None:
    chapters = [
        *("index.qmd", {"part": "First", "chapters": ["a.qmd", "gone.qmd", "n.ipynb"]}),
        *(
            {"part": "second.qmd", "chapters": [{"file": "b.qmd"}]},
            {"part": "third.md", "chapters": ["c.qmd"]},
        ),
        {"part": "absent.qmd", "chapters": ["d.qmd"]},
    ]
    appendices = [{"part": "Rest", "chapters": ["e.qmd"]}, "f.qmd"]
    settings = {"book": {"title": "T", "chapters": chapters, "appendices": appendices}}
    texts = {f"{name}.qmd": f"# {name}\n\nText.\n" for name in ("index", *"abcdef")}
    parts = {"second.qmd": "# Second\n\nWords.\n", "third.md": "---\ntitle: Third\n---\n"}
    result = import_of({"_quarto.yml": json.dumps(settings), **texts, **parts})
    assert result.text("book.yaml").partition("chapters:\n")[2].partition("\noutput-file")[0] == (
        "    - index.md\n"
        "    - part: First\n      chapters:\n        - a.md\n"
        "    - part: Second\n      chapters:\n        - second.md\n        - b.md\n"
        "    - part: Third\n      chapters:\n        - c.md\n"
        "    - part: absent.qmd\n      chapters:\n        - d.md\n"
        "  appendices:\n    - e.md\n    - f.md"
    )
    start = "_quarto.yml:1:1: note: "
    assert f'{start}chapter file "gone.qmd" is missing or not UTF-8; omitted' in result.notes
    assert f'{start}notebooks are not supported: "n.ipynb"; omitted' in result.notes


def test_authors_are_named_in_each_form_of_quarto() -> None:
    people = [
        "Ada",
        {"name": "Bo", "orcid": "1", "email": "b@x"},
        {"name": {"literal": "C. D."}},
        {"url": "x"},
    ]
    family = {"name": {"given": "Eve", "dropping-particle": "von", "family": "F"}}
    names, findings = read_authors([*people, family], "q.yml")
    assert names == ("Ada", "Bo", "C. D.", "Eve von F")
    assert [item.message for item in findings] == [
        'unsupported details of the author "Bo": email, orcid',
        'unsupported details of the author "": url',
    ]
    assert read_authors("Ada", "q.yml") == (("Ada",), [])
    assert read_authors(None, "q.yml") == ((), [])


def test_book_settings_override_project_settings() -> None:
    project = {"title": "P", "lang": "de", "bibliography": ["p.bib"], "cover-image": "https://x.org/c.png"}
    book = {"title": " B \n b", "bibliography": "b.bib", "date": "soon", "keywords": "one", "csl": "a.csl"}
    metadata, result = read_metadata(project, book, None, "q.yml")
    assert (metadata.title, metadata.language, metadata.bibliography) == ("B b", "de", ("p.bib",))
    assert (metadata.cover, metadata.csl, metadata.keywords, metadata.date) == ("", "a.csl", ("one",), "")
    assert [str(item) for item in result] == ['q.yml:1:1: note: the date "soon" is invalid; omitted']
    plain, nothing = read_metadata({"date": "2024-05-06"}, {"subtitle": 5}, None, "q.yml")
    assert (plain.title, plain.subtitle, plain.date, plain.bibliography, nothing) == (
        *("Untitled", "", "2024-05-06", ()),
        [],
    )
