"""Test data files with semicolons, tabs or decimal commas; guessed settings are reported."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triptych.data.data_file import DataError, DataFile
from triptych.data.delimited_text import DELIMITERS, Notation, format_delimiter
from triptych.data.table_parsing import parse_notation, parse_table
from triptych.diagnostics import Diagnostic, Span


def table(text: str, delimiter: str = "", decimal: str = "") -> tuple[DataFile, list[Diagnostic]]:
    return parse_table("data.csv", text, parse_notation(delimiter, decimal))


def refused(text: str, delimiter: str = "", decimal: str = "") -> DataError:
    with pytest.raises(DataError) as caught:
        table(text, delimiter, decimal)
    return caught.value


SEMICOLONS = "year;share\n2024;1,5\n2025;\u22120,25\n"


def numbers(file: DataFile, column: str) -> list[float | None]:
    return [file.parse_cell(cell, column=column, row=2) for cell in file.get_column(column)]


def test_given_delimiter_and_decimal_comma_are_used() -> None:
    file, result = table(SEMICOLONS, ";", ",")
    assert (file.columns, numbers(file, "share"), result) == (("year", "share"), [1.5, -0.25], [])


def test_guessed_format_is_reported_at_the_file() -> None:
    file, findings = table(SEMICOLONS)
    assert numbers(file, "share") == [1.5, -0.25]
    assert [(str(item.span), item.code) for item in findings] == [("data.csv:1:1", "DAT004")]
    assert 'delimiter=";" decimal=","' in (findings[0].hint or "")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_each_separator_is_found(delimiter: str) -> None:
    file, findings = table("a,b,c\n1,2,x y\n3,4,z\n".replace(",", delimiter))
    assert file.columns == ("a", "b", "c")
    assert f'delimiter="{format_delimiter(delimiter)}"' in (findings[0].hint or "")


def test_separator_line_of_spreadsheets_sets_the_delimiter() -> None:
    file, result = table("sep=;\nyear;share\n2024;2\n")
    assert (file.columns, file.row_numbers, result) == (("year", "share"), (3,), [])


def test_several_columns_may_be_without_a_name_but_not_of_one_name() -> None:
    assert table("year,,\n2024,a,b\n")[0].columns == ("year", "", "")
    assert 'two columns named "a"' in refused("year,a,a\n2024,1,2\n").message


def test_commas_between_cells_need_no_word() -> None:
    assert table("year,tags\n2024,a;b\n2025,c|d\n")[1] == []


def test_numbers_show_a_decimal_comma_that_the_header_has_too() -> None:
    file, findings = table("Jahr;Anteil, in %\n2024;1,5\n2025;2,5\n")
    assert file.columns == ("Jahr", "Anteil, in %")
    assert [item.code for item in findings] == ["DAT004"]


def test_ambiguous_delimiter_is_an_error() -> None:
    error = refused("a;b, c\nx;y, z\n")
    assert error.code == "DAT005"
    assert '"," or ";"' in error.message
    assert table("a;b, c\nx;y, z\n", ";")[0].columns == ("a", "b, c")


def test_wrong_delimiter_has_a_hint_with_the_right_one() -> None:
    error = refused("year,share\n2024,1\n", ";")
    assert (error.code, error.hint) == ("DAT005", 'set `delimiter=","`')


def test_short_row_is_counted_with_the_delimiter_of_the_others() -> None:
    error = refused("year;share\n2024;1\n2025\n2026;2\n")
    assert error.message == 'row 3 has 1 cell; the header has 2 (delimiter ";")'
    assert error.file_span == Span(path="data.csv", line=3)


def test_a_row_after_a_cell_of_several_lines_has_a_number_but_no_line() -> None:
    error = refused('year,note\n2024,"one\ntwo"\n2025\n')
    assert (error.message, error.file_span) == ("data.csv: row 3 has 1 cell; the header has 2", None)


def test_a_decimal_comma_without_quotes_is_named_as_the_cause() -> None:
    assert '"1,5"' in (refused("year,share\n2024,1,5\n2025,2,5\n").hint or "")


def test_a_single_column_of_decimal_commas_is_one_column() -> None:
    assert numbers(table("share\n1,5\n2,25\n")[0], "share") == [1.5, 2.25]


@pytest.mark.parametrize("cell", ["1,5", "12,34", "0,125", "1234,567"])
def test_comma_that_cannot_group_thousands_is_decimal(cell: str) -> None:
    assert table(f"a;b\n1;{cell}\n")[0].decimal == ","


@pytest.mark.parametrize("cells", [("1,234", "2,345"), ("1,5", "2.5"), ("1,5", "1,234,567")])
def test_comma_is_not_decimal_if_anything_contradicts_it(cells: tuple[str, str]) -> None:
    assert table(f"a;b\n1;{cells[0]}\n2;{cells[1]}\n")[0].decimal == "."


def test_ambiguous_comma_is_an_error() -> None:
    with pytest.raises(DataError) as caught:
        numbers(table("a;b\n1;1,234\n")[0], "b")
    assert caught.value.code == "DAT006"
    assert numbers(table("a;b\n1;1,234\n", "", ",")[0], "b") == [1.234]


@pytest.mark.parametrize(
    ("cell", "decimal", "hint"),
    [
        ("1,5", ".", 'decimal=","'),
        ("1.5", ",", 'decimal="."'),
        ("1.234.567", ",", "thousands separators"),
        ("1\u202f234", "", "thousands separators"),
        ("12 %", "", "unit="),
        ("€ 12", "", "unit="),
        ("5kg", "", "unit="),
        ("ten", "", "leave the cell empty"),
    ],
)
def test_invalid_number_is_rejected_with_its_likely_cause(cell: str, decimal: str, hint: str) -> None:
    with pytest.raises(DataError) as caught:
        numbers(table(f"a;b\n1;{cell}\n", ";", decimal)[0], "b")
    assert caught.value.code == "DAT003"
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(("key", "value"), [("delimiter", ":"), ("delimiter", ",,"), ("decimal", ";")])
def test_delimiters_that_separate_nothing_are_rejected(key: str, value: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_notation(**{"delimiter": "", "decimal": "", key: value})
    assert (caught.value.code, caught.value.attribute) == ("CHT001", key)


def test_tab_can_be_set_by_name() -> None:
    assert parse_notation("tab", "") == parse_notation("\\t", "") == Notation(delimiter="\t")


@pytest.mark.parametrize("asked", ["Output GW", "output_gw", "OUTPUT-GW", "outputgw"])
def test_column_is_suggested_despite_case_and_spaces(asked: str) -> None:
    with pytest.raises(DataError) as caught:
        table("year,output gw\n2024,1\n")[0].get_column(asked)
    assert caught.value.hint == 'did you mean "output gw"?'


def test_rows_are_selected_by_written_and_plain_numbers() -> None:
    file, _ = table("share;name\n1,5;a\n2,5;b\n", ";", ",")
    assert (
        file.filter_by_value("share", "1,5").get_column("name")
        == file.filter_by_value("share", "1.5").get_column("name")
        == ("a",)
    )


CELLS = st.text('ab1 ,;|"\n', max_size=5).map(str.strip)


@given(st.data(), st.sampled_from(DELIMITERS), st.integers(2, 4))
def test_parsed_table_equals_the_written_one_or_is_reported(
    data: st.DataObject, delimiter: str, width: int
) -> None:
    header = data.draw(st.lists(CELLS.filter(bool), min_size=width, max_size=width, unique=True))
    row = st.lists(CELLS, min_size=width, max_size=width).filter(any)
    rows = data.draw(st.lists(row, min_size=1, max_size=4))
    string_io = io.StringIO()
    csv.writer(string_io, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
    try:
        file, result = table(string_io.getvalue())
    except (DataError, csv.Error):
        return
    as_written = file.columns == tuple(header) and [list(cells) for cells in file.rows] == rows
    assert as_written or result
    assert table(string_io.getvalue(), format_delimiter(delimiter))[0].columns == tuple(header)


@pytest.mark.parametrize(
    ("row", "delimiter", "hint"),
    [
        ("4;5;6", ",", 'separate the cells with "," as in the header, not with ";"'),
        ("4|5|6", ",", 'separate the cells with "," as in the header, not with "|"'),
        ("4;5", ",", 'add the missing cells, even if empty, or use "," as the delimiter in every row'),
        ("4,5", ",", 'add the missing cell, even if empty, or use "," as the delimiter in every row'),
        ("4,5,6", "\t", 'separate the cells with "tab" as in the header, not with ","'),
        ("4,5,6,,", ",", 'delete the "," at the end of the row'),
        (
            "4,5,6,7",
            ",",
            'delete the extra cell, or put a value that contains a comma in quotation marks: "1,5"',
        ),
        ("4;5;6;7", ";", 'put cells that contain ";" in quotation marks'),
        ("x,y,z,w", ",", 'put cells that contain "," in quotation marks'),
    ],
)
def test_a_row_of_another_length_has_a_hint_for_its_cause(row: str, delimiter: str, hint: str) -> None:
    text = delimiter.join("abc") + "\n" + delimiter.join("123") + f"\n{row}\n"
    assert refused(text, "tab" if delimiter == "\t" else delimiter).hint == hint
