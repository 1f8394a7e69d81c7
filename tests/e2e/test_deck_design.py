"""Test the design of the edition's deck: few type sizes, filled frames, equal row heights, whole dates."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from typing import Any

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn
from pptx.util import Pt

from triptych.checks.deck.fill import MIN_FILL, measure_deck_fill
from triptych.languages.dates import parse_date

from .conftest import Built

pytestmark = pytest.mark.e2e

CARDS = ("First card", "Second card", "Third card", "Fourth card", "Fifth card", "Sixth card")


@pytest.fixture(scope="module")
def slides(edition: Built) -> list[Any]:
    return list(Presentation(str(edition.outputs["pptx"])).slides)


@pytest.mark.parametrize("name", ["edition", "scaffold", "guide", "everything"])
def test_slides_fill_their_body_frames(name: str, request: pytest.FixtureRequest) -> None:
    built: Built = request.getfixturevalue(name)
    fills = measure_deck_fill(built.outputs["pptx"].read_bytes())
    assert len(fills) >= 4
    assert median(fills.values()) >= 0.7
    assert {number: fill for number, fill in fills.items() if fill < MIN_FILL} == {}


def test_a_slide_with_a_coloured_table_has_at_most_60_texts(slides: list[Any]) -> None:
    counts = [
        sum(bool(text.text and text.text.strip()) for text in slide._element.iter(qn("a:t")))
        for slide in slides
        if any(cell.find(qn("a:solidFill")) is not None for cell in slide._element.iter(qn("a:tcPr")))
    ]
    assert counts and max(counts) <= 60


def named(slides: list[Any], layout: str) -> list[Any]:
    results = [slide for slide in slides if slide.slide_layout.name == layout]
    assert len(results) > 2
    return results


def cards(slide: Any) -> list[Any]:
    return sorted(
        (placeholder for placeholder in slide.placeholders if placeholder.name in CARDS),
        key=lambda one: one.left,
    )


def sizes(card: Any) -> list[float]:
    """Return the type sizes of each paragraph with text, in points."""
    return [paragraph.runs[0].font.size.pt for paragraph in card.text_frame.paragraphs if paragraph.runs]


def test_most_big_numbers_have_one_size_and_units_of_at_least_two_fifths_of_it(slides: list[Any]) -> None:
    rows = [row for slide in named(slides, "Big Numbers") if is_filled((row := cards(slide))[0])]
    heads = [max(sizes(row[0])) for row in rows]
    assert min(heads) >= 48 and max(heads) >= 60
    assert heads.count(max(heads)) * 3 >= len(heads) * 2
    units = [
        min(run.font.size.pt for paragraph in row[1].text_frame.paragraphs[:-1] for run in paragraph.runs)
        for row in rows
    ]
    assert all(unit >= 0.4 * head for unit, head in zip(units, heads, strict=True))


def is_filled(card: Any) -> bool:
    return card._element.spPr.find(qn("a:solidFill")) is not None


def test_cards_fill_the_width_with_equal_widths_and_heights(slides: list[Any]) -> None:
    for slide in named(slides, "Big Numbers"):
        first, *_ = row = cards(slide)
        assert len({card.height for card in row}) == 1
        assert max(card.width for card in row) - min(card.width for card in row) <= 2
        right = max(card.left + card.width for card in row)
        assert right - first.left == pytest.approx(Pt(866.4), abs=Pt(0.1))


def lines(table: Any, row: int) -> Iterator[int]:
    """Return the minimum number of lines of the cells in a row, given the column widths."""
    for column, cell in zip(table.columns, table.rows[row].cells, strict=True):
        size = next(
            (
                r.font.size.pt
                for paragraph in cell.text_frame.paragraphs
                for r in paragraph.runs
                if r.font.size
            ),
            18,
        )
        width = len(cell.text_frame.text) * size * 0.5 + 16
        yield max(1, -(-int(width) // int(column.width.pt)))


def test_rows_of_one_line_are_of_one_height(slides: list[Any]) -> None:
    tables = [shape.table for slide in slides for shape in slide.shapes if shape.has_table]
    assert len(tables) > 5
    for table in tables:
        single = [
            row.height for number, row in enumerate(table.rows) if number and max(lines(table, number)) == 1
        ]
        assert max(single, default=0) - min(single, default=0) <= Pt(0.1)


def test_dates_on_a_line_are_true_to_time(slides: list[Any]) -> None:
    for slide in named(slides, "Timeline"):
        dots = sorted(shape.left for shape in slide.shapes if shape.name == "Dot")
        dates = [parse_date(card.text_frame.paragraphs[0].text, "en") for card in cards(slide)]
        known = sorted(date for date in dates if date is not None)
        assert len(known) == len(dates) == len(dots)
        whole = known[-1] - known[0]
        for dot, date in zip(dots, known, strict=True):
            true = dots[0] + (date - known[0]) / whole * (dots[-1] - dots[0])
            assert dot == pytest.approx(true, abs=Pt(1))
        assert len({tuple(sizes(card)) for card in cards(slide)}) == 1


def test_columns_are_of_one_size(slides: list[Any]) -> None:
    for slide in named(slides, "Comparison"):
        halves = [
            placeholder
            for placeholder in slide.placeholders
            if placeholder.name in ("First", "Second") and placeholder.has_text_frame
        ]
        sizes = {
            run.font.size
            for half in halves
            for paragraph in half.text_frame.paragraphs
            for run in paragraph.runs
        }
        assert len(sizes) == 1


def test_no_source_line_of_a_visible_slide_is_cut(slides: list[Any]) -> None:
    lines = [
        placeholder.text_frame.text
        for slide in slides
        if slide._element.get("show") != "0"
        for placeholder in slide.placeholders
        if placeholder.name == "Source"
    ]
    assert len(lines) > 12 and not [line for line in lines if line.endswith("…")]
