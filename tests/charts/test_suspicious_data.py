"""Test the warnings about chart data that is valid but probably unintended."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.charts.reader import ChartReader
from triptych.charts.suspicious_data import find_misspelt_year, is_misspelling
from triptych.data.folder import DataFolder
from triptych.diagnostics import Diagnostic, Span
from triptych.model.charts import ChartData
from triptych.model.nodes import Attr

SPAN = Span(path="source/section.md", line=3, column=6)
MIX = "year,source,heat\n2021,Heat pumps,6\n2021,Gas,41\n2022,Heat pumps,11\n2022,Gas,35\n"


@pytest.fixture
def warnings(make_project: MakeProject):
    def read(csv: str, **attributes: str) -> list[Diagnostic]:
        reader = ChartReader(DataFolder(make_project({"source/data.csv": csv})), "source/section.md")
        pairs = {"type": "line", "data": "data.csv", "x": "year", "y": "heat", **attributes}
        chart, result = reader.read(Attr("fig-a", ("chart",), tuple(pairs.items())), (), SPAN)
        assert chart is not None
        return result

    return read


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
        ("2020 2021 20222", ""),
        ("2020 2021 2202 2022", "2202"),
        ("2020.5 2021 20222 2023", ""),
        ("2020 2021 20222 20222", ""),
    ],
)
def test_a_year_with_a_slip_is_found_among_years(years: str, odd: str) -> None:
    assert find_misspelt_year(_data(years)) == odd


@pytest.mark.parametrize(
    ("name", "meant", "expected"),
    [
        ("Heat pump", "Heat pumps", True),
        ("Heat pupms", "Heat pumps", True),
        ("heat  pumps", "Heat pumps", True),
        ("Heatpumps", "Heat pumps", True),
        ("Biomess", "Biomass", True),
        ("Q1", "Q2", False),
        ("Region 11", "Region 1", False),
        ("Plan A", "Plan B", False),
        ("Type II", "Type III", False),
        ("Austria", "Australia", False),
        ("Zambia", "Gambia", False),
        ("Gas", "Gaz", False),
    ],
)
def test_a_misspelling_differs_by_one_letter_of_a_long_word(name: str, meant: str, *, expected: bool) -> None:
    assert is_misspelling(name, meant) is expected


def test_a_misspelt_series_that_fills_a_gap_is_reported_at_its_row(warnings) -> None:
    (finding,) = warnings(f"{MIX}2023,Heat pump,19\n2023,Gas,27\n", series="source")
    assert (finding.code, finding.span) == ("CHT008", Span(path="source/data.csv", line=6))
    assert finding.message == (
        'row 6: "Heat pump" in column "source" is probably a misspelling of "Heat pumps"'
    )


def test_a_misspelt_category_of_one_series_is_reported(warnings) -> None:
    csv = f"{MIX}2023,Heat pump,19\n2023,Gas,27\n"
    (finding,) = warnings(csv, type="bar", x="source", series="year")
    assert (finding.code, finding.span) == ("CHT008", Span(path="source/data.csv", line=6))


@pytest.mark.parametrize(("count", "expected"), [(200, 1), (201, 0)])
def test_a_misspelling_is_found_among_at_most_two_hundred_names(warnings, count: int, expected: int) -> None:
    names = ["Heat pumps", "Heat pump", *(f"{index} m" for index in range(count - 2))]
    rows = "".join(f"2021,{name},5\n" for name in names if name != "Heat pump")
    csv = f"year,source,heat\n{rows}2022,Heat pumps,6\n2023,Heat pump,7\n"
    results = [item for item in warnings(csv, type="bar", x="source", series="year") if item.code == "CHT008"]
    assert len(results) == expected


def test_similar_names_with_overlapping_rows_are_two_series(warnings) -> None:
    csv = f"{MIX}2023,Heat pumps,18\n2023,Heat pump,19\n2023,Gas,27\n"
    assert {item.code for item in warnings(csv, series="source")} == {"CHT007"}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            "1480 1510 1.390 1310",
            ['row 4: "1.390" in column "heat" is far from the other values; did you mean 1390?'],
        ),
        ("850 900 1.200 1.300", ["row 4", "row 5"]),
        ("1480 1510 n/a 1.390", ["row 5"]),
        ("1480 1510 1.39 1310", []),
        ("1480.5 1510 1.390 1310", []),
        ("1.480 1.510 1.390 1.310", []),
        ("1 2 1.390 3", []),
        ("52000 51000 1.390 50000", []),
        ("1480 1.390", []),
    ],
)
def test_a_point_between_thousands_is_reported_among_whole_numbers(
    warnings, values: str, expected: list[str]
) -> None:
    rows = "".join(f"{2020 + index},{value}\n" for index, value in enumerate(values.split()))
    results = [item for item in warnings(f"year,heat\n{rows}") if item.code == "CHT008"]
    assert len(results) == len(expected)
    assert all(item.message.startswith(start) for item, start in zip(results, expected, strict=True))


def test_a_suspicious_value_is_reported_at_its_row(warnings) -> None:
    csv = "year,heat\n2020,1200\n2021,1.250\n2022,1300\n2023,1350\n"
    (found,) = warnings(csv)
    assert str(found.span) == "source/data.csv:3:1"
    assert found.message == 'row 3: "1.250" in column "heat" is far from the other values; did you mean 1250?'
    (found,) = warnings(csv.replace("year,heat", 'year,"heat\nin all"'), y="heat\nin all")
    assert found.span == SPAN
