"""Test that LaTeX passages in Markdown are converted to Markdown."""

from __future__ import annotations

import pytest

from triptych_import.book import Draft
from triptych_import.formats.quarto import remove_latex_alternatives

SITE = '::: {.content-visible when-format="html"}\n::: info\nSee **it**.\n:::\n:::\n'
PRINT = '::: {.content-visible when-format="pdf"}\n\n\\infobox[a]{See \\textbf{it \\{}.\n}\n:::\n'
TABLE = '::: {.content-visible when-format="pdf"}\n\\begin{table}\na & b\\\\\n\\end{table}\n:::\n'


@pytest.mark.parametrize(
    "text",
    [
        f"One.\n\n{SITE}\n{PRINT}\nTwo.\n",
        f"One.\n\n{PRINT}\n{SITE}\nTwo.\n",
        f"One.\n\n{SITE}\n{TABLE}\nTwo.\n",
    ],
)
def test_adjacent_alternative_applies_to_all_outputs(text: str) -> None:
    draft = remove_latex_alternatives(Draft.from_text("a.qmd", text))
    findings = list(draft.findings)
    assert draft.text.split() == ["One.", ":::", "info", "See", "**it**.", ":::", "Two."]
    assert [finding.message for finding in findings] == ["LaTeX passage for the PDF only"]
    assert (
        draft.make_finding(draft.text.index("Two."), "", "").line
        == text[: text.index("Two.")].count("\n") + 1
    )


@pytest.mark.parametrize(
    "text",
    [
        PRINT,  # on its own: the reader reports it
        f"{SITE}\nBetween.\n\n{PRINT}",
        SITE + PRINT.replace("\\infobox[a]{", "{"),
        SITE + PRINT.replace("}\n:::", "}\n\nMore.\n:::"),
        SITE + PRINT.replace("}\n:::", "\n:::"),
        SITE + TABLE.replace("table", "align"),
        f"```\n{SITE}\n{PRINT}```\n",
        f"{SITE}\n{SITE}",
    ],
)
def test_other_conditions_are_kept(text: str) -> None:
    assert remove_latex_alternatives(Draft.from_text("a.qmd", text)) == Draft.from_text("a.qmd", text)
