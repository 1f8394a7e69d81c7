"""Distribute jobs over worker processes, and retry a job if its worker crashes.

A process may crash during a job for lack of memory, or because of a bug in a library. One thread waits for
each process, so that the failed job is known and other jobs continue. In contrast, the pool of
``concurrent.futures`` would end all processes.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Literal, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from triptych.engine.garbage_collection import collect_garbage_if_needed
from triptych.engine.processes.worker_process import ParentPipe, WorkerProcess, WorkerProcessLostError

P = ParamSpec("P")
T = TypeVar("T")

_MAX_ATTEMPTS = 2
_POLL_INTERVAL = 1.0  # seconds between checks whether a process is alive


class WorkerLostError(BrokenExecutor):
    """Raised if two worker processes crash on the same job. The message is the job's name."""


@dataclass(frozen=True, slots=True)
class NamedJob(Generic[P, T]):
    """A job with a name for users, such as "the EPUB".

    If the workers have a memory, a ``sticky`` job waits for the worker that ran it last and has its results
    in memory.
    """

    name: str
    function: Callable[P, T]
    sticky: bool = False

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the job and return its result."""
        return self.function(*args, **kwargs)


class Pool(Executor):
    """A pool of worker processes, which end immediately if this process is interrupted or fails.

    If ``has_memory`` is true, each worker has its own memory (``engine/memory.py``). Forked processes all
    start with the first job, spawned processes only when needed. Processes that replace crashed ones are
    spawned, since this process has threads by then, and a forked process might wait forever for a lock held
    by one of them.
    """

    def __init__(self, jobs: int, method: Literal["fork", "spawn"], *, has_memory: bool = False) -> None:
        self._has_memory = has_memory
        self._parent_pipe = ParentPipe(multiprocessing.get_context(method))
        self._threads = ThreadPoolExecutor(jobs, "pool")
        self._change = threading.Condition()
        self._idle: list[WorkerProcess] = []
        # For each process, the number of its last job with each name. Jobs are numbered from 1.
        self._last_job_numbers: WeakKeyDictionary[WorkerProcess, dict[str, int]] = WeakKeyDictionary()
        self._job_numbers = count(1)
        self._pending_forks = jobs if method == "fork" else 0
        self._has_ended = False
        self._lost_jobs: list[str] = []
        atexit.register(self._parent_pipe.close)

    def start(self) -> None:
        """Start the forked processes, unless they are already running."""
        with self._change:
            while self._pending_forks:
                self._idle.append(self._start_worker("fork"))
                self._pending_forks -= 1

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Submit a job. Its future raises ``WorkerLostError`` if two processes crash on the job."""
        self.start()
        name, sticky = getattr(fn, "name", ""), getattr(fn, "sticky", False) and self._has_memory
        return self._threads.submit(self._run_job, name, sticky, partial(fn, *args, **kwargs))

    def pop_lost_jobs(self) -> list[str]:
        """Return the names of the jobs that have crashed workers since the last call."""
        with self._change:
            lost_jobs, self._lost_jobs = self._lost_jobs, []
        return lost_jobs

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes. If ``wait`` is true, first wait until all jobs have finished."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures or self._has_ended)
        self._has_ended = True
        for child in self._idle:
            child.dismiss()
        while wait and self._idle:
            self._idle.pop().stop()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        """Wait for running jobs to finish. After an error, end the processes immediately."""
        if error is not None:
            self._has_ended = True
            self._parent_pipe.close()
        try:
            return super().__exit__(kind, error, trace)
        finally:
            self._parent_pipe.close()
            atexit.unregister(self._parent_pipe.close)

    def _start_worker(self, method: Literal["fork", "spawn"]) -> WorkerProcess:
        return WorkerProcess(self._parent_pipe, method, has_memory=self._has_memory)

    def _run_job(self, name: str, sticky: bool, job: Callable[[], Any]) -> Any:
        """Run a job, and retry it in another process if the first one crashes."""
        for losses in range(_MAX_ATTEMPTS):
            child = self._start_worker("spawn") if losses else self._take_idle_worker(name, sticky)
            try:
                return child.run_job(job)
            except WorkerProcessLostError:
                child.stop(0)
                with self._change:
                    self._lost_jobs.append(name)
                if self._has_ended:
                    break
            finally:
                with self._change:
                    if child.is_alive():
                        self._last_job_numbers.setdefault(child, {})[name] = next(self._job_numbers)
                        self._idle.append(child)
                    self._change.notify_all()
        raise WorkerLostError(name)

    def _take_idle_worker(self, name: str, sticky: bool) -> WorkerProcess:
        """Return an idle process, preferably the one that last ran a job named ``name``.

        If ``sticky`` is true, wait until that process is idle.
        """
        while True:
            with self._change:
                while sticky and self._is_last_worker_busy(name):
                    self._change.wait(_POLL_INTERVAL)
                child = max(
                    reversed(self._idle),
                    key=lambda worker: self._get_last_job_number(worker, name),
                    default=None,
                )
                if child is not None:
                    self._idle.remove(child)
            if child is None:
                return self._start_worker("spawn")
            if child.is_alive():
                return child
            child.stop()

    def _is_last_worker_busy(self, name: str) -> bool:
        home = max(
            self._last_job_numbers, key=lambda worker: self._get_last_job_number(worker, name), default=None
        )
        if home is None or home in self._idle or not self._get_last_job_number(home, name):
            return False
        return home.is_alive()

    def _get_last_job_number(self, worker: WorkerProcess, name: str) -> int:
        """Return the number of the last job named ``name`` in a process, or 0 if there was none."""
        return self._last_job_numbers.get(worker, {}).get(name, 0)


