"""Test that overlapping labels are moved apart, by as little as possible."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.charts.labels import assign_text_rows, spread_labels


def test_labels_with_enough_space_do_not_move() -> None:
    assert spread_labels([10, 50, 90], [8, 8, 8], 0, 100) == [10, 50, 90]


def test_two_labels_at_one_position_move_equally() -> None:
    assert spread_labels([50, 50], [10, 10], 0, 100) == [45, 55]


def test_the_ends_hold() -> None:
    assert spread_labels([0, 100], [10, 10], 0, 100) == [5, 95]


@pytest.mark.parametrize(
    ("wanted", "sizes", "expected"),
    [
        ([50, 60], [10, 10], [50, 60]),  # they touch but do not overlap
        ([50, 59], [10, 10], [49.5, 59.5]),
        ([59, 50], [10, 10], [59.5, 49.5]),  # the order is kept
        ([50, 50], [20, 10], [42.5, 57.5]),
        ([10, 50, 52, 54], [10, 10, 10, 10], [10, 42, 52, 62]),
        ([40, 50, 58], [10, 10, 10], [40 - 2 / 3, 50 - 2 / 3, 60 - 2 / 3]),  # the last label moves all others
        ([-20, 0, 3], [10, 10, 10], [5, 15, 25]),
        ([99, 100], [10, 10], [85, 95]),
    ],
)
def test_labels_that_overlap_are_off_by_the_least_squares(
    wanted: list[float], sizes: list[float], expected: list[float]
) -> None:
    assert spread_labels(wanted, sizes, 0, 100) == pytest.approx(expected)


def test_labels_without_space_start_at_the_lower_limit() -> None:
    assert spread_labels([5, 5], [10, 10], 0, 15) == [5, 15]


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(1, 12)), min_size=1, max_size=8))
def test_labels_do_not_overlap_and_stay_within_limits(labels: list[tuple[float, float]]) -> None:
    expected, sizes = [place for place, _ in labels], [size for _, size in labels]
    centres = spread_labels(expected, sizes, 0, 100)
    boxes = sorted((c - s / 2, c + s / 2) for c, s in zip(centres, sizes, strict=True))
    assert all(before[1] <= after[0] + 1e-6 for before, after in pairwise(boxes))
    assert boxes[0][0] >= -1e-6
    assert boxes[-1][1] <= 100 + 1e-6
    order = sorted(range(len(expected)), key=lambda index: expected[index])
    assert all(centres[a] <= centres[b] + 1e-6 for a, b in pairwise(order))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([(0, 10), (20, 30)], [0, 0]),
        ([(0, 30), (20, 50)], [1, 0]),
        ([(0, 50), (10, 60), (20, 70)], [2, 1, 0]),
        ([], []),
        ([(0, 10), (12, 20)], [0, 0]),  # moved by the smallest sufficient distance
        ([(0, 10), (11.9, 20)], [1, 0]),
        ([(0, 10), (8, 20), (30, 40)], [1, 0, 0]),
        ([(0, 60), (20, 30), (40, 50)], [1, 0, 0]),
    ],
)
def test_crossed_texts_move_to_a_higher_row(words: list[tuple[float, float]], expected: list[int]) -> None:
    assert assign_text_rows(words, [start for start, _ in words], 2) == expected


@given(st.lists(st.tuples(st.floats(0, 200), st.floats(5, 80)), max_size=7))
def test_no_leader_crosses_text_below(found: list[tuple[float, float]]) -> None:
    words = [(start, start + width) for start, width in sorted(found)]
    lines = [start for start, _ in words]
    placed = assign_text_rows(words, lines, 2)
    for item, other in combinations(range(len(words)), 2):
        if placed[item] == placed[other]:
            assert words[item][1] <= words[other][0] or words[other][1] <= words[item][0]
        if words[item][0] < lines[other] < words[item][1]:
            assert placed[other] < placed[item]
