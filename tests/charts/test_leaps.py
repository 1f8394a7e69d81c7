"""Lines are dotted over times of which nothing is known."""

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


def test_a_line_leaps_over_what_is_far_longer_than_the_rest() -> None:
    assert find_points_after_gaps(line(COUNTS)) == (1,)
    assert find_points_after_gaps(line(numbers(0, 1, 2, 30, 31, 32, 70))) == (3, 6)
    assert find_points_after_gaps(line(numbers(0, 1, 2, 7))) == (3,)  # five times as long, of four points
    assert find_points_after_gaps(line(numbers(*range(16), 20))) == (16,)  # a quarter of the axis


@pytest.mark.parametrize(
    "drawn",
    [
        line(numbers(1950, 1980, 2000, 2010)),  # uneven, but none is far longer
        line(numbers(1949, 2023)),
        line(numbers(0, 1, 7)),  # of three points nobody can tell what is usual
        line(numbers(0, 1, 2, 6.9)),
        line(numbers(*range(17), 21)),
        line(numbers(1, 1, 1, 1)),
        line(numbers(*range(30), 36)),  # long, and a small part of the axis
        line(numbers(1, 2, 3, 1000), x_scale=Scale.LOG),
        replace(line(COUNTS), kind="bar"),
        chart("line", series(1, 2, 3, 4), years=False),
    ],
)
def test_other_lines_go_on(drawn: Chart) -> None:
    assert find_points_after_gaps(drawn) == find_added_breaks(drawn) == ()
    assert add_breaks(drawn) == drawn


@pytest.mark.parametrize("drawn", [line(COUNTS), line(numbers(0, 1, 2, 30, 31, 32, 70))])
def test_a_broken_chart_has_empty_places_in_the_middle(drawn: Chart) -> None:
    broken = add_breaks(drawn)
    assert len(find_added_breaks(broken)) == len(find_points_after_gaps(drawn))
    for index in find_added_breaks(broken):
        before, middle, after = (broken.data.positions or ())[index - 1 : index + 2]
        assert middle == pytest.approx((before + after) / 2, abs=1)
        assert broken.data.series[0].values[index] is None


def test_an_empty_place_of_a_date_is_one() -> None:
    broken = add_breaks(line(COUNTS)).data
    assert broken.categories[:3] == ("1949", "1983", "2017")
    assert broken.dates is not None and broken.dates[1].year == 1983
    assert broken.series[0].values == (1, None, 2, 3, 4, 5)
    assert broken.series[0].decimal_places == (0,) * 6
    assert broken.numbers == COUNTS.numbers
