"""What strangers' files ask for is done in a process with bounds."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace

import pytest

from triptych.engine.processes import bounds
from triptych.engine.processes.bounds import OutOfBounds, in_bounds
from triptych.engine.processes.limits import DRAWING

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")


def fill(size: int) -> int:
    return len(bytearray(size))


def fail() -> None:
    raise KeyError("known")


def work() -> None:
    while True:
        pass


def test_a_job_returns_or_raises_as_it_would_here() -> None:
    assert in_bounds(pow, 2, 10) == 1024
    assert in_bounds(os.getpid) != os.getpid()
    with pytest.raises(KeyError, match="known"):
        in_bounds(fail)


@LINUX
def test_memory_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "BOUNDS", replace(DRAWING, memory=100 << 20))
    assert in_bounds(fill, 1 << 20) == 1 << 20
    with pytest.raises(OutOfBounds, match="memory"):
        in_bounds(fill, 200 << 20)


@LINUX
def test_work_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "BOUNDS", replace(DRAWING, seconds=1))
    with pytest.raises(OutOfBounds, match="more than 1 s"):
        in_bounds(work)


def test_waiting_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "PATIENCE", 0.2)
    with pytest.raises(OutOfBounds, match=r"not done within 0\.2 s"):
        in_bounds(time.sleep, 60)


def test_a_process_that_breaks_is_told() -> None:
    with pytest.raises(OutOfBounds, match="damaged"):
        in_bounds(os._exit, 3)
