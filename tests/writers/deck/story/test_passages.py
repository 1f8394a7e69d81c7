"""What is said of a slide is said to it: by what a passage names, else by where it stands."""

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
    """The slides of a book of one chapter, by their titles."""

    def make(markdown: str, **front: Any) -> dict[str, DeckSlide]:
        book, _ = read_book_of(markdown, files=FILES, **front)
        return {slide.title: slide for slide in told(book).slides}

    return make


def test_a_paragraph_goes_to_the_slide_that_it_names_wherever_it_stands(slides: Slides) -> None:
    text = (
        "## A\n\n@fig-two is named early.\n\n"
        + chart("one", "One")
        + "Near one.\n\n## B\n\n"
        + chart("two", "Two")
        + "Looking back at [one](#fig-one).\n"
    )
    made = slides(text)
    assert said(made["One"]) == ("Near one.", "B", "Looking back at one.")
    assert said(made["Two"]) == ("A", "Figure\u00a01.2 is named early.")


def test_a_paragraph_that_names_two_is_cut_between_its_sentences(slides: Slides) -> None:
    text = "First. As @fig-one shows, it grew. It did so fast. @fig-two tells why. It is simple.\n\n"
    made = slides(text + chart("one", "One") + chart("two", "Two"))
    assert said(made["One"]) == ("First. As Figure\u00a01.1 shows, it grew. It did so fast. ",)
    assert said(made["Two"]) == ("Figure\u00a01.2 tells why. It is simple.",)


def test_a_slide_stands_for_what_it_shows_in_another_form(slides: Slides) -> None:
    own = '::: {.slide title="Own"}\n::: {.chart data=data.csv x=year y=gw fig-alt="Bars" type=bar}\n:::\n:::\n\n'
    text = "## A\n\nPlain.\n\n## B\n\n@fig-one shows it.\n\n" + chart("one", "One", " .no-slide")
    made = slides(text + "## C\n\n" + own)
    assert said(made["Own"])[:1] == ("B",)
    assert "Figure\u00a01.1 shows it." in said(made["Own"])
    assert "Plain." not in said(made["Own"])


def test_nothing_of_a_seen_slide_lies_under_a_hidden_one(slides: Slides) -> None:
    text = (
        "## A\n\n" + chart("one", "Seen") + "Text.\n\n" + chart("two", "Kept", " .backup") + "More text.\n\n"
    )
    made = slides(
        text + "@fig-two is kept for questions.\n\n## B\n\n" + chart("three", "Last", " .backup") + "End."
    )
    assert said(made["Seen"]) == ("A", "Text.", "More text.")
    assert said(made["Kept"]) == ("Figure\u00a01.2 is kept for questions.",)
    assert said(made["Last"]) == ()
    assert said(made["A section"]) == ("B", "End.")


def test_a_section_has_the_slides_of_those_under_it_and_not_of_its_neighbours(slides: Slides) -> None:
    text = "## A\n\nOver both.\n\n### A1\n\nFirst.\n\n### A2\n\nSecond.\n\n" + chart("one", "One")
    made = slides(text)
    assert said(made["One"]) == ("A", "Over both.", "A2", "Second.")
    assert said(made["A section"]) == ("A1", "First.")


def test_notes_for_the_speaker_belong_to_the_slide_before_them(slides: Slides) -> None:
    text = chart("one", "One", " .backup") + "::: notes\nSay this.\n:::\n\n" + chart("two", "Two")
    made = slides(text)
    assert said(made["One"]) == ("Say this.",)


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
