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
    PlaceholderBoxes,
    divide_box,
    find_region,
    move_box,
)
from triptych.writers.deck.fitting.line_breaking import balance_pages
from triptych.writers.deck.fitting.text import (
    Bounds,
    FittedText,
    Level,
    TextArea,
    find_fitting_scale,
    measure_text_height,
)
from triptych.writers.deck.kinds import CARDS, PlaceholderRole
from triptych.writers.deck.slides import (
    Card,
    NumbersBody,
    Para,
    Run,
    SlideKindName,
    TimelineBody,
    cut_runs,
    join_run_text,
)

CARD_PARAGRAPH_SPACE = 6.0  # space in points between the paragraphs of a card
_LINE_HEIGHT = 1.25  # line height in em

SizedPara: TypeAlias = tuple[Para, float, int]
"""A paragraph, its size in points, and its largest number of lines; 0 is no limit."""


@dataclass(frozen=True, slots=True)
class _CardArea:
    """The region of a slide for cards, and the placeholder boxes whose text properties the cards use."""

    region: Bounds
    boxes: PlaceholderBoxes
    theme: Theme
    rtl: bool

    @classmethod
    def from_boxes(cls, boxes: PlaceholderBoxes, theme: Theme, *, has_source: bool, rtl: bool) -> _CardArea:
        return cls(find_region(boxes, CARDS, has_source=has_source), boxes, theme, rtl)

    def count_card_placeholders(self, max_cards: int) -> int:
        """Return the number of card placeholders in the layout, but at most ``max_cards``."""
        return min(max_cards, sum(role in self.boxes for role in CARDS))

    def mirror_bounds(self, bounds: Bounds) -> Bounds:
        """Mirror a box horizontally within the region if the deck runs from right to left."""
        left, top, width, height = bounds
        return (
            (2 * self.region[0] + self.region[2] - left - width, top, width, height) if self.rtl else bounds
        )


def list_card_paragraphs(
    card: Card, heading: Sequence[SizedPara], size: float, area: TextArea
) -> list[SizedPara]:
    """Return the paragraphs of a card with their sizes: its heading, then its text at ``size`` points."""
    under = 1 if len(area.levels) > 1 and not area.levels[1].indent else 0
    text = (replace(para, bullet=False, number=None, level=under) for para in card.paras)
    return [*heading, *((para, size, 0) for para in text)]


def make_card_heading(runs: Sequence[Run]) -> Para:
    """Convert the text runs of a card heading to a paragraph."""
    return Para(runs=tuple(runs), bullet=False)


def fit_card(paras: Sequence[SizedPara], area: TextArea, theme: Theme) -> tuple[FittedText, float] | None:
    """Return the fitted text and height of a card, or None if the card does not fit in ``area``."""
    height = 0.0
    for para, size, lines in paras:
        levels = (
            replace(
                level,
                size=size,
                space_before=0.0,
                exact_line_spacing=get_exact_line_spacing(level, size) or 0.0,
            )
            for level in area.levels
        )
        own = replace(area, levels=tuple(levels))
        limit = (
            replace(own, height=measure_text_height((Para(runs=()),) * lines, own, theme) * 1.1)
            if lines
            else own
        )
        if para.runs and find_fitting_scale((para,), limit, theme, (size,)) is None:
            return None
        height += measure_text_height((para,), own, theme) + CARD_PARAGRAPH_SPACE
    if height > area.height:
        return None
    sizes = tuple(size for _, size, _ in paras)
    return FittedText(paras=tuple(para for para, *_ in paras), sizes=sizes), height


def get_exact_line_spacing(level: Level, size: float) -> float | None:
    """Return the line spacing in points at ``size`` points, or None if the layout sets it as a percentage."""
    return size * _LINE_HEIGHT if level.exact_line_spacing else None


