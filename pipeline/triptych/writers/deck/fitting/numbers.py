"""Fit big numbers: cards of equal size, with numbers of the same size on most slides of a deck."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.cards import (
    CARD_GAP,
    CARD_PADDING,
    MAX_CARDS,
    CardArea,
    SizedPara,
    compose_panels,
    distribute_cards,
    divide_into_rows,
    fit_cards,
    make_card_heading,
)
from triptych.writers.deck.fitting.columns import DoesNotFitError
from triptych.writers.deck.fitting.composition import Composition, PlaceholderBoxes
from triptych.writers.deck.fitting.fill import compute_fill
from triptych.writers.deck.fitting.text import get_run_size
from triptych.writers.deck.slides import Card, NumbersBody, Run, join_run_text

# Sizes of numbers, largest first. At or above _MIN_COMFORTABLE_SIZE, a smaller number is better than an
# explanation below the first group of _TEXT_SIZES. Words are above their numbers, or units of at least
# _MIN_UNIT_LENGTH characters below them, if the numbers are then larger by at least _MIN_ENLARGEMENT.
_NUMBER_SIZES = (96.0, 88.0, 80.0, 72.0, 66.0, 60.0, 54.0, 48.0, 44.0, 40.0, 36.0, 32.0, 28.0)
_MIN_COMFORTABLE_SIZE, _MIN_ENLARGEMENT = 48.0, 1.2
_MIN_UNIT_LENGTH = 4
_MIN_NUMBER_SIZE = 24.0  # used only to avoid a slide with a single card
_MAX_SHARE_OF_SMALLER_NUMBERS = 1 / 3  # of a deck's slides; all others have numbers of the same size
_TEXT_SIZES = ((28.0, 26.0, 24.0, 22.0, 20.0), (18.0, 16.0, 14.0))  # sizes of explanations, largest first
# Explanations larger than this size in points are at most this fraction of their numbers.
_MIN_CARD_TEXT, _MAX_TEXT_FRACTION = 20.0, 0.45
_MAX_PADDING = 44.0  # maximum padding in points above and below the text of cards
_BLANK = "\u00a0"  # LibreOffice draws lines without text lower than lines of the same size
# A number with the words around it, such as "nearly 15.52 trillion yuan". Words before it and units are
# separated by a space, except for ideographs.
_NUMBER_AND_UNIT = re.compile(
    r"([\u3040-\u9fff\uac00-\ud7af]{1,4}\s?|(?:[^\W\d_]+\s+){0,2})"
    r"([^\w\s]{0,2}[^\W\d_]{0,3}[^\w\s]?\d[\d.,'’\u00a0\u202f]*(?:\s\d{3})*(?:\s?[%‰°])?\+?)"
    r"(?:(\s+|(?=[\u3040-\u9fff\uac00-\ud7af]))(\D+))?"
)

_HeadingForm: TypeAlias = Callable[[Sequence[Card], float], list[list[SizedPara]]]
"""Returns the headings of cards, with numbers of a size in points."""


@dataclass(frozen=True, slots=True)
class NumberSize:
    """The size in points of a deck's big numbers."""

    size: float = _NUMBER_SIZES[0]


def find_number_size(
    bodies: Iterable[tuple[NumbersBody, PlaceholderBoxes]], theme: Theme, *, rtl: bool
) -> NumberSize:
    """Return the largest size at which the big numbers of most slides fit."""
    areas = (
        (body, CardArea.from_boxes(places, theme, has_source=bool(body.source), rtl=rtl))
        for body, places in bodies
    )
    sizes = sorted(
        _find_largest_number_size(group, area)
        for body, area in areas
        for group in _group_number_cards(body.cards, area) or ()
    )
    # A few crowded slides do not shrink the numbers on the others.
    return NumberSize(sizes[int(len(sizes) * _MAX_SHARE_OF_SMALLER_NUMBERS)]) if sizes else NumberSize()


