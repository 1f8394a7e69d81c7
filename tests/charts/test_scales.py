"""Test that axes have round limits and ticks, and start at zero for charts that show lengths."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.charts.conftest import chart, series
from triptych.charts.axes import ValueAxis, make_linear_axis, make_log_axis, make_value_axis, round_up_step
from triptych.model.charts import ChartReferenceLine, Scale


@pytest.mark.parametrize(
    ("low", "high", "ticks"),
    [
        (0, 97, (0, 20, 40, 60, 80, 100)),
        (-3, 6, (-4, -2, 0, 2, 4, 6)),
        (0, 0.23, (0, 0.05, 0.1, 0.15, 0.2, 0.25)),
        (5, 5, (4, 4.5, 5, 5.5, 6)),
        (0, 0, (0, 0.2, 0.4, 0.6, 0.8, 1)),
    ],
)
def test_ticks_are_round(low: float, high: float, ticks: tuple[float, ...]) -> None:
    scale = make_linear_axis(low, high)
    assert scale.ticks == ticks
    assert (scale.low, scale.high) == (ticks[0], ticks[-1])


@pytest.mark.parametrize("number", [1e12, 9_999_999_999_999_999.0, -1e90])
def test_constant_value_gets_an_axis_range_around_it(number: float) -> None:
    scale = make_linear_axis(number, number)
    assert scale.low < number < scale.high
    assert len(scale.ticks) > 2


def test_counts_have_whole_ticks() -> None:
    assert make_linear_axis(0, 11, whole_ticks=True).ticks == (0, 5, 10, 15)
    assert make_linear_axis(0, 2, whole_ticks=True).ticks == (0, 1, 2)


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
@example(0.0, 5e-324)
@example(-999999999502.0, -999999999501.5)
def test_all_values_are_on_the_axis(one: float, other: float) -> None:
    low, high = sorted((one, other))
    scale = make_linear_axis(low, high)
    slack = (scale.high - scale.low) * 1e-6
    assert scale.low - slack <= low <= high <= scale.high + slack
    assert 2 <= len(scale.ticks) <= 12


@given(st.floats(1e-9, 1e9), st.floats(1e-9, 1e9))
def test_all_values_are_on_a_log_axis(one: float, other: float) -> None:
    low, high = sorted((one, other))
    scale = make_log_axis(low, high)
    assert scale.low <= low * (1 + 1e-6)
    assert scale.high >= high * (1 - 1e-6)
    assert scale.get_fraction(scale.low) == pytest.approx(0)
    assert scale.get_fraction(scale.high) == pytest.approx(1)
    assert 1 <= len(scale.ticks) <= 12


def test_few_powers_of_ten_have_ticks_between_them() -> None:
    assert make_log_axis(2, 80).ticks == (1, 2, 5, 10, 20, 50, 100)
    assert make_log_axis(1, 1e6).ticks == (1, 10, 100, 1e3, 1e4, 1e5, 1e6)


@pytest.mark.parametrize("kind", ["bar", "area", "line", "histogram"])
def test_lengths_start_at_zero(kind: str) -> None:
    assert make_value_axis(chart(kind, series(50, 60))).low == 0


def test_scatter_axes_need_not_include_zero() -> None:
    assert make_value_axis(chart("scatter", series(50, 60))).low == 50
    assert make_value_axis(chart("line", series(50, 60), y_min=45.0)).low == 45


def test_axis_covers_the_sums_of_stacks() -> None:
    stacked = chart("bar", series(3, -4), series(4, -5, label="b"), stacked=True)
    scale = make_value_axis(stacked)
    assert scale.low <= -9
    assert scale.high >= 7


def test_reference_lines_are_on_the_axis() -> None:
    marked = chart("bar", series(3, 4), reference_lines=(ChartReferenceLine(value=90, text="Target"),))
    assert make_value_axis(marked).high >= 90


def test_shares_go_to_a_hundred() -> None:
    scale = make_value_axis(chart("bar", series(3, 4), stacked=True, percent=True))
    assert (scale.low, scale.high) == (0, 100)
    assert scale.format_ticks("de")[-1] == "100\u00a0%"


def test_panels_have_one_scale() -> None:
    both = chart("line", series(1, 2, panel="A"), series(80, 95, panel="B"))
    assert make_value_axis(both).high == 100


def test_log_axis_covers_its_values() -> None:
    scale = make_value_axis(chart("line", series(3, 4000), y_scale=Scale.LOG))
    assert (scale.low, scale.high, scale.is_log) == (1, 10_000, True)


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        *((0.3, 0.5), (1, 1), (11, 20), (2.1, 2.5), (26, 50), (0.01, 0.01)),
        *((2, 2), (2.5, 2.5), (5, 5), (5.1, 10), (10, 10), (1 + 1e-12, 1)),
    ],
)
def test_steps_are_rounded_up(step: float, expected: float) -> None:
    assert round_up_step(step) == expected


def test_axis_limits_of_the_author_are_exact_and_ticks_stay_round() -> None:
    scale = make_linear_axis(3, 97, 10, 50)
    assert (scale.low, scale.high, scale.ticks) == (10, 50, (10, 20, 30, 40, 50))
    scale = make_linear_axis(0, 97, 3)
    assert (scale.low, scale.high, scale.ticks) == (3, 100, (20, 40, 60, 80, 100))


def test_a_scale_that_is_not_wide_ends_with_its_values() -> None:
    scale = make_linear_axis(3, 97, round_limits=False)
    assert (scale.low, scale.high, scale.ticks) == (3, 97, (20, 40, 60, 80))
    assert [scale.get_fraction(value) for value in (3, 50, 97)] == [0, 0.5, 1]


def test_ends_of_a_log_scale_may_be_set() -> None:
    scale = make_log_axis(2, 80, 5, 60)
    assert (scale.low, scale.high, scale.ticks) == (5, 60, (5, 10, 20, 50))


def test_single_value_on_a_log_axis_has_a_power_of_ten_above() -> None:
    assert make_log_axis(10, 10).ticks == (10, 20, 50, 100)


def test_many_powers_of_ten_are_thinned() -> None:
    assert make_log_axis(1, 1e8).ticks == tuple(10.0**power for power in range(9))
    assert make_log_axis(1, 1e9).ticks == (1, 1e2, 1e4, 1e6, 1e8)
    assert make_log_axis(1, 1000).ticks == (1, 10, 100, 1000)


def test_negative_values_are_below_zero() -> None:
    scale = make_linear_axis(-10, 30)
    assert (scale.low, scale.high) == (-10, 30)
    assert scale.get_fraction(0) == 0.25


def test_the_middle_of_a_log_axis_is_the_geometric_mean() -> None:
    assert make_log_axis(1, 100).get_fraction(10) == pytest.approx(0.5)


def test_counts_have_no_fractional_ticks() -> None:
    assert make_linear_axis(0, 12).ticks == (0, 2.5, 5, 7.5, 10, 12.5)
    assert make_linear_axis(0, 12, whole_ticks=True).ticks == (0, 5, 10, 15)
    assert make_linear_axis(0, 120, whole_ticks=True).ticks == (0, 25, 50, 75, 100, 125)


def test_chart_without_values_has_an_axis_from_zero_to_one() -> None:
    scale = make_value_axis(chart("bar", series(None, None)))
    assert (scale.low, scale.high) == (0, 1)


def test_ends_that_an_author_set_hold_for_all_kinds() -> None:
    assert make_value_axis(chart("bar", series(3, 4), y_max=30.0)).high == 30
    assert make_value_axis(chart("line", series(50, 60), y_max=90.0)).low == 0
    assert make_value_axis(chart("bar", series(50, 60), y_min=-10.0)).low == -10


@pytest.mark.parametrize(
    ("drawn", "names"),
    [
        (make_linear_axis(0, 4e6), ["0", "1\u00a0m", "2\u00a0m", "3\u00a0m", "4\u00a0m"]),
        (make_linear_axis(0, 5e5), ["0", "100,000", "200,000", "300,000", "400,000", "500,000"]),
        (
            make_log_axis(1e5, 1e7),
            ["100,000", "200,000", "500,000", "1,000,000", "2,000,000", "5,000,000", "10,000,000"],
        ),
    ],
)
def test_large_values_are_named_in_short_but_on_a_log_axis(drawn: ValueAxis, names: list[str]) -> None:
    assert drawn.format_ticks("en") == names
