"""Cutting a sequence into pages that are about equally full."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

_ROUNDING = 1e-9  # what sums of heights may be beyond


def balanced(heights: Sequence[float], capacity: float) -> list[int]:
    """How many items go on each page: the fewest pages that hold all, then the most even ones.

    An item higher than the capacity counts as exactly one page.

    >>> balanced([1, 1, 1, 1, 1, 1, 1], 6)
    [4, 3]
    """
    clamped = [min(height, capacity) for height in heights]
    pages = max(1, math.ceil(sum(clamped) / capacity - _ROUNDING))
    while True:
        counts = _partition(clamped, pages, capacity)
        if counts is not None:
            return counts
        pages += 1


def evened(lengths: Sequence[float], pages: int) -> list[int]:
    """How many items go on each of so many pages, or lines, at the most: as even as can be.

    >>> evened([5, 2, 2, 1], 2)
    [1, 3]
    """
    counts = _partition(lengths, pages, math.inf)
    assert counts is not None  # there is no limit to go over
    return counts


def _partition(heights: Sequence[float], pages: int, capacity: float) -> list[int] | None:
    """The partition into exactly ``pages`` with the least sum of squared deviations, or None.

    Dynamic programming: ``cost[i]`` is the least cost of the first i items on the pages so far. Looked at are
    ends that leave no more than the other pages hold, which are few where these are to be full.
    """
    count = len(heights)
    if pages > count:
        return [1] * count
    total = [0.0, *accumulate(heights)]
    even = total[-1] / pages
    most = min(capacity, total[-1]) + _ROUNDING
    cost = [0.0] + [math.inf] * count
    starts: list[list[int]] = []
    for left in reversed(range(pages)):
        following = [math.inf] * (count + 1)
        start_of = [0] * (count + 1)
        first = bisect_left(total, total[-1] - left * most - _ROUNDING, 1)
        last = bisect_right(total, (pages - left) * most + _ROUNDING)
        for end in range(first, last):
            for start in range(end - 1, -1, -1):
                height = total[end] - total[start]
                if height > capacity + _ROUNDING:
                    break
                candidate = cost[start] + (height - even) ** 2
                if candidate < following[end]:
                    following[end], start_of[end] = candidate, start
        cost = following
        starts.append(start_of)
    if math.isinf(cost[count]):
        return None
    counts: list[int] = []
    end = count
    for start_of in reversed(starts):
        counts.append(end - start_of[end])
        end = start_of[end]
    return counts[::-1]
