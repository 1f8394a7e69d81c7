"""Python's cycle collector, which rests while a book is made.

The trees of a book have no cycles, and it would walk them again and again. Layouts have cycles: what they
leave lies there until somebody has time for it, or there is too much of it. Most builds end before that, and
the system takes all of their memory at once.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_MUCH = 800_000  # objects that may be garbage, of some two hundred megabytes; a chapter leaves a twentieth


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


def collect_much() -> None:
    """Between two jobs: garbage goes where there may be much of it."""
    came_and_stayed, *_ = gc.get_count()
    if came_and_stayed > _MUCH:
        gc.collect()
