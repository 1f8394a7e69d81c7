"""CSV files: rows as long as the header, numbers as they are written."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.reading.data.columns import (
    DataError,
    DataFile,
    decimals,
    number,
)
from triptych.reading.data.folder import DataFolder

FILE = DataFile(
    "data.csv",
    ("country", "year", "output"),
    (("FR", "2024", "1.5"), ("DE", "2024", "2"), ("FR", "2025", "")),
)


@pytest.fixture
def open_csv(make_project: MakeProject):
    def open_text(text: str | bytes) -> DataFile:
        project = make_project({"source/data.csv": text})
        return DataFolder(project).open("data.csv", beside="source/section.md")

    return open_text


def test_a_file_is_read_with_its_header(open_csv) -> None:
    file = open_csv("year, output\n2024, 1.5\n2025, 2\n")
    assert file.columns == ("year", "output")
    assert file.column("output") == ("1.5", "2")


def test_cells_in_quotes_hold_commas_and_line_ends(open_csv) -> None:
    assert open_csv('a,b\n"1,5","x\ny"\n').rows == (("1,5", "x\ny"),)


def test_blank_lines_are_no_rows(open_csv) -> None:
    assert open_csv("a,b\n\n1,2\n,\n").rows == (("1", "2"),)


def test_files_from_a_spreadsheet_on_windows_are_read(open_csv) -> None:
    assert open_csv(b"\xef\xbb\xbfyear,output\r\n2024,1\r\n").columns == ("year", "output")


@pytest.mark.parametrize("text", ["", "a,b\n", "a,b\n1\n", "a,b\n1,2,3\n", 'a,b\n"1,2\n', b"a\n\xff\n"])
def test_what_is_no_table_is_refused(open_csv, text: str | bytes) -> None:
    with pytest.raises(DataError) as caught:
        open_csv(text)
    assert caught.value.code == "DAT002"


def test_a_column_named_twice_is_refused(open_csv) -> None:
    with pytest.raises(DataError):
        open_csv("year,output,output\n2024,1,2\n")


def test_a_file_outside_the_project_is_refused(make_project: MakeProject) -> None:
    with pytest.raises(DataError) as caught:
        DataFolder(make_project({"source/book.yaml": ""})).open("../../etc/passwd", beside="source/a.md")
    assert caught.value.code == "DAT002"


def test_a_missing_file_suggests_the_nearest(make_project: MakeProject) -> None:
    with pytest.raises(DataError) as caught:
        DataFolder(make_project({"source/data/solar.csv": ""})).open("data/solr.csv", beside="source/a.md")
    assert caught.value.hint == 'did you mean "data/solar.csv"?'


def test_a_missing_column_suggests_the_nearest() -> None:
    with pytest.raises(DataError) as caught:
        FILE.column("outptu")
    assert (caught.value.code, caught.value.hint) == ("DAT001", 'did you mean "output"?')


def test_where_keeps_the_rows_with_a_value() -> None:
    assert FILE.where("country", "FR").column("year") == ("2024", "2025")


def test_where_without_a_row_is_an_error() -> None:
    with pytest.raises(DataError):
        FILE.where("country", "IT")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", 1.0),
        ("-1.5", -1.5),
        ("\u22121.5", -1.5),
        ("1e3", 1000.0),
        (" 7 ", 7.0),
        ("", None),
        ("NA", None),
        ("–", None),
    ],
)
def test_cells_are_numbers_or_gaps(text: str, expected: float | None) -> None:
    assert number(text) == expected


@pytest.mark.parametrize(
    "text", ["ten", "1_000", "1,5", "1 000", "nan", "inf", "-inf", "1e999", "0x10", "12%"]
)
def test_other_cells_are_no_numbers(text: str) -> None:
    with pytest.raises(ValueError):
        number(text)


@pytest.mark.parametrize(
    ("cell", "expected"), [("1", 0), ("1.50", 2), ("-0.5 ", 1), ("", 0), ("1e3", 0), ("1.5e3", 0)]
)
def test_decimal_places_are_those_that_are_written(cell: str, expected: int) -> None:
    assert decimals(cell) == expected
