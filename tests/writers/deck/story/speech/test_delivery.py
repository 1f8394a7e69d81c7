"""Test talks with a time limit: notes, hidden slides, and references to the pages with the rest."""

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
    """Return the deck of a book of one chapter for a number of minutes, and the findings."""

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
    (result,) = (slide for slide in deck.slides if slide.title == title)
    return result


def titled(title: str, more: str = "", caption: str = "Caption") -> str:
    return f'::: {{.chart data=data.csv x=year y=gw type=line fig-alt="A line" slide-title="{title}"{more}}}\n{caption}\n:::\n\n'


def test_slide_notes_contain_remarks_about_it_and_the_book_page(talk: Talk) -> None:
    text = "## Sun {#sec-sun}\n\nAs @fig-one shows, it grew (see @sec-sun). It grew much faster than planned.\n\n"
    figure = '::: {#fig-one .chart data=data.csv x=year y=gw type=line fig-alt="A line" slide-title="One"}\nC\n:::\n'
    deck, result = talk(text + figure)
    assert result == []
    assert said(slide(deck, "One")) == ("As the chart shows, it grew. It grew much faster than planned.",)
    assert slide(deck, "One").book_reference == "In the book: section\u00a01.1"


def test_author_notes_are_used_unchanged_and_alone(talk: Talk) -> None:
    deck, _ = talk(titled("One") + "::: notes\nLook at (this) [2].\n:::\n\nThe price of panels fell.\n")
    assert said(slide(deck, "One")) == ("Look at (this) [2].",)


def test_notes_for_one_slide_are_not_used_for_another(talk: Talk) -> None:
    points = "::: {{.slide title={0}}}\n- Point of {0}\n:::\n\n"
    text = f"The price of panels fell.\n\n{points.format('One')}::: notes\nLook here.\n:::\n\n"
    deck, _ = talk(text + points.format("Two") + points.format("Three"))
    assert "Look here." in said(slide(deck, "One"))
    assert [line for item in deck.slides for line in said(item)].count("Look here.") == 1


def test_footnotes_of_an_author_slide_are_in_its_notes(talk: Talk) -> None:
    deck, _ = talk(
        "Text.[^1]\n\n[^1]: Left to the book.\n\n::: {.slide title=One}\n- A point^[Noted.]\n:::\n"
    )
    assert "[Noted.]" in said(slide(deck, "One"))
    assert not any("Left to the book" in line for item in deck.slides for line in said(item))


def test_notes_within_a_column_belong_to_the_slide(talk: Talk) -> None:
    right = ":::: {.column}\nRight\n\n::: notes\nLook right.\n:::\n::::\n"
    deck, _ = talk(f"::: {{.slide title=One}}\n:::: {{.column}}\nLeft\n::::\n{right}:::\n")
    assert said(slide(deck, "One")).count("Look right.") == 1
    assert "Right" in str(slide(deck, "One").body)
    assert "Look right." not in str(slide(deck, "One").body)


def test_page_references_appear_if_the_pdf_is_built(talk: Talk) -> None:
    starts = tuple(PageStart(label=name, document="", position=None) for name in ("i", "1", "2", "3"))
    print_info = PrintInfo(pages={"sec-sun": "2", "fig-one": "3"}, starts=starts)
    figure = '::: {#fig-one .chart data=data.csv x=year y=gw type=line fig-alt="A line" slide-title="One"}\nC\n:::\n'
    deck, _ = talk("## Sun {#sec-sun}\n\nThe sun rises early.\n\n" + figure, printed=print_info)
    assert slide(deck, "One").book_reference == "In the book: pp.\u00a02–3"


def test_chapter_location_includes_its_last_page_with_text(talk: Talk) -> None:
    """Test that page references include all pages of a chapter up to its last page with text.

    Its last pages may have no element with an id; a blank page belongs to the content after it.
    """
    pages = {"1": "sec-one", "2": "sec-one", "3": "sec-one", "4": "sec-two", "5": "sec-two"}
    starts = tuple(
        PageStart(label=name, document=document, position=None if name == "4" else ((1, 0), 0))
        for name, document in pages.items()
    )
    print_info = PrintInfo(pages={"sec-one": "1"}, starts=starts)
    deck, _ = talk("The price of panels fell.\n", printed=print_info, id="sec-one")
    assert [slide.book_reference for slide in deck.slides if slide.book_reference] == [
        "In the book: pp.\u00a01–3"
    ]


def test_notes_do_not_exceed_the_talk_time(talk: Talk) -> None:
    text = "".join(f"## Part {n}\n\n{titled(f'Chart {n}')}{PROSE}\n" for n in range(4))
    deck, result = talk(text, minutes=2.5)
    assert result == []
    assert 200 <= sum(slide.note_word_count for slide in deck.slides) <= 250


def test_unrequested_slides_are_hidden_if_time_is_short(talk: Talk) -> None:
    text = titled("Kept", " .slide") + titled("Spare") + "The price of panels fell.\n"
    deck, (finding,) = talk(text, minutes=1.2)
    assert not slide(deck, "Kept").hidden and slide(deck, "Spare").hidden
    assert (finding.code, finding.severity) == ("DEK005", "note")
    assert '"Spare"' in finding.message
    assert "The price of panels fell." in said(slide(deck, "Kept"))


def test_requested_slides_are_kept_and_reported(talk: Talk) -> None:
    deck, (finding,) = talk(titled("One", " .slide") + titled("Two", " .slide"), minutes=0.5)
    assert [slide.title for slide in deck.slides if slide.hidden] == []
    assert (finding.code, finding.severity) == ("DEK006", "warning")
    assert finding.message == "the 0.5-minute talk is too short for 2 required slides from 1 chapter"


def test_overlong_author_notes_are_reported(talk: Talk) -> None:
    notes = "::: notes\n" + "word " * 400 + "\n:::\n"
    _, findings = talk(titled("One", " .slide") + notes, minutes=3)
    assert [(item.code, "4:00 minutes" in item.message) for item in findings][-1] == ("DEK006", True)


def test_notes_much_shorter_than_the_talk_are_reported(talk: Talk) -> None:
    notes = "::: notes\n" + "word " * 202 + "\n:::\n"
    _, findings = talk(titled("One", " .slide") + notes, minutes=10)
    assert [item.code for item in findings] == ["DEK006"]
    assert (
        findings[0].message
        == "the speaker notes take 2:01 minutes to read aloud; the talk is 10 minutes long"
    )
    assert "`minutes: 3`" in str(findings[0].hint)


def test_no_length_is_suggested_that_the_talk_already_has(talk: Talk) -> None:
    _, (finding,) = talk(titled("One", " .slide") + "::: notes\nA few words.\n:::\n", minutes=1)
    assert finding.message.endswith("the talk is 1 minute long")
    assert finding.hint == "add slides or speaker notes (`::: notes`)"


def test_notes_of_two_thirds_of_the_talk_are_not_reported(talk: Talk) -> None:
    notes = "::: notes\n" + "word " * 202 + "\n:::\n"
    assert talk(titled("One", " .slide") + notes, minutes=3)[1] == []


def test_all_prose_is_in_the_notes_without_a_talk_length(read_book_of: ReadBook) -> None:
    book, _ = read_book_of(titled("One") + "See Chapter 3 of the other book.\n", files=FILES)
    assert said(slide(told(book), "One")) == ("See Chapter\u00a03 of the other book.",)