class InlineExecutor(Executor):
    """Runs each job immediately in this process.

    If ``collects_garbage`` is true, for a process that runs all jobs itself, garbage is collected before each
    job.
    """

    def __init__(self, *, collects_garbage: bool = False) -> None:
        self._collects_garbage = collects_garbage

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run the job and return a finished future."""
        if self._collects_garbage:
            collect_garbage_if_needed()
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def count_processors() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def make_executor(jobs: int, *, has_memory: bool = False) -> Executor:
    """Return an executor with ``jobs`` worker processes, or one that runs jobs inline if ``jobs`` is 1."""
    if jobs <= 1:
        return InlineExecutor(collects_garbage=True)
    try:
        return Pool(jobs, choose_start_method(), has_memory=has_memory)
    except (OSError, ImportError):  # no semaphores, for example because /dev/shm is not writable
        return InlineExecutor(collects_garbage=True)


def choose_start_method() -> Literal["fork", "spawn"]:
    """Return "fork" on Linux if no library has started threads in this process, or else "spawn".

    A forked process has all modules loaded, which saves time. However, a fork does not copy threads, and a
    lock held by a library's thread at that moment would never be released.
    """
    try:
        threads = sum(1 for _ in Path("/proc/self/task").iterdir())
    except OSError:
        return "spawn"
    return "fork" if sys.platform == "linux" and threads == threading.active_count() else "spawn"


_STOP_TIMEOUT = 2.0  # seconds for a process to remove its temporary files
_NICENESS = 10  # niceness of a background process (POSIX)


class BackgroundWorkerStoppedError(WorkerProcessLostError):
    """Raised for a job whose worker process was stopped with ``BackgroundWorker.stop``."""


class BackgroundWorker:
    """A process that runs one job at a time and can be stopped in the middle of a job.

    The process is spawned, not forked, so that the main process may have threads. If ``low_priority`` is
    true, it has a lower priority than the main process and its workers. A process whose jobs enter a sandbox
    is not ``trusted``.
    """

    def __init__(self, *, low_priority: bool = True, has_memory: bool = False, trusted: bool = True) -> None:
        self._has_memory, self._trusted = has_memory, trusted
        self._niceness = _NICENESS if low_priority else 0
        self._job_lock = threading.Lock()
        self._state_lock = threading.Lock()
        self._running: tuple[WorkerProcess, ParentPipe] | None = None

    def run_job(self, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a job after earlier jobs have finished; return its result or raise its exception.

        Raise ``WorkerProcessLostError`` if the process crashes, or ``BackgroundWorkerStoppedError`` if it is
        stopped.
        """
        with self._job_lock:
            running = self._start_process()
            try:
                return running[0].run_job(job, *args, **kwargs)
            except WorkerProcessLostError:
                if self._running is not running:
                    raise BackgroundWorkerStoppedError from None
                self.stop()
                raise

    @property
    def pid(self) -> int | None:
        """Return the process ID, or None if no process is running."""
        running = self._running
        return running[0].pid if running is not None else None

    def stop(self, timeout: float = _STOP_TIMEOUT) -> None:
        """Stop the process, even in the middle of a job. The next job starts a new process.

        The process has ``timeout`` seconds to remove its temporary files.
        """
        with self._state_lock:
            running, self._running = self._running, None
        atexit.unregister(self.stop)
        if running is not None:
            child, parent_pipe = running
            child.stop(timeout)
            parent_pipe.close()

    def _start_process(self) -> tuple[WorkerProcess, ParentPipe]:
        with self._state_lock:
            if self._running is None:
                parent_pipe = ParentPipe(multiprocessing.get_context("spawn"))
                self._running = (
                    WorkerProcess(
                        parent_pipe,
                        "spawn",
                        self._niceness,
                        has_memory=self._has_memory,
                        trusted=self._trusted,
                    ),
                    parent_pipe,
                )
                atexit.register(self.stop)  # otherwise, ``multiprocessing`` waits for it at exit
            return self._running
