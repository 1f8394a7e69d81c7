"""SUMMARY.md, formulas, and what must not leave the source."""

from __future__ import annotations

from pathlib import Path

from tests.conftest import write_files
from triptych.importing import import_book, write
from triptych.importing.draft import Draft
from triptych.importing.formats.mdbook import adapted
from triptych.importing.outline.summary import Entry, parse_summary


def test_the_summary_is_parsed() -> None:
    text = "# Title\n\n[P](p.md)\n\n# Part `x`\n\n* [A [b] c](a%20b.md)\n    * [D](<d e.md>)\n        * [F]()\n- [G](./g.md)\n---\n[S](s.md)\n"
    assert list(parse_summary(text)) == [
        Entry("P", "p.md", None, "", 3),
        Entry("A [b] c", "a b.md", 0, "Part x", 7),
        Entry("D", "d e.md", 1, "Part x", 8),
        Entry("F", "", 2, "Part x", 9),
        Entry("G", "g.md", 0, "Part x", 10),
        Entry("S", "s.md", None, "", 12),
    ]


def test_marks_of_formulas() -> None:
    text = "a \\\\( x \\\\) `\\\\(y\\\\)`\n\n```\n\\\\(z\\\\)\n```\n\n\\\\[ w \\\\]\n"
    draft, _, _ = adapted(Draft.of("a.md", text), lambda name: None, math=True)
    assert draft.text == "a $x$ `\\\\(y\\\\)`\n\n```\n\\\\(z\\\\)\n```\n\n$$w$$\n"


def test_nothing_is_read_or_written_outside(tmp_path: Path) -> None:
    files = {
        "secret.md": "# Secret\n",
        "in/book.toml": '[book]\ntitle = "T"\nsrc = "a/b"\n',
        "in/outer.md": "# Outer\n",
        "in/a/b/SUMMARY.md": "- [O](../../outer.md)\n- [S](../../../secret.md)\n- [X](x.md)\n",
        "in/a/b/x.md": "# X\n\n{{#include ../../../secret.md}}\n",
    }
    imported = import_book(write_files(tmp_path, files) / "in")
    write(imported, tmp_path / "out")
    written = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.md")}
    assert written == {"source/outer.md", "source/x.md"}
    assert "# Secret" not in (tmp_path / "out/source/x.md").read_text()
    assert [finding.path for finding in imported.findings] == ["a/b/SUMMARY.md", "a/b/x.md"]
