"""Which title a slide gets that nobody wrote one for."""

from __future__ import annotations

from tests.writers.deck.conftest import picture
from triptych.languages.labels import load_labels
from triptych.model import nodes
from triptych.writers.deck.slides import DeckSlide, Run, SlideKindName
from triptych.writers.deck.story.slide_titles import TitleChooser, distinguish_titles
from triptych.writers.deck.story.statements import SlideTopic, StatementFinder, find_identifiers

CODE = nodes.CodeBlock(text="let r = &s1;", language="rust")
BEFORE = nodes.Paragraph(
    content=(nodes.Text(text="Memory is finite. A reference points to a value. Look at the listing below:"),)
)
AFTER = nodes.Paragraph(
    content=(
        nodes.Text(text="A reference to "),
        nodes.Code(text="s1"),
        nodes.Text(text=" does not own the value."),
    )
)
SECTION = (BEFORE, CODE, AFTER)
NAMES = find_identifiers(CODE.text)


def titles() -> TitleChooser:
    return TitleChooser(StatementFinder.from_language("en"))


def test_a_caption_that_is_a_statement_is_the_title() -> None:
    caption = "A reference keeps the owner"
    topic = SlideTopic("References", caption, label=caption, identifiers=NAMES)
    assert titles().choose_title(1, SECTION, topic, is_first=True) == caption


def test_else_the_sentence_near_it_that_says_most_of_what_is_shown() -> None:
    topic = SlideTopic(
        "References", "A listing of references", label="A listing of references", identifiers=NAMES
    )
    assert (
        titles().choose_title(1, SECTION, topic, is_first=True) == "A reference to s1 does not own the value"
    )


def test_no_sentence_is_the_title_of_two_slides() -> None:
    made, topic = titles(), SlideTopic("References", identifiers=NAMES)
    assert [made.choose_title(1, SECTION, topic, is_first=False) for _ in range(3)] == [
        "A reference to s1 does not own the value",
        "A reference points to a value",
        "References",
    ]


def test_a_heading_comes_back_where_nothing_says_more() -> None:
    made, topic = titles(), SlideTopic("References")
    assert [made.choose_title(0, (CODE,), topic, is_first=True) for _ in range(2)] == [
        "References",
        "References",
    ]
    assert not made.is_statement("References", "References")


def test_points_are_sentences_that_no_title_says() -> None:
    made, topic = titles(), SlideTopic("References", identifiers=NAMES)
    made.choose_title(1, SECTION, topic, is_first=False)
    assert made.choose_points(1, SECTION, topic, max_points=3) == ["A reference points to a value"]
    assert made.choose_points(1, SECTION, topic, max_points=3) == []


def test_no_title_says_the_same_twice() -> None:
    divider = DeckSlide(kind=SlideKindName.DIVIDER, title="The ship", chapter="sec-ship")
    shown = DeckSlide(
        kind=SlideKindName.PICTURE,
        title="The ship",
        chapter="sec-ship",
        body=picture(source=(Run(text="The ship."),)),
    )
    found = distinguish_titles((divider, shown), {"sec-ship": "The ship"}, load_labels("en"))
    assert [slide.title for slide in found] == ["The ship", "The ship: A grey square"]
