"""Fit events on a timeline.

Events are spaced in proportion to time, and a vertical line (pole) connects each event's dot with its card.
Timelines are computed from left to right, and mirrored for right-to-left decks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from triptych.charts.labels import spread_labels
from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.cards import (
    CardArea,
    SizedPara,
    distribute_cards,
    fit_card,
    list_card_paragraphs,
    make_card_heading,
)
from triptych.writers.deck.fitting.columns import DoesNotFitError
from triptych.writers.deck.fitting.composition import Composition, Ornament, PlaceholderBoxes, move_box
from triptych.writers.deck.fitting.text import Bounds, FittedText
from triptych.writers.deck.kinds import CARDS
from triptych.writers.deck.slides import Card, SlideKindName, TimelineBody

_MAX_EVENTS = 6  # maximum number of events on a slide
_MAX_ONE_SIDED_EVENTS = 3  # maximum number of events with all cards below the timeline
# Sizes in points of dates and of their events, largest first.
_TIMELINE_SIZES = (
    (40.0, 28.0),
    (36.0, 26.0),
    (32.0, 24.0),
    (28.0, 24.0),
    (26.0, 22.0),
    (24.0, 20.0),
    (22.0, 18.0),
    (20.0, 16.0),
    (18.0, 16.0),
    (16.0, 14.0),
)
# Card widths to try, in points.
_CARD_WIDTHS = (130.0, 150.0, 170.0, 190.0, 215.0, 245.0, 280.0, 330.0, 400.0)
_CARD_GAP = 14.0  # points between neighbouring cards
_POLE_INSET = 9.0  # points from a pole to the text of its card
_CARD_DISTANCE, _MAX_CARD_DISTANCE = 36.0, 64.0  # points from the timeline to the nearest cards
# Thickness of the line, diameter of the dots and thickness of the poles, in points.
_RULE_THICKNESS, _DOT_DIAMETER, _POLE = 1.5, 11.0, 1.0
# The timeline may be broken if a card is farther than this from its dot, or if two dots are closer.
_MAX_CARD_OFFSET, _MIN_DOT_DISTANCE = 150.0, 22.0
_FRACTION_ABOVE_TIMELINE = 0.42  # share of the free height that is above all cards
_BREAK, _BREAK_GAP, _SLANT = 64.0, 7.0, 5.0  # points: length of a break, and size of the break symbol
# A gap is replaced with a break if long gaps fill this fraction of the timeline and are this many times
# longer than the next one.
_FILLED_FRACTION, _LENGTH_RATIO = 0.6, 4.0
_MAX_NAME_LINES = 2  # maximum number of lines of a heading that is not a date


def fit_timeline(
    body: TimelineBody, boxes: PlaceholderBoxes, theme: Theme, *, rtl: bool
) -> list[Composition]:
    """Fit up to six events per slide, in proportion to time if all have dates in ascending order.

    Raise ``DoesNotFitError`` if an event does not even fit alone on a slide.
    """
    area = CardArea.from_boxes(boxes, theme, has_source=bool(body.source), rtl=rtl)

    def fits(cards: Sequence[Card]) -> bool:
        return _fit_timeline_row(cards, _TIMELINE_SIZES[-1], area) is not None

    groups = distribute_cards(body.cards, area.count_card_placeholders(_MAX_EVENTS), fits)
    if not groups:
        raise DoesNotFitError("text")
    for sizes in (pair for pair in _TIMELINE_SIZES if pair[1] <= area.max_text_size):
        rows = [_fit_timeline_row(group, sizes, area) for group in groups]
        if all(rows):
            break
    return [_compose_timeline(row, area) for row in rows if row]


@dataclass(frozen=True, slots=True)
class _TimelineCard:
    """A fitted timeline card.

    ``dot_x`` is the x position of its dot, and ``left`` that of its left edge. All lengths are in points.
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
        return max((card.height for card in self.cards if card.is_above_line), default=0.0)

    @property
    def height_below(self) -> float:
        """The height of the tallest card below the line."""
        return max((card.height for card in self.cards if not card.is_above_line), default=0.0)

    @property
    def min_distance(self) -> float:
        """The smallest distance between neighbouring dots."""
        return min(after.dot_x - before.dot_x for before, after in pairwise(self.cards))

    @property
    def max_offset(self) -> float:
        """The largest horizontal distance between a dot and the left edge of its card."""
        return max(abs(card.dot_x - card.left) for card in self.cards)