def distribute_cards(
    cards: Sequence[Card], max_cards: int, fit: Callable[[Sequence[Card]], bool]
) -> list[Sequence[Card]] | None:
    """Distribute cards over as few slides as possible, evenly if that fits.

    ``fit`` returns whether cards fit together on a slide; a slide has at most ``max_cards`` cards. Return the
    cards of each slide, or None if a card does not fit even on a slide of its own.
    """
    groups: list[Sequence[Card]] = []
    start = 0
    while start < len(cards):
        ends = range(min(start + max_cards, len(cards)), start, -1)
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
_MAX_NUMBERS = 4
_MAX_FEW_CARDS = 3  # maximum number of cards with larger numbers
# Sizes of numbers, largest first; down to _MIN_UNBROKEN_SIZES, a smaller size is preferred to a line break.
_NUMBER_SIZES = (80.0, 72.0, 66.0, 60.0, 54.0, 48.0, 44.0, 40.0, 36.0, 32.0, 28.0)
_MIN_NUMBER_SIZE = 24.0  # used only to avoid a slide with a single card
_MIN_UNBROKEN_SIZES = {True: 54.0, False: 40.0}
_MAX_NUMBER_SIZES = {True: 80.0, False: 60.0}
_TEXT_SIZES = (20.0, 18.0, 16.0, 14.0)
_MAX_TEXT_SIZES = {True: 20.0, False: 18.0}
_UNIT_FRACTION = 0.42  # size of a unit below its number, as a fraction of the number's size
_MIN_UNIT_SIZE = 12
_FRACTION_ABOVE_NUMBERS = 0.38  # fraction of the free height that is above a card's text
# A number followed by its unit, such as "15.52 trillion yuan".
_NUMBER_AND_UNIT = re.compile(r"(\D{0,3}\d[\d.,'’\u00a0\u202f]*(?:\s?[%‰°])?\+?)[\s\u00a0]+(\D+)")


@dataclass(frozen=True, slots=True)
class NumberSizes:
    """The sizes in points of a deck's big numbers.

    ``few`` is for slides with up to three numbers, ``many`` for slides with more.
    """

    few: float = _MAX_NUMBER_SIZES[True]
    many: float = _MAX_NUMBER_SIZES[False]

    def get_size(self, count: int) -> float:
        """Return the size in points of big numbers on a slide with ``count`` cards."""
        return self.few if count <= _MAX_FEW_CARDS else self.many


def find_number_sizes(
    bodies: Iterable[tuple[NumbersBody, PlaceholderBoxes]], theme: Theme, *, rtl: bool
) -> NumberSizes:
    """Return the largest sizes at which the big numbers of all slides fit."""
    found = dict(_MAX_NUMBER_SIZES)
    for body, places in bodies:
        area = _CardArea.from_boxes(places, theme, has_source=bool(body.source), rtl=rtl)
        for group in _group_number_cards(body.cards, area) or ():
            few, size = len(group) <= _MAX_FEW_CARDS, _find_largest_number_size(group, area)
            if size > _MIN_NUMBER_SIZE:  # one cramped slide does not shrink the numbers on the others
                found[few] = min(found[few], size)
    return NumberSizes(few=found[True], many=min(found.values()))


def fit_numbers(
    body: NumbersBody, boxes: PlaceholderBoxes, theme: Theme, *, rtl: bool, sizes: NumberSizes | None = None
) -> list[Composition]:
    """Fit up to four big numbers per slide, at the deck's ``sizes`` or smaller.

    Raise ``DoesNotFit`` if a card does not fit even on a slide of its own.
    """
    sizes = sizes or find_number_sizes([(body, boxes)], theme, rtl=rtl)
    area = _CardArea.from_boxes(boxes, theme, has_source=bool(body.source), rtl=rtl)
    groups = _group_number_cards(body.cards, area)
    if not groups:
        raise DoesNotFit("text")
    made = []
    for group in groups:
        # This slide may have less space than those that determined the deck's sizes.
        size = min(sizes.get_size(len(group)), _find_largest_number_size(group, area))
        row = _fit_number_row(group, size, area) or _fit_number_row(group, _MIN_NUMBER_SIZE, area)
        assert row is not None  # _group_number_cards returns groups that fit at the smallest size
        made.append(row)
    return made


