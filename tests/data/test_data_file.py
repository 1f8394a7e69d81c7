"""Test CSV files: rows must be as long as the header, and numbers keep their format."""

from __future__ import annotations

import pytest

from tests.conftest import MakeProject
from triptych.data.data_file import DataError, DataFile, count_decimals, extract_lines, parse_number
from triptych.data.delimited_text import Notation
from triptych.data.folder import DataFolder
from triptych.model.nodes import Attr

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


def test_blank_lines_are_not_rows(open_csv) -> None:
    assert open_csv("a,b\n\n1,2\n,\n").rows == (("1", "2"),)


def test_spreadsheet_files_from_windows_are_read(open_csv) -> None:
    assert open_csv(b"\xef\xbb\xbfyear,output\r\n2024,1\r\n").columns == ("year", "output")


@pytest.mark.parametrize("text", ["", "a,b\n", "a,b\n1\n", "a,b\n1,2,3\n", 'a,b\n"1,2\n', b"a\n\xff\n"])
def test_file_without_a_table_is_rejected(open_csv, text: str | bytes) -> None:
    with pytest.raises(DataError) as caught:
        open_csv(text)
    assert caught.value.code == "DAT002"


def test_duplicate_column_name_is_rejected(open_csv) -> None:
    with pytest.raises(DataError):
        open_csv("year,output,output\n2024,1,2\n")


def test_file_outside_the_project_is_rejected(make_project: MakeProject) -> None:
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


def test_where_selects_rows_with_a_value() -> None:
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
def test_other_cells_are_not_numbers(text: str) -> None:
    with pytest.raises(ValueError):
        parse_number(text)


@pytest.mark.parametrize(
    ("cell", "expected"), [("1", 0), ("1.50", 2), ("-0.5 ", 1), ("", 0), ("1e3", 0), ("1.5e3", 0)]
)
def test_decimal_places_match_the_source(cell: str, expected: int) -> None:
    assert count_decimals(cell) == expected


def test_rows_keep_their_numbers_if_others_are_filtered() -> None:
    assert [FILE.get_row_number(index) for index in range(2)] == [2, 3]
    filter_by_value = FILE.filter_by_value("year", "2025")
    assert [filter_by_value.get_column("year")[0], filter_by_value.get_row_number(0)] == ["2025", 4]
    assert filter_by_value.filter_by_value("country", "FR").get_row_number(0) == 4


def test_rows_must_match_all_conditions_and_numbers_match_as_written() -> None:
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
def test_invalid_number_has_a_hint(decimal: str, cell: str, code: str, hint: str) -> None:
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
def test_missing_region_is_rejected(lines: str, region: str, message: str) -> None:
    with pytest.raises(DataError) as caught:
        extract_lines(CODE, lines=lines, region=region)
    assert (caught.value.code, caught.value.message) == ("INC001", message)


def test_region_without_an_end_extends_to_the_end_of_the_file() -> None:
    assert extract_lines("a\nregion x\nb\nc", lines="", region="x") == "b\nc"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"PK\x03\x04\xff", "the file is not plain text; it looks like a spreadsheet"),
        ("a,b\n".encode("utf-16"), "is UTF-16 text"),
        (b"a,b\n1,\xe9\n", "byte 0xE9 is not valid UTF-8"),
    ],
)
def test_binary_file_is_reported_as_one(make_project: MakeProject, data: bytes, message: str) -> None:
    with pytest.raises(DataError, match=message):
        DataFolder(make_project({"source/d.csv": data})).read_file("d.csv", section_path="source/a.md")


def test_windows_byte_is_reported_with_its_character(make_project: MakeProject) -> None:
    folder = DataFolder(make_project({"source/d.csv": b"\xe9,b\n1,2\n", "source/e.csv": b"\x81,b\n1,2\n"}))
    with pytest.raises(DataError) as letter:
        folder.read_file("d.csv", section_path="source/a.md")
    with pytest.raises(DataError) as other:
        folder.read_file("e.csv", section_path="source/a.md")
    assert "Windows-1252" in letter.value.message
    assert "Windows-1252" not in other.value.message


@pytest.mark.parametrize("cell", ["1e308", "-1e101", "1e-320", "1" * 200])
def test_values_that_are_not_numbers_are_rejected(cell: str) -> None:
    with pytest.raises(DataError) as caught:
        FILE.parse_cell(cell, column="output", row=2)
    assert caught.value.code == "DAT003"
    assert "between 1e-100 and 1e+100" in (caught.value.hint or "")
    assert [parse_number("1e100"), parse_number("-1e-100"), parse_number("0e5")] == [1e100, -1e-100, 0.0]


