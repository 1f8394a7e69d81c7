"""`triptych check` tells what the real validators say of a book, at the places in its source."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from triptych.cli import main

from .conftest import Built
from .rendering import INSTALL_PROGRAMS, MissingTool
from .test_validators import edit_part
from .validators import ACE

pytestmark = pytest.mark.e2e

RESULTS = "EPUB/text/results.xhtml"
ALT = ' alt="Line chart. From 2020 to 2025 output rises from 100 to 214 while costs fall from 100 to 66."'


@pytest.fixture
def with_ace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ace on PATH, as who installs it has it."""
    if not ACE.is_file():
        raise MissingTool("Ace by DAISY", INSTALL_PROGRAMS)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/ace").write_text(f'#!/bin/sh\nexec node "{ACE}" "$@"\n')
    (tmp_path / "bin/ace").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")


@pytest.fixture
def project(scaffold: Built, tmp_path: Path) -> Path:
    """The project that `triptych new` writes, built, to be damaged."""
    return Path(shutil.copytree(scaffold.project.root, tmp_path / "report"))


def checked(project: Path, *options: str) -> tuple[int, list[dict[str, Any]]]:
    """Exit code and diagnostics, but those of our own checks."""
    result = CliRunner().invoke(main, ["check", str(project), "--json", *options])
    events = [json.loads(line) for line in result.stdout.splitlines()]
    found = [event for event in events if event["event"] == "diagnostic" and event["code"] != "CHK001"]
    return result.exit_code, found


DECK = "build/my-report.pptx"
DECK_ALT = ALT.replace(" alt=", " descr=")


def part_with(deck: Path, text: str) -> str:
    """The slide that a text is on."""
    with zipfile.ZipFile(deck) as archive:
        slides = [name for name in archive.namelist() if name.startswith("ppt/slides/slide")]
        return next(name for name in slides if text in archive.read(name).decode())


def place(finding: dict[str, Any]) -> str:
    return f"{finding['path']}:{finding['line']}"


def line_of(project: Path, words: str) -> str:
    lines = (project / "source/results.md").read_text("utf-8").splitlines()
    return f"source/results.md:{next(n for n, line in enumerate(lines, 1) if words in line)}"


@pytest.mark.parametrize("jobs", ["1", "3"])
@pytest.mark.usefixtures("with_ace")
def test_a_sound_book_has_no_finding(project: Path, jobs: str) -> None:
    assert checked(project, "--strict", "--jobs", jobs) == (0, [])


def test_a_fault_that_epubcheck_finds_has_its_line(project: Path) -> None:
    edit_part(project / "build/my-report.epub", RESULTS, "<p>The same numbers", '<p foo="x">The same numbers')
    code, (finding,) = checked(project)
    assert (code, finding["code"]) == (1, "CHK011")
    assert place(finding) == line_of(project, "The same numbers")
    assert 'EPUBCheck, RSC-005: attribute "foo" not allowed here' in finding["message"]


def test_wrong_nesting_is_told_at_the_block_before(project: Path) -> None:
    edit_part(project / "build/my-report.epub", RESULTS, "at both ends", "at <b>both</p> ends")
    code, found = checked(project)
    assert code == 1
    assert line_of(project, "The same numbers") in {place(finding) for finding in found}


def test_metadata_are_told_at_the_manifest(project: Path) -> None:
    epub = project / "build/my-report.epub"
    edit_part(epub, "EPUB/package.opf", "<dc:language>en-GB", "<dc:language>english!!")
    _, (finding,) = checked(project)
    assert (finding["code"], finding["path"]) == ("CHK011", "source/book.yaml")


@pytest.mark.usefixtures("with_ace")
def test_a_barrier_that_ace_finds_has_its_line(project: Path) -> None:
    epub = edit_part(project / "build/my-report.epub", RESULTS, ALT, ' alt="figure" role="image"')
    edit_part(epub, RESULTS, "<h1 ", "<h3>Deep</h3><h1 ")
    edit_part(epub, RESULTS, "<p>The same numbers", '<p style="color:#eee">The same numbers')
    _, found = checked(project)
    barriers = {
        finding["message"].split(", ")[2].split()[0]: place(finding)
        for finding in found
        if finding["code"] == "CHK013"
    }
    assert barriers["color-contrast"] == line_of(project, "The same numbers")


def test_a_handout_is_no_book_and_yet_looked_at(tmp_path: Path) -> None:
    for path in ("source/book.yaml", "source/one.md"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / "source/book.yaml").write_text(
        "book:\n  title: A book\n  author: A\n  chapters: [one.md]\nlang: en\n"
    )
    (tmp_path / "source/one.md").write_text("# One\n\nProse.\n\n::: {.slide title=T}\n- A\n- B\n:::\n")
    runner = CliRunner()
    assert runner.invoke(main, ["build", str(tmp_path), "--profile", "handout", "-q"]).exit_code == 0
    checked = runner.invoke(main, ["check", str(tmp_path), "--profile", "handout"])
    assert (checked.exit_code, checked.output.strip()) == (0, "No finding.")


def test_a_chart_without_words_for_it_is_told_at_its_place(project: Path) -> None:
    """By its title on the slide, since it has no words of its own."""
    edit_part(project / DECK, part_with(project / DECK, DECK_ALT), DECK_ALT, "")
    code, found = checked(project)
    assert code == 0
    messages = {finding["code"]: finding["message"] for finding in found}
    assert messages["CHK014"] == 'deck, slide 6: "Chart" has no alternative text'
    assert "is in none of: pptx" in messages["PAR001"]
    assert {place(finding) for finding in found} == {line_of(project, "#fig-growth .chart")}


def test_another_alternative_text_than_that_of_the_book_is_told(project: Path) -> None:
    """The parity report compares those of all outputs with the author's."""
    edit_part(project / DECK, part_with(project / DECK, DECK_ALT), DECK_ALT, ' descr="Two lines"')
    _, (finding,) = checked(project)
    assert (finding["code"], place(finding)) == ("PAR001", line_of(project, "#fig-growth .chart"))
    assert finding["message"].startswith('the chart "Line chart. From 2020')


def test_a_pale_cell_is_told_at_its_table(project: Path) -> None:
    slide = part_with(project / DECK, ">Measure<")
    pale = '<a:rPr lang="en-GB"><a:solidFill><a:srgbClr val="eeeeee"/></a:solidFill></a:rPr><a:t>Measure<'
    with zipfile.ZipFile(project / DECK) as archive:
        (old,) = re.findall(r"<a:rPr[^>]*/><a:t>Measure<", archive.read(slide).decode())
    edit_part(project / DECK, slide, old, pale)
    _, (finding,) = checked(project)
    assert finding["code"] == "CHK015"
    assert '"Measure" in #eeeeee on #' in finding["message"]
    assert place(finding) == line_of(project, "| Measure | 2020")


def test_how_wordy_the_slides_are_is_noted_and_no_fault(project: Path) -> None:
    result = CliRunner().invoke(main, ["check", str(project), "--json"])
    notes = [event for event in map(json.loads, result.stdout.splitlines()) if event["event"] == "note"]
    assert any(note["text"].startswith("The deck has 8 slides with ") for note in notes)
