"""Test big numbers: one type size per deck, cards as high as their content, aligned numbers."""

from __future__ import annotations

import io

import pytest
from pptx import Presentation
from pptx.oxml.ns import qn

from tests.writers.deck.conftest import THEME, all_places, card, deck, shown
from triptych.writers.deck.fitting.columns import DoesNotFitError
from triptych.writers.deck.fitting.composition import Composition
from triptych.writers.deck.fitting.numbers import NumberSize, find_number_size, fit_numbers
from triptych.writers.deck.kinds import CARDS, PlaceholderRole
from triptych.writers.deck.slides import Card, DeckSlide, NumbersBody, SlideKindName
from triptych.writers.deck.writer import write_deck

PLACES = all_places()[SlideKindName.NUMBERS]


def body(*cards: Card) -> NumbersBody:
    return NumbersBody(cards=cards)


def fitted(*cards: Card, size: NumberSize | None = None) -> list[Composition]:
    return fit_numbers(body(*cards), PLACES, THEME, rtl=False, size=size)


def head_sizes(slide: Composition) -> set[float]:
    return {text.sizes[0] for text in slide.texts.values()}


def rows(slide: Composition) -> list[float]:
    return sorted({box.top for box in slide.boxes.values()})


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_cards_fill_the_grid_with_one_height_and_their_numbers_at_one_height(count: int) -> None:
    cards = [card(str(10**place), "what it counts " * place) for place in range(1, count + 1)]
    (slide,) = fitted(*cards)
    boxes = list(slide.boxes.values())
    assert slide.panels == set(CARDS[:count]) == set(slide.texts)
    assert len({(box.height, box.insets[1]) for box in boxes}) == 1
    assert min(box.left for box in boxes) == pytest.approx(PLACES[PlaceholderRole.CARD_1].left)
    assert max(box.right for box in boxes) == pytest.approx(960 - 46.8)
    assert len({text.sizes for text in slide.texts.values()}) == 1


def test_four_numbers_with_short_texts_are_in_two_rows() -> None:
    (slide,) = fitted(*[card("42%", "of all buses")] * 4)
    assert len(rows(slide)) == 2


@pytest.mark.parametrize("count", [2, 3, 4])
def test_short_numbers_are_at_least_80_points_and_explanations_at_least_20(count: int) -> None:
    (slide,) = fitted(*[card("42%", "of all buses in the city run late")] * count)
    for text in slide.texts.values():
        assert text.sizes[0] >= 80 and text.sizes[-1] >= 20


@pytest.mark.parametrize("count", [1, 2, 3, 4])
def test_cards_are_as_high_as_their_content_and_near_the_middle_of_the_frame(count: int) -> None:
    (slide,) = fitted(*[card("7", "short")] * count)
    frame = PLACES[PlaceholderRole.CARD_1]
    bottom = PLACES[PlaceholderRole.SOURCE].bottom
    above = rows(slide)[0] - frame.top
    below = bottom - max(box.bottom for box in slide.boxes.values())
    assert 0 <= above <= below <= 2 * above + 1
    box, text = slide.boxes[PlaceholderRole.CARD_1], slide.texts[PlaceholderRole.CARD_1]
    assert box.height < 1.25 * sum(text.sizes) + 2 * box.insets[1] + 12


def test_all_slides_of_a_deck_have_the_size_of_the_widest_number() -> None:
    wide, narrow = body(*[card("1,294.5")] * 3), body(*[card("7")] * 3)
    size = find_number_size([(wide, PLACES), (narrow, PLACES)], THEME, rtl=False)
    assert size.size < find_number_size([(narrow, PLACES)], THEME, rtl=False).size
    (slide,) = fitted(*narrow.cards, size=size)
    assert head_sizes(slide) == {size.size}


