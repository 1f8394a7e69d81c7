"""Test tables in PowerPoint: merged cells, and lists and line breaks inside cells."""

from __future__ import annotations

import io
from typing import Any

from pptx import Presentation
from pptx.oxml.ns import qn

from tests.writers.deck.conftest import THEME, deck
from triptych.languages.labels import load_labels
from triptych.model import nodes
from triptych.writers.deck.slides import DeckSlide, SlideKindName
from triptych.writers.deck.story.bodies import make_table_body
from triptych.writers.deck.writer import write_deck


def words(text: str) -> nodes.Paragraph:
    return nodes.Paragraph(content=(nodes.Text(text=text),), tight=True)


def cell(*blocks: nodes.Block, **more: Any) -> nodes.Cell:
    return nodes.Cell(content=blocks, **more)


def items(*texts: str) -> tuple[nodes.ListItem, ...]:
    return tuple(nodes.ListItem(content=(words(text),)) for text in texts)


def drawn(*rows: tuple[nodes.Cell, ...], columns: int, language: str = "en") -> Any:
    table = nodes.Table(
        columns=(nodes.Column(),) * columns, head=(), body=tuple(nodes.Row(cells=row) for row in rows)
    )
    body = make_table_body(table, load_labels("en"))
    slide = DeckSlide(kind=SlideKindName.TABLE, title="T", body=body)
    data, result = write_deck(deck(slide, language=language), THEME)
    assert result == []
    (native,) = Presentation(io.BytesIO(data)).slides
    return next(shape.table for shape in native.shapes if shape.has_table)


def test_a_list_in_a_cell_has_its_marks_and_lines() -> None:
    bullets = nodes.BulletList(items=items("wind the clock", "trim the lamp"))
    numbers = nodes.OrderedList(items=items("one", "two"), start=3)
    table = drawn((cell(bullets), cell(numbers)), columns=2)
    assert table.cell(0, 0).text == "wind the clock\ntrim the lamp"
    assert len(list(table.cell(0, 0)._tc.iter(qn("a:buChar")))) == 2
    starts = [mark.get("startAt") for mark in table.cell(0, 1)._tc.iter(qn("a:buAutoNum"))]
    assert starts == ["3", "3"]


def test_forced_line_break_is_kept() -> None:
    paragraph = nodes.Paragraph(content=(nodes.Text(text="a"), nodes.LineBreak(), nodes.Text(text="b")))
    table = drawn((cell(paragraph), cell(words("c"))), columns=2)
    assert len(list(table.cell(0, 0)._tc.iter(qn("a:br")))) == 1


def test_two_paragraphs_are_kept() -> None:
    table = drawn((cell(words("One."), words("Two.")), cell(words("c"))), columns=2)
    assert [paragraph.text for paragraph in table.cell(0, 0).text_frame.paragraphs] == ["One.", "Two."]


def test_cells_over_columns_and_rows_are_joined() -> None:
    table = drawn(
        (cell(words("a"), colspan=2), cell(words("b"), rowspan=2)),
        (cell(words("c")), cell(words("d"))),
        columns=3,
    )
    wide, high = table.cell(0, 0), table.cell(0, 2)
    assert (wide.is_merge_origin, wide.span_width, high.span_height) == (True, 2, 2)
    assert table.cell(0, 1).is_spanned and table.cell(1, 2).is_spanned
    assert [table.cell(1, column).text for column in (0, 1)] == ["c", "d"]


def test_span_beyond_the_table_ends_with_it() -> None:
    table = drawn((cell(words("a"), colspan=9, rowspan=9),), (), columns=2)
    assert (table.cell(0, 0).span_width, table.cell(0, 0).span_height) == (2, 2)


def test_narrow_table_is_at_the_reading_start() -> None:
    rows = ((cell(words("a")), cell(words("1"))),)
    (left,), (right,) = (
        [drawn(*rows, columns=2, language=language)._graphic_frame] for language in ("en", "he")
    )
    assert left.left + left.width < 500 * 12700
    assert right.left > 450 * 12700