def _group_number_cards(cards: Sequence[Card], area: _CardArea) -> list[Sequence[Card]] | None:
    def distribute(size: float) -> list[Sequence[Card]] | None:
        most = area.count_card_placeholders(_MAX_NUMBERS)
        return distribute_cards(cards, most, lambda group: _fit_number_row(group, size, area) is not None)

    groups = distribute(_NUMBER_SIZES[-1])
    if not groups or (
        len(groups) > 1 and min(map(len, groups)) == 1
    ):  # a smaller size is better than a slide with one card
        return distribute(_MIN_NUMBER_SIZE) or groups
    return groups


def _find_largest_number_size(cards: Sequence[Card], area: _CardArea) -> float:
    """Return the largest size at which big numbers fit.

    Lines are broken, for example before units, only if the numbers would otherwise be too small.
    """
    few = len(cards) <= _MAX_FEW_CARDS
    steps = [size for size in _NUMBER_SIZES if size <= _MAX_NUMBER_SIZES[few]]
    unbroken = (
        size
        for size in steps
        if size >= _MIN_UNBROKEN_SIZES[few] and _fit_number_row(cards, size, area, allows_line_breaks=False)
    )
    broken = (size for size in steps if _fit_number_row(cards, size, area))
    return next(unbroken, None) or next(broken, _MIN_NUMBER_SIZE)


def _fit_number_row(
    cards: Sequence[Card], size: float, area: _CardArea, *, allows_line_breaks: bool = True
) -> Composition | None:
    """Fit cards side by side, with numbers of ``size`` points.

    Return None if they do not fit. If ``allows_line_breaks`` is true, numbers may have two lines.
    """
    boxes = divide_box(area.region, [1.0] * len(cards), _NUMBER_GAP, rtl=area.rtl)
    pairs = zip(CARDS, boxes, strict=False)
    where = {role: move_box(area.boxes[role], box, (_PADDING,) * 4) for role, box in pairs}
    heads: list[list[list[SizedPara]]] = [[[(make_card_heading(card.heading), size, 1)] for card in cards]]
    if allows_line_breaks:
        heads += [
            _break_before_units(cards, size),
            [[(make_card_heading(card.heading), size, 2)] for card in cards],
        ]
    text_sizes = [one for one in _TEXT_SIZES if one <= _MAX_TEXT_SIZES[len(cards) <= _MAX_FEW_CARDS]]
    fits = (_fit_cards(cards, head, text, where, area.theme) for head in heads for text in text_sizes)
    fitted = next((one for one in fits if one is not None), None)
    return None if fitted is None else _compose_numbers(fitted, where)


def _break_before_units(cards: Sequence[Card], size: float) -> list[list[SizedPara]]:
    """Return card headings with each unit on its own line.

    A missing unit is an empty line, so that the text below is aligned.
    """
    unit = max(_MIN_UNIT_SIZE, round(size * _UNIT_FRACTION))
    heads: list[list[SizedPara]] = []
    for card in cards:
        found = _NUMBER_AND_UNIT.fullmatch(join_run_text(card.heading).strip())
        number = tuple(cut_runs(card.heading, len(found.group(1)))) if found else card.heading
        words = (Run(text=found.group(2)),) if found else ()
        heads.append([(make_card_heading(number), size, 1), (make_card_heading(words), unit, 1)])
    return heads


def _fit_cards(
    cards: Sequence[Card],
    headings: Sequence[Sequence[SizedPara]],
    size: float,
    boxes: PlaceholderBoxes,
    theme: Theme,
) -> dict[PlaceholderRole, tuple[FittedText, float]] | None:
    texts = {}
    for card, head, role in zip(cards, headings, CARDS, strict=False):
        fitted = fit_card(
            list_card_paragraphs(card, head, size, boxes[role].text_area), boxes[role].text_area, theme
        )
        if fitted is None:
            return None
        texts[role] = fitted
    return texts


