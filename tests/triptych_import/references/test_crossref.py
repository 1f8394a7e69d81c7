"""Test that labels of pandoc-crossref are converted."""

from __future__ import annotations

import pytest

from tests.triptych_import.conftest import ImportOf
from triptych_import.book import Draft
from triptych_import.citations import convert_pandoc_crossref_labels


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("![A](a.png){#fig:a-b width=60%}", "![A](a.png){#fig-a-b width=60%}"),
        ("See [@fig:a; @tbl:b] and @Eq:c.", "See [@fig-a; @tbl-b] and @eq-c."),
        ("See [it](#sec:one).", "See [it](#sec-one)."),
        ("```{#lst:code .python}\n# @fig:a\n```", "```{#lst-code .python}\n# @fig:a\n```"),
        ("`@fig:a` and a@fig:b", "`@fig:a` and a@fig:b"),
        (r"\@fig:a and [@doe:2020]", r"\@fig:a and [@doe:2020]"),
    ],
)
def test_labels_have_hyphens(text: str, expected: str) -> None:
    assert convert_pandoc_crossref_labels(Draft.from_text("a.md", text)).text == expected


def test_references_of_an_imported_text_are_resolved(import_of: ImportOf) -> None:
    result = import_of({"a.md": "# One\n\nSee [@eq:tide].\n\n$$ a = b $$ {#eq:tide}\n"})
    assert [finding.code for finding in result.found] == ["ACC009"]  # the text does not state its language
    assert "[@eq-tide]" in result.text("a.md")
