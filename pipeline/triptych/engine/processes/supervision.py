"""Supervise a build of untrusted sources: limit the total time and memory of all its processes.

The build runs in a forked process. Its parent measures that process and all processes that it starts, and
kills them if they exceed a limit. A thread would not suffice, since a library may block all threads of a
process for minutes.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import psutil

from triptych.engine.processes.activity import get_activity, share_activity_records
from triptych.engine.processes.limits import (
    WALL_TIME_FACTOR,
    LimitExceededError,
    ResourceLimits,
    format_memory,
    has_lower_memory_limit,
)
from triptych.engine.processes.process_tree import (
    kill_processes,
    list_process_tree,
    measure_cpu_time,
    measure_memory,
    measure_proportional_memory,
)
from triptych.engine.processes.worker_process import ParentPipe

_PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
_POLL_INTERVAL = 0.1  # seconds between measurements
_STOP_TIMEOUT = 5.0  # seconds for the build to remove its temporary files after a signal


def supervise(limits: ResourceLimits) -> int | None:
    """Fork this process, and limit the time and memory of the forked process and its descendants.

    Return None in the forked process, which continues with the build. In this process, wait and return the
    exit code of the forked process. Raise ``LimitExceededError``, with the last activity of the process that
    used most, if a limit is exceeded or the forked process crashes. Raise ``MemoryError`` if it crashes and
    the user has set a lower memory limit, because libraries abort the process if they cannot start a thread.
    """
    parent_pipe = ParentPipe(multiprocessing.get_context("fork"))
    watch_parent = parent_pipe.make_watch("fork")
    share_activity_records()
    _adopt_orphans()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        watch_parent()
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _, hard_limit = resource.getrlimit(resource.RLIMIT_DATA)
        memory = limits.memory if hard_limit == resource.RLIM_INFINITY else min(limits.memory, hard_limit)
        resource.setrlimit(
            resource.RLIMIT_DATA, (memory, hard_limit)
        )  # stops an allocation between measurements
        return None
    try:
        return _Supervisor(pid, limits).wait()
    finally:
        parent_pipe.close()


@dataclass(slots=True)
class _Supervisor:
    """Waits for a child process; kills it and its descendants if they exceed the limits."""

    pid: int
    limits: ResourceLimits
    _start: float = field(default_factory=time.monotonic)
    # The current activity of each process, and its CPU time when the activity was first seen.
    _activities: dict[int, tuple[str, float]] = field(default_factory=dict)

    def wait(self) -> int:
        """Return the exit code of the child. Raise the same exceptions as ``supervise``."""
        try:
            with _open_process(self.pid) as descriptor:
                while (status := self._poll(descriptor)) is None:
                    self._check_limits()
        except LimitExceededError:
            self._kill()
            raise
        except BaseException:  # after the signal, the child removes its temporary files
            self._terminate()
            raise
        if os.WIFSIGNALED(status) and has_lower_memory_limit(self.limits.memory):
            raise MemoryError
        if os.WIFSIGNALED(status):
            reason = f"more than {format_memory(self.limits.memory)} of memory, or its process crashed"
            raise LimitExceededError(reason, get_activity(self.pid))
        return os.WEXITSTATUS(status)

    def _poll(self, descriptor: int | None) -> int | None:
        """Wait for a short time. Return the status of the child if it has ended (waitpid(2))."""
        select.select([] if descriptor is None else [descriptor], [], [], _POLL_INTERVAL)
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return status if pid else None

    def _check_limits(self) -> None:
        family = _list_descendants()
        times = {process.pid: measure_cpu_time(process) for process in family}
        for pid, seconds in times.items():
            activity = get_activity(pid)
            if activity and self._activities.get(pid, ("", 0.0))[0] != activity:
                self._activities[pid] = activity, seconds
        if sum(times.values()) > self.limits.seconds:
            reason = f"more than {self.limits.seconds:g} s of CPU time"
            used = {pid: times[pid] - self._activities.get(pid, ("", 0.0))[1] for pid in times}
            raise LimitExceededError(reason, self._find_activity(family, used))
        if time.monotonic() - self._start > WALL_TIME_FACTOR * self.limits.seconds:
            reason = f"more than {WALL_TIME_FACTOR * self.limits.seconds:g} s"
            raise LimitExceededError(reason, self._find_activity(family, times))
        if measure_memory(family) > self.limits.memory:
            shares = {process.pid: measure_proportional_memory(process) for process in family}
            if sum(shares.values()) > self.limits.memory:
                reason = f"more than {format_memory(self.limits.memory)} of memory"
                raise LimitExceededError(reason, self._find_activity(family, shares))

    def _find_activity(self, family: list[psutil.Process], used: Mapping[int, float]) -> str:
        """Return the activity of the process that used most, or of its closest ancestor with an activity."""
        process: psutil.Process | None = max(family, key=lambda process: used[process.pid], default=None)
        with suppress(psutil.Error):
            while process is not None and process.pid != os.getpid():
                if activity := get_activity(process.pid):
                    return activity
                process = process.parent()
        return ""

    def _terminate(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)
        end = time.monotonic() + _STOP_TIMEOUT
        while time.monotonic() < end:
            with suppress(ChildProcessError):
                if os.waitpid(self.pid, os.WNOHANG)[0] == 0:
                    time.sleep(_POLL_INTERVAL)
                    continue
            return
        self._kill()

    def _kill(self) -> None:
        """Kill the child, then all processes that it started."""
        kill_processes(_list_descendants())
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        while descendants := _list_descendants():
            kill_processes(descendants)
            with suppress(ChildProcessError):
                os.waitpid(-1, 0)


def _adopt_orphans() -> None:
    """Make this process inherit descendants whose parent ends (prctl(2)), on Linux."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def _list_descendants() -> list[psutil.Process]:
    return list_process_tree(os.getpid())[1:]


@contextmanager
def _open_process(pid: int) -> Iterator[int | None]:
    """Yield a descriptor that becomes readable when a process ends (pidfd_open(2)), or None."""
    descriptor = None
    with suppress(OSError, AttributeError):
        descriptor = os.pidfd_open(pid)
    try:
        yield descriptor
    finally:
        if descriptor is not None:
            os.close(descriptor)
