"""Test ``triptych check --source``: the projects of folders and files, without outputs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import MINIMAL, Run
from tests.conftest import write_files

DEEP = "---\ntitle: A section\n---\nSee @fig-gone.\n"


@pytest.fixture
def two_books(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with two books, of which the second has an error, and an unrelated file."""
    write_files(tmp_path / "one", MINIMAL)
    write_files(
        tmp_path / "more/two", {**MINIMAL, "source/data/deep.csv": "a,b\n1,2\n", "source/section.md": DEEP}
    )
    write_files(tmp_path, {"README.md": "# Two books\n"})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_source_is_checked_without_outputs(run: Run, minimal: Path) -> None:
    result = run("check", minimal, "--source")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "No findings.\n", "")
    assert not [path for path in (minimal / "build").glob("*") if path.name != ".cache"]


def test_check_source_does_not_read_outputs(run: Run, minimal: Path) -> None:
    run("build", minimal)
    (book,) = (minimal / "build").glob("*.epub")
    book.write_text("no e-book", "utf-8")
    assert run("check", minimal).exit_code == 1
    assert run("check", minimal, "--source").exit_code == 0


def test_findings_are_those_of_a_build(run: Run, broken: Path) -> None:
    checked, built = run("check", broken, "--source", "--all"), run("build", broken, "--all")
    assert checked.exit_code == 1
    assert checked.stderr and checked.stderr in built.stderr


@pytest.mark.parametrize("file", ["section.md", "data/deep.csv", "book.yaml"])
def test_project_is_found_above_a_file(run: Run, two_books: Path, file: str) -> None:
    result = run("check", "--source", f"more/two/source/{file}")
    assert result.exit_code == 1
    assert result.stderr.startswith("more/two/source/section.md:4:5: error[REF001]")


def test_several_projects_are_checked_once_each(run: Run, two_books: Path) -> None:
    write_files(two_books, {"one/source/section.md": DEEP})
    files = ("one/source/section.md", "more/two/source/section.md", "one/source/book.yaml", "more/two")
    result = run("check", "--source", *files)
    assert [line.split(": ")[0] for line in result.stderr.splitlines() if "error[" in line] == [
        "more/two/source/section.md:4:5",
        "one/source/section.md:4:5",
    ]
    assert result.stdout == "Found 2 errors.\n"


def test_json_paths_are_relative_to_a_single_project(run: Run, two_books: Path) -> None:
    lines = run("check", "--source", "more/two/source/section.md", "--format", "json").stdout.splitlines()
    (result,) = [event for event in map(json.loads, lines) if event["event"] == "diagnostic"]
    assert (result["path"], result["file"]) == (
        "source/section.md",
        str(two_books / "more/two/source/section.md"),
    )


def test_files_of_no_project_are_skipped(run: Run, two_books: Path) -> None:
    result = run("check", "--source", "README.md", "one/source/section.md")
    assert result.exit_code == 0
    assert result.stdout == "Skipped README.md: no folder above it contains source/book.yaml.\nNo findings.\n"
    assert run("check", "--source", "README.md").exit_code == 0


def test_strict_makes_warnings_errors(run: Run, minimal: Path) -> None:
    write_files(minimal, {"source/section.md": "---\ntitle: A section\n---\nText.\n\n#### Deep\n"})
    assert run("check", "--source", minimal).exit_code == 0
    assert run("check", "--source", minimal, "--strict").exit_code == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--source", "--preflight"), "--source cannot be used with --preflight or --report."),
        (("--source", "--report", "a.html"), "--source cannot be used with --preflight or --report."),
        (("--source", "gone.md"), 'Folder "gone.md" does not exist.'),
        (("--source", "one/source"), 'Did you mean "one"?'),
        (("one", "more/two"), "Only one project can be checked, unless --source is set."),
        (("one/source/section.md",), "is a file; files can only be checked with --source."),
    ],
)
def test_other_arguments_are_rejected(run: Run, two_books: Path, words: tuple[str, ...], said: str) -> None:
    result = run("check", *words)
    assert result.exit_code == 2
    assert said in result.stderr
