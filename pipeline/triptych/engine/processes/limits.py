"""Limit the time, memory and access of programs and processes that read untrusted input.

Ordinary books stay far below these limits. The time limits are for CPU time, which does not depend on other
programs; timeouts (``programs.py``) are for programs that may wait.
"""

from __future__ import annotations

import math
import multiprocessing
import os
import pickle
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, ParamSpec, TextIO, TypeVar

from triptych.engine.processes.pool import choose_start_method
from triptych.engine.processes.sandbox import Sandbox, close_descriptors, enter_sandbox, prepare_sandbox
from triptych.engine.processes.worker_process import (
    MalformedAnswerError,
    ParentPipe,
    ParentWatch,
    load_answer,
    make_picklable,
    pickle_answer,
    unpickle_allowed_classes,
)

if TYPE_CHECKING:
    from triptych.settings.values import ReadingLimits

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class ResourceLimits:
    """Limits for CPU time, in seconds, and for memory, in bytes.

    If ``sandbox`` is set, a process with these limits also has no network access, and can access only the
    files that the sandbox lists.
    """

    seconds: float
    memory: int
    sandbox: Sandbox | None = None

    def scale(self, factor: int) -> ResourceLimits:
        """Return the limits with time and memory multiplied by ``factor``."""
        return replace(self, seconds=self.seconds * factor, memory=self.memory * factor)

    def allow_files(self, paths: Iterable[Path]) -> ResourceLimits:
        """Return the limits with a sandbox that can read ``paths``."""
        return replace(self, sandbox=Sandbox(readable=tuple(paths)))


UNLIMITED = ResourceLimits(math.inf, 2**60)


def format_memory(size: int) -> str:
    """Format a size in bytes for messages, such as "700 MB"."""
    return f"{size / 10**9:g} GB" if size >= 10**9 else f"{size / MEGABYTE:g} MB"


def has_lower_memory_limit(memory: int) -> bool:
    """Return whether a user limit on the memory of this process is lower than ``memory`` (ulimit -v)."""
    with suppress(ImportError):
        import resource

        return 0 < resource.getrlimit(resource.RLIMIT_AS)[0] < memory
    return False


def compute_parsing_limits(sizes: Sequence[int], limits: ReadingLimits) -> ResourceLimits:
    """Return the limits for parsing Markdown texts of ``sizes``, in characters.

    Measured: pandoc parses a megabyte of prose in 7 s with 390 MB, and 100 kB with three thousand formulas in
    6 s. No section has more than two megabytes.
    """
    seconds = sum(min(60 * size / MEGABYTE, 20) for size in sizes)
    return ResourceLimits(limits.section_time + seconds, limits.section_memory + 200 * sum(sizes))


def compute_remaining_limits(size: int, limits: ReadingLimits) -> ResourceLimits:
    """Return the limits for parsing the remaining ``size`` characters after one text exceeded its limits.

    The time is sufficient for prose, but not for the densest formulas.
    """
    return ResourceLimits(limits.section_time + 12 * size / MEGABYTE, limits.section_memory + 200 * size)


def compute_search_limits(size: int) -> ResourceLimits:
    """Return the limits for parsing part of a text, to find the paragraph that exceeds the limits."""
    return ResourceLimits(seconds=1 + 12 * size / MEGABYTE, memory=500 * MEGABYTE)


SEARCH_SECONDS = 15.0
"""The total CPU time for such a search, in seconds."""


def compute_import_limits(size: int) -> ResourceLimits:
    """Return the limits for importing a book with ``size`` bytes of text.

    They include the programs that the import starts. Measured: a book of 1.4 MB takes 19 s.
    """
    return ResourceLimits(seconds=20 + 25 * min(size, 10 * MEGABYTE) / MEGABYTE, memory=1000 * MEGABYTE)


TRUSTED_IMPORT_FACTOR = 10
"""The factor for the limits if the imported book is trusted."""

