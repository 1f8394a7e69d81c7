"""Test unusual decks, which must open without repair."""

from __future__ import annotations

import pytest

from tests.writers.deck.conftest import chart, everything, opened, series, text_slide, written
from triptych.checks.deck import check_deck
from triptych.writers.deck.slides import ChartBody, DeckSlide, Para, Run, SlideKindName, TextBody


def test_deck_with_everything_is_valid() -> None:
    assert check_deck(written(*everything())) == []


def test_titles_are_always_unique() -> None:
    """Test unique titles: a numbered repetition may equal the title of a later slide."""
    data = written(text_slide("A", "x"), text_slide("A", "x"), text_slide("A (2)", "x"))
    assert check_deck(data) == []


@pytest.mark.parametrize("address", ["tel:+43123456", "mailto:a@a.example", "HTTPS://A.example/"])
def test_a_link_that_a_book_may_have_does_not_fail_the_check(address: str) -> None:
    paras = (Para(runs=(Run(text="Link", href=address),)), Para(runs=(Run(text="Text"),)))
    data = written(DeckSlide(kind=SlideKindName.BULLETS, title="A", body=TextBody(paras=paras)))
    assert check_deck(data) == []


@pytest.mark.parametrize("kind", ["line", "bar", "area", "scatter", "pie"])
def test_unusual_values_can_be_drawn(kind: str) -> None:
    slides = []
    for values in ((0, 0, 0), (None, None, None), (-1, None, 1), (5, None, None)):
        for positions in (None, (2000.0, 2001.0, 2002.0), (2000.0, 2005.0, 2006.0)):
            rows = [series(*values)] if kind == "pie" else [series(*values), series(*values, label="B")]
            body = ChartBody(chart=chart(kind, *rows, positions=positions), alt="A chart")
            title = f"Chart of {values} at {positions}"
            slides.append(DeckSlide(kind=SlideKindName.CHART, title=title, body=body))
    assert check_deck(written(*slides)) == []


@pytest.mark.parametrize("positions", [(2000.0, 2001.0, 2002.0), (2000.0, 2005.0, 2006.0)], ids=str)
def test_gap_has_no_value_in_the_native_chart(positions: tuple[float, ...]) -> None:
    body = ChartBody(chart=chart("line", series(1, None, 3), positions=positions), alt="A chart")
    deck = opened(DeckSlide(kind=SlideKindName.CHART, title="A chart", body=body))
    (native,) = [shape.chart for shape in deck.slides[0].shapes if shape.has_chart]
    assert list(native.plots[0].series[0].values) == [1, None, 3]