def _compose_numbers(
    fitted_texts: Mapping[PlaceholderRole, tuple[FittedText, float]], placeholder_boxes: PlaceholderBoxes
) -> Composition:
    """Compose cards with all numbers at the same height. The text is slightly above the vertical centre."""
    free = min(
        placeholder_boxes[role].text_area.height - height for role, (_, height) in fitted_texts.items()
    )
    down = _PADDING + free * _FRACTION_ABOVE_NUMBERS
    insets = (_PADDING, down, _PADDING, 0.0)
    boxes = {role: place.bounds for role, place in placeholder_boxes.items()}
    return Composition(
        kind=SlideKindName.NUMBERS,
        texts={role: text for role, (text, _) in fitted_texts.items()},
        boxes={role: move_box(placeholder_boxes[role], box, insets) for role, box in boxes.items()},
        panels=frozenset(fitted_texts),
    )


_MAX_EVENTS = 6  # maximum number of events on a slide
_MAX_ONE_SIDED_EVENTS = 3  # maximum number of events with all cards below the line
_TIMELINE_SIZES = ((26.0, 22.0), (24.0, 20.0), (22.0, 18.0), (20.0, 16.0), (18.0, 16.0), (16.0, 14.0))
_CARD_WIDTHS = (130.0, 150.0, 170.0, 190.0, 215.0, 245.0, 280.0)  # card widths to try, in points
_CARD_GAP = 14.0  # points between neighbouring cards
_POLE_INSET = 9.0  # points from a pole to its card's text
_CARD_DISTANCE = 30.0  # points from the line to the nearest cards
_RULE_THICKNESS, _DOT_DIAMETER, _POLE = (
    1.5,
    11.0,
    1.0,
)  # points: thickness of the line, diameter of the dots, thickness of poles
# The line may be broken if a card is farther than this from its dot, or if two dots are closer.
_MAX_CARD_OFFSET, _MIN_DOT_DISTANCE = 150.0, 22.0
_FRACTION_ABOVE_TIMELINE = 0.42  # fraction of the free height that is above all cards
_BREAK, _BREAK_GAP, _SLANT = 64.0, 7.0, 5.0  # points: length of a broken gap; size of the break symbol
# Gaps are broken if they fill this fraction of the line, and are this many times longer than the next one.
_FILLED_FRACTION, _LENGTH_RATIO = 0.6, 4.0
_MAX_NAME_LINES = 2  # maximum lines of a heading that is not a date


def fit_timeline(
    body: TimelineBody, boxes: PlaceholderBoxes, theme: Theme, *, rtl: bool
) -> list[Composition]:
    """Fit up to six events per slide, spaced in proportion to time if all have dates in order.

    Raise ``DoesNotFit`` if an event does not fit even on a slide of its own.
    """
    area = _CardArea.from_boxes(boxes, theme, has_source=bool(body.source), rtl=rtl)

    def fits(cards: Sequence[Card]) -> bool:
        return _fit_timeline_row(cards, _TIMELINE_SIZES[-1], area) is not None

    groups = distribute_cards(body.cards, area.count_card_placeholders(_MAX_EVENTS), fits)
    if not groups:
        raise DoesNotFit("text")
    for sizes in _TIMELINE_SIZES:
        rows = [_fit_timeline_row(group, sizes, area) for group in groups]
        if all(rows):
            break
    return [_compose_timeline(row, area) for row in rows if row]


@dataclass(frozen=True, slots=True)
class _TimelineCard:
    """A fitted timeline card.

    ``dot_x`` is the x position of its dot on the line, and ``left`` that of its left edge. All lengths are in
    points.
    """

    dot_x: float
    left: float
    is_above_line: bool
    text: FittedText
    height: float


