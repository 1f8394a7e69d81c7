"""Test the import command: exit codes, findings as text and JSON, and a build of the result."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.conftest import write_files
from triptych.cli import main

FILES = {"a.md": "# A book\n\nA [link](gone.md).\n"}


@pytest.mark.e2e
def test_imported_project_builds(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", FILES)
    result = CliRunner().invoke(main, ["import", str(source), str(tmp_path / "out")])
    assert result.exit_code == 0
    assert 'a.md:3:3: note: link target "gone.md" is not part of the book' in result.stderr
    assert (tmp_path / "out/.gitignore").read_text() == "build/\n"
    assert CliRunner().invoke(main, ["build", str(tmp_path / "out"), "--to", "epub"]).exit_code == 0


def test_findings_as_json(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", FILES)
    result = CliRunner().invoke(main, ["import", str(source), str(tmp_path / "out"), "--format", "json"])
    stdout = [json.loads(line) for line in result.stdout.splitlines()]
    assert (stdout[0]["event"], stdout[0]["path"], stdout[0]["line"]) == ("finding", "a.md", 3)
    assert set(stdout[0]) == {"event", "path", "line", "column", "message", "action"}
    assert (stdout[-1]["event"], stdout[-1]["sections"], stdout[-1]["findings"]) == ("imported", 1, 1)


LINKS = {"a.md": "# A book\n\n" + "".join(f"A [link](gone-{n}.md).\n\n" for n in range(20))}


def test_similar_notes_are_one_entry(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", LINKS)
    lines = CliRunner().invoke(main, ["import", str(source), str(tmp_path / "out")]).stderr.splitlines()
    first, *also, rest = lines
    assert first.startswith("a.md:3:3: note: ") and '"gone-0.md"' in first
    assert [line[:18] for line in also] == ["  also: a.md:5:3: ", "  also: a.md:7:3: "]
    assert rest == "  and 17 more (`--all` lists them)"


def test_all_lists_each_note(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", LINKS)
    result = CliRunner().invoke(main, ["import", str(source), str(tmp_path / "out"), "--all"])
    lines = result.stderr.splitlines()
    assert [line.partition(": note: ")[0] for line in lines] == [f"a.md:{n}:3" for n in range(3, 42, 2)]
    assert result.stdout.startswith("Imported 1 section from Markdown with 20 notes, listed in ")


def test_no_book_is_1_and_a_full_folder_is_2(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", FILES)
    (tmp_path / "empty").mkdir()
    assert CliRunner().invoke(main, ["import", str(tmp_path / "empty"), str(tmp_path / "out")]).exit_code == 1
    assert CliRunner().invoke(main, ["import", str(source), str(source)]).exit_code == 2
