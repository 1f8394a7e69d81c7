"""Test that the jobs of a lost process are retried, and that the job it was running is reported."""

from __future__ import annotations

import os
import signal
import threading
import time
from concurrent.futures import wait
from pathlib import Path
from typing import Literal

import pytest

from triptych.engine.processes.pool import BackgroundWorker, NamedJob, Pool, WorkerLostError
from triptych.engine.processes.worker_process import UnpicklableError

METHODS = pytest.mark.parametrize(
    "method", [pytest.param("fork", marks=pytest.mark.skipif(os.name != "posix", reason="")), "spawn"]
)


def work(name: str, note: Path, deaths: int = 0, by: int = signal.SIGKILL) -> str:
    """Return a result, but first end the process with a signal the given number of times."""
    with note.open("a") as file:
        file.write(f"{name}\n")
    if note.read_text().split().count(name) <= deaths:
        os.kill(os.getpid(), by)
    return f"{name} done"


@METHODS
def test_job_of_a_lost_process_is_reported_and_retried(
    tmp_path: Path, method: Literal["fork", "spawn"]
) -> None:
    note = tmp_path / "note"
    with Pool(2, method) as pool:
        for name, deaths in (("a", 0), ("b", 1)):
            assert pool.submit(NamedJob(f"job {name}", work), name, note, deaths).result(60) == f"{name} done"
        lost, other = pool.submit(NamedJob("job c", work), "c", note, 2), pool.submit(work, "d", note)
        with pytest.raises(WorkerLostError, match="job c"):
            lost.result(60)
        assert other.result(60) == "d done"
        assert pool.pop_lost_jobs() == ["job b", "job c", "job c"]
        assert pool.pop_lost_jobs() == []
        assert pool.submit(work, "e", note).result(60) == "e done"
    assert note.read_text().split().count("c") == 2


@METHODS
@pytest.mark.parametrize("by", [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS], ids=lambda by: by.name)
def test_library_crashes_cost_only_the_worker(
    tmp_path: Path, method: Literal["fork", "spawn"], by: signal.Signals
) -> None:
    with Pool(1, method) as pool:
        assert pool.submit(NamedJob("a chapter", work), "a", tmp_path / "note", 1, by).result(60) == "a done"
        assert pool.pop_lost_jobs() == ["a chapter"]
        with pytest.raises(WorkerLostError, match="the index"):
            pool.submit(NamedJob("the index", work), "b", tmp_path / "note", 2, by).result(60)


def own_number(seconds: float = 0) -> int:
    """Return the id of the process that runs the job."""
    time.sleep(seconds)
    return os.getpid()


def test_repeated_job_goes_to_the_worker_that_ran_it_last() -> None:
    with Pool(2, "fork") as pool:

        def at_once(*names: str) -> list[int]:
            jobs = [pool.submit(NamedJob(name, own_number), 0.3) for name in names]
            return [job.result(60) for job in jobs]

        deck, ebook = at_once("the deck", "the e-book")
        assert deck != ebook
        for _ in range(3):
            at_once("a check", "another check")
            alone = [
                pool.submit(NamedJob(name, own_number)).result(60) for name in ("the deck", "the e-book")
            ]
            assert alone == [deck, ebook]
            assert (
                pool.submit(NamedJob("a check of another", own_number)).result(60) == ebook
            )  # the last process with work


@pytest.mark.parametrize("has_memory", [True, False])
def test_job_waits_for_its_worker_if_workers_cache_results(has_memory: bool) -> None:
    with Pool(2, "fork", has_memory=has_memory) as pool:
        job = NamedJob("the deck", own_number, sticky=True)
        home = pool.submit(job).result(60)
        long = pool.submit(NamedJob("the deck", own_number), 0.5)
        time.sleep(0.1)
        assert (pool.submit(job).result(60) == home) is has_memory
        assert long.result(60) == home
        both = [pool.submit(NamedJob("the deck", own_number), 0.5), pool.submit(job)]
        time.sleep(0.1)
        os.kill(home, signal.SIGKILL)
        assert home not in [item.result(60) for item in both]


def test_lost_idle_workers_are_replaced() -> None:
    with Pool(1, "fork") as pool:
        os.kill(pool.submit(os.getpid).result(60), signal.SIGKILL)
        time.sleep(0.2)
        assert pool.submit(abs, -3).result(60) == 3
        assert pool.pop_lost_jobs() == []


@METHODS
def test_jobs_submitted_while_workers_crash_all_finish(
    tmp_path: Path, method: Literal["fork", "spawn"]
) -> None:
    with Pool(2, method) as pool:
        jobs = [pool.submit(work, str(number), tmp_path / "note", number % 3 == 1) for number in range(12)]
        assert [job.result(60) for job in jobs] == [f"{number} done" for number in range(12)]
        assert len(pool.pop_lost_jobs()) == 4


def test_unpicklable_result_is_reported_and_the_next_job_runs() -> None:
    with Pool(1, "fork") as pool:
        with pytest.raises(UnpicklableError, match="pickle"):
            pool.submit(threading.Lock).result(60)
        with pytest.raises(TypeError, match="pickle"):
            pool.submit(str, threading.Lock()).result(60)
        assert pool.submit(abs, -3).result(60) == 3


def test_running_jobs_are_awaited_at_shutdown(tmp_path: Path) -> None:
    with Pool(1, "fork") as pool:
        job = pool.submit(work, "a", tmp_path / "note", 1)
    assert job.result(0) == "a done"


def test_cancelled_job_is_finished() -> None:
    with Pool(1, "fork") as pool:
        begun, waiting = pool.submit(time.sleep, 0.1), [pool.submit(time.sleep, 0.1) for _ in range(3)]
        waiting += [pool.submit(time.sleep, 0)]
        for job in waiting[2::-1]:
            job.cancel()
        assert begun.result(60) is None
    assert not wait(waiting, timeout=0).not_done


def beside() -> int:
    companion = BackgroundWorker()
    try:
        return companion.run_job(os.getpid)
    finally:
        companion.stop()


@METHODS
def test_worker_may_start_a_nested_process(method: Literal["fork", "spawn"]) -> None:
    with Pool(2, method) as pool:
        results = {
            job.result(60) for job in [pool.submit(beside), pool.submit(beside), pool.submit(os.getpid)]
        }
    assert len(results) == 3
