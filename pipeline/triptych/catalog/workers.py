"""Run jobs in worker processes of this machine with limits on memory and time.

A job that exceeds a limit is killed with all processes that it has started. A worker is renewed after some
jobs, or when it holds too much memory.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

import psutil

from triptych.engine.processes.child import ChildLost
from triptych.engine.processes.limits import list_child_processes
from triptych.engine.processes.pool import BackgroundWorker

J = TypeVar("J")
R = TypeVar("R")
LOOK = 0.1  # seconds between two looks at what is under way
_GROWN = 0.5  # of the memory that a job may take: a process that still holds so much is renewed


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a job may take: bytes of memory, with all that it starts, and seconds; and after how many jobs the
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
    """A job with its result, how long it took, and the most memory that was seen (bytes).

    ``before`` is why it was done twice, "" where it was not.
    """

    job: J
    result: R | Lost
    seconds: float
    memory: int
    before: str = ""


@dataclass(slots=True)
class _Watch:
    """What is seen of a job while it is done, and why it was ended."""

    done: threading.Event = field(default_factory=threading.Event)
    memory: int = 0
    verdict: str = ""


class BoundedProcess(Generic[J, R]):
    """One process, which does the same to each job."""

    def __init__(self, do: Callable[[J], R], bounds: Bounds) -> None:
        self._do, self._bounds = do, bounds
        self._companion = BackgroundWorker(modest=False)
        self._jobs = 0
        self._over = threading.Event()

    def do(self, job: J) -> Done[J, R]:
        """Return the result of a job; a lost one is repeated by a new process. Raises what the job raises."""
        done = self._try(job)
        if isinstance(done.result, Lost) and not self._over.is_set():
            return replace(self._try(job), before=done.result.reason)
        return done

    def stop(self) -> None:
        """End the process when it has nothing to do."""
        self._companion.stop()

    def end(self) -> None:
        """End the process with all that it has started, at once and for good; to be called from elsewhere."""
        self._over.set()
        self._end()

    def _try(self, job: J) -> Done[J, R]:
        # Linux ends a process with the thread that started it, which therefore is the one that stays.
        start = time.monotonic()
        watch = _Watch()
        watcher = threading.Thread(target=self._look_after, args=(watch, start), daemon=True)
        watcher.start()
        result: R | Lost
        try:
            result = self._companion.do(self._do, job)
        except ChildLost:
            result = Lost("the process crashed")
        finally:
            watch.done.set()
            watcher.join()
        if isinstance(result, Lost) and watch.verdict:
            result = Lost(watch.verdict)
        self._jobs += 1
        if isinstance(result, Lost) or self._jobs >= self._bounds.jobs or self._has_grown():
            self._companion.stop()
            self._jobs = 0
        return Done(job, result, time.monotonic() - start, watch.memory)

    def _look_after(self, watch: _Watch, start: float) -> None:
        """Look at what is under way until it is done, and end what takes too much."""
        while not watch.done.wait(LOOK):
            watch.memory = max(watch.memory, _measure_memory(self._companion.pid))
            watch.verdict = watch.verdict or self._verdict(watch.memory, time.monotonic() - start)
            if watch.verdict:
                self._end()

    def _verdict(self, memory: int, seconds: float) -> str:
        """Why a job is ended that takes so much, "" where it may go on."""
        if memory > self._bounds.memory:
            return f"the memory limit ({_format_bytes(self._bounds.memory)}) was exceeded"
        if seconds > self._bounds.seconds:
            return f"the time limit ({self._bounds.seconds:g} s) was exceeded"
        return ""

    def _has_grown(self) -> bool:
        return _measure_memory(self._companion.pid) > _GROWN * self._bounds.memory

    def _end(self) -> None:
        family = _list_family(self._companion.pid)
        self._companion.stop(patience=0)
        for process in family:
            with suppress(psutil.Error):
                process.kill()


def _list_family(pid: int | None) -> list[psutil.Process]:
    family: list[psutil.Process] = []
    with suppress(psutil.Error):
        if pid:
            family.append(psutil.Process(pid))
            family.extend(_list_descendants(family[0]))
    return family


def _list_descendants(process: psutil.Process) -> Iterator[psutil.Process]:
    """All that a process has started; where the system does not say it of one, all of the machine's are
    looked at, which many workers would do too often.
    """
    try:
        started = list_child_processes(process.pid)
    except OSError:
        yield from process.children(recursive=True)
        return
    for number in started:
        with suppress(psutil.Error):
            child = psutil.Process(number)
            yield child
            yield from _list_descendants(child)


def _measure_memory(pid: int | None) -> int:
    """Bytes that a process and all that it has started hold in memory."""
    total = 0
    for process in _list_family(pid):
        with suppress(psutil.Error):
            total += process.memory_info().rss
    return total


def _format_bytes(size: int) -> str:
    """Bytes for people."""
    return f"{size / 10**9:g} GB" if size >= 10**9 else f"{size / 10**6:g} MB"


class Crew(Generic[J, R]):
    """So many processes, which all do the same to each job."""

    def __init__(self, size: int, do: Callable[[J], R], bounds: Bounds) -> None:
        self._members = [BoundedProcess(do, bounds) for _ in range(size)]
        self._jobs: queue.SimpleQueue[J] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Done[J, R] | Exception] = queue.SimpleQueue()
        self._over = threading.Event()

    def run(self, jobs: Sequence[J]) -> Generator[Done[J, R], None, None]:
        """Do all jobs, and tell each when it is done. Whoever stops listening ends what is under way.

        Raises what a job raises.
        """
        for job in jobs:
            self._jobs.put(job)
        threads = [threading.Thread(target=self._serve, args=(one,), daemon=True) for one in self._members]
        for thread in threads:
            thread.start()
        try:
            for _ in jobs:
                done = self._done.get()
                if isinstance(done, Exception):
                    raise done
                yield done
            for thread in threads:
                thread.join()
        finally:
            self._over.set()
            while any(thread.is_alive() for thread in threads):  # one may just be starting a process
                for member in self._members:
                    member.end()
                time.sleep(LOOK)

    def _serve(self, member: BoundedProcess[J, R]) -> None:
        """Have a process do jobs until there is none."""
        while not self._over.is_set():
            try:
                self._done.put(member.do(self._jobs.get_nowait()))
            except queue.Empty:
                break
            except Exception as error:
                self._done.put(error)
        member.stop()
