"""Test that frozen results of Quarto replace their code cells, unless the source has changed."""

from __future__ import annotations

import hashlib
import json

import pytest

from tests.conftest import tiny_png
from tests.triptych_import.conftest import ImportOf, Result
from tests.triptych_import.formats.test_quarto import book
from triptych.diagnostics import has_errors
from triptych_import.chunks import convert_cell

SOURCE = """---
title: One
---

There are `r n` dots, see @fig-dots and @tbl-dots.

```{r}
#| include: false
secret <- 1
```

```{r}
#| label: fig-dots
#| fig-cap: "Dots"
#| echo: false
plot(1)
```

Words.

```{r}
summary(x)
```

```{r}
#| label: tbl-dots
#| tbl-cap: "A table"
#| echo: false
kable(x)
```

```{r}
#| echo: false
#| output: asis
cat("## Made")
```

```{r}
#| echo: false
gt(x)
```

```{r}
#| echo: false
x <- 1
```

Last.
"""
EXECUTED = """---
title: One
---

There are 17 dots, see @fig-dots and @tbl-dots.

::: {.cell}
::: {.cell-output-display}
![Dots](index_files/figure-html/fig-dots-1.png){#fig-dots fig-alt='Many dots' width=672}
:::
:::

Words.

::: {.cell}

```{.r .cell-code}
summary(x)
#> Min 1
```

::: {.cell-output .cell-output-stdout}

```
Max 2
```

:::
:::

::: {#tbl-dots .cell tbl-cap='A table'}
::: {.cell-output-display}

| a |  b|
|:--|--:|
|x  |  1|

:::
:::

::: {.cell}
## Made

::: {.callout-note}
Made too.
:::
:::

::: {.cell}
::: {.cell-output-display}
`````{=html}
<div id="abc"><style>.x {}</style>
<table class="gt_table" style="width: 3px"><thead><tr><th>Head</th></tr></thead><tbody><tr><td>Cell</td></tr></tbody></table>
</div>
`````
:::
:::

::: {.cell}

:::

Last.
"""


def frozen(source: str, executed: str, *, made_of: str = "") -> dict[str, str | bytes]:
    digest = hashlib.md5((made_of or source).encode(), usedforsecurity=False).hexdigest()
    results = {"hash": digest, "result": {"engine": "knitr", "markdown": executed}}
    return book(
        source,
        **{
            "_freeze/index/execute-results/html.json": json.dumps(results),
            "_freeze/index/figure-html/fig-dots-1.png": tiny_png(),
        },
    )


def chunk_notes(result: Result) -> list[str]:
    return [note for note in result.notes if "code" in note or "value" in note or "stored" in note]


def test_results_are_placed_at_their_code(import_of: ImportOf) -> None:
    result = import_of(frozen(SOURCE, EXECUTED))
    assert not has_errors(result.found), result.found
    text = result.text("index.md")
    assert "There are 17 dots, see @fig-dots and @tbl-dots." in text
    assert (
        "![Dots](_freeze/index/figure-html/fig-dots-1.png){#fig-dots fig-alt='Many dots' width=672}" in text
    )
    assert "```r\nsummary(x)\n#> Min 1\n```" in text and "```\nMax 2\n```" in text
    assert ": A table {#tbl-dots}" in text
    assert "::: {.callout-note}\nMade too.\n:::" in text
    assert "<td>Cell</td>" in text and "<style" not in text
    assert "secret" not in text and ".cell" not in text and "plot(1)" not in text
    order = ["dots-1.png", "Words.", "summary", "A table", "## Made", "Cell", "Last."]
    assert [word for _, word in sorted((text.index(word), word) for word in order)] == order
    assert chunk_notes(result) == []


def test_the_table_and_the_figure_have_their_numbers(import_of: ImportOf) -> None:
    labels = import_of(frozen(SOURCE, EXECUTED)).book.labels
    assert (labels["fig-dots"].number, labels["tbl-dots"].number) == ("1.1", "1.1")


def test_new_text_is_kept_and_changed_code_has_no_result(import_of: ImportOf) -> None:
    now = SOURCE.replace("Words.", "Other words.").replace("summary(x)", "summary(other)")
    result = import_of(frozen(now, EXECUTED, made_of=SOURCE))
    assert not has_errors(result.found), result.found
    text = result.text("index.md")
    assert "Other words." in text and "Words." not in text.replace("Other words.", "")
    assert "summary(other)" in text and "Max 2" not in text
    assert "fig-dots-1.png" in text and "17 dots" in text
    assert any("earlier version" in note for note in result.notes)
    assert any("r code has no stored result" in note for note in result.notes)


