"""Test that patterns stay inside their shapes and continue from one shape to the next."""

from __future__ import annotations

import math
import re

import pytest

from triptych.charts.canvas import HATCH_WIDTH, Point, format_hatching_path

SQUARE = [(3.0, 3.0), (23.0, 3.0), (23.0, 17.0), (3.0, 17.0)]
RING = [
    (0.0, 0.0),
    (30.0, 0.0),
    (30.0, 30.0),
    (0.0, 30.0),
    (0.0, 20.0),
    (20.0, 20.0),
    (20.0, 10.0),
    (0.0, 10.0),
]


def begins(data: str) -> list[Point]:
    return [(float(x), float(y)) for x, y in re.findall(r"M([-.\d]+) ([-.\d]+)", data)]


@pytest.mark.parametrize("hatch", ["/", "x", "-"])
def test_hatching_stays_within_its_shape(hatch: str) -> None:
    places = begins(format_hatching_path(SQUARE, hatch))
    assert len(places) >= 4
    assert all(2.99 <= x <= 23.01 and 2.7 <= y <= 17.01 for x, y in places)


def test_hatching_omits_holes_of_a_shape() -> None:
    numbers = list(map(float, re.findall(r"[-.\d]+", format_hatching_path(RING, "/"))))
    middles = [
        ((x + right) / 2, (y + end) / 2) for x, y, right, end in zip(*[iter(numbers)] * 4, strict=True)
    ]
    assert middles
    assert not [1 for x, y in middles if x < 19.9 and 10.1 < y < 19.9]


def test_crossed_hatching_has_two_directions() -> None:
    assert len(begins(format_hatching_path(SQUARE, "x"))) > 1.5 * len(
        begins(format_hatching_path(SQUARE, "/"))
    )


def test_hatching_continues_in_adjacent_shapes() -> None:
    left, right = (
        format_hatching_path([(x, 0.0), (x + 10, 0.0), (x + 10, 10.0), (x, 10.0)], "/") for x in (0.0, 10.0)
    )
    points = {tuple(point) for data in (left, right) for point in re.findall(r"([-.\d]+) ([-.\d]+)", data)}
    assert len([point for point in points if point[0] == "10"]) == 2


def test_shape_that_is_too_small_has_no_hatching() -> None:
    assert format_hatching_path([(1.0, 1.0), (1.2, 1.0), (1.2, 1.1)], "-") == ""


@pytest.mark.parametrize("hatch", ["/", "x", "-"])
def test_hatching_covers_a_third_of_its_shape(hatch: str) -> None:
    side = 100.0
    data = format_hatching_path([(0.0, 0.0), (side, 0.0), (side, side), (0.0, side)], hatch)
    numbers = [float(number) for number in re.findall(r"[-.\d]+", data)]
    lengths = (
        math.hypot(end_x - x, end_y - y) for x, y, end_x, end_y in zip(*[iter(numbers)] * 4, strict=True)
    )
    assert 0.3 < sum(lengths) * HATCH_WIDTH / side**2 < 0.7
