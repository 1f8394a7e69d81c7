"""A supervised build ends when all its processes together use too much."""

from __future__ import annotations

import multiprocessing
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest

from triptych.engine.processes import supervision
from triptych.engine.processes.activity import get_activity, record_activity
from triptych.engine.processes.limits import LimitExceeded, ResourceLimits

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the build is forked")

WIDE = ResourceLimits(seconds=60, memory=10**9)
FORK = multiprocessing.get_context("fork")


def keep_busy(seconds: float = 60) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def fill_memory(size: int) -> None:
    filled = bytearray(size)
    filled[::4096] = b"x" * len(filled[::4096])
    time.sleep(60)


def start(*jobs: Callable[[], None]) -> None:
    """Run jobs in forked processes at the same time, and wait for them."""
    processes = [FORK.Process(target=job) for job in jobs]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def supervise(job: Callable[[], int | None], limits: ResourceLimits) -> tuple[str, str] | int:
    """Return the exit code of a supervised job, or the message and the position of the exceeded limit."""
    own, other = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_supervise, args=(other, job, limits))
    process.start()
    other.close()
    answer: tuple[str, str] | int = own.recv()
    process.join()
    return answer


def _supervise(answers: Connection, job: Callable[[], int | None], limits: ResourceLimits) -> None:
    try:
        code = supervision.supervise(limits)
    except LimitExceeded as error:
        answers.send((str(error), error.position))
    else:
        if code is None:
            os._exit(job() or 0)
        answers.send(code)


def test_the_exit_code_is_that_of_the_build() -> None:
    assert supervise(lambda: 3, WIDE) == 3


def test_the_build_ends_after_too_much_processor_time_although_it_blocks_all_threads() -> None:
    def block() -> None:
        record_activity("drawn chart: fig-a")
        re.match("(a+)+$", "a" * 60 + "b")  # Python can only be killed meanwhile

    answer = supervise(block, ResourceLimits(0.5, 10**9))
    assert answer == ("more than 0.5 s of processor time", "drawn chart: fig-a")


def test_the_time_of_all_processes_counts_together() -> None:
    answer = supervise(lambda: start(*[lambda: keep_busy(0.4)] * 4), ResourceLimits(1, 10**9))
    assert answer == ("more than 1 s of processor time", "")


def test_the_time_of_processes_that_have_ended_counts() -> None:
    def work() -> None:
        for _ in range(10):
            start(lambda: keep_busy(0.3))

    assert supervise(work, ResourceLimits(1, 10**9)) == ("more than 1 s of processor time", "")


def test_the_memory_of_all_processes_counts_together() -> None:
    answer = supervise(
        lambda: start(*[lambda: fill_memory(200 * 10**6)] * 3), ResourceLimits(60, 500 * 10**6)
    )
    assert answer == ("more than 500 MB of memory", "")


def test_memory_that_processes_share_counts_once() -> None:
    def share() -> None:
        filled = bytearray(300 * 10**6)
        filled[::4096] = b"x" * len(filled[::4096])
        start(*[lambda: time.sleep(1)] * 4)

    assert supervise(share, ResourceLimits(60, 600 * 10**6)) == 0


def test_a_single_allocation_between_two_measurements_is_refused() -> None:
    def allocate() -> int:
        try:
            bytearray(2 * 10**9)
        except MemoryError:
            return 5
        return 0

    assert supervise(allocate, ResourceLimits(60, 10**9)) == 5


def test_a_build_that_waits_forever_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "WALL_TIME_FACTOR", 2.0)
    assert supervise(lambda: time.sleep(60), ResourceLimits(0.3, 10**9)) == ("more than 0.6 s", "")


def test_a_crash_is_reported_with_the_last_activity() -> None:
    def crash() -> None:
        record_activity("painted pages: sec-one")
        os.abort()

    answer = supervise(crash, WIDE)
    assert answer == ("more than 1 GB of memory, or its process crashed", "painted pages: sec-one")


def test_the_activity_is_that_of_the_process_that_uses_most() -> None:
    def work() -> None:
        record_activity("first")
        keep_busy(0.3)
        record_activity("waiting")
        start(
            lambda: (record_activity("idle"), time.sleep(60)), lambda: (record_activity("busy"), keep_busy())
        )  # type: ignore[arg-type, return-value]

    answer = supervise(work, ResourceLimits(1.5, 10**9))
    assert answer == ("more than 1.5 s of processor time", "busy")


def test_the_activity_of_a_program_is_that_of_the_process_that_started_it() -> None:
    def work() -> None:
        record_activity("text parsed by pandoc: source/a.md")
        subprocess.run([sys.executable, "-c", "while True: pass"], check=False)

    answer = supervise(work, ResourceLimits(0.6, 10**9))
    assert answer == ("more than 0.6 s of processor time", "text parsed by pandoc: source/a.md")


def test_no_process_is_left_even_in_another_session_and_without_parent(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = (
        f"import os, time; os.setsid(); open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    )

    def work() -> None:
        subprocess.run(["sh", "-c", f'{sys.executable} -c "{script}" &'], check=True)
        while not (note.exists() and note.read_text()):
            time.sleep(0.01)
        keep_busy()

    assert isinstance(supervise(work, ResourceLimits(0.5, 10**9)), tuple)
    left = int(note.read_text())
    assert not psutil.pid_exists(left) or psutil.Process(left).status() == psutil.STATUS_ZOMBIE


def test_the_build_ends_with_its_supervisor(tmp_path: Path) -> None:
    note = tmp_path / "pid"

    def work() -> None:
        note.write_text(str(os.getpid()))
        time.sleep(600)

    own, other = FORK.Pipe(duplex=False)
    process = FORK.Process(target=_supervise, args=(other, work, WIDE))
    process.start()
    while not (note.exists() and note.read_text()):
        time.sleep(0.01)
    build = psutil.Process(int(note.read_text()))
    process.kill()
    process.join()
    assert psutil.wait_procs([build], timeout=10)[1] == []
    own.close()


def test_activities_are_empty_without_a_supervisor() -> None:
    record_activity("something")
    assert get_activity(os.getpid()) == ""
