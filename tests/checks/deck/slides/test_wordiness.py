"""Test that slides with too many words are reported."""

from __future__ import annotations

import pytest

from tests.checks.deck.conftest import packed
from tests.writers.deck.conftest import text_slide, written
from triptych.checks.deck.examination import DeckExamination, examine_deck
from triptych.writers.deck.slides import DeckSlide
from triptych.writers.deck.story.runs import make_plain_note

SENTENCE = "one two three four five six seven eight nine ten"


def examined(*slides: DeckSlide) -> DeckExamination:
    return examine_deck(written(*slides))


def test_titles_points_and_cells_count_and_notes_do_not() -> None:
    result = examined(text_slide("A title", "one two", notes=(make_plain_note("Many more words are said."),)))
    assert result.wordiness.word_counts == (4,)
    assert result.wordiness.summary == "The deck has 1 slide with 4 words on average; the longest has 4."


def test_hidden_slides_do_not_count() -> None:
    result = examined(text_slide("A title", "one two"), text_slide("Kept back", SENTENCE, hidden=True))
    assert result.wordiness.word_counts == (4,)


@pytest.mark.parametrize(
    ("text", "count"), [("1,200.5 GW", 2), ("don’t – stop", 2), ("中国的技术", 3), ("", 0)]
)
def test_words_are_counted_in_each_script(text: str, count: int) -> None:
    assert examined(text_slide("Title", text or " ")).wordiness.word_counts == (1 + count,)


def test_wordy_deck_is_reported() -> None:
    wordy, brief = text_slide("Wordy", *[SENTENCE] * 7), text_slide("Brief", SENTENCE)
    (finding,) = examined(wordy).findings
    assert (finding.code, finding.located_message) == (
        "CHK016",
        "deck: slides have 71 words on average; the limit is 60 (the longest, slide 1, has 71)",
    )
    assert examined(wordy, brief).findings == ()


def test_deck_without_slides_has_no_words_to_count() -> None:
    assert examine_deck(b"").wordiness.summary == ""
    assert examine_deck(packed({})).wordiness.word_counts == ()