@dataclass(frozen=True, slots=True)
class _TimelineRow:
    cards: tuple[_TimelineCard, ...]
    width: float
    breaks: tuple[float, ...] = ()
    is_evenly_spaced: bool = False

    @property
    def height_above(self) -> float:
        """The height of the tallest card above the line."""
        return max((flag.height for flag in self.cards if flag.is_above_line), default=0.0)

    @property
    def height_below(self) -> float:
        """The height of the tallest card below the line."""
        return max((flag.height for flag in self.cards if not flag.is_above_line), default=0.0)

    @property
    def min_distance(self) -> float:
        """The smallest distance between neighbouring dots."""
        return min(after.dot_x - before.dot_x for before, after in pairwise(self.cards))

    @property
    def max_offset(self) -> float:
        """The largest horizontal distance between a dot and the left edge of its card."""
        return max(abs(flag.dot_x - flag.left) for flag in self.cards)


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


def locate_dates(
    dates: Sequence[float], length: float, *, with_breaks: bool
) -> tuple[list[float], list[float]]:
    """Return the positions in points of dates and of breaks on a line of ``length`` points.

    Distances are in proportion to time. If ``with_breaks`` is true, long gaps are replaced with breaks of a
    fixed width, whose centres are returned.
    """
    gaps = [after - before for before, after in pairwise(dates)]
    broken = find_gaps_to_break(gaps) if with_breaks else frozenset()
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
    """Fit the cards of a timeline slide close to their dots.

    Return None if they do not fit.
    """
    known = [card.date for card in cards if card.date is not None]
    timed = len(known) == len(cards) > 1 and known == sorted(known) and known[0] < known[-1]
    if not timed:
        return _fit_evenly_spaced_row(cards, sizes, area)
    best: _TimelineRow | None = None
    for one_sided in (True, False) if len(cards) <= _MAX_ONE_SIDED_EVENTS else (False,):
        for breaking in (False, True):
            for width in _CARD_WIDTHS:
                dots, breaks = locate_dates(known, area.region[2] - width, with_breaks=breaking)
                row = _fit_cards_beside_poles(cards, dots, breaks, width, sizes, area, one_sided=one_sided)
                if row and (
                    best is None
                    or row.max_offset <= best.max_offset + 1
                    or len(row.breaks) > len(best.breaks)
                ):
                    best = row
            if best and best.max_offset <= _MAX_CARD_OFFSET and best.min_distance >= _MIN_DOT_DISTANCE:
                return best
    return best


def _fit_cards_beside_poles(
    cards: Sequence[Card],
    dots: Sequence[float],
    breaks: Sequence[float],
    width: float,
    sizes: tuple[float, float],
    area: _CardArea,
    *,
    one_sided: bool,
) -> _TimelineRow | None:
    """Fit cards of ``width`` points beside the poles of their dots.

    Return None if they do not fit.
    """
    left, _, across, height = area.region
    sides = [one_sided] * len(cards) if one_sided else [place % 2 == 0 for place in range(len(cards))]
    lefts = [0.0] * len(cards)
    for side in set(sides):
        members = [place for place, own in enumerate(sides) if own is side]
        if len(members) * (width + _CARD_GAP) - _CARD_GAP > across:
            return None
        wanted = [dots[place] + (width + _CARD_GAP) / 2 for place in members]
        centres = spread_labels(wanted, [width + _CARD_GAP] * len(members), 0.0, across + _CARD_GAP)
        for place, centre in zip(members, centres, strict=True):
            lefts[place] = centre - (width + _CARD_GAP) / 2
    room = height - _CARD_DISTANCE if one_sided else height - 2 * _CARD_DISTANCE
    flags: list[_TimelineCard] = []
    for place, card in enumerate(cards):
        fitted = _fit_timeline_card(card, sizes, (width - _POLE_INSET, room), area, max_heading_lines=1)
        if fitted is None:
            return None
        above = sides[place] and not one_sided
        flags.append(_TimelineCard(left + dots[place], left + lefts[place], above, *fitted))
    row = _TimelineRow(tuple(flags), width, tuple(left + place for place in breaks))
    return row if row.height_above + row.height_below <= room else None


