"""Test that numbers of a column are padded with invisible digits, so that decimal points align."""

from __future__ import annotations

import pytest

from tests.conftest import parsed
from tests.markup.tables.test_table import cell, row, written
from triptych.markup.tables import align_columns, pad_numbers, write_table
from triptych.model.nodes import Align, Cell, Column, Note, Paragraph, Row, Table, Text
from triptych.model.walk import plain_text


def lacking(*texts: str, align: Align = Align.RIGHT) -> list[str | None]:
    body = tuple(row("a", text) for text in texts)
    node = written(Table(columns=(Column(), Column(align=align)), head=(row("A", "B"),), body=body))
    return [cells[1].get("data-lacking") for cells in node.findall("tbody/tr")]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["12.5", "3", "110.25"], ["0", ".00", None]),
        (["12.5%", "3%", "4"], [None, ".0", ".0%"]),
        (["+1.5", "−2", "n/a"], [None, ".0", None]),
        (["10", "2,000"], [None, None]),
        (["10 GW", "2.5 t"], [None, None]),
        (["10.5*", "2"], [None, ".0*"]),
        (["about 3", "10.5"], [".0", None]),
    ],
)
def test_number_padding_depends_on_its_column(texts: list[str], expected: list[str | None]) -> None:
    assert lacking(*texts) == expected


@pytest.mark.parametrize(("language", "expected"), [("ar", "ltr"), ("en", None)])
def test_numbers_run_from_left_to_right_everywhere(language: str, expected: str | None) -> None:
    body = (row("a", "1.5"), row("b", "2"))
    node = Table(columns=(Column(), Column()), head=(), body=body)
    frame = parsed(write_table(node, plain_text, "", language))
    assert [cells[1].get("dir") for cells in frame.iter("tr")] == [expected] * 2
    assert all(cells[0].get("dir") is None for cells in frame.iter("tr"))


def test_centred_columns_stay_centred() -> None:
    assert lacking("1.5", "2", align=Align.CENTER) == [None, None]


def aligns(*texts: str, align: Align = Align.DEFAULT) -> Align:
    body = tuple(row("a", text) for text in texts)
    return align_columns(Table(columns=(Column(), Column(align=align)), head=(), body=body), "en")[1]


def test_amounts_are_right_aligned_unless_set_otherwise() -> None:
    assert aligns("12%", "3.5%", "not stated") is Align.RIGHT
    assert aligns("12%", "3.5%", align=Align.LEFT) is Align.LEFT


@pytest.mark.parametrize(
    "texts",
    [("2019", "2021"), ("2014–2023", "2019"), ("3 Nov 2020", "May 2024"), ("one", "2"), ("7", "few", "no")],
)
def test_years_dates_and_texts_do_not(texts: tuple[str, ...]) -> None:
    assert aligns(*texts) is Align.DEFAULT


def test_note_call_hangs_over_invisible_padding() -> None:
    called = Paragraph(content=(Text(text="1.5"), Note(content=())), tight=True)
    body = (Row(cells=(cell("a"), Cell(content=(called,)))), row("b", "2"))
    aligned = Table(columns=(Column(), Column(align=Align.RIGHT)), head=(), body=body)
    assert list(pad_numbers(aligned, "en").values()) == ["0", ".00"]


@pytest.mark.parametrize(
    ("texts", "aligned"), [(["1", "2", "3", "n/a", "n/a"], True), (["1", "2", "x", "y"], False)]
)
def test_column_kind_is_that_of_most_cells(texts: list[str], aligned: bool) -> None:
    node = Table(columns=(Column(), Column()), head=(), body=tuple(row("a", text) for text in texts))
    assert (align_columns(node, "en")[1] is Align.RIGHT) is aligned