BIBLIOGRAPHY_LIMITS = ResourceLimits(seconds=30, memory=750 * MEGABYTE)
"""For formatting a bibliography or all citations of a book.

Measured: 3,000 sources, each cited twice, take 9 s with 340 MB.
"""

WORD_LIMITS = ResourceLimits(seconds=30, memory=800 * MEGABYTE)
"""For importing a Word document."""

BUILD_LIMITS = ResourceLimits(seconds=180, memory=2000 * MEGABYTE)
"""For all processes of a build with ``--limits strict``.

Measured: the example book in this repository takes 30 s with 810 MB in two processes.
"""

BUILD_JOBS = 2
"""The number of worker processes of such a build, each of which takes memory."""

DRAWING_LIMITS = ResourceLimits(seconds=15, memory=700 * MEGABYTE, sandbox=Sandbox())
"""For rendering a diagram, an SVG or a PDF page, in addition to the initial memory of the process."""


class TimeLimitExceededError(Exception):
    """Raised if the block of ``limit_time`` runs too long."""


@contextmanager
def limit_time(seconds: float) -> Iterator[None]:
    """Raise ``TimeLimitExceededError`` if the block runs for more than ``seconds``.

    The limit applies only in the main thread of a process, and only on systems with ``setitimer``.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeLimitExceededError(f"not done within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


P = ParamSpec("P")
T = TypeVar("T")

WALL_TIME_FACTOR = 12.0  # seconds of wall time per second of CPU time, since other programs may use the CPU
_POLL_INTERVAL = 0.5  # seconds between measurements of a job

_answers: Connection | None = None  # the pipe to the parent, in a process that runs a job with limits


class LimitExceededError(Exception):
    """Raised if a job exceeds a limit or its process crashes.

    ``position`` is the last position reported by the job, or "".
    """

    def __init__(self, message: str, position: str = "") -> None:
        super().__init__(message)
        self.position = position


def report_position(position: str) -> None:
    """Tell the parent process which input a job is reading, in case the job is killed."""
    if _answers is not None:
        _answers.send(position)


def run_with_limits(limits: ResourceLimits, job: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a job in a process with limits; return the job's result or raise its exception.

    Exceptions must be picklable. Raise ``LimitExceededError`` if a limit is exceeded. Programs that the job
    starts have separate limits. In a daemonic process, which cannot start other processes, the job runs
    without limits.
    """
    if multiprocessing.current_process().daemon:
        return job(*args, **kwargs)
    if limits.sandbox is not None:
        prepare_sandbox()
    method = choose_start_method()
    get = multiprocessing.get_context
    context = get("fork") if method == "fork" else get("spawn")
    parent_pipe = ParentPipe(context)
    answers, other = context.Pipe(duplex=False)
    task = (other, parent_pipe.make_watch(method), limits, job, args, kwargs)
    # The process is not a daemon, so that the job itself can run other jobs with limits.
    process = context.Process(target=_run_job, args=task, daemon=False)
    process.start()
    other.close()
    try:
        has_succeeded, answer = _wait_for_answer(answers, process, limits)
    finally:
        process.kill()
        process.join()
        answers.close()
        parent_pipe.close()
    if has_succeeded:
        result: T = answer
        return result
    raise answer


