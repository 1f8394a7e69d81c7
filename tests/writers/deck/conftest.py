"""What the deck's tests share: the house theme, its measured fonts, a text area like that of bullets."""

from __future__ import annotations

import datetime as dt

import pytest

from triptych.theme import Theme, load_theme
from triptych.writers.deck.fitting import Level, TextArea
from triptych.writers.deck.metrics import Fonts
from triptych.writers.deck.slides import Deck, DeckSlide


@pytest.fixture(scope="session")
def theme() -> Theme:
    return load_theme()


@pytest.fixture(scope="session")
def fonts(theme: Theme) -> Fonts:
    return Fonts(theme)


@pytest.fixture(scope="session")
def area(theme: Theme) -> TextArea:
    sizes = (24.0, 20.0, 18.0)
    levels = tuple(
        Level(size=size, family=theme.sans, margin=22.0 * (depth + 1), before=12.0 - 4 * depth)
        for depth, size in enumerate(sizes)
    )
    return TextArea(width=866.0, height=366.0, levels=levels)


def deck_of(*slides: DeckSlide) -> Deck:
    """A deck with fixed properties."""
    return Deck(
        slides=slides,
        title="The Book",
        language="en-GB",
        authors=("Ada Winter",),
        modified=dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC),
    )
