"""Cards in a row: big numbers with what they count, and dates along a line with what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.balance import balanced
from triptych.writers.deck.fitting.columns import Unfitting
from triptych.writers.deck.fitting.composition import (
    Box,
    Composition,
    Ornament,
    Places,
    moved,
    region,
    side_by_side,
)
from triptych.writers.deck.fitting.text import (
    FittedText,
    Level,
    TextArea,
    fit_size,
    text_height,
)
from triptych.writers.deck.kinds import CARDS
from triptych.writers.deck.slides import Card, Layout, NumbersBody, Para, TimelineBody

_GAP = 28.0
SPACE_IN_CARDS = 6.0  # points between paragraphs
_RAISED = 0.36  # of the free height stands over cards
_RULE, _DOT = 1.5, 11.0  # thickness of the line, size of its dots
_UNDER_RULE = 20.0
_LINE = 1.25  # em


@dataclass(frozen=True, slots=True)
class _Look:
    """Sizes that cards take, largest first, in pairs: heads, and what is said of them."""

    sizes: tuple[tuple[float, float], ...]
    most: int
    lines: int
    """On how many a head may stand."""


# The fewer numbers, the larger they are.
_NUMBERS = _Look(
    ((138, 28), (116, 26), (96, 26), (84, 24), (72, 22), (60, 20), (54, 20), (48, 18), (40, 18), (32, 16)),
    4,
    1,
)
_DATES = _Look(((28, 20), (26, 20), (24, 18), (22, 18), (20, 16), (18, 16), (18, 14)), 6, 2)


def fit_numbers(body: NumbersBody, places: Places, theme: Theme, *, rtl: bool) -> list[Composition]:
    """Up to four numbers on a slide. Raises `Unfitting`."""
    whole = region(places, CARDS, sourced=bool(body.source))
    return _fitted(body.cards, _NUMBERS, whole, places, theme, rtl=rtl, layout=Layout.NUMBERS)


def fit_timeline(body: TimelineBody, places: Places, theme: Theme, *, rtl: bool) -> list[Composition]:
    """Up to six dates on a slide, with the line that they stand on. Raises `Unfitting`."""
    left, top, width, height = region(places, CARDS, sourced=bool(body.source))
    room = (left, top + _UNDER_RULE, width, height - _UNDER_RULE)
    slides = _fitted(body.cards, _DATES, room, places, theme, rtl=rtl, layout=Layout.TIMELINE)
    return [_on_a_line(slide, (left, width), rtl=rtl) for slide in slides]


def _on_a_line(slide: Composition, across: tuple[float, float], *, rtl: bool) -> Composition:
    left, width = across
    cards = [slide.places[role] for role in CARDS if role in slide.places]
    line = cards[0].top - _UNDER_RULE
    dots = [
        (
            Ornament.DOT,
            (card.left + card.width - _DOT if rtl else card.left, line - _DOT / 2, _DOT, _DOT),
        )
        for card in cards
    ]
    return replace(slide, ornaments=((Ornament.RULE, (left, line - _RULE / 2, width, _RULE)), *dots))


def _fitted(
    cards: Sequence[Card],
    look: _Look,
    whole: Box,
    places: Places,
    theme: Theme,
    *,
    rtl: bool,
    layout: Layout,
) -> list[Composition]:
    """Cards on as few slides as let them all be set in one pair of sizes."""
    most = min(look.most, len(cards), sum(role in places for role in CARDS))
    for count in range(most, 0, -1):
        groups, taken = [], 0
        for number in balanced([1.0] * len(cards), count):
            groups.append(cards[taken : taken + number])
            taken += number
        for sizes in look.sizes:
            rows = [
                _row(group, sizes, look, whole, places, theme, rtl=rtl, layout=layout) for group in groups
            ]
            if all(row is not None for row in rows):
                return [row for row in rows if row is not None]
    raise Unfitting("text")


def _row(
    cards: Sequence[Card],
    sizes: tuple[float, float],
    look: _Look,
    whole: Box,
    places: Places,
    theme: Theme,
    *,
    rtl: bool,
    layout: Layout,
) -> Composition | None:
    """Cards side by side, None where they do not fit in these sizes."""
    boxes = side_by_side(whole, [1.0] * len(cards), _GAP, rtl=rtl)
    texts, highest = {}, 0.0
    where = {role: moved(places[role], box) for role, box in zip(CARDS, boxes, strict=False)}
    for card, role in zip(cards, CARDS, strict=False):
        area = where[role].text
        fitted, height = _card(card, sizes, area, look.lines, theme)
        if fitted is None or height > area.height:
            return None
        texts[role] = fitted
        highest = max(highest, height)
    down = (whole[3] - highest) * _RAISED
    where = {
        role: moved(place, (place.left, place.top + down, place.width, place.height - down))
        for role, place in where.items()
    }
    return Composition(layout=layout, texts=texts, places=where)


def exact_line(level: Level, size: float) -> float | None:
    """The distance of lines of another size than the layout's, where that is fixed in points; else None."""
    return size * _LINE if level.exact else None


def _sized(level: Level, size: float) -> Level:
    return replace(level, size=size, before=0.0, exact=exact_line(level, size) or 0.0)


def _card(
    card: Card, sizes: tuple[float, float], area: TextArea, lines: int, theme: Theme
) -> tuple[FittedText | None, float]:
    """A card's text in two sizes, None where a word or the head is too wide, and its height."""
    under = 1 if len(area.levels) > 1 and not area.levels[1].margin else 0
    paras = (
        Para(runs=card.head, bullet=False),
        *(replace(para, bullet=False, number=None, level=under) for para in card.paras),
    )
    heights: list[float] = []
    for para, size in zip(paras, (sizes[0], *[sizes[1]] * len(card.paras)), strict=True):
        own = replace(area, levels=tuple(_sized(level, size) for level in area.levels))
        limit = replace(own, height=size * 1.6 * lines) if not heights else own
        if fit_size((para,), limit, theme, (size,)) is None:
            return None, 0.0
        heights.append(text_height((para,), own, theme) + SPACE_IN_CARDS)
    explicit = (sizes[0], *[sizes[1]] * len(card.paras))
    return FittedText(paras=paras, sizes=explicit), sum(heights)
