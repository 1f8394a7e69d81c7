"""The same source gives the same bytes, wherever and whenever it is built; and nothing else is touched."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from .conftest import REPOSITORY

pytestmark = pytest.mark.e2e

# Python's audit events tell of every file that is opened and every connection that is made.
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


def digests(folder: Path) -> dict[str, str]:
    outputs = sorted(path for path in (folder / "build").iterdir() if path.is_file())
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in outputs}


@dataclass(frozen=True, slots=True)
class Twice:
    """The edition, built at two places by programs in different surroundings; ``opened`` by the first."""

    one: Path
    other: Path
    opened: tuple[str, ...]
    told: str


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Twice:
    folder = tmp_path_factory.mktemp("twice")
    one, other = copy_of_edition(folder / "a"), copy_of_edition(folder / "another" / "folder")
    first = run(one, code=WATCHED, TZ="Asia/Shanghai", PYTHONHASHSEED="1", LC_ALL="C")
    second = run(other, TZ="America/New_York", PYTHONHASHSEED="2", LC_ALL="C.UTF-8", HOME=str(folder))
    assert (first.returncode, second.returncode) == (0, 0), first.stderr[-5000:] + second.stderr
    lines = first.stderr.splitlines()
    opened = tuple(line.removeprefix("OPEN ") for line in lines if line.startswith("OPEN "))
    return Twice(one, other, opened, first.stderr)


def test_two_builds_in_different_places_give_the_same_bytes(twice: Twice) -> None:
    assert len(digests(twice.one)) == 3
    assert digests(twice.one) == digests(twice.other)


def test_a_warm_build_gives_the_bytes_of_a_cold_one(twice: Twice, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(twice.one, tmp_path / "book"))
    for path in (folder / "build").glob("china*"):
        path.unlink()
    assert run(folder).returncode == 0
    assert digests(folder) == digests(twice.one)


def test_an_unchanged_project_is_not_built_again(twice: Twice) -> None:
    before = {path: path.stat().st_mtime_ns for path in (twice.other / "build").iterdir()}
    again = run(twice.other)
    assert "up to date" in again.stdout
    assert {path: path.stat().st_mtime_ns for path in (twice.other / "build").iterdir()} == before


def test_a_build_opens_only_what_is_its_own_and_no_connection(twice: Twice) -> None:
    assert "NETWORK" not in twice.told
    home = Path.home()
    strangers = [
        path
        for path in twice.opened
        if Path(path).is_absolute()
        and Path(path).is_relative_to(home)
        and not Path(path).is_relative_to(REPOSITORY)
        and not Path(path).is_relative_to(sys.prefix)
        and not Path(path).is_relative_to(sys.base_prefix)
        and not Path(path).is_relative_to(home / ".cache" / "matplotlib")
    ]
    assert any(path.endswith("solar_capacity.csv") for path in twice.opened)
    assert strangers == []
