"""What a table needs at least, so that screens can make its text as small as that takes."""

from __future__ import annotations

import pytest

from tests.markup.tables.test_table import cell, row, written
from triptych.markup.tables import measure_minimum_width
from triptych.model.nodes import Cell, Column, Math, Paragraph, Row, Table


def table_of(*texts: str) -> Table:
    return Table(columns=(Column(),) * len(texts), head=(), body=(row(*texts),))


def test_words_side_by_side_count_and_sentences_do_not() -> None:
    words = measure_minimum_width(table_of(*["1,907,000"] * 6))
    sentences = measure_minimum_width(table_of(*["1,907,000 and so on and so on"] * 6))
    assert words is not None and 6 * 5 < words < 6 * 6.5
    assert sentences == words


def test_chinese_breaks_everywhere() -> None:
    assert measure_minimum_width(table_of(*["发光二极管的灯塔"] * 6)) == measure_minimum_width(
        table_of(*["发"] * 6)
    )


def test_no_line_begins_with_a_mark_that_lengthens() -> None:
    assert measure_minimum_width(table_of(*["ダダ"] * 10)) == measure_minimum_width(table_of(*["ダ"] * 10))
    longer = measure_minimum_width(table_of(*["ダー"] * 10))
    assert longer is not None and longer > 10 * 2


def test_words_break_behind_hyphens() -> None:
    assert measure_minimum_width(table_of(*["one-two-three-four"] * 4)) == measure_minimum_width(
        table_of(*["one- two- three- four"] * 4)
    )


@pytest.mark.parametrize(
    "unknown",
    [
        cell("https://example.org/an/address"),
        cell("tall", rowspan=2),
        Cell(content=(Paragraph(content=(Math(tex="x", mathml=""),)),)),
    ],
)
def test_nothing_is_said_of_what_has_no_known_width(unknown: Cell) -> None:
    wide = row(*["1,907,000"] * 6)
    known = Table(columns=(Column(),) * 7, head=(), body=(wide,))
    assert measure_minimum_width(known) is not None
    assert (
        measure_minimum_width(
            Table(columns=known.columns, head=(), body=(Row(cells=(*wide.cells, unknown)),))
        )
        is None
    )


def test_cells_over_several_columns_widen_none() -> None:
    across = Row(cells=(cell("extraordinarily", colspan=6),))
    plain = table_of(*["1,907,000"] * 6)
    assert measure_minimum_width(
        Table(columns=plain.columns, head=(across,), body=plain.body)
    ) == measure_minimum_width(plain)
    assert (
        measure_minimum_width(Table(columns=plain.columns, head=(), body=(across,))) == 6 * 0.5
    )  # the gaps alone


def test_the_frame_tells_it() -> None:
    frame = written(table_of(*["1,907,000"] * 6)).getparent()
    assert frame.get("class") == "table short fitted"
    assert frame.get("style") == f"--ems: {measure_minimum_width(table_of(*['1,907,000'] * 6))}"
