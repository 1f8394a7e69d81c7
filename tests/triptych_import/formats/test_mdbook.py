"""Test SUMMARY.md, formulas, and paths that must not leave the source folder."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import write_files
from tests.triptych_import.conftest import ImportOf
from triptych.model.nodes import Callout
from triptych.model.walk import chapter_nodes, plain_text
from triptych_import import import_book, write_project
from triptych_import.book import Draft
from triptych_import.contents import ContentsEntry, parse_summary
from triptych_import.formats.mdbook import convert_chapter


def test_the_summary_is_parsed() -> None:
    text = "# Title\n\n[P](p.md)\n\n# Part `x`\n\n* [A [b] c](a%20b.md)\n    * [D](<d e.md>)\n        * [F]()\n- [G](./g.md)\n---\n[S](s.md)\n"
    assert list(parse_summary(text)) == [
        ContentsEntry("P", "p.md", None, "", 3),
        ContentsEntry("A [b] c", "a b.md", 0, "Part x", 7),
        ContentsEntry("D", "d e.md", 1, "Part x", 8),
        ContentsEntry("F", "", 2, "Part x", 9),
        ContentsEntry("G", "g.md", 0, "Part x", 10),
        ContentsEntry("S", "s.md", None, "", 12),
    ]


def test_marks_of_formulas() -> None:
    text = "a \\\\( x \\\\) `\\\\(y\\\\)`\n\n```\n\\\\(z\\\\)\n```\n\n\\\\[ w \\\\]\n"
    draft, _ = convert_chapter(Draft.from_text("a.md", text), lambda name: None, math=True)
    assert draft.text == "a $x$ `\\\\(y\\\\)`\n\n```\n\\\\(z\\\\)\n```\n\n$$w$$\n"


def test_files_outside_are_neither_read_nor_written(tmp_path: Path) -> None:
    files = {
        "secret.md": "# Secret\n",
        "in/book.toml": '[book]\ntitle = "T"\nsrc = "a/b"\n',
        "in/outer.md": "# Outer\n",
        "in/a/b/SUMMARY.md": "- [O](../../outer.md)\n- [S](../../../secret.md)\n- [X](x.md)\n",
        "in/a/b/x.md": "# X\n\n{{#include ../../../secret.md}}\n",
    }
    imported = import_book(write_files(tmp_path, files) / "in")
    write_project(imported, tmp_path / "out")
    output = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.md")}
    assert output == {"source/outer.md", "source/x.md"}
    assert "# Secret" not in (tmp_path / "out/source/x.md").read_text()
    assert [finding.path for finding in imported.findings] == ["a/b/SUMMARY.md", "a/b/x.md"]


COURSE = {
    "book.toml": '[book]\ntitle = "T"\nlanguage = "en"\n\n[output.html]\nadditional-js = ["theme/speaker-notes.js"]\n',
    "src/SUMMARY.md": "- [A](a.md)\n",
    "src/a.md": "# A\n\nShown.\n\n<details>\n\n- Said.\n\n<details>\n\nIn it.\n\n</details>\n\n</details>\n\n"
    "<details>\n<summary>More</summary>\n\nFolded.\n\n</details>\n\n```html\n<details>\n</details>\n```\n",
}


def test_collapsed_course_content_becomes_speaker_notes(tmp_path: Path) -> None:
    imported = import_book(write_files(tmp_path, COURSE))
    text = imported.files["source/a.md"].decode()
    assert "Shown.\n\n\n::: notes\n\n- Said.\n\n<details>\n\nIn it.\n\n</details>\n\n:::\n" in text
    assert "<details>\n<summary>More</summary>" in text and "```html\n<details>\n</details>" in text
    assert any("moved to the speaker notes" in str(finding) for finding in imported.findings)


def test_collapsed_content_elsewhere_is_kept(tmp_path: Path) -> None:
    files = COURSE | {"book.toml": '[book]\ntitle = "T"\nlanguage = "en"\n'}
    imported = import_book(write_files(tmp_path, files))
    assert b"::: notes" not in imported.files["source/a.md"]


def test_settings_nested_out_of_all_proportion_are_left_out(tmp_path: Path) -> None:
    files = {
        "book.toml": "a = " + "[" * 20_000,
        "src/SUMMARY.md": "- [One](one.md)\n",
        "src/one.md": "# One\n",
    }
    imported = import_book(write_files(tmp_path, files))
    assert "source/one.md" in imported.files
    assert any(finding.path.endswith("book.toml") for finding in imported.findings)


def test_quoted_callouts_are_converted_everywhere(import_of: ImportOf) -> None:
    result = import_of({
        "book.toml": '[book]\ntitle = "T"\nlanguage = "en"\n',
        "src/SUMMARY.md": "- [A](a.md)\n",
        "src/a.md": (
            "# A\n\nr[rule.id]\n> [!EXAMPLE]\n> In a rule.\n\n- Item.\n\n  > [!NOTE]\n  > In an item.\n  > [other]\n\n"
            "1. Item.\n   > [!EDITION-2024]\n   >\n   > In a numbered item.\n\n    > [!TIP]\n    > Far in.\n\n"
            "Term\n: Its meaning.\n\n  > [!WARNING]\n  > In a definition.\n\nOther\n:   > [!note]\n    > At its beginning.\n\n"
            "> Quoted.\n>\n> > [!IMPORTANT]\n> > In a quotation.\n\n> **Note**: bold.\n"
        ),
    })  # fmt: skip
    callouts = [node for node in chapter_nodes(result.book.chapters[0]) if isinstance(node, Callout)]
    assert [(node.kind, plain_text(node.content[:1]).strip()) for node in callouts] == [
        ("note", "Example"),
        ("note", "In an item. [other]"),
        ("note", "Edition 2024"),
        ("tip", "Far in."),
        ("warning", "In a definition."),
        ("note", "At its beginning."),
        ("important", "In a quotation."),
    ]
    assert not [finding for finding in result.found if finding.code.startswith("LNT")]
