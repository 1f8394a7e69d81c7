"""Disable Python's cyclic garbage collector during a build.

Document trees contain no reference cycles, but the collector would traverse them repeatedly. Page layouts do
contain cycles. Their garbage is collected between builds, or when it takes too much memory. Most builds end
before that, and the operating system frees their memory at once.
"""

from __future__ import annotations

import gc
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from math import inf
from pathlib import Path

_OBJECT_THRESHOLD = 300_000  # new container objects before a collection; a chapter leaves a tenth as garbage
_FULL_INTERVAL = 16  # every 16th collection between builds includes all generations
_MEMORY_THRESHOLD = 350_000_000  # bytes of resident memory before a collection


@contextmanager
def pause_garbage_collection() -> Iterator[None]:
    """Disable the cyclic garbage collector inside the context.

    Meanwhile, ``collect_garbage_if_needed`` limits the memory taken by garbage.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class IdleCollector:
    """Collects cyclic garbage between builds, in a process that builds repeatedly.

    Objects that survive the first build are excluded from later collections, which would otherwise take
    seconds for a large book and delay the next build.
    """

    def __init__(self) -> None:
        self._count = 0

    def collect(self) -> None:
        """Collect the garbage of the last build; on every 16th call, that of all builds since the first."""
        self._count += 1
        gc.collect(2 if self._count % _FULL_INTERVAL == 0 else 0)
        if self._count == 1:
            gc.freeze()


def collect_garbage_if_needed() -> None:
    """Collect garbage if there are many new objects and the process uses a lot of memory."""
    new_objects, *_ = gc.get_count()
    if new_objects > _OBJECT_THRESHOLD and _measure_resident_memory() > _MEMORY_THRESHOLD:
        gc.collect()


def _measure_resident_memory() -> float:
    """Return this process's resident memory in bytes (Linux, ``proc(5)``: statm), or infinity."""
    try:
        _, resident, *_ = Path("/proc/self/statm").read_text("ascii").split()
    except OSError:
        return inf
    return int(resident) * mmap.PAGESIZE