def test_a_finished_deck_has_one_size_of_numbers_and_one_of_their_units() -> None:
    slides = [
        [("79.0", "years"), ("4.0", "deaths"), ("6.7%", "of output")],
        [("15.5 tn", "yuan spent"), ("974 m", "people"), ("480 m", "parcels")],
        [("15.5 tn", "yuan saved"), ("974 m", "people"), ("480 m", "parcels")],
        [("1", "alone")],
    ]
    data, result = write_deck(
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
    assert result == []
    sizes = {
        int(properties.get("sz"))
        for slide in Presentation(io.BytesIO(data)).slides
        for shape in slide.placeholders
        if shape.name.endswith("card")
        for properties in next(shape._element.iter(qn("a:p"))).iter(qn("a:rPr"))
    }
    unit, number = sorted(sizes)
    assert number >= 6000 and unit >= number * 0.4


@pytest.mark.parametrize(
    ("heading", "small", "large"),
    [
        ("$135.7 bn", ["\u00a0bn"], "$135.7"),
        ("nearly 90%", ["nearly "], "90%"),
        ("over 67 tn", ["over ", "\u00a0tn"], "67"),
        ("1357亿美元", ["亿美元"], "1357"),
        ("近90%", ["近"], "90%"),
        ("25 °C", ["\u00a0°C"], "25"),
    ],
)
def test_words_beside_a_number_are_smaller_on_the_same_line(
    heading: str, small: list[str], large: str
) -> None:
    (slide,) = fitted(card(heading, "what it counts"), card("7"))
    head = slide.texts[PlaceholderRole.CARD_1].paras[0]
    assert [run.text for run in head.runs if run.small] == small
    assert [run.text for run in head.runs if not run.small] == [large]


@pytest.mark.parametrize("heading", ["57 of 64", "5th", "A+", "about half", "1 000 to 2 000"])
def test_headings_without_a_single_number_are_of_one_size(heading: str) -> None:
    (slide,) = fitted(card(heading), card("7"))
    head = slide.texts[PlaceholderRole.CARD_1].paras[0]
    assert shown([head]) == heading and not any(run.small for run in head.runs)


def test_cards_are_equally_wide_whatever_the_length_of_their_numbers() -> None:
    (slide,) = fitted(card("6.79 billion yuan"), card("50%"), card("7"))
    assert len({round(box.width, 3) for box in slide.boxes.values()}) == 1


def test_unit_is_below_a_number_that_is_too_long_with_it() -> None:
    unit = "tonnes of carbon dioxide equivalent"
    (slide,) = fitted(*[card(f"{number} {unit}") for number in ("15.52", "974", "1,207")], card("7"))
    heads = [[shown([para]).strip() for para in text.paras[:2]] for text in slide.texts.values()]
    assert heads == [["15.52", unit], ["974", unit], ["1,207", unit], ["7", ""]]
    assert len({text.sizes for text in slide.texts.values()}) == 1


def test_unit_is_below_its_number_if_the_number_is_then_much_larger() -> None:
    for unit, has_own_line in (("million", True), ("m", False)):
        (slide,) = fitted(*[card(f"{number} {unit}", "trips") for number in ("13.8", "12.1", "1.7")])
        assert min(head_sizes(slide)) >= 72.0
        assert {len(text.paras) for text in slide.texts.values()} == {3 if has_own_line else 2}


def test_words_are_above_their_numbers_if_the_numbers_are_then_much_larger() -> None:
    (slide,) = fitted(card("nearly 85.5%", "of trips"), card("over 65.5%", "of trips"), card("70.4%"))
    heads = [[shown([para]).strip() for para in text.paras[:2]] for text in slide.texts.values()]
    assert heads == [["nearly", "85.5%"], ["over", "65.5%"], ["", "70.4%"]]


def test_two_numbers_in_a_head_are_of_one_size() -> None:
    (slide,) = fitted(card("1,234,567,891,234 to 2,345,678"), card("5"), card("6"))
    first = slide.texts[PlaceholderRole.CARD_1]
    assert shown(first.paras[:1]) == "1,234,567,891,234 to 2,345,678"


def test_more_than_four_numbers_continue() -> None:
    assert [len(slide.texts) for slide in fitted(*(card(str(n)) for n in range(6)))] == [3, 3]


def test_numbers_that_fit_in_no_size_are_reported() -> None:
    with pytest.raises(DoesNotFitError):
        fitted(card("1", "word " * 900))


def test_a_number_that_fits_nowhere_leaves_the_others_their_size() -> None:
    others = body(card("7"))
    size = find_number_size([(body(card("1", "word " * 900)), PLACES), (others, PLACES)], THEME, rtl=False)
    assert size == find_number_size([(others, PLACES)], THEME, rtl=False)