def fit_numbers(
    body: NumbersBody, boxes: PlaceholderBoxes, theme: Theme, *, rtl: bool, size: NumberSize | None = None
) -> list[Composition]:
    """Fit up to four big numbers per slide, at the deck's ``size`` or smaller.

    Raise ``DoesNotFitError`` if a card does not even fit alone on a slide.
    """
    size = size or find_number_size([(body, boxes)], theme, rtl=rtl)
    area = CardArea.from_boxes(boxes, theme, has_source=bool(body.source), rtl=rtl)
    groups = _group_number_cards(body.cards, area)
    if not groups:
        raise DoesNotFitError("text")
    slides = []
    for group in groups:
        # The space on this slide may be smaller than on the slides that determined the deck's size.
        group_size = _find_largest_number_size(group, area, size.size)
        slide = _fit_number_grid(group, group_size, area) or _fit_number_grid(group, _MIN_NUMBER_SIZE, area)
        assert slide is not None  # _group_number_cards returns groups that fit at the smallest size
        slides.append(slide)
    return slides


def _group_number_cards(cards: Sequence[Card], area: CardArea) -> list[Sequence[Card]] | None:
    def distribute(size: float) -> list[Sequence[Card]] | None:
        max_cards = area.count_card_placeholders(MAX_CARDS)
        return distribute_cards(
            cards, max_cards, lambda group: _fit_number_grid(group, size, area) is not None
        )

    groups = distribute(_NUMBER_SIZES[-1])
    if not groups or (
        len(groups) > 1 and min(map(len, groups)) == 1
    ):  # a smaller size is better than a slide with one card
        return distribute(_MIN_NUMBER_SIZE) or groups
    return groups


def _find_largest_number_size(
    cards: Sequence[Card], area: CardArea, max_size: float = _NUMBER_SIZES[0]
) -> float:
    """Return the largest size of at most ``max_size`` points at which big numbers fit.

    Explanations are small, and headings are broken, only if the numbers would be too small otherwise.
    """

    def find_largest(
        forms: Sequence[_HeadingForm], text_sizes: Sequence[Sequence[float]], min_size: float
    ) -> float | None:
        sizes = (size for size in _NUMBER_SIZES if min_size <= size <= max_size)
        return next((size for size in sizes if _fit_number_grid(cards, size, area, forms, text_sizes)), None)

    beside, above, below = (
        find_largest((form,), _TEXT_SIZES[:1], _MIN_COMFORTABLE_SIZE) or 0.0
        for form in (_keep_on_one_line, _break_after_words, _break_before_units)
    )
    parts = [part for part in map(_split_number, cards) if part]
    if not any(len(unit.strip()) >= _MIN_UNIT_LENGTH for _, _, unit in parts):
        below = 0.0
    if beside and max(above, below) >= beside * _MIN_ENLARGEMENT:
        return max(above, below)
    return (
        beside
        or find_largest((_keep_on_one_line,), _TEXT_SIZES, _MIN_COMFORTABLE_SIZE)
        or find_largest(_HEADING_FORMS, _TEXT_SIZES, 0.0)
        or _MIN_NUMBER_SIZE
    )


def _fit_number_grid(
    cards: Sequence[Card],
    size: float,
    area: CardArea,
    forms: Sequence[_HeadingForm] | None = None,
    text_sizes: Sequence[Sequence[float]] = _TEXT_SIZES,
) -> Composition | None:
    """Fit cards in a grid, with numbers of ``size`` points, and the explanations as large as possible.

    The headings have the first of the ``forms`` that fits, by default of all forms. Return None if the cards
    do not fit.
    """
    fitted_grids = (
        _fit_best_grid(cards, head, text_size, area)
        for head in (form(cards, size) for form in forms or _HEADING_FORMS)
        for group in text_sizes
        for text_size in group
        if text_size <= min(area.max_text_size, max(_MIN_CARD_TEXT, size * _MAX_TEXT_FRACTION))
    )
    return next(filter(None, fitted_grids), None)


