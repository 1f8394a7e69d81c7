"""Test that jobs have the same results and errors in this process and in others."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from triptych.engine.processes.limits import DRAWING_LIMITS, run_with_limits
from triptych.engine.processes.pool import (
    BackgroundWorker,
    BackgroundWorkerStoppedError,
    InlineExecutor,
    count_processors,
    make_executor,
)
from triptych.engine.processes.worker_process import WorkerProcessLostError


def square(number: int) -> int:
    return number * number


def fail(message: str) -> None:
    raise ValueError(message)


def process() -> int:
    return os.getpid()


@pytest.mark.parametrize("jobs", [1, 2, 3])
def test_results_are_returned(jobs: int) -> None:
    with make_executor(jobs) as executor:
        futures = [executor.submit(square, number) for number in range(5)]
        assert [future.result() for future in futures] == [0, 1, 4, 9, 16]


@pytest.mark.parametrize("jobs", [1, 2])
def test_failure_is_raised_when_the_result_is_requested(jobs: int) -> None:
    with make_executor(jobs) as executor:
        future = executor.submit(fail, "no such thing")
        with pytest.raises(ValueError, match="no such thing"):
            future.result()
        assert executor.submit(square, 3).result() == 9


@pytest.mark.parametrize("jobs", [-1, 0, 1])
def test_one_job_needs_no_other_process(jobs: int) -> None:
    with make_executor(jobs) as executor:
        assert isinstance(executor, InlineExecutor)
        assert executor.submit(process).result() == os.getpid()


def test_further_jobs_run_in_other_processes() -> None:
    with make_executor(2) as executor:
        assert executor.submit(process).result() != os.getpid()


def test_inline_jobs_run_at_once() -> None:
    future = InlineExecutor().submit(int, "11", base=2)
    assert future.done()
    assert future.result() == 3


def test_inline_jobs_are_not_deaf_to_an_interrupt() -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        InlineExecutor().submit(interrupt)


def test_at_least_one_processor_may_be_used() -> None:
    assert count_processors() >= 1


def die() -> None:
    os._exit(1)


def linger(sign: Path) -> None:
    sign.touch()
    time.sleep(60)


class TestCompanion:
    @pytest.fixture
    def companion(self) -> Iterator[BackgroundWorker]:
        companion = BackgroundWorker()
        yield companion
        companion.stop()

    def test_all_jobs_run_in_one_other_process(self, companion: BackgroundWorker) -> None:
        first, second = companion.run_job(process), companion.run_job(process)
        assert first == second != os.getpid()

    def test_failure_is_raised_and_the_next_job_runs(self, companion: BackgroundWorker) -> None:
        with pytest.raises(ValueError, match="no such thing"):
            companion.run_job(fail, "no such thing")
        assert companion.run_job(square, 3) == 9

    def test_worker_exit_is_noticed_and_it_is_replaced(self, companion: BackgroundWorker) -> None:
        with pytest.raises(WorkerProcessLostError):
            companion.run_job(die)
        assert companion.run_job(square, 3) == 9

    def test_worker_can_be_stopped_during_a_job(self, companion: BackgroundWorker, tmp_path: Path) -> None:
        sign = tmp_path / "at-work"

        def stop() -> None:
            while not sign.exists():
                time.sleep(0.01)
            companion.stop()

        other = threading.Thread(target=stop)
        other.start()
        with pytest.raises(BackgroundWorkerStoppedError):
            companion.run_job(linger, sign)
        other.join()
        assert companion.run_job(square, 3) == 9

    def test_untrusted_input_has_a_limited_process(self, companion: BackgroundWorker) -> None:
        assert (
            len(
                {
                    os.getpid(),
                    companion.run_job(process),
                    companion.run_job(run_with_limits, DRAWING_LIMITS, process),
                }
            )
            == 3
        )

    def test_worker_exits_with_a_parent_that_forgot_it(self) -> None:
        text = "import os\nfrom triptych.engine.processes.pool import BackgroundWorker\n"
        text += (
            "if __name__ == '__main__':\n    one = BackgroundWorker()\n    print(one.run_job(os.getpid))\n"
        )
        with tempfile.TemporaryDirectory() as folder:
            program = Path(folder, "program.py")
            program.write_text(text, "utf-8")
            result = subprocess.run([sys.executable, program], capture_output=True, timeout=60, check=True)
        assert not result.stderr
        assert not psutil.pid_exists(int(result.stdout))

    def test_stopping_an_unused_worker_is_allowed(self, companion: BackgroundWorker) -> None:
        companion.stop()


def test_process_is_spawned_if_libraries_have_threads() -> None:
    """Test that a process is spawned if libraries run threads: a fork could deadlock on their locks."""
    script = (
        "import ctypes, sys, triptych.engine.processes.pool as w\n"
        "assert w.choose_start_method() == 'fork'\n"
        "import threading; threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        "assert w.choose_start_method() == 'fork'\n"
        "libc = ctypes.CDLL(None); handle = ctypes.c_ulong()\n"
        "libc.pthread_create(ctypes.byref(handle), None, libc.pause, None)\n"
        "assert w.choose_start_method() == 'spawn'\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
