"""The edition's deck as it is drawn: few sizes, frames that are filled, rows of one height, whole dates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pptx import Presentation
from pptx.util import Pt

from triptych.languages.dates import parse_date

from .conftest import Built

pytestmark = pytest.mark.e2e

CARDS = ("First card", "Second card", "Third card", "Fourth card", "Fifth card", "Sixth card")


@pytest.fixture(scope="module")
def slides(edition: Built) -> list[Any]:
    return list(Presentation(str(edition.outputs["pptx"])).slides)


def named(slides: list[Any], layout: str) -> list[Any]:
    found = [slide for slide in slides if slide.slide_layout.name == layout]
    assert len(found) > 2
    return found


def cards(slide: Any) -> list[Any]:
    return sorted((one for one in slide.placeholders if one.name in CARDS), key=lambda one: one.left)


def sizes(card: Any) -> list[float]:
    """Of each paragraph with text, in points."""
    return [p.runs[0].font.size.pt for p in card.text_frame.paragraphs if p.runs]


def test_big_numbers_have_two_sizes(slides: list[Any]) -> None:
    heads = {sizes(card)[0] for slide in named(slides, "Big Numbers") for card in cards(slide)}
    assert len(heads) <= 2 and min(heads) >= 36
    assert len({sizes(card)[-1] for slide in named(slides, "Big Numbers") for card in cards(slide)}) <= 3


def test_cards_fill_the_grid_and_are_alike(slides: list[Any]) -> None:
    for slide in named(slides, "Big Numbers"):
        first, *_ = row = cards(slide)
        assert len({(card.top, card.height) for card in row}) == 1
        assert max(card.width for card in row) - min(card.width for card in row) <= Pt(0.1)
        assert row[-1].left + row[-1].width - first.left == pytest.approx(Pt(866.4), abs=Pt(0.1))
        assert first.height > Pt(300)


def lines(table: Any, row: int) -> Iterator[int]:
    """On how many lines the cells of a row stand at the least, by the widths of their columns."""
    for column, cell in zip(table.columns, table.rows[row].cells, strict=True):
        size = next((r.font.size.pt for p in cell.text_frame.paragraphs for r in p.runs if r.font.size), 18)
        width = len(cell.text_frame.text) * size * 0.5 + 16
        yield max(1, -(-int(width) // int(column.width.pt)))


def test_rows_of_one_line_are_of_one_height(slides: list[Any]) -> None:
    tables = [one.table for slide in slides for one in slide.shapes if one.has_table]
    assert len(tables) > 5
    for table in tables:
        single = [
            row.height for number, row in enumerate(table.rows) if number and max(lines(table, number)) == 1
        ]
        assert max(single, default=0) - min(single, default=0) <= Pt(0.1)


def test_dates_on_a_line_are_true_to_time(slides: list[Any]) -> None:
    for slide in named(slides, "Timeline"):
        dots = sorted(one.left for one in slide.shapes if one.name == "Dot")
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
        halves = [one for one in slide.placeholders if one.name in ("First", "Second") and one.has_text_frame]
        own = {run.font.size for half in halves for p in half.text_frame.paragraphs for run in p.runs}
        assert len(own) == 1


def test_no_source_line_is_cut(slides: list[Any]) -> None:
    lines = [one.text_frame.text for slide in slides for one in slide.placeholders if one.name == "Source"]
    assert len(lines) > 30 and not [line for line in lines if line.endswith("…")]
