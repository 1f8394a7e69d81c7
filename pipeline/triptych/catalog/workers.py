"""Run jobs in worker processes of this machine, with memory and time limits.

A job that exceeds a limit is killed with all its child processes. A worker process is replaced after a number
of jobs, or if it uses too much memory between jobs.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from triptych.engine.processes.limits import format_memory
from triptych.engine.processes.pool import BackgroundWorker
from triptych.engine.processes.process_tree import kill_processes, list_process_tree, measure_memory
from triptych.engine.processes.worker_process import WorkerProcessLostError

J = TypeVar("J")
R = TypeVar("R")
POLL_INTERVAL = 0.1  # seconds between measurements of a job
_IDLE_MEMORY = 0.5  # maximum fraction of the memory limit that a process may use between jobs


@dataclass(frozen=True, slots=True)
class JobLimits:
    """Limits for a job's memory in bytes, including child processes, and its duration in seconds.

    A worker process is replaced after ``jobs`` jobs.
    """

    memory: int
    seconds: float
    jobs: int


@dataclass(frozen=True, slots=True)
class LostJob:
    """The result of a job whose process crashed or was killed, with the reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class FinishedJob(Generic[J, R]):
    """A job with its result, its duration, and its peak memory in bytes.

    ``first_loss`` is the reason why the first attempt lost its process, or "" if there was only one attempt.
    """

    job: J
    result: R | LostJob
    seconds: float
    memory: int
    first_loss: str = ""


@dataclass(slots=True)
class _JobMonitor:
    """The peak memory of a running job in bytes, and the reason why it was killed, or ""."""

    done: threading.Event = field(default_factory=threading.Event)
    memory: int = 0
    reason: str = ""


class LimitedProcess(Generic[J, R]):
    """A worker process that calls the same function for each job, with memory and time limits."""

    def __init__(self, function: Callable[[J], R], limits: JobLimits) -> None:
        self._function, self._limits = function, limits
        self._worker = BackgroundWorker(low_priority=False)
        self._jobs = 0
        self._has_ended = threading.Event()

    def run_job(self, job: J) -> FinishedJob[J, R]:
        """Run a job, with one retry in a new process if the process is lost. Raise the job's exception."""
        done = self._try_job(job)
        if isinstance(done.result, LostJob) and not self._has_ended.is_set():
            return replace(self._try_job(job), first_loss=done.result.reason)
        return done

    def stop(self) -> None:
        """Stop the process, which must be idle."""
        self._worker.stop()

    def abort(self) -> None:
        """Kill the process and its child processes. The job is not retried. Call this from another thread."""
        self._has_ended.set()
        self._kill()

    def _try_job(self, job: J) -> FinishedJob[J, R]:
        # The job is started in this thread, since Linux kills the process when its starting thread ends.
        start = time.monotonic()
        watch = _JobMonitor()
        watcher = threading.Thread(target=self._enforce_limits, args=(watch, start), daemon=True)
        watcher.start()
        result: R | LostJob
        try:
            result = self._worker.run_job(self._function, job)
        except WorkerProcessLostError:
            result = LostJob("the process crashed")
        finally:
            watch.done.set()
            watcher.join()
        if isinstance(result, LostJob) and watch.reason:
            result = LostJob(watch.reason)
        self._jobs += 1
        is_large = measure_memory(list_process_tree(self._worker.pid)) > _IDLE_MEMORY * self._limits.memory
        if isinstance(result, LostJob) or self._jobs >= self._limits.jobs or is_large:
            self._worker.stop()
            self._jobs = 0
        return FinishedJob(job, result, time.monotonic() - start, watch.memory)

    def _enforce_limits(self, monitor: _JobMonitor, start: float) -> None:
        """Measure a job's memory and duration until it is done; kill it if it exceeds a limit."""
        while not monitor.done.wait(POLL_INTERVAL):
            monitor.memory = max(monitor.memory, measure_memory(list_process_tree(self._worker.pid)))
            monitor.reason = monitor.reason or self._describe_exceeded_limit(
                monitor.memory, time.monotonic() - start
            )
            if monitor.reason:
                self._kill()

    def _describe_exceeded_limit(self, memory: int, seconds: float) -> str:
        """Return a message about the limit that a job has exceeded, or "" if it is within the limits."""
        limit = self._limits.memory
        if memory > limit:
            return f"the memory limit ({format_memory(limit)}) was exceeded"
        if seconds > self._limits.seconds:
            return f"the time limit ({self._limits.seconds:g} s) was exceeded"
        return ""

    def _kill(self) -> None:
        family = list_process_tree(self._worker.pid)
        self._worker.stop(timeout=0)
        kill_processes(family)


class WorkerPool(Generic[J, R]):
    """A pool of worker processes that take jobs from a shared queue."""

    def __init__(self, size: int, function: Callable[[J], R], limits: JobLimits) -> None:
        self._processes = [LimitedProcess(function, limits) for _ in range(size)]
        self._jobs: queue.SimpleQueue[J] = queue.SimpleQueue()
        self._finished_jobs: queue.SimpleQueue[FinishedJob[J, R] | Exception] = queue.SimpleQueue()
        self._has_ended = threading.Event()

    def run(self, jobs: Sequence[J]) -> Generator[FinishedJob[J, R], None, None]:
        """Run all jobs, and yield each finished job as soon as it is done. Exceptions of jobs are raised.

        Closing the generator kills running jobs.
        """
        for job in jobs:
            self._jobs.put(job)
        threads = [
            threading.Thread(target=self._run_queued_jobs, args=(process,), daemon=True)
            for process in self._processes
        ]
        for thread in threads:
            thread.start()
        try:
            for _ in jobs:
                done = self._finished_jobs.get()
                if isinstance(done, Exception):
                    raise done
                yield done
            for thread in threads:
                thread.join()
        finally:
            self._has_ended.set()
            while any(thread.is_alive() for thread in threads):  # a thread may be starting a process
                for process in self._processes:
                    process.abort()
                time.sleep(POLL_INTERVAL)

    def _run_queued_jobs(self, process: LimitedProcess[J, R]) -> None:
        """Run jobs from the queue in one process until the queue is empty."""
        while not self._has_ended.is_set():
            try:
                self._finished_jobs.put(process.run_job(self._jobs.get_nowait()))
            except queue.Empty:
                break
            except Exception as error:
                self._finished_jobs.put(error)
        process.stop()
