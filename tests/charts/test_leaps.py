"""Test that lines are dotted across long gaps between points."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.charts.conftest import chart, dated, series
from triptych.charts.time_axis import add_breaks, find_added_breaks, find_points_after_gaps
from triptych.model.charts import ChartData, DatePrecision, Scale
from triptych.model.nodes import Chart

COUNTS = dated(DatePrecision.YEAR, "1949", "2017", "2019", "2021", "2023")


def line(data: ChartData, **more: object) -> Chart:
    return replace(chart("line", series(1, 2)), data=data, **more)  # type: ignore[arg-type]


def numbers(*positions: float) -> ChartData:
    names = tuple(f"{position:g}" for position in positions)
    return ChartData(categories=names, series=(series(*positions),), positions=positions)


def test_gap_much_longer_than_the_median_is_bridged() -> None:
    assert find_points_after_gaps(line(COUNTS)) == (1,)
    assert find_points_after_gaps(line(numbers(0, 1, 2, 30, 31, 32, 70))) == (3, 6)
    assert find_points_after_gaps(line(numbers(0, 1, 2, 7))) == (3,)  # five times as long as others, of four
    assert find_points_after_gaps(line(numbers(*range(16), 20))) == (16,)  # the gap is a quarter of the axis


@pytest.mark.parametrize(
    "drawn",
    [
        line(numbers(1950, 1980, 2000, 2010)),  # uneven gaps, but none is much longer than the others
        line(numbers(1949, 2023)),
        line(numbers(0, 1, 7)),  # three points are too few to find the usual gap
        line(numbers(0, 1, 2, 6.9)),
        line(numbers(*range(17), 21)),
        line(numbers(1, 1, 1, 1)),
        line(numbers(*range(30), 36)),  # a long gap, but a small part of the axis
        line(numbers(1, 2, 3, 1000), x_scale=Scale.LOG),
        replace(line(COUNTS), kind="bar"),
        chart("line", series(1, 2, 3, 4), years=False),
    ],
)
def test_other_lines_are_continuous(drawn: Chart) -> None:
    assert find_points_after_gaps(drawn) == find_added_breaks(drawn) == ()
    assert add_breaks(drawn) == drawn


@pytest.mark.parametrize("drawn", [line(COUNTS), line(numbers(0, 1, 2, 30, 31, 32, 70))])
def test_bridged_gap_has_an_empty_category(drawn: Chart) -> None:
    breaks = add_breaks(drawn)
    assert len(find_added_breaks(breaks)) == len(find_points_after_gaps(drawn))
    for index in find_added_breaks(breaks):
        before, middle, after = (breaks.data.positions or ())[index - 1 : index + 2]
        assert middle == pytest.approx((before + after) / 2, abs=1)
        assert breaks.data.series[0].values[index] is None


def test_an_empty_place_of_a_date_is_one() -> None:
    data = add_breaks(line(COUNTS)).data
    assert data.categories[:3] == ("1949", "1983", "2017")
    assert data.dates is not None and data.dates[1].year == 1983
    assert data.series[0].values == (1, None, 2, 3, 4, 5)
    assert data.series[0].decimal_places == (0,) * 6
    assert data.numbers == COUNTS.numbers
