"""Test that time axes have ticks at round dates, in the date format of the language."""

from __future__ import annotations

import pytest

from tests.charts.conftest import dated
from triptych.charts.time_axis import add_missing_dates, format_category, make_time_ticks
from triptych.model.charts import ChartData, DatePrecision


def names(data: ChartData, most: int, language: str = "en") -> list[str]:
    return [" ".join(lines) for _, lines in make_time_ticks(data, most, language)]


def test_year_ticks_have_round_steps() -> None:
    data = dated(DatePrecision.YEAR, "1990", "2000", "2015", "2024")
    assert names(data, 8) == ["1990", "1995", "2000", "2005", "2010", "2015", "2020"]
    assert names(data, 4) == ["1990", "2000", "2010", "2020"]


def test_few_years_are_all_labelled() -> None:
    data = dated(DatePrecision.YEAR, *map(str, range(2015, 2025)))
    assert names(data, 10)[0] == "2015"
    assert names(data, 6) == ["2016", "2018", "2020", "2022", "2024"]


def test_end_of_the_data_late_in_a_year_is_labelled_after_the_years() -> None:
    years = [str(year) for year in range(2018, 2025)]
    late, early = (
        dated(DatePrecision.MONTH, "2017-12", "2020-06", f"2024-{month}") for month in ("12", "04")
    )
    assert names(late, 8) == [*years, "Dec 2024"]
    assert names(early, 8) == years


def test_month_ticks_show_the_year_once() -> None:
    data = dated(DatePrecision.MONTH, "2023-10", "2023-12", "2024-03")
    assert names(data, 6, "fr") == ["oct. 2023", "nov.", "déc.", "janv. 2024", "févr.", "mars"]
    assert names(data, 3, "de") == ["Nov 2023", "Jan 2024", "Mär"]


def test_quarters_are_named_as_quarters() -> None:
    data = dated(DatePrecision.QUARTER, "2023-Q1", "2023-Q3", "2024-Q1")
    assert names(data, 6) == ["Q1 2023", "Q2", "Q3", "Q4", "Q1 2024"]


def test_day_ticks_have_weekly_steps() -> None:
    data = dated(DatePrecision.DAY, "2024-03-01", "2024-03-29")
    assert names(data, 6) == ["Mar 1 2024", "Mar 8", "Mar 15", "Mar 22", "Mar 29"]


def test_ticks_are_no_finer_than_the_data() -> None:
    assert names(dated(DatePrecision.YEAR, "2023", "2024"), 20) == ["2023", "2024"]


@pytest.mark.parametrize("most", [2, 3, 5, 9, 20])
@pytest.mark.parametrize(
    "data",
    [
        dated(DatePrecision.DAY, "2024-03-01", "2024-03-02"),
        dated(DatePrecision.DAY, "1999-12-31", "2024-03-02"),
        dated(DatePrecision.MONTH, "2020-01", "2024-03"),
        dated(DatePrecision.QUARTER, "2020-Q1", "2029-Q3"),
        dated(DatePrecision.YEAR, "0800", "2024"),
    ],
    ids=lambda data: " to ".join(data.categories),
)
def test_ticks_are_limited_and_within_the_data(data: ChartData, most: int) -> None:
    places = [place for place, _ in make_time_ticks(data, most, "en")]
    assert 1 <= len(places) <= most
    assert data.positions is not None
    assert data.positions[0] - 1e-6 <= min(places) <= max(places) <= data.positions[-1] + 1e-6


def test_dates_use_the_format_of_the_language_and_text_is_unchanged() -> None:
    assert format_category(dated(DatePrecision.MONTH, "2024-06"), 0, "de") == "Juni 2024"
    assert format_category(dated(DatePrecision.QUARTER, "2024-Q2"), 0, "en") == "Q2 2024"
    assert format_category(dated(DatePrecision.MONTH, "2024", "2024-06"), 0, "de") == "2024"
    assert format_category(ChartData(categories=("2003-2007",), series=()), 0, "de") == "2003-2007"


