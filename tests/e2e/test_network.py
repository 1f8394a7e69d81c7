"""Test that builds and imports, including child processes, make no network connections."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.hostile.running import Ended, Limits, run_command, traces

from .conftest import REPOSITORY

pytestmark = pytest.mark.e2e
_LIMITS = Limits(work=200, end=600, bytes=12 << 30, fair=12 << 30)
_ADDRESS = "http://www.zotero.org/styles/journal-of-nothing"
_CSL = 'xmlns="http://purl.org/net/xbiblio/csl" version="1.0"'
_LINKS = {
    "as journals have it": f'<link href="{_ADDRESS}" rel="independent-parent"/>',
    "by TLS": f'<link href="{_ADDRESS.replace("http:", "https:")}" rel="independent-parent"/>',
    "in no namespace": f'<link xmlns="" href="{_ADDRESS}" rel="independent-parent"/>',
    "behind another": f'<link href="b" rel="self"/><link href="{_ADDRESS}" rel="independent-parent"/>',
    "at an address": '<link href="http://192.0.2.1/a.csl" rel="independent-parent"/>',
}


@pytest.fixture(autouse=True)
def watched() -> None:
    """Test the monitoring itself: without it, the tests of this module would always pass."""
    if shutil.which("strace") is None and sys.platform == "linux":
        pytest.fail("strace is missing: scripts/install-test-tools installs it")
    if not traces():
        pytest.skip("this system has no strace, or lets nobody watch a program")


def triptych(folder: Path, *arguments: str | Path) -> Ended:
    """Run a command, with a folder for the files that it leaves."""
    return run_command([sys.executable, "-m", "triptych", *map(str, arguments)], folder, _LIMITS)


def style(link: str) -> str:
    """Return a citation style that only refers to another style by URL."""
    info = f"<info><title>A</title><id>a</id>{link}</info>"
    return f"<style {_CSL} class='in-text'>{info}</style>"


def test_build_of_everything_uses_no_network(tmp_path: Path) -> None:
    shutil.copytree(REPOSITORY / "tests/books/everything", tmp_path / "book")
    ended = triptych(tmp_path, "build", "--jobs", "2", tmp_path / "book")
    assert (ended.code, ended.reached) == (0, ()), ended.said
    built = {path.suffix for path in (tmp_path / "book/build").glob("*.*")}
    assert {".pdf", ".epub", ".pptx"} <= built


def test_import_uses_no_network(tmp_path: Path) -> None:
    """Test an import of a book that refers to remote pictures, style sheets and scripts."""
    chapter = (
        "# One\n\n![A picture](http://192.0.2.1/a.png) and ![another](https://example.org/b.svg).\n\n"
        '<img src="http://192.0.2.1/c.png"> <script src="http://192.0.2.1/d.js"></script>\n\n'
        "{{#include http://192.0.2.1/e.md}}\n\n[a link](https://example.org/f)\n"
    )
    book = {
        "book.toml": '[book]\ntitle = "A"\n[output.html]\ngit-repository-url = "https://192.0.2.1/a"\n',
        "src/SUMMARY.md": "# Summary\n\n- [One](one.md)\n- [Two](http://192.0.2.1/two.md)\n",
        "src/one.md": chapter,
    }
    write_files(tmp_path / "original", book)
    ended = triptych(tmp_path, "import", tmp_path / "original", tmp_path / "project")
    assert (ended.code, ended.reached) == (0, ()), ended.said
    assert (tmp_path / "project/source/book.yaml").is_file()


@pytest.mark.parametrize("link", _LINKS.values(), ids=_LINKS)
def test_dependent_style_is_reported_and_not_fetched(tmp_path: Path, link: str) -> None:
    files = {
        "source/book.yaml": "book:\n  title: A\n  chapters: [one.md]\nlang: en\n"
        "bibliography: a.bib\ncsl: a.csl\nformat: {epub: {}}\n",
        "source/one.md": "# One\n\nSee [@a].\n",
        "source/a.bib": "@book{a, title = {A}, year = {2001}}\n",
        "source/a.csl": style(link),
    }
    write_files(tmp_path / "book", files)
    ended = triptych(tmp_path, "build", tmp_path / "book")
    assert (ended.code, ended.reached) == (1, ())
    assert "source/a.csl:1:1: error[CIT003]" in ended.said


def test_citeproc_cannot_fetch_the_parent_of_a_style(tmp_path: Path) -> None:
    """Test that citeproc itself loads no remote style, in case such a style reaches it."""
    work = (
        "from triptych.engine.processes.programs import ProgramError\n"
        "from triptych.reading import pandoc\n"
        "try:\n"
        "    pandoc.run_citeproc({'pandoc-api-version': [1, 23], 'meta': {}, 'blocks': []}, [], STYLE.encode())\n"
        "except ProgramError:\n"
        "    print('refused')\n"
    )
    text = style(_LINKS["as journals have it"])
    ended = run_command([sys.executable, "-c", f"STYLE = {text!r}\n{work}"], tmp_path, _LIMITS)
    assert ended.said == "refused\n"
    assert all('sin_addr=inet_addr("0.0.0.0")' in tried for tried in ended.reached)
