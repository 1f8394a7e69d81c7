"""A build that watches a project: how long after a file is saved its outputs are there."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterable

from benchmarks.edits import Edit
from benchmarks.measuring import RunError
from benchmarks.workplace import Workplace


def seconds_after_saving(place: Workplace, edits: Iterable[Edit]) -> list[float]:
    """Seconds from saving each change to the end of the build that it sets off; the first only warms up."""
    command = [sys.executable, "-m", "triptych", "build", "--watch", "--json", place.project]
    output, nowhere = subprocess.PIPE, subprocess.DEVNULL
    with subprocess.Popen(
        command, cwd=place.scratch, env=place.environ, stdout=output, stderr=nowhere, text=True
    ) as process:
        try:
            _wait_for(process, "waiting")
            return [_seconds(process, edit) for edit in edits][1:]
        finally:
            process.terminate()


def _seconds(process: subprocess.Popen[str], edit: Edit) -> float:
    start = time.perf_counter()
    edit.make()
    _wait_for(process, "done")
    seconds = time.perf_counter() - start
    _wait_for(process, "waiting")
    edit.undo()
    _wait_for(process, "waiting")
    return seconds


def _wait_for(process: subprocess.Popen[str], name: str) -> None:
    """Read events up to one of a name. Raises ``RunError`` where the build fails or ends before."""
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)["event"]
        if event == name:
            return
        if event == "failed":
            break
    raise RunError(f'a build that watches was never "{name}"')
