"""Test that the hints for mistakes suggest what the author meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import MakeProject
from tests.test_mistakes import BESIDE, MANIFEST
from triptych.engine.cache import Cache
from triptych.stages import read_project

HINTS = {
    "attributes-of-a-div-without-braces.md": 'write ::: {.callout-note title="Costs and time"}',
    "callout-of-myst.md": '"callout-note" for a callout',
    "class-without-a-dot.md": "write {.callout-tip}",
    "id-of-a-heading-without-its-braces.md": "or {#sec-x} for an id",
    "chart-as-a-cell.md": "`::: {.chart …}`",
    "caption-of-a-table-by-its-word.md": "write : Numbers {#",
    "data-from-the-network.md": "download the file into the project",
    "formula-with-an-empty-line.md": "delete blank lines",
    "formula-with-its-attributes-inside.md": "after the formula: $$ … $$ {#eq-x}",
    "link-without-its-scheme.md": "write (https://www.example.com)",
    "note-in-a-note.md": "^[…]",
    "note-without-its-colon.md": "[^1]: …",
    "picture-without-its-exclamation-mark.md": "![Caption](picture.png)",
    "accent-in-the-manifest.yaml": "theme file",
    "bibliography-misspelt.yaml": 'did you mean "references.json"?',
    "callout-in-small-letters.md": "[!NOTE]",
    "callout-of-an-unknown-kind.md": "[!WARNING] or [!CAUTION]",
    "callout-with-a-title-behind-its-kind.md": 'title="Save often"',
    "chart-with-an-attribute-of-another-tool.md": "use `y-title=`",
    "chart-with-columns-behind-semicolons.md": '"year, output"',
    "chart-with-its-class-before-the-braces.md": "write ::: {.chart #fig-x",
    "chart-with-two-colons.md": "write :::",
    "chapter-with-its-folder.yaml": 'write "section.md"',
    "include-within-a-line.md": "separate line",
    "include-without-its-word.md": "{{< include x.md >}}",
    "contents-asked-for.yaml": "every output has a table of contents",
    "fence-too-many-after-attributes-on-several-lines.md": "delete this ::: line",
    "fence-with-wrong-quotes-after-attributes-on-several-lines.md": 'title="A b"',
    "picture-with-a-blank-before-its-file.md": "delete the space between ] and (",
    "width-without-its-unit.md": "write `width=80%` for a percentage, or `width=80px`",
    "formats-as-a-list.yaml": "format: {pdf: default",
    "heading-with-an-id-without-its-sign.md": "write {#sec-results}",
    "id-in-capitals.md": "write #fig-x",
    "link-to-a-file-without-its-ending.md": "write (section.md)",
    "link-to-an-id-without-its-sign.md": "write (#fig-x)",
    "listing-with-a-bare-value.md": 'lst-cap="My code"',
    "macro-that-is-unknown.md": r"\newcommand{\norm}",
    "notes-of-another-tool.md": '"notes"',
    "part-by-its-title.yaml": "part: Results",
    "picture-in-capitals.md": "picture.png",
    "picture-with-backslashes.md": "images/picture.png",
    "picture-without-brackets.md": "![Caption](picture.png)",
    "reference-in-capitals.md": "write @fig-x",
    "reference-to-a-heading-without-an-id.md": "{#sec-my-results}",
    "reference-without-its-sign.md": "write @fig-x",
    "subtitle-outside-the-book.yaml": "under `book:`",
    "table-that-begins-with-its-rule.md": "header row above |---|---|",
    "table-without-its-class.md": "`.chart` or `.table`",
    "talk-as-a-number.yaml": "talk: {minutes: 10}",
    "title-with-a-colon.yaml": 'write title: "Costs: a story"',
}


@pytest.mark.parametrize("name", HINTS)
def test_first_hint_suggests_the_intended_name(
    name: str, make_project: MakeProject, shared_cache: Cache
) -> None:
    text = (Path(__file__).with_name("mistakes") / name).read_text("utf-8")
    is_manifest = name.endswith(".yaml")
    files: dict[str, str | bytes] = {
        **BESIDE,
        "source/book.yaml": text if is_manifest else MANIFEST,
        "source/section.md": "# A section\n\nText.\n" if is_manifest else text,
    }
    findings = read_project(make_project(files), shared_cache)[2]
    assert HINTS[name] in str(findings[0].hint)
