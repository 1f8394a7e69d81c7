"""Test that a supervised build ends when all its processes together exceed a limit."""

from __future__ import annotations

import multiprocessing
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TypeAlias

import psutil
import pytest

from triptych.engine.cache import Cache
from triptych.engine.processes import supervision
from triptych.engine.processes.activity import get_activity, record_activity
from triptych.engine.processes.limits import LimitExceededError, ResourceLimits
from triptych.engine.tasks import QUIRE, Task

resource = pytest.importorskip("resource", reason="limits of POSIX")
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="the build is forked")

WIDE = ResourceLimits(seconds=60, memory=10**9)
FORK = multiprocessing.get_context("fork")
SMALL = multiprocessing.get_context("forkserver")
Answer: TypeAlias = tuple[str, str] | int


def keep_busy(seconds: float = 60) -> None:
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


def fill_memory(size: int) -> None:
    filled = bytearray(size)
    filled[::4096] = b"x" * len(filled[::4096])
    time.sleep(60)


def start(*jobs: Callable[[], object]) -> None:
    """Run jobs in forked processes at the same time, and wait for them."""
    processes = [FORK.Process(target=job) for job in jobs]
    for process in processes:
        process.start()
    for process in processes:
        process.join()


def supervise(
    job: Callable[[], object], limits: ResourceLimits, wall_factor: float = 12, user_memory: int | None = None
) -> Answer:
    """Return the exit code of a supervised job, or the message and the position of the exceeded limit.

    The supervising process is not forked from the test process, which uses a lot of memory.
    """
    own, other = SMALL.Pipe(duplex=False)
    process = SMALL.Process(target=_supervise, args=(other, job, limits, wall_factor, user_memory))
    process.start()
    other.close()
    answer: Answer = own.recv()
    process.join()
    return answer


def _supervise(
    answers: Connection,
    job: Callable[[], object],
    limits: ResourceLimits,
    factor: float,
    user_memory: int | None = None,
) -> None:
    supervision.WALL_TIME_FACTOR = factor
    if user_memory is not None:
        resource.setrlimit(resource.RLIMIT_AS, (user_memory, user_memory))
    try:
        code = supervision.supervise(limits)
    except LimitExceededError as error:
        answers.send((str(error), error.position))
    except MemoryError:
        answers.send(("out of memory", ""))
    else:
        if code is None:
            result = job()
            os._exit(result if isinstance(result, int) else 0)
        answers.send(code)


def test_the_exit_code_is_that_of_the_build() -> None:
    assert supervise(partial(int, 3), WIDE) == 3


def block_all_threads() -> None:
    record_activity("drawn chart: fig-a")
    re.match("(a+)+$", "a" * 60 + "b")  # a signal handler would not run here


def test_build_ends_after_the_cpu_limit_even_if_all_threads_block() -> None:
    answer = supervise(block_all_threads, ResourceLimits(0.5, 10**9))
    assert answer == ("more than 0.5 s of CPU time", "drawn chart: fig-a")


def test_the_time_of_all_processes_counts_together() -> None:
    answer = supervise(partial(start, *[partial(keep_busy, 0.4)] * 4), ResourceLimits(1, 10**9))
    assert answer == ("more than 1 s of CPU time", "")


def run_one_after_the_other() -> None:
    for _ in range(10):
        start(partial(keep_busy, 0.3))


def test_the_time_of_processes_that_have_ended_counts() -> None:
    answer = supervise(run_one_after_the_other, ResourceLimits(1, 10**9))
    assert answer == ("more than 1 s of CPU time", "")


def test_the_memory_of_all_processes_counts_together() -> None:
    job = partial(start, *[partial(fill_memory, 200 * 10**6)] * 3)
    assert supervise(job, ResourceLimits(60, 500 * 10**6)) == ("more than 500 MB of memory", "")


def share_memory() -> None:
    filled = bytearray(300 * 10**6)
    filled[::4096] = b"x" * len(filled[::4096])
    start(*[partial(time.sleep, 1)] * 4)


