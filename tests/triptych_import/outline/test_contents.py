"""Test lists of contents in a folder; content that would stop a build becomes plain text."""

from __future__ import annotations

import pytest

from tests.triptych_import.conftest import ImportOf
from triptych.diagnostics import has_errors
from triptych.model.walk import plain_text
from triptych_import import import_book
from triptych_import.project import repair_project

TEXTS = {
    "README.md": "# Home\n",
    "z/README.md": "# Z\n",
    "z/one.md": "# One\n",
    "a.md": "# A\n",
    "left.md": "# Left\n",
}


def of(result: object) -> list[tuple[str, str]]:
    chapters = result.book.chapters  # type: ignore[attr-defined]
    return [(chapter.part.title if chapter.part else "", plain_text(chapter.title)) for chapter in chapters]


def test_a_summary_of_gitbook(import_of: ImportOf) -> None:
    summary = "# Summary\n\n## Part\n\n* [Z](z/README.md)\n  * [One](z/one.md#x)\n* [A](a.md)\n* [Site](https://x.org)\n"
    result = import_of({**TEXTS, "SUMMARY.md": summary})
    assert of(result) == [("", "Home"), ("Part", "Z"), ("Part", "A")]
    assert "## One" in result.text("z/README.md")
    assert any(
        "left.md:1:1: note: the table of contents does not list this file" in note for note in result.notes
    )


def test_a_sidebar_of_docsify(import_of: ImportOf) -> None:
    sidebar = "- First\n  - [Z](/z/)\n  - [One](z/one)\n- Second\n  - [A](a.md)\n"
    result = import_of(
        {**{f"docs/{name}": text for name, text in TEXTS.items()}, "docs/_sidebar.md": sidebar}
    )
    assert of(result) == [("", "Home"), ("First", "Z"), ("First", "One"), ("Second", "A")]


def test_the_navigation_of_mkdocs(import_of: ImportOf) -> None:
    settings = "site_name: The site\nsite_author: Ada\nmarkdown_extensions:\n  - x: {e: !!python/name:a.b}\nnav:\n  - README.md\n  - Part &nbsp; 1:\n    - z/one.md\n    - Other: a.md\n"
    result = import_of({**{f"docs/{name}": text for name, text in TEXTS.items()}, "mkdocs.yml": settings})
    assert of(result) == [("", "Home"), ("Part\xa01", "One"), ("Part\xa01", "A")]
    assert (result.book.metadata.title, result.book.metadata.people[0].name) == ("The site", "Ada")


def test_list_without_existing_files_is_ignored(import_of: ImportOf) -> None:
    result = import_of({**TEXTS, "SUMMARY.md": "- [X](x.md)\n- [Y](y.md)\n"})
    assert of(result) == [("", "A"), ("", "Left"), ("Z", "One")]


def test_documents_in_docs_are_read_and_generated_sites_are_not(import_of: ImportOf) -> None:
    assert of(import_of({"docs/a.md": "# A\n", "docs/index.html": "<p>"})) == [("Docs", "A")]


@pytest.mark.parametrize(
    ("head", "title"),
    [
        ("+++\ntitle = 'T'\nweight = 1\n+++\n", "T"),
        ("---\ntitle: T\n---\n", "T"),
        ("---\n\nNo head: x\n\n---\n", "A"),
    ],
)
def test_heads_in_yaml_and_toml(import_of: ImportOf, head: str, title: str) -> None:
    result = import_of({"a.md": f"{head}Text.\n"})
    assert of(result) == [("", title)]
    assert "weight" not in result.text("a.md")
    assert ("No head" in head) == ("No head" in result.text("a.md"))


def test_unreadable_settings_are_reported(import_of: ImportOf) -> None:
    result = import_of({"book.toml": "[book\n", "src/SUMMARY.md": "- [A](a.md)\n", "src/a.md": "# A\n"})
    assert of(result) == [("", "A")]
    assert result.notes[0].startswith("book.toml:1:1: note: the settings cannot be parsed")


