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

from triptych.engine.processes.child import ParentPipe, ParentWatch, make_picklable
from triptych.engine.processes.pool import choose_start_method

if TYPE_CHECKING:
    from triptych.settings.values import ReadingLimits

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits on processor time, in seconds, and on memory, in bytes."""

    seconds: float
    memory: int

    def times(self, factor: int) -> Bounds:
        """Return limits that are ``factor`` times as high."""
        return Bounds(self.seconds * factor, self.memory * factor)


def bounds_for_reading(sizes: Sequence[int], limits: ReadingLimits) -> Bounds:
    """Return the limits for parsing Markdown texts of the given ``sizes``, in characters.

    Measured: pandoc parses a megabyte of prose in 7 s with 390 MB, and 100 kB with three thousand formulas in
    6 s. No section has more than two megabytes.
    """
    lengthy = sum(min(60 * size / MEGABYTE, 20) for size in sizes)
    return Bounds(limits.section_time + lengthy, limits.section_memory + 200 * sum(sizes))


def bounds_for_search(size: int) -> Bounds:
    """Return the limits for parsing part of an unreadable text, to locate the cause."""
    return Bounds(seconds=1 + 12 * size / MEGABYTE, memory=500 * MEGABYTE)


SEARCH_SECONDS = 25.0
"""Seconds of processor time that such a search may take in all."""


def bounds_for_import(size: int) -> Bounds:
    """Return the limits for importing a book with ``size`` bytes of text, including the programs that this
    starts.

    Measured: a book of 1.4 MB takes 19 s.
    """
    return Bounds(seconds=20 + 25 * min(size, 10 * MEGABYTE) / MEGABYTE, memory=1000 * MEGABYTE)


TRUSTED_FACTOR = 10
"""How many times as much the import of a book may take that is trusted."""

SOURCES = Bounds(seconds=30, memory=750 * MEGABYTE)
"""For a list of sources, or all citations of a book. Three thousand sources, each cited twice, were seen to
take 9 s with 340 MB.
"""

WORD = Bounds(seconds=30, memory=800 * MEGABYTE)
"""For a Word document that is imported."""

DRAWING = Bounds(seconds=15, memory=700 * MEGABYTE)
"""For a picture that is a program, as a page of a PDF is, beside what its process begins with."""


class TimeLimitExceeded(Exception):
    """Work took longer than the time limit."""


@contextmanager
def limit_time(seconds: float) -> Iterator[None]:
    """Raise ``TimeLimitExceeded`` in the block after ``seconds``.

    This works only in the main thread of a process, on systems with alarms; elsewhere there is no limit.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeLimitExceeded(f"not done within {seconds:g} s")

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


class LimitExceeded(Exception):
    """A job exceeded a limit or crashed its process; ``at`` is the last position that it reported."""

    def __init__(self, message: str, at: str = "") -> None:
        super().__init__(message)
        self.at = at


def report_position(what: str) -> None:
    """Tell the parent process which input the job is reading, in case the job has to be stopped."""
    if _answers is not None:
        _answers.send(what)


def run_in_bounds(bounds: Bounds, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a job in a process with limits; return its result or raise its exception, which must be picklable.

    Raise ``LimitExceeded``. Programs that the job starts are limited separately. A daemonic process, which
    may not start others, runs the job itself, without limits.
    """
    if multiprocessing.current_process().daemon:
        return job(*args, **kwargs)
    method = choose_start_method()
    get = multiprocessing.get_context
    context = get("fork") if method == "fork" else get("spawn")
    leash = ParentPipe(context)
    answers, other = context.Pipe(duplex=False)
    todo = (other, leash.child_end(method), bounds, job, args, kwargs)
    # No daemon, so that what it does may have bounds of its own.
    process = context.Process(target=_run_job, args=todo, daemon=False)
    process.start()
    other.close()
    try:
        good, answer = _wait_for_answer(answers, process, bounds)
    finally:
        process.kill()
        process.join()
        answers.close()
        leash.release()
    if good:
        result: T = answer
        return result
    raise answer


def _wait_for_answer(answers: Connection, process: BaseProcess, bounds: Bounds) -> tuple[bool, Any]:
    """Return whether a job succeeded, and its result or exception. Raise ``LimitExceeded``."""
    patience = PATIENCE * bounds.seconds
    at, looked, end = "", time.monotonic(), time.monotonic() + patience
    too_late = f"the time limit ({bounds.seconds:.3g} s) was exceeded"
    try:
        while (left := end - time.monotonic()) > 0:
            if answers.poll(min(left, _LOOK)):
                said = answers.recv()
                if isinstance(said, str):
                    at = said
                elif isinstance(said[1], LimitExceeded):
                    raise LimitExceeded(str(said[1]), said[1].at or at)
                else:
                    return said[0], said[1]
            if time.monotonic() - looked < _LOOK:
                continue
            looked = time.monotonic()
            if _measure_cpu_time(process.pid) > bounds.seconds:
                raise LimitExceeded(too_late, at)
    except EOFError:
        process.join()
        late = process.exitcode == -getattr(signal, "SIGXCPU", 0)
        raise LimitExceeded(
            too_late if late else "the memory limit was exceeded, or the file is damaged", at
        ) from None
    raise LimitExceeded(f"the time limit ({patience:g} s) was exceeded", at)


def _measure_cpu_time(pid: int | None) -> float:
    """Return the processor time of a process and its descendants, in seconds; 0 if unknown
    (proc_pid_stat(5)).
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
        taken = sum(map(int, stat.rpartition(")")[2].split()[11:15])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):
        return 0.0
    with suppress(OSError):
        taken += sum(map(_measure_cpu_time, list_child_processes(pid)))
    return taken


def list_child_processes(pid: int | None) -> list[int]:
    """Return the IDs of the processes that a process has started.

    Raise OSError if it has ended, or if the system does not list them (proc_tid_children(5)).
    """
    tasks = Path(f"/proc/{pid}/task")
    said = (tasks / f"{pid}/children").read_text()
    for task in tasks.iterdir():
        if task.name != str(pid):
            with suppress(OSError):  # a thread that has ended meanwhile
                said += (task / "children").read_text()
    return [int(number) for number in said.split()]


def _run_job(
    answers: Connection,
    leash: ParentWatch,
    bounds: Bounds,
    job: Callable[..., object],
    args: Iterable[Any],
    kwargs: Mapping[str, Any],
) -> None:
    """Run the job and send its result."""
    global _answers
    leash()
    _answers = answers
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what a library says when it breaks is no answer
    _set_limits(bounds)
    try:
        answer: tuple[bool, object] = (True, job(*args, **kwargs))
    except MemoryError:
        answer = (False, LimitExceeded("the memory limit was exceeded"))
    except RecursionError:
        answer = (False, LimitExceeded("the content is nested too deeply"))
    except Exception as error:
        answer = (False, make_picklable(error))
    answers.send(answer)


def _set_limits(bounds: Bounds) -> None:
    """Set the limits of this process, where the system supports them."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        seconds = math.ceil(bounds.seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
        most = pages * resource.getpagesize() + bounds.memory
        resource.setrlimit(resource.RLIMIT_AS, (most, resource.getrlimit(resource.RLIMIT_AS)[1]))
