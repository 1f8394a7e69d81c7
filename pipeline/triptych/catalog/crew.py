"""Processes of this machine that do one job each at a time, within bounds.

A job that takes too long or too much memory is ended with all that it has started, and so is told apart from
the others, which go on. A process is renewed after so many jobs, and where it has grown, so that none grows
for ever.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import psutil

from triptych.engine.workers import Companion, CompanionLost

J = TypeVar("J")
R = TypeVar("R")

_LOOK = 0.1  # seconds between two looks at what is under way
_GROWN = 0.5  # of the memory that a job may take: a process that still holds so much is renewed


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a job may take: bytes of memory, with all that it starts, and seconds; and after how many jobs a
    process is renewed.
    """

    memory: int
    seconds: float
    jobs: int


@dataclass(frozen=True, slots=True)
class Lost:
    """Why a job has no result."""

    reason: str


@dataclass(frozen=True, slots=True)
class Done(Generic[J, R]):
    """A job with its result, how long it took, and the most memory that was seen (bytes)."""

    job: J
    result: R | Lost
    seconds: float
    memory: int


@dataclass(slots=True)
class _Member(Generic[J]):
    """One process and what it is at."""

    companion: Companion = field(default_factory=lambda: Companion(modest=False))
    job: J | None = None
    since: float = 0.0
    memory: int = 0
    verdict: str = ""
    jobs: int = 0


class Crew(Generic[J, R]):
    """So many processes, which all do the same to each job."""

    def __init__(self, size: int, do: Callable[[J], R], bounds: Bounds) -> None:
        self._do, self._bounds = do, bounds
        self._members: list[_Member[J]] = [_Member() for _ in range(size)]
        self._jobs: queue.SimpleQueue[J] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Done[J, R] | Exception] = queue.SimpleQueue()
        self._over = threading.Event()

    def run(self, jobs: Sequence[J]) -> Generator[Done[J, R], None, None]:
        """Do all jobs, and tell each when it is done. Whoever stops listening ends what is under way.

        One that was lost is done once more, by a new process. Raises what a job raises.
        """
        for job in jobs:
            self._jobs.put(job)
        threads = [threading.Thread(target=self._serve, args=(one,), daemon=True) for one in self._members]
        for thread in threads:
            thread.start()
        try:
            for _ in jobs:
                yield self._next()
            for thread in threads:
                thread.join()
        finally:
            self._over.set()
            while any(thread.is_alive() for thread in threads):  # one may just be starting a process
                for member in self._members:
                    self._end(member)
                time.sleep(_LOOK)

    def _serve(self, member: _Member[J]) -> None:
        """Do jobs until there is none."""
        while not self._over.is_set():
            try:
                job = self._jobs.get_nowait()
            except queue.Empty:
                break
            try:
                done = self._try(member, job)
                if isinstance(done.result, Lost) and not self._over.is_set():
                    done = self._try(member, job)
                self._done.put(done)
            except Exception as error:
                self._done.put(error)
        member.companion.stop()

    def _try(self, member: _Member[J], job: J) -> Done[J, R]:
        start = time.monotonic()
        member.since, member.memory, member.verdict, member.job = start, 0, "", job
        result: R | Lost
        try:
            result = member.companion.do(self._do, job)
        except CompanionLost:
            result = Lost(member.verdict or "its process ended before it was done")
        member.job = None
        member.jobs += 1
        if isinstance(result, Lost) or member.jobs >= self._bounds.jobs or self._has_grown(member):
            member.companion.stop()
            member.jobs = 0
        return Done(job, result, time.monotonic() - start, member.memory)

    def _next(self) -> Done[J, R]:
        """The next job that is done, while all others are watched."""
        while True:
            try:
                done = self._done.get(timeout=_LOOK)
            except queue.Empty:
                for member in self._members:
                    self._look_at(member)
                continue
            if isinstance(done, Exception):
                raise done
            return done

    def _look_at(self, member: _Member[J]) -> None:
        """End what takes too much."""
        if member.job is None:
            return
        member.memory = max(member.memory, _memory_of(member.companion.pid))
        if member.memory > self._bounds.memory:
            member.verdict = f"it took more than {_amount(self._bounds.memory)} of memory"
        elif time.monotonic() - member.since > self._bounds.seconds:
            member.verdict = f"it was not done after {self._bounds.seconds:g} seconds"
        if member.verdict:
            self._end(member)

    def _has_grown(self, member: _Member[J]) -> bool:
        return _memory_of(member.companion.pid) > _GROWN * self._bounds.memory

    def _end(self, member: _Member[J]) -> None:
        """End a process with all that it has started, at once."""
        family = _family(member.companion.pid)
        member.companion.stop(patience=0)
        for process in family:
            with suppress(psutil.Error):
                process.kill()


def _family(pid: int | None) -> list[psutil.Process]:
    """A process and all that it has started."""
    try:
        own = psutil.Process(pid) if pid else None
        return [own, *own.children(recursive=True)] if own else []
    except psutil.Error:
        return []


def _memory_of(pid: int | None) -> int:
    """Bytes that a process and all that it has started hold in memory."""
    total = 0
    for process in _family(pid):
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def _amount(size: int) -> str:
    """Bytes for people."""
    return f"{size / 10**9:g} GB" if size >= 10**9 else f"{size / 10**6:g} MB"
