"""Test chart data: dates as positions, panels, subsets of the data."""

from __future__ import annotations

import datetime as dt

import pytest

from triptych.model.charts import ChartData, Series, convert_date_to_position, convert_position_to_date


def series(label: str, panel: str = "", *values: float | None) -> Series:
    return Series(
        label=label, values=values or (1.0, None), decimal_places=(0,) * (len(values) or 2), panel=panel
    )


@pytest.mark.parametrize("year", [1, 1899, 1900, 2023, 2024, 9999])
def test_dates_and_positions_round_trip(year: int) -> None:
    date, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    while date < last:
        assert convert_position_to_date(convert_date_to_position(date)) == date
        date += dt.timedelta(days=1)
    assert convert_position_to_date(convert_date_to_position(last)) == last


def test_dates_have_proportional_distances() -> None:
    assert convert_date_to_position(dt.date(2024, 1, 1)) == 2024
    assert convert_date_to_position(dt.date(2024, 7, 1)) == pytest.approx(2024 + 182 / 366)


def test_panels_are_ordered_and_share_categories() -> None:
    data = ChartData(categories=("a", "b"), series=(series("x", "P"), series("y", "P"), series("y", "Q")))
    assert data.panels == ("P", "Q")
    second = data.select_panel("Q")
    assert [item.label for item in second.series] == ["y"]
    assert (second.categories, second.labels) == (("a", "b"), ("x", "y"))


def test_a_chart_without_panels_has_none() -> None:
    assert ChartData(categories=("a",), series=(series("x"),)).panels == ()


def test_sliced_rows_apply_to_all_related_data() -> None:
    data = ChartData(
        categories=("1", "2", "3"), series=(series("x", "", 1, 2, 3),), positions=(1.0, 2.0, 3.0)
    )
    part = data.slice_categories(slice(1, 3))
    assert (part.categories, part.positions, part.series[0].values) == (("2", "3"), (2.0, 3.0), (2, 3))


def test_gaps_are_not_numbers() -> None:
    assert ChartData(categories=("a", "b"), series=(series("x"),)).numbers == (1.0,)


@pytest.mark.parametrize(
    ("values", "places", "whole"),
    [
        ((50.0, 49.0), (0, 0), True),  # each may be rounded by a half
        ((49.0, 49.0), (0, 0), False),
        ((51.0, 50.0), (0, 0), True),
        ((33.3, 33.3, 33.3), (1, 1, 1), True),
        ((33.3, 33.3, 33.2), (1, 1, 1), False),
        ((33.0, None, 33.3, 33.3), (0, 0, 1, 1), False),  # the number with most digits decides
        ((100.0,), (0,), True),
        ((), (), False),
    ],
)
def test_parts_add_up_to_100_within_rounding(
    values: tuple[float | None, ...], places: tuple[int, ...], whole: bool
) -> None:
    assert Series(label="", values=values, decimal_places=places).adds_up_to_100 is whole


def test_changes_of_a_waterfall_start_where_the_preceding_bar_ends() -> None:
    data = ChartData(
        categories=tuple("abcdef"), series=(series("x", "", 10, 0.1, None, -0.2, 5, 1),), total_indices=(0, 4)
    )
    assert data.waterfall_spans == ((0, 10), (10, 10.1), None, (10.1, 9.9), (0, 5), (5, 6))


def test_stacks_have_their_positive_and_negative_sums_as_ends() -> None:
    first, second = series("x", "", 0.1, -1, None), series("y", "", 0.2, 2, -3)
    assert ChartData(categories=tuple("abc"), series=(first, second)).stack_ends == (0.3, 0, 2, -1, 0, -3)
    panels = (series("x", "P", 1), series("y", "P", 2), series("x", "Q", -4))
    assert ChartData(categories=("a",), series=panels).stack_ends == (3, 0, 0, -4)


def test_selected_values_keep_their_decimal_places() -> None:
    series = Series(label="x", values=(1.5, 2.25, 3.0), decimal_places=(1, 2, 0))
    result = series.select_values([2, None, 1])
    assert (result.values, result.decimal_places) == ((3.0, None, 2.25), (0, 0, 2))


def test_rows_are_cut_out_of_dates_cells_and_further_columns() -> None:
    dates = tuple(dt.date(2024, month, 1) for month in (1, 2, 3))
    data = ChartData(
        categories=("1", "2", "3"),
        series=(series("x", "", 1, 2, 3),),
        dates=dates,
        x_values=("4", "5", "6"),
        extra_series=(series("size", "", 7, 8, 9),),
    )
    part = data.slice_categories(slice(0, 2))
    assert (part.dates, part.x_values, part.extra_series[0].values) == (dates[:2], ("4", "5"), (7, 8))
    assert part.positions is None and part.all_labels == ("x",)


def test_a_position_near_the_end_of_a_year_is_on_its_last_day() -> None:
    assert convert_position_to_date(2023.9999) == dt.date(2023, 12, 31)
    assert convert_position_to_date(2024.0) == dt.date(2024, 1, 1)
    assert convert_position_to_date(2024.5) == dt.date(2024, 7, 2)
