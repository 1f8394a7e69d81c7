"""What Quarto has frozen of running a text stands in it; what has changed since is not taken for it."""

from __future__ import annotations

import hashlib
import json

from tests.conftest import tiny_png
from tests.triptych_import.conftest import ImportOf, Result
from tests.triptych_import.formats.test_quarto import book
from triptych.diagnostics import has_errors

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


def test_results_stand_where_their_code_stands(import_of: ImportOf) -> None:
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


def test_what_was_written_since_stays_and_what_was_changed_has_no_result(import_of: ImportOf) -> None:
    now = SOURCE.replace("Words.", "Other words.").replace("summary(x)", "summary(other)")
    result = import_of(frozen(now, EXECUTED, made_of=SOURCE))
    assert not has_errors(result.found), result.found
    text = result.text("index.md")
    assert "Other words." in text and "Words." not in text.replace("Other words.", "")
    assert "summary(other)" in text and "Max 2" not in text
    assert "fig-dots-1.png" in text and "17 dots" in text
    assert any("earlier version" in note for note in result.notes)
    assert any("r code has no stored result" in note for note in result.notes)


def test_what_is_no_frozen_text_is_passed_over(import_of: ImportOf) -> None:
    files = frozen(SOURCE, EXECUTED)
    for broken in ("{", "[]", '{"result": null}'):
        files["_freeze/index/execute-results/html.json"] = broken
        assert "summary(x)" in import_of(files).text("index.md")


def test_a_notebook_engine_names_cells_its_own_way(import_of: ImportOf) -> None:
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
