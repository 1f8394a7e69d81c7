"""A talk in its time: what is said, what is hidden, and where in the book the rest stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import ReadBook, pictures_of
from tests.writers.deck.conftest import said
from tests.writers.deck.story.conftest import FILES, told
from tests.writers.deck.story.test_storyboard import chart
from triptych.diagnostics import Diagnostic
from triptych.languages.labels import load_labels
from triptych.passes.pages import PageStart, PrintInfo
from triptych.theme.templating import load_page_templates
from triptych.writers.deck.slides import Deck, DeckSlide
from triptych.writers.deck.story.storyboard import StoryOptions, make_storyboard
from triptych.writers.deck.story.talk_timing import TalkTiming

Talk = Callable[..., tuple[Deck, list[Diagnostic]]]

ONE = chart("Caption", id="fig-one")
PROSE = "Panels grew cheap in ten years [@nobody]. Nobody had expected that of them. " * 9


@pytest.fixture
def talk(read_book_of: ReadBook) -> Talk:
    """The deck of a book of one chapter as it is given in some minutes, and what was found."""

    def make(markdown: str, minutes: float = 0, printed: PrintInfo | None = None, **front: Any):
        book, _ = read_book_of(markdown, files=FILES, **front)
        return make_storyboard(
            book,
            load_labels(book.metadata.language),
            load_page_templates(),
            StoryOptions(timing=TalkTiming(minutes=minutes, pace=100)),
            print_info=printed or PrintInfo(),
            pictures=pictures_of(book),
        )

    return make


def slide(deck: Deck, title: str) -> DeckSlide:
    (found,) = (one for one in deck.slides if one.title == title)
    return found


def titled(title: str, more: str = "", caption: str = "Caption") -> str:
    return f'::: {{.chart data=data.csv x=year y=gw type=line fig-alt="A line" slide-title="{title}"{more}}}\n{caption}\n:::\n\n'


def test_a_slide_says_what_speaks_of_it_and_where_the_rest_stands(talk: Talk) -> None:
    text = "## Sun {#sec-sun}\n\nAs @fig-one shows, it grew (see @sec-sun). It grew much faster than planned.\n\n"
    figure = '::: {#fig-one .chart data=data.csv x=year y=gw type=line fig-alt="A line" slide-title="One"}\nC\n:::\n'
    deck, found = talk(text + figure)
    assert found == []
    assert said(slide(deck, "One")) == ("As the chart shows, it grew. It grew much faster than planned.",)
    assert slide(deck, "One").book_reference == "In the book: section\u00a01.1"


def test_the_author_s_notes_are_said_as_they_are_and_alone(talk: Talk) -> None:
    deck, _ = talk(titled("One") + "::: notes\nLook at (this) [2].\n:::\n\nThe price of panels fell.\n")
    assert said(slide(deck, "One")) == ("Look at (this) [2].",)


def test_what_is_written_for_one_slide_is_not_said_to_another_that_has_nothing(talk: Talk) -> None:
    points = "::: {{.slide title={0}}}\n- Point of {0}\n:::\n\n"
    text = f"The price of panels fell.\n\n{points.format('One')}::: notes\nLook here.\n:::\n\n"
    deck, _ = talk(text + points.format("Two") + points.format("Three"))
    assert "Look here." in said(slide(deck, "One"))
    assert [line for one in deck.slides for line in said(one)].count("Look here.") == 1


def test_footnotes_of_a_written_slide_are_said_for_they_are_in_no_book(talk: Talk) -> None:
    deck, _ = talk(
        "Text.[^1]\n\n[^1]: Left to the book.\n\n::: {.slide title=One}\n- A point^[Noted.]\n:::\n"
    )
    assert "[Noted.]" in said(slide(deck, "One"))
    assert not any("Left to the book" in line for one in deck.slides for line in said(one))


def test_notes_within_a_column_do_not_take_it_from_the_slide(talk: Talk) -> None:
    right = ":::: {.column}\nRight\n\n::: notes\nLook right.\n:::\n::::\n"
    deck, _ = talk(f"::: {{.slide title=One}}\n:::: {{.column}}\nLeft\n::::\n{right}:::\n")
    assert said(slide(deck, "One")).count("Look right.") == 1
    assert "Right" in str(slide(deck, "One").body)
    assert "Look right." not in str(slide(deck, "One").body)


def test_pages_are_named_where_the_pdf_is_made(talk: Talk) -> None:
    starts = tuple(PageStart(label=name, document="", position=None) for name in ("i", "1", "2", "3"))
    printed = PrintInfo(pages={"sec-sun": "2", "fig-one": "3"}, starts=starts)
    figure = '::: {#fig-one .chart data=data.csv x=year y=gw type=line fig-alt="A line" slide-title="One"}\nC\n:::\n'
    deck, _ = talk("## Sun {#sec-sun}\n\nThe sun rises early.\n\n" + figure, printed=printed)
    assert slide(deck, "One").book_reference == "In the book: pp.\u00a02–3"


def test_a_chapter_stands_on_all_pages_to_its_last_with_text(talk: Talk) -> None:
    """Its last pages may hold nothing with an id; a blank page goes with what follows it."""
    pages = {"1": "sec-one", "2": "sec-one", "3": "sec-one", "4": "sec-two", "5": "sec-two"}
    starts = tuple(
        PageStart(label=name, document=document, position=None if name == "4" else ((1, 0), 0))
        for name, document in pages.items()
    )
    printed = PrintInfo(pages={"sec-one": "1"}, starts=starts)
    deck, _ = talk("The price of panels fell.\n", printed=printed, id="sec-one")
    assert [one.book_reference for one in deck.slides if one.book_reference] == ["In the book: pp.\u00a01–3"]


def test_no_more_is_said_than_there_is_time_for(talk: Talk) -> None:
    text = "".join(f"## Part {n}\n\n{titled(f'Chart {n}')}{PROSE}\n" for n in range(4))
    deck, found = talk(text, minutes=2.5)
    assert found == []
    assert 200 <= sum(one.note_word_count for one in deck.slides) <= 250


def test_what_nobody_asked_for_is_hidden_where_time_lacks(talk: Talk) -> None:
    text = titled("Kept", " .slide") + titled("Spare") + "The price of panels fell.\n"
    deck, (found,) = talk(text, minutes=1.2)
    assert not slide(deck, "Kept").hidden and slide(deck, "Spare").hidden
    assert (found.code, found.severity) == ("DEK005", "note")
    assert '"Spare"' in found.message
    assert "The price of panels fell." in said(slide(deck, "Kept"))


def test_what_is_asked_for_stays_and_is_reported(talk: Talk) -> None:
    deck, (found,) = talk(titled("One", " .slide") + titled("Two", " .slide"), minutes=0.5)
    assert [one.title for one in deck.slides if one.hidden] == []
    assert (found.code, found.severity) == ("DEK006", "warning")
    assert found.message == "the 0.5-minute talk is too short for 2 required slides from 1 chapter"


def test_notes_of_authors_that_take_too_long_are_reported(talk: Talk) -> None:
    notes = "::: notes\n" + "word " * 400 + "\n:::\n"
    _, found = talk(titled("One", " .slide") + notes, minutes=3)
    assert [(one.code, "4:00 minutes" in one.message) for one in found][-1] == ("DEK006", True)


def test_notes_that_take_far_less_than_the_talk_has_are_reported(talk: Talk) -> None:
    notes = "::: notes\n" + "word " * 202 + "\n:::\n"
    _, found = talk(titled("One", " .slide") + notes, minutes=10)
    assert [one.code for one in found] == ["DEK006"]
    assert (
        found[0].message == "the speaker notes take 2:01 minutes to read aloud; the talk is 10 minutes long"
    )
    assert "`minutes: 3`" in str(found[0].hint)


def test_no_length_is_suggested_that_the_talk_already_has(talk: Talk) -> None:
    _, (found,) = talk(titled("One", " .slide") + "::: notes\nA few words.\n:::\n", minutes=1)
    assert found.message.endswith("the talk is 1 minute long")
    assert found.hint == "add slides or speaker notes (`::: notes`)"


def test_notes_that_take_two_thirds_of_the_talk_are_no_finding(talk: Talk) -> None:
    notes = "::: notes\n" + "word " * 202 + "\n:::\n"
    assert talk(titled("One", " .slide") + notes, minutes=3)[1] == []


def test_all_prose_is_said_without_a_delivery(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(titled("One") + "See Chapter 3 of the other book.\n", files=FILES)
    assert said(slide(told(book), "One")) == ("See Chapter\u00a03 of the other book.",)
