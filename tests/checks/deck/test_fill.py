"""Test the fraction of the body frame that slides fill."""

from __future__ import annotations

import pytest

from tests.writers.deck.conftest import everything, text_slide, written
from triptych.checks.deck.fill import MIN_FILL, measure_deck_fill
from triptych.writers.deck.slides import DeckSlide, SlideKindName

SENTENCE = "Output has more than doubled in five years, and each piece is cheaper than it was before."


def measure(*slides: DeckSlide) -> dict[int, float]:
    return measure_deck_fill(written(*slides))


def test_more_text_fills_more_of_a_slide() -> None:
    fills = measure(text_slide("Few", *"ABCDE"), text_slide("Many", *[SENTENCE] * 4))
    assert fills[1] < MIN_FILL < 0.6 < fills[2] <= 1.0


def test_wide_text_fills_more_than_narrow_text_of_the_same_height() -> None:
    fills = measure(
        text_slide("Narrow", *["Solar"] * 5), text_slide("Wide", *["Solar power in the north-west"] * 5)
    )
    assert fills[2] > 2 * fills[1]


@pytest.mark.parametrize("hidden", [False, True])
def test_hidden_slides_are_not_measured(hidden: bool) -> None:
    assert len(measure(text_slide("A title", "A point", "Another", hidden=hidden))) == (not hidden)


def test_headings_and_quotations_are_sparse_on_purpose() -> None:
    numbers = {number: slide.kind for number, slide in enumerate(everything(), start=1)}
    measured = {numbers[number] for number in measure(*everything())}
    assert measured.isdisjoint(
        {SlideKindName.TITLE, SlideKindName.DIVIDER, SlideKindName.QUOTE, SlideKindName.CLOSING}
    )
    assert {SlideKindName.BULLETS, SlideKindName.CHART, SlideKindName.TABLE} <= measured
