"""Builds that are ended from outside: no process is left over, and no file; people are told in a sentence."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from triptych.cli import main

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks processes up in /proc")
_SOON = 2.0  # seconds after which nothing may be left


@dataclass(frozen=True, slots=True)
class Place:
    """A project of all three outputs, and a folder for temporary files in which nobody else works."""

    project: Path
    temporary: Path
    mark: str

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "triptych", "build", str(self.project), "--jobs", "2", *arguments],
            env={**os.environ, "TMPDIR": str(self.temporary), "MARK": self.mark},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def processes(self) -> list[int]:
        """The processes of its builds: they have its mark, or work in its folder."""
        found = []
        for entry in Path("/proc").iterdir():
            try:
                marks = (entry / "environ").read_bytes(), (entry / "cmdline").read_bytes()
                alive = (
                    entry.name.isdigit() and "Z" not in (entry / "stat").read_text().rpartition(")")[2][:3]
                )
            except OSError:
                continue
            if alive and (self.mark.encode() in marks[0] or str(self.temporary).encode() in marks[1]):
                found.append(int(entry.name))
        return found

    def are_gone(self) -> bool:
        """Whether there are none any more soon."""
        end = time.monotonic() + _SOON
        while self.processes():
            if time.monotonic() > end:
                return False
            time.sleep(0.05)
        return True

    def wait_for_workers(self, build: subprocess.Popen[str]) -> None:
        while len(self.processes()) < 3:
            assert build.poll() is None, build.communicate()
            time.sleep(0.02)

    def files_in_build(self) -> set[str]:
        folder = self.project / "build"
        return {path.name for path in folder.iterdir()} - {".cache"} if folder.is_dir() else set()


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "temporary").mkdir()
    assert CliRunner().invoke(main, ["new", str(tmp_path / "my-report")]).exit_code == 0
    place = Place(tmp_path / "my-report", tmp_path / "temporary", f"mark-{uuid.uuid4()}")
    yield place
    for process in place.processes():
        os.kill(process, signal.SIGKILL)


OUTPUTS = {"my-report.pdf", "my-report.epub", "my-report.pptx"}


def test_killed_builds_leave_no_process_and_the_next_build_clears_their_files(place: Place) -> None:
    """At moments that nobody has chosen."""
    left = False
    for _ in range(3):
        build = place.start()
        place.wait_for_workers(build)
        time.sleep(random.uniform(0, 2))
        build.kill()
        build.communicate(timeout=_SOON)  # comes to its end when nobody holds the pipe
        assert place.are_gone()
        left = left or any(place.temporary.iterdir())
    assert left
    stdout, stderr = (build := place.start()).communicate(timeout=120)
    assert (build.returncode, stderr) == (0, ""), stdout
    assert place.files_in_build() == OUTPUTS
    assert list(place.temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (signal.SIGINT, 130, "Stopped by Ctrl-C; no file was left half-written.\n"),
        (signal.SIGTERM, 143, "Stopped by a request to terminate; no file was left half-written.\n"),
    ],
)
def test_who_stops_a_build_is_told_so_and_nothing_is_left(
    place: Place, number: signal.Signals, code: int, words: str
) -> None:
    build = place.start()
    place.wait_for_workers(build)
    time.sleep(random.uniform(0, 1))
    os.killpg(build.pid, number) if number is signal.SIGINT else build.terminate()
    stdout, stderr = build.communicate(timeout=30)
    # Python itself ends by the signal where it met it in the middle of a class that was being made of a text
    # (a dataclass); shells say 130 of both.
    ended = 130 if build.returncode == -signal.SIGINT else build.returncode
    assert (ended, stdout, stderr) == (code, "", words)
    assert place.are_gone()
    assert list(place.temporary.iterdir()) == []
    assert place.files_in_build() == set()
