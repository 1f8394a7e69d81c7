"""Python's cycle collector, which rests while a book is made, and from first to last in most commands.

The trees of a book have no cycles, and it would walk them again and again. Layouts have cycles: what they
leave lies there until somebody has time for it, or there is too much of it. Most builds end before that, and
the system takes all of their memory at once.
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
    """Without it nothing is lost but memory, of which ``collect_much`` sees to it that it is not too much."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Pauses:
    """Collect garbage in cycles while no build is running, in a process that builds again and again.

    Objects that remain after the first build are never examined again: that would take seconds for a large
    book, and a change may be saved meanwhile.
    """

    def __init__(self) -> None:
        self._count = 0

    def collect(self) -> None:
        """Collect the garbage of the last build; now and then that of all since the first one."""
        self._count += 1
        gc.collect(2 if self._count % _WHOLE == 0 else 0)
        if self._count == 1:
            gc.freeze()


def collect_much() -> None:
    """Before a job: garbage of those before it goes where there may be much of it."""
    came_and_stayed, *_ = gc.get_count()
    if came_and_stayed > _SOME and _memory() > _MUCH:
        gc.collect()


def _memory() -> float:
    """How many bytes of memory this process has (Linux, ``proc(5)``: statm); endless where nobody says."""
    try:
        _, resident, *_ = Path("/proc/self/statm").read_text("ascii").split()
    except OSError:
        return inf
    return int(resident) * mmap.PAGESIZE
