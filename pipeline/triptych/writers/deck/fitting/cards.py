"""Cards: a number and what it counts, a date and what happened, set in a pair of sizes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeAlias

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.lines.balance import balanced
from triptych.writers.deck.fitting.text import FittedText, Level, TextArea, fit_size, text_height
from triptych.writers.deck.slides import Card, Para, Run

SPACE_IN_CARDS = 6.0  # points between paragraphs
_LINE = 1.25  # em

Sized: TypeAlias = tuple[Para, float, int]
"""A paragraph, its size in points, and on how many lines it may stand; 0 for any number."""


def sized_card(card: Card, head: Sequence[Sized], size: float, area: TextArea) -> list[Sized]:
    """The paragraphs of a card: those of its head, and what is said of it at a size."""
    under = 1 if len(area.levels) > 1 and not area.levels[1].margin else 0
    text = (replace(para, bullet=False, number=None, level=under) for para in card.paras)
    return [*head, *((para, size, 0) for para in text)]


def head_of(runs: Sequence[Run]) -> Para:
    """What stands large in a card."""
    return Para(runs=tuple(runs), bullet=False)


def fit_card(paras: Sequence[Sized], area: TextArea, theme: Theme) -> tuple[FittedText, float] | None:
    """A card's text and its height; None where a word, a line or all of it is too large for the area."""
    height = 0.0
    for para, size, lines in paras:
        own = replace(area, levels=tuple(_sized(level, size) for level in area.levels))
        limit = replace(own, height=text_height((Para(runs=()),) * lines, own, theme) * 1.1) if lines else own
        if para.runs and fit_size((para,), limit, theme, (size,)) is None:
            return None
        height += text_height((para,), own, theme) + SPACE_IN_CARDS
    if height > area.height:
        return None
    return FittedText(
        paras=tuple(para for para, *_ in paras), sizes=tuple(size for _, size, _ in paras)
    ), height


def exact_line(level: Level, size: float) -> float | None:
    """The distance of lines of another size than the layout's, where that is fixed in points; else None."""
    return size * _LINE if level.exact else None


def _sized(level: Level, size: float) -> Level:
    return replace(level, size=size, before=0.0, exact=exact_line(level, size) or 0.0)


def shared_out(
    cards: Sequence[Card], most: int, fit: Callable[[Sequence[Card]], bool]
) -> list[Sequence[Card]] | None:
    """Cards on few slides, up to ``most`` on each and about as many on all where that fits; None where a card
    fits on no slide.
    """
    groups: list[Sequence[Card]] = []
    start = 0
    while start < len(cards):
        ends = range(min(start + most, len(cards)), start, -1)
        end = next((end for end in ends if fit(cards[start:end])), None)
        if end is None:
            return None
        groups.append(cards[start:end])
        start = end
    even, start = [], 0
    for count in balanced([1.0] * len(cards), -(-len(cards) // len(groups))):
        even.append(cards[start : start + count])
        start += count
    return even if len(even) == len(groups) and all(map(fit, even)) else groups
