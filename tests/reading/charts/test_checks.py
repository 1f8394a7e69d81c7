"""Data that a chart shows as they are, and that their author hardly meant."""

from __future__ import annotations

import pytest

from triptych.model.charts import ChartData
from triptych.reading.charts.checks import misspelt_year


def _data(years: str) -> ChartData:
    names = tuple(years.split())
    return ChartData(categories=names, series=(), positions=tuple(map(float, names)))


@pytest.mark.parametrize(
    ("years", "odd"),
    [
        ("2020 2021 20222 2023", "20222"),
        ("2020 2021 202 2023", "202"),
        ("2020 2021 2202 2023", "2202"),
        ("2020 2021 2022 2023", ""),
        ("1850 2021 2022 2023", ""),
        ("900 1200 1500 1800", ""),
        ("1800 1900 2000 20000", ""),
        ("2020 20222", ""),
    ],
)
def test_a_year_with_a_slip_is_found_among_years(years: str, odd: str) -> None:
    assert misspelt_year(_data(years)) == odd
