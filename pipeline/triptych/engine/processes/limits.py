"""Limit the time and memory of programs and processes that read untrusted input.

A sound book is far below these limits. They bound processor time, which does not depend on other programs;
timeouts (``programs.py``) are for programs that wait for something.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from triptych.engine.processes.child import Leash, OtherEnd, sendable
from triptych.engine.processes.pool import way_to_start

if TYPE_CHECKING:
    from triptych.settings.values import ReadingLimits

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds of processor time, and bytes of memory."""

    seconds: float
    memory: int

    def times(self, factor: int) -> Bounds:
        """As many times as much."""
        return Bounds(self.seconds * factor, self.memory * factor)


def reading(sizes: Sequence[int], limits: ReadingLimits) -> Bounds:
    """For texts of Markdown of so many characters. Pandoc was seen to read a megabyte of prose in 7 s with
    390 MB, and three thousand formulas, a tenth of that, in 6 s; no section has more than two megabytes.
    """
    lengthy = sum(min(60 * size / MEGABYTE, 20) for size in sizes)
    return Bounds(limits.section_time + lengthy, limits.section_memory + 200 * sum(sizes))


def searching(size: int) -> Bounds:
    """For a part of a text that could not be read, to find where in it the cause stands."""
    return Bounds(seconds=1 + 12 * size / MEGABYTE, memory=500 * MEGABYTE)


SEARCH = 25.0
"""Seconds of processor time that such a search may take in all."""


def importing(size: int) -> Bounds:
    """For the import of a book whose texts have so many bytes, with the programs that it starts. A book of
    1.4 MB was seen to take 19 s.
    """
    return Bounds(seconds=20 + 25 * min(size, 10 * MEGABYTE) / MEGABYTE, memory=1000 * MEGABYTE)


TRUST = 10
"""How many times as much the import of a book may take that is trusted."""

SOURCES = Bounds(seconds=30, memory=750 * MEGABYTE)
"""For a list of sources, or all citations of a book. Three thousand sources, each cited twice, were seen to
take 9 s with 340 MB.
"""

WORD = Bounds(seconds=30, memory=800 * MEGABYTE)
"""For a Word document that is imported."""

DRAWING = Bounds(seconds=15, memory=700 * MEGABYTE)
"""For a picture that is a program, as a page of a PDF is, beside what its process begins with."""


class OutOfPatience(Exception):
    """Work took longer than anything sound takes."""


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Stop what is done within after so many seconds, by ``OutOfPatience``.

    That needs the main thread of a process and a system with alarms; elsewhere patience has no end.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise OutOfPatience(f"not done within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 12.0  # seconds by the clock for each of the processor, since others may want it too
_LOOK = 0.5  # seconds between two looks at what a job has taken

_answers: Connection | None = None  # where this process does a job for another


class OutOfBounds(Exception):
    """Work took more than it may, or ended its process; ``at`` is what it last said it was at."""

    def __init__(self, message: str, at: str = "") -> None:
        super().__init__(message)
        self.at = at


def say_at(what: str) -> None:
    """Have the one who waits for a job know what it is at, should it have to be ended."""
    if _answers is not None:
        _answers.send(what)


def in_bounds(bounds: Bounds, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What a job returns or raises; both must be such as can be sent. Raises ``OutOfBounds``.

    The time of programs that it starts is its own. A process that may have none beside itself does the job
    itself, without bounds.
    """
    if multiprocessing.current_process().daemon:
        return job(*args, **kwargs)
    method = way_to_start()
    get = multiprocessing.get_context
    context = get("fork") if method == "fork" else get("spawn")
    leash = Leash(context)
    answers, other = context.Pipe(duplex=False)
    todo = (other, leash.other_end(method), bounds, job, args, kwargs)
    # No daemon, so that what it does may have bounds of its own.
    process = context.Process(target=_work, args=todo, daemon=False)
    process.start()
    other.close()
    try:
        good, answer = _answer(answers, process, bounds)
    finally:
        process.kill()
        process.join()
        answers.close()
        leash.let_go()
    if good:
        result: T = answer
        return result
    raise answer


def _answer(answers: Connection, process: BaseProcess, bounds: Bounds) -> tuple[bool, Any]:
    """Whether a job went well, and what it returned or raised. Raises ``OutOfBounds``."""
    patience = PATIENCE * bounds.seconds
    at, looked, end = "", time.monotonic(), time.monotonic() + patience
    too_late = f"the time limit ({bounds.seconds:.3g} s) was exceeded"
    try:
        while (left := end - time.monotonic()) > 0:
            if answers.poll(min(left, _LOOK)):
                said = answers.recv()
                if isinstance(said, str):
                    at = said
                elif isinstance(said[1], OutOfBounds):
                    raise OutOfBounds(str(said[1]), said[1].at or at)
                else:
                    return said[0], said[1]
            if time.monotonic() - looked < _LOOK:
                continue
            looked = time.monotonic()
            if _taken(process.pid) > bounds.seconds:
                raise OutOfBounds(too_late, at)
    except EOFError:
        process.join()
        late = process.exitcode == -getattr(signal, "SIGXCPU", 0)
        raise OutOfBounds(
            too_late if late else "the memory limit was exceeded, or the file is damaged", at
        ) from None
    raise OutOfBounds(f"the time limit ({patience:g} s) was exceeded", at)


def _taken(pid: int | None) -> float:
    """The seconds of a processor that a process and all that it has started have taken.

    0 where the system does not say (proc_pid_stat(5)).
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
        taken = sum(map(int, stat.rpartition(")")[2].split()[11:15])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):
        return 0.0
    with suppress(OSError):
        taken += sum(map(_taken, started_by(pid)))
    return taken


def started_by(pid: int | None) -> list[int]:
    """The processes that a process has started. Raises OSError where it is gone, and where the system does
    not say (proc_tid_children(5)).
    """
    tasks = Path(f"/proc/{pid}/task")
    said = (tasks / f"{pid}/children").read_text()
    for task in tasks.iterdir():
        if task.name != str(pid):
            with suppress(OSError):  # a thread that has ended meanwhile
                said += (task / "children").read_text()
    return [int(number) for number in said.split()]


def _work(
    answers: Connection,
    leash: OtherEnd,
    bounds: Bounds,
    job: Callable[..., object],
    args: Iterable[Any],
    kwargs: Mapping[str, Any],
) -> None:
    """Do the job and send what came of it."""
    global _answers
    leash()
    _answers = answers
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what a library says when it breaks is no answer
    _limit(bounds)
    try:
        answer: tuple[bool, object] = (True, job(*args, **kwargs))
    except MemoryError:
        answer = (False, OutOfBounds("the memory limit was exceeded"))
    except RecursionError:
        answer = (False, OutOfBounds("the content is nested too deeply"))
    except Exception as error:
        answer = (False, sendable(error))
    answers.send(answer)


def _limit(bounds: Bounds) -> None:
    """Have the system hold this process to its bounds, where it can."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        seconds = math.ceil(bounds.seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        most = pages * resource.getpagesize() + bounds.memory
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