def _fit_best_grid(
    cards: Sequence[Card], heads: Sequence[Sequence[SizedPara]], text_size: float, area: CardArea
) -> Composition | None:
    """Fit cards of equal width in a row, or four of them in two rows if these fill the frame better.

    Return None if they do not fit.
    """
    arrangements = [(len(cards),), (2, 2)] if len(cards) == MAX_CARDS else [(len(cards),)]
    grids = []
    for counts in arrangements:
        bounds = divide_into_rows(area, counts, CARD_GAP)
        if fitted := fit_cards(cards, heads, text_size, bounds, area, CARD_PADDING):
            grids.append(compose_panels(fitted, area, _MAX_PADDING))
    return max(
        grids,
        key=lambda slide: compute_fill((box.bounds for box in slide.boxes.values()), area.region),
        default=None,
    )


def _keep_on_one_line(cards: Sequence[Card], size: float) -> list[list[SizedPara]]:
    """Return card headings as one line each, with the words around the numbers in small type."""
    parts = (_split_number(card) for card in cards)
    runs = (part and _make_number_runs(*part) for part in parts)
    return [
        [(make_card_heading(small or card.heading), size, 1)] for card, small in zip(cards, runs, strict=True)
    ]


def _make_number_runs(before: str, number: Run, unit: str) -> tuple[Run, ...]:
    """Return a number with the words around it in small type."""
    small = replace(number, small=True)
    runs = (replace(small, text=before), number, replace(small, text=unit))
    return tuple(run for run in runs if run.text)


def _split_number(card: Card) -> tuple[str, Run, str] | None:
    """Split a card heading into the words before its number, the number, and its unit.

    Return None if the heading is not a single number.
    """
    match = _NUMBER_AND_UNIT.fullmatch(join_run_text(card.heading).strip())
    if match is None:
        return None
    before, number, space, unit = match.groups(default="")
    return before, replace(card.heading[0], text=number), (space and "\u00a0") + unit


def _break_after_words(cards: Sequence[Card], size: float) -> list[list[SizedPara]]:
    """Return card headings with the words before each number above it."""
    return _list_heading_lines(cards, size, is_broken=(True, False))


def _break_before_units(cards: Sequence[Card], size: float) -> list[list[SizedPara]]:
    """Return card headings with each unit below its number."""
    return _list_heading_lines(cards, size, is_broken=(False, True))


def _list_heading_lines(
    cards: Sequence[Card], size: float, is_broken: tuple[bool, bool]
) -> list[list[SizedPara]]:
    """Return card headings with a line break after the words before each number, or before its unit.

    A heading without such words or a unit gets a blank line, so that all numbers and texts are aligned.
    """
    small_size = round(get_run_size(Run(text="", small=True), size))
    heads: list[list[SizedPara]] = []
    for card in cards:
        before, number, unit = _split_number(card) or ("", None, "")
        inline = ("" if is_broken[0] else before, "" if is_broken[1] else unit)
        runs = card.heading if number is None else _make_number_runs(inline[0], number, inline[1])
        words = (
            [(make_card_heading((Run(text=text.strip() or _BLANK),)), small_size, 1)] if broken else []
            for text, broken in zip((before, unit), is_broken, strict=True)
        )
        above, below = words
        heads.append([*above, (make_card_heading(runs), size, 1), *below])
    return heads


def _break_anywhere(cards: Sequence[Card], size: float) -> list[list[SizedPara]]:
    """Return card headings with at most two lines of the same size."""
    return [[(make_card_heading(card.heading), size, 2)] for card in cards]


_HEADING_FORMS: tuple[_HeadingForm, ...] = (
    _keep_on_one_line,
    _break_after_words,
    _break_before_units,
    _break_anywhere,
)
