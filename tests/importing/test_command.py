"""The command: exit codes, findings as lines and as JSON, and a build of what was written."""

from __future__ import annotations

import json
from pathlib import Path

from click.testing import CliRunner

from tests.conftest import write_files
from triptych.cli import main

FILES = {"a.md": "# A book\n\nA [link](gone.md).\n"}


def test_a_project_is_written_that_builds(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", FILES)
    result = CliRunner().invoke(main, ["import", str(source), str(tmp_path / "out")])
    assert result.exit_code == 0
    assert 'a.md:3:3: note: "gone.md" is no part of the book' in result.stderr
    assert (tmp_path / "out/.gitignore").read_text() == "build/\n"
    assert CliRunner().invoke(main, ["build", str(tmp_path / "out"), "--to", "epub"]).exit_code == 0


def test_findings_as_json(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", FILES)
    result = CliRunner().invoke(main, ["import", str(source), str(tmp_path / "out"), "--format", "json"])
    said = [json.loads(line) for line in result.stdout.splitlines()]
    assert (said[0]["event"], said[0]["path"], said[0]["line"]) == ("finding", "a.md", 3)
    assert (said[-1]["event"], said[-1]["sections"], said[-1]["findings"]) == ("imported", 1, 1)


def test_no_book_is_1_and_a_full_folder_is_2(tmp_path: Path) -> None:
    source = write_files(tmp_path / "in", FILES)
    (tmp_path / "empty").mkdir()
    assert CliRunner().invoke(main, ["import", str(tmp_path / "empty"), str(tmp_path / "out")]).exit_code == 1
    assert CliRunner().invoke(main, ["import", str(source), str(source)]).exit_code == 2
