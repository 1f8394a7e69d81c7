"""Test that SVG path data is short and exact."""

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


def test_line_path_passes_through_its_points() -> None:
    assert format_line_path([(0, 1), (2.5, 3)]) == "M0 1 2.5 3"


def test_round_marker_path_is_closed() -> None:
    data = format_marker_path((10, 10), "o", 2)
    assert data.startswith("M10 8c") and data.endswith("z")
    ends = [tuple(map(float, curve.split()[-2:])) for curve in data.strip("z").split("c")[1:]]
    assert [sum(axis) for axis in zip(*ends, strict=True)] == [0, 0]


@pytest.mark.parametrize(("marker", "corners"), [("s", 4), ("D", 4), ("^", 3), ("v", 3), ("P", 12)])
def test_other_markers_have_corners(marker: str, corners: int) -> None:
    assert len(format_marker_path((0, 0), marker, 3).strip("Mz").split()) == 2 * corners


@pytest.mark.parametrize(
    ("marker", "corners"),
    [
        ("s", "7,17 13,17 13,23 7,23"),
        ("D", "10,15.76 14.24,20 10,24.24 5.76,20"),
        ("^", "10,17 13,23 7,23"),
        ("v", "10,23 7,17 13,17"),
        ("P", "9,17 11,17 11,19 13,19 13,21 11,21 11,23 9,23 9,21 7,21 7,19 9,19"),
    ],
    ids=["square", "diamond", "triangle up", "triangle down", "plus"],
)
def test_the_corners_of_a_marker_are_around_its_centre(marker: str, corners: str) -> None:
    assert format_marker_path((10, 20), marker, 3) == f"M{corners.replace(',', ' ')}z"


def test_lengths_have_at_most_two_decimal_places() -> None:
    lengths = (1.005, 2.0, -0.001, 999.994, 999.999, 1000.04, -1234.56)
    assert [format_length(length) for length in lengths] == [
        "1",
        "2",
        "0",
        "999.99",
        "1000",
        "1000.0",
        "-1234.6",
    ]
