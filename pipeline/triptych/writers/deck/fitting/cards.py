"""Fit cards: big numbers side by side, and events along a time axis.

All big numbers in a deck have one of two sizes. Events are spaced in proportion to time, and a vertical line
(pole) connects each event's dot with its card. Timelines are computed from left to right, and mirrored for
right-to-left decks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

from triptych.charts.labels import spread_labels
from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.columns import DoesNotFit
from triptych.writers.deck.fitting.composition import (
    Composition,
    Ornament,
    Places,
    divide_box,
    find_region,
    move_place,
)
from triptych.writers.deck.fitting.line_breaking import balance_pages
from triptych.writers.deck.fitting.text import Box, FittedText, Level, TextArea, fit_size, measure_text
from triptych.writers.deck.kinds import CARDS, PlaceholderRole
from triptych.writers.deck.slides import (
    Card,
    Layout,
    NumbersBody,
    Para,
    Run,
    TimelineBody,
    cut_runs,
    join_run_text,
)

SPACE_IN_CARDS = 6.0  # space in points between the paragraphs of a card
_LINE = 1.25  # line height in em

SizedPara: TypeAlias = tuple[Para, float, int]
"""A paragraph, its size in points, and its largest number of lines; 0 is no limit."""


@dataclass(frozen=True, slots=True)
class _CardArea:
    """The region of a slide for cards, and the placeholder boxes whose text properties the cards use."""

    whole: Box
    places: Places
    theme: Theme
    rtl: bool

    @classmethod
    def from_places(cls, places: Places, theme: Theme, *, sourced: bool, rtl: bool) -> _CardArea:
        return cls(find_region(places, CARDS, sourced=sourced), places, theme, rtl)

    def limit_cards(self, most: int) -> int:
        """Return the number of card placeholders in the layout, at most ``most``."""
        return min(most, sum(role in self.places for role in CARDS))

    def mirror(self, box: Box) -> Box:
        """Mirror a box horizontally within the region if the deck runs from right to left."""
        left, top, width, height = box
        return (2 * self.whole[0] + self.whole[2] - left - width, top, width, height) if self.rtl else box


def list_card_paragraphs(
    card: Card, head: Sequence[SizedPara], size: float, area: TextArea
) -> list[SizedPara]:
    """Return the paragraphs of a card with their sizes: its heading, then its text at ``size`` points."""
    under = 1 if len(area.levels) > 1 and not area.levels[1].margin else 0
    text = (replace(para, bullet=False, number=None, level=under) for para in card.paras)
    return [*head, *((para, size, 0) for para in text)]


def make_card_heading(runs: Sequence[Run]) -> Para:
    """Convert the text runs of a card heading to a paragraph."""
    return Para(runs=tuple(runs), bullet=False)


def fit_card(paras: Sequence[SizedPara], area: TextArea, theme: Theme) -> tuple[FittedText, float] | None:
    """Return the fitted text and height of a card, or None if the card does not fit in ``area``."""
    height = 0.0
    for para, size, lines in paras:
        levels = (
            replace(level, size=size, before=0.0, exact=get_exact_line(level, size) or 0.0)
            for level in area.levels
        )
        own = replace(area, levels=tuple(levels))
        limit = (
            replace(own, height=measure_text((Para(runs=()),) * lines, own, theme) * 1.1) if lines else own
        )
        if para.runs and fit_size((para,), limit, theme, (size,)) is None:
            return None
        height += measure_text((para,), own, theme) + SPACE_IN_CARDS
    if height > area.height:
        return None
    sizes = tuple(size for _, size, _ in paras)
    return FittedText(paras=tuple(para for para, *_ in paras), sizes=sizes), height


def get_exact_line(level: Level, size: float) -> float | None:
    """Return the line spacing in points at ``size`` points, or None if the layout sets it as a percentage."""
    return size * _LINE if level.exact else None


def distribute_cards(
    cards: Sequence[Card], most: int, fit: Callable[[Sequence[Card]], bool]
) -> list[Sequence[Card]] | None:
    """Distribute cards over as few slides as possible, evenly if that fits.

    At most ``most`` cards are on a slide. Return None if a card does not fit on a slide of its own.
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
    for count in balance_pages([1.0] * len(cards), -(-len(cards) // len(groups))):
        even.append(cards[start : start + count])
        start += count
    return even if len(even) == len(groups) and all(map(fit, even)) else groups


_NUMBER_GAP, _PADDING = 18.0, 18.0  # points between cards, and from the edge of a card to its text
_MOST_NUMBERS = 4
_FEW = 3  # maximum number of cards with larger numbers
# Sizes of numbers, largest first; down to _UNBROKEN, a smaller size is preferred to a line break.
_STEPS = (80.0, 72.0, 66.0, 60.0, 54.0, 48.0, 44.0, 40.0, 36.0, 32.0, 28.0)
_SMALLEST = 24.0  # used only to avoid a slide with a single card
_UNBROKEN = {True: 54.0, False: 40.0}
_LARGEST = {True: 80.0, False: 60.0}
_TEXTS = (20.0, 18.0, 16.0, 14.0)
_LARGEST_TEXT = {True: 20.0, False: 18.0}
_UNIT = 0.42  # size of a unit below its number, as a fraction of the number's size
_SMALLEST_UNIT = 12
_NUMBERS_RAISED = 0.38  # fraction of the free height that is above a card's text
# A number followed by its unit, such as "15.52 trillion yuan".
_NUMBER_AND_UNIT = re.compile(r"(\D{0,3}\d[\d.,'’\u00a0\u202f]*(?:\s?[%‰°])?\+?)[\s\u00a0]+(\D+)")


@dataclass(frozen=True, slots=True)
class NumberSizes:
    """The sizes in points of a deck's big numbers.

    ``few`` is for slides with up to three numbers, ``many`` for slides with more.
    """

    few: float = _LARGEST[True]
    many: float = _LARGEST[False]

    def get_size(self, count: int) -> float:
        """Return the size in points of big numbers on a slide with ``count`` cards."""
        return self.few if count <= _FEW else self.many


def find_number_sizes(
    bodies: Iterable[tuple[NumbersBody, Places]], theme: Theme, *, rtl: bool
) -> NumberSizes:
    """Return the largest sizes at which the big numbers of all slides fit."""
    found = dict(_LARGEST)
    for body, places in bodies:
        area = _CardArea.from_places(places, theme, sourced=bool(body.source), rtl=rtl)
        for group in _group_numbers(body.cards, area) or ():
            few, size = len(group) <= _FEW, _find_largest_number(group, area)
            if size > _SMALLEST:  # one cramped slide does not shrink the numbers on the others
                found[few] = min(found[few], size)
    return NumberSizes(few=found[True], many=min(found.values()))


def fit_numbers(
    body: NumbersBody, places: Places, theme: Theme, *, rtl: bool, sizes: NumberSizes | None = None
) -> list[Composition]:
    """Fit up to four big numbers per slide, at the deck's ``sizes`` or smaller. Raise `DoesNotFit`."""
    sizes = sizes or find_number_sizes([(body, places)], theme, rtl=rtl)
    area = _CardArea.from_places(places, theme, sourced=bool(body.source), rtl=rtl)
    groups = _group_numbers(body.cards, area)
    if not groups:
        raise DoesNotFit("text")
    made = []
    for group in groups:
        # This slide may have less space than those that determined the deck's sizes.
        size = min(sizes.get_size(len(group)), _find_largest_number(group, area))
        row = _fit_number_row(group, size, area) or _fit_number_row(group, _SMALLEST, area)
        assert row is not None  # _group_numbers returns groups that fit at the smallest size
        made.append(row)
    return made


def _group_numbers(cards: Sequence[Card], area: _CardArea) -> list[Sequence[Card]] | None:
    def distribute(size: float) -> list[Sequence[Card]] | None:
        most = area.limit_cards(_MOST_NUMBERS)
        return distribute_cards(cards, most, lambda group: _fit_number_row(group, size, area) is not None)

    groups = distribute(_STEPS[-1])
    if not groups or (
        len(groups) > 1 and min(map(len, groups)) == 1
    ):  # a smaller size is better than a slide with one card
        return distribute(_SMALLEST) or groups
    return groups


def _find_largest_number(cards: Sequence[Card], area: _CardArea) -> float:
    """Return the largest number size without line breaks, or with units on a second line.

    The second line is used if the numbers would otherwise be too small.
    """
    few = len(cards) <= _FEW
    steps = [size for size in _STEPS if size <= _LARGEST[few]]
    unbroken = (
        size for size in steps if size >= _UNBROKEN[few] and _fit_number_row(cards, size, area, broken=False)
    )
    broken = (size for size in steps if _fit_number_row(cards, size, area))
    return next(unbroken, None) or next(broken, _SMALLEST)


def _fit_number_row(
    cards: Sequence[Card], size: float, area: _CardArea, *, broken: bool = True
) -> Composition | None:
    """Fit cards side by side, with numbers of ``size`` points, or return None.

    If ``broken`` is true, numbers may have two lines.
    """
    boxes = divide_box(area.whole, [1.0] * len(cards), _NUMBER_GAP, rtl=area.rtl)
    pairs = zip(CARDS, boxes, strict=False)
    where = {role: move_place(area.places[role], box, (_PADDING,) * 4) for role, box in pairs}
    heads: list[list[list[SizedPara]]] = [[[(make_card_heading(card.head), size, 1)] for card in cards]]
    if broken:
        heads += [
            _break_before_units(cards, size),
            [[(make_card_heading(card.head), size, 2)] for card in cards],
        ]
    text_sizes = [one for one in _TEXTS if one <= _LARGEST_TEXT[len(cards) <= _FEW]]
    fits = (_fit_cards(cards, head, text, where, area.theme) for head in heads for text in text_sizes)
    fitted = next((one for one in fits if one is not None), None)
    return None if fitted is None else _compose_numbers(fitted, where)


def _break_before_units(cards: Sequence[Card], size: float) -> list[list[SizedPara]]:
    """Return card headings with each unit on its own line.

    A missing unit is an empty line, so that the text below is aligned.
    """
    unit = max(_SMALLEST_UNIT, round(size * _UNIT))
    heads: list[list[SizedPara]] = []
    for card in cards:
        found = _NUMBER_AND_UNIT.fullmatch(join_run_text(card.head).strip())
        number = tuple(cut_runs(card.head, len(found.group(1)))) if found else card.head
        words = (Run(text=found.group(2)),) if found else ()
        heads.append([(make_card_heading(number), size, 1), (make_card_heading(words), unit, 1)])
    return heads


def _fit_cards(
    cards: Sequence[Card], heads: Sequence[Sequence[SizedPara]], size: float, where: Places, theme: Theme
) -> dict[PlaceholderRole, tuple[FittedText, float]] | None:
    texts = {}
    for card, head, role in zip(cards, heads, CARDS, strict=False):
        fitted = fit_card(list_card_paragraphs(card, head, size, where[role].text), where[role].text, theme)
        if fitted is None:
            return None
        texts[role] = fitted
    return texts


def _compose_numbers(
    fitted: Mapping[PlaceholderRole, tuple[FittedText, float]], where: Places
) -> Composition:
    """Compose cards with all numbers at the same height. The text is slightly above the vertical centre."""
    free = min(where[role].text.height - height for role, (_, height) in fitted.items())
    down = _PADDING + free * _NUMBERS_RAISED
    insets = (_PADDING, down, _PADDING, 0.0)
    boxes = {role: place.box for role, place in where.items()}
    return Composition(
        layout=Layout.NUMBERS,
        texts={role: text for role, (text, _) in fitted.items()},
        places={role: move_place(where[role], box, insets) for role, box in boxes.items()},
        panels=frozenset(fitted),
    )


_MOST_DATES = 6  # maximum number of events on a slide
_ONE_SIDED = 3  # maximum number of events with all cards below the line
_SIZES = ((26.0, 22.0), (24.0, 20.0), (22.0, 18.0), (20.0, 16.0), (18.0, 16.0), (16.0, 14.0))
_WIDTHS = (130.0, 150.0, 170.0, 190.0, 215.0, 245.0, 280.0)  # card widths to try, in points
_FLAG_GAP = 14.0  # points between neighbouring cards
_INSET = 9.0  # points from a pole to its card's text
_REACH = 30.0  # points from the line to the nearest cards
_RULE, _DOT, _POLE = 1.5, 11.0, 1.0  # points: thickness of the line, diameter of the dots, thickness of poles
# The line may be broken if a card is farther than this from its dot, or if two dots are closer.
_FAR_ASIDE, _NEAR = 150.0, 22.0
_TIMELINE_RAISED = 0.42  # fraction of the free height that is above all cards
_BREAK, _BREAK_GAP, _SLANT = 64.0, 7.0, 5.0  # points: length of a broken gap; size of the break symbol
# Gaps are broken if they fill this fraction of the line, and are this many times longer than the next one.
_FILLED_FRACTION, _LENGTH_RATIO = 0.6, 4.0
_NAME_LINES = 2  # maximum lines of a heading that is not a date


def fit_timeline(body: TimelineBody, places: Places, theme: Theme, *, rtl: bool) -> list[Composition]:
    """Fit up to six events per slide, spaced in proportion to time if all have dates in order.

    Raise `DoesNotFit`.
    """
    area = _CardArea.from_places(places, theme, sourced=bool(body.source), rtl=rtl)

    def fits(cards: Sequence[Card]) -> bool:
        return _fit_timeline_row(cards, _SIZES[-1], area) is not None

    groups = distribute_cards(body.cards, area.limit_cards(_MOST_DATES), fits)
    if not groups:
        raise DoesNotFit("text")
    for sizes in _SIZES:
        rows = [_fit_timeline_row(group, sizes, area) for group in groups]
        if all(rows):
            break
    return [_compose_timeline(row, area) for row in rows if row]


@dataclass(frozen=True, slots=True)
class _TimelineCard:
    """A fitted timeline card.

    ``dot`` and ``left`` are the x positions in points of the card's dot and left edge; ``above`` is true if
    the card is above the line.
    """

    dot: float
    left: float
    above: bool
    text: FittedText
    height: float


@dataclass(frozen=True, slots=True)
class _TimelineRow:
    flags: tuple[_TimelineCard, ...]
    width: float
    breaks: tuple[float, ...] = ()
    steps: bool = False

    @property
    def height_above(self) -> float:
        """The height of the tallest card above the line."""
        return max((flag.height for flag in self.flags if flag.above), default=0.0)

    @property
    def height_below(self) -> float:
        """The height of the tallest card below the line."""
        return max((flag.height for flag in self.flags if not flag.above), default=0.0)

    @property
    def least_distance(self) -> float:
        """The smallest distance between neighbouring dots."""
        return min(after.dot - before.dot for before, after in pairwise(self.flags))

    @property
    def largest_offset(self) -> float:
        """The largest horizontal distance between a dot and the left edge of its card."""
        return max(abs(flag.dot - flag.left) for flag in self.flags)


def find_gaps_to_break(gaps: Sequence[float]) -> frozenset[int]:
    """Return the indices of gaps between dates that are so long that they squeeze the other gaps.

    >>> sorted(find_gaps_to_break([450, 10, 10]))
    [0]
    >>> sorted(find_gaps_to_break([20, 18, 12, 3, 2]))
    []
    """
    order = sorted(range(len(gaps)), key=lambda place: -gaps[place])
    for count in range(1, len(order)):
        long, rest = order[:count], gaps[order[count]]
        if rest and sum(gaps[place] for place in long) >= _FILLED_FRACTION * sum(gaps):
            return frozenset(long) if gaps[long[-1]] >= _LENGTH_RATIO * rest else frozenset()
    return frozenset()


def place_dates(dates: Sequence[float], length: float, *, breaking: bool) -> tuple[list[float], list[float]]:
    """Return the positions in points of dates and breaks on a line of ``length`` points.

    Outside breaks, distances are in proportion to time. If ``breaking`` is true, long gaps are shortened to
    breaks.
    """
    gaps = [after - before for before, after in pairwise(dates)]
    broken = find_gaps_to_break(gaps) if breaking else frozenset()
    true = sum(gap for index, gap in enumerate(gaps) if index not in broken)
    scale = (length - _BREAK * len(broken)) / true
    places, breaks = [0.0], []
    for index, gap in enumerate(gaps):
        step = _BREAK if index in broken else gap * scale
        breaks += [places[-1] + step / 2] if index in broken else []
        places.append(places[-1] + step)
    return places, breaks


def _fit_timeline_row(
    cards: Sequence[Card], sizes: tuple[float, float], area: _CardArea
) -> _TimelineRow | None:
    """Fit the cards of a timeline slide close to their dots, or return None."""
    known = [card.when for card in cards if card.when is not None]
    timed = len(known) == len(cards) > 1 and known == sorted(known) and known[0] < known[-1]
    if not timed:
        return _fit_steps(cards, sizes, area)
    best: _TimelineRow | None = None
    for one_sided in (True, False) if len(cards) <= _ONE_SIDED else (False,):
        for breaking in (False, True):
            for width in _WIDTHS:
                dots, breaks = place_dates(known, area.whole[2] - width, breaking=breaking)
                row = _fit_beside_poles(cards, dots, breaks, width, sizes, area, one_sided=one_sided)
                if row and (
                    best is None
                    or row.largest_offset <= best.largest_offset + 1
                    or len(row.breaks) > len(best.breaks)
                ):
                    best = row
            if best and best.largest_offset <= _FAR_ASIDE and best.least_distance >= _NEAR:
                return best
    return best


def _fit_beside_poles(
    cards: Sequence[Card],
    dots: Sequence[float],
    breaks: Sequence[float],
    width: float,
    sizes: tuple[float, float],
    area: _CardArea,
    *,
    one_sided: bool,
) -> _TimelineRow | None:
    """Fit cards of ``width`` points beside the poles of their dots, or return None."""
    left, _, across, height = area.whole
    sides = [one_sided] * len(cards) if one_sided else [place % 2 == 0 for place in range(len(cards))]
    lefts = [0.0] * len(cards)
    for side in set(sides):
        members = [place for place, own in enumerate(sides) if own is side]
        if len(members) * (width + _FLAG_GAP) - _FLAG_GAP > across:
            return None
        wanted = [dots[place] + (width + _FLAG_GAP) / 2 for place in members]
        centres = spread_labels(wanted, [width + _FLAG_GAP] * len(members), 0.0, across + _FLAG_GAP)
        for place, centre in zip(members, centres, strict=True):
            lefts[place] = centre - (width + _FLAG_GAP) / 2
    room = height - _REACH if one_sided else height - 2 * _REACH
    flags: list[_TimelineCard] = []
    for place, card in enumerate(cards):
        fitted = _fit_timeline_card(card, sizes, (width - _INSET, room), area, lines=1)
        if fitted is None:
            return None
        above = sides[place] and not one_sided
        flags.append(_TimelineCard(left + dots[place], left + lefts[place], above, *fitted))
    row = _TimelineRow(tuple(flags), width, tuple(left + place for place in breaks))
    return row if row.height_above + row.height_below <= room else None


def _fit_steps(cards: Sequence[Card], sizes: tuple[float, float], area: _CardArea) -> _TimelineRow | None:
    """Fit cards at equal distances, for events without dates in order, or return None."""
    left, _, across, height = area.whole
    width = (across - _FLAG_GAP * (len(cards) - 1)) / len(cards)
    flags = []
    for index, card in enumerate(cards):
        lines = 1 if card.when is not None else _NAME_LINES
        fitted = _fit_timeline_card(card, sizes, (width, height - _REACH), area, lines=lines)
        if fitted is None:
            return None
        at = left + index * (width + _FLAG_GAP)
        flags.append(_TimelineCard(at, at, False, *fitted))
    return _TimelineRow(tuple(flags), width, steps=True)


def _fit_timeline_card(
    card: Card, sizes: tuple[float, float], room: tuple[float, float], area: _CardArea, *, lines: int
) -> tuple[FittedText, float] | None:
    text = move_place(area.places[CARDS[0]], (0, 0, *room), (0.0,) * 4).text
    head: list[SizedPara] = [(make_card_heading(card.head), sizes[0], lines)]
    return fit_card(list_card_paragraphs(card, head, sizes[1], text), text, area.theme)


def _compose_timeline(row: _TimelineRow, area: _CardArea) -> Composition:
    left, top, across, height = area.whole
    above = row.height_above
    reach_above = _REACH if above else 0.0
    free = height - above - row.height_below - reach_above - _REACH
    line = top + free * _TIMELINE_RAISED + above + reach_above
    inset = 0.0 if row.steps else _INSET
    where, ornaments = {}, list(_draw_line(row, left, across, line))
    for flag, role in zip(row.flags, CARDS, strict=False):
        start = line - _REACH - above if flag.above else line + _REACH
        box = (flag.left + inset, start, row.width - inset, flag.height)
        where[role] = move_place(area.places[role], area.mirror(box), (0.0,) * 4)
        ornaments += [] if row.steps else _draw_pole(flag, line, start)
    ornaments += [
        (Ornament.DOT, (flag.dot - _DOT / 2 + (_DOT / 2 if row.steps else 0), line - _DOT / 2, _DOT, _DOT))
        for flag in row.flags
    ]
    return Composition(
        layout=Layout.TIMELINE,
        texts={role: flag.text for flag, role in zip(row.flags, CARDS, strict=False)},
        places=where,
        ornaments=tuple((kind, area.mirror(box)) for kind, box in ornaments),
    )


def _draw_line(row: _TimelineRow, left: float, across: float, line: float) -> Iterator[tuple[Ornament, Box]]:
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


def _draw_pole(flag: _TimelineCard, line: float, start: float) -> list[tuple[Ornament, Box]]:
    near = line - _REACH if flag.above else line + _REACH
    far = start if flag.above else start + flag.height
    return [
        (Ornament.POLE, (flag.dot, line, flag.left - flag.dot, near - line)),
        (Ornament.POLE, (flag.left, near, 0.0, far - near)),
    ]