def _wait_for_answer(answers: Connection, process: BaseProcess, limits: ResourceLimits) -> tuple[bool, Any]:
    """Return whether a job succeeded, and its result or exception.

    Raise ``LimitExceededError`` if the job exceeds a limit or its process crashes.
    """
    timeout = WALL_TIME_FACTOR * limits.seconds
    position, measured_at, end = "", time.monotonic(), time.monotonic() + timeout
    load = pickle.loads if limits.sandbox is None else load_answer
    late_message = f"the time limit ({limits.seconds:.3g} s) was exceeded"
    try:
        while (left := end - time.monotonic()) > 0:
            if answers.poll(min(left, _POLL_INTERVAL)):
                message = load(answers.recv_bytes())
                if isinstance(message, str):
                    position = message
                elif isinstance(message[1], LimitExceededError):
                    raise LimitExceededError(str(message[1]), message[1].position or position)
                else:
                    return message[0], message[1]
            if time.monotonic() - measured_at < _POLL_INTERVAL:
                continue
            measured_at = time.monotonic()
            if _measure_cpu_time(process.pid) > limits.seconds:
                raise LimitExceededError(late_message, position)
    except MalformedAnswerError as error:
        raise LimitExceededError(str(error), position) from None
    except EOFError:
        process.join()
        is_late = process.exitcode == -getattr(signal, "SIGXCPU", 0)
        reason = late_message if is_late else "the memory limit was exceeded, or the file is damaged"
        raise LimitExceededError(reason, position) from None
    raise LimitExceededError(f"the time limit ({timeout:g} s) was exceeded", position)


def _measure_cpu_time(pid: int | None) -> float:
    """Return the CPU time in seconds of a process and its descendants, or 0 if unknown (proc(5))."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text("ascii", "replace")
        cpu_time = sum(map(int, stat.rpartition(")")[2].split()[11:15])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, AttributeError):
        return 0.0
    with suppress(OSError):
        cpu_time += sum(map(_measure_cpu_time, list_child_processes(pid)))
    return cpu_time


def list_child_processes(pid: int | None) -> list[int]:
    """Return the IDs of a process's children.

    Raise OSError if the process has ended, or if the system does not list children (proc_tid_children(5)).
    """
    tasks = Path(f"/proc/{pid}/task")
    children = (tasks / f"{pid}/children").read_text()
    for task in tasks.iterdir():
        if task.name != str(pid):
            with suppress(OSError):  # the thread has ended
                children += (task / "children").read_text()
    return [int(number) for number in children.split()]


def _run_job(
    answers: Connection,
    parent_watch: ParentWatch,
    limits: ResourceLimits,
    job: Callable[..., object],
    args: Iterable[Any],
    kwargs: Mapping[str, Any],
) -> None:
    global _answers
    _answers = answers
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # suppress messages of libraries that crash
    if limits.sandbox is not None:
        close_descriptors({answers.fileno(), *parent_watch.descriptors})
    memory_use = _open_memory_use()
    if limits.sandbox is not None:
        enter_sandbox(limits.sandbox)  # before the first thread starts, since it applies to one thread
    parent_watch()
    has_own_limit = _set_limits(limits, memory_use)
    try:
        answer: tuple[bool, object] = (True, job(*args, **kwargs))
    except MemoryError as error:
        answer = (False, LimitExceededError("the memory limit was exceeded") if has_own_limit else error)
    except RecursionError:
        answer = (False, LimitExceededError("the content is nested too deeply"))
    except Exception as error:
        load = pickle.loads if limits.sandbox is None else unpickle_allowed_classes
        answer = (False, make_picklable(error, load))
    answers.send_bytes(pickle_answer(answer))


def _open_memory_use() -> TextIO | None:
    """Open the file with this process's memory use (proc(5)), which a sandbox makes inaccessible."""
    try:
        return open("/proc/self/statm", encoding="ascii")  # noqa: PTH123
    except OSError:
        return None


def _set_limits(limits: ResourceLimits, memory_use: TextIO | None) -> bool:
    """Set the limits of this process, if the system supports them.

    Return False if the memory limit was not set, for example because the user has set a lower one.
    """
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        seconds = math.ceil(limits.seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
        if memory_use is None:
            return False
        with memory_use:
            pages = int(memory_use.read().split()[0])
        max_memory = pages * resource.getpagesize() + limits.memory
        resource.setrlimit(resource.RLIMIT_AS, (max_memory, resource.getrlimit(resource.RLIMIT_AS)[1]))
        return True
    return False