def test_missing_dates_keep_their_places_among_bars() -> None:
    data = add_missing_dates(dated(DatePrecision.MONTH, "2024-06", "2025-06", "2025-12"))
    assert data.categories == ("2024-06", "2024-12", "2025-06", "2025-12")
    assert data.series[0].values == (1, None, 2, 3)


@pytest.mark.parametrize(
    ("part", "texts"),
    [
        (DatePrecision.YEAR, ("2020", "2021", "2022")),
        (DatePrecision.YEAR, ("1900", "2000", "2001")),  # the dates are too far apart
        (DatePrecision.YEAR, ("2022", "2020", "2021")),  # in the order of the data file
        (DatePrecision.QUARTER, ("2022-Q1", "2022-Q2")),
    ],
)
def test_other_dates_are_unchanged(part: DatePrecision, texts: tuple[str, ...]) -> None:
    data = dated(part, *texts)
    assert add_missing_dates(data) == data


def test_missing_days_and_quarters_use_the_format_of_the_data() -> None:
    quarters = add_missing_dates(dated(DatePrecision.QUARTER, "2023-Q4", "2024-Q2", "2024-Q3"))
    assert quarters.categories == ("2023-Q4", "2024-Q1", "2024-Q2", "2024-Q3")
    days = add_missing_dates(dated(DatePrecision.DAY, "2024-02-28", "2024-03-01", "2024-03-02"))
    assert days.categories == ("2024-02-28", "2024-02-29", "2024-03-01", "2024-03-02")


@pytest.mark.parametrize(
    ("data", "most", "expected"),
    [
        (dated(DatePrecision.DAY, "2024-12-30", "2025-01-02"), 4, "Dec 30 2024, Dec 31, Jan 1 2025, Jan 2"),
        (dated(DatePrecision.DAY, "2024-03-01", "2024-03-10"), 6, "Mar 2 2024, Mar 4, Mar 6, Mar 8, Mar 10"),
        (dated(DatePrecision.DAY, "2024-03-01", "2024-04-01"), 4, "Mar 4 2024, Mar 18, Apr 1"),
        (
            dated(DatePrecision.DAY, "2024-01-01", "2024-08-01"),
            9,
            "Jan 2024, Feb, Mar, Apr, May, Jun, Jul, Aug",
        ),
        (dated(DatePrecision.DAY, "2024-01-01", "2024-08-01"), 4, "Jan 2024, Mar, May, Jul"),
        (dated(DatePrecision.MONTH, "2024-01", "2024-12"), 4, "Jan 2024, Apr, Jul, Oct"),
        (dated(DatePrecision.MONTH, "2024-01", "2025-12"), 4, "Jan 2024, Jul, Jan 2025, Jul"),
        (dated(DatePrecision.QUARTER, "2023-Q1", "2025-Q1"), 5, "Q1 2023, Q3, Q1 2024, Q3, Q1 2025"),
        (dated(DatePrecision.MONTH, "2018-01", "2024-01"), 8, "2018, 2019, 2020, 2021, 2022, 2023, 2024"),
        (dated(DatePrecision.MONTH, "2017-01", "2024-01"), 4, "2018, 2020, 2022, 2024"),
        (
            dated(DatePrecision.MONTH, "2016-01", "2023-01"),
            4,
            "2016, 2018, 2020, 2022",
        ),  # the interval is only relative to the last tick for years
        (dated(DatePrecision.YEAR, "2016", "2023"), 4, "2017, 2019, 2021, 2023"),
        (dated(DatePrecision.YEAR, "1901", "2024"), 4, "1925, 1950, 1975, 2000"),
        (dated(DatePrecision.YEAR, "2023", "2024"), 1, "2023, 2024"),
    ],
)
def test_ticks_are_as_fine_as_space_allows(data: ChartData, most: int, expected: str) -> None:
    assert ", ".join(names(data, most)) == expected
