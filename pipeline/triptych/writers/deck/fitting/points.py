"""Fit two to four points as fields of equal size, in larger type than a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.cards import (
    CARD_GAP,
    CARD_PADDING,
    MAX_CARDS,
    CardArea,
    FittedCard,
    SizedPara,
    compose_panels,
    divide_into_rows,
    fit_cards,
    make_card_heading,
    move_rows,
)
from triptych.writers.deck.fitting.composition import Composition, Ornament, PlaceholderBoxes
from triptych.writers.deck.fitting.fill import compute_fill
from triptych.writers.deck.fitting.line_breaking import measure_unbroken_text
from triptych.writers.deck.fitting.text import make_pieces
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.slides import Card, Para, Run, SlideKindName

_SIZES = (36.0, 32.0, 28.0, 26.0, 24.0, 22.0, 20.0)  # text sizes in points, largest first
_MAX_FIELD_SIZE = 32.0  # maximum text size without a panel
_MAX_LED_SIZE = 28.0  # maximum text size below a heading
_NUMBER_SIZE = 44.0  # size of the number above a point
_LEAD_IN_SIZE_RATIO = 1.15  # size of a lead-in above its text, as a multiple of the text size
_LEAD_IN_ENDS = ":.–—- \u00a0：．。"  # punctuation between a lead-in and its text
_GAP, _MAX_ROW_GAP = 26.0, 64.0  # points between fields, and the maximum between rows
# Fields without panels: minimum fraction of the frame that the text covers, and of its height.
_MIN_FILL, _MIN_EXTENT = 0.35, 0.55
_MAX_PANEL_PADDING = 86.0  # maximum padding above and below the text of panels in points
_RULE_THICKNESS, _RULE_DISTANCE = 1.5, 12.0  # points: the line above a field, and its distance to the text

_Fields: TypeAlias = Mapping[PlaceholderRole, FittedCard]


def fit_points(
    paras: Sequence[Para], boxes: PlaceholderBoxes, theme: Theme, *, rtl: bool
) -> Composition | None:
    """Fit two to four points as fields below thin lines, in the arrangement that fills the frame best.

    Short points, which would leave most of the frame empty, are on panels instead. A bold lead-in becomes the
    heading of its field. Return None for other text, for points with letters or brackets, or if the points do
    not fit.
    """
    if not 2 <= len(paras) <= MAX_CARDS or not all(map(_is_point, paras)):
        return None
    area = CardArea.from_boxes(boxes, theme, has_source=False, rtl=rtl)
    cards = _split_lead_ins(paras)
    grid = (2, 2) if len(paras) == MAX_CARDS else (len(paras),)

    def fit(size: float, counts: Sequence[int], gap: float, padding: float) -> _Fields | None:
        headings = [_list_headings(card, para, size) for card, para in zip(cards, paras, strict=True)]
        if (any(headings) and size > _MAX_LED_SIZE) or (not padding and size > _MAX_FIELD_SIZE):
            return None
        distance = 0.0 if padding else _RULE_DISTANCE
        bounds = [
            (left, top + distance, width, height - distance)
            for left, top, width, height in divide_into_rows(area, counts, gap)
        ]
        return fit_cards(cards, headings, size, bounds, area, padding)

    sizes = [size for size in _SIZES if size <= area.max_text_size]
    for size in sizes:
        candidates = (fit(size, counts, _GAP, 0.0) for counts in ((1,) * len(paras), grid))
        fields = max(filter(None, candidates), key=lambda each: _measure_fill(each, area), default=None)
        if (
            fields
            and _measure_fill(fields, area) >= _MIN_FILL
            and _measure_extent(fields, area) >= _MIN_EXTENT
        ):
            return _compose_fields(fields, area)
        if fields:
            break
    panels = (fit(size, grid, CARD_GAP, CARD_PADDING) for size in sizes)
    shown = next(filter(None, panels), None)
    return compose_panels(shown, area, _MAX_PANEL_PADDING) if shown else None


def _is_point(para: Para) -> bool:
    is_item = para.bullet or para.number is not None
    return is_item and bool(para.runs) and not para.level and para.style == "decimal" and not para.brackets


def _split_lead_ins(paras: Sequence[Para]) -> list[Card]:
    """Return the points as cards, with bold lead-ins as headings if all points have one."""
    cards = []
    for para in paras:
        lead_in, *rest = para.runs
        if para.number is not None or not lead_in.bold or not rest or rest[0].bold:
            return [Card(heading=(), paras=(para,)) for para in paras]
        heading = replace(lead_in, text=lead_in.text.rstrip(_LEAD_IN_ENDS), bold=False)
        first = replace(rest[0], text=rest[0].text.lstrip(_LEAD_IN_ENDS))
        cards.append(Card(heading=(heading,), paras=(replace(para, runs=(first, *rest[1:])),)))
    return cards


def _list_headings(card: Card, para: Para, size: float) -> list[SizedPara]:
    """Return the lead-in or the number of a point as the heading of its field, if it has one."""
    if card.heading:
        return [(make_card_heading(card.heading), round(size * _LEAD_IN_SIZE_RATIO), 2)]
    if para.number is None:
        return []
    return [(make_card_heading((Run(text=str(para.number)),)), _NUMBER_SIZE, 1)]


def _measure_fill(fields: _Fields, area: CardArea) -> float:
    """Return the fraction of the region that the lines of text cover."""
    boxes = []
    for field in fields.values():
        level = field.box.text_area.levels[0]
        widest = max(
            measure_unbroken_text(make_pieces(para.runs, replace(level, size=size), area.theme))
            for para, size in zip(field.text.paras, field.text.sizes, strict=True)
        )
        boxes.append((field.box.left, field.box.top, min(widest, field.box.width), field.height))
    return compute_fill(boxes, area.region)


def _measure_rows(fields: _Fields, area: CardArea) -> tuple[int, float, float]:
    """Return the number of rows, and the height of each and the gap between them in points."""
    row_count = len({field.box.top for field in fields.values()})
    height = max(field.height for field in fields.values())
    free = area.region[3] - row_count * (height + _RULE_DISTANCE)
    return row_count, height, min(_MAX_ROW_GAP, free / row_count) + _RULE_DISTANCE


def _measure_extent(fields: _Fields, area: CardArea) -> float:
    """Return the fraction of the region's height from the first line to the end of the last row."""
    row_count, height, gap = _measure_rows(fields, area)
    return (row_count * (height + gap) + _RULE_DISTANCE - gap) / area.region[3]


def _compose_fields(fields: _Fields, area: CardArea) -> Composition:
    """Compose fields of equal height, each below a line."""
    _, height, gap = _measure_rows(fields, area)
    left, top, width, region_height = area.region
    below_rules = replace(area, region=(left, top + _RULE_DISTANCE, width, region_height - _RULE_DISTANCE))
    boxes = move_rows(fields, below_rules, height, gap, (0.0,) * 4)
    rules = tuple(
        (Ornament.RULE, (box.left, box.top - _RULE_DISTANCE, box.width, _RULE_THICKNESS))
        for box in boxes.values()
    )
    return Composition(
        kind=SlideKindName.NUMBERS,
        texts={role: field.text for role, field in fields.items()},
        boxes=boxes,
        ornaments=rules,
    )
