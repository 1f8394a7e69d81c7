"""Other processes of this machine, behind the interface of ``concurrent.futures``.

What runs through an ``Executor`` here can run on a cluster that offers the same interface, such as the
one of ``distributed.Client.get_executor()``.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar

from triptych.engine.garbage_collection import collect_much
from triptych.engine.processes.child import Child, ChildLost
from triptych.engine.processes.parent_watch import Leash
from triptych.engine.processes.pool import Pool

P = ParamSpec("P")
T = TypeVar("T")


class Inline(Executor):
    """Does each job at once, in this process.

    One that ``tidies`` looks for garbage before each, where they are all that a process does: what is done
    within a job of another executor may be its end, for which somebody waits.
    """

    def __init__(self, *, tidies: bool = False) -> None:
        self._tidies = tidies

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run the job; the future is done when it comes back."""
        if self._tidies:
            collect_much()
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def default_jobs() -> int:
    """How many processes may work at a time: one a processor that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def workers(jobs: int, *, remembers: bool = False) -> Executor:
    """An executor with so many processes beside this one, which does all itself where it is to be alone."""
    if jobs <= 1:
        return Inline(tidies=True)
    try:
        return Pool(jobs, way_to_start(), remembers=remembers)
    except (OSError, ImportError):  # no semaphores, as where /dev/shm cannot be written
        return Inline(tidies=True)


def _may_fork() -> bool:
    """Whether this process has no threads of libraries.

    A forked process has the program loaded already, and starts at once. But it has none of the threads, and
    waits for ever for what one of them held at that moment. Python's own see to that.
    """
    try:
        return sum(1 for _ in Path("/proc/self/task").iterdir()) == threading.active_count()
    except OSError:
        return False


def way_to_start() -> Literal["fork", "spawn"]:
    """How one more process is started: as a copy of this one wherever that is safe."""
    return "fork" if sys.platform == "linux" and _may_fork() else "spawn"


_FAREWELL = 2.0  # seconds for a process to clear away what it has put on the disk
_MODESTY = 10  # by how much its turn comes later than that of the program it stands beside (POSIX nice)


class CompanionStopped(ChildLost):
    """It was told to end."""


class Companion:
    """One process that stays and does one job at a time; unlike a worker it can be stopped in the middle.

    It is started fresh, not forked, so that it may stand beside a program with threads. A ``modest`` one lets
    that go first wherever both want a processor.
    """

    def __init__(self, *, modest: bool = True, remembers: bool = False) -> None:
        self._remembers = remembers
        self._niceness = _MODESTY if modest else 0
        self._job = threading.Lock()
        self._change = threading.Lock()
        self._at_hand: tuple[Child, Leash] | None = None

    def do(self, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the job returns or raises, when those before it are done. Raises ``ChildLost``."""
        with self._job:
            at_hand = self._started()
            try:
                return at_hand[0].do(job, *args, **kwargs)
            except ChildLost:
                if self._at_hand is not at_hand:
                    raise CompanionStopped from None
                self.stop()
                raise

    @property
    def pid(self) -> int | None:
        """The number of the process, None where there is none."""
        at_hand = self._at_hand
        return at_hand[0].pid if at_hand is not None else None

    def stop(self, patience: float = _FAREWELL) -> None:
        """End the process, also in the middle of a job; the next job starts another.

        It has so many seconds of ``patience`` to clear away what it has put on the disk.
        """
        with self._change:
            at_hand, self._at_hand = self._at_hand, None
        atexit.unregister(self.stop)
        if at_hand is not None:
            child, leash = at_hand
            child.end(patience)
            leash.let_go()

    def _started(self) -> tuple[Child, Leash]:
        with self._change:
            if self._at_hand is None:
                leash = Leash(multiprocessing.get_context("spawn"))
                self._at_hand = Child(leash, "spawn", self._niceness, remembers=self._remembers), leash
                atexit.register(self.stop)  # it would be waited for
            return self._at_hand
