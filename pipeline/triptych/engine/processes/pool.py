"""Distribute jobs over worker processes, and run a job again if its worker crashes.

A process may end in the middle of a job, for lack of memory or because of a bug in a library. A separate
thread waits for the answers of each process, so that the failed job is identified and other jobs go on; the
pool of ``concurrent.futures`` would end all processes. Code that uses the ``Executor`` interface can also run
on a cluster, for instance with ``distributed.Client.get_executor()``.
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

from triptych.engine.garbage_collection import collect_if_large
from triptych.engine.processes.child import Child, ChildLost, ParentPipe

P = ParamSpec("P")
T = TypeVar("T")

_TRIES = 2
_LOOK = 1.0  # seconds between two looks whether a process lives that is waited for


class WorkerLost(BrokenExecutor):
    """Two processes crashed on the same job; the text names it."""


@dataclass(frozen=True, slots=True)
class NamedJob(Generic[P, T]):
    """A job with a name for users, such as "the EPUB".

    If workers have a memory, a job that is ``at_home`` waits for the worker that ran it last, since any other
    would compute again what is in that worker's memory.
    """

    what: str
    do: Callable[P, T]
    at_home: bool = False

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run the job."""
        return self.do(*args, **kwargs)


class Pool(Executor):
    """Worker processes that end with this one, at once if it is interrupted or fails.

    With ``has_memory``, each has its own memory (``engine/memory.py``). Forked processes are started together
    with the first job, spawned ones one by one as they are needed. A replacement for a crashed process is
    never forked: by then this process has threads, and the fork could wait forever for a lock that one of
    them held.
    """

    def __init__(self, jobs: int, method: Literal["fork", "spawn"], *, has_memory: bool = False) -> None:
        self._has_memory = has_memory
        self._leash = ParentPipe(multiprocessing.get_context(method))
        self._threads = ThreadPoolExecutor(jobs, "pool")
        self._change = threading.Condition()
        self._idle: list[Child] = []
        self._turns: WeakKeyDictionary[Child, dict[str, int]] = WeakKeyDictionary()  # when each did what last
        self._turn = count(1)
        self._to_fork = jobs if method == "fork" else 0
        self._over = False
        self._lost: list[str] = []
        atexit.register(self._leash.release)

    def start(self) -> None:
        """Start the forked processes, unless they have been started."""
        with self._change:
            while self._to_fork:
                self._idle.append(self._start("fork"))
                self._to_fork -= 1

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Submit a job. Its future raises ``WorkerLost`` if two processes crash on it."""
        self.start()
        what, at_home = getattr(fn, "what", ""), getattr(fn, "at_home", False) and self._has_memory
        return self._threads.submit(self._done, what, at_home, partial(fn, *args, **kwargs))

    def pop_losses(self) -> list[str]:
        """Return the names of the jobs whose worker crashed since the last call."""
        with self._change:
            lost, self._lost = self._lost, []
        return lost

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, with ``wait`` after all jobs are done."""
        self._threads.shutdown(wait, cancel_futures=cancel_futures or self._over)
        self._over = True
        for child in self._idle:
            child.dismiss()
        while wait and self._idle:
            self._idle.pop().end()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        """Wait for running jobs; after an error, end the processes at once."""
        if error is not None:
            self._over = True
            self._leash.release()
        try:
            return super().__exit__(kind, error, trace)
        finally:
            self._leash.release()
            atexit.unregister(self._leash.release)

    def _start(self, method: Literal["fork", "spawn"]) -> Child:
        return Child(self._leash, method, has_memory=self._has_memory)

    def _done(self, what: str, at_home: bool, job: Callable[[], Any]) -> Any:
        """Return the result of a job from the first process that does not crash on it."""
        for losses in range(_TRIES):
            # What it was that cost one process, others may have come by as well, but not a new one.
            child = self._start("spawn") if losses else self._free(what, at_home)
            try:
                return child.do(job)
            except ChildLost:
                child.end(0)
                with self._change:
                    self._lost.append(what)
                if self._over:
                    break
            finally:
                with self._change:
                    if child.is_alive():
                        self._turns.setdefault(child, {})[what] = next(self._turn)
                        self._idle.append(child)
                    self._change.notify_all()
        raise WorkerLost(what)

    def _free(self, what: str, at_home: bool) -> Child:
        """Return an idle process: the one that last ran a job of this name, else the one that worked last."""
        while True:
            with self._change:
                while at_home and self._is_away(what):
                    self._change.wait(_LOOK)
                child = max(reversed(self._idle), key=lambda one: self._when(one, what), default=None)
                if child is not None:
                    self._idle.remove(child)
            if child is None:
                return self._start("spawn")
            if child.is_alive():
                return child
            child.end()

    def _is_away(self, what: str) -> bool:
        """Return whether the process that last ran a job of this name is busy."""
        home = max(self._turns, key=lambda one: self._when(one, what), default=None)
        return home is not None and home not in self._idle and self._when(home, what) > 0 and home.is_alive()

    def _when(self, child: Child, what: str) -> int:
        """Return when a process last ran a job of this name; 0 if it never did."""
        return self._turns.get(child, {}).get(what, 0)


