"""Distribute jobs over worker processes, and run the job of a lost one again.

A process may end in the middle of a job, for lack of memory or by a bug of a library. A thread for each waits
for its answers, so that the job is known and no other is disturbed; the pool of
``concurrent.futures`` ends all processes then. What runs through an ``Executor`` here can run on a cluster
with the same interface, such as that of ``distributed.Client.get_executor()``.
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

from triptych.engine.garbage_collection import collect_much
from triptych.engine.processes.child import Child, ChildLost, Leash

P = ParamSpec("P")
T = TypeVar("T")

_TRIES = 2
_LOOK = 1.0  # seconds between two looks whether a process lives that is waited for


class WorkerLost(BrokenExecutor):
    """One process after the other has ended at the same job; its text says which."""


@dataclass(frozen=True, slots=True)
class Named(Generic[P, T]):
    """A job with words for people, such as "the e-book".

    One ``at_home`` waits for the process that did it last where processes have a memory: any other would
    compute anew what is in that one's.
    """

    what: str
    do: Callable[P, T]
    at_home: bool = False

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it."""
        return self.do(*args, **kwargs)


class Pool(Executor):
    """Processes that end with this one, and at once where it is interrupted or fails.

    Those that ``remember`` have a memory each (``engine/memory.py``). Forked ones are started all together
    with the first job, and others one by one as there is work for them.
    What takes the place of a lost one is never forked: it would be beside threads, and might wait for ever
    for what one of these held.
    """

    def __init__(self, jobs: int, method: Literal["fork", "spawn"], *, remembers: bool = False) -> None:
        self._remembers = remembers
        self._leash = Leash(multiprocessing.get_context(method))
        self._threads = ThreadPoolExecutor(jobs, "pool")
        self._change = threading.Condition()
        self._idle: list[Child] = []
        self._turns: WeakKeyDictionary[Child, dict[str, int]] = WeakKeyDictionary()  # when each did what last
        self._turn = count(1)
        self._to_fork = jobs if method == "fork" else 0
        self._over = False
        self._lost: list[str] = []
        atexit.register(self._leash.let_go)

    def start(self) -> None:
        """Fork the processes that are forked, if that has not been done."""
        with self._change:
            while self._to_fork:
                self._idle.append(self._start("fork"))
                self._to_fork -= 1

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a job done. Its future raises ``WorkerLost`` where it costs one process after the other."""
        self.start()
        what, at_home = getattr(fn, "what", ""), getattr(fn, "at_home", False) and self._remembers
        return self._threads.submit(self._done, what, at_home, partial(fn, *args, **kwargs))

    def taken_losses(self) -> list[str]:
        """What was being made by processes that were lost since the last call."""
        with self._change:
            lost, self._lost = self._lost, []
        return lost

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, when all is done unless nobody waits for it."""
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
        """Wait for what is under way, unless nobody will ask for it."""
        if error is not None:
            self._over = True
            self._leash.let_go()
        try:
            return super().__exit__(kind, error, trace)
        finally:
            self._leash.let_go()
            atexit.unregister(self._leash.let_go)

    def _start(self, method: Literal["fork", "spawn"]) -> Child:
        return Child(self._leash, method, remembers=self._remembers)

    def _done(self, what: str, at_home: bool, job: Callable[[], Any]) -> Any:
        """What a job returns, from the first process that does not end at it."""
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
                    if child.lives():
                        self._turns.setdefault(child, {})[what] = next(self._turn)
                        self._idle.append(child)
                    self._change.notify_all()
        raise WorkerLost(what)

    def _free(self, what: str, at_home: bool) -> Child:
        """A process that has nothing to do: that which has done the like last, else the one that had last."""
        while True:
            with self._change:
                while at_home and self._is_away(what):
                    self._change.wait(_LOOK)
                child = max(reversed(self._idle), key=lambda one: self._when(one, what), default=None)
                if child is not None:
                    self._idle.remove(child)
            if child is None:
                return self._start("spawn")
            if child.lives():
                return child
            child.end()

    def _is_away(self, what: str) -> bool:
        """Whether the process that did a job last is doing another."""
        home = max(self._turns, key=lambda one: self._when(one, what), default=None)
        return home is not None and home not in self._idle and self._when(home, what) > 0 and home.lives()

    def _when(self, child: Child, what: str) -> int:
        """When a process did a job last; 0: never."""
        return self._turns.get(child, {}).get(what, 0)


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
