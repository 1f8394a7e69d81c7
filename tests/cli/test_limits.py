"""``--limits``: whose books may raise what books may take."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import MINIMAL, Run
from tests.conftest import write_files

RAISED = {**MINIMAL, "source/book.yaml": MINIMAL["source/book.yaml"] + "limits: {chart-values: 9000}\n"}
REFUSED = "source/book.yaml:8:1: error[MAN012]"


def test_a_book_of_ones_own_may_and_a_strangers_may_not(run: Run, tmp_path: Path) -> None:
    root = write_files(tmp_path / "book", RAISED)
    assert run("build", root).exit_code == 0
    assert run("check", root).exit_code == 0
    for command in ("build", "check"):  # what is there already was made of a book that was trusted
        result = run(command, root, "--limits", "strict")
        assert result.exit_code == 1
        assert REFUSED in result.stderr
        assert "--limits trusted" in result.stderr


def test_an_environment_says_it_for_all(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = write_files(tmp_path / "book", RAISED)
    monkeypatch.setenv("TRIPTYCH_LIMITS", "strict")
    assert REFUSED in run("build", root).stderr


@pytest.mark.e2e
def test_titles_of_a_list_may_not_unless_they_are_trusted(run: Run, tmp_path: Path) -> None:
    files = {f"books/one/{path}": text for path, text in RAISED.items()}
    root = write_files(tmp_path / "house", {"catalog.yaml": "titles: ['books/*']\n", **files})
    for command in ("check", "build"):
        result = run("catalog", command, root / "catalog.yaml", "-j", "1")
        assert result.exit_code == 1
        assert f"books/one/{REFUSED}" in result.stderr
        assert run("catalog", command, root / "catalog.yaml", "-j", "1", "--limits", "trusted").exit_code == 0
