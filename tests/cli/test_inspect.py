"""Test ``inspect``: the numbering table and the parity report, as text, JSON and HTML."""

from __future__ import annotations

import json
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

import pytest
from click.testing import CliRunner

from tests.cli.conftest import Run, alone
from tests.conftest import tiny_png, write_files
from triptych.cli import main

TEXT = """---
title: A section & more
---
Some text with $x^2$.^[Its note.]

## A heading {#sec-heading}

::: {.book-only}
Only in the \\<book\\>.
:::

::: {.slide title="Slide"}
- A point with $\\alpha + \\omega$
:::
"""


@pytest.fixture(scope="module")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    manifest = "book:\n  title: A book\n  chapters: [section.md]\nlang: en\nformat: {epub: {embed-fonts: false}, pptx: {notes: full}}\n"
    files = {"source/book.yaml": manifest, "source/section.md": TEXT, "source/dot.png": tiny_png()}
    folder = write_files(tmp_path_factory.mktemp("built"), files)
    result = CliRunner().invoke(main, alone(["build", str(folder)]), prog_name="triptych")
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Path:
    """Return a copy of a project with its outputs."""
    return Path(shutil.copytree(built_once, tmp_path / "a project"))


class Page(HTMLParser):
    """An HTML parser that collects ids, links and tables, and rejects unbalanced tags."""

    VOID = frozenset(("meta", "input", "link", "br"))

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.tags: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        self.tags.append(tag)
        self.ids += [value for key, value in values.items() if key == "id" and value]
        self.hrefs += [value for key, value in values.items() if key == "href" and value]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_counts_are_sorted_by_outcome(run: Run, built: Path) -> None:
    lines = run("inspect", built).stdout.splitlines()
    assert lines[0].split()[:3] == ["chapter", "1", "sec-section"]
    assert lines[1].split()[:3] == ["sec", "1.1", "sec-heading"]
    assert any("“Only in the <book>.”  pptx left out: book-only" in line for line in lines)
    assert any("formula  “alpha plus omega”  epub left out: deck only" in line for line in lines)
    assert "pptx moved: 1 × footnote: footnotes go into the speaker notes" in lines
    assert lines[-1].startswith("pptx: ")


def test_json_has_numbers_counts_and_all_blocks(run: Run, built: Path) -> None:
    report = json.loads(run("inspect", built, "--format", "json").stdout)
    assert set(report) == {"numbers", "counts", "parity"}
    assert report["numbers"][1] == {
        "id": "sec-heading",
        "kind": "sec",
        "number": "1.1",
        "title": "A heading",
    }
    note = next(row for row in report["parity"] if row["kind"] == "footnote")
    assert (note["epub"], note["pptx"]) == ("rendered", "moved")
    assert note["reasons"] == {"pptx": "footnotes go into the speaker notes"}
    for output in ("epub", "pptx"):
        assert sum(report["counts"][output].values()) == len(report["parity"])


def test_page_is_self_contained_and_its_links_are_valid(run: Run, built: Path) -> None:
    file = built / "reports/parity.html"
    result = run("inspect", built, "--html", file)
    assert (result.exit_code, result.stdout) == (0, "")
    page = Page(file.read_text("utf-8"))
    assert not {"script", "img", "link", "iframe"} & set(page.tags)
    assert len(page.ids) == len(set(page.ids))
    for href in page.hrefs:
        path, _, fragment = href.partition("#")
        if path:
            assert (file.parent / unquote(path)).is_file(), href
        else:
            assert fragment in page.ids, href
    assert any(href.endswith("section.md#L4") for href in page.hrefs)


def test_words_of_the_book_are_escaped(run: Run, built: Path) -> None:
    file = built / "parity.html"
    run("inspect", built, "--html", file)
    text = file.read_text("utf-8")
    assert "Only in the &lt;book&gt;." in text and "<book>" not in text
    assert "A section &amp; more" in text


def test_the_page_is_the_same_each_time(run: Run, built: Path) -> None:
    for name in ("one.html", "two.html"):
        run("inspect", built, "--html", built / name)
    assert (built / "one.html").read_bytes() == (built / "two.html").read_bytes()


def test_page_ignores_templates_of_the_project(run: Run, built: Path) -> None:
    write_files(built, {"templates/inspect/page.html.j2": "<script>{{ nothing }}</script>"})
    result = run("inspect", built, "--html", built / "parity.html")
    assert result.exit_code == 0
    assert "<table" in (built / "parity.html").read_text("utf-8")


def test_without_outputs_there_are_numbers_and_a_hint(run: Run, minimal: Path) -> None:
    result = run("inspect", minimal)
    assert result.exit_code == 0
    assert "sec-section" in result.stdout and "triptych build" in result.stdout
    file = minimal / "parity.html"
    run("inspect", minimal, "--html", file)
    assert "triptych build" in file.read_text("utf-8")


def test_damaged_file_is_reported_and_the_others_are_inspected(run: Run, built: Path) -> None:
    (built / "build/a-book.pptx").write_text("damaged")
    result = run("inspect", built)
    assert result.exit_code == 0
    assert "pptx: the file is damaged" in result.stderr
    assert "epub: " in result.stdout and "pptx: " not in result.stdout


def test_unreadable_project_is_an_error(run: Run, tmp_path: Path) -> None:
    result = run("inspect", tmp_path)
    assert result.exit_code == 1 and "MAN003" in result.stderr


def test_check_writes_a_page_too(run: Run, built: Path, tmp_path: Path) -> None:
    page = tmp_path / "pages" / "report.html"
    result = run("check", built, "--report", page)
    assert str(page) in result.stdout
    text = page.read_text("utf-8")
    results = Page(text)
    assert {"main", "h1", "h2", "h3"} <= set(results.tags)
    assert len(results.ids) == len(set(results.ids))
    assert "Readable in read aloud or dynamic braille" in text
    assert "Math as MathML" in text and "Missing statement" not in text and "Not confirmed" not in text
    (built / "build/a-book.epub").unlink()
    run("check", built, "--report", page)
    assert "Run `triptych build` first" in page.read_text("utf-8")


def test_check_page_links_to_the_positions_of_findings(run: Run, built: Path, tmp_path: Path) -> None:
    section = built / "source/section.md"
    section.write_text(section.read_text("utf-8") + "\n![](dot.png) <b> @fig-none\n", "utf-8")
    page = tmp_path / "report.html"
    assert run("check", built, "--report", page).exit_code == 1
    places = [unquote(link) for link in Page(page.read_text("utf-8")).hrefs if "section.md" in link]
    assert places and all((tmp_path / place.partition("#")[0]).is_file() for place in places)


def test_the_page_of_a_check_groups_similar_findings(run: Run, built: Path, tmp_path: Path) -> None:
    section = built / "source/section.md"
    links = "".join(f"See @fig-none-{number}.\n\n" for number in range(20))
    section.write_text(f"{section.read_text('utf-8')}\n{links}", "utf-8")
    page = tmp_path / "report.html"
    run("check", built, "--report", page)
    text = page.read_text("utf-8")
    (entry,) = [item for item in text.split("<li ") if "REF001" in item]
    shown, _, rest = entry.partition("<details><summary>and 17 more</summary>")
    assert shown.count('class="also"') == 2 and rest.count('class="also"') == 17