@pytest.mark.parametrize("character", ["\0", "\x01", "\x0b", "\ufffe"])
def test_unprintable_character_is_reported_with_its_line(open_csv, character: str) -> None:
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
        ('a,b\n1,"2\n3,4\n', 2, "unclosed quotation mark", "close the quoted field"),
        ('a,b\n"two\nlines",1\nx,"2\n', 4, "unclosed quotation mark", "close the quoted field"),
        ("a,b\n1,2\n3," + "x" * 131_073, 3, "a cell has more than 131,072 characters", "shorten the cell"),
        ('a,b\n1,"2\n' + "3,4\n" * 33_000, 2, "unclosed quotation mark", "close the quoted field"),
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


def test_file_of_numbers_needs_a_header_row(open_csv) -> None:
    with pytest.raises(DataError, match='no column "year"') as caught:
        open_csv("2020,5\n2021,6\n").get_column("year")
    assert caught.value.hint == "add a header row with the names of the columns above the data"


def test_all_empty_names_are_in_one_message(open_csv) -> None:
    with pytest.raises(DataError, match='rows 3–4: the cell in column "a" is empty'):
        open_csv("a,b\nx,1\n,2\n,3\n").get_label_column("a")


def test_file_with_too_many_rows_is_rejected_before_parsing(open_csv) -> None:
    with pytest.raises(DataError, match="300,001 lines; the limit is 300,000"):
        open_csv("a\n" * 300_001)


def test_a_name_without_a_folder_is_in_the_default_folder(make_project: MakeProject) -> None:
    files = {"source/data/solar.csv": "a\n1\n", "source/solar.csv": "b\n2\n", "source/book.yaml": ""}
    folder = DataFolder(make_project(files))

    def columns(name: str) -> tuple[str, ...]:
        return folder.read_file(name, section_path="source/book.yaml", default_folder="data").columns

    assert (columns("solar.csv"), columns("./solar.csv"), columns("data/solar.csv")) == (
        ("a",),
        ("b",),
        ("a",),
    )
    with pytest.raises(DataError) as caught:
        columns("./solr.csv")
    assert caught.value.hint == 'did you mean "./solar.csv"?'


def test_the_notation_of_a_chart_comes_before_that_of_the_book(make_project: MakeProject) -> None:
    project = make_project({"source/a.csv": "x;y|z\n1;2|3\n"})
    folder = DataFolder(project, Notation(delimiter=";"))
    section = folder.copy_for_section()

    def columns(**pairs: str) -> tuple[str, ...]:
        attr = Attr(pairs=(("data", "a.csv"), *pairs.items()))
        return section.read_for_attributes(attr, section_path="source/a.md").columns

    assert columns() == ("x", "y|z")
    assert columns(delimiter="|") == ("x;y", "z")


def test_notes_about_data_files_are_reported_once_per_section(make_project: MakeProject) -> None:
    folder = DataFolder(make_project({"source/a.csv": "a;b\n1;2\n"}))
    first, second = folder.copy_for_section(), folder.copy_for_section()
    for _ in range(2):
        first.read_file("a.csv", section_path="source/a.md")
    assert ([finding.code for finding in first.findings], second.findings, folder.findings) == (
        ["DAT004"],
        [],
        [],
    )
    second.read_file("a.csv", section_path="source/a.md")
    assert second.findings == first.findings


def test_an_error_names_the_attribute_at_fault(make_project: MakeProject) -> None:
    folder = DataFolder(make_project({"source/a.csv": "a,b\n1,2\n"}))
    for pairs, attribute in (
        ((("data", "no.csv"),), "data"),
        ((("data", "a.csv"), ("where", "a=2")), "where"),
        ((("data", "a.csv"), ("decimal", "x")), "decimal"),
    ):
        with pytest.raises(DataError) as caught:
            folder.read_for_attributes(Attr(pairs=pairs), section_path="source/a.md")
        assert caught.value.attribute == attribute


def test_a_listing_is_read_as_text_of_any_kind(make_project: MakeProject) -> None:
    files = {"source/a.json": '{"a": 1}\n', "source/b.py": b"\xff", "source/sub/c.md": ""}
    folder = DataFolder(make_project(files))
    assert folder.read_listing("../a.json", section_path="source/sub/c.md") == '{"a": 1}\n'
    for name, message in (
        ("b.py", "byte 0xFF is not valid UTF-8"),
        ("a.jsn", 'included file "a.jsn" does not exist'),
        ("../../a", "outside the project"),
    ):
        with pytest.raises(DataError, match=message) as caught:
            folder.read_listing(name, section_path="source/c.md")
        assert caught.value.code == "INC001"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (' [{"a": 1}]', "the file is JSON, not CSV"),
        ("{}", "the file is JSON, not CSV"),
        ("PK\x03\x04", "the file is not plain text"),
        ('a\n"b" c\n', "is not valid CSV: "),
    ],
)
def test_file_of_another_format_is_rejected_with_its_format(open_csv, text: str, message: str) -> None:
    with pytest.raises(DataError, match=message) as caught:
        open_csv(text)
    assert caught.value.code == "DAT002"
