"""Test that notes are assigned to slides by the elements they mention, otherwise by position."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import ReadBook
from tests.writers.deck.conftest import said
from tests.writers.deck.story.conftest import FILES, told
from triptych.model.nodes import Image, Note, SoftBreak, Style, Styled, Text
from triptych.writers.deck.slides import DeckSlide
from triptych.writers.deck.story.passages import split_inline_sentences

Slides = Callable[..., dict[str, DeckSlide]]

CHART = '::: {{#fig-{id} .chart{more} data=data.csv x=year y=gw type=line fig-alt="A line" slide-title="{title}"}}\nCaption\n:::\n\n'


def chart(id: str, title: str, more: str = "") -> str:
    return CHART.format(id=id, title=title, more=more)


@pytest.fixture
def slides(read_book_of: ReadBook) -> Slides:
    """Return the slides of a book of one chapter by title."""

    def make(markdown: str, **front: Any) -> dict[str, DeckSlide]:
        book, _ = read_book_of(markdown, files=FILES, **front)
        return {slide.title: slide for slide in told(book).slides}

    return make


def test_paragraph_is_assigned_to_the_slide_it_references(slides: Slides) -> None:
    text = (
        "## A\n\n@fig-two is named early.\n\n"
        + chart("one", "One")
        + "Near one.\n\n## B\n\n"
        + chart("two", "Two")
        + "Looking back at [one](#fig-one).\n"
    )
    result = slides(text)
    assert said(result["One"]) == ("Near one.", "B", "Looking back at one.")
    assert said(result["Two"]) == ("A", "Figure\u00a01.2 is named early.")


def test_a_paragraph_that_names_two_is_cut_between_its_sentences(slides: Slides) -> None:
    text = "First. As @fig-one shows, it grew. It did so fast. @fig-two tells why. It is simple.\n\n"
    result = slides(text + chart("one", "One") + chart("two", "Two"))
    assert said(result["One"]) == ("First. As Figure\u00a01.1 shows, it grew. It did so fast. ",)
    assert said(result["Two"]) == ("Figure\u00a01.2 tells why. It is simple.",)


def test_slide_matches_its_content_in_another_form(slides: Slides) -> None:
    content = '::: {.slide title="Own"}\n::: {.chart data=data.csv x=year y=gw fig-alt="Bars" type=bar}\n:::\n:::\n\n'
    text = "## A\n\nPlain.\n\n## B\n\n@fig-one shows it.\n\n" + chart("one", "One", " .no-slide")
    result = slides(text + "## C\n\n" + content)
    assert said(result["Own"])[:1] == ("B",)
    assert "Figure\u00a01.1 shows it." in said(result["Own"])
    assert "Plain." not in said(result["Own"])


def test_passages_of_visible_slides_are_not_assigned_to_hidden_ones(slides: Slides) -> None:
    text = (
        "## A\n\n" + chart("one", "Seen") + "Text.\n\n" + chart("two", "Kept", " .backup") + "More text.\n\n"
    )
    result = slides(
        text + "@fig-two is kept for questions.\n\n## B\n\n" + chart("three", "Last", " .backup") + "End."
    )
    assert said(result["Seen"]) == ("A", "Text.", "More text.")
    assert said(result["Kept"]) == ("Figure\u00a01.2 is kept for questions.",)
    assert said(result["Last"]) == ()
    assert said(result["A section"]) == ("B", "End.")


def test_section_uses_slides_of_its_subsections_only(slides: Slides) -> None:
    text = "## A\n\nOver both.\n\n### A1\n\nFirst.\n\n### A2\n\nSecond.\n\n" + chart("one", "One")
    result = slides(text)
    assert said(result["One"]) == ("A", "Over both.", "A2", "Second.")
    assert said(result["A section"]) == ("A1", "First.")


def test_speaker_notes_belong_to_the_preceding_slide(slides: Slides) -> None:
    text = chart("one", "One", " .backup") + "::: notes\nSay this.\n:::\n\n" + chart("two", "Two")
    result = slides(text)
    assert said(result["One"]) == ("Say this.",)


def test_inlines_are_cut_into_sentences() -> None:
    note = Note(content=())
    strong = Styled(style=Style.STRONG, content=(Text(text="It is. So it is."),))
    content = (
        Text(text="One."),
        note,
        SoftBreak(),
        strong,
        Text(text=" Two. Three"),
        Image(alt="x", source=""),
    )
    assert [len(sentence) for sentence in split_inline_sentences(content)] == [3, 2, 1, 2]
