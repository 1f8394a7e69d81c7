"""Path data says what it says in few characters."""

from __future__ import annotations

import pytest

from triptych.charts.canvas import format_length, format_line_path, format_marker_path


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (0.0, "0"),
        (-0.001, "0"),
        (1.5, "1.5"),
        (12.345, "12.35"),
        (-3.0, "-3"),
        (12345.67, "12345.7"),
        (1e-9, "0"),
    ],
)
def test_numbers_have_at_most_two_decimals(value: float, written: str) -> None:
    assert format_length(value) == written


def test_a_line_goes_through_its_points() -> None:
    assert format_line_path([(0, 1), (2.5, 3)]) == "M0 1 2.5 3"


def test_a_round_marker_ends_where_it_begins() -> None:
    data = format_marker_path((10, 10), "o", 2)
    assert data.startswith("M10 8c") and data.endswith("z")
    ends = [tuple(map(float, curve.split()[-2:])) for curve in data.strip("z").split("c")[1:]]
    assert [sum(axis) for axis in zip(*ends, strict=True)] == [0, 0]


@pytest.mark.parametrize(("marker", "corners"), [("s", 4), ("D", 4), ("^", 3), ("v", 3), ("P", 12)])
def test_other_markers_have_corners(marker: str, corners: int) -> None:
    assert len(format_marker_path((0, 0), marker, 3).strip("Mz").split()) == 2 * corners