def find_gaps_to_break(gaps: Sequence[float]) -> frozenset[int]:
    """Return the indices of the gaps between dates that are too long in proportion to the others.

    >>> sorted(find_gaps_to_break([450, 10, 10]))
    [0]
    >>> sorted(find_gaps_to_break([20, 18, 12, 3, 2]))
    []
    """
    order = sorted(range(len(gaps)), key=lambda place: -gaps[place])
    for count in range(1, len(order)):
        longest_gaps, rest = order[:count], gaps[order[count]]
        if rest and sum(gaps[place] for place in longest_gaps) >= _FILLED_FRACTION * sum(gaps):
            return frozenset(longest_gaps) if gaps[longest_gaps[-1]] >= _LENGTH_RATIO * rest else frozenset()
    return frozenset()


def locate_dates(
    dates: Sequence[float], length: float, *, with_breaks: bool
) -> tuple[list[float], list[float]]:
    """Return the positions in points of dates and breaks on a timeline of ``length`` points.

    Distances are in proportion to time. If ``with_breaks`` is true, long gaps are replaced with breaks of a
    fixed width; the second list has the centres of these breaks.
    """
    gaps = [after - before for before, after in pairwise(dates)]
    broken_gaps = find_gaps_to_break(gaps) if with_breaks else frozenset()
    true = sum(gap for index, gap in enumerate(gaps) if index not in broken_gaps)
    scale = (length - _BREAK * len(broken_gaps)) / true
    places, breaks = [0.0], []
    for index, gap in enumerate(gaps):
        step = _BREAK if index in broken_gaps else gap * scale
        breaks += [places[-1] + step / 2] if index in broken_gaps else []
        places.append(places[-1] + step)
    return places, breaks


def _fit_timeline_row(
    cards: Sequence[Card], sizes: tuple[float, float], area: CardArea
) -> _TimelineRow | None:
    """Fit the cards of a timeline slide close to their dots.

    Return None if they do not fit.
    """
    known_dates = [card.date for card in cards if card.date is not None]
    timed = (
        len(known_dates) == len(cards) > 1
        and known_dates == sorted(known_dates)
        and known_dates[0] < known_dates[-1]
    )
    if not timed:
        return _fit_evenly_spaced_row(cards, sizes, area)
    best: _TimelineRow | None = None
    for one_sided in (True, False) if len(cards) <= _MAX_ONE_SIDED_EVENTS else (False,):
        for breaking in (False, True):
            for width in _CARD_WIDTHS:
                dots, breaks = locate_dates(known_dates, area.region[2] - width, with_breaks=breaking)
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
    area: CardArea,
    *,
    one_sided: bool,
) -> _TimelineRow | None:
    """Fit cards of ``width`` points beside the poles of their dots.

    Return None if they do not fit.
    """
    left, _, region_width, height = area.region
    sides = [one_sided] * len(cards) if one_sided else [place % 2 == 0 for place in range(len(cards))]
    lefts = [0.0] * len(cards)
    for side in set(sides):
        members = [place for place, card_side in enumerate(sides) if card_side is side]
        if len(members) * (width + _CARD_GAP) - _CARD_GAP > region_width:
            return None
        targets = [dots[place] + (width + _CARD_GAP) / 2 for place in members]
        centres = spread_labels(targets, [width + _CARD_GAP] * len(members), 0.0, region_width + _CARD_GAP)
        for place, centre in zip(members, centres, strict=True):
            lefts[place] = centre - (width + _CARD_GAP) / 2
    max_card_height = height - _CARD_DISTANCE if one_sided else height - 2 * _CARD_DISTANCE
    fitted_cards: list[_TimelineCard] = []
    for place, card in enumerate(cards):
        fitted = _fit_timeline_card(
            card, sizes, (width - _POLE_INSET, max_card_height), area, max_heading_lines=1
        )
        if fitted is None:
            return None
        above = sides[place] and not one_sided
        fitted_cards.append(_TimelineCard(left + dots[place], left + lefts[place], above, *fitted))
    row = _TimelineRow(tuple(fitted_cards), width, tuple(left + place for place in breaks))
    return row if row.height_above + row.height_below <= max_card_height else None


