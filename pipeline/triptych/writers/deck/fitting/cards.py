"""Fit cards: big numbers and short points side by side, and events on a timeline.

Big numbers have the same size on most slides of a deck. Events are spaced in proportion to time, and a
vertical line (pole) connects each event's dot with its card. Timelines are computed from left to right, and
mirrored for right-to-left decks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

from triptych.charts.labels import spread_labels
from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.columns import DoesNotFitError
from triptych.writers.deck.fitting.composition import (
    Composition,
    Ornament,
    PlaceholderBoxes,
    divide_box,
    find_region,
    move_box,
)
from triptych.writers.deck.fitting.fill import compute_fill
from triptych.writers.deck.fitting.line_breaking import balance_pages, measure_unbroken_text
from triptych.writers.deck.fitting.text import (
    Bounds,
    FittedText,
    Level,
    PlaceholderBox,
    TextArea,
    find_fitting_scale,
    get_run_size,
    make_pieces,
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
    join_run_text,
)

CARD_PARAGRAPH_SPACE = 6.0  # space in points between the paragraphs of a card
_LINE_HEIGHT = 1.25  # line height in em

SizedPara: TypeAlias = tuple[Para, float, int]
"""A paragraph, its size in points, and its maximum number of lines, which is 0 for no limit."""


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

    @property
    def max_text_size(self) -> float:
        """The maximum size of the text of cards in points."""
        return self.boxes[CARDS[0]].text_area.max_size

    def mirror_bounds(self, bounds: Bounds) -> Bounds:
        """Mirror a box horizontally within the area in right-to-left decks."""
        left, top, width, height = bounds
        return (
            (2 * self.region[0] + self.region[2] - left - width, top, width, height) if self.rtl else bounds
        )


def list_card_paragraphs(
    card: Card, heading: Sequence[SizedPara], size: float, area: TextArea
) -> list[SizedPara]:
    """Return the paragraphs of a card with their sizes: the heading, then the text at ``size`` points."""
    text_level = 1 if len(area.levels) > 1 and not area.levels[1].indent else 0
    text = (replace(para, bullet=False, number=None, level=text_level) for para in card.paras)
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
        card_area = replace(area, levels=tuple(levels))
        limit = (
            replace(card_area, height=measure_text_height((Para(runs=()),) * lines, card_area, theme) * 1.1)
            if lines
            else card_area
        )
        if para.runs and find_fitting_scale((para,), limit, theme, (size,)) is None:
            return None
        height += measure_text_height((para,), card_area, theme) + CARD_PARAGRAPH_SPACE
    if height > area.height:
        return None
    sizes = tuple(size for _, size, _ in paras)
    return FittedText(paras=tuple(para for para, *_ in paras), sizes=sizes), height


def get_exact_line_spacing(level: Level, size: float) -> float | None:
    """Return the line spacing in points at ``size`` points, or None if the layout sets a percentage."""
    return size * _LINE_HEIGHT if level.exact_line_spacing else None


def distribute_cards(
    cards: Sequence[Card], max_cards: int, fit: Callable[[Sequence[Card]], bool]
) -> list[Sequence[Card]] | None:
    """Distribute cards over as few slides as possible, evenly if possible.

    ``fit`` returns whether cards fit together on a slide, which has at most ``max_cards`` cards. Return the
    cards of each slide, or None if a card does not even fit alone on a slide.
    """
    groups: list[Sequence[Card]] = []
    start = 0
    while start < len(cards):
        candidate_ends = range(min(start + max_cards, len(cards)), start, -1)
        end = next((end for end in candidate_ends if fit(cards[start:end])), None)
        if end is None:
            return None
        groups.append(cards[start:end])
        start = end
    even_groups, start = [], 0
    for count in balance_pages([1.0] * len(cards), -(-len(cards) // len(groups))):
        even_groups.append(cards[start : start + count])
        start += count
    return even_groups if len(even_groups) == len(groups) and all(map(fit, even_groups)) else groups


_NUMBER_GAP, _PADDING = 18.0, 18.0  # points between cards, and from the edge of a card to its text
_MAX_NUMBERS = 4
# Sizes of numbers, largest first. At or above _MIN_COMFORTABLE_SIZE, a smaller number is better than a line
# break before its unit, or than an explanation below the first group of _TEXT_SIZES.
_NUMBER_SIZES = (96.0, 88.0, 80.0, 72.0, 66.0, 60.0, 54.0, 48.0, 44.0, 40.0, 36.0, 32.0, 28.0)
_MIN_COMFORTABLE_SIZE = 48.0
_MIN_NUMBER_SIZE = 24.0  # used only to avoid a slide with a single card
_MAX_SHARE_OF_SMALLER_NUMBERS = 1 / 3  # of a deck's slides; all others have numbers of the same size
_TEXT_SIZES = ((24.0, 22.0, 20.0), (18.0, 16.0, 14.0))  # sizes of explanations, largest first
_FRACTION_ABOVE_NUMBERS = 0.4  # fraction of the free height that is above the cards
_MAX_PADDING = 34.0  # maximum padding above and below the text of cards, where there is enough space
# A number with the words around it, such as "nearly 15.52 trillion yuan". Units follow after a space, except
# for ideographs.
_NUMBER_AND_UNIT = re.compile(
    r"((?:[^\W\d_]+\s+){0,2})"
    r"([^\w\s]{0,2}[^\W\d_]{0,3}[^\w\s]?\d[\d.,'’\u00a0\u202f]*(?:\s\d{3})*(?:\s?[%‰°])?\+?)"
    r"(?:(\s+|(?=[\u3040-\u9fff\uac00-\ud7af]))(\D+))?"
)


@dataclass(frozen=True, slots=True)
class NumberSize:
    """The size in points of a deck's big numbers."""

    size: float = _NUMBER_SIZES[0]