@pytest.mark.parametrize(
    ("settings", "line", "message"),
    [
        (".".join("a" * 5_000) + " = 1\n", 3, "a key has more than 20 parts"),
        ("['a'" + ' . "b"' * 20 + "]\n", 3, "a key has more than 20 parts"),
        ("x = 1\n" + "a = {" + ".".join("b" * 21) + " = 1}\n", 4, "a key has more than 20 parts"),
        ("a.b = 'x'\n#" + "x" * 100_000, 1, "the TOML text has 100,"),
    ],
)
def test_oversized_settings_are_rejected_before_parsing(
    import_of: ImportOf, monkeypatch: pytest.MonkeyPatch, settings: str, line: int, message: str
) -> None:
    monkeypatch.setattr("tomllib.loads", lambda text: pytest.fail("was parsed"))
    files = {"book.toml": f"[book]\ntitle = 'A'\n{settings}", "src/SUMMARY.md": "- [A](a.md)\n"}
    result = import_of({**files, "src/a.md": "# A\n"})
    assert result.notes[0].startswith(f"book.toml:{line}:1: note: the settings cannot be parsed: {message}")


def test_katex_macros_are_defined_in_chapters_that_use_them(import_of: ImportOf) -> None:
    files = {
        "book.toml": '[preprocessor.katex]\nmacros = "m.txt"\n',
        "m.txt": "\\R:{\\mathbb{R}}\n\\of:{f(#1)\\in\\R}\n\\not:{x}\n",
        "src/SUMMARY.md": "- [A](a.md)\n- [B](b.md)\n",
        "src/a.md": "# A\n\n$\\of{x}$\n",
        "src/b.md": "# B\n",
    }
    result = import_of(files)
    assert "MTH001" not in {finding.code for finding in result.found}
    assert "\\newcommand{\\of}[1]{{f(#1)\\in\\R}}" in result.text("a.md")
    assert "newcommand{\\not}" not in result.text("a.md")
    assert result.text("b.md") == "# B\n"


def test_markup_that_would_stop_a_build_is_simplified() -> None:
    manifest = b"book:\n  title: T\n  chapters: [a.md]\n"
    text = (
        "# A\n\n`@fig-x` see @fig-x and [gone](#gone) and [k](b.md) at <http://x:port/>.\n\n::: {#d}\nOne\n:::\n\n::: {#d}\nTwo\n:::\n\n"
        "Word\\index{a|see{b}} here.\n\n```dot\nno graph\n```\n\n"
        "![Alt](https://x.org/p.png)\n\n{{< include gone.md >}}\n"
    )
    files, reported = repair_project({"source/book.yaml": manifest, "source/a.md": text.encode()})
    result = files["source/a.md"].decode()
    assert "`@fig-x` see \\@fig-x and gone and k at http://x:port/." in result
    assert "x.org" not in result
    assert "Word here." in result
    assert "```text\nno graph" in result
    assert "include" not in result
    assert {finding.path for finding in reported} == {"source/a.md"}
    assert {finding.line for finding in reported} >= {3, 9, 13, 19, 21}
    assert repair_project(files) == (files, [])


def test_url_with_spaces_is_not_a_link(import_of: ImportOf) -> None:
    result = import_of({"a.md": "# A\n\nSee [x](not an address) and [b](<b c.md>).\n", "b c.md": "# B\n"})
    assert not has_errors(result.found), result.found
    assert "[x]\\(not an address)" in result.text("a.md")


