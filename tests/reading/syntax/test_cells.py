"""Test that executable code cells of Quarto become listings on the same lines."""

from __future__ import annotations

import pytest

from tests.conftest import ReadBook
from triptych.model.nodes import CodeBlock
from triptych.reading.code_cells import convert_code_cells


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("```{r}\nx <- 1\n```", "``` {.r}\nx <- 1\n```"),
        ("```{r setup, echo=TRUE}\nx <- 1\n```", "``` {.r}\nx <- 1\n```"),
        ("```{python}\n#| eval: true\nx = 1\n```", "\n``` {.python}\nx = 1\n```"),
        ("```{r, echo=FALSE}\nx <- 1\n```\n", "\n\n\n"),
        ("```{python}\n#| include: false\nx = 1\n```\n", "\n\n\n\n"),
        ("> ```{r}\n> x <- 1\n> ```", "> ``` {.r}\n> x <- 1\n> ```"),
        ("```{.r}\nx <- 1\n```", "```{.r}\nx <- 1\n```"),
        ("```{=html}\n<b>\n```", "```{=html}\n<b>\n```"),
        ("````md\n```{r}\n1\n```\n````", "````md\n```{r}\n1\n```\n````"),
        ("```{r}\nnever closed", "```{r}\nnever closed"),
    ],
)
def test_a_cell_is_a_listing_on_the_same_lines(written: str, read: str) -> None:
    text, _ = convert_code_cells("a.md", written)
    assert text == read
    assert text.count("\n") == written.count("\n")


def test_native_label_and_caption_are_kept() -> None:
    text, _ = convert_code_cells("a.md", '```{python}\n#| label: lst-sum\n#| lst-cap: "A sum"\n1 + 1\n```')
    assert '``` {.python #lst-sum lst-cap="A sum"}' in text


def test_cells_of_a_file_have_one_finding() -> None:
    _, (finding,) = convert_code_cells("a.md", "```{r}\n1\n```\n\n```{r}\n2\n```\n")
    assert (finding.code, str(finding.span)) == ("LNT013", "a.md:1:1")
    assert "and 1 more in this file" in finding.message


def test_unexecuted_cell_by_choice_is_not_reported() -> None:
    assert convert_code_cells("a.md", "```{r, eval=FALSE}\n1\n```\n")[1] == []


def test_positions_after_a_cell_are_correct(read_book_of: ReadBook) -> None:
    text = "```{python}\n#| eval: false\n#| label: x\nx = 1\n```\n\nSee @fig-none.\n"
    book, findings = read_book_of(text)
    (listing,) = (block for block in book.chapters[0].blocks if isinstance(block, CodeBlock))
    assert (listing.language, listing.text) == ("python", "x = 1")
    assert [(finding.code, finding.span and finding.span.line) for finding in findings] == [("REF001", 10)]


def test_a_cell_in_a_comment_is_none() -> None:
    assert convert_code_cells("a.md", "<!--\n```{r}\n1\n```\n-->\n") == ("<!--\n```{r}\n1\n```\n-->\n", [])


def test_options_may_span_lines() -> None:
    text, _ = convert_code_cells("a.md", "```{r}\n#| lst-cap: >\n#|   A sum\n#| eval: false\n1 + 1\n```")
    assert text == '\n\n\n``` {.r lst-cap="A sum"}\n1 + 1\n```'
