"""Calls have room in one piece: however deep they are, the system is not asked for memory again and again."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable

import pytest

from triptych.engine.processes.call_room import with_room

TIMES = 500


def nothing() -> None:
    """Come and go."""


def to_and_fro(depth: int) -> None:
    """Call often from so deep."""
    if depth:
        to_and_fro(depth - 1)
        return
    for _ in range(TIMES):
        nothing()


def pages_asked_for(depth: int) -> int:
    """How many pages of memory the system gives out meanwhile."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    to_and_fro(depth)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def most(ask: Callable[[int], int] = pages_asked_for) -> int:
    """The most that are asked for at any depth of the usual ones; what is there once is asked for no more."""
    return max(min(ask(depth) for _ in range(3)) for depth in range(400))


def test_no_depth_asks_the_system_each_time() -> None:
    assert with_room(lambda: most())() < TIMES / 5


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="of how Python did it")
def test_without_room_some_depth_does() -> None:
    assert most() >= TIMES


def test_it_is_the_same_function() -> None:
    def function(one: int, *, two: str = "b") -> tuple[int, str]:
        return one, two

    assert with_room(function) is function
    assert function(1) == (1, "b")
