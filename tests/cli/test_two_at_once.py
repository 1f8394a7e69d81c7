"""Two builds of one project at the same time end as one after the other: one whole set of outputs."""

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
def test_both_end_well_and_leave_what_one_would_have_left(tmp_path: Path, temporary: Path) -> None:
    """With an empty cache, after an edit, and without outputs; the cache of one is shared with a third."""
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
        made = outputs(two)
        assert list(made) == NAMES
        assert made == outputs(alone)
        assert [path.name for path in (two / "build").iterdir() if path.is_dir()] == [".cache"]
        assert not [path for path in (two / "build/.cache").rglob(".*")]  # nothing half-written
        assert list(temporary.iterdir()) == []
        third = start(two, temporary, "--format", "json")
        assert json.loads(third.communicate(timeout=60)[0])["event"] == "up-to-date"


def test_a_record_names_what_its_own_build_made(
    run: Run, minimal: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another build, of a newer source, may have put its outputs there before the record is written."""
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


def test_what_an_earlier_build_read_is_no_input_of_this_one(run: Run, minimal: Path) -> None:
    """A chapter that is one no more is a file that nobody lists, as it would be in a first build."""
    (minimal / "source/other.md").write_text("# Other\n")
    manifest = minimal / "source/book.yaml"
    with_both = manifest.read_text().replace("[section.md]", "[section.md, other.md]")
    manifest.write_text(with_both)
    assert "LNT" not in run("build", minimal).output
    manifest.write_text(with_both.replace(", other.md", ""))
    told = run("build", minimal).output
    assert "other.md" in told
    assert told == run("build", minimal, "--force").output
