"""Pause Python's cycle collector while a book is built; most commands never run it.

The trees of a book contain no cycles, and the collector would walk them repeatedly. Layouts contain cycles.
Their garbage is collected between builds, or once there is too much of it. Most builds end before that, and
the operating system frees their memory at once.
"""

from __future__ import annotations

import gc
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path

_SOME = 300_000  # objects that may be garbage; a chapter leaves a tenth of it
_WHOLE = 16  # pauses from one collection of everything to the next
_MUCH = 350_000_000  # bytes that a process may have for all that


@contextmanager
def no_collector() -> Iterator[None]:
    """Disable the collector while the block runs. ``collect_if_large`` limits the garbage that builds up."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class IdleCollector:
    """Collect cyclic garbage between builds, in a process that builds repeatedly.

    Objects that remain after the first build are never examined again. For a large book that would take
    seconds, in which a change may be saved.
    """

    def __init__(self) -> None:
        self._count = 0

    def collect(self) -> None:
        """Collect the garbage of the last build, and every few calls that of all builds since the first."""
        self._count += 1
        gc.collect(2 if self._count % _WHOLE == 0 else 0)
        if self._count == 1:
            gc.freeze()


def collect_if_large() -> None:
    """Collect the garbage of earlier jobs before a job, if there may be much of it."""
    came_and_stayed, *_ = gc.get_count()
    if came_and_stayed > _SOME and _memory() > _MUCH:
        gc.collect()


def _memory() -> float:
    """Return the resident bytes of this process (Linux, ``proc(5)``: statm), or infinity if unknown."""
    try:
        _, resident, *_ = Path("/proc/self/statm").read_text("ascii").split()
    except OSError:
        return inf
    return int(resident) * mmap.PAGESIZE
