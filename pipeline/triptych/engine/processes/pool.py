"""Processes that share jobs among them. Where one is lost, what it was doing is done once more by others.

A process that ends in the middle of a job, for lack of memory or by a fault of a library, takes all of its
pool along (``concurrent.futures``: BrokenProcessPool). Others are started in their place. Each process notes
in a file which job it is at, so that the one which was lost can be named.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Generic, Literal, ParamSpec, TypeVar

from triptych.engine.processes.parent_watch import Leash
from triptych.engine.processes.sendable import sendable
from triptych.engine.temporary_files import scratch

P = ParamSpec("P")
T = TypeVar("T")

_TRIES = 2
_PATIENCE = 1.0  # seconds until the system knows that a process has ended which has closed its files


class WorkerLost(BrokenExecutor):
    """One process after the other has ended at the same job; its text says which."""


@dataclass(frozen=True, slots=True)
class Named(Generic[P, T]):
    """A job with words for people, such as "the e-book"."""

    what: str
    do: Callable[P, T]

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        """Do it."""
        return self.do(*args, **kwargs)


@dataclass(slots=True, eq=False)
class _Job:
    """A job that was asked for, by which of the pool's sets of processes it is done, and how often it was
    lost.
    """

    number: int
    what: str
    do: Callable[[], Any]
    future: Future[Any] = field(default_factory=Future)
    crew: int = 0
    losses: int = 0


class Pool(Executor):
    """Processes that end with this one, and at once where it is interrupted or fails."""

    def __init__(self, jobs: int, method: Literal["fork", "spawn"]) -> None:
        self._size = jobs
        self._leash = Leash(multiprocessing.get_context(method))
        self._lock = threading.RLock()
        self._numbers = count()
        self._open: dict[int, _Job] = {}
        self._again: SimpleQueue[_Job | None] = SimpleQueue()
        self._keeper: threading.Thread | None = None
        self._over = False
        self._crew = self._fallen = 0
        self._lost: list[str] = []
        self._start(method)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a job done. Its future raises ``WorkerLost`` where it costs one process after the other."""
        job = _Job(next(self._numbers), getattr(fn, "what", ""), partial(fn, *args, **kwargs))
        with self._lock:
            self._open[job.number] = job
        self._send(job)
        return job.future

    def taken_losses(self) -> list[str]:
        """What was being made by processes that were lost since the last call."""
        with self._lock:
            lost, self._lost = self._lost, []
        return lost

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes, when all is done unless nobody waits for it."""
        if wait and not self._over and not cancel_futures:
            self._wait()
        self._over = True
        if self._keeper is not None:
            self._again.put(None)
            self._keeper.join()
        self._processes.shutdown(wait, cancel_futures=cancel_futures)

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

    def _wait(self) -> None:
        with self._lock:
            left = [job.future for job in self._open.values()]
        wait(left)

    def _start(self, method: Literal["fork", "spawn"]) -> None:
        self._crew += 1
        self._notes = Path(tempfile.mkdtemp(prefix="work-", dir=scratch()))
        self._processes = ProcessPoolExecutor(
            self._size,
            mp_context=multiprocessing.get_context(method),
            initializer=self._leash.other_end(method),
        )

    def _send(self, job: _Job) -> None:
        job.crew = self._crew
        try:
            sent = self._processes.submit(_noted, self._notes, job.number, job.do)
        except (BrokenProcessPool, OSError) as error:
            # A pipe of processes that are lost may be closed before it is known that they are.
            self._lose(job, error)
            return
        sent.add_done_callback(partial(self._receive, job))
        job.future.add_done_callback(lambda _: sent.cancel())

    def _receive(self, job: _Job, sent: Future[Any]) -> None:
        """Pass on what became of a job."""
        error = None if sent.cancelled() else sent.exception()
        if isinstance(error, BrokenProcessPool):
            self._lose(job, error)
        else:
            self._end(job, error, None if error or sent.cancelled() else sent.result())

    def _end(self, job: _Job, error: BaseException | None, result: Any = None) -> None:
        with self._lock:
            self._open.pop(job.number, None)
        if job.future.set_running_or_notify_cancel():
            job.future.set_exception(error) if error else job.future.set_result(result)

    def _lose(self, job: _Job, error: BaseException) -> None:
        """Have a job done once more whose processes have ended, unless it has ended them itself."""
        with self._lock:
            if not self._over and job.crew > self._fallen:
                self._fallen = job.crew
                self._count_losses()
            if self._over:
                self._end(job, error)
            elif job.losses >= _TRIES:
                self._end(job, WorkerLost(job.what))
            else:
                if self._keeper is None:
                    self._keeper = threading.Thread(target=self._keep, name="pool", daemon=True)
                    self._keeper.start()
                self._again.put(job)

    def _count_losses(self) -> None:
        """Find out which job has cost a process; where that cannot be told, each has."""
        at_work = _noted_in(self._notes)
        end = time.monotonic() + _PATIENCE
        while not (gone := at_work.keys() - _living()) and time.monotonic() < end:
            time.sleep(0.01)
        lost = [job for pid in gone if (job := self._open.get(at_work[pid]))]
        self._lost += [job.what for job in lost]
        for job in lost or self._open.values():
            job.losses += 1

    def _keep(self) -> None:
        """Start processes in place of those that have ended, and send them their jobs.

        Linux ends a process with the thread that started it, which therefore is one that stays. Processes
        that are forked beside threads might wait for ever for what one of these held.
        """
        while (job := self._again.get()) is not None:
            if self._crew == self._fallen:
                self._processes.shutdown(wait=True)
                self._start("spawn")
            self._send(job)


def _noted(notes: Path, number: int, do: Callable[[], T]) -> T:
    """Do a job in another process, and note meanwhile which one it is."""
    note = notes / str(os.getpid())
    with suppress(OSError):
        note.write_text(str(number))
    try:
        return do()
    except Exception as error:
        raise sendable(error) from None
    finally:
        with suppress(OSError):
            note.write_text("")


def _noted_in(notes: Path) -> dict[int, int]:
    """The numbers of processes, and of the jobs that they were at; -1 where they had nothing to do."""
    with suppress(OSError, ValueError):
        return {int(note.name): int(note.read_text() or -1) for note in notes.iterdir()}
    return {}


def _living() -> set[int | None]:
    return {process.pid for process in multiprocessing.active_children()}
