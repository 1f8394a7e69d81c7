"""Improve the boxes of an author's layout: the title's height and left edge, and the height of the content.

All lengths are in points. Only the empty space of a layout is used, away from its decoration and footers.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

from triptych.ooxml.inheritance import TITLE_TYPES
from triptych.theme.colours import compute_contrast_ratio
from triptych.writers.deck.fitting.composition import find_bounding_sides, move_box
from triptych.writers.deck.fitting.text import PlaceholderBox, Sides
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.pptx.exports import SlideLayout
from triptych.writers.deck.pptx.package import get_element
from triptych.writers.deck.template.backgrounds import (
    LayoutColours,
    find_line_below,
    has_decoration,
    is_overlapping,
)
from triptych.writers.deck.template.placeholders import LayoutPlaceholder

_OPENING_TYPES = ("title", "secHead")
_STEP = 4.0  # step in which edges move
_DISTANCE = 12.0  # minimum distance from content to a title, a footer or decoration
_BOTTOM_MARGIN = 0.06  # minimum distance from content to the bottom edge, as a fraction of the slide's height
_MIN_GAIN = 8.0  # a smaller increase in height is not worth a position of its own
_MAX_BACKGROUND_CONTRAST = 1.25  # contrast up to which two colours are the same background
# A title needs two lines of this size. It moves only if it keeps this fraction of the content's height, and
# if this fraction of its new area is empty.
_TITLE_SIZE, _TITLE_LINES, _LINE_HEIGHT = 24.0, 2, 1.2
_MIN_CONTENT_FRACTION, _MIN_EMPTY_FRACTION = 0.7, 0.4
_MAX_INDENT = 0.1  # maximum distance that a title's left edge moves, as a fraction of the slide's width
_MIN_INDENT = 2.0  # the same text may start this far from the left edge of other text
_SAME_COLUMN_FRACTION, _MAX_COLUMN_GAP = 0.9, 36.0
# Fraction of a title slide's area for the text below the title, and the distance between them.
_TEXT_FRACTION, _TEXT_DISTANCE = 0.4, 8.0


def improve_areas(
    placeholders: Sequence[LayoutPlaceholder],
    layout: SlideLayout,
    layout_colours: LayoutColours,
    footers: Sequence[PlaceholderBox],
) -> Sequence[LayoutPlaceholder]:
    """Return a content layout's placeholders with better boxes.

    Content extends down to the footers. A title limited to one line by a line below it moves below that line,
    if there is space above the content. A title starts at the same left edge as the content. Layouts without
    content below a title remain unchanged.
    """
    titles = [placeholder for placeholder in placeholders if placeholder.kind in TITLE_TYPES]
    others = [placeholder for placeholder in placeholders if placeholder.kind not in TITLE_TYPES]
    is_content = bool(titles and others) and get_element(layout).get("type") not in _OPENING_TYPES
    if not is_content or any(other.box.top < titles[0].box.bottom - 1 for other in others):
        return placeholders
    title = titles[0]
    title_box = title.box
    boxes = _extend_content([other.box for other in others], layout, layout_colours, footers)
    if moved := _move_title(title, boxes, layout, layout_colours):
        title_box, boxes = moved
    title_box = _align_left_edge(title, title_box, boxes, layout_colours)
    new_boxes = {
        title.index: title_box,
        **{other.index: box for other, box in zip(others, boxes, strict=True)},
    }
    return [
        placeholder
        if (box := new_boxes.get(placeholder.index, placeholder.box)) == placeholder.box
        else replace(placeholder, box=box, is_moved=True)
        for placeholder in placeholders
    ]


def _extend_content(
    boxes: Sequence[PlaceholderBox],
    layout: SlideLayout,
    layout_colours: LayoutColours,
    footers: Sequence[PlaceholderBox],
) -> list[PlaceholderBox]:
    """Extend the lowest boxes downwards to the footers, decoration or bottom margin."""
    left, _, right, lowest = find_bounding_sides(boxes)
    background = layout_colours.find_colours((left, lowest - _STEP, right, lowest))[0]
    bottom, end = lowest, layout_colours.slide_size[1] * (1 - _BOTTOM_MARGIN)

    def is_free(new_bottom: float) -> bool:
        strip = (left, lowest, right, new_bottom + _DISTANCE)
        return _is_empty(strip, layout, layout_colours, background) and not any(
            is_overlapping(strip, footer.sides) for footer in footers
        )

    while bottom + _STEP <= end and is_free(bottom + _STEP):
        bottom += _STEP
    if bottom - lowest < _MIN_GAIN:
        return list(boxes)
    return [
        move_box(box, (box.left, box.top, box.width, bottom - box.top))
        if box.bottom > lowest - _STEP
        else box
        for box in boxes
    ]


def _move_title(
    title: LayoutPlaceholder,
    boxes: Sequence[PlaceholderBox],
    layout: SlideLayout,
    layout_colours: LayoutColours,
) -> tuple[PlaceholderBox, list[PlaceholderBox]] | None:
    """Move a title below the line that limits it to one line of text, and the content further down.

    Return the boxes of the title and the content, or None if the title remains in its place.
    """
    box = title.box
    line = find_line_below(layout, box)
    size = min(_TITLE_SIZE, box.text_area.levels[0].size)
    height = _TITLE_LINES * _LINE_HEIGHT * size + box.insets[1] + box.insets[3]
    if line == math.inf or line - box.top >= height or layout_colours.has_fill(title.chain):
        return None
    left, top, right, bottom = find_bounding_sides(boxes)
    background = layout_colours.find_colours((left, top, right, top + _STEP))[0]
    start = line
    while start < top and not _is_empty((left, start, right, top), layout, layout_colours, background):
        start += _STEP
    shift = start + height + _DISTANCE - top
    if shift > (1 - _MIN_CONTENT_FRACTION) * (bottom - top) or top - start < _MIN_EMPTY_FRACTION * height:
        return None
    content = [_push_down(placeholder_box, max(0.0, shift), boxes) for placeholder_box in boxes]
    return move_box(box, (left, start, right - left, height)), content


def _push_down(box: PlaceholderBox, shift: float, boxes: Sequence[PlaceholderBox]) -> PlaceholderBox:
    """Move the top edge of a box down by ``shift``, and the bottom edge as well if a box is below it."""
    has_box_below = any(
        other.top >= box.bottom - 1 and min(other.right, box.right) > max(other.left, box.left)
        for other in boxes
    )
    return move_box(box, (box.left, box.top + shift, box.width, box.height - (0 if has_box_below else shift)))


def _align_left_edge(
    title: LayoutPlaceholder,
    box: PlaceholderBox,
    boxes: Sequence[PlaceholderBox],
    layout_colours: LayoutColours,
) -> PlaceholderBox:
    """Move a title's left edge to the right, so that its text starts where the content starts."""
    alignment = title.levels[0].get("algn") or "l"
    indent = min(other.left + other.insets[0] for other in boxes) - box.left - box.insets[0]
    max_indent = _MAX_INDENT * layout_colours.slide_size[0]
    if (
        alignment != "l"
        or title.levels[0].get("rtl") in ("1", "true")
        or not _MIN_INDENT < indent <= max_indent
        or layout_colours.has_fill(title.chain)
    ):
        return box
    return move_box(box, (box.left + indent, box.top, box.width - indent, box.height))