def _fit_evenly_spaced_row(
    cards: Sequence[Card], sizes: tuple[float, float], area: _CardArea
) -> _TimelineRow | None:
    """Fit cards at equal distances, for events without dates in order.

    Return None if they do not fit.
    """
    left, _, across, height = area.region
    width = (across - _CARD_GAP * (len(cards) - 1)) / len(cards)
    flags = []
    for index, card in enumerate(cards):
        lines = 1 if card.date is not None else _MAX_NAME_LINES
        fitted = _fit_timeline_card(
            card, sizes, (width, height - _CARD_DISTANCE), area, max_heading_lines=lines
        )
        if fitted is None:
            return None
        at = left + index * (width + _CARD_GAP)
        flags.append(_TimelineCard(at, at, False, *fitted))
    return _TimelineRow(tuple(flags), width, is_evenly_spaced=True)


def _fit_timeline_card(
    card: Card,
    sizes: tuple[float, float],
    max_size: tuple[float, float],
    area: _CardArea,
    *,
    max_heading_lines: int,
) -> tuple[FittedText, float] | None:
    text = move_box(area.boxes[CARDS[0]], (0, 0, *max_size), (0.0,) * 4).text_area
    head: list[SizedPara] = [(make_card_heading(card.heading), sizes[0], max_heading_lines)]
    return fit_card(list_card_paragraphs(card, head, sizes[1], text), text, area.theme)


def _compose_timeline(row: _TimelineRow, area: _CardArea) -> Composition:
    left, top, across, height = area.region
    above = row.height_above
    reach_above = _CARD_DISTANCE if above else 0.0
    free = height - above - row.height_below - reach_above - _CARD_DISTANCE
    line = top + free * _FRACTION_ABOVE_TIMELINE + above + reach_above
    inset = 0.0 if row.is_evenly_spaced else _POLE_INSET
    where, ornaments = {}, list(_iter_line_ornaments(row, left, across, line))
    for flag, role in zip(row.cards, CARDS, strict=False):
        start = line - _CARD_DISTANCE - above if flag.is_above_line else line + _CARD_DISTANCE
        box = (flag.left + inset, start, row.width - inset, flag.height)
        where[role] = move_box(area.boxes[role], area.mirror_bounds(box), (0.0,) * 4)
        ornaments += [] if row.is_evenly_spaced else _list_pole_ornaments(flag, line, start)
    ornaments += [
        (
            Ornament.DOT,
            (
                flag.dot_x - _DOT_DIAMETER / 2 + (_DOT_DIAMETER / 2 if row.is_evenly_spaced else 0),
                line - _DOT_DIAMETER / 2,
                _DOT_DIAMETER,
                _DOT_DIAMETER,
            ),
        )
        for flag in row.cards
    ]
    return Composition(
        kind=SlideKindName.TIMELINE,
        texts={role: flag.text for flag, role in zip(row.cards, CARDS, strict=False)},
        boxes=where,
        ornaments=tuple((kind, area.mirror_bounds(box)) for kind, box in ornaments),
    )


def _iter_line_ornaments(
    row: _TimelineRow, left: float, length: float, line: float
) -> Iterator[tuple[Ornament, Bounds]]:
    if row.is_evenly_spaced:
        for flag in row.cards:
            yield Ornament.RULE, (flag.left, line - _RULE_THICKNESS / 2, row.width, _RULE_THICKNESS)
        return
    start = left
    for place in (*row.breaks, None):
        end = left + length if place is None else place - _BREAK_GAP / 2
        yield Ornament.RULE, (start, line - _RULE_THICKNESS / 2, end - start, _RULE_THICKNESS)
        if place is not None:
            start = place + _BREAK_GAP / 2
            for edge in (end, start):
                yield Ornament.POLE, (edge - _SLANT / 2, line + _SLANT * 1.4, _SLANT, -_SLANT * 2.8)


def _list_pole_ornaments(card: _TimelineCard, line: float, start: float) -> list[tuple[Ornament, Bounds]]:
    near = line - _CARD_DISTANCE if card.is_above_line else line + _CARD_DISTANCE
    far = start if card.is_above_line else start + card.height
    return [
        (Ornament.POLE, (card.dot_x, line, card.left - card.dot_x, near - line)),
        (Ornament.POLE, (card.left, near, 0.0, far - near)),
    ]
