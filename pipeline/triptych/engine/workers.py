"""Other processes of this machine, behind the interface of ``concurrent.futures``.

What runs through an ``Executor`` here can run on a cluster that offers the same interface, such as the
one of ``distributed.Client.get_executor()``.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, ParamSpec, TypeVar

from triptych.engine.parent_watch import Leash, OtherEnd

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
    return _beside(jobs, lambda: Pool(jobs, _method()))


def crew(jobs: int) -> Executor:
    """The same for one build (see ``Crew``)."""
    return _beside(jobs, lambda: Crew(jobs))


def submit_apart(executor: Executor, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """Have a large job done that is handed much: where that may be, in a process forked for it, which has all
    of it, and all that was loaded and worked out on the way there, as this one has it.
    """
    if isinstance(executor, Crew):
        return executor.submit_apart(fn, *args, **kwargs)
    return executor.submit(fn, *args, **kwargs)


def _beside(jobs: int, start: Callable[[], Executor]) -> Executor:
    if jobs <= 1:
        return Inline()
    try:
        return start()
    except (OSError, ImportError):  # no semaphores, as where /dev/shm cannot be written
        return Inline()


def _method() -> Literal["fork", "spawn"]:
    return "fork" if sys.platform == "linux" and _may_fork() else "spawn"


class Pool(ProcessPoolExecutor):
    """Processes that end with this one, and at once where it is interrupted or fails."""

    def __init__(self, jobs: int, method: Literal["fork", "spawn"]) -> None:
        context = multiprocessing.get_context(method)
        self._leash = Leash(context)
        super().__init__(jobs, mp_context=context, initializer=self._leash.other_end(method))

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        """Wait for what is under way, unless nobody will ask for it."""
        if error is not None:
            self._leash.let_go()
        try:
            return super().__exit__(kind, error, trace)
        finally:
            self._leash.let_go()


@dataclass(frozen=True, slots=True)
class _Job:
    future: Future[Any]
    do: Callable[[], Any]
    apart: bool


class Crew(Executor):
    """The processes of one build, so many at a time, each started when there is something to do for it.

    A job is done by the first that is idle, which is there for longest and has loaded most, or by one of its
    own. With the first process that is lost all is lost, as in a pool.
    """

    def __init__(self, jobs: int) -> None:
        self._leash = Leash(multiprocessing.get_context(_method()))
        self._idle = set(range(jobs))
        self._started: dict[int, ProcessPoolExecutor] = {}
        self._apart: list[ProcessPoolExecutor] = []
        self._waiting: deque[_Job] = deque()
        self._lost: BrokenExecutor | None = None
        self._change = threading.RLock()

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a job done. Raises ``BrokenExecutor`` where a process was lost."""
        return self._submit(partial(fn, *args, **kwargs), apart=False)

    def submit_apart(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Have a job done by a process of its own. Raises ``BrokenExecutor`` where one was lost."""
        return self._submit(partial(fn, *args, **kwargs), apart=True)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool | None:
        """Wait for what is under way, unless nobody will ask for it."""
        if error is not None:
            self._leash.let_go()
        try:
            for pool in (*self._started.values(), *self._apart):
                pool.shutdown()
        finally:
            self._leash.let_go()
        return None

    def _submit(self, do: Callable[[], Any], *, apart: bool) -> Future[Any]:
        job = _Job(Future(), do, apart)
        with self._change:
            if self._lost is not None:
                raise self._lost
            self._waiting.append(job)
            self._hand_out()
        return job.future

    def _hand_out(self) -> None:
        while self._idle and self._waiting:
            job = self._waiting.popleft()
            if not job.future.set_running_or_notify_cancel():
                continue
            apart = job.apart and _method() == "fork"
            number = max(self._idle) if apart else min(self._idle)
            self._idle.remove(number)
            try:
                under_way = self._begun_apart(job) if apart else self._begun(number, job)
            except BrokenExecutor as error:
                self._lose(job.future, error)
                return
            under_way.add_done_callback(partial(self._done, number, job.future))

    def _begun_apart(self, job: _Job) -> Future[Any]:
        self._apart.append(self._process("fork", job.do))
        return self._apart[-1].submit(_do_what_is_held)

    def _begun(self, number: int, job: _Job) -> Future[Any]:
        if number not in self._started:
            self._started[number] = self._process(_method())
        return self._started[number].submit(job.do)

    def _process(
        self, method: Literal["fork", "spawn"], held: Callable[[], Any] | None = None
    ) -> ProcessPoolExecutor:
        start = (self._leash.other_end(method), held)
        return ProcessPoolExecutor(1, multiprocessing.get_context(method), _begin, start)

    def _done(self, number: int, future: Future[Any], under_way: Future[Any]) -> None:
        error = under_way.exception()
        with self._change:
            if isinstance(error, BrokenExecutor):
                self._lose(future, error)
            elif error is not None:
                future.set_exception(error)
            else:
                future.set_result(under_way.result())
            self._idle.add(number)
            self._hand_out()

    def _lose(self, future: Future[Any], error: BrokenExecutor) -> None:
        """Nothing is done any more."""
        self._lost = error
        future.set_exception(error)
        while self._waiting:
            job = self._waiting.popleft()
            if job.future.set_running_or_notify_cancel():
                job.future.set_exception(error)


class _Held:
    """What a process was forked for."""

    do: Callable[[], Any] | None = None


def _begin(leash: OtherEnd, held: Callable[[], Any] | None) -> None:
    leash()
    _Held.do = held


def _do_what_is_held() -> Any:
    assert _Held.do is not None
    return _Held.do()


def _may_fork() -> bool:
    """Whether this process has no threads of libraries.

    A forked process has the program loaded already, and starts at once. But it has none of the threads, and
    waits for ever for what one of them held at that moment. Python's own see to that.
    """
    try:
        return sum(1 for _ in Path("/proc/self/task").iterdir()) == threading.active_count()
    except OSError:
        return False


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
                self._process = context.Process(target=_serve, args=job, daemon=True)
                self._process.start()
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
            answer = (False, error)
        line.send(answer)
