"""Test the order of categories that ``sort=`` sets."""

from __future__ import annotations

from typing import Any

import pytest

from tests.charts.kinds.conftest import Read
from triptych.charts.rows import iter_data_rows
from triptych.model.nodes import Chart, Table
from triptych.model.walk import plain_text

TRIPS = "port,before,after\nAlma,42,61\nBrink,35,52\nCorvo,58,55\nDelta,,55\nEsk,40,\n"


def sorted_names(read: Read, csv: str = TRIPS, **attributes: str) -> list[str]:
    chart, findings = read(csv, **{"type": "bar", "x": "port", "y": "after", **attributes})
    assert not findings
    assert isinstance(chart, Chart)
    return list(chart.data.categories)


def test_categories_are_sorted_by_the_first_series_and_missing_values_come_last(read: Read) -> None:
    assert sorted_names(read) == ["Alma", "Brink", "Corvo", "Delta", "Esk"]
    assert sorted_names(read, sort="descending") == ["Alma", "Corvo", "Delta", "Brink", "Esk"]
    assert sorted_names(read, sort="ascending") == ["Brink", "Corvo", "Delta", "Alma", "Esk"]
    assert sorted_names(read, y="before,after", sort="Descending") == [
        "Corvo",
        "Alma",
        "Esk",
        "Brink",
        "Delta",
    ]


def test_a_series_can_be_named(read: Read) -> None:
    names = sorted_names(read, y="before,after", labels="Last year,This year", sort="This year: descending")
    assert names == ["Alma", "Corvo", "Delta", "Brink", "Esk"]


def test_stacks_are_sorted_by_their_height_and_full_stacks_by_share(read: Read) -> None:
    csv = "port,a,b\nAlma,1,1\nBrink,2,30\nCorvo,3,4\n"
    stacked = {"y": "a,b", "sort": "descending"}
    assert sorted_names(read, csv, stacked="true", **stacked) == ["Brink", "Corvo", "Alma"]
    assert sorted_names(read, csv, stacked="percent", **stacked) == ["Alma", "Corvo", "Brink"]


def test_panels_have_one_order(read: Read) -> None:
    csv = "port,year,trips\nAlma,2023,1\nAlma,2024,9\nBrink,2023,4\nBrink,2024,5\nCorvo,2023,11\n"
    assert sorted_names(read, csv, y="trips", facet="year", sort="descending") == ["Corvo", "Alma", "Brink"]


def test_values_of_every_column_move_with_their_category(read: Read) -> None:
    chart, _ = read(TRIPS, type="dumbbell", x="port", y="before,after", sort="after: ascending")
    rows = list(iter_data_rows(chart))[1:]
    assert rows[0] == ("Brink", "35", "52") and rows[-2:] == [("Alma", "42", "61"), ("Esk", "40", "")]


def test_two_series_are_sorted_by_their_difference(read: Read) -> None:
    csv = "port,before,after\nAlma,1,4\nBrink,9,2\nCorvo,5,\nDelta,3,5\n"
    more = {"type": "dumbbell", "y": "before,after"}
    assert sorted_names(read, csv, **more, sort="difference: ascending") == [
        "Brink",
        "Delta",
        "Alma",
        "Corvo",
    ]
    _, (problem,) = read(csv, type="bar", x="port", y="after", sort="difference: ascending")
    assert problem.message == '`sort=` lists "difference", which is not a category of the chart'


def test_slices_and_rows_of_a_heat_map_are_sorted(read: Read) -> None:
    assert sorted_names(read, type="donut", sort="ascending")[0] == "Brink"
    table, _ = read(TRIPS, type="heatmap", x="port", y="before,after", sort="descending")
    assert isinstance(table, Table)
    names: list[Any] = [plain_text(row.cells[0].content) for row in table.body]
    assert names == ["Corvo", "Alma", "Esk", "Brink", "Delta"]


@pytest.mark.parametrize(
    ("more", "message", "hint"),
    [
        ({"sort": "desc"}, 'invalid value "desc" for `sort=`', 'did you mean "descending"?'),
        ({"sort": "after: up"}, 'invalid value "after: up" for `sort=`', "use `ascending`, `descending` or"),
        (
            {"sort": "aftr: ascending"},
            '`sort=` lists "aftr", which is not a category of the chart',
            'did you mean "after"?',
        ),
        (
            {"type": "line", "sort": "ascending"},
            "line charts do not support `sort=`",
            "remove `sort=`, or set",
        ),
    ],
)
def test_invalid_order_is_reported(read: Read, more: dict[str, str], message: str, hint: str) -> None:
    chart, findings = read(TRIPS, **{"type": "bar", "x": "port", "y": "after", **more})
    assert chart is None
    assert findings[0].message == message
    assert (findings[0].hint or "").startswith(hint)


def test_dates_and_numbers_are_not_sorted_by_value(read: Read) -> None:
    chart, findings = read("year,a\n2020,3\n2021,1\n", type="bar", x="year", y="a", sort="ascending")
    assert chart is None
    assert findings[0].message == '`sort=` requires text categories; column "year" contains dates or numbers'
