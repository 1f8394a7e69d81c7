"""Test that stacked bars and areas are stacked upwards from zero, or downwards if negative."""

from __future__ import annotations

from tests.charts.conftest import chart, series
from triptych.charts.plot_layout import compute_spans


def test_unstacked_spans_start_at_zero() -> None:
    drawing = chart("bar", series(1, None), series(-3, 4, label="b"))
    assert compute_spans(drawing, drawing.data) == [[(0, 1), None], [(0, -3), (0, 4)]]


def test_positive_and_negative_values_are_stacked_separately() -> None:
    drawing = chart("bar", series(1, -1), series(-3, -2, label="b"), series(2, None, label="c"), stacked=True)
    assert compute_spans(drawing, drawing.data) == [[(0, 1), (0, -1)], [(0, -3), (-1, -3)], [(1, 3), None]]


def test_percentages_add_up_to_100_and_parts_of_zero_are_zero() -> None:
    drawing = chart("bar", series(1, 0, None), series(3, 0, 5, label="b"), stacked=True, percent=True)
    assert compute_spans(drawing, drawing.data) == [[(0, 25), (0, 0), None], [(25, 100), (0, 0), (0, 100)]]
