"""Test the distribution of content over as few and as evenly filled pages as possible."""

from __future__ import annotations

from itertools import accumulate, combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from triptych.writers.deck.fitting.line_breaking import balance_pages, distribute_evenly

FEW = settings(max_examples=120, deadline=None, derandomize=True, database=None)


@pytest.mark.parametrize(
    ("heights", "counts"),
    [
        ([], []),
        ([3], [1]),
        ([1] * 7, [4, 3]),
        ([6, 6], [1, 1]),
        ([5, 1, 5, 1], [2, 2]),
        ([1, 1, 6], [2, 1]),
        ([4, 4, 4], [1, 1, 1]),
        ([100, 1], [1, 1]),
        ([0, 0], [2]),
    ],
)
def test_pages_of_six(heights: list[float], counts: list[int]) -> None:
    assert balance_pages(heights, 6) == counts


def pages(heights: list[int], counts: list[int]) -> list[list[int]]:
    items = iter(heights)
    return [[next(items) for _ in range(count)] for count in counts]


@FEW
@given(st.lists(st.integers(0, 30), min_size=1, max_size=40), st.integers(5, 60))
def test_every_item_is_on_a_page_and_no_page_is_empty_or_too_full(heights: list[int], capacity: int) -> None:
    counts = balance_pages(heights, capacity)
    assert sum(counts) == len(heights)
    assert min(counts) > 0
    for page in pages(heights, counts):
        assert sum(page) <= capacity or len(page) == 1 or sum(min(h, capacity) for h in page) <= capacity


@FEW
@given(st.lists(st.integers(1, 10), min_size=1, max_size=8), st.integers(10, 25))
def test_the_pages_are_the_fewest_and_the_most_even(heights: list[int], capacity: int) -> None:
    """Compare the number and the balance of pages with all partitions."""
    counts = balance_pages(heights, capacity)

    def cost(cuts: tuple[int, ...]) -> float | None:
        sums = [sum(heights[a:b]) for a, b in pairwise((0, *cuts, len(heights)))]
        even = sum(heights) / len(sums)
        return sum((height - even) ** 2 for height in sums) if max(sums) <= capacity else None

    def costs(number: int) -> list[float]:
        result = (cost(cuts) for cuts in combinations(range(1, len(heights)), number - 1))
        return [value for value in result if value is not None]

    assert all(not costs(number) for number in range(1, len(counts)))
    ends = [sum(counts[:number]) for number in range(1, len(counts))]
    assert cost(tuple(ends)) == pytest.approx(min(costs(len(counts))))


@FEW
@given(st.lists(st.floats(0.1, 400), min_size=1, max_size=20))
def test_fractional_heights_terminate(heights: list[float]) -> None:
    assert sum(balance_pages(heights, 378.123)) == len(heights)


@FEW
@given(st.lists(st.integers(1, 10), min_size=1, max_size=60), st.integers(10, 25))
def test_ends_that_are_not_looked_at_are_of_no_use(heights: list[int], capacity: int) -> None:
    """Compare with a search that does not skip any page ends."""
    counts = balance_pages(heights, capacity)
    total = [0, *accumulate(heights)]
    even = total[-1] / len(counts)
    least = {0: 0.0}
    for _ in counts:
        least = {
            end: min(least[start] + (total[end] - total[start] - even) ** 2 for start in starts)
            for end in range(1, len(total))
            if (starts := [at for at in least if at < end and total[end] - total[at] <= capacity])
        }
    ends = [0, *accumulate(counts)]
    own = sum((total[b] - total[a] - even) ** 2 for a, b in pairwise(ends))
    assert own == pytest.approx(least[len(heights)])


@pytest.mark.parametrize(
    ("lengths", "lines", "counts"),
    [([5, 2, 2, 1], 2, [1, 3]), ([5, 2, 2, 1], 1, [4]), ([1, 1], 3, [1, 1]), ([3, 3, 3, 3], 3, [2, 1, 1])],
)
def test_lines_as_even_as_can_be(lengths: list[float], lines: int, counts: list[int]) -> None:
    assert distribute_evenly(lengths, lines) == counts
