"""Test that unambiguous date formats in a chart's x column are recognised, and ambiguous ones reported."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.charts.chart_types import CHART_TYPES
from triptych.charts.date_formats import find_iso_precision, parse_date_format, parse_iso_date, rewrite_dates
from triptych.data.data_file import DataError, DataFile
from triptych.diagnostics import Span
from triptych.model.charts import DatePrecision
from triptych.model.nodes import Attr


def read(
    *cells: str, kind: str = "line", language: str = "en", **pairs: str
) -> tuple[list[str], Attr, str | None]:
    """Return the normalised cells, the attributes, and the note on a guessed format."""
    file = DataFile("data.csv", ("day", "value"), tuple((cell, "1") for cell in cells))
    attributes = {"x": "day", **{key.replace("_", "-"): value for key, value in pairs.items()}}
    attr = Attr("", (), tuple(attributes.items()))
    file, attr, note = rewrite_dates(file, attr, CHART_TYPES[kind], language)
    return list(file.get_column("day")), attr, note.message if note else None


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2020/1/5", "2020/02/13"], ["2020-01-05", "2020-02-13"]),
        (["5.1.2020", "13.02.2020"], ["2020-01-05", "2020-02-13"]),
        (["5 Jan 2020", "13 February 2020"], ["2020-01-05", "2020-02-13"]),
        (["5-Jan-2020", "13-Feb-2020"], ["2020-01-05", "2020-02-13"]),
        (["January 5, 2020", "Feb. 13, 2020"], ["2020-01-05", "2020-02-13"]),
        (["Jan 2020", "Mar 2020"], ["2020-01", "2020-03"]),
        (["Jan 2020", "Sept 2020"], ["2020-01", "2020-09"]),
        (["2020-01-05 00:00:00", "2020-02-13T08:30Z"], ["2020-01-05", "2020-02-13"]),
    ],
)
def test_clear_formats_are_rewritten_without_a_note(cells: list[str], expected: list[str]) -> None:
    assert read(*cells)[0::2] == (expected, None)


@pytest.mark.parametrize(
    ("cells", "expected", "name"),
    [
        (["01/05/2020", "02/13/2020"], ["2020-01-05", "2020-02-13"], "MM/DD/YYYY"),
        (["01/05/2020", "13/02/2020"], ["2020-05-01", "2020-02-13"], "DD/MM/YYYY"),
        (["01-05-2020", "13-02-2020"], ["2020-05-01", "2020-02-13"], "DD-MM-YYYY"),
    ],
)
def test_a_day_above_twelve_decides_the_order_with_a_note(
    cells: list[str], expected: list[str], name: str
) -> None:
    rewritten, _, note = read(*cells)
    assert rewritten == expected
    assert note == f'no date format is set for column "day"; assuming {name}'


@pytest.mark.parametrize("kind", ["line", "area", "scatter"])
def test_ambiguous_dates_are_an_error(kind: str) -> None:
    with pytest.raises(DataError) as caught:
        read("05/05/2020", "01/05/2020", kind=kind)
    assert caught.value.code == "DAT006"
    assert caught.value.message == (
        'row 3: the date "01/05/2020" in column "day" is ambiguous: DD/MM/YYYY or MM/DD/YYYY'
    )
    assert caught.value.file_span == Span(path="data.csv", line=3)
    assert caught.value.hint == 'set `date-format="DD/MM/YYYY"` or `date-format="MM/DD/YYYY"` on the chart'


def test_the_date_format_of_the_author_decides() -> None:
    assert read("01/05/2020", "02/11/2020", date_format="DD/MM/YYYY")[0] == ["2020-05-01", "2020-11-02"]
    assert read("5|2020", date_format="M|YYYY")[0] == ["2020-05"]


@pytest.mark.parametrize("name", ["dmy", "DD/YYYY", "%d/%m/%Y", "", "DD/DD/YYYY"])
def test_an_unknown_date_format_is_an_error(name: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_date_format(name)
    assert (caught.value.code, caught.value.attribute) == ("CHT001", "date-format")


@pytest.mark.parametrize(
    ("cells", "row", "what"),
    [
        (["2020-01-05", "02/03/2020", "2020-04"], 3, "a date in the format YYYY-MM-DD"),
        (["01/15/2020", "n/a", "01/17/2020"], 3, "a date in the format MM/DD/YYYY"),
        (["31/02/2020", "15/03/2020", "15/04/2020"], 2, "a valid date"),
        (["1/5/20", "2/5/20"], 2, "a date with a four-digit year"),
    ],
)
def test_invalid_date_is_reported(cells: list[str], row: int, what: str) -> None:
    with pytest.raises(DataError) as caught:
        read(*cells)
    assert caught.value.code == "DAT003"
    assert caught.value.message.startswith(f"row {row}: ")
    assert caught.value.file_span == Span(path="data.csv", line=row)
    assert caught.value.message.endswith(f'in column "day" is not {what}')


@pytest.mark.parametrize(
    "cells",
    [
        ["Windows 2000", "Office 2003"],
        ["2020", "2021", "2022 (plan)"],
        ["1/2", "3/4"],
        ["North", "South"],
        ["1.5", "2.5"],
        ["2020-01-05", "2020-02-13"],
    ],
)
def test_words_numbers_and_iso_dates_are_unchanged(cells: list[str]) -> None:
    assert read(*cells)[0::2] == (cells, None)


def test_bars_keep_ambiguous_dates_as_text() -> None:
    assert read("01/05/2020", "02/05/2020", kind="bar")[0] == ["01/05/2020", "02/05/2020"]


def test_month_names_of_the_book_language_are_recognised() -> None:
    assert read("5 mars 2020", "6 février 2021", language="fr")[0] == ["2020-03-05", "2021-02-06"]


def test_attributes_use_the_date_format_of_the_file() -> None:
    _, attr, _ = read(
        "01/05/2020",
        "02/13/2020",
        annotate="02/13/2020: On 01/05/2020; 2020-03-01: Later",
        callout="Output, 01/05/2020: Start",
        highlight="02/13/2020",
    )
    assert attr.get("annotate") == "2020-02-13: On 01/05/2020; 2020-03-01: Later"
    assert attr.get("callout") == "Output, 2020-01-05: Start"
    assert attr.get("highlight") == "2020-02-13"


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_dates_round_trip_in_each_format(date: dt.date) -> None:
    forms = {
        "YYYY/MM/DD": f"{date.year:04}/{date.month:02}/{date.day:02}",
        "D.M.YYYY": f"{date.day}.{date.month}.{date.year:04}",
        "DD/MM/YYYY": f"{date.day:02}/{date.month:02}/{date.year:04}",
        "MMM D, YYYY": f"{date:%B} {date.day}, {date.year:04}",
    }
    for name, text in forms.items():
        assert parse_date_format(name).parse(text, "en") == date


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("2024", DatePrecision.YEAR),
        ("2024-Q2", DatePrecision.QUARTER),
        ("2024-05", DatePrecision.MONTH),
        ("2024-05-31", DatePrecision.DAY),
    ],
)
def test_iso_dates_have_their_precision(text: str, part: DatePrecision) -> None:
    assert find_iso_precision(text) is part
    assert parse_iso_date(text) is not None
    assert parse_iso_date("2024-13") is None


def test_dates_in_other_attributes_are_rewritten_with_those_of_the_column() -> None:
    _, attr, _ = read(
        "5 Jan 2020",
        "13 Feb 2020",
        callout="5 Jan 2020: First; value,13 Feb 2020: Last: best; other: Words",
        annotate="13 Feb 2020 ; x",
        note="5 Jan 2020: stays",
    )
    assert attr.get("callout") == "2020-01-05: First; value, 2020-02-13: Last: best; other: Words"
    assert attr.get("annotate") == "2020-02-13; x"
    assert attr.get("note") == "5 Jan 2020: stays"
