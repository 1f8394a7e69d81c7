"""Dates along a line: each as far along as it is in time, its card beside a pole that stands there.

What is drawn is worked out from left to right and mirrored where the deck runs the other way.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from triptych.charts.labels import spread
from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.cards import Sized, fit_card, head_of, shared_out, sized_card
from triptych.writers.deck.fitting.columns import Unfitting
from triptych.writers.deck.fitting.composition import Box, Composition, Ornament, Places, moved, region
from triptych.writers.deck.fitting.text import FittedText
from triptych.writers.deck.kinds import CARDS
from triptych.writers.deck.slides import Card, Layout, TimelineBody

_MOST = 6  # dates on a slide
_ONE_SIDED = 3  # so few stand all under the line
_SIZES = ((26.0, 22.0), (24.0, 20.0), (22.0, 18.0), (20.0, 16.0), (18.0, 16.0), (16.0, 14.0))
_WIDTHS = (130.0, 150.0, 170.0, 190.0, 215.0, 245.0, 280.0)  # of cards
_GAP = 14.0  # points between cards
_INSET = 9.0  # between a pole and its text
_REACH = 30.0  # from the line to the nearest cards, where poles turn aside
_RULE, _DOT, _POLE = 1.5, 11.0, 1.0  # thickness of the line, size of its dots, thickness of poles
# A break in the line is looked for where cards are farther from their dots, or two dots nearer.
_FAR_ASIDE, _NEAR = 150.0, 22.0
_RAISED = 0.42  # of the free height stands over all
_BREAK, _BREAK_GAP, _SLANT = 64.0, 7.0, 5.0  # length of a broken stretch, its mark, and how that leans
# A gap is broken where it and those longer fill so much of the line, and are so many times the next one.
_FILLS, _TIMES = 0.6, 4.0
_NAME_LINES = 2  # of a head that is no date


def fit_timeline(body: TimelineBody, places: Places, theme: Theme, *, rtl: bool) -> list[Composition]:
    """Up to six dates on a slide, at true distances where all are dates in their order; else steps at even
    ones. Raises `Unfitting`.
    """
    whole = region(places, CARDS, sourced=bool(body.source))
    most = min(_MOST, sum(role in places for role in CARDS))

    def fits(cards: Sequence[Card]) -> bool:
        return _row(cards, _SIZES[-1], whole, places, theme) is not None

    groups = shared_out(body.cards, most, fits)
    if not groups:
        raise Unfitting("text")
    for sizes in _SIZES:
        rows = [_row(group, sizes, whole, places, theme) for group in groups]
        if all(rows):
            break
    return [_composed(row, whole, places, rtl=rtl) for row in rows if row]


@dataclass(frozen=True, slots=True)
class _Flag:
    """A card with its pole: where its dot is on the line, where the card begins, and on which side."""

    dot: float
    left: float
    above: bool
    text: FittedText
    height: float


@dataclass(frozen=True, slots=True)
class _Row:
    flags: tuple[_Flag, ...]
    width: float
    breaks: tuple[float, ...] = ()
    steps: bool = False

    @property
    def above(self) -> float:
        """The height of the highest card over the line."""
        return max((flag.height for flag in self.flags if flag.above), default=0.0)

    @property
    def below(self) -> float:
        """The height of the highest card under the line."""
        return max((flag.height for flag in self.flags if not flag.above), default=0.0)

    @property
    def nearest(self) -> float:
        """How near to each other the two nearest dots are."""
        return min(after.dot - before.dot for before, after in pairwise(self.flags))

    @property
    def aside(self) -> float:
        """How far the card farthest from its dot is."""
        return max(abs(flag.dot - flag.left) for flag in self.flags)


def broken_gaps(gaps: Sequence[float]) -> frozenset[int]:
    """Which gaps between dates are so long that all others would be crowded, by their place in the row.

    >>> sorted(broken_gaps([450, 10, 10]))
    [0]
    >>> sorted(broken_gaps([20, 18, 2, 3, 2]))
    []
    """
    order = sorted(range(len(gaps)), key=lambda place: -gaps[place])
    for count in range(1, len(order)):
        long, rest = order[:count], gaps[order[count]]
        if rest and sum(gaps[place] for place in long) >= _FILLS * sum(gaps):
            return frozenset(long) if gaps[long[-1]] >= _TIMES * rest else frozenset()
    return frozenset()


def along(dates: Sequence[float], length: float, *, breaking: bool) -> tuple[list[float], list[float]]:
    """How far along a line each date stands, and where the line is broken, in points.

    Distances are true to time, but for those over a break.
    """
    gaps = [after - before for before, after in pairwise(dates)]
    broken = broken_gaps(gaps) if breaking else frozenset()
    true = sum(gap for place, gap in enumerate(gaps) if place not in broken)
    scale = (length - _BREAK * len(broken)) / true
    places, breaks = [0.0], []
    for place, gap in enumerate(gaps):
        step = _BREAK if place in broken else gap * scale
        breaks += [places[-1] + step / 2] if place in broken else []
        places.append(places[-1] + step)
    return places, breaks


def _row(
    cards: Sequence[Card], sizes: tuple[float, float], whole: Box, places: Places, theme: Theme
) -> _Row | None:
    """The flags in these sizes that are nearest to their dots; None where they do not fit."""
    dates = [card.when for card in cards]
    known = [date for date in dates if date is not None]
    timed = len(known) == len(cards) > 1 and known == sorted(known) and known[0] < known[-1]
    if not timed:
        return _steps(cards, sizes, whole, places, theme)
    best: _Row | None = None
    for one_sided in (True, False) if len(cards) <= _ONE_SIDED else (False,):
        for breaking in (False, True):
            for width in _WIDTHS:
                row = _at_width(
                    cards, known, width, sizes, whole, places, theme, one_sided=one_sided, breaking=breaking
                )
                if row and (
                    best is None or row.aside <= best.aside + 1 or len(row.breaks) > len(best.breaks)
                ):
                    best = row
            if best and best.aside <= _FAR_ASIDE and best.nearest >= _NEAR:
                return best
    return best


def _at_width(
    cards: Sequence[Card],
    dates: Sequence[float],
    width: float,
    sizes: tuple[float, float],
    whole: Box,
    places: Places,
    theme: Theme,
    *,
    one_sided: bool,
    breaking: bool,
) -> _Row | None:
    left, _, across, height = whole
    dots, breaks = along(dates, across - width, breaking=breaking)
    sides = [one_sided] * len(cards) if one_sided else [place % 2 == 0 for place in range(len(cards))]
    lefts = [0.0] * len(cards)
    for side in set(sides):
        members = [place for place, own in enumerate(sides) if own is side]
        if len(members) * (width + _GAP) - _GAP > across:
            return None
        wanted = [dots[place] + (width + _GAP) / 2 for place in members]
        centres = spread(wanted, [width + _GAP] * len(members), 0.0, across + _GAP)
        for place, centre in zip(members, centres, strict=True):
            lefts[place] = centre - (width + _GAP) / 2
    room = height - _REACH if one_sided else height - 2 * _REACH
    flags: list[_Flag] = []
    for place, card in enumerate(cards):
        fitted = _text(card, sizes, (width - _INSET, room), places, theme, lines=1)
        if fitted is None:
            return None
        above = sides[place] and not one_sided
        flags.append(_Flag(left + dots[place], left + lefts[place], above, *fitted))
    row = _Row(tuple(flags), width, tuple(left + place for place in breaks))
    return row if row.above + row.below <= room else None


def _steps(
    cards: Sequence[Card], sizes: tuple[float, float], whole: Box, places: Places, theme: Theme
) -> _Row | None:
    """What is no row of dates: cards at even distances, without a line that would be a scale."""
    left, _, across, height = whole
    width = (across - _GAP * (len(cards) - 1)) / len(cards)
    flags = []
    for place, card in enumerate(cards):
        lines = 1 if card.when is not None else _NAME_LINES
        fitted = _text(card, sizes, (width, height - _REACH), places, theme, lines=lines)
        if fitted is None:
            return None
        at = left + place * (width + _GAP)
        flags.append(_Flag(at, at, False, *fitted))
    return _Row(tuple(flags), width, steps=True)


def _text(
    card: Card,
    sizes: tuple[float, float],
    room: tuple[float, float],
    places: Places,
    theme: Theme,
    *,
    lines: int,
) -> tuple[FittedText, float] | None:
    area = moved(places[CARDS[0]], (0, 0, *room), (0.0,) * 4).text
    head: list[Sized] = [(head_of(card.head), sizes[0], lines)]
    return fit_card(sized_card(card, head, sizes[1], area), area, theme)


def _composed(row: _Row, whole: Box, places: Places, *, rtl: bool) -> Composition:
    left, top, across, height = whole
    above = row.above
    reach_above = _REACH if above else 0.0
    free = height - above - row.below - reach_above - _REACH
    line = top + free * _RAISED + above + reach_above
    inset = 0.0 if row.steps else _INSET
    where, ornaments = {}, list(_line(row, left, across, line))
    for flag, role in zip(row.flags, CARDS, strict=False):
        start = line - _REACH - above if flag.above else line + _REACH
        box = (flag.left + inset, start, row.width - inset, flag.height)
        where[role] = moved(places[role], _mirrored(box, whole, rtl=rtl), (0.0,) * 4)
        ornaments += [] if row.steps else _pole(flag, line, start)
    ornaments += [
        (Ornament.DOT, (flag.dot - _DOT / 2 + (_DOT / 2 if row.steps else 0), line - _DOT / 2, _DOT, _DOT))
        for flag in row.flags
    ]
    return Composition(
        layout=Layout.TIMELINE,
        texts={role: flag.text for flag, role in zip(row.flags, CARDS, strict=False)},
        places=where,
        ornaments=tuple((kind, _mirrored(box, whole, rtl=rtl)) for kind, box in ornaments),
    )


def _line(row: _Row, left: float, across: float, line: float) -> Iterator[tuple[Ornament, Box]]:
    """The line with its breaks; over steps a piece for each."""
    if row.steps:
        for flag in row.flags:
            yield Ornament.RULE, (flag.left, line - _RULE / 2, row.width, _RULE)
        return
    start = left
    for place in (*row.breaks, None):
        end = left + across if place is None else place - _BREAK_GAP / 2
        yield Ornament.RULE, (start, line - _RULE / 2, end - start, _RULE)
        if place is not None:
            start = place + _BREAK_GAP / 2
            for edge in (end, start):
                yield Ornament.POLE, (edge - _SLANT / 2, line + _SLANT * 1.4, _SLANT, -_SLANT * 2.8)


def _pole(flag: _Flag, line: float, start: float) -> list[tuple[Ornament, Box]]:
    """From the dot to the card, and along it."""
    near = line - _REACH if flag.above else line + _REACH
    far = start if flag.above else start + flag.height
    return [
        (Ornament.POLE, (flag.dot, line, flag.left - flag.dot, near - line)),
        (Ornament.POLE, (flag.left, near, 0.0, far - near)),
    ]


def _mirrored(box: Box, whole: Box, *, rtl: bool) -> Box:
    """A box where the line runs from right to left."""
    if not rtl:
        return box
    left, top, width, height = box
    return 2 * whole[0] + whole[2] - left - width, top, width, height