def _is_empty(sides: Sides, layout: SlideLayout, layout_colours: LayoutColours, background: str) -> bool:
    """Return whether an area has the background colour and no decoration."""
    return not has_decoration(layout, sides) and all(
        compute_contrast_ratio(background, colour) <= _MAX_BACKGROUND_CONTRAST
        for colour in layout_colours.find_colours(sides)
    )


def order_heading_texts(
    boxes: Mapping[PlaceholderRole, PlaceholderBox],
) -> dict[PlaceholderRole, PlaceholderBox]:
    """Return new boxes for the title and the text of a title slide whose text is above the title.

    Boxes that are close together change places. Otherwise, title and text share the larger box. Return {} if
    the title is above the text or there is no text.
    """
    title = boxes[PlaceholderRole.TITLE]
    role = next((role for role in (PlaceholderRole.SUBTITLE, PlaceholderRole.BODY) if role in boxes), None)
    if role is None or boxes[role].bottom > title.top + title.height / 2:
        return {}
    text = boxes[role]
    left, top, right, bottom = find_bounding_sides((title, text))
    common_width = min(title.right, text.right) - max(title.left, text.left)
    if common_width >= _SAME_COLUMN_FRACTION * (right - left) and title.top - text.bottom <= _MAX_COLUMN_GAP:
        text_height = text.height
    else:
        left, top, right, bottom = max((title, text), key=lambda box: box.width * box.height).sides
        text_height = (bottom - top) * _TEXT_FRACTION
    width, text_top = right - left, bottom - text_height
    title_bounds = (left, top, width, text_top - _TEXT_DISTANCE - top)
    return {
        PlaceholderRole.TITLE: replace(move_box(title, title_bounds), max_growth=0.0),
        role: move_box(text, (left, text_top, width, text_height)),
    }