def find_number_size(
    bodies: Iterable[tuple[NumbersBody, PlaceholderBoxes]], theme: Theme, *, rtl: bool
) -> NumberSize:
    """Return the largest size at which the big numbers of most slides fit."""
    areas = (
        (body, _CardArea.from_boxes(places, theme, has_source=bool(body.source), rtl=rtl))
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
    area = _CardArea.from_boxes(boxes, theme, has_source=bool(body.source), rtl=rtl)
    groups = _group_number_cards(body.cards, area)
    if not groups:
        raise DoesNotFitError("text")
    slides = []
    for group in groups:
        # The space on this slide may be smaller than on the slides that determined the deck's size.
        group_size = min(size.size, _find_largest_number_size(group, area))
        slide = _fit_number_grid(group, group_size, area) or _fit_number_grid(group, _MIN_NUMBER_SIZE, area)
        assert slide is not None  # _group_number_cards returns groups that fit at the smallest size
        slides.append(slide)
    return slides


def _group_number_cards(cards: Sequence[Card], area: _CardArea) -> list[Sequence[Card]] | None:
    def distribute(size: float) -> list[Sequence[Card]] | None:
        max_cards = area.count_card_placeholders(_MAX_NUMBERS)
        return distribute_cards(
            cards, max_cards, lambda group: _fit_number_grid(group, size, area) is not None
        )

    groups = distribute(_NUMBER_SIZES[-1])
    if not groups or (
        len(groups) > 1 and min(map(len, groups)) == 1
    ):  # a smaller size is better than a slide with one card
        return distribute(_MIN_NUMBER_SIZE) or groups
    return groups


def _find_largest_number_size(cards: Sequence[Card], area: _CardArea) -> float:
    """Return the largest size at which big numbers fit.

    Explanations are small, and lines are broken before units, only if the numbers would be too small
    otherwise.
    """
    trials = (
        (size, has_line_breaks, text_sizes)
        for has_line_breaks, text_sizes, min_size in (
            (False, _TEXT_SIZES[:1], _MIN_COMFORTABLE_SIZE),
            (False, _TEXT_SIZES, _MIN_COMFORTABLE_SIZE),
            (True, _TEXT_SIZES, 0.0),
        )
        for size in _NUMBER_SIZES
        if size >= min_size
    )
    fitting = (
        size
        for size, has_line_breaks, text_sizes in trials
        if _fit_number_grid(cards, size, area, has_line_breaks=has_line_breaks, text_sizes=text_sizes)
    )
    return next(fitting, _MIN_NUMBER_SIZE)


def _fit_number_grid(
    cards: Sequence[Card],
    size: float,
    area: _CardArea,
    *,
    has_line_breaks: bool = True,
    text_sizes: Sequence[Sequence[float]] = _TEXT_SIZES,
) -> Composition | None:
    """Fit cards in a grid, with numbers of ``size`` points, and the explanations as large as possible.

    Return None if they do not fit. If ``has_line_breaks`` is true, a unit may be below its number, and
    numbers may have two lines.
    """
    heads: list[list[list[SizedPara]]] = [[[(_make_number_heading(card), size, 1)] for card in cards]]
    if has_line_breaks:
        heads += [
            _break_before_units(cards, size),
            [[(make_card_heading(card.heading), size, 2)] for card in cards],
        ]
    fitted_grids = (
        _fit_best_grid(cards, head, text_size, area)
        for head in heads
        for group in text_sizes
        for text_size in group
        if text_size <= area.max_text_size
    )
    return next(filter(None, fitted_grids), None)


def _fit_best_grid(
    cards: Sequence[Card],
    heads: Sequence[Sequence[SizedPara]],
    text_size: float,
    area: _CardArea,
    max_padding: float = _MAX_PADDING,
) -> Composition | None:
    """Fit cards in the arrangement that fills the frame best; return None if no arrangement has enough space.

    Four cards may be in two rows. Cards in one row have equal widths, or else widths in proportion to their
    headings.
    """

    def compose(*rows: list[Bounds]) -> Composition | None:
        bounds = [box for row in rows for box in row]
        pairs = zip(CARDS, bounds, strict=False)
        boxes = {role: move_box(area.boxes[role], box, (_PADDING,) * 4) for role, box in pairs}
        fitted = _fit_cards(cards, heads, text_size, boxes, area.theme)
        return _compose_cards(fitted, area, max_padding) if fitted else None

    def divide(region: Bounds, shares: Sequence[float]) -> list[Bounds]:
        return divide_box(region, shares, _NUMBER_GAP, rtl=area.rtl)

    grids = [compose(divide(area.region, [1.0] * len(cards)))]
    if grids[0] is None and all(heads) and (widths := _share_width(heads, area)):
        grids.append(compose(divide(area.region, widths)))
    if len(cards) == _MAX_NUMBERS:
        left, top, width, height = area.region
        high = (height - _NUMBER_GAP) / 2
        halves = ((left, row_top, width, high) for row_top in (top, top + high + _NUMBER_GAP))
        grids.append(compose(*(divide(half, (1.0, 1.0)) for half in halves)))
    return max(filter(None, grids), key=lambda slide: _measure_fill(slide, area), default=None)


def _share_width(heads: Sequence[Sequence[SizedPara]], area: _CardArea) -> list[float] | None:
    """Return card widths for headings of different lengths, or None if the headings are too long."""
    level = area.boxes[CARDS[0]].text_area.levels[0]
    widths = [
        max(
            measure_unbroken_text(make_pieces(para.runs, replace(level, size=size), area.theme))
            for para, size, _ in head
        )
        + 2 * _PADDING
        for head in heads
    ]
    free = area.region[2] - _NUMBER_GAP * (len(heads) - 1) - sum(widths)
    return [width + free / len(widths) for width in widths] if free >= 0 else None


def _measure_fill(slide: Composition, area: _CardArea) -> float:
    return compute_fill((box.bounds for box in slide.boxes.values()), area.region)


def _make_number_heading(card: Card) -> Para:
    """Return a card heading as one line, with the words around its number in small type."""
    parts = _split_number(card)
    if parts is None:
        return make_card_heading(card.heading)
    before, number, unit = parts
    small = replace(number, small=True)
    runs = (replace(small, text=before), number, replace(small, text=unit))
    return make_card_heading([run for run in runs if run.text])


def _split_number(card: Card) -> tuple[str, Run, str] | None:
    """Split a card heading into the words before its number, the number, and its unit.

    Return None if the heading is not a single number.
    """
    match = _NUMBER_AND_UNIT.fullmatch(join_run_text(card.heading).strip())
    if match is None:
        return None
    before, number, space, unit = match.groups(default="")
    return before, replace(card.heading[0], text=number), (space and "\u00a0") + unit


def _break_before_units(cards: Sequence[Card], size: float) -> list[list[SizedPara]]:
    """Return card headings with each unit on its own line.

    A heading without a unit gets an empty line, so that the text below is aligned.
    """
    heads: list[list[SizedPara]] = []
    for card in cards:
        parts = _split_number(card)
        number = (replace(parts[1], text=parts[0] + parts[1].text),) if parts else card.heading
        words = (Run(text=parts[2].strip()),) if parts and parts[2] else ()
        unit_size = round(get_run_size(Run(text="", small=True), size))
        heads.append([(make_card_heading(number), size, 1), (make_card_heading(words), unit_size, 1)])
    return heads


def _fit_cards(
    cards: Sequence[Card],
    headings: Sequence[Sequence[SizedPara]],
    size: float,
    boxes: PlaceholderBoxes,
    theme: Theme,
) -> dict[PlaceholderRole, tuple[FittedText, float, PlaceholderBox]] | None:
    texts = {}
    for card, head, (role, box) in zip(cards, headings, boxes.items(), strict=True):
        fitted = fit_card(list_card_paragraphs(card, head, size, box.text_area), box.text_area, theme)
        if fitted is None:
            return None
        texts[role] = (*fitted, box)
    return texts


def _compose_cards(
    fitted_texts: Mapping[PlaceholderRole, tuple[FittedText, float, PlaceholderBox]],
    area: _CardArea,
    max_padding: float,
) -> Composition:
    """Compose cards that are as high as the longest text, in rows slightly above the centre."""
    _, top, _, height = area.region
    tops = sorted({box.top for _, _, box in fitted_texts.values()})
    text_height = max(text_height for _, text_height, _ in fitted_texts.values()) - CARD_PARAGRAPH_SPACE
    free_row = (height - _NUMBER_GAP * (len(tops) - 1)) / len(tops) - text_height
    padding = min(max_padding, free_row / 2)
    high = text_height + 2 * padding
    first = top + (height - high * len(tops) - _NUMBER_GAP * (len(tops) - 1)) * _FRACTION_ABOVE_NUMBERS
    boxes = {}
    for role, (_, _, box) in fitted_texts.items():
        row_top = first + (high + _NUMBER_GAP) * tops.index(box.top)
        insets = (_PADDING, padding, _PADDING, 0.0)
        boxes[role] = move_box(box, (box.left, row_top, box.width, high), insets)
    return Composition(
        kind=SlideKindName.NUMBERS,
        texts={role: text for role, (text, _, _) in fitted_texts.items()},
        boxes=boxes,
        panels=frozenset(fitted_texts),
    )


_POINT_SIZES = (36.0, 32.0, 28.0, 26.0, 24.0, 22.0, 20.0)  # text sizes of points on cards, largest first
_POINT_NUMBER_SIZE = 44.0  # size of the number above a point
_MAX_POINT_PADDING = 82.0  # maximum padding above and below the text of points


def fit_points(
    paras: Sequence[Para], boxes: PlaceholderBoxes, theme: Theme, *, rtl: bool
) -> Composition | None:
    """Fit two to four short points on cards, in larger type than a list.

    Return None for other text, for points with letters or brackets, or if the points do not fit.
    """
    if not 2 <= len(paras) <= _MAX_NUMBERS or not all(map(_is_point, paras)):
        return None
    area = _CardArea.from_boxes(boxes, theme, has_source=False, rtl=rtl)
    cards = [Card(heading=(), paras=(para,)) for para in paras]
    heads = [_list_point_heading(para) for para in paras]
    sizes = (size for size in _POINT_SIZES if size <= area.max_text_size)
    grids = (_fit_best_grid(cards, heads, size, area, _MAX_POINT_PADDING) for size in sizes)
    return next(filter(None, grids), None)


def _is_point(para: Para) -> bool:
    is_item = para.bullet or para.number is not None
    return is_item and bool(para.runs) and not para.level and para.style == "decimal" and not para.brackets


def _list_point_heading(para: Para) -> list[SizedPara]:
    """Return the number of a point as the heading of its card, or nothing for a point with a bullet."""
    if para.number is None:
        return []
    return [(make_card_heading((Run(text=str(para.number)),)), _POINT_NUMBER_SIZE, 1)]


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
_CARD_DISTANCE = 30.0  # points from the timeline to the nearest cards
# Points: thickness of the line, diameter of the dots, thickness of poles.
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
    area = _CardArea.from_boxes(boxes, theme, has_source=bool(body.source), rtl=rtl)

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
    cards: Sequence[Card], sizes: tuple[float, float], area: _CardArea
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
    area: _CardArea,
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
    flags: list[_TimelineCard] = []
    for place, card in enumerate(cards):
        fitted = _fit_timeline_card(
            card, sizes, (width - _POLE_INSET, max_card_height), area, max_heading_lines=1
        )
        if fitted is None:
            return None
        above = sides[place] and not one_sided
        flags.append(_TimelineCard(left + dots[place], left + lefts[place], above, *fitted))
    row = _TimelineRow(tuple(flags), width, tuple(left + place for place in breaks))
    return row if row.height_above + row.height_below <= max_card_height else None


def _fit_evenly_spaced_row(
    cards: Sequence[Card], sizes: tuple[float, float], area: _CardArea
) -> _TimelineRow | None:
    """Fit cards at equal distances, for events without dates in order.

    Return None if they do not fit.
    """
    left, _, region_width, height = area.region
    width = (region_width - _CARD_GAP * (len(cards) - 1)) / len(cards)
    flags = []
    for index, card in enumerate(cards):
        lines = 1 if card.date is not None else _MAX_NAME_LINES
        fitted = _fit_timeline_card(
            card, sizes, (width, height - _CARD_DISTANCE), area, max_heading_lines=lines
        )
        if fitted is None:
            return None
        card_left = left + index * (width + _CARD_GAP)
        flags.append(_TimelineCard(card_left, card_left, False, *fitted))
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
    left, top, region_width, height = area.region
    above = row.height_above
    reach_above = _CARD_DISTANCE if above else 0.0
    free = height - above - row.height_below - reach_above - _CARD_DISTANCE
    line = top + free * _FRACTION_ABOVE_TIMELINE + above + reach_above
    inset = 0.0 if row.is_evenly_spaced else _POLE_INSET
    card_boxes, ornaments = {}, list(_iter_line_ornaments(row, left, region_width, line))
    for flag, role in zip(row.cards, CARDS, strict=False):
        start = line - _CARD_DISTANCE - above if flag.is_above_line else line + _CARD_DISTANCE
        box = (flag.left + inset, start, row.width - inset, flag.height)
        card_boxes[role] = move_box(area.boxes[role], area.mirror_bounds(box), (0.0,) * 4)
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
        boxes=card_boxes,
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
    pole_end = line - _CARD_DISTANCE if card.is_above_line else line + _CARD_DISTANCE
    card_end = start if card.is_above_line else start + card.height
    return [
        (Ornament.POLE, (card.dot_x, line, card.left - card.dot_x, pole_end - line)),
        (Ornament.POLE, (card.left, pole_end, 0.0, card_end - pole_end)),
    ]
