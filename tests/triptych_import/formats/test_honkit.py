"""Test HonKit's settings, its summary, and its template tags."""

from __future__ import annotations

from tests.triptych_import.conftest import ImportOf
from triptych.diagnostics import has_errors
from triptych.model.walk import plain_text
from triptych_import.book import Draft
from triptych_import.formats.honkit import resolve_template_tags

FILES = {
    "book.json": '{"title": "The book", "author": "Ada Byron, Bob Ray", "language": "de", "description": "What.", "root": "./source/", "structure": {"readme": "index.md", "summary": "README.md"}, "plugins": ["-search", "anchors"], "variables": {"version": "22.1", "ticks": "```"}}',
    "LICENSE.md": "# License\n",
    "source/README.md": "# Inhalt\n\n- [Los](a/README.md)\n- [Part 1: Grundlagen](b/README.md)\n  - [Eins](b/one.md)\n    - [Tief](b/deep.md)\n  - [Zwei](b/two.md)\n- [Ende](end.md)\n",
    "source/index.md": "# Vorweg\n\nText.\n",
    "source/a/README.md": '# Los\n\nVersion {{book.version}} und {{ book.none }}.\n\n{{book.ticks}}\nv{{book.version}}\n{{book.ticks}}\n\n[import:"x", title:"Ein Beispiel"](../src/e.js)\n',
    "source/src/e.js": "a();\n//! [x]\nb();\n//! [x]\nc();\n",
    "source/b/README.md": "# Part 1: Grundlagen\n\nDarin.\n",
    "source/b/one.md": "# Eins\n",
    "source/b/deep.md": "# Tief\n",
    "source/b/two.md": "# Zwei\n",
    "source/end.md": "# Ende\n",
    "source/OUTLINE.md": "# Outline\n",
}


def test_settings_and_summary(import_of: ImportOf) -> None:
    result = import_of(FILES)
    assert not has_errors(result.found), result.found
    assert result.imported.format_name == "HonKit"
    metadata = result.book.metadata
    assert (metadata.title, metadata.language, metadata.description) == ("The book", "de", "What.")
    assert [person.name for person in metadata.people] == ["Ada Byron", "Bob Ray"]
    parts = [
        (chapter.part.title if chapter.part else "", plain_text(chapter.title))
        for chapter in result.book.chapters
    ]
    assert parts == [
        ("", "Vorweg"), ("", "Los"), ("Part 1: Grundlagen", "Part 1: Grundlagen"),
        ("Part 1: Grundlagen", "Eins"), ("Part 1: Grundlagen", "Zwei"), ("", "Ende"),
    ]  # fmt: skip
    assert "## Tief" in result.text("b/one.md")


def test_values_and_listings(import_of: ImportOf) -> None:
    text = import_of(FILES).text("a/README.md")
    assert "Version 22.1 und {{ book.none }}." in text
    assert "```\nv22.1\n```" in text
    assert (
        '``` {.js lst-cap="Ein Beispiel"}\nb();\n```' in text
        or '```{.js lst-cap="Ein Beispiel"}\nb();\n```' in text
    )


def test_unsupported_settings_are_reported(import_of: ImportOf) -> None:
    notes = "\n".join(import_of(FILES).notes)
    for words in (
        'unsupported plugin "anchors"; not run',
        'undefined variable "book.none"',
        "source/OUTLINE.md:1:1",
    ):
        assert words in notes


def test_passages_for_other_outputs_are_removed_and_reported() -> None:
    text = 'A\n{% if output.name == "website" %}\nsite\n{% else %}\nbook\n{% endif %}\n{% raw %}{{ x }}{% endraw %}\n{% if y %}z{% endif %}\n'
    draft = resolve_template_tags(Draft.from_text("a.md", text), {}, lambda _: None)
    findings = list(draft.findings)
    assert draft.text == "A\n\nbook\n\n{{ x }}\nz\n"
    assert [finding.message for finding in findings] == [
        "this conditional block is for another output than a book", 'unsupported condition "y"'
    ]  # fmt: skip


def test_tags_in_code_are_kept() -> None:
    text = "`{% include 'x.md' %}` and `{{ y }}`\n\n```\n{% if y %}a{% endif %}{% raw %}b{% endraw %}\n```\n"
    draft = resolve_template_tags(Draft.from_text("a.md", text), {}, lambda _: "no")
    findings = list(draft.findings)
    assert (draft.text, findings) == (text, [])


def test_an_id_of_a_heading_makes_no_book_of_honkit_one_of_pandoc(import_of: ImportOf) -> None:
    marked = "# Ende {#ende}\n\nEs folgt:\n- eins\n- zwei\n"
    assert "Es folgt:\n\n- eins" in import_of({**FILES, "source/end.md": marked}).text("end.md")


def test_plugin_tags_are_removed_and_their_content_kept(import_of: ImportOf) -> None:
    text = '# Los\n\n{% exercise %}\nTry it.\n\n{% hint style="info" %}\nMind.\n{% endhint %}\n{% endexercise %}\n'
    result = import_of({**FILES, "source/a/README.md": text})
    output = result.text("a/README.md")
    assert "Try it." in output and "exercise" not in output and ".callout-note" in output
    assert any('unsupported helper "{% exercise %}"; omitted' in note for note in result.notes)


def test_settings_that_are_a_program_are_not_run(import_of: ImportOf) -> None:
    program = 'const p = require("x");\n\nmodule.exports = {\n    root: "./docs",\n    title: "The book",\n    variables: {version: p.version}\n};\n'
    files = {"book.js": program, "docs/SUMMARY.md": "- [A](a.md)\n- [B](b.md)\n", "docs/b.md": "# B\n"}
    result = import_of(
        {**files, "docs/a.md": "# A {#a}\n\nIt follows:\n- `{{ x }}`\n\n{% raw %}{{ y }}{% endraw %}\n"}
    )
    assert (result.imported.format_name, result.book.metadata.title) == ("HonKit", "The book")
    assert "It follows:\n\n- `{{ x }}`\n\n{{ y }}" in result.text("a.md")
    assert any("book.js:1:1: note: the settings file is a program; not run" in note for note in result.notes)


def test_javascript_file_alone_is_not_a_book(import_of: ImportOf) -> None:
    files = {
        "book.js": "title: 'x'\n",
        "SUMMARY.md": "- [A](a.md)\n- [B](b.md)\n",
        "a.md": "# A\n",
        "b.md": "# B\n",
    }
    assert import_of(files).imported.format_name == "Markdown"


def test_an_id_of_a_heading_makes_no_list_of_gitbook_one_of_pandoc(import_of: ImportOf) -> None:
    files = {
        "SUMMARY.md": "- [A](a.md)\n- [B](b.md)\n",
        "a.md": "# A {#a}\n\nIt follows:\n- one\n",
        "b.md": "# B\n",
    }
    assert "It follows:\n\n- one" in import_of(files).text("a.md")
