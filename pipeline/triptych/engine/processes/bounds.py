"""Work on what strangers have made, in a process that may take so much memory and time and no more.

A library in C cannot be stopped from within: what it is given may have it work for ever, take all memory or
crash. So such work is done beside this process, within limits of the system where it has any.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from triptych.engine.processes.limits import Bounds
from triptych.engine.processes.parent_watch import Leash, OtherEnd
from triptych.engine.processes.sendable import sendable
from triptych.engine.processes.workers import way_to_start

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