def _fit_evenly_spaced_row(
    cards: Sequence[Card], sizes: tuple[float, float], area: CardArea
) -> _TimelineRow | None:
    """Fit evenly spaced cards, for events that have no dates or are not in the order of their dates.

    Return None if they do not fit.
    """
    left, _, region_width, height = area.region
    width = (region_width - _CARD_GAP * (len(cards) - 1)) / len(cards)
    fitted_cards = []
    for index, card in enumerate(cards):
        lines = 1 if card.date is not None else _MAX_NAME_LINES
        fitted = _fit_timeline_card(
            card, sizes, (width, height - _CARD_DISTANCE), area, max_heading_lines=lines
        )
        if fitted is None:
            return None
        card_left = left + index * (width + _CARD_GAP)
        fitted_cards.append(_TimelineCard(card_left, card_left, False, *fitted))
    return _TimelineRow(tuple(fitted_cards), width, is_evenly_spaced=True)


def _fit_timeline_card(
    card: Card,
    sizes: tuple[float, float],
    max_size: tuple[float, float],
    area: CardArea,
    *,
    max_heading_lines: int,
) -> tuple[FittedText, float] | None:
    text = move_box(area.boxes[CARDS[0]], (0, 0, *max_size), (0.0,) * 4).text_area
    head: list[SizedPara] = [(make_card_heading(card.heading), sizes[0], max_heading_lines)]
    return fit_card(list_card_paragraphs(card, head, sizes[1], text), text, area.theme)


def _compose_timeline(row: _TimelineRow, area: CardArea) -> Composition:
    left, top, region_width, height = area.region
    above = row.height_above
    sides = 2 if above else 1
    free = height - above - row.height_below - sides * _CARD_DISTANCE
    max_distance = _CARD_DISTANCE if row.is_evenly_spaced else _MAX_CARD_DISTANCE
    distance = min(max_distance, _CARD_DISTANCE + free / 4)
    free -= sides * (distance - _CARD_DISTANCE)
    reach_above = distance if above else 0.0
    line = top + free * _FRACTION_ABOVE_TIMELINE + above + reach_above
    inset = 0.0 if row.is_evenly_spaced else _POLE_INSET
    card_boxes, ornaments = {}, list(_iter_line_ornaments(row, left, region_width, line))
    for card, role in zip(row.cards, CARDS, strict=False):
        start = line - distance - above if card.is_above_line else line + distance
        box = (card.left + inset, start, row.width - inset, card.height)
        card_boxes[role] = move_box(area.boxes[role], area.mirror_bounds(box), (0.0,) * 4)
        ornaments += [] if row.is_evenly_spaced else _list_pole_ornaments(card, line, start, distance)
    ornaments += [
        (
            Ornament.DOT,
            (
                card.dot_x - _DOT_DIAMETER / 2 + (_DOT_DIAMETER / 2 if row.is_evenly_spaced else 0),
                line - _DOT_DIAMETER / 2,
                _DOT_DIAMETER,
                _DOT_DIAMETER,
            ),
        )
        for card in row.cards
    ]
    return Composition(
        kind=SlideKindName.TIMELINE,
        texts={role: card.text for card, role in zip(row.cards, CARDS, strict=False)},
        boxes=card_boxes,
        ornaments=tuple((kind, area.mirror_bounds(box)) for kind, box in ornaments),
    )


def _iter_line_ornaments(
    row: _TimelineRow, left: float, length: float, line: float
) -> Iterator[tuple[Ornament, Bounds]]:
    if row.is_evenly_spaced:
        for card in row.cards:
            yield Ornament.RULE, (card.left, line - _RULE_THICKNESS / 2, row.width, _RULE_THICKNESS)
        return
    start = left
    for place in (*row.breaks, None):
        end = left + length if place is None else place - _BREAK_GAP / 2
        yield Ornament.RULE, (start, line - _RULE_THICKNESS / 2, end - start, _RULE_THICKNESS)
        if place is not None:
            start = place + _BREAK_GAP / 2
            for edge in (end, start):
                yield Ornament.POLE, (edge - _SLANT / 2, line + _SLANT * 1.4, _SLANT, -_SLANT * 2.8)


def _list_pole_ornaments(
    card: _TimelineCard, line: float, start: float, distance: float
) -> list[tuple[Ornament, Bounds]]:
    pole_end = line - distance if card.is_above_line else line + distance
    card_end = start if card.is_above_line else start + card.height
    return [
        (Ornament.POLE, (card.dot_x, line, card.left - card.dot_x, pole_end - line)),
        (Ornament.POLE, (card.left, pole_end, 0.0, card_end - pole_end)),
    ]
