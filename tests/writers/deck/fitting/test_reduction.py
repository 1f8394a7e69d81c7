"""Test that generated content is shortened if it does not fit."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pptx import Presentation

from tests.writers.deck.conftest import make_cell
from tests.writers.deck.test_writer import deck_of, points
from triptych.checks.deck import check_deck
from triptych.diagnostics import Span
from triptych.model.nodes import Align
from triptych.theme.theme import load_theme
from triptych.writers.deck.slides import (
    Body,
    CalloutBody,
    Card,
    DeckSlide,
    Para,
    QuoteBody,
    Run,
    SlideKindName,
    TableBody,
    TimelineBody,
)
from triptych.writers.deck.story.runs import make_plain_note
from triptych.writers.deck.writer import write_deck

SPAN = Span(path="source/02.md", line=9)
TABLE = TableBody(
    rows=((make_cell(Run(text="Unbreakable" * 12)),) * 4,), alignments=(Align.DEFAULT,) * 4,
    alt="All the numbers", source=(Run(text="All the numbers"),),
)  # fmt: skip


def texts(data: bytes) -> str:
    shapes = [shape for slide in Presentation(io.BytesIO(data)).slides for shape in slide.shapes]
    return "\n".join(shape.text_frame.text for shape in shapes if shape.has_text_frame)


def test_book_table_is_replaced_by_its_caption() -> None:
    slide = DeckSlide(
        kind=SlideKindName.TABLE,
        title="Wide",
        body=TABLE,
        notes=(make_plain_note("Said."),),
        is_requested=False,
        span=SPAN,
    )
    data, [problem] = write_deck(deck_of(slide), load_theme())
    assert (problem.code, problem.span) == ("DEK002", SPAN)
    assert "All the numbers" in texts(data)
    assert "Said." in Presentation(io.BytesIO(data)).slides[0].notes_slide.notes_text_frame.text


def test_table_without_a_caption_moves_to_the_notes() -> None:
    bare = replace(TABLE, alt="Table", source=())
    slide = DeckSlide(kind=SlideKindName.TABLE, title="Wide", body=bare, is_requested=False, span=SPAN)
    data, [problem] = write_deck(deck_of(slide), load_theme())
    assert (problem.code, problem.message) == (
        "DEK002", 'the table on slide "Wide" does not fit; its text was moved to the speaker notes'
    )  # fmt: skip
    notes = Presentation(io.BytesIO(data)).slides[0].notes_slide.notes_text_frame.text
    assert notes == "; ".join(["Unbreakable" * 12] * 4)


@pytest.mark.parametrize("title", ["very long title " * 70, "长标题" * 280])
def test_book_title_is_shortened_to_its_first_words(title: str) -> None:
    slide = DeckSlide(
        kind=SlideKindName.BULLETS, title=title, body=points("a", "b"), is_requested=False, span=SPAN
    )
    data, [problem] = write_deck(deck_of(slide), load_theme())
    assert (problem.code, problem.span) == ("DEK002", SPAN)
    assert f"{title[:20]}" in texts(data)
    assert title.strip() in Presentation(io.BytesIO(data)).slides[0].notes_slide.notes_text_frame.text


LONG = (Run(text="A sentence of the book that is long enough to need a line of its own. " * 40),)


@pytest.mark.parametrize(
    "body",
    [
        QuoteBody(text=LONG, attribution=LONG),
        CalloutBody(label="Note", paras=(Para(runs=LONG, bullet=False),)),
        TimelineBody(cards=(Card(heading=LONG, paras=(Para(runs=LONG),)),) * 3),
    ],
    ids=lambda body: type(body).__name__,
)
def test_long_book_text_uses_as_many_slides_as_needed(body: Body) -> None:
    slide = DeckSlide(kind=SlideKindName.BULLETS, title="Long", body=body, is_requested=False, span=SPAN)
    data, [problem] = write_deck(deck_of(slide), load_theme())
    assert (problem.code, problem.span) == ("DEK002", SPAN)
    assert problem.message.endswith("does not fit; plain text is shown instead")
    assert texts(data).count("long enough") >= 40
    data, [problem, *_] = write_deck(deck_of(replace(slide, is_requested=True)), load_theme())
    assert (data, problem.code) == (b"", "DEK001")


def test_generated_title_never_stops_a_build() -> None:
    """Test generated titles: author slides under a long heading, and dividers with a long chapter label."""
    words = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 8
    deck_slide = DeckSlide(
        kind=SlideKindName.BULLETS, title=words, has_own_title=False, body=points("a", "b"), span=SPAN
    )
    divider = DeckSlide(
        kind=SlideKindName.DIVIDER,
        title=words,
        kicker=words,
        is_requested=False,
        has_own_title=False,
        span=SPAN,
    )
    data, problems = write_deck(deck_of(deck_slide, divider), load_theme())
    assert {problem.code for problem in problems} <= {"DEK002", "DEK007"}
    assert check_deck(data) == []
    assert "Donaudampf" in texts(data)


def test_a_title_that_an_author_wrote_for_a_slide_is_an_error() -> None:
    slide = DeckSlide(
        kind=SlideKindName.BULLETS, title="very long title " * 70, body=points("a", "b"), span=SPAN
    )
    data, [problem] = write_deck(deck_of(slide), load_theme())
    assert (data, problem.code, problem.span) == (b"", "DEK001", SPAN)
