"""Big numbers: two sizes in a deck at most, cards of equal height, numbers at one height."""

from __future__ import annotations

import io

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from tests.writers.deck.conftest import THEME, all_places, card, deck, shown
from triptych.writers.deck.fitting.cards import NumberSizes, find_number_sizes, fit_numbers
from triptych.writers.deck.fitting.columns import DoesNotFit
from triptych.writers.deck.fitting.composition import Composition
from triptych.writers.deck.kinds import CARDS, PlaceholderRole
from triptych.writers.deck.slides import Card, DeckSlide, NumbersBody, SlideKindName
from triptych.writers.deck.writer import write_deck

PLACES = all_places()[SlideKindName.NUMBERS]


def body(*cards: Card) -> NumbersBody:
    return NumbersBody(cards=cards)


def fitted(*cards: Card, sizes: NumberSizes | None = None) -> list[Composition]:
    return fit_numbers(body(*cards), PLACES, THEME, rtl=False, sizes=sizes)


def head_sizes(slide: Composition) -> set[float]:
    return {text.sizes[0] for text in slide.texts.values()}


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_cards_fill_the_grid_with_one_height_and_their_numbers_at_one_height(count: int) -> None:
    cards = [card(str(10**place), "what it counts " * place) for place in range(1, count + 1)]
    (slide,) = fitted(*cards)
    places = list(slide.boxes.values())
    assert slide.panels == set(CARDS[:count]) == set(slide.texts)
    assert len({(place.top, place.height, place.insets[1]) for place in places}) == 1
    assert min(place.left for place in places) == pytest.approx(PLACES[PlaceholderRole.CARD_1].left)
    assert max(place.left + place.width for place in places) == pytest.approx(960 - 46.8)
    assert len({text.sizes for text in slide.texts.values()}) == 1


def test_all_slides_of_a_deck_have_the_sizes_of_the_widest_number() -> None:
    wide, narrow = body(*[card("94.5 GW")] * 3), body(*[card("7")] * 3)
    sizes = find_number_sizes([(wide, PLACES), (narrow, PLACES)], THEME, rtl=False)
    alone = find_number_sizes([(narrow, PLACES)], THEME, rtl=False)
    assert sizes.few < alone.few
    (slide,) = fitted(*narrow.cards, sizes=sizes)
    assert head_sizes(slide) == {sizes.few}


def test_a_finished_deck_has_two_sizes_of_numbers() -> None:
    slides = [
        [("79.0", "years"), ("4.0", "deaths"), ("6.7%", "of output")],
        [("15.52 trillion yuan", "sales"), ("974 million", "people"), ("480 million", "parcels")],
        [("57 of 64", "led"), ("58,990", "filed"), ("51%", "robots"), ("42.8%", "users")],
        [("5th to 57th", "place"), ("14 min", "run")],
        [("1", "alone")],
    ]
    data, found = write_deck(
        deck(
            *(
                DeckSlide(
                    kind=SlideKindName.NUMBERS, title=f"T{place}", body=body(*(card(*pair) for pair in pairs))
                )
                for place, pairs in enumerate(slides)
            )
        ),
        THEME,
    )
    assert found == []
    sizes = {
        next(shape._element.iter(qn("a:rPr"))).get("sz")
        for slide in Presentation(io.BytesIO(data)).slides
        for shape in slide.placeholders
        if shape.name.endswith("card")
    }
    assert len(sizes) == 2 and min(map(int, filter(None, sizes))) >= 4000


def test_a_unit_stands_under_a_number_that_is_too_long_with_it() -> None:
    slide = fitted(card("15.52 trillion yuan"), card("974 million"), card("7"))[0]
    (number, unit, _), (_, other, _), (_, none, _) = (text.paras for text in slide.texts.values())
    assert (shown([number]), shown([unit]), shown([other]), none.runs) == (
        "15.52",
        "trillion yuan",
        "million",
        (),
    )
    assert len({text.sizes for text in slide.texts.values()}) == 1


def test_two_numbers_in_a_head_are_of_one_size() -> None:
    (slide,) = fitted(card("1,234,567 to 2,345,678"), card("5"), card("6"))
    first = slide.texts[PlaceholderRole.CARD_1]
    assert shown(first.paras[:1]) == "1,234,567 to 2,345,678"


def test_more_than_four_go_on() -> None:
    assert [len(slide.texts) for slide in fitted(*(card(str(n)) for n in range(6)))] == [3, 3]


def test_what_fits_in_no_size_is_told() -> None:
    with pytest.raises(DoesNotFit):
        fitted(card("1", "word " * 900))


def test_a_number_that_fits_nowhere_leaves_the_others_their_size() -> None:
    others = body(card("7"))
    sizes = find_number_sizes([(body(card("1", "word " * 900)), PLACES), (others, PLACES)], THEME, rtl=False)
    assert sizes == find_number_sizes([(others, PLACES)], THEME, rtl=False)
