"""Test which table of contents of a folder is read, and its entries, title and author."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import write_files
from triptych_import.contents import Contents, find_contents, find_list_items, has_prose, read_summary
from triptych_import.source import SourceFiles

PAGES = {f"{name}.md": f"# {name.upper()}\n" for name in ("a", "b", "c", "d")}
LIST = "- [A](a.md)\n- [B](b.md)\n"


def find(folder: Path, files: dict[str, str]) -> Contents | None:
    return find_contents(SourceFiles(write_files(folder, files)))


def format_entries(contents: Contents | None) -> list[str]:
    """Return each entry as ``DEPTH PART | TITLE → PATH``, with - for unnumbered chapters."""
    assert contents is not None
    return [
        f"{'-' if entry.depth is None else entry.depth} {entry.part} | {entry.title} → {entry.path}"
        for entry in contents.entries
    ]


@pytest.mark.parametrize(
    ("path", "root"),
    [
        ("SUMMARY.md", ""),
        ("_sidebar.md", ""),
        ("docs/SUMMARY.md", "docs"),
        ("src/SUMMARY.md", "src"),
        ("book/_sidebar.md", "book"),
        ("content/SUMMARY.md", "content"),
    ],
)
def test_lists_are_read_in_usual_folders(tmp_path: Path, path: str, root: str) -> None:
    pages = {f"{root}/{name}".lstrip("/"): text for name, text in PAGES.items()}
    result = find(tmp_path, {**pages, path: LIST})
    assert result is not None and (result.path, result.root) == (path, root)
    assert format_entries(result) == ["0  | A → a.md", "0  | B → b.md"]


@pytest.mark.parametrize("folder", ["", "src/"])
def test_draft_chapter_has_no_file(tmp_path: Path, folder: str) -> None:
    pages = {f"{folder}{name}": text for name, text in PAGES.items()}
    result = find(tmp_path, {**pages, f"{folder}SUMMARY.md": LIST + "- [Draft]()\n"})
    assert format_entries(result) == ["0  | A → a.md", "0  | B → b.md", "0  | Draft → "]


def test_a_list_needs_two_files_that_exist(tmp_path: Path) -> None:
    text = "- [A](a.md)\n- [X](x.md)\n- [Y](y.md)\n"
    assert find(tmp_path / "one", {**PAGES, "SUMMARY.md": text}) is None
    finding = find(tmp_path / "next", {**PAGES, "SUMMARY.md": text, "_sidebar.md": LIST})
    assert finding is not None and finding.path == "_sidebar.md"


def test_a_named_summary_needs_one_file_that_exists(tmp_path: Path) -> None:
    source = SourceFiles(
        write_files(tmp_path, {**PAGES, "one.md": "- [A](a.md)\n", "none.md": "- [X](x.md)\n"})
    )
    assert format_entries(read_summary(source, "one.md", "")) == ["0  | A → a.md"]
    assert read_summary(source, "none.md", "") is None
    assert read_summary(source, "missing.md", "") is None


def test_the_first_page_and_the_glossary_are_added_unless_listed(tmp_path: Path) -> None:
    extra = {"README.md": "# Home\n", "GLOSSARY.md": "# Words\n", "SUMMARY.md": LIST}
    assert format_entries(find(tmp_path / "one", {**PAGES, **extra})) == [
        "-  | Introduction → README.md",
        "0  | A → a.md",
        "0  | B → b.md",
        "-  | Glossary → GLOSSARY.md",
    ]
    text = f"- [Start](README.md)\n{LIST}- [Terms](GLOSSARY.md)\n"
    assert format_entries(find(tmp_path / "two", {**PAGES, **extra, "SUMMARY.md": text})) == [
        "0  | Start → README.md",
        "0  | A → a.md",
        "0  | B → b.md",
        "0  | Terms → GLOSSARY.md",
    ]


def test_addresses_are_left_out_and_short_paths_completed(tmp_path: Path) -> None:
    files = {**PAGES, "README.md": "# Home\n", "sub/README.md": "# S\n"}
    text = "- [A](/a)\n- [Sub](sub/)\n- [Site](https://x.org/a.md)\n- [Host](//x.org)\n- [B](B.md)\n- [Draft]()\n"
    assert format_entries(find(tmp_path, {**files, "SUMMARY.md": text})) == [
        "-  | Introduction → README.md",
        "0  | A → a.md",
        "0  | Sub → sub/README.md",
        "0  | B → b.md",
        "0  | Draft → ",
    ]


def test_items_without_links_are_parts_or_headings(tmp_path: Path) -> None:
    text = "- First\n  - [A](a.md)\n  - Inner\n    - [B](b.md)\n- Second [x](y)\n"
    assert format_entries(find(tmp_path, {**PAGES, "README.md": "# Home\n", "_sidebar.md": text})) == [
        "-  | Introduction → README.md",
        "0 First | A → a.md",
        "0 First | Inner → ",
        "1 First | B → b.md",
    ]


TOC = "```toc\n:maxdepth: 2\n{}\n```\n"


def make_d2lbook(**texts: str) -> dict[str, str]:
    return {
        "config.ini": "[project]\ntitle = Tides and Ports\nauthor =  Ada Byron\nnotitle = no\n",
        "index.md": "# Book\n\n" + TOC.format("one/index\ntwo.md\n\ngone"),
        "one/index.md": "# One\n\n" + TOC.format("a\nb\na"),
        "one/a.md": "# A\n\n" + TOC.format("deep"),
        "one/b.md": "# B\n",
        "one/deep.md": "# Deep\n\n" + TOC.format("deeper"),
        "one/deeper.md": "# Deeper\n",
        "two.md": "# Two\n\n```\nthree\n```\n",
        "three.md": "# Three\n",
        **texts,
    }


def test_toc_blocks_of_d2lbook_list_chapters_and_two_levels_of_files(tmp_path: Path) -> None:
    finding = find(tmp_path, make_d2lbook())
    assert finding is not None
    assert (finding.path, finding.root, finding.title, finding.author) == (
        "index.md",
        "",
        "Tides and Ports",
        "Ada Byron",
    )
    assert [(entry.path, entry.depth) for entry in finding.entries] == [
        ("one/index.md", 0),
        ("one/a.md", 1),
        ("one/deep.md", 2),
        ("one/b.md", 1),
        ("two.md", 0),
    ]


def test_d2lbook_index_is_a_chapter_if_it_has_text(tmp_path: Path) -> None:
    index = "# Book\n\nWelcome.\n\n" + TOC.format("two")
    result = find(tmp_path, make_d2lbook(**{"index.md": index}))
    assert result is not None
    assert [(entry.path, entry.depth) for entry in result.entries] == [("index.md", None), ("two.md", 0)]
    assert find(tmp_path / "one", {"index.md": "# Book\n\n" + TOC.format("two"), "two.md": "# Two\n"}) is None


def test_the_navigation_of_mkdocs_has_parts_folders_and_titles(tmp_path: Path) -> None:
    settings = (
        "site_name: The &amp; site\nsite_author: Ada\nnav:\n  - a.md\n  - Part  1:\n    - Bee: b.md\n"
        "    - Inner:\n      - c.md\n    - Web: https://x.org\n  - More: sub/\n  - Image: a.png\n"
    )
    pages = {
        f"docs/{name}": text for name, text in {**PAGES, "sub/10.md": "# X\n", "sub/9.md": "# IX\n"}.items()
    }
    result = find(tmp_path, {**pages, "mkdocs.yml": settings})
    assert result is not None and (result.root, result.author) == ("docs", "Ada")
    assert format_entries(result) == [
        "0  |  → a.md",
        "0 Part 1 | Bee → b.md",
        "0 Part 1 |  → c.md",
        "0 More |  → sub/9.md",
        "0 More |  → sub/10.md",
    ]
    assert {entry.line for entry in result.entries} == {1}


@pytest.mark.parametrize(("written", "root"), [(".", ""), ("text", "text"), ("made", "docs")])
def test_mkdocs_folder_is_the_configured_one_if_it_has_pages(tmp_path: Path, written: str, root: str) -> None:
    pages = {f"{folder}{name}": text for folder in ("", "text/", "docs/") for name, text in PAGES.items()}
    settings = f"docs_dir: {written}\nnav: [a.md, b.md]\n"
    result = find(tmp_path, {**pages, "mkdocs.yaml": settings})
    assert result is not None and result.root == root


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SUMMARY.md", ["sub/b.md", "sub/a.md"]),
        ("README.md", ["sub/README.md", "sub/b.md", "sub/a.md"]),
        ("index.md", ["sub/index.md", "sub/b.md", "sub/a.md"]),
    ],
)
def test_navigation_folder_uses_the_order_of_its_list(tmp_path: Path, name: str, expected: list[str]) -> None:
    pages = {"docs/sub/a.md": "# A\n", "docs/sub/b.md": "# B\n", "docs/c.md": "# C\n"}
    listing = "- [B](b.md)\n- [A](a.md)\n- [B again](b.md)\n- [X](x.md)\n"
    settings = "nav:\n  - c.md\n  - Sub: sub/\n"
    result = find(tmp_path, {**pages, f"docs/sub/{name}": listing, "mkdocs.yml": settings})
    assert result is not None
    assert [entry.path for entry in result.entries] == ["c.md", *expected]
    single = find(tmp_path / "one", {**pages, "docs/sub/README.md": "- [B](b.md)\n", "mkdocs.yml": settings})
    assert single is not None
    assert [entry.path for entry in single.entries] == ["c.md", "sub/README.md", "sub/a.md", "sub/b.md"]


@pytest.mark.parametrize(
    ("text", "is_prose"),
    [
        ("Words.\n", True),
        ("[Words](a.md)\n", False),
        ("[Words](a.md) and more\n", True),
        ("[Words](a.md), [more](b.md)!\n", False),
        ("The chapters:\n", False),
        ("章节：\n", False),
        ("- Words\n", False),
        ("> Words\n", False),
        ("# Words\n", False),
        ("![Words](a.png)\n", False),
    ],
)
def test_prose_is_a_paragraph_with_words_outside_links(text: str, is_prose: bool) -> None:
    assert has_prose(text) is is_prose


def test_list_items_have_their_depth_heading_and_line() -> None:
    text = "# One\n\n- a\n  - [b *c*\n    d](x%20y.md)\n\n1. e [f](g.md)\n\n## Two\n\n- h\n"
    assert [
        (item.title, item.target, item.depth, item.heading, item.line) for item in find_list_items(text)
    ] == [
        ("a", "", 0, "One", 3),
        ("b c d", "x y.md", 1, "One", 4),
        ("f", "g.md", 0, "One", 7),
        ("h", "", 0, "Two", 11),
    ]
