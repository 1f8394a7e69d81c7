"""Test the titles of slides for which the author wrote none."""

from __future__ import annotations

import pytest

from tests.writers.deck.conftest import picture
from triptych.languages.labels import load_labels
from triptych.model import nodes
from triptych.writers.deck.slides import DeckSlide, Run, SlideKindName
from triptych.writers.deck.story.slide_titles import (
    TitleChooser,
    distinguish_titles,
)
from triptych.writers.deck.story.statements import SlideTopic, StatementFinder, find_identifiers

CODE = nodes.CodeBlock(text="let r = &s1;", language="rust")
BEFORE = nodes.Paragraph(
    content=(
        nodes.Text(text="Memory is finite. A reference such as "),
        nodes.Code(text="r"),
        nodes.Text(text=" points to a value. Look at the listing below:"),
    )
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


def test_otherwise_the_most_relevant_nearby_sentence_is_the_title() -> None:
    topic = SlideTopic(
        "References", "A listing of references", label="A listing of references", identifiers=NAMES
    )
    assert (
        titles().choose_title(1, SECTION, topic, is_first=True) == "A reference to s1 does not own the value"
    )


def test_no_sentence_is_the_title_of_two_slides() -> None:
    result, topic = titles(), SlideTopic("References", identifiers=NAMES)
    assert [result.choose_title(1, SECTION, topic, is_first=False) for _ in range(3)] == [
        "A reference to s1 does not own the value",
        "A reference such as r points to a value",
        "References",
    ]


def test_heading_is_the_fallback_title() -> None:
    result, topic = titles(), SlideTopic("References")
    assert [result.choose_title(0, (CODE,), topic, is_first=True) for _ in range(2)] == [
        "References",
        "References",
    ]
    assert not result.is_statement("References", "References")


def test_points_are_sentences_not_used_as_titles() -> None:
    result, topic = titles(), SlideTopic("References", identifiers=NAMES)
    result.choose_title(1, SECTION, topic, is_first=False)
    assert result.choose_points(1, SECTION, topic, max_points=3) == [
        "A reference such as r points to a value"
    ]
    assert result.choose_points(1, SECTION, topic, max_points=3) == []


def test_sentence_of_an_earlier_paragraph_can_be_the_title() -> None:
    between = nodes.Paragraph(content=(nodes.Text(text="We try that now."),))
    topic = SlideTopic("References", identifiers=NAMES)
    assert titles().choose_title(2, (BEFORE, between, CODE), topic, is_first=False) == (
        "A reference such as r points to a value"
    )


def test_sentence_before_another_block_is_not_the_title() -> None:
    topic = SlideTopic("References", identifiers=NAMES)
    assert titles().choose_title(0, (CODE, AFTER, CODE), topic, is_first=False) == "References"


def test_lead_in_of_a_listing_is_its_only_point_if_no_sentence_is_about_it() -> None:
    lead_in = nodes.Paragraph(content=(nodes.Text(text="Owners are few. A reference points to a value:"),))
    topic = SlideTopic("References", content="x", identifiers=frozenset({"x"}))
    assert titles().choose_points(1, (lead_in, CODE), topic, max_points=3) == [
        "A reference points to a value"
    ]


def test_no_two_titles_are_equal() -> None:
    divider = DeckSlide(kind=SlideKindName.DIVIDER, title="The ship", chapter="sec-ship")
    deck_slide = DeckSlide(
        kind=SlideKindName.PICTURE,
        title="The ship",
        chapter="sec-ship",
        body=picture(source=(Run(text="The ship."),)),
    )
    result = distinguish_titles((divider, deck_slide), {"sec-ship": "The ship"}, load_labels("en"))
    assert [slide.title for slide in result] == ["The ship", "The ship: A grey square"]


# Titles from real books that did not fit their slides: the sentence beside the content, the content, and
# the heading.
UNTRUE = [
    ("The default opt-level for dev is therefore 0.", "opt-level = 1", "Profiles"),
    ("The default level is 0.", "level = 1", "Profiles"),
    ("The final primitive value to be aware of is a symbol.", "while (value != undefined) { }", "Values"),
    ("A density plot shows the variable.", "ggplot(penguins) + geom_histogram()", "Distributions"),
    ("The trick is to use `mask` here.", "mask = 1", "Masks"),
    ("The resulting `mask` is a vector.", "mask = 1", "Masks"),
    ("The compiler rejects it because of `mask`.", "mask = 1", "Masks"),
    ("Then `mask` is a vector.", "mask = 1", "Masks"),
    ("`mask` is a vector and `other` is a scalar.", "mask = 1", "Masks"),
    ("The `mask` function is similar, but for vectors.", "mask = 1", "Masks"),
    ("The `mask` function prints a different vector.", "mask = 1", "Masks"),
    ("Is `mask` a vector?", "mask = 1", "Masks"),
    ("`mask` is a vector as shown below.", "mask = 1", "Masks"),
]


@pytest.mark.parametrize(("sentence", "code", "heading"), UNTRUE)
def test_sentence_that_dangles_or_is_not_about_the_code_is_no_title(
    sentence: str, code: str, heading: str
) -> None:
    parts = sentence.split("`")
    inlines = tuple(
        nodes.Code(text=part) if index % 2 else nodes.Text(text=part) for index, part in enumerate(parts)
    )
    section = (nodes.Paragraph(content=inlines), nodes.CodeBlock(text=code, language="r"))
    topic = SlideTopic(heading, content=code, identifiers=find_identifiers(code))
    assert titles().choose_title(1, section, topic, is_first=True) == heading


def test_first_sentence_of_a_long_caption_is_the_title() -> None:
    caption = "Columns that are variables need to be repeated. Each value is there once for each column."
    topic = SlideTopic("How does pivoting work?", caption)
    assert titles().choose_title(0, (CODE,), topic, is_first=True) == caption.partition(".")[0]


def test_other_languages_have_captions_and_headings_as_titles() -> None:
    chooser = TitleChooser(StatementFinder.from_language("de"))
    text = nodes.Paragraph(content=(nodes.Text(text="Der Wert von s1 ist eine Zahl."),))
    topic = SlideTopic("Werte", content="s1 = 1", identifiers=frozenset({"s1"}))
    assert chooser.choose_title(1, (text, CODE), topic, is_first=True) == "Werte"


@pytest.mark.parametrize(("count", "is_title"), [(3, True), (2, False)])
def test_introduction_of_a_list_is_the_title_if_it_says_the_number_of_items(
    count: int, *, is_title: bool
) -> None:
    sentence = "There are three rules that make a dataset tidy"
    topic = SlideTopic("Tidy data", content="Each variable is a column")
    title = titles().choose_list_title(sentence, topic, count, is_first=True)
    assert title == (sentence if is_title else "Tidy data")


def test_repeated_title_is_numbered_rather_than_cut() -> None:
    slides = [DeckSlide(kind=SlideKindName.CODE, title="Moves", chapter="a") for _ in range(3)]
    result = distinguish_titles(slides, {"a": "Moves"}, load_labels("en"))
    assert [slide.title for slide in result] == ["Moves", "Moves (2)", "Moves (3)"]
