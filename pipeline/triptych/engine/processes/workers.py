"""Other processes of this machine, behind the interface of ``concurrent.futures``.

What runs through an ``Executor`` here can run on a cluster that offers the same interface, such as the
one of ``distributed.Client.get_executor()``.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Literal, ParamSpec, TypeVar

from triptych.engine.processes.parent_watch import Leash, OtherEnd
from triptych.engine.processes.pool import Pool
from triptych.engine.processes.sendable import sendable

P = ParamSpec("P")
T = TypeVar("T")


class Inline(Executor):
    """Does each job at once, in this process."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run the job; the future is done when it comes back."""
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


def workers(jobs: int) -> Executor:
    """An executor with so many processes beside this one, which does all itself where it is to be alone."""
    if jobs <= 1:
        return Inline()
    try:
        return Pool(jobs, way_to_start())
    except (OSError, ImportError):  # no semaphores, as where /dev/shm cannot be written
        return Inline()


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


class CompanionLost(Exception):
    """The companion ended before it answered."""


class CompanionStopped(CompanionLost):
    """It was told to."""


class Companion:
    """One process that stays and does one job at a time; unlike a worker it can be stopped in the middle.

    It is started fresh, not forked, so that it may stand beside a program with threads. A ``modest`` one lets
    that go first wherever both want a processor.
    """

    def __init__(self, *, modest: bool = True) -> None:
        self._modest = modest
        self._job = threading.Lock()
        self._change = threading.Lock()
        self._process: BaseProcess | None = None
        self._line: Connection | None = None
        self._leash: Leash | None = None

    def do(self, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What the job returns or raises, when those before it are done. Raises ``CompanionLost``."""
        with self._job:
            line = self._started()
            try:
                line.send((job, args, kwargs))
                good, answer = line.recv()
            except (EOFError, OSError):
                if self._line is not line:
                    raise CompanionStopped from None
                self.stop()
                raise CompanionLost("the process beside this one has ended") from None
        if good:
            result: T = answer
            return result
        raise answer

    @property
    def pid(self) -> int | None:
        """The number of the process, None where there is none."""
        process = self._process
        return process.pid if process is not None else None

    def stop(self, patience: float = _FAREWELL) -> None:
        """End the process, also in the middle of a job; the next job starts another.

        It has so many seconds of ``patience`` to clear away what it has put on the disk.
        """
        with self._change:
            process, line, leash = self._process, self._line, self._leash
            self._process = self._line = self._leash = None
        atexit.unregister(self.stop)
        if process is not None and line is not None and leash is not None:
            if patience:
                process.terminate()
                process.join(patience)
            process.kill()
            process.join()
            line.close()
            leash.let_go()

    def _started(self) -> Connection:
        with self._change:
            if self._line is None:
                context = multiprocessing.get_context("spawn")
                self._line, other = context.Pipe()
                self._leash = Leash(context)
                job = (other, self._leash.other_end("spawn"), self._modest)
                # No daemon, which could have no process beside it, as strangers' files want (``bounds.py``).
                # So it is ended with this program by us: it would be waited for.
                self._process = context.Process(target=_serve, args=job, daemon=False)
                self._process.start()
                atexit.register(self.stop)
                other.close()
            return self._line


def _serve(line: Connection, leash: OtherEnd, modest: bool) -> None:
    """Do jobs until the line is closed."""
    leash()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    if modest and hasattr(os, "nice"):
        os.nice(_MODESTY)
    while True:
        try:
            job, args, kwargs = line.recv()
        except (EOFError, OSError):
            return
        try:
            answer = (True, job(*args, **kwargs))
        except Exception as error:
            answer = (False, sendable(error))
        line.send(answer)
