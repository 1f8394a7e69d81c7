"""Test system errors: outputs stay intact, a message is printed, and the next build is like a first one."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import MINIMAL, Run
from tests.conftest import write_files
from triptych.cli.report import Reporter

resource = pytest.importorskip("resource", reason="limits of POSIX")
EDITED = {**MINIMAL, "source/section.md": "---\ntitle: A section\n---\nOther text.\n"}
_FLIPS, _SEED = 1000, 1
# Python 3.11 keeps compiled modules that were truncated by a file size limit.
_ENVIRON = {"PYTHONDONTWRITEBYTECODE": "1"}


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Return the outputs of a first build of the edited project."""
    project = write_files(tmp_path_factory.mktemp("wanted"), EDITED)
    assert build(project).returncode == 0
    return output(project)


def build(
    project: Path, limit: Callable[[], None] | None = None, **environ: str
) -> subprocess.CompletedProcess[str]:
    """Run a build in its own process, with optional resource limits and some empty environment variables."""
    return subprocess.run(
        [sys.executable, "-m", "triptych", "build", str(project), "--jobs", "2"],
        env={key: value for key, value in {**os.environ, **_ENVIRON, **environ}.items() if value},
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )


def output(project: Path) -> bytes:
    return (project / "build/a-book.epub").read_bytes()


def edit(project: Path) -> None:
    write_files(project, EDITED)


@pytest.mark.e2e
@pytest.mark.parametrize("size", [300, 20_000])
def test_full_disk_is_reported_and_outputs_are_kept(
    run: Run, minimal: Path, wanted: bytes, size: int
) -> None:
    """Test a full disk, simulated with a file size limit: the error is reported and the outputs are kept."""
    assert run("build", minimal).exit_code == 0
    before = output(minimal)
    assert len(before) > size
    edit(minimal)
    failed = build(minimal, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))
    assert (failed.returncode, failed.stdout) == (3, "")
    assert failed.stderr.startswith("error[ENV008]: file too large: ") and failed.stderr.count("\n") == 2
    assert failed.stderr.endswith("  hint: raise the limit on file size (ulimit -f)\n")
    assert size > 300 or "/build/.cache/" in failed.stderr
    assert output(minimal) == before
    assert run("build", minimal).exit_code == 0
    assert output(minimal) == wanted
    assert sorted(path.name for path in (minimal / "build").iterdir()) == [".cache", "a-book.epub"]


@pytest.mark.e2e
def test_without_a_home_and_with_few_open_files(minimal: Path, wanted: bytes) -> None:
    edit(minimal)
    few = lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (64, 64))  # noqa: E731
    result = build(minimal, few, HOME="", USER="", LOGNAME="")
    assert (result.returncode, result.stderr) == (0, "")
    assert output(minimal) == wanted


@pytest.mark.e2e
def test_damaged_cache_does_not_change_outputs(run: Run, minimal: Path, wanted: bytes) -> None:
    assert run("build", minimal).exit_code == 0
    edit(minimal)
    rng = random.Random(_SEED)
    files = sorted(path for path in (minimal / "build/.cache").rglob("*") if path.is_file())
    for _ in range(_FLIPS):
        damaged = rng.choice(files)
        data = bytearray(damaged.read_bytes())
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        damaged.write_bytes(data)
    for heard in ("note[ENV006]", ""):
        result = run("build", minimal)
        assert (result.exit_code, result.stderr.partition(":")[0]) == (0, heard)
        assert output(minimal) == wanted


@pytest.mark.parametrize("instant", [0, 4_000_000_000])
def test_wrong_clock_does_not_change_outputs(run: Run, minimal: Path, wanted: bytes, instant: int) -> None:
    """Test that wrong timestamps of the project and its cache, long ago or in the future, change nothing."""
    assert run("build", minimal).exit_code == 0
    edit(minimal)
    for path in minimal.rglob("*"):
        os.utime(path, (instant, instant))
    assert run("build", minimal).exit_code == 0
    assert output(minimal) == wanted
    assert "Nothing has changed" in run("build", minimal).output


@pytest.mark.parametrize("when", ["reading", "epub", "checking", "publishing"])
def test_a_source_that_changes_during_a_build_is_built_by_the_next(
    run: Run, minimal: Path, wanted: bytes, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    def change(report: Reporter, name: str) -> None:
        if name == when:
            edit(minimal)

    monkeypatch.setattr(Reporter, "begin_stage", change)
    assert run("build", minimal).exit_code == 0
    monkeypatch.undo()
    assert run("build", minimal).exit_code == 0
    assert output(minimal) == wanted
