"""Fit the text of cards: small fields of a slide, each with a heading and text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.composition import (
    Composition,
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
    PlaceholderBox,
    Sides,
    TextArea,
    drop_reserves,
    find_fitting_scale,
    lengthen_last_line,
    measure_text_height,
)
from triptych.writers.deck.kinds import CARDS, PlaceholderRole
from triptych.writers.deck.slides import Card, Para, Run, SlideKindName

MAX_CARDS = 4
"""The maximum number of big numbers, or of points on cards, on a slide."""
CARD_GAP, CARD_PADDING = 18.0, 20.0
"""Points between cards on panels, and from the left and right edges of a panel to its text."""
_MIN_PADDING = 8.0  # minimum padding below the text of a card in points, in any font

FRACTION_ABOVE = 0.4
"""Fraction of the free height that is above cards and columns on panels."""
CARD_PARAGRAPH_SPACE = 6.0  # space in points between the paragraphs of a card
_LINE_HEIGHT = 1.25  # line height in em

SizedPara: TypeAlias = tuple[Para, float, int]
"""A paragraph, its size in points, and its maximum number of lines, which is 0 for no limit."""


@dataclass(frozen=True, slots=True)
class CardArea:
    """The region of a slide for cards, and the placeholder boxes whose text properties the cards use."""

    region: Bounds
    boxes: PlaceholderBoxes
    theme: Theme
    rtl: bool

    @classmethod
    def from_boxes(cls, boxes: PlaceholderBoxes, theme: Theme, *, has_source: bool, rtl: bool) -> CardArea:
        """Return the area of the card placeholders, extended over the box of a missing source line."""
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
        card_area = _set_text_size(area, size)
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


def _set_text_size(area: TextArea, size: float) -> TextArea:
    """Return an area for a paragraph of a card, with text of ``size`` points on all levels."""
    levels = (
        replace(
            level,
            size=size,
            space_before=0.0,
            exact_line_spacing=get_exact_line_spacing(level, size) or 0.0,
        )
        for level in area.levels
    )
    return replace(area, levels=tuple(levels))


def _lengthen_last_lines(text: FittedText, area: TextArea, theme: Theme) -> FittedText:
    areas = (_set_text_size(area, size) for size in text.sizes)
    paras = (
        lengthen_last_line(para, own_area, theme, max_height=measure_text_height((para,), own_area, theme))
        for para, own_area in zip(text.paras, areas, strict=True)
    )
    return replace(text, paras=tuple(paras))


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


@dataclass(frozen=True, slots=True)
class FittedCard:
    """The text of a card in its box.

    ``height`` is that of the text in points, in the widest and tallest font that may replace the theme's
    font, and ``own_height`` its height in the theme's font.
    """

    text: FittedText
    box: PlaceholderBox
    height: float
    own_height: float


def fit_cards(
    cards: Sequence[Card],
    headings: Sequence[Sequence[SizedPara]],
    size: float,
    bounds: Sequence[Bounds],
    area: CardArea,
    padding: float = 0.0,
) -> dict[PlaceholderRole, FittedCard] | None:
    """Fit each card into its box, with text of ``size`` points.

    ``padding`` is the distance in points from the edges of a card to its text. Return None if a card does not
    fit.
    """
    fitted_cards = {}
    for card, heading, box_bounds, role in zip(cards, headings, bounds, CARDS, strict=False):
        box = move_box(area.boxes[role], box_bounds, (padding,) * 4)
        paras = list_card_paragraphs(card, heading, size, box.text_area)
        fitted = fit_card(paras, box.text_area, area.theme)
        if fitted is None:
            return None
        own = fit_card(paras, *drop_reserves(box.text_area, area.theme))
        own_height = own[1] if own else fitted[1]
        text, height = fitted
        text = _lengthen_last_lines(text, box.text_area, area.theme)
        space = CARD_PARAGRAPH_SPACE
        fitted_cards[role] = FittedCard(text, box, height - space, own_height - space)
    return fitted_cards


def divide_into_rows(area: CardArea, counts: Sequence[int], gap: float) -> list[Bounds]:
    """Divide the region of cards into rows of equal height, each with a number of equal columns.

    ``gap`` is the distance in points between rows and between columns.
    """
    left, top, width, height = area.region
    high = (height - gap * (len(counts) - 1)) / len(counts)
    return [
        bounds
        for row, count in enumerate(counts)
        for bounds in divide_box(
            (left, top + row * (high + gap), width, high), [1.0] * count, gap, rtl=area.rtl
        )
    ]


def move_rows(
    cards: Mapping[PlaceholderRole, FittedCard], area: CardArea, height: float, gap: float, insets: Sides
) -> dict[PlaceholderRole, PlaceholderBox]:
    """Return the boxes of cards that are ``height`` points high, in rows slightly above the centre."""
    tops = sorted({card.box.top for card in cards.values()})
    _, top, _, region_height = area.region
    total = len(tops) * (height + gap) - gap
    first = top + (region_height - total) * FRACTION_ABOVE
    return {
        role: move_box(
            card.box,
            (card.box.left, first + (height + gap) * tops.index(card.box.top), card.box.width, height),
            insets,
        )
        for role, card in cards.items()
    }


def compose_panels(
    cards: Mapping[PlaceholderRole, FittedCard], area: CardArea, max_padding: float
) -> Composition:
    """Compose cards on panels that end with the longest text.

    ``max_padding`` is the maximum padding above and below it in points.
    """
    row_count = len({card.box.top for card in cards.values()})
    max_height = (area.region[3] - CARD_GAP * (row_count - 1)) / row_count
    text_height = max(card.height for card in cards.values())
    own_height = max(card.own_height for card in cards.values())
    padding = min(max_padding, (max_height - text_height) / 2)
    # Text that is higher in a fallback font may use the padding below it.
    height = max(own_height + 2 * padding, text_height + padding + min(padding, _MIN_PADDING))
    insets = (CARD_PADDING, padding, CARD_PADDING, 0.0)
    return Composition(
        kind=SlideKindName.NUMBERS,
        texts={role: card.text for role, card in cards.items()},
        boxes=move_rows(cards, area, height, CARD_GAP, insets),
        panels=frozenset(cards),
    )
