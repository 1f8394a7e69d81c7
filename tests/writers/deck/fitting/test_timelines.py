"""Test timelines: distances are proportional to time, and dates do not wrap."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.writers.deck.conftest import THEME, all_places, card, shown
from triptych.writers.deck.fitting.columns import DoesNotFitError
from triptych.writers.deck.fitting.composition import Composition, Ornament
from triptych.writers.deck.fitting.line_breaking import break_lines
from triptych.writers.deck.fitting.text import Level, make_pieces
from triptych.writers.deck.fitting.timelines import find_gaps_to_break, fit_timeline, locate_dates
from triptych.writers.deck.kinds import CARDS
from triptych.writers.deck.slides import Card, Run, SlideKindName, TimelineBody

PLACES = all_places()[SlideKindName.TIMELINE]
FEW = settings(max_examples=30, deadline=None, derandomize=True, database=None)


def dated(*years: float, text: str = "what happened") -> tuple[Card, ...]:
    return tuple(card(f"{year:.0f}", text, date=year) for year in years)


def fitted(*cards: Card, rtl: bool = False, source: str = "") -> list[Composition]:
    body = TimelineBody(cards=cards, source=(Run(text=source),) if source else ())
    return fit_timeline(body, PLACES, THEME, rtl=rtl)


def dots(slide: Composition) -> list[float]:
    return [box[0] + box[2] / 2 for kind, box in slide.ornaments if kind is Ornament.DOT]


def rules(slide: Composition) -> int:
    return sum(kind is Ornament.RULE for kind, _ in slide.ornaments)


def assert_apart(slide: Composition) -> None:
    boxes = [slide.boxes[role] for role in CARDS if role in slide.boxes]
    for box in boxes:
        for other in boxes:
            if box is not other and box.top < other.top + other.height and other.top < box.top + box.height:
                beside = (
                    box.left + box.width <= other.left + 0.1 or other.left + other.width <= box.left + 0.1
                )
                assert beside


@FEW
@given(st.lists(st.integers(1900, 2030), min_size=2, max_size=6, unique=True).map(sorted))
def test_dots_are_proportional_to_time_and_cards_do_not_overlap(years: list[int]) -> None:
    (slide,) = fitted(*dated(*years))
    assert_apart(slide)
    places, broken = (
        dots(slide),
        find_gaps_to_break([b - a for a, b in pairwise(years)]) if rules(slide) > 1 else (),
    )
    shares = {
        round((b - a) / (later - earlier), 3)
        for place, ((earlier, later), (a, b)) in enumerate(
            zip(pairwise(years), pairwise(places), strict=True)
        )
        if place not in broken
    }
    assert max(shares) - min(shares) <= 0.01
    assert len(broken) == rules(slide) - 1


@FEW
@given(
    st.lists(st.sampled_from(["30 September 2019", "End of 2026", "2013", "Q1 2024"]), min_size=2, max_size=6)
)
def test_no_date_wraps(heads: list[str]) -> None:
    cards = [card(head, "text " * 9, date=2000.0 + place) for place, head in enumerate(heads)]
    for slide in fitted(*cards):
        for role, text in slide.texts.items():
            area = slide.boxes[role].text_area
            level = Level(size=text.sizes[0], family=THEME.sans, bold=True)
            assert len(break_lines(make_pieces(text.paras[0].runs, level, THEME), area.width)) == 1


@pytest.mark.parametrize(
    ("gaps", "broken"),
    [
        ([450, 10, 10], {0}),
        ([1000, 1000, 1], {0, 1}),
        ([20, 18, 2, 3, 2], {0, 1}),
        ([55, 57], set()),
        ([4, 13, 3, 4], set()),
        ([5, 0], set()),
        ([5], set()),
    ],
)
def test_line_is_broken_if_years_are_far_apart(gaps: Sequence[float], broken: set[int]) -> None:
    assert find_gaps_to_break(gaps) == broken


def test_break_keeps_other_distances_proportional() -> None:
    places, breaks = locate_dates([1500, 1950, 1960, 1980], 600, with_breaks=True)
    assert places[3] - places[2] == pytest.approx(2 * (places[2] - places[1]))
    assert len(breaks) == 1 and places[0] < breaks[0] < places[1]


def test_distant_years_have_a_break_mark() -> None:
    (slide,) = fitted(*dated(1500, 1950, 1955, 1960, 1965, 1970))
    assert rules(slide) == 2


def test_events_without_dates_are_evenly_spaced_without_a_scale() -> None:
    (slide,) = fitted(*(card(head) for head in ("Plan", "Do", "Check")))
    first, second, third = dots(slide)
    assert second - first == pytest.approx(third - second)
    assert rules(slide) == 3


def test_unordered_dates_have_no_scale() -> None:
    assert rules(fitted(*dated(2020, 1990, 2000))[0]) == 3


def test_few_dates_are_below_the_line_and_more_on_both_sides() -> None:
    (few,), (many,) = fitted(*dated(1907, 1962, 2019)), fitted(*dated(1907, 1930, 1962, 2019))
    assert len({place.top for place in few.boxes.values()}) == 1
    assert len({place.top for place in many.boxes.values()}) == 2


def test_from_right_to_left_time_runs_so_too() -> None:
    cards = dated(2000, 2010, 2015)
    (there,), (back,) = fitted(*cards), fitted(*cards, rtl=True)
    assert [960 - dot for dot in dots(there)] == pytest.approx(dots(back))


def test_more_than_six_are_shared_out() -> None:
    assert [len(slide.texts) for slide in fitted(*dated(*range(2000, 2008)))] == [4, 4]


def test_one_long_text_has_a_slide_and_leaves_the_others_together() -> None:
    cards = list(dated(*range(2000, 2008)))
    cards[3] = card("2003", "What happened then is long. " * 40, date=2003.5)
    slides = fitted(*cards)
    assert len(slides) <= 3
    words = "".join(shown(text.paras[:1]) for slide in slides for text in slide.texts.values())
    assert words == "".join(f"{year}" for year in range(2000, 2008))


def test_timeline_that_fits_on_no_slide_is_reported() -> None:
    with pytest.raises(DoesNotFitError):
        fitted(*dated(2000, 2001, text="word " * 900))
