"""Test that interrupted builds leave no processes and no files, and end with a message."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.separate_builds import Place
from triptych.cli import main

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks processes up in /proc")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "temporary").mkdir()
    assert CliRunner().invoke(main, ["new", str(tmp_path / "my-report")]).exit_code == 0
    place = Place(tmp_path / "my-report", tmp_path / "temporary")
    yield place
    for process in place.processes():
        os.kill(process, signal.SIGKILL)


@pytest.mark.parametrize(
    ("number", "code", "words"),
    [
        (signal.SIGINT, 130, "Stopped by Ctrl-C; no partial files were left.\n"),
        (signal.SIGTERM, 143, "Stopped by a request to terminate; no partial files were left.\n"),
    ],
)
def test_interrupted_build_reports_it_and_leaves_no_files(
    place: Place, number: signal.Signals, code: int, words: str
) -> None:
    build = place.start()
    place.wait_for_workers(build)
    time.sleep(random.uniform(0, 1))
    os.killpg(build.pid, number) if number is signal.SIGINT else build.terminate()
    stdout, stderr = build.communicate(timeout=30)
    assert (build.returncode, stdout, stderr) == (code, "", words)
    assert place.are_gone()
    assert list(place.temporary.iterdir()) == []
    assert place.files_in_build() == set()
