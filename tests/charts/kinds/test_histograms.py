"""Test histogram bins: each value is in one bin, and bin edges are round and reproducible."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree

from tests.charts.conftest import chart, series
from triptych.charts.drawing import draw_chart
from triptych.charts.kinds.histograms import (
    choose_bin_edges,
    compute_quantile,
    count_in_bins,
    format_bin_labels,
)
from triptych.theme.theme import load_theme

NUMBERS = st.lists(st.floats(-1e9, 1e9).map(lambda value: round(value, 3)), min_size=1, max_size=60)


@example([0.031, -44544936.0], None)
@example([0.562, -16777216.0], 1)
@example([0.3, 0.9, 0.6], None)
@given(NUMBERS, st.one_of(st.none(), st.integers(1, 30)))
def test_each_value_is_in_one_bin(values: list[float], bins: int | None) -> None:
    edges = choose_bin_edges(values, bins)
    assert edges[0] <= min(values) + abs(min(values)) * 1e-9
    assert edges[-1] >= max(values) - abs(max(values)) * 1e-9
    assert sum(count_in_bins(values, edges)) == len(values)
    assert len(edges) - 1 == bins or (bins is None and 1 <= len(edges) - 1 <= 130)
    assert list(edges) == sorted(set(edges))


@pytest.mark.parametrize(
    ("values", "bins", "expected"),
    [
        ([0, 10], 5, (0, 2, 4, 6, 8, 10)),
        ([3, 97], 4, (0, 25, 50, 75, 100)),
        ([0.1, 0.45], 2, (0, 0.25, 0.5)),
        ([-4, 4], 2, (-4, 0, 4)),
        ([7], None, (7, 7.1)),
        ([-1, 1], 1, (-1, 1)),
        ([0], None, (0, 1)),
    ],
)
def test_edges_are_round(values: list[float], bins: int | None, expected: tuple[float, ...]) -> None:
    assert choose_bin_edges(values, bins) == pytest.approx(expected)


def test_the_rule_follows_spread_and_number() -> None:
    """Test the Freedman–Diaconis rule: the bin width is 2 × IQR ∕ ∛n."""
    values = [float(value) for value in range(1000)]
    assert choose_bin_edges(values, None)[:2] == (0, 100)
    assert choose_bin_edges(values[:27], None)[:2] == (0, 10)


def test_sturges_rule_is_used_if_quartiles_coincide() -> None:
    values = [5.0] * 15 + [13.0]
    assert len(choose_bin_edges(values, None)) - 1 == 5


def test_outliers_do_not_make_thousands_of_bins() -> None:
    assert len(choose_bin_edges([1.0, 2.0, 3.0, 4.0] * 20 + [1e6], None)) < 110


def test_edge_value_belongs_to_the_bin_above_except_the_last() -> None:
    assert count_in_bins([0, 5, 10], (0, 5, 10)) == (1, 2)


@pytest.mark.parametrize(
    ("edges", "language", "expected"),
    [
        ((0.0, 0.5, 1.0), "en", ("0.0–0.5", "0.5–1.0")),
        ((0.0, 1000.0), "de", ("0–1.000",)),
        ((-5.0, 0.0), "en", ("\u22125 – 0",)),
    ],
)
def test_bins_are_named_by_their_edges(
    edges: tuple[float, ...], language: str, expected: tuple[str, ...]
) -> None:
    assert format_bin_labels(edges, language) == expected


@pytest.mark.parametrize(
    ("values", "fraction", "expected"),
    [
        ([3], 0.25, 3),
        ([3, 5], 0.5, 4),
        ([3, 5], 1.0, 5),
        ([1, 2, 4, 8], 0.25, 1.75),
        ([1, 2, 4, 8], 0.75, 5),
        ([1, 2, 4, 8, 16], 0.5, 4),
    ],
)
def test_quantiles_are_interpolated_between_values(
    values: list[float], fraction: float, expected: float
) -> None:
    assert compute_quantile(values, fraction) == expected


def test_values_outside_all_bins_count_in_the_nearest() -> None:
    assert count_in_bins([-1, 4.9, 11], (0, 5, 10)) == (2, 1)


def test_bars_are_adjacent_and_as_high_as_their_counts() -> None:
    theme = load_theme()
    drawing = chart("histogram", series(2, 0, 4, 1), years=False)
    root = etree.fromstring(draw_chart(drawing, theme))
    boxes = []
    for path in root.iterfind(".//{*}path"):
        if path.get("fill") == f"#{theme.colours.series[0]}":
            numbers = [float(number) for number in path.get("d").strip("Mz").split()]
            boxes.append((numbers[0], numbers[1], numbers[2], numbers[5]))
    first, third, fourth = sorted(boxes)
    heights = [foot - top for _, top, _, foot in (first, third, fourth)]
    assert heights == pytest.approx([2 * heights[2], 4 * heights[2], heights[2]], abs=0.05)
    assert len({foot for *_, foot in boxes}) == 1
    widths = [right - left for left, _, right, _ in boxes]
    assert max(widths) - min(widths) < 0.05
    assert 0 < fourth[0] - third[2] < 1  # gap between adjacent bars, in points
    assert third[0] - first[2] == pytest.approx(widths[0], abs=2)  # the empty bin is not omitted