def test_unusable_frozen_text_is_skipped(import_of: ImportOf) -> None:
    files = frozen(SOURCE, EXECUTED)
    for broken in ("{", "[]", '{"result": null}'):
        files["_freeze/index/execute-results/html.json"] = broken
        assert "summary(x)" in import_of(files).text("index.md")


def test_notebook_engine_cell_names_are_supported(import_of: ImportOf) -> None:
    source = "# One\n\n```{python}\n#| label: fig-p\nplot()\n```\n\nSee @fig-p.\n"
    executed = (
        "# One\n\n::: {#cell-fig-p .cell execution_count=1}\n``` {.python .cell-code}\nplot()\n```\n\n"
        "::: {.cell-output .cell-output-display}\n![A plot](index_files/figure-html/fig-dots-1.png){#fig-p}\n:::\n:::\n\n"
        "See @fig-p.\n"
    )
    result = import_of(frozen(source, executed))
    assert not has_errors(result.found), result.found
    text = result.text("index.md")
    assert "```python\nplot()\n```" in text and "{#fig-p}" in text and "See @fig-p." in text


def shown(cell: str) -> str:
    """Return the imported text of a cell, without the empty lines around code and tables."""
    converted = convert_cell(cell, lambda url: f"shots/{url}")
    return "\n".join(line for line in converted.split("\n") if line.strip())


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("```{.python .cell-code}\nx\n```", "```python\nx\n```"),
        ("```{.cell-code .code-overflow-wrap}\nx\n```", "```\nx\n```"),
        ('```{.r .cell-code #lst-a lst-cap="A list"}\nx\n```', '```{.r #lst-a lst-cap="A list"}\nx\n```'),
        ('```{.cell-code filename="a.sh"}\nx\n```', '```{.text lst-cap="a.sh"}\nx\n```'),
        ('```{.r .cell-code code-summary="More"}\nx\n```', '```{.r lst-cap="More"}\nx\n```'),
        ("```{.r .cell-code #fig-a}\nx\n```", "```r\nx\n```"),
        ("```{.r .hidden}\nx\n```", ""),
        ("```{=latex}\nx\n```", ""),
        ("```\nout\n```", "```\nout\n```"),
        ("::: {.cell-output}\nOut ![A](a.png)\n:::", "Out ![A](shots/a.png)"),
        ("::: {.note}\nOut\n:::", "::: {.note}\nOut\n:::"),
        ("::: {.hidden}\nOut\n::: {.note}\n![A](a.png)\n```\nx\n```\n:::\nOut\n:::\nIn", "In"),
        ("::: {.cell-output .hidden}\nOut\n:::\nIn", "In"),
    ],
)
def test_cell_has_its_code_and_output_without_divs(inner: str, expected: str) -> None:
    assert shown(f"::: {{.cell}}\n{inner}\n:::") == expected


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        ("| a |\n|---|\n| 1 |", "| a |\n|---|\n| 1 |\n: Ports {#tbl-p}"),
        ("| a |\n|---|\n\nWords\n\n| b |", "| a |\n|---|\n: Ports {#tbl-p}\nWords\n| b |"),
        ("| a |\n|---|\n\nTable: Own ", "| a |\n|---|\nTable: Own {#tbl-p}"),
        ("| a |\n|---|\n\n: Own {#tbl-p}", "| a |\n|---|\n: Own {#tbl-p}"),
        ("Words", "Words"),
        (
            '```{=html}\n<style>p{}</style><table class="x" id=y data-z=1>\n\n<tr><td>1</td></tr></table>No\n```',
            '<table id="tbl-p"><caption>Ports</caption>\n<tr><td>1</td></tr></table>',
        ),
        (
            "```{=html}\n<TABLE><caption>Own</caption><!-- x --></TABLE><table></table>\n```",
            '<TABLE id="tbl-p"><caption>Own</caption></TABLE>\n<table id="tbl-p"><caption>Ports</caption></table>',
        ),
    ],
)
def test_a_table_of_a_cell_has_its_id_and_caption(inner: str, expected: str) -> None:
    assert shown(f'::: {{.cell #tbl-p tbl-cap="Ports"}}\n{inner}\n:::') == expected


def test_a_table_of_a_cell_without_an_id_is_unchanged() -> None:
    table = "| a |\n|---|\n| 1 |"
    assert shown(f"::: {{.cell #fig-p}}\n{table}\n:::") == table
    html = "```{=html}\n<table><tr></tr></table>\n```"
    assert shown(f"::: {{.cell #fig-p}}\n{html}\n:::") == "<table><tr></tr></table>"
