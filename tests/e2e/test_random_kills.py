"""Test builds after pairs of concurrent builds that were killed at random times.

The suite kills a few; ``TRIPTYCH_KILLS=200 pytest tests/e2e/test_random_kills.py`` kills 200.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.conftest import write_files
from tests.separate_builds import SOON, Place
from triptych.engine.output_digests import has_valid_digest

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="looks processes up in /proc"),
]
_COUNT = int(os.environ.get("TRIPTYCH_KILLS", "2"))
_SEED = int(os.environ.get("TRIPTYCH_SEED", "1"))
BOOK = {
    "source/book.yaml": (
        "book:\n  title: A book\n  chapters: [one.md, two.md]\nlang: en\noutput-file: book\n"
        "format:\n  pdf: {toc-depth: 1}\n  epub: {embed-fonts: false}\n  pptx: default\n"
    ),
    "source/one.md": "# One {#sec-one}\n\nSome text.\n\n| A | B |\n|---|---|\n| 1 | 2 |\n",
    "source/two.md": "# Two\n",
}
_EDITS = 4  # different texts: the result of each is built once


def ended(build: subprocess.Popen[str]) -> None:
    stdout, stderr = build.communicate(timeout=300)
    assert (build.returncode, stderr) == (0, ""), stdout


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    (tmp_path / "temporary").mkdir()
    place = Place(write_files(tmp_path / "book", BOOK), tmp_path / "temporary")
    yield place
    for process in place.processes():
        os.kill(process, signal.SIGKILL)


def edit(place: Place, number: int) -> None:
    (place.project / "source/two.md").write_text(f"# Two\n\nThis is edit {number}, see @sec-one.\n")


def test_killed_builds_leave_no_files_and_the_next_build_equals_a_first_one(
    place: Place, tmp_path: Path
) -> None:
    rng = random.Random(_SEED)
    alone = Place(tmp_path / "alone", tmp_path / "temporary")
    expected: dict[int, tuple[Mapping[str, str], float]] = {}

    def of_a_first_build(number: int) -> tuple[Mapping[str, str], float]:
        """Return the outputs after an edit, and the duration of the build."""
        if number not in expected:
            shutil.rmtree(alone.project, ignore_errors=True)
            shutil.copytree(place.project / "source", alone.project / "source")
            begun = time.monotonic()
            ended(alone.start(SOURCE_DATE_EPOCH="0"))
            expected[number] = alone.outputs(), time.monotonic() - begun
        return expected[number]

    faults: list[str] = []
    for number in range(_COUNT):
        which = number // 2 % _EDITS
        edit(place, which)
        outputs, seconds = of_a_first_build(which)
        if number % 2 == 0 and rng.random() < 0.4:
            shutil.rmtree(place.project / "build/.cache", ignore_errors=True)
        how, after = rng.choice((signal.SIGKILL, signal.SIGKILL, signal.SIGTERM)), rng.uniform(0, seconds)
        limits = rng.choice(("strict", "trusted"))  # a strict build is supervised by the killed process
        text = f"{number}: {how.name} after {after:.3f} s, {limits}"
        build = place.start(SOURCE_DATE_EPOCH="0", TRIPTYCH_LIMITS=limits)
        time.sleep(after)
        build.send_signal(how)
        _, stderr = build.communicate(timeout=SOON + 10)
        faults += [] if "Traceback" not in stderr else [f"{text}: {stderr}"]
        faults += [] if place.are_gone() else [f"{text}: processes {place.processes()}"]
        files_in_build = {name for name in place.files_in_build() if not name.startswith(".new-")}
        torn = [
            name
            for name in files_in_build
            if not has_valid_digest((place.project / "build" / name).read_bytes())
        ]
        faults += [f"{text}: {name} is torn" for name in torn]
        if number % 2 or number == _COUNT - 1:
            ended(place.start(SOURCE_DATE_EPOCH="0"))
            same = place.outputs() == outputs
            faults += [f"{text}: {what}" for what in (*place.litter(), *([] if same else ["differs"]))]
    assert faults == []
