"""Test the speaker script: one page per slide, in the order and the time of the talk."""

from __future__ import annotations

from tests.writers.deck.test_handout import book_of, chapter, slides
from triptych.languages.labels import load_labels
from triptych.model.book import Book
from triptych.model.nodes import Heading, Paragraph
from triptych.model.walk import book_nodes, plain_text
from triptych.writers.deck.handout import make_speaker_script
from triptych.writers.deck.slides import DeckSlide, SlideKindName
from triptych.writers.deck.story.runs import make_plain_note

DECK = slides(
    DeckSlide(kind=SlideKindName.TITLE, title="A book", notes=(make_plain_note("word " * 50),)),
    DeckSlide(
        kind=SlideKindName.DIVIDER,
        title="One",
        id="one",
        chapter="one",
        notes=(make_plain_note("word " * 25),),
    ),
    DeckSlide(
        kind=SlideKindName.BULLETS,
        title="Kept",
        chapter="one",
        hidden=True,
        notes=(make_plain_note("Later."),),
    ),
    DeckSlide(
        kind=SlideKindName.BULLETS, title="Seen", chapter="one", notes=(make_plain_note("word " * 150),)
    ),
    DeckSlide(kind=SlideKindName.CLOSING, title="Thanks", book_reference="In the book: p. 3"),
)


def made(pace: int = 100) -> Book:
    return make_speaker_script(book_of(chapter("one"), chapter("two")), DECK, pace, load_labels("en"))


def texts(kind: type) -> list[str]:
    return [plain_text(node.content) for node in book_nodes(made()) if isinstance(node, kind)]


def test_each_visible_slide_has_its_number_time_and_duration() -> None:
    labels = [text for text in texts(Paragraph) if " · " in text]
    assert labels == [
        "1 · 0:00–0:30 · 0:30 min",
        "2 · 0:30–0:45 · 0:15 min",
        "3 · 0:45–2:15 · 1:30 min",
        "4 · 2:15–2:15 · 0:00 min",
    ]


def test_script_has_the_chapters_of_the_talk_without_hidden_slides() -> None:
    assert [plain_text(chapter.title) for chapter in made().chapters] == ["A book", "one"]
    assert texts(Heading) == ["Seen", "Thanks"]
    assert "Later." not in texts(Paragraph)


def test_book_reference_is_not_spoken() -> None:
    assert not [text for text in texts(Paragraph) if text.startswith("In the book")]
