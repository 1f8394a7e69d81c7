"""Big numbers in cards of equal height that fill the slide, in one or two sizes in a whole deck."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.cards import Sized, fit_card, head_of, shared_out, sized_card
from triptych.writers.deck.fitting.columns import Unfitting
from triptych.writers.deck.fitting.composition import (
    Box,
    Composition,
    Places,
    moved,
    region,
    side_by_side,
)
from triptych.writers.deck.fitting.text import FittedText
from triptych.writers.deck.kinds import CARDS, Role
from triptych.writers.deck.slides import Card, Layout, NumbersBody, Run, cut_runs

_GAP, _PADDING = 18.0, 18.0  # points between cards, and within them
_MOST = 4
_FEW = 3  # cards beside each other that count as few
# Sizes of numbers, largest first, and the least at which one is rather set smaller than broken.
_STEPS = (80.0, 72.0, 66.0, 60.0, 54.0, 48.0, 44.0, 40.0, 36.0, 32.0, 28.0)
_SMALLEST = 24.0  # where less would leave one card for a slide of its own
_UNBROKEN = {True: 54.0, False: 40.0}
_LARGEST = {True: 80.0, False: 60.0}
_TEXTS = (20.0, 18.0, 16.0, 14.0)
_LARGEST_TEXT = {True: 20.0, False: 18.0}
_UNIT = 0.42  # of the number's size, where its unit stands under it
_SMALLEST_UNIT = 12
_RAISED = 0.38  # of the free height in a card stands over its text
# A number, and the words behind it: "15.52 trillion yuan".
_NUMBER_AND_UNIT = re.compile(r"(\D{0,3}\d[\d.,'’\u00a0\u202f]*(?:\s?[%‰°])?\+?)[\s\u00a0]+(\D+)")


@dataclass(frozen=True, slots=True)
class NumberSizes:
    """How large numbers are in a deck, in points: where up to three stand side by side, and where more do."""

    few: float = _LARGEST[True]
    many: float = _LARGEST[False]

    def of(self, count: int) -> float:
        """The size of so many side by side."""
        return self.few if count <= _FEW else self.many


def number_sizes(bodies: Iterable[tuple[NumbersBody, Places]], theme: Theme, *, rtl: bool) -> NumberSizes:
    """The sizes at which the numbers of all slides fit, each body in its places."""
    found = dict(_LARGEST)
    for body, places in bodies:
        whole = region(places, CARDS, sourced=bool(body.source))
        for group in _groups(body.cards, whole, places, theme, rtl=rtl) or ():
            few, size = len(group) <= _FEW, _largest(group, whole, places, theme, rtl=rtl)
            if size > _SMALLEST:  # one slide that must be cramped is no measure for the others
                found[few] = min(found[few], size)
    return NumberSizes(few=found[True], many=min(found.values()))


def fit_numbers(
    body: NumbersBody, places: Places, theme: Theme, *, rtl: bool, sizes: NumberSizes | None = None
) -> list[Composition]:
    """Up to four numbers on a slide, as large as the deck's ``sizes`` say. Raises `Unfitting`."""
    sizes = sizes or number_sizes([(body, places)], theme, rtl=rtl)
    whole = region(places, CARDS, sourced=bool(body.source))
    groups = _groups(body.cards, whole, places, theme, rtl=rtl)
    if not groups:
        raise Unfitting("text")
    made = []
    for group in groups:
        # A slide may have less room than the one that the sizes of the deck were found on.
        usual, own = sizes.of(len(group)), _largest(group, whole, places, theme, rtl=rtl)
        row = _row(group, min(usual, own), whole, places, theme, rtl=rtl)
        row = row or _row(group, _SMALLEST, whole, places, theme, rtl=rtl)
        assert row is not None  # groups are such as fit at the smallest size
        made.append(row)
    return made