class Inline(Executor):
    """Run each job at once, in this process.

    With ``tidies``, garbage is collected before each job. That suits a process that runs all jobs itself;
    within a job of another executor it would delay the result.
    """

    def __init__(self, *, tidies: bool = False) -> None:
        self._tidies = tidies

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run the job and return a finished future."""
        if self._tidies:
            collect_if_large()
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def default_jobs() -> int:
    """Return the number of processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def make_executor(jobs: int, *, has_memory: bool = False) -> Executor:
    """Return an executor with ``jobs`` worker processes, or one that runs jobs inline if one process is
    enough.
    """
    if jobs <= 1:
        return Inline(tidies=True)
    try:
        return Pool(jobs, choose_start_method(), has_memory=has_memory)
    except (OSError, ImportError):  # no semaphores, as where /dev/shm cannot be written
        return Inline(tidies=True)


def _may_fork() -> bool:
    """Return whether this process has no threads other than Python's own, which makes forking safe.

    A forked process has the program loaded and starts at once. But threads are not copied, and the fork would
    wait forever for a lock that the thread of a library held at that moment.
    """
    try:
        return sum(1 for _ in Path("/proc/self/task").iterdir()) == threading.active_count()
    except OSError:
        return False


def choose_start_method() -> Literal["fork", "spawn"]:
    """Return how to start another process: as a fork of this one wherever that is safe."""
    return "fork" if sys.platform == "linux" and _may_fork() else "spawn"


_FAREWELL = 2.0  # seconds for a process to clear away what it has put on the disk
_MODESTY = 10  # by how much its turn comes later than that of the program it stands beside (POSIX nice)


class BackgroundWorkerStopped(ChildLost):
    """The process was stopped on purpose."""


class BackgroundWorker:
    """A process that runs one job at a time and, unlike a worker of a pool, can be stopped in the middle of a
    job.

    It is spawned, not forked, so that the main process may have threads. With ``modest``, it runs at a lower
    priority than the main process.
    """

    def __init__(self, *, modest: bool = True, has_memory: bool = False) -> None:
        self._has_memory = has_memory
        self._niceness = _MODESTY if modest else 0
        self._job = threading.Lock()
        self._change = threading.Lock()
        self._at_hand: tuple[Child, ParentPipe] | None = None

    def do(self, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a job after earlier ones; return its result or raise its exception. Raise ``ChildLost`` on a
        crash.
        """
        with self._job:
            at_hand = self._started()
            try:
                return at_hand[0].do(job, *args, **kwargs)
            except ChildLost:
                if self._at_hand is not at_hand:
                    raise BackgroundWorkerStopped from None
                self.stop()
                raise

    @property
    def pid(self) -> int | None:
        """Return the process ID, None if no process is running."""
        at_hand = self._at_hand
        return at_hand[0].pid if at_hand is not None else None

    def stop(self, patience: float = _FAREWELL) -> None:
        """Stop the process, also in the middle of a job; the next job starts a new one.

        The process has ``patience`` seconds to remove its temporary files.
        """
        with self._change:
            at_hand, self._at_hand = self._at_hand, None
        atexit.unregister(self.stop)
        if at_hand is not None:
            child, leash = at_hand
            child.end(patience)
            leash.release()

    def _started(self) -> tuple[Child, ParentPipe]:
        with self._change:
            if self._at_hand is None:
                leash = ParentPipe(multiprocessing.get_context("spawn"))
                self._at_hand = Child(leash, "spawn", self._niceness, has_memory=self._has_memory), leash
                atexit.register(self.stop)  # it would be waited for
            return self._at_hand
