"""Work on what strangers have made, in a process that may take so much memory and time and no more.

A library in C cannot be stopped from within: what it is given may have it work for ever, take all memory or
crash. So such work is done beside this process, within limits of the system where it has any.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from triptych.engine.processes.limits import DRAWING, Bounds
from triptych.engine.processes.parent_watch import Leash, OtherEnd
from triptych.engine.processes.sendable import sendable
from triptych.engine.processes.workers import way_to_start

P = ParamSpec("P")
T = TypeVar("T")

BOUNDS = DRAWING
PATIENCE = 180.0  # seconds by the clock, since others may want the processor too


class OutOfBounds(Exception):
    """Work took more than it may, or ended its process."""


def in_bounds(job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """What a job returns or raises; both must be such as can be sent. Raises ``OutOfBounds``.

    A process that may have none beside itself does the job itself, without bounds.
    """
    if multiprocessing.current_process().daemon:
        return job(*args, **kwargs)
    method = way_to_start()
    get = multiprocessing.get_context
    context = get("fork") if method == "fork" else get("spawn")
    leash = Leash(context)
    answers, other = context.Pipe(duplex=False)
    todo = (other, leash.other_end(method), BOUNDS, job, args, kwargs)
    process = context.Process(target=_work, args=todo, daemon=True)
    process.start()
    other.close()
    try:
        if not answers.poll(PATIENCE):
            raise OutOfBounds(f"it is not done within {PATIENCE:g} s")
        good, answer = answers.recv()
    except EOFError:
        process.join()
        late = process.exitcode == -getattr(signal, "SIGXCPU", 0)
        what = (
            f"it takes more than {BOUNDS.seconds:g} s" if late else "it takes too much memory, or is damaged"
        )
        raise OutOfBounds(what) from None
    finally:
        process.kill()
        process.join()
        answers.close()
        leash.let_go()
    if good:
        result: T = answer
        return result
    raise answer


def _work(
    answers: Connection,
    leash: OtherEnd,
    bounds: Bounds,
    job: Callable[..., object],
    args: Iterable[Any],
    kwargs: Mapping[str, Any],
) -> None:
    """Do the job and send what came of it."""
    leash()
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what a library says when it breaks is no answer
    _limit(bounds)
    try:
        answer: tuple[bool, object] = (True, job(*args, **kwargs))
    except MemoryError:
        answer = (False, OutOfBounds("it takes too much memory"))
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
