"""Test the choice of axes of native charts."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.charts.conftest import chart, dated
from triptych.charts.native import (
    get_axis_numbers,
    get_serial_day,
    has_date_axis,
    has_serial_days,
    is_evenly_spaced,
)
from triptych.model.charts import ChartData, DatePrecision
from triptych.model.nodes import Chart


def line(data: ChartData) -> Chart:
    return Chart(kind="line", data=data, caption=(), alt="x")


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        (None, True),
        ((), True),
        ((1.0, 5.0), True),
        ((2020.0, 2021.0, 2022.0), True),
        ((2020.0, 2021.0, 2023.0), False),
        ((0.1, 0.2, 0.3, 0.4), True),  # the differences are not exactly equal
        ((0.00001, 0.00002, 0.00005), False),  # small numbers that are not equal
        ((1e6, 1e6 + 0.1, 1e6 + 0.2, 1e6 + 0.3), True),
        ((1e9, 1e9 + 1, 1e9 + 2.5), False),
        ((0.0, 1e9 / 3, 2e9 / 3, 1e9), True),
        ((1e9, 2e9, 4e9), False),
        ((3.0, 2.0, 1.0), True),
        ((3.0, 2.0, 0.0), False),
    ],
)
def test_positions_are_evenly_spaced_up_to_rounding(
    positions: tuple[float, ...] | None, *, expected: bool
) -> None:
    assert is_evenly_spaced(positions) is expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (dated(DatePrecision.MONTH, "2024-01", "2024-02"), True),
        (dated(DatePrecision.MONTH, "2024-01"), False),
        (dated(DatePrecision.MONTH, "2024-01", "2024-01", "2024-02"), False),
        (dated(DatePrecision.YEAR, "2020", "2021", "2022"), False),
        (dated(DatePrecision.YEAR, "2020", "2021", "2024"), True),
        (dated(DatePrecision.DAY, "1900-03-01", "1900-03-02"), True),
        (dated(DatePrecision.DAY, "1900-02-28", "1900-03-02"), False),
    ],
)
def test_different_dates_from_march_1900_on_get_a_date_axis(data: ChartData, *, expected: bool) -> None:
    assert has_date_axis(line(data)) is expected


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (dated(DatePrecision.DAY, "1900-03-01", "1900-03-02"), True),
        (dated(DatePrecision.DAY, "1900-02-28", "1900-03-02"), False),
        (dated(DatePrecision.YEAR, "2020", "2021"), False),
    ],
)
def test_dates_other_than_years_become_serial_days(data: ChartData, *, expected: bool) -> None:
    assert has_serial_days(line(data)) is expected


def test_serial_days_match_those_of_spreadsheets() -> None:
    assert get_serial_day(dt.date(1900, 3, 1)) == 61
    assert get_serial_day(dt.date(2024, 1, 1)) == 45292
    days = line(dated(DatePrecision.DAY, "2024-01-01", "2024-01-03"))
    assert get_axis_numbers(days) == (45292, 45294)


def test_years_stay_integers_on_a_numeric_axis() -> None:
    years = line(dated(DatePrecision.YEAR, "2020", "2023"))
    assert get_axis_numbers(years) == years.data.positions
    assert get_axis_numbers(chart("line", *years.data.series, years=False)) == ()
