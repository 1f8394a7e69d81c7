"""Test that untrusted files are processed in a process with resource limits."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace

import pytest

from triptych.engine.processes import limits as bounds
from triptych.engine.processes.limits import (
    DRAWING_LIMITS,
    LimitExceededError,
    report_position,
    run_with_limits,
)
from triptych.engine.processes.programs import run_program

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the limits are those of Linux")


def fill(size: int) -> int:
    return len(bytearray(size))


def fail() -> None:
    raise KeyError("known")


def work() -> None:
    while True:
        pass


def have_worked() -> None:
    run_program([sys.executable, "-c", "while __import__('time').process_time() < 0.7: pass"])
    time.sleep(10)


def say_and_end() -> None:
    report_position("here")
    report_position("there")
    os._exit(3)


def say_and_go_down(depth: int = 0) -> None:
    report_position("there")
    say_and_go_down(depth + 1)


def test_limited_job_returns_or_raises_as_usual() -> None:
    assert run_with_limits(DRAWING_LIMITS, pow, 2, 10) == 1024
    assert run_with_limits(DRAWING_LIMITS, os.getpid) != os.getpid()
    with pytest.raises(KeyError, match="known"):
        run_with_limits(DRAWING_LIMITS, fail)


@LINUX
def test_memory_has_bounds() -> None:
    bounds = replace(DRAWING_LIMITS, memory=100 << 20)
    assert run_with_limits(bounds, fill, 1 << 20) == 1 << 20
    with pytest.raises(LimitExceededError, match="memory"):
        run_with_limits(bounds, fill, 200 << 20)


@LINUX
def test_work_has_bounds() -> None:
    with pytest.raises(LimitExceededError, match=r"time limit \(1 s\)"):
        run_with_limits(replace(DRAWING_LIMITS, seconds=1), work)


@LINUX
def test_the_work_of_programs_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "_POLL_INTERVAL", 0.1)
    with pytest.raises(LimitExceededError, match=r"time limit \(0\.5 s\)"):
        run_with_limits(replace(DRAWING_LIMITS, seconds=0.5, sandbox=None), have_worked)


def test_activity_of_a_job_is_reported() -> None:
    for job, reason in ((say_and_end, "damaged"), (say_and_go_down, "nested")):
        with pytest.raises(LimitExceededError, match=reason) as reported:
            run_with_limits(DRAWING_LIMITS, job)
        assert reported.value.position == "there"


def test_limited_job_may_run_another_limited_job() -> None:
    outer = replace(DRAWING_LIMITS, sandbox=None)
    assert run_with_limits(outer, run_with_limits, DRAWING_LIMITS, os.getpid) != run_with_limits(
        DRAWING_LIMITS, os.getpid
    )


def test_waiting_has_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "WALL_TIME_FACTOR", 0.2 / DRAWING_LIMITS.seconds)
    with pytest.raises(LimitExceededError, match=r"time limit \(0\.2 s\)"):
        run_with_limits(DRAWING_LIMITS, time.sleep, 60)


def test_crashing_process_is_reported() -> None:
    with pytest.raises(LimitExceededError, match="damaged"):
        run_with_limits(DRAWING_LIMITS, os._exit, 3)
