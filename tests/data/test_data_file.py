"""CSV files: rows as long as the header, numbers as they are written."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.data.data_file import DataError, DataFile, count_decimals, extract_lines, parse_number
from triptych.data.folder import DataFolder

FILE = DataFile(
    "data.csv",
    ("country", "year", "output"),
    (("FR", "2024", "1.5"), ("DE", "2024", "2"), ("FR", "2025", "")),
)


@pytest.fixture
def open_csv(make_project: MakeProject):
    def open_text(text: str | bytes) -> DataFile:
        project = make_project({"source/data.csv": text})
        return DataFolder(project).read_file("data.csv", section_path="source/section.md")

    return open_text


def test_a_file_is_read_with_its_header(open_csv) -> None:
    file = open_csv("year, output\n2024, 1.5\n2025, 2\n")
    assert file.columns == ("year", "output")
    assert file.get_column("output") == ("1.5", "2")


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
        DataFolder(make_project({"source/book.yaml": ""})).read_file(
            "../../etc/passwd", section_path="source/a.md"
        )
    assert caught.value.code == "DAT002"


def test_a_missing_file_suggests_the_nearest(make_project: MakeProject) -> None:
    with pytest.raises(DataError) as caught:
        DataFolder(make_project({"source/data/solar.csv": ""})).read_file(
            "data/solr.csv", section_path="source/a.md"
        )
    assert caught.value.hint == 'did you mean "data/solar.csv"?'


def test_a_missing_column_suggests_the_nearest() -> None:
    with pytest.raises(DataError) as caught:
        FILE.get_column("outptu")
    assert (caught.value.code, caught.value.hint) == ("DAT001", 'did you mean "output"?')


def test_where_keeps_the_rows_with_a_value() -> None:
    assert FILE.filter_by_value("country", "FR").get_column("year") == ("2024", "2025")


def test_where_without_a_row_is_an_error() -> None:
    with pytest.raises(DataError):
        FILE.filter_by_value("country", "IT")


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
    assert parse_number(text) == expected


@pytest.mark.parametrize(
    "text", ["ten", "1_000", "1,5", "1 000", "nan", "inf", "-inf", "1e999", "0x10", "12%"]
)
def test_other_cells_are_no_numbers(text: str) -> None:
    with pytest.raises(ValueError):
        parse_number(text)


@pytest.mark.parametrize(
    ("cell", "expected"), [("1", 0), ("1.50", 2), ("-0.5 ", 1), ("", 0), ("1e3", 0), ("1.5e3", 0)]
)
def test_decimal_places_are_those_that_are_written(cell: str, expected: int) -> None:
    assert count_decimals(cell) == expected


def test_rows_keep_their_numbers_where_others_are_left_out() -> None:
    assert [FILE.get_row_number(index) for index in range(2)] == [2, 3]
    kept = FILE.filter_by_value("year", "2025")
    assert [kept.get_column("year")[0], kept.get_row_number(0)] == ["2025", 4]
    assert kept.filter_by_value("country", "FR").get_row_number(0) == 4


def test_rows_are_chosen_by_all_conditions_and_by_numbers_as_they_are_written() -> None:
    file = DataFile("d.csv", ("a", "b"), (("1,5", "x"), ("1,5", "y"), ("2", "x")), decimal=",")
    assert file.filter_rows("a = 1.5 ; b=x;").rows == (("1,5", "x"),)
    assert file.filter_rows("a=1,5").row_numbers == (2, 3)
    assert file.filter_rows("") is file
    with pytest.raises(DataError, match='invalid condition "a"'):
        file.filter_rows("b=x; a")


@pytest.mark.parametrize(
    ("asked", "hint"),
    [("Total_Output", 'did you mean "total output"?'), ("zzz", "use one of total output, year")],
)
def test_a_missing_column_is_looked_for_in_other_spellings(asked: str, hint: str) -> None:
    with pytest.raises(DataError) as caught:
        DataFile("d.csv", ("total output", "year"), ()).get_column(asked)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("decimal", "cell", "code", "hint"),
    [
        (".", "1,234", "DAT006", 'set `decimal=","` on the chart or table'),
        (",", "1.234", "DAT003", 'or set `decimal="."`'),
        (".", "0,5", "DAT003", 'or set `decimal=","`'),
        (".", "1 234 567", "DAT003", "remove the thousands separators"),
        (".", "12 %", "DAT003", 'set `unit="%"` on the chart or table'),
        (".", "$12", "DAT003", 'set `unit="$"` on the chart or table'),
        (".", "many", "DAT003", "write a number such as 12"),
    ],
)
def test_what_is_no_number_is_told_how_to_be_one(decimal: str, cell: str, code: str, hint: str) -> None:
    with pytest.raises(DataError) as caught:
        DataFile("d.csv", ("a",), ((cell,),), decimal=decimal).parse_cell(cell, column="a", row=7)
    assert (caught.value.code, "row 7" in caught.value.message) == (code, True)
    assert hint in (caught.value.hint or "")


CODE = "one\n# region: inner\n  two\n    three\n# endregion\nfour\n"


@pytest.mark.parametrize(
    ("lines", "region", "expected"),
    [
        ("", "", CODE.removesuffix("\n")),
        ("", "inner", "two\n  three"),
        ("2", "inner", "three"),
        ("1", "", "one"),
        ("6", "", "four"),
        ("5-", "", "# endregion\nfour"),
        ("-2", "", "one\n# region: inner"),
        ("3-4", "", "two\n  three"),
        ("6-60", "", "four"),
    ],
)
def test_a_part_of_a_text_is_found(lines: str, region: str, expected: str) -> None:
    assert extract_lines(CODE, lines=lines, region=region) == expected


@pytest.mark.parametrize(
    ("lines", "region", "message"),
    [
        ("7", "", 'the line range "7" contains no line: the file has 6 lines'),
        ("4-3", "", 'the line range "4-3" contains no line: the file has 6 lines'),
        ("three", "", 'invalid line range "three"'),
        ("", "in", 'the file has no region "in"'),
    ],
)
def test_a_part_that_is_not_there_is_refused(lines: str, region: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        extract_lines(CODE, lines=lines, region=region)
    assert (caught.value.code, caught.value.message) == ("INC001", message)


def test_a_region_without_an_end_goes_to_the_end_of_the_file() -> None:
    assert extract_lines("a\nregion x\nb\nc", lines="", region="x") == "b\nc"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04\xff", "the file is not plain text; it looks like a spreadsheet"),
        ("a,b\n".encode("utf-16"), "is UTF-16 text"),
        (b"a,b\n1,\xe9\n", "byte 0xE9 is not valid UTF-8"),
    ],
)
def test_what_is_no_text_is_said_to_be(make_project: MakeProject, data: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        DataFolder(make_project({"source/d.csv": data})).read_file("d.csv", section_path="source/a.md")


def test_a_byte_of_windows_is_named_as_what_it_is(make_project: MakeProject) -> None:
    folder = DataFolder(make_project({"source/d.csv": b"\xe9,b\n1,2\n", "source/e.csv": b"\x81,b\n1,2\n"}))
    with pytest.raises(DataError) as letter:
        folder.read_file("d.csv", section_path="source/a.md")
    with pytest.raises(DataError) as other:
        folder.read_file("e.csv", section_path="source/a.md")
    assert "Windows-1252" in letter.value.message
    assert "Windows-1252" not in other.value.message


@pytest.mark.parametrize("cell", ["1e308", "-1e101", "1e-320", "1" * 200])
def test_numbers_that_nothing_can_be_made_of_are_refused(cell: str) -> None:
    with pytest.raises(DataError) as caught:
        FILE.parse_cell(cell, column="output", row=2)
    assert caught.value.code == "DAT003"
    assert "between 1e-100 and 1e+100" in (caught.value.hint or "")
    assert [parse_number("1e100"), parse_number("-1e-100"), parse_number("0e5")] == [1e100, -1e-100, 0.0]


@pytest.mark.parametrize("character", ["\0", "\x01", "\x0b", "\ufffe"])
def test_a_character_that_nothing_can_show_is_named_with_its_line(open_csv, character: str) -> None:
    with pytest.raises(DataError, match=f"the character U.{ord(character):04X}") as caught:
        open_csv(f"a,b\n1,2\nc{character},4\n")
    assert caught.value.file_span is not None
    assert (caught.value.file_span.line, caught.value.file_span.column) == (3, 2)


@pytest.mark.parametrize(
    ("cells", "message", "hint"),
    [
        (
            ["low"] * 15,
            'rows 2–16: "low" in column "output" is not a number',
            "use a column of numbers: year",
        ),
        (["low"], 'row 2: "low" in column "output" is not a number', "write a number such as"),
        (
            ["1", "a", "b", "2", "a"],
            'rows 3–4 and 6: "a" and other values in column "output" are not',
            "write",
        ),
        (["1", "a"] * 5, 'rows 3, 5, 7 and 2 more: "a" in column "output" is not a number', "write a number"),
        (["5 kg", "7 kg"], 'rows 2–3: "5 kg" and other values in column', "remove the unit from the cell"),
    ],
)
def test_all_rows_with_text_for_numbers_are_in_one_message(
    open_csv, cells: list[str], message: str, hint: str
) -> None:
    file = open_csv("year,output\n" + "".join(f"2024,{cell}\n" for cell in cells))
    with pytest.raises(DataError) as caught:
        for index, cell in enumerate(file.get_column("output")):
            file.parse_cell(cell, column="output", row=file.get_row_number(index))
    assert caught.value.message.startswith(message)
    assert caught.value.hint.startswith(hint)


@pytest.mark.parametrize(
    ("text", "line", "message", "hint"),
    [
        ("a,b,c\n1,2,3,\n", 2, "row 2 has 4 cells", 'delete the "," at the end of the row'),
        ("a,b,c\n1,2,3\n4;5;6\n", 3, "row 3 has 1 cell", 'separate the cells with "," as in the header'),
        ('a,b\n1,"2\n3,4\n', 2, "unclosed quotation mark", "add the missing quotation mark"),
        ('a,b\n"two\nlines",1\nx,"2\n', 4, "unclosed quotation mark", "add the missing quotation mark"),
        ("1,1\n2,3\n", None, 'two columns named "1"', "add a header row"),
    ],
)
def test_a_broken_row_has_a_hint_for_its_mistake(
    open_csv, text: str, line: int | None, message: str, hint: str
) -> None:
    with pytest.raises(DataError) as caught:
        open_csv(text)
    assert message in caught.value.message
    assert caught.value.hint.startswith(hint)
    assert (caught.value.file_span.line if caught.value.file_span else None) == line


def test_a_file_of_numbers_alone_needs_a_header_row(open_csv) -> None:
    with pytest.raises(DataError, match='no column "year"') as caught:
        open_csv("2020,5\n2021,6\n").get_column("year")
    assert caught.value.hint == "add a header row with the names of the columns above the data"


def test_all_empty_names_are_in_one_message(open_csv) -> None:
    with pytest.raises(DataError, match='rows 3–4: the cell in column "a" is empty'):
        open_csv("a,b\nx,1\n,2\n,3\n").get_label_column("a")


def test_a_file_of_more_rows_than_anything_shows_is_refused_before_it_is_read(open_csv) -> None:
    with pytest.raises(DataError, match="300,001 lines; the limit is 300,000"):
        open_csv("a\n" * 300_001)