def test_shared_memory_counts_once() -> None:
    assert supervise(share_memory, ResourceLimits(60, 600 * 10**6)) == 0


def allocate_too_much() -> int:
    try:
        bytearray(2 * 10**9)
    except MemoryError:
        return 5
    return 0


def test_large_allocation_between_measurements_fails() -> None:
    assert supervise(allocate_too_much, ResourceLimits(60, 10**9)) == 5


def test_a_build_that_waits_forever_ends() -> None:
    answer = supervise(partial(time.sleep, 60), ResourceLimits(0.3, 10**9), wall_factor=2)
    assert answer == ("more than 0.6 s", "")


def crash() -> None:
    record_activity("painted pages: sec-one")
    os.abort()


def test_a_crash_is_reported_with_the_last_activity() -> None:
    expected = ("more than 1 GB of memory, or its process crashed", "painted pages: sec-one")
    assert supervise(crash, WIDE) == expected


def test_a_crash_with_a_lower_limit_on_memory_of_the_user_is_an_error_of_the_system() -> None:
    assert supervise(crash, WIDE, user_memory=WIDE.memory - 1) == ("out of memory", "")


def record_and_run(activity: str, job: Callable[[], object]) -> None:
    record_activity(activity)
    job()


def wait_for_others() -> None:
    record_and_run("first", partial(keep_busy, 0.3))
    record_activity("waiting")
    start(
        partial(record_and_run, "idle", partial(time.sleep, 60)), partial(record_and_run, "busy", keep_busy)
    )


def crash_in_and_after_tasks(*, is_nested: bool) -> None:
    record_activity("passes")
    cache = Cache(None)
    outer, inner, failed = (Task.for_step(QUIRE, name, name=name) for name in ("a", "b", "c"))

    def make() -> bytes:
        cache.get_or_make(inner, lambda: b"b")
        if is_nested:
            os.abort()
        return b"a"

    cache.get_or_make(outer, make)
    cache.get_or_make_all([failed], lambda missing: [b"c"], lambda result: False)
    os.abort()


@pytest.mark.parametrize(("is_nested", "activity"), [(True, "painted pages: a"), (False, "passes")])
def test_a_task_that_has_ended_is_not_the_last_activity(is_nested: bool, activity: str) -> None:
    answer = supervise(partial(crash_in_and_after_tasks, is_nested=is_nested), WIDE)
    assert answer == ("more than 1 GB of memory, or its process crashed", activity)


def test_the_activity_is_that_of_the_process_that_uses_most() -> None:
    answer = supervise(wait_for_others, ResourceLimits(1.5, 10**9))
    assert answer == ("more than 1.5 s of CPU time", "busy")


def start_program() -> None:
    record_activity("text parsed by pandoc: source/a.md")
    subprocess.run([sys.executable, "-c", "while True: pass"], check=False)


def test_activity_of_a_program_is_that_of_its_parent() -> None:
    answer = supervise(start_program, ResourceLimits(0.6, 10**9))
    assert answer == ("more than 0.6 s of CPU time", "text parsed by pandoc: source/a.md")


def leave_an_orphan(note: Path) -> None:
    script = (
        f"import os, time; os.setsid(); open({str(note)!r}, 'w').write(str(os.getpid())); time.sleep(600)"
    )
    subprocess.run(["sh", "-c", f'{sys.executable} -c "{script}" &'], check=True)
    while not (note.exists() and note.read_text()):
        time.sleep(0.01)
    keep_busy()


def test_all_descendants_are_terminated(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    assert isinstance(supervise(partial(leave_an_orphan, note), ResourceLimits(0.5, 10**9)), tuple)
    left = int(note.read_text())
    assert not psutil.pid_exists(left) or psutil.Process(left).status() == psutil.STATUS_ZOMBIE


def note_and_wait(note: Path) -> None:
    note.write_text(str(os.getpid()))
    time.sleep(600)


def test_the_build_ends_with_its_supervisor(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    own, other = SMALL.Pipe(duplex=False)
    process = SMALL.Process(target=_supervise, args=(other, partial(note_and_wait, note), WIDE, 12))
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
