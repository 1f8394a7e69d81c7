"""Test the minimum width of tables, which decides how small their text becomes on screens."""

from __future__ import annotations

import pytest

from tests.conftest import parsed
from tests.markup.tables.test_table import cell, row, written
from triptych.markup.tables import (
    estimate_rows_width,
    measure_minimum_width,
    write_table,
)
from triptych.model.nodes import Cell, Column, Math, Paragraph, Row, Table, Text
from triptych.model.walk import plain_text


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


def test_no_line_starts_with_a_prolonged_sound_mark() -> None:
    assert measure_minimum_width(table_of(*["ダダ"] * 10)) == measure_minimum_width(table_of(*["ダ"] * 10))
    longer = measure_minimum_width(table_of(*["ダー"] * 10))
    assert longer is not None and longer > 10 * 2


def test_words_break_after_hyphens() -> None:
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
def test_unknown_width_is_not_reported(unknown: Cell) -> None:
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


def test_frame_has_the_stacking_class() -> None:
    frame = written(table_of(*["1,907,000"] * 6)).getparent()
    assert frame.get("class") == "table short fitted"
    assert frame.get("style") == f"--ems: {measure_minimum_width(table_of(*['1,907,000'] * 6))}"


def frame_classes(node: Table, *, can_stack: bool = False) -> list[str]:
    frame = parsed(write_table(node, plain_text, "", can_stack=can_stack)).find("div")
    return str(frame.get("class")).split()


@pytest.mark.parametrize(("columns", "is_roomy"), [(2, True), (3, False)])
def test_a_table_is_roomy_if_its_labels_fit_on_a_screen_unbroken(columns: int, is_roomy: bool) -> None:
    labels = table_of(*["European Union"] * columns)
    assert ("roomy" in frame_classes(labels)) is is_roomy
    minimum_width = measure_minimum_width(labels)
    assert minimum_width is not None and minimum_width < 30


def test_a_table_of_unknown_width_is_not_roomy() -> None:
    assert "roomy" not in frame_classes(table_of("https://example.org/an/address"))


@pytest.mark.parametrize(
    ("text", "is_whole"),
    [("European Union", True), ("European", False), ("European Union countries", False), ("", False)],
)
def test_short_label_of_several_words_does_not_wrap(text: str, is_whole: bool) -> None:
    (td,) = written(table_of(text)).iter("td")
    assert ("whole" in (td.get("class") or "").split()) is is_whole


def test_a_label_in_several_paragraphs_may_break() -> None:
    paragraphs = tuple(Paragraph(content=(Text(text=text),)) for text in ("One", "two"))
    node = Table(columns=(Column(),), head=(), body=(Row(cells=(Cell(content=paragraphs),)),))
    (td,) = written(node).iter("td")
    assert td.get("class") is None


def test_one_column_table_is_not_stacked() -> None:
    assert not [name for name in frame_classes(table_of("A"), can_stack=True) if name.startswith("stack")]
    assert "stack-8" in frame_classes(table_of("A", "B"), can_stack=True)


def test_words_after_a_cell_over_two_columns_widen_the_third_column() -> None:
    columns = (Column(),) * 3
    spanned = Row(cells=(cell("1", colspan=2), cell("extraordinarily")))
    same_column = measure_minimum_width(
        Table(columns=columns, head=(spanned,), body=(row("1", "1", "extraordinarily"),))
    )
    assert same_column == measure_minimum_width(table_of("1", "1", "extraordinarily"))


def test_the_longest_word_that_does_not_break_has_24_letters() -> None:
    assert measure_minimum_width(table_of("a" * 24)) is not None
    assert measure_minimum_width(table_of("a" * 25)) is None


def test_cell_notes_widen_their_column() -> None:
    noted = Row(cells=(cell("1", note=(Text(text="extraordinarily"),)),))
    assert measure_minimum_width(Table(columns=(Column(),), head=(), body=(noted,))) == measure_minimum_width(
        table_of("extraordinarily")
    )


@pytest.mark.parametrize(
    ("narrow", "wide"), [("e\u0301" * 8, "ee" * 8), ("iiii", "aaaa"), ("aaaa", "AAAA"), ("AAAA", "ＡＡＡＡ")]
)
def test_wide_letters_need_more_space_than_narrow_ones(narrow: str, wide: str) -> None:
    assert estimate_rows_width([(narrow,)]) < estimate_rows_width([(wide,)])


def test_combining_marks_have_no_width() -> None:
    assert estimate_rows_width([("e\u0301" * 8,)]) == estimate_rows_width([("e" * 8,)])


def test_row_width_is_that_of_the_longest_words_of_its_columns() -> None:
    assert estimate_rows_width([("A", "aaaa"), ("AAAA aa", "a")]) == estimate_rows_width([("AAAA", "aaaa")])
    assert estimate_rows_width([("a" * 40,)]) == estimate_rows_width([("a" * 24,)])


def test_a_formula_counts_as_a_word_of_12_letters_if_an_estimate_is_enough() -> None:
    formula = Cell(content=(Paragraph(content=(Math(tex="x", mathml=""),)),))
    table = Table(columns=(Column(),), head=(), body=(Row(cells=(formula,)),))
    assert measure_minimum_width(table) is None
    assert measure_minimum_width(table, approximate=True) == measure_minimum_width(table_of("x" * 12))
    assert measure_minimum_width(table_of("x" * 40), approximate=True) == measure_minimum_width(
        table_of("x" * 24)
    )