def test_latin_1_is_reported(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    (folder / "a.md").write_text("# A\n")
    (folder / "b.md").write_bytes("# Caf\xe9\n".encode("latin-1"))
    assert [finding.path for finding in import_book(folder).findings] == ["b.md"]


def test_control_characters_are_decoded_as_windows_1252(import_of: ImportOf) -> None:
    assert import_of({"a.md": "# A\n\nIt\x92s \x97 so.\n"}).text("a.md") == "# A\n\nIt’s — so.\n"


def test_note_without_a_definition_is_literal(import_of) -> None:
    result = import_of({"one.md": "# One\n\nText.[^a] More.[^b]\n\n[^b]: A note.\n"})
    assert "Text.\\[^a] More.[^b]" in result.text("one.md")
    assert not {finding.code for finding in result.found} & {"LNT003", "LNT004"}
    assert any('footnote "a" is not defined' in note for note in result.notes)


def test_mkdocs_navigation_folder_expands_to_its_texts(import_of: ImportOf) -> None:
    settings = "nav:\n  - Home: README.md\n  - Guide: guide/\n  - Rest: z/\n"
    guide = {
        "README.md": "# Guide\n\n- [Two](two.md)\n- [One](one.md)\n",
        "one.md": "# One\n",
        "two.md": "# Two\n",
    }
    texts = {**TEXTS, **{f"guide/{name}": text for name, text in guide.items()}}
    result = import_of({**{f"docs/{name}": text for name, text in texts.items()}, "mkdocs.yml": settings})
    assert of(result) == [
        ("", "Home"), ("Guide", "Guide"), ("Guide", "Two"), ("Guide", "One"), ("Rest", "Z"), ("Rest", "One"),
    ]  # fmt: skip


def test_entry_with_a_fragment_is_not_a_second_entry(import_of: ImportOf) -> None:
    summary = "- [A](a.md)\n  - [First](a.md#first)\n- [Z](z/README.md)\n- [A again](a.md)\n"
    result = import_of({**TEXTS, "a.md": "# A\n\n## First\n", "SUMMARY.md": summary})
    assert of(result) == [("", "Home"), ("", "A"), ("", "Z")]
    assert [note for note in result.notes if "listed twice" in note] == [
        'SUMMARY.md:4:1: note: "a.md" is listed twice; omitted'
    ]


def test_last_chapters_named_appendix_are_appendices(import_of: ImportOf) -> None:
    names = ["Chapter 1: Egg", "Chapter 2: Hen", "Appendix A: Corn", "Appendix B: Grass"]
    texts = {f"{place}.md": f"# {name}\n" for place, name in enumerate(names)}
    summary = "".join(f"- [{name}]({place}.md)\n" for place, name in enumerate(names))
    result = import_of({**texts, "SUMMARY.md": summary})
    assert [plain_text(chapter.title) for chapter in result.book.chapters] == ["Egg", "Hen", "Corn", "Grass"]
    assert "appendices:" in result.text("book.yaml")


def test_references_that_mkdocstrings_would_make_are_left_out(import_of: ImportOf) -> None:
    text = (
        "# A\n\nBefore.\n\n::: shop.till.Till\n    options:\n        heading: false\n\n::: note\nKept.\n:::\n"
    )
    result = import_of({"a.md": text})
    assert "Till" not in result.text("a.md") and "options" not in result.text("a.md")
    assert "Kept." in result.text("a.md")
    assert (
        "a.md:5:1: note: mkdocstrings generates the reference of shop.till.Till from code; omitted"
        in result.notes
    )
    assert not [found for found in result.found if found.code.startswith("LNT")]


def test_a_name_is_found_whatever_its_capitals(import_of: ImportOf) -> None:
    """Test that names are found case-insensitively, as on some file systems."""
    result = import_of({**TEXTS, "SUMMARY.md": "- [A](A.md)\n- [Left](left.MD)\n"})
    assert of(result) == [("", "Home"), ("", "A"), ("", "Left")]


def test_unlinked_entry_heads_its_nested_entries(import_of: ImportOf) -> None:
    summary = "* [Z](z/README.md)\n\t* Skills *of* it\n\t\t* [One](z/one.md)\n\t* Nothing\n* [A](a.md)\n"
    result = import_of({**TEXTS, "SUMMARY.md": summary})
    assert result.text("z/README.md") == "# Z\n\n## Skills *of* it\n\n### One\n"
    assert any('SUMMARY.md:4:1: note: draft chapter "Nothing"' in note for note in result.notes)
    assert not any("Skills" in note for note in result.notes)


def test_gitbook_glossary_comes_last(import_of: ImportOf) -> None:
    texts = {
        **TEXTS,
        "SUMMARY.md": "* [Z](z/README.md)\n* [A](a.md)\n",
        "GLOSSARY.md": "# Words\n\n## Zero\n\nNone.\n",
    }
    assert [title for _, title in of(import_of(texts))] == ["Home", "Z", "A", "Words"]
