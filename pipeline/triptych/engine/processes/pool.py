"""Processes that share jobs among them. Where one is lost, what it was doing is done once more by another.

A process may end in the middle of a job, for lack of memory or by a fault of a library. Each has a thread of
its own that waits for its answers, so it is known which job that was, and nothing else is disturbed; the pool
of ``concurrent.futures`` ends all of its processes then, and may wait for ever where a job comes meanwhile.
"""

from __future__ import annotations

import atexit
import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import count
from types import TracebackType
from typing import Any, Generic, Literal, ParamSpec, TypeVar
from weakref import WeakKeyDictionary

from triptych.engine.processes.child import Child, ChildLost
from triptych.engine.processes.parent_watch import Leash

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
