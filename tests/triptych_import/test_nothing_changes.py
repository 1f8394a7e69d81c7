"""Test that an import does not change code and formulas."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from triptych.engine.processes.programs import find_pandoc, run_program
from triptych_import import captions, manual_numbers
from triptych_import.book import Draft, Metadata, SectionFile, SourceBook, SourceText
from triptych_import.formats.markdown_folder import prepare_text
from triptych_import.links import resolve_links
from triptych_import.project import format_section

SHARED = [
    "# Chapter 1: One\n", "## 1.1 Two {#x}\n", "Under\n=====\n", "Figure 1 and [a link](#x), `# no` and `$x$`.\n",
    "```python\n# Chapter 2: no\nx = 1\n===\n```\n", "~~~\n| NOTE: |\n| --- |\n| no |\n~~~\n", "    # indented\n    ---\n",
    "- item\n\n  ```\n  Figure 1: no\n  ---\n  ```\n\n- two\n", "> ```\n> [x]: y\n> ```\n", "| a | b |\n|---|---|\n| `x` | $y$ |\n",
    "1. one\n\n       code $$ in a list\n\n2. two\n", "A sum $a = b$ and $c_1$.\n", "<!-- ```\n# no -->\n",
    "``a ` b`` and `{{ book.x }}` and `{% if x %}`.\n", "| NOTE: |\n|:---|\n| `code` in a box |\n", "***\n",
    '``` js\nconst a = `b`;\n```\n', "Text.[^1]\n\n[^1]: A note with `code`.\n",
]  # fmt: skip
PANDOCS = [
    "$$\na\n=\nb\n$$\n",
    "$$\n1.1 a\n=====\n2\n$$\n\nSee [it](#11-a).\n", "$$\n# a\n$$ {#eq-x}\n", "\\begin{align}\na\n--\nb\n\\end{align}\n", "::: {.callout-note}\n`x`\n:::\n",
    "Term\n\n:   Meaning with `code`\n\n        a block\n", "Text $$\na\n=\n1. b\n$$ more\n",
]  # fmt: skip


def of_pandoc(form: str, text: str) -> tuple[list[str], list[str], list[str]]:
    """Return the code blocks, inline code and formulas that pandoc reads in a text, sorted."""
    tree = json.loads(run_program([find_pandoc(), "-f", form, "-t", "json"], text.encode()))

    def walk(node: Any) -> Iterator[Any]:
        if isinstance(node, dict):
            yield node
        for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from walk(inner)

    nodes = [node for node in walk(tree["blocks"]) if "t" in node]
    blocks, codes, formulas = (
        sorted(" ".join(n["c"][1].split()) for n in nodes if n["t"] == kind)
        for kind in ("CodeBlock", "Code", "Math")
    )
    return blocks, codes, formulas


def imported(text: str, *, pandoc: bool, brackets: bool = False) -> str:
    draft, head = prepare_text(Draft.from_text("a.md", text), pandoc=pandoc, bracket_formulas=brackets)
    section = SectionFile(path="a.md", source_texts=(SourceText(draft=draft, title="A"),), front_matter=head)
    book = SourceBook(metadata=Metadata(title="T"), sections=(section,))
    book = manual_numbers.remove_manual_numbers(
        resolve_links(captions.convert_captions(book), lambda _: "").book
    )
    return format_section(book.sections[0])


@pytest.mark.parametrize("pandoc", [True, False])
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_code_and_formulas(pandoc: bool, data: st.DataObject) -> None:
    blocks = data.draw(
        st.lists(st.sampled_from([*SHARED, *(PANDOCS if pandoc else [])]), min_size=1, max_size=7)
    )
    text = "\n".join(blocks)
    form = "markdown" if pandoc else "gfm+tex_math_dollars"
    assert of_pandoc(form, text) == of_pandoc("markdown", imported(text, pandoc=pandoc))
