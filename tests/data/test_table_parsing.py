"""Data files that others write: semicolons, decimal commas, tabs; what was not said is guessed and noted."""

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


def test_semicolons_and_decimal_commas_are_read_as_said() -> None:
    file, found = table(SEMICOLONS, ";", ",")
    assert (file.columns, numbers(file, "share"), found) == (("year", "share"), [1.5, -0.25], [])


def test_what_is_not_said_is_guessed_and_said_at_the_file() -> None:
    file, found = table(SEMICOLONS)
    assert numbers(file, "share") == [1.5, -0.25]
    assert [(str(one.span), one.code) for one in found] == [("data.csv:1:1", "DAT004")]
    assert 'delimiter=";" decimal=","' in (found[0].hint or "")


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_each_separator_is_found(delimiter: str) -> None:
    file, found = table("a,b,c\n1,2,x y\n3,4,z\n".replace(",", delimiter))
    assert file.columns == ("a", "b", "c")
    assert f'delimiter="{format_delimiter(delimiter)}"' in (found[0].hint or "")


def test_a_first_line_for_spreadsheets_is_their_word_for_it() -> None:
    file, found = table("sep=;\nyear;share\n2024;2\n")
    assert (file.columns, file.row_numbers, found) == (("year", "share"), (3,), [])


def test_several_columns_may_be_without_a_name_but_not_of_one_name() -> None:
    assert table("year,,\n2024,a,b\n")[0].columns == ("year", "", "")
    assert 'two columns named "a"' in refused("year,a,a\n2024,1,2\n").message


def test_commas_between_cells_need_no_word() -> None:
    assert table("year,tags\n2024,a;b\n2025,c|d\n")[1] == []


def test_a_decimal_comma_in_the_header_as_well_is_told_by_the_numbers() -> None:
    file, found = table("Jahr;Anteil, in %\n2024;1,5\n2025;2,5\n")
    assert file.columns == ("Jahr", "Anteil, in %")
    assert [one.code for one in found] == ["DAT004"]


def test_what_can_be_cut_in_two_ways_is_asked() -> None:
    error = refused("a;b, c\nx;y, z\n")
    assert error.code == "DAT005"
    assert '"," or ";"' in error.message
    assert table("a;b, c\nx;y, z\n", ";")[0].columns == ("a", "b, c")


def test_the_wrong_separator_is_answered_with_the_one_that_is_there() -> None:
    error = refused("year,share\n2024,1\n", ";")
    assert (error.code, error.hint) == ("DAT005", 'set `delimiter=","`')


def test_a_row_that_is_too_short_is_counted_with_the_separator_of_the_others() -> None:
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
def test_a_comma_that_cannot_stand_between_thousands_is_decimal(cell: str) -> None:
    assert table(f"a;b\n1;{cell}\n")[0].decimal == ","


@pytest.mark.parametrize("cells", [("1,234", "2,345"), ("1,5", "2.5"), ("1,5", "1,234,567")])
def test_a_comma_is_not_decimal_where_anything_speaks_against_it(cells: tuple[str, str]) -> None:
    assert table(f"a;b\n1;{cells[0]}\n2;{cells[1]}\n")[0].decimal == "."


def test_what_may_be_a_fraction_or_thousands_is_asked() -> None:
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
def test_what_is_no_number_is_refused_with_its_likely_cause(cell: str, decimal: str, hint: str) -> None:
    with pytest.raises(DataError) as caught:
        numbers(table(f"a;b\n1;{cell}\n", ";", decimal)[0], "b")
    assert caught.value.code == "DAT003"
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(("key", "value"), [("delimiter", ":"), ("delimiter", ",,"), ("decimal", ";")])
def test_signs_that_separate_nothing_are_refused(key: str, value: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_notation(**{"delimiter": "", "decimal": "", key: value})
    assert (caught.value.code, caught.value.attribute) == ("CHT001", key)


def test_tabs_may_be_called_by_name() -> None:
    assert parse_notation("tab", "") == parse_notation("\\t", "") == Notation(delimiter="\t")


@pytest.mark.parametrize("asked", ["Output GW", "output_gw", "OUTPUT-GW", "outputgw"])
def test_a_column_is_found_again_whatever_its_case_and_spaces(asked: str) -> None:
    with pytest.raises(DataError) as caught:
        table("year,output gw\n2024,1\n")[0].get_column(asked)
    assert caught.value.hint == 'did you mean "output gw"?'


def test_rows_are_chosen_by_a_number_as_written_and_as_plain() -> None:
    file, _ = table("share;name\n1,5;a\n2,5;b\n", ";", ",")
    assert (
        file.filter_by_value("share", "1,5").get_column("name")
        == file.filter_by_value("share", "1.5").get_column("name")
        == ("a",)
    )


CELLS = st.text('ab1 ,;|"\n', max_size=5).map(str.strip)


@given(st.data(), st.sampled_from(DELIMITERS), st.integers(2, 4))
def test_a_table_is_read_as_it_was_written_or_there_is_a_word_about_it(
    data: st.DataObject, delimiter: str, width: int
) -> None:
    header = data.draw(st.lists(CELLS.filter(bool), min_size=width, max_size=width, unique=True))
    row = st.lists(CELLS, min_size=width, max_size=width).filter(any)
    rows = data.draw(st.lists(row, min_size=1, max_size=4))
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator="\n").writerows([header, *rows])
    try:
        file, found = table(written.getvalue())
    except (DataError, csv.Error):
        return
    as_written = file.columns == tuple(header) and [list(cells) for cells in file.rows] == rows
    assert as_written or found
    assert table(written.getvalue(), format_delimiter(delimiter))[0].columns == tuple(header)
