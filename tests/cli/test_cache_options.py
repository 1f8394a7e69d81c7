"""Test the options that set the cache folder and its size limit, and that empty the cache."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import MINIMAL, Run
from tests.conftest import write_files


def results(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("*/*") if len(path.name) == 64)


def own(project: Path) -> Path:
    return project / "build/.cache"


def test_external_cache_stores_results_and_the_project_its_records(
    run: Run, minimal: Path, tmp_path: Path
) -> None:
    assert run("build", minimal, "--cache-dir", tmp_path / "shared").exit_code == 0
    assert results(tmp_path / "shared")
    assert not results(own(minimal))
    assert (own(minimal) / "journal").is_file()
    assert list(own(minimal).glob("build-*"))
    assert sorted(path.name for path in (tmp_path / "shared").iterdir() if path.is_file()) == [
        "size",
        "written",
    ]


def test_environment_variable_sets_the_cache(
    run: Run, minimal: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIPTYCH_CACHE", str(tmp_path / "shared"))
    for command in ("build", "check", "inspect"):
        assert run(command, minimal).exit_code == 0
    assert results(tmp_path / "shared")
    assert not results(own(minimal))


def test_two_projects_share_common_results_only(run: Run, minimal: Path, tmp_path: Path) -> None:
    other = write_files(tmp_path / "other", MINIMAL)
    run("build", minimal, "--cache-dir", tmp_path / "shared")
    output = run("build", other, "--cache-dir", tmp_path / "shared", "--explain", "--format", "json").output
    steps = [event for event in map(json.loads, output.splitlines()) if event["event"] == "step"]
    assert steps
    assert not any(step["ran"] for step in steps)
    assert (other / "build/a-book.epub").read_bytes() == (minimal / "build/a-book.epub").read_bytes()


def test_changed_cache_folder_does_not_cause_a_rebuild(run: Run, minimal: Path, tmp_path: Path) -> None:
    run("build", minimal)
    assert "Nothing has changed" in run("build", minimal, "--cache-dir", tmp_path / "shared").output
    assert not (tmp_path / "shared").exists()


def test_build_keeps_the_cache_limit_and_the_results_it_used(run: Run, minimal: Path) -> None:
    manifest = minimal / "source/book.yaml"
    manifest.write_text(f"{manifest.read_text()}cache:\n  limit: 0.001MB\n")
    run("build", minimal)
    before = results(own(minimal))
    for text in ("Other text.", "Some text."):
        (minimal / "source/section.md").write_text(f"---\ntitle: A section\n---\n{text}\n")
        assert run("build", minimal).exit_code == 0
        assert len(results(own(minimal))) == len(before)
    assert results(own(minimal)) == before


@pytest.mark.parametrize("limit", ["2", "2 gigabytes", "-1GB", "[2GB]", "GB", "2GBs", "1e3MB"])
def test_invalid_cache_limit_is_reported_at_its_position(run: Run, minimal: Path, limit: str) -> None:
    manifest = minimal / "source/book.yaml"
    manifest.write_text(f'{manifest.read_text()}cache:\n  limit: "{limit}"\n')
    result = run("build", minimal)
    assert result.exit_code == 1
    assert "source/book.yaml:9:10: error[MAN002]" in result.output
    assert "must be a size with a unit, such as 500MB or 2GB" in result.output


@pytest.mark.parametrize("limit", ["500MB", "2 GB", "1.5GB", "0.5TB"])
def test_limits_have_units(run: Run, minimal: Path, limit: str) -> None:
    manifest = minimal / "source/book.yaml"
    manifest.write_text(f"{manifest.read_text()}cache: {{limit: {limit}}}\n")
    assert run("build", minimal).exit_code == 0


class TestEmptying:
    def test_clean_cache_removes_the_cache_only(self, run: Run, minimal: Path) -> None:
        run("build", minimal)
        count = len(results(own(minimal)))
        assert run("clean", minimal, "--cache").output == f"Removed {count} cached results.\n"
        assert not results(own(minimal))
        assert "Nothing has changed" in run("build", minimal).output
        assert run("clean", minimal, "--cache").output == "Nothing to remove.\n"

    def test_shared_cache_is_removed_only_on_request(self, run: Run, minimal: Path, tmp_path: Path) -> None:
        shared = tmp_path / "shared"
        run("build", minimal, "--cache-dir", shared)
        (shared / "notes.txt").write_text("mine")
        run("clean", minimal, "--cache-dir", shared)
        assert results(shared)
        run("clean", minimal, "--cache", "--cache-dir", shared)
        assert [path.name for path in shared.iterdir()] == ["notes.txt"]


def test_file_in_place_of_the_cache_is_reported(run: Run, minimal: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    result = run("build", minimal, "--cache-dir", tmp_path / "file")
    assert result.exit_code == 2
    assert "is a file" in result.output


def test_machines_may_share_a_cache_at_an_address(run: Run, minimal: Path, tmp_path: Path) -> None:
    address = f"file://{tmp_path / 'shared'}"
    assert run("build", minimal, "--cache-dir", address).exit_code == 0
    first = (minimal / "build/a-book.epub").read_bytes()
    shutil.rmtree(minimal / "build")
    repeated = run("build", minimal, "--cache-dir", address, "--explain")
    assert repeated.exit_code == 0
    assert (minimal / "build/a-book.epub").read_bytes() == first
    assert re.search(r"^section +0 ran +1 cached", repeated.stdout, re.MULTILINE)
    wrong = run("build", minimal, "--cache-dir", "nowhere://x")
    assert (wrong.exit_code, "nowhere://x cannot be opened" in wrong.stderr) == (2, True)
