"""Other processes of this machine, behind the interface of ``concurrent.futures``.

What runs through an ``Executor`` here can run on a cluster that offers the same interface, such as the
one of ``distributed.Client.get_executor()``.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from typing import ParamSpec, TypeVar

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
    """An executor for all jobs but the main one, which this process does itself."""
    if jobs <= 1:
        return Inline()
    # A forked process has the program loaded already; other systems cannot fork safely.
    method = "fork" if sys.platform == "linux" else "spawn"
    try:
        return ProcessPoolExecutor(jobs - 1, mp_context=multiprocessing.get_context(method))
    except (OSError, ImportError):  # no semaphores, as where /dev/shm cannot be written
        return Inline()
