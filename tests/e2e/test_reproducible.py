"""Test that builds are reproducible, regardless of place and time, and touch no other files."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import REPOSITORY, Built

pytestmark = pytest.mark.e2e

# Python's audit events report each opened file and each network connection.
WATCHED = """
import os, sys
def tell(line):
    os.write(2, f"{line}\\n".encode())  # at once: processes and threads tell at the same time
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo"):
        tell(f"NETWORK {event} {arguments}")
    if event == "open" and isinstance(arguments[0], (str, bytes)) and arguments[1] in ("r", "rb", None):
        tell(f"OPEN {arguments[0]}")
sys.addaudithook(watch)
from triptych.cli import main
main(sys.argv[1:], prog_name="triptych")
"""


def copy_of_edition(folder: Path) -> Path:
    shutil.copytree(REPOSITORY / "source", folder / "source")
    return folder


def run(folder: Path, *, code: str | None = None, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *(("-c", code) if code else ("-m", "triptych")), "build", str(folder)]
    return subprocess.run(
        command, env={**os.environ, **environ}, capture_output=True, text=True, check=False, cwd=folder.parent
    )


def digests(outputs: Iterable[Path]) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in outputs}


def outputs_of(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / "build").iterdir() if path.is_file())


@dataclass(frozen=True, slots=True)
class Watched:
    """A copy of the edition, built elsewhere by another process: its output, files and connections."""

    copy: Path
    opened: tuple[str, ...]
    told: str


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    """Build in another environment: another path, home, clock, locale, hash seed and process count."""
    folder = tmp_path_factory.mktemp("another") / "folder"
    copy = copy_of_edition(folder)
    surroundings = {"TZ": "Asia/Shanghai", "PYTHONHASHSEED": "1", "LC_ALL": "C", "HOME": str(folder.parent)}
    result = run(copy, code=WATCHED, **surroundings)
    assert result.returncode == 0, result.stderr[-5000:]
    lines = result.stderr.splitlines()
    stream = tuple(line.removeprefix("OPEN ") for line in lines if line.startswith("OPEN "))
    return Watched(copy, stream, result.stderr)


def test_builds_in_different_folders_have_the_same_bytes(watched: Watched, edition: Built) -> None:
    here, there = digests(edition.outputs.values()), digests(outputs_of(watched.copy))
    assert len(here) == 3
    assert here == there


def test_warm_build_equals_a_cold_build(watched: Watched, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(watched.copy, tmp_path / "book"))
    for path in (folder / "build").glob("china*"):
        path.unlink()
    assert run(folder, TZ="America/New_York", PYTHONHASHSEED="2", LC_ALL="C.UTF-8").returncode == 0
    assert digests(outputs_of(folder)) == digests(outputs_of(watched.copy))


def test_unchanged_project_is_not_rebuilt(watched: Watched) -> None:
    build = watched.copy / "build"
    before = {path: path.stat().st_mtime_ns for path in build.iterdir()}
    repeated = run(watched.copy)
    assert "up to date" in repeated.stdout
    assert {path: path.stat().st_mtime_ns for path in build.iterdir()} == before


def test_build_opens_only_project_files_and_no_connection(watched: Watched) -> None:
    assert "NETWORK" not in watched.told
    home = Path.home()
    strangers = [
        path
        for path in watched.opened
        if Path(path).is_absolute()
        and Path(path).is_relative_to(home)
        and not Path(path).is_relative_to(REPOSITORY)
        and not Path(path).is_relative_to(sys.prefix)
        and not Path(path).is_relative_to(sys.base_prefix)
    ]
    assert any(path.endswith("solar_capacity.csv") for path in watched.opened)
    assert strangers == []
