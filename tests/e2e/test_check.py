"""Test that `triptych check` reports findings of the real validators at their source positions."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections import Counter
from dataclasses import dataclass
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
ALT = ' role="img" aria-label="Line chart. From 2020 to 2025 output rises from 100 to 214 while costs fall from 100 to 66."'


@pytest.fixture
def with_ace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put Ace on PATH, as if a user had installed it."""
    if not ACE.is_file():
        raise MissingTool("Ace by DAISY", INSTALL_PROGRAMS)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/ace").write_text(f'#!/bin/sh\nexec node "{ACE}" "$@"\n')
    (tmp_path / "bin/ace").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=":")


@pytest.fixture
def project(scaffold: Built, tmp_path: Path) -> Path:
    """Return the project that `triptych new` writes, built, for tests that damage it."""
    return Path(shutil.copytree(scaffold.project.root, tmp_path / "report"))


def events(project: Path, *options: str) -> tuple[int, list[dict[str, Any]]]:
    """Return the exit code and all events."""
    words = options if "--jobs" in options else (*options, "--jobs", "1")
    result = CliRunner().invoke(main, ["check", str(project), "--format", "json", *words])
    return result.exit_code, [json.loads(line) for line in result.stdout.splitlines()]


def findings(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the diagnostics, except those of our own checks."""
    return [event for event in told if event["event"] == "diagnostic" and event["code"] != "CHK001"]


def checked(project: Path, *options: str) -> tuple[int, list[dict[str, Any]]]:
    """Return the exit code and the findings."""
    code, reported = events(project, *options)
    return code, findings(reported)


@dataclass(frozen=True, slots=True)
class Damaged:
    """A project with a fault of each type that does not hide other faults, and the findings of one check."""

    project: Path
    code: int
    told: list[dict[str, Any]]

    def found(self, code: str) -> list[dict[str, Any]]:
        return [finding for finding in findings(self.told) if finding["code"] == code]


@pytest.fixture(scope="module")
def damaged(scaffold: Built, tmp_path_factory: pytest.TempPathFactory) -> Damaged:
    root = tmp_path_factory.mktemp("damaged") / "report"
    project = Path(shutil.copytree(scaffold.project.root, root))
    epub = project / "build/my-report.epub"
    edit_paragraph(epub, 'foo="x"')
    edit_part(epub, "EPUB/package.opf", "<dc:language>en-GB", "<dc:language>english!!")
    edit_part(project / DECK, part_with(project / DECK, DECK_ALT), DECK_ALT, "")
    slide = part_with(project / DECK, ">Measure<")
    pale = '<a:rPr lang="en-GB"><a:solidFill><a:srgbClr val="eeeeee"/></a:solidFill></a:rPr><a:t>Measure<'
    with zipfile.ZipFile(project / DECK) as archive:
        (old,) = re.findall(r"<a:rPr[^>]*/><a:t>Measure<", archive.read(slide).decode())
    edit_part(project / DECK, slide, old, pale)
    return Damaged(project, *events(project))


DECK = "build/my-report.pptx"
DECK_ALT = ALT.replace(' role="img" aria-label=', " descr=")


def part_with(deck: Path, text: str) -> str:
    """Return the name of the slide that contains a text."""
    with zipfile.ZipFile(deck) as archive:
        slides = [name for name in archive.namelist() if name.startswith("ppt/slides/slide")]
        return next(name for name in slides if text in archive.read(name).decode())


def edit_paragraph(epub: Path, attribute: str) -> None:
    """Add an attribute to the paragraph before the table, in which a page of the PDF may begin."""
    with zipfile.ZipFile(epub) as archive:
        page = archive.read(RESULTS).decode()
    (old,) = re.findall(r"<p>(?:<[^>]*>)*Table.2\.1</a> shows", page)
    edit_part(epub, RESULTS, old, old.replace("<p>", f"<p {attribute}>"))


def place(finding: dict[str, Any]) -> str:
    return f"{finding['path']}:{finding['line']}"


def line_of(project: Path, words: str) -> str:
    lines = (project / "source/results.md").read_text("utf-8").splitlines()
    return f"source/results.md:{next(n for n, line in enumerate(lines, 1) if words in line)}"


@pytest.mark.parametrize("jobs", ["1", "3"])
@pytest.mark.usefixtures("with_ace")
def test_valid_book_has_no_finding(project: Path, jobs: str) -> None:
    assert checked(project, "--strict", "--jobs", jobs) == (0, [])


def test_wrong_nesting_is_reported_at_the_preceding_block(project: Path) -> None:
    edit_part(project / "build/my-report.epub", RESULTS, "shows the first", "shows <b>the</p> first")
    code, result = checked(project)
    assert code == 1
    assert line_of(project, "@tbl-growth shows") in {place(finding) for finding in result}


@pytest.mark.usefixtures("with_ace")
def test_a_barrier_that_ace_finds_has_its_line(project: Path) -> None:
    epub = edit_part(project / "build/my-report.epub", RESULTS, ALT, ' role="image"')
    edit_part(epub, RESULTS, "<h1 ", "<h3>Deep</h3><h1 ")
    edit_paragraph(epub, 'style="color:#eee"')
    _, result = checked(project)
    barriers = {
        finding["message"].partition(" reports ")[2].split()[0]: place(finding)
        for finding in result
        if finding["code"] == "CHK013"
    }
    assert barriers["color-contrast"] == line_of(project, "@tbl-growth shows")


def test_handout_is_checked_although_it_is_not_the_book(tmp_path: Path) -> None:
    for path in ("source/book.yaml", "source/one.md"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
    (tmp_path / "source/book.yaml").write_text(
        "book:\n  title: A book\n  author: A\n  chapters: [one.md]\nlang: en\n"
    )
    (tmp_path / "source/one.md").write_text("# One\n\nProse.\n\n::: {.slide title=T}\n- A\n- B\n:::\n")
    runner = CliRunner()
    assert runner.invoke(main, ["build", str(tmp_path), "--profile", "handout", "-q"]).exit_code == 0
    checked = runner.invoke(main, ["check", str(tmp_path), "--profile", "handout"])
    assert (checked.exit_code, checked.output.strip()) == (0, "No findings.")


def test_alt_text_that_differs_from_the_book_is_reported(project: Path) -> None:
    """Test that changed alt text is reported: the parity report compares all outputs with the source."""
    edit_part(project / DECK, part_with(project / DECK, DECK_ALT), DECK_ALT, ' descr="Two lines"')
    _, (finding,) = checked(project)
    assert (finding["code"], place(finding)) == ("PAR001", line_of(project, "#fig-growth .chart"))
    assert finding["message"].startswith('the chart "Line chart. From 2020')


def test_only_actual_faults_are_reported(damaged: Damaged) -> None:
    assert damaged.code == 1
    codes = Counter(finding["code"] for finding in findings(damaged.told))
    assert codes == {"CHK011": 2, "CHK014": 1, "CHK015": 1, "PAR001": 1}


def test_a_fault_that_epubcheck_finds_has_its_line(damaged: Damaged) -> None:
    (finding,) = (item for item in damaged.found("CHK011") if item["path"] != "source/book.yaml")
    assert place(finding) == line_of(damaged.project, "@tbl-growth shows")
    assert 'EPUBCheck reports RSC-005: attribute "foo" not allowed here' in finding["message"]


def test_metadata_findings_are_reported_at_the_manifest(damaged: Damaged) -> None:
    (finding,) = (item for item in damaged.found("CHK011") if item["path"] == "source/book.yaml")
    assert "english!!" in finding["message"]


def test_chart_without_alt_text_is_reported_at_its_position(damaged: Damaged) -> None:
    """Test that a chart without alt text is reported at its source, located by its title on the slide."""
    (barrier,), (lost,) = damaged.found("CHK014"), damaged.found("PAR001")
    assert barrier["message"] == 'deck, slide 7: "Chart" has no alt text'
    assert "is missing from these outputs: pptx" in lost["message"]
    assert {place(barrier), place(lost)} == {line_of(damaged.project, "#fig-growth .chart")}
    assert {barrier["severity"], lost["severity"]} == {"warning"}


def test_low_contrast_cell_is_reported_at_its_table(damaged: Damaged) -> None:
    (finding,) = damaged.found("CHK015")
    assert '"Measure" (#eeeeee on #' in finding["message"]
    assert place(finding) == line_of(damaged.project, "| Measure | 2020")


def test_how_wordy_the_slides_are_is_noted_and_no_fault(damaged: Damaged) -> None:
    notes = [event for event in damaged.told if event["event"] == "note"]
    assert any(note["text"].startswith("The deck has 8 slides with ") for note in notes)
