"""Room for calls, all in one piece.

Python keeps the frames of calls in pieces of 16 KB, and gives a piece back to the system as soon as no call
is left in it (3.11 to 3.13). Where calls go to and fro over the end of one, each costs two system calls
and a page of memory that it fills with zeros; in the layout of a book that happens forty thousand times.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])

_SLOTS = 70_000  # of 8 bytes: what does not fit into a piece gets one of its own, the next power of two, 1 MB


def with_room(function: F) -> F:
    """A function whose frame claims so much that half a megabyte is left behind it, in the same piece, for
    all that is called from there. What nobody touches takes no memory.
    """
    made = cast(Any, function)
    made.__code__ = made.__code__.replace(co_stacksize=_SLOTS)
    return function
