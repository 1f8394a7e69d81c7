"""Python's cycle collector, held while many objects are made that live to the end of a stage."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collector() -> Iterator[None]:
    """Without it nothing is lost but time: trees of a book have no cycles, and it would walk all of them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


@contextmanager
def own_garbage() -> Iterator[None]:
    """What is made within is collected at its end, at once; what was there before is not looked at."""
    gc.freeze()
    try:
        with no_collector():
            yield
        gc.collect()
    finally:
        gc.unfreeze()