def _groups(
    cards: Sequence[Card], whole: Box, places: Places, theme: Theme, *, rtl: bool
) -> list[Sequence[Card]] | None:
    most = min(_MOST, sum(role in places for role in CARDS))

    def shared(size: float) -> list[Sequence[Card]] | None:
        return shared_out(
            cards, most, lambda group: _row(group, size, whole, places, theme, rtl=rtl) is not None
        )

    groups = shared(_STEPS[-1])
    if not groups or (len(groups) > 1 and min(map(len, groups)) == 1):  # rather smaller than one on a slide
        return shared(_SMALLEST) or groups
    return groups


def _largest(cards: Sequence[Card], whole: Box, places: Places, theme: Theme, *, rtl: bool) -> float:
    """The largest size: with all numbers on one line where they are still large so, else with units below."""
    few = len(cards) <= _FEW
    steps = [size for size in _STEPS if size <= _LARGEST[few]]
    for broken in (False, True):
        for size in steps:
            if (broken or size >= _UNBROKEN[few]) and _row(
                cards, size, whole, places, theme, rtl=rtl, broken=broken
            ):
                return size
    return _SMALLEST


def _row(
    cards: Sequence[Card],
    size: float,
    whole: Box,
    places: Places,
    theme: Theme,
    *,
    rtl: bool,
    broken: bool = True,
) -> Composition | None:
    """Cards side by side, None where they do not fit at a size of their numbers."""
    boxes = side_by_side(whole, [1.0] * len(cards), _GAP, rtl=rtl)
    insets = (_PADDING,) * 4
    where = {role: moved(places[role], box, insets) for role, box in zip(CARDS, boxes, strict=False)}
    heads: list[list[list[Sized]]] = [[[(head_of(card.head), size, 1)] for card in cards]]
    if broken:
        heads += [_over_units(cards, size), [[(head_of(card.head), size, 2)] for card in cards]]
    for head in heads:
        for text_size in _TEXTS:
            if text_size > _LARGEST_TEXT[len(cards) <= _FEW]:
                continue
            fitted = _fitted(cards, head, text_size, where, theme)
            if fitted is not None:
                return _composed(fitted, where)
    return None


def _over_units(cards: Sequence[Card], size: float) -> list[list[Sized]]:
    """Numbers with their units on a line below; an empty one where a number has none, so that texts align."""
    unit = max(_SMALLEST_UNIT, round(size * _UNIT))
    heads: list[list[Sized]] = []
    for card in cards:
        found = _NUMBER_AND_UNIT.fullmatch("".join(run.text for run in card.head).strip())
        number = tuple(cut_runs(card.head, len(found.group(1)))) if found else card.head
        words = (Run(text=found.group(2)),) if found else ()
        heads.append([(head_of(number), size, 1), (head_of(words), unit, 1)])
    return heads


def _fitted(
    cards: Sequence[Card], heads: Sequence[Sequence[Sized]], size: float, where: Places, theme: Theme
) -> dict[Role, tuple[FittedText, float]] | None:
    texts = {}
    for card, head, role in zip(cards, heads, CARDS, strict=False):
        fitted = fit_card(sized_card(card, head, size, where[role].text), where[role].text, theme)
        if fitted is None:
            return None
        texts[role] = fitted
    return texts


def _composed(fitted: Mapping[Role, tuple[FittedText, float]], where: Places) -> Composition:
    """All numbers at one height: the highest card stands a little over the middle."""
    free = min(where[role].text.height - height for role, (_, height) in fitted.items())
    down = _PADDING + free * _RAISED
    insets = (_PADDING, down, _PADDING, 0.0)
    boxes = {role: (place.left, place.top, place.width, place.height) for role, place in where.items()}
    return Composition(
        layout=Layout.NUMBERS,
        texts={role: text for role, (text, _) in fitted.items()},
        places={role: moved(where[role], box, insets) for role, box in boxes.items()},
        panels=frozenset(fitted),
    )
