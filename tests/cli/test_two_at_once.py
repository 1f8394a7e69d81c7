"""Test that two concurrent builds of a project give one consistent set of outputs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.conftest import write_files
from triptych import stages as stages_module

MANIFEST = """\
book:
  title: A book
  chapters: [one.md, two.md]
lang: en
output-file: book
format:
  pdf: {{toc-depth: {depth}}}
  epub: {{embed-fonts: false}}
  pptx: default
"""
BOOK = {
    "source/book.yaml": MANIFEST.format(depth=1),
    "source/one.md": "# One {#sec-one}\n\nSome text about $E = mc^2$.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n",
    "source/two.md": "# Two\n\nMore of it, see @sec-one.\n\n- one\n- two\n",
}
NAMES = ["book.epub", "book.pdf", "book.pptx"]


def start(project: Path, temporary: Path, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "triptych", "build", str(project), "--jobs", "2", *more],
        env={**os.environ, "TMPDIR": str(temporary), "SOURCE_DATE_EPOCH": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(build: subprocess.Popen[str]) -> None:
    stdout, stderr = build.communicate(timeout=300)
    assert (build.returncode, stderr) == (0, ""), stdout


def outputs(project: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((project / "build").iterdir()) if path.is_file()}


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    (tmp_path / "temporary").mkdir()
    return tmp_path / "temporary"


@pytest.mark.e2e
def test_parallel_builds_succeed_with_the_outputs_of_one(tmp_path: Path, temporary: Path) -> None:
    """Test that concurrent builds succeed with an empty cache, after an edit, and without outputs.

    They share the cache with a third build.
    """
    two, alone = tmp_path / "two", tmp_path / "alone"
    for changed in (
        {},
        {"source/two.md": "# Two\n\nOther words, see @sec-one.\n"},
        {"source/book.yaml": MANIFEST.format(depth=2)},
    ):
        for place in (two, alone):
            write_files(place, {**(BOOK if not place.exists() else {}), **changed})
        ended(start(alone, temporary, "--cache-dir", str(tmp_path / "cache")))
        builds = [start(two, temporary) for _ in range(2)]
        for build in builds:
            ended(build)
        result = outputs(two)
        assert list(result) == NAMES
        assert result == outputs(alone)
        assert [path.name for path in (two / "build").iterdir() if path.is_dir()] == [".cache"]
        assert not [path for path in (two / "build/.cache").rglob(".*")]  # no partially written file
        assert list(temporary.iterdir()) == []
        third = start(two, temporary, "--format", "json")
        assert json.loads(third.communicate(timeout=60)[0])["event"] == "up-to-date"


def test_record_lists_the_outputs_of_its_build(
    run: Run, minimal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Test that a build record lists its own outputs.

    A build of a newer source may write its outputs before the record is written.
    """
    publish = stages_module.publish_files

    def and_another_does(files: dict[Path, bytes], **how: object) -> object:
        kept = publish(files, **how)  # type: ignore[arg-type]
        for path in files:
            path.write_bytes(b"of another build")
        return kept

    monkeypatch.setattr(stages_module, "publish_files", and_another_does)
    assert run("build", minimal).exit_code == 0
    monkeypatch.undo()
    assert "Nothing has changed" not in run("build", minimal).output
    assert "Nothing has changed" in run("build", minimal).output


def test_files_read_by_an_earlier_build_are_not_inputs(run: Run, minimal: Path) -> None:
    """Test that inputs of an earlier build are dropped: a removed chapter is an unlisted file."""
    (minimal / "source/other.md").write_text("# Other\n")
    manifest = minimal / "source/book.yaml"
    with_both = manifest.read_text().replace("[section.md]", "[section.md, other.md]")
    manifest.write_text(with_both)
    assert "LNT" not in run("build", minimal).output
    manifest.write_text(with_both.replace(", other.md", ""))
    output = run("build", minimal).output
    assert "other.md" in output
    assert output == run("build", minimal, "--force").output
