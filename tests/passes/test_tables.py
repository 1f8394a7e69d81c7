"""Test row headers and shading of tables, which do not depend on the source format."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from tests.conftest import ReadBook
from triptych.languages.labels import load_labels
from triptych.model.book import Book, Chapter, Metadata
from triptych.model.nodes import Attr, Cell, Column, Paragraph, Row, Table, Text
from triptych.model.walk import chapter_nodes, plain_text
from triptych.passes.tables import count_row_headers, prepare_tables

DATA = "::: {#tbl-d .table data=d.csv MORE}\nCaption\n:::\n"
CSV = {"source/d.csv": "A,B\nx,1\ny,2.5\n"}
GRID = "+---+---+\n| A | B |\n+===+===+\n| x | 1 |\n+---+---+\n| y | 2 |\n+---+---+\n"
PIPE = "| A | B |\n|---|---|\n| x | 1 |\n| y | 2 |\n"
HTML = (
    "<table><thead><tr><th>A</th><th>B</th></tr></thead>"
    "<tr><td>x</td><td>1</td></tr><tr><td>y</td><td>2</td></tr></table>\n"
)


def table_of(read: ReadBook, text: str) -> Table:
    book, findings = read(text, files=CSV)
    assert not [item for item in findings if item.severity == "error"]
    return next(node for node in chapter_nodes(book.chapters[0]) if isinstance(node, Table))


@pytest.mark.parametrize("source", [PIPE, GRID, HTML, DATA.replace(" MORE", "")])
def test_the_first_column_heads_rows_in_each_kind_of_table(read_book_of: ReadBook, source: str) -> None:
    assert table_of(read_book_of, source).row_headers == 1


@pytest.mark.parametrize(
    "rows",
    [
        "| x | 1 |\n| x | 2 |",  # a repeated value
        "| x | 1 |\n|   | 2 |",  # an empty value
        "| x | 1 |",
        f"| {'long ' * 20} | 1 |\n| y | 2 |",
    ],
)
def test_a_column_that_does_not_name_each_row_heads_none(read_book_of: ReadBook, rows: str) -> None:
    assert table_of(read_book_of, f"| A | B |\n|---|---|\n{rows}\n").row_headers == 0


@pytest.mark.parametrize(("written", "count"), [("0", 0), ("2", 2)])
def test_author_may_override_alignment(read_book_of: ReadBook, written: str, count: int) -> None:
    text = f"{PIPE}\n: Caption {{#tbl-a row-headers={written}}}\n"
    assert table_of(read_book_of, text).row_headers == count


def test_widths_may_be_set_on_the_enclosing_block(read_book_of: ReadBook) -> None:
    table = table_of(read_book_of, f'::: {{#tbl-a tbl-colwidths="[20,80]"}}\n{PIPE}\nCaption\n:::\n')
    assert [column.width for column in table.columns] == [0.2, 0.8]


HEAT = (
    "| A | B | C |\n|---|---|---|\n| x | 1 | 100 |\n| y | 10 | 55 |\n| z | n/a | 64 |\n\n"
    ": Caption {#tbl-a .heatmap MORE}\n"
)


def shades(table: Table) -> list[list[int]]:
    return [[cell.shade for cell in row.cells] for row in table.body]


def test_numbers_of_a_heat_table_have_one_scale(read_book_of: ReadBook) -> None:
    table = table_of(read_book_of, HEAT.replace(" MORE", ""))
    assert shades(table) == [[0, 1, 9], [0, 2, 5], [0, 0, 6]]
    assert plain_text(table.body[2].cells[1].content) == "n/a"


def test_or_one_for_each_column(read_book_of: ReadBook) -> None:
    table = table_of(read_book_of, HEAT.replace("MORE", "heatmap=columns"))
    assert shades(table) == [[0, 1, 9], [0, 9, 1], [0, 0, 3]]


def test_a_table_from_a_file_may_be_one(read_book_of: ReadBook) -> None:
    table = table_of(read_book_of, DATA.replace(".table", ".table .heatmap").replace(" MORE", ""))
    assert shades(table) == [[0, 1], [0, 9]]


def test_common_units_move_to_the_header(read_book_of: ReadBook) -> None:
    head = table_of(read_book_of, DATA.replace("MORE", 'units=",GW"')).head[0]
    assert [plain_text(cell.content) for cell in head.cells] == ["A", "B (GW)"]


def test_each_column_has_its_unit_or_none(read_book_of: ReadBook) -> None:
    with pytest.raises(AssertionError, match="2 columns but 1 units"):
        table_of(read_book_of, DATA.replace("MORE", "units=GW"))


@pytest.mark.parametrize(
    "cells", [("1%", "2%"), ("1%", "2%", "3"), ("1%", "2%", "few"), ("1", "2", "3"), ("1 GW", "2 t", "3 GW")]
)
def test_partial_units_may_stay_with_their_numbers(read_book_of: ReadBook, cells: tuple[str, ...]) -> None:
    rows = "".join(f"| x{n} | {cell} |\n" for n, cell in enumerate(cells))
    _, result = read_book_of(f"| A | B |\n|---|---|\n{rows}")
    assert result == []


# --- Tables of long data --------------------------------------------------------------------------------

BOARD = (
    "field,measure,value,year,who\nSolar,Output,80.5,2024,IEA\nSolar,Papers,1200,2023,\n"
    "Chips,Papers,0,2023,ASPI\nChips,Patents,,,\nWind,Output,about 40,2022,\n"
)
ASK = "::: {#tbl-b .table .heatmap data=b.csv rows=field columns=measure values=value MORE}\nWho leads\n:::\n"


def board(read: ReadBook, more: str = "") -> tuple[Table | None, list[str]]:
    book, findings = read(ASK.replace("MORE", more), files={"source/b.csv": BOARD})
    nodes = chapter_nodes(book.chapters[0])
    return next((node for node in nodes if isinstance(node, Table)), None), [
        f"{item.code} {item.span.line}:{item.span.column} {item.message}" for item in findings if item.span
    ]


def test_row_of_long_data_is_a_cell_with_its_note(read_book_of: ReadBook) -> None:
    table, result = board(read_book_of, 'notes="year,who" unit="%"')
    assert table is not None
    assert not result
    assert [plain_text(cell.content) for cell in table.head[0].cells] == [
        "Field",
        "Output",
        "Papers",
        "Patents",
    ]
    assert [[plain_text((cell,)) for cell in row.cells] for row in table.body] == [
        ["Solar", "80.5 2024, IEA", "1,200 2023", "–"],
        ["Chips", "–", "0 2023, ASPI", "–"],
        ["Wind", "about 40 2022", "–", "–"],
    ]
    assert table.row_headers == 1
    assert plain_text(table.caption) == "Who leads (%)"


def test_gap_has_no_colour_and_zero_has_one(read_book_of: ReadBook) -> None:
    table, _ = board(read_book_of)
    assert table is not None
    assert [[cell.shade for cell in row.cells[1:]] for row in table.body] == [[2, 9, 0], [0, 1, 0], [1, 0, 0]]


@pytest.mark.parametrize(
    ("more", "code", "said"),
    [
        ("notes=yeer", "DAT001", 'no column "yeer"'),
        ('order="Solr"', "CHT001", '`order=` names "Solr"'),
        ('units="%"', "CHT001", "`units=` cannot be combined with `rows=`"),
        ('labels="A,B"', "CHT001", "4 columns but 2 column labels"),
    ],
)
def test_invalid_long_data_is_reported_at_its_attribute(
    read_book_of: ReadBook, more: str, code: str, said: str
) -> None:
    table, result = board(read_book_of, more)
    assert table is None
    (item,) = [entry for entry in result if said in entry]
    assert item.startswith(f"{code} 4:{ASK.index('MORE') + 1} ")


@pytest.mark.parametrize("key", ["notes", "unit", "order", "values"])
def test_long_data_attributes_require_rows(read_book_of: ReadBook, key: str) -> None:
    _, findings = read_book_of(DATA.replace("MORE", f'{key}="A"'), files=CSV)
    assert f"`{key}=` cannot be used without `rows=`" in "".join(item.message for item in findings)


def test_columns_of_long_data_with_notes_are_of_one_width_and_keep_a_short_last_note(
    read_book_of: ReadBook,
) -> None:
    table, _ = board(read_book_of, 'notes="who,year"')
    assert table is not None
    first, *rest = (column.width for column in table.columns)
    assert first
    assert len(set(rest)) == 1
    assert sum((first, *rest)) == pytest.approx(1)  # type: ignore[arg-type]
    files = {"source/b.csv": "field,measure,value,year,who\nSolar,Output,80,2024,A\n"}
    book, _ = read_book_of(ASK.replace("MORE", 'notes="year,who"'), files=files)
    table = next(node for node in chapter_nodes(book.chapters[0]) if isinstance(node, Table))
    assert plain_text(table.body[0].cells[1].note) in ("2024,\u00a0A", "2024, A")
    assert "\u00a0A" in "".join(node.text for node in table.body[0].cells[1].note)  # type: ignore[union-attr]


# --- The rules on their own -----------------------------------------------------------------------------


def line(*texts: str) -> Row:
    return Row(
        cells=tuple(Cell(content=(Paragraph(content=(Text(text=text),)),) if text else ()) for text in texts)
    )


def made(*rows: Row, head: int = 1, **more: Any) -> Table:
    """Return a table of some rows with the given number of header rows."""
    return Table(columns=(Column(),) * len(rows[0].cells), head=rows[:head], body=rows[head:], **more)


HEAD = line("A", "B")


@pytest.mark.parametrize(
    ("table", "count"),
    [
        (made(HEAD, line("x", "1"), line("y", "2")), 1),
        (made(HEAD, line("x", "1"), line("X ", "2")), 0),  # a repeated value
        (made(HEAD, line("x", "1")), 0),
        (made(line("x", "1"), line("y", "2"), head=0), 0),
        (made(line("A"), line("x"), line("y")), 0),
        (made(HEAD, line("x" * 60, "1"), line("y", "2")), 1),
        (made(HEAD, line("x" * 61, "1"), line("y", "2")), 0),
        (made(HEAD, line("x", "1"), line("", "2")), 0),
        (made(HEAD, line("x", "1"), Row(cells=(replace(line("y").cells[0], colspan=2),))), 0),
        (made(HEAD, line("x", "1"), line("x", "2"), row_headers=2), 2),  # according to its source
        (made(HEAD, line("x", "1"), line("y", "2"), attr=Attr(pairs=(("row-headers", "9"),))), 2),
        (made(HEAD, line("x", "1"), line("y", "2"), attr=Attr(pairs=(("row-headers", "0"),))), 0),
    ],
)
def test_first_column_with_unique_names_is_a_row_header(table: Table, count: int) -> None:
    assert count_row_headers(table) == count


def arranged(table: Table) -> tuple[Table, list[str]]:
    """Return a table after the pass, and its findings."""
    metadata = Metadata(title="T", language="en", identifier="urn:x", modified=dt.datetime(2024, 1, 1))
    chapter = Chapter(id="c", slug="c", source="a.md", title=(), blocks=(table,))
    book, findings = prepare_tables(Book(metadata=metadata, chapters=(chapter,)), load_labels("en"))
    (block,) = book.chapters[0].blocks
    assert isinstance(block, Table)
    return block, [item.message for item in findings]


@pytest.mark.parametrize(
    ("cells", "head", "told"),
    [
        ("1 GW,2 GW,3 GW", 1, True),
        ("1 GW,2 GW", 1, False),
        ("1 GW,,2 GW,3 GW", 1, True),  # empty cells are ignored
        ("1 GW,2 GW,3", 1, False),
        ("1,2,3", 1, False),
        ("1 GW,2 GW,3 GW", 2, False),
        ("about (1 GW,less (2 GW,more (3 GW", 1, False),
        ("~1 GW,−2 GW,3 GW", 1, True),
    ],
)
def test_repeated_unit_of_three_numbers_is_reported(cells: str, head: int, told: bool) -> None:
    heads = (HEAD, line("", ""))[:head]
    rows = [line(f"x{place}", cell) for place, cell in enumerate(cells.split(","))]
    _, result = arranged(made(*heads, *rows, head=head))
    assert result == ['every number in the column "B" repeats the unit "GW"'] * told


@pytest.mark.parametrize(
    ("asked", "widths"),
    [
        ("[30,70]", [0.3, 0.7]),
        ("[1,1.5]", [0.4, 0.6]),
        ("[1]", [None, None]),
        ("[0,0]", [None, None]),
        ("", [None, None]),
    ],
)
def test_widths_are_shares_where_there_are_as_many(asked: str, widths: list[float | None]) -> None:
    table, _ = arranged(made(HEAD, line("x", "1"), attr=Attr(pairs=(("tbl-colwidths", asked),))))
    assert [column.width for column in table.columns] == widths


def test_years_ranges_and_row_headers_have_no_shade() -> None:
    rows = (line("7", "2019", "1"), line("8", "2020", "5–9"), line("9", "2021", "3"))
    table, _ = arranged(made(line("A", "Year", "B"), *rows, attr=Attr(classes=("heatmap",))))
    assert [[bool(cell.shade) for cell in row.cells] for row in table.body] == [
        [False, False, True],
        [False, False, False],
        [False, False, True],
    ]


@pytest.mark.parametrize(("asked", "widths"), [("[100]", "1 width"), ("[20,30,50]", "3 widths")])
def test_another_number_of_widths_is_reported_with_that_of_the_columns(asked: str, widths: str) -> None:
    _, found = arranged(made(HEAD, line("x", "1"), attr=Attr(pairs=(("tbl-colwidths", asked),))))
    assert found == [f"`tbl-colwidths` has {widths}; the table has 2 columns"]
