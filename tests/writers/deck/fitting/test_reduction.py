"""What no author asked for is shown in less where it does not fit."""

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


def test_a_table_of_the_book_gives_way_to_its_caption() -> None:
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


def test_a_table_without_a_caption_is_said_in_the_notes() -> None:
    bare = replace(TABLE, alt="Table", source=())
    slide = DeckSlide(kind=SlideKindName.TABLE, title="Wide", body=bare, is_requested=False, span=SPAN)
    data, [problem] = write_deck(deck_of(slide), load_theme())
    assert (problem.code, problem.message) == (
        "DEK002", 'the table on slide "Wide" does not fit; its text was moved to the speaker notes'
    )  # fmt: skip
    notes = Presentation(io.BytesIO(data)).slides[0].notes_slide.notes_text_frame.text
    assert notes == "; ".join(["Unbreakable" * 12] * 4)


@pytest.mark.parametrize("title", ["very long title " * 70, "长标题" * 280])
def test_a_title_of_the_book_gives_way_to_its_first_words(title: str) -> None:
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
def test_what_the_book_says_at_length_is_text_on_as_many_slides_as_it_needs(body: Body) -> None:
    slide = DeckSlide(kind=SlideKindName.BULLETS, title="Long", body=body, is_requested=False, span=SPAN)
    data, [problem] = write_deck(deck_of(slide), load_theme())
    assert (problem.code, problem.span) == ("DEK002", SPAN)
    assert problem.message.endswith("does not fit; plain text is shown instead")
    assert texts(data).count("long enough") >= 40
    data, [problem, *_] = write_deck(deck_of(replace(slide, is_requested=True)), load_theme())
    assert (data, problem.code) == (b"", "DEK001")


def test_a_title_that_nobody_wrote_never_ends_a_build() -> None:
    """An author's slide under a long heading, and a divider whose chapter has a long name before its title."""
    words = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft " * 8
    written = DeckSlide(
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
    data, problems = write_deck(deck_of(written, divider), load_theme())
    assert {problem.code for problem in problems} <= {"DEK002", "DEK007"}
    assert check_deck(data) == []
    assert "Donaudampf" in texts(data)


def test_a_title_that_an_author_wrote_for_a_slide_is_an_error() -> None:
    slide = DeckSlide(
        kind=SlideKindName.BULLETS, title="very long title " * 70, body=points("a", "b"), span=SPAN
    )
    data, [problem] = write_deck(deck_of(slide), load_theme())
    assert (data, problem.code, problem.span) == (b"", "DEK001", SPAN)
