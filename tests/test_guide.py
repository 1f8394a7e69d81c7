"""Test the guide as HTML: links between pages, accessibility, and light and dark colours."""

from __future__ import annotations

import re
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import html

from triptych import guide
from triptych.folders import get_gallery_folder, get_guide_folder
from triptych.guide import find_guide_page, list_guide_pages, write_guide_pages
from triptych.theme.colours import compute_contrast_ratio


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("guide") / "site"
    write_guide_pages(folder)
    return folder


@pytest.fixture
def body(monkeypatch: pytest.MonkeyPatch):
    return lambda text: guide._convert_page(text)


def test_each_page_of_the_book_becomes_a_page(site: Path) -> None:
    output = {path.relative_to(site).as_posix() for path in site.rglob("*.html")}
    assert output == {page.html for page in list_guide_pages()}
    sources = {path.relative_to(get_guide_folder()).as_posix() for path in get_guide_folder().rglob("*.md")}
    of_talk = {"talk/demonstration.md"}  # slides of the guide's talk, which are not a page
    assert {page.path for page in list_guide_pages()} == (sources - of_talk) | {"gallery/README.md"}


def test_all_links_and_pictures_are_valid(site: Path) -> None:
    trees = {path: html.parse(str(path)) for path in site.rglob("*.html")}
    ids = {path: {node.get("id") for node in tree.iter() if node.get("id")} for path, tree in trees.items()}
    for path, tree in trees.items():
        for node in tree.iter("a", "img", "link"):
            target = node.get("href") or node.get("src")
            if re.match(r"https?:|mailto:|data:", target):
                continue
            name, _, fragment = target.partition("#")
            place = (path.parent / name).resolve() if name else path.resolve()
            assert place.is_file(), f"{path}: {target}"
            assert not fragment or fragment in ids[site / place.relative_to(site.resolve())], (
                f"{path}: {target}"
            )


def test_each_page_has_a_title_a_language_and_one_main_heading(site: Path) -> None:
    for page in list_guide_pages():
        tree = html.parse(str(site / page.html))
        assert tree.getroot().get("lang") == "en-GB"
        assert tree.findtext(".//title") == f"{page.title} · Triptych guide"
        assert len(tree.findall(".//main//h1")) == 1, page.path
        current = [node.text for node in tree.iter("a") if node.get("aria-current") == "page"]
        assert current == [page.title]


def test_no_heading_skips_a_level(site: Path) -> None:
    for path in site.rglob("*.html"):
        levels = [
            int(node.tag[1])
            for node in html.parse(str(path)).find(".//main").iter("h1", "h2", "h3", "h4", "h5")
        ]
        assert all(after <= before + 1 for before, after in pairwise(levels)), path


def test_colours_have_enough_contrast(site: Path) -> None:
    style = (site / "style.css").read_text("utf-8")
    light, dark = (
        dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", part))
        for part in style.split("prefers-color-scheme: dark", 2)[:2]
    )
    for colours in (light, dark):
        for ink in ("ink", "muted", "link", "accent", "comment", "name", "string", "added", "removed"):
            for ground in ("paper", "panel"):
                assert compute_contrast_ratio(colours[ink][1:], colours[ground][1:]) >= 4.5, (ink, ground)


def test_callouts_have_labels(body) -> None:
    assert body("> [!WARNING]\n> Save your work.\n") == (
        '<aside class="warning">\n<p class="label">Warning</p>\n<p>Save your work.</p>\n</aside>\n'
    )
    assert body("> Words of others.\n") == "<blockquote>\n<p>Words of others.</p>\n</blockquote>\n"


def test_links_to_pages_become_links_to_html(body) -> None:
    assert 'href="../a/b.html#c"' in body("[x](../a/b.md#c)")
    assert 'href="https://example.org/a.md"' in body("[x](https://example.org/a.md)")


def test_headings_have_the_ids_of_repository_browsers(body) -> None:
    text = body("# `book.title`: a key\n\n## Same\n\n## Same\n")
    assert re.findall(r'id="([^"]+)"', text) == ["booktitle-a-key", "same", "same-1"]


def test_line_break_in_a_cell_is_kept(body) -> None:
    assert "<td>a<br>b</td>" in body("| x |\n|---|\n| a<br>b |\n")


def test_comments_are_left_out_and_code_is_coloured(body) -> None:
    text = body("<!-- file: a.yaml -->\n```yaml\na: <b>\n```\n")
    assert text.startswith('<pre tabindex="0"><code><span class="nt">a</span>')
    assert "&lt;b&gt;" in text
    assert body("```nothing-like-this\n<b>\n```\n") == '<pre tabindex="0"><code>&lt;b&gt;\n</code></pre>\n'


def test_diagram_is_drawn_with_its_description(body) -> None:
    source = "```mermaid\nflowchart LR\n  accDescr: A leads to B.\n  A --> B\n```\n"
    assert re.fullmatch(
        r'<p><img class="diagram" src="data:image/svg\+xml;base64,[^"]+" alt="A leads to B."></p>\n',
        body(source),
    )


def test_diagram_that_cannot_be_drawn_is_code(body, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "merman", None)
    assert "flowchart LR" in body("```mermaid\nflowchart LR\n  A --> B\n```\n")


def test_pages_are_found_by_their_names() -> None:
    pages = list_guide_pages()
    for page in pages:
        assert find_guide_page(page.name, pages) == page
    assert find_guide_page("no such page", pages) is None


def test_gallery_is_next_to_the_guide() -> None:
    assert (get_gallery_folder() / "README.md").is_file()
