"""Test that garbage collection is postponed in each process that runs jobs until there is much garbage."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from triptych.engine import garbage_collection
from triptych.engine.garbage_collection import IdleCollector, pause_garbage_collection
from triptych.engine.processes.pool import BackgroundWorker, InlineExecutor

LITTLE = 20_000
MANY = garbage_collection._OBJECT_THRESHOLD + LITTLE
LARGE = garbage_collection._MEMORY_THRESHOLD // garbage_collection._OBJECT_THRESHOLD

Do = Callable[..., Any]


def litter(count: int, size: int = 0) -> None:
    """Create lists in reference cycles, each with the given number of bytes."""
    for _ in range(count):
        item: list[Any] = [bytes(size)]
        item.append(item)


def lying() -> int:
    """Return the number of objects created since the last collection that still exist."""
    return gc.get_count()[0]


@pytest.fixture(params=["beside", "inline"])
def do(request: pytest.FixtureRequest) -> Iterator[Do]:
    """Run a job in a new process, or in this one during a build."""
    if request.param == "beside":
        companion = BackgroundWorker()
        yield companion.run_job
        companion.stop()
    else:
        gc.collect()
        with pause_garbage_collection():
            yield lambda job, *args: InlineExecutor(collects_garbage=True).submit(job, *args).result()
        gc.collect()


def test_little_garbage_is_not_collected(do: Do) -> None:
    do(litter, LITTLE, LARGE)
    assert do(lying) >= LITTLE


def test_much_garbage_is_collected_before_the_next_job(do: Do) -> None:
    do(litter, MANY, LARGE)
    assert do(lying) < LITTLE


def test_many_small_objects_are_not_collected() -> None:
    companion = BackgroundWorker()
    companion.run_job(litter, MANY)
    assert companion.run_job(lying) >= MANY
    companion.stop()


def test_collector_works_as_usual_during_a_build() -> None:
    with pause_garbage_collection():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_garbage_of_the_first_build_is_collected_in_the_first_pause_and_later_garbage_in_time() -> None:
    class Knot:
        def __init__(self) -> None:
            self.own = self

    pauses = IdleCollector()
    try:
        with pause_garbage_collection():
            gone = weakref.ref(Knot())
            pauses.collect()
            assert gone() is None
            assert gc.get_freeze_count()
            held = [Knot()]
            pauses.collect()
            gone = weakref.ref(held.pop())
            for _ in range(16):
                pauses.collect()
            assert gone() is None
    finally:
        gc.unfreeze()
