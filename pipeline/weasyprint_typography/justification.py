"""Justified lines of Chinese, Japanese and Thai: where the room goes that is left, or lacking.

WeasyPrint widens spaces alone, and these scripts have few or none. Room is added first at spaces, then
between Eastern and Western characters, then between Eastern ones, as much as is hardly seen, and what is
still left at all of these places; but none behind an opening mark or before a closing one. Where room is
lacking, spaces and gaps give some, and marks of their blank halves (W3C, Requirements for Japanese Text
Layout, 3.8, and for Chinese, 3.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any, NamedTuple

from weasyprint_typography.eastern_text import gaps_of, hangs_at_end, hangs_at_start, share_room
from weasyprint_typography.engine import patch
from weasyprint_typography.line_breaking import SHRINK, WIDEN
from weasyprint_typography.measuring import KEPT, character_width, count_glyphs
from weasyprint_typography.plans import is_eastern, is_justified, measure_of, restore_text_width

ROOMS = "typography_rooms"  # what is kept with the engine's texts: room behind a character, by its byte


def spread_line(line: Any, room: float) -> None:
    """Add room, or take it, between the characters of a line, in CSS pixels."""
    places = list(_characters(line))
    em = line.style["font_size"]
    gaps = gaps_of("".join(place.character for place in places))
    for place, share in zip(places, share_room(gaps, room / em), strict=False):
        if share and place.box is not None:
            rooms: dict[int, float] = place.box.__dict__.setdefault(ROOMS, {})
            rooms[place.byte] = share * em
    _move_boxes(line, 0.0)


class _CharacterPlace(NamedTuple):
    """A character of a line, with its text box and its byte there; of a picture there is none."""

    character: str
    box: Any
    byte: int


def _characters(parent: Any) -> Iterator[_CharacterPlace]:
    """Yield the characters of a line from left to right."""
    from weasyprint.formatting_structure import boxes

    for child in parent.children[:: -1 if parent.style["direction"] == "rtl" else 1]:
        if isinstance(child, boxes.TextBox):
            byte = 0
            child.__dict__.pop(ROOMS, None)
            for character in child.text:
                yield _CharacterPlace(character, child, byte)
                byte += len(character.encode())
        elif not child.is_in_normal_flow():
            continue
        elif isinstance(child, boxes.InlineBox):
            yield from _characters(child)
        else:
            yield _CharacterPlace("\ufffc", None, 0)


def _move_boxes(box: Any, advance: float) -> float:
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        box.position_x += advance
        wider: float = sum(getattr(box, ROOMS, {}).values())
        box.width += wider
        return advance + wider
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += advance
        start = advance
        for child in box.children[:: -1 if box.style["direction"] == "rtl" else 1]:
            if child.is_in_normal_flow():
                advance = _move_boxes(child, advance)
        box.width += advance - start
    else:
        box.translate(advance, 0)
    return advance


_WIDENED, _TRACKED = "typography_widened", "typography_tracked"  # what is kept with the engine's texts


@patch("weasyprint.layout.inline.text_align", "e953d41b87ccfc30", upstream=106)
def text_align(align: Callable[..., Any]) -> Callable[..., float]:
    """Fill justified lines by spaces and letters, and indent first lines on the side where they begin."""

    def align_between_edges(context: Any, line: Any, available: float, last: bool) -> float:
        restore_text_width(line)
        # The engine leaves the first line's indent at the left, whichever way the text is read.
        indent = line.text_indent if line.style["direction"] == "rtl" else 0.0
        if not is_justified(line):
            return float(align(context, line, available, last)) + indent
        before, after = (-indent, indent) if line.style["direction"] == "rtl" else _hanging_ends(line)
        wide = available + before + after
        if (not last or line.width > wide) and is_eastern(line):
            spread_line(line, wide - line.width)
            return -before
        measure = measure_of(line)
        if measure and (not last or line.width > wide) and _fill_line(line, wide, measure.letters):
            return -before
        return float(align(context, line, wide, last)) - before

    return align_between_edges


def widen_matrix(box: Any, matrix: Any) -> Any:
    """Return the matrix for painting a text, with its letters widened."""
    if not (share := getattr(box, _WIDENED, 0.0)):
        return matrix
    from weasyprint.matrix import Matrix

    return Matrix(1 + share) @ matrix


def tracking_of(box: Any) -> float:
    """Return the room beside each glyph of a text before the text is widened, in CSS pixels."""
    return float(getattr(box, _TRACKED, 0.0))


def _fill_line(line: Any, wide: float, give: float) -> bool:
    """Fill a line by letters, whose widths ``give`` a share, and by spaces; return whether it could be."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.inline import count_expandable_spaces

    gaps = count_expandable_spaces(line)
    if not gaps:
        return False
    texts = [box for box in line.descendants() if isinstance(box, boxes.TextBox)]
    for box in texts:
        _set_alone(box)
    letters = sum(box.width for box in texts)
    room = wide - line.width
    space = character_width(" ", line.style)
    room = max(room, -(SHRINK * space * gaps + give * letters))  # the rest sticks out
    share = max(-give, min(room / letters, give))
    widen = round(share * min(WIDEN / give, 1.0), 4)
    glyphs = sum(count_glyphs(box) for box in texts) if give > WIDEN else 0
    track = round((share - widen) * letters / (glyphs * (1 + widen)), 4) if glyphs else 0.0
    length = (letters + room) / (1 + widen) - track * glyphs
    _widen_boxes(line, widen, track, (length - letters) / gaps, 0.0)
    return True


def _set_alone(box: Any) -> None:
    """Give a text a layout of its own, without the space that its line has lost."""
    from weasyprint.text.line_break import Layout

    if box.pango_layout.text == box.text and hasattr(box.pango_layout, KEPT):
        box.pango_layout = copy(box.pango_layout)
        return
    box.pango_layout = Layout(box.style)
    box.pango_layout.set_text(box.text)
    box.pango_layout.deactivate()


def _widen_boxes(box: Any, share: float, track: float, spacing: float, advance: float) -> float:
    """Widen letters and spaces, set letters apart, and move what follows; return the new position."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.inline import count_expandable_spaces

    if isinstance(box, boxes.TextBox):
        box.position_x += advance
        box.pango_layout.justification_spacing = spacing
        wider = spacing * count_expandable_spaces(box)
        advance += wider
        box.width += wider
        more = box.width * share
        if track:
            more += count_glyphs(box) * track * (1 + share)
            setattr(box, _TRACKED, track)
        advance += more
        box.width += more
        setattr(box, _WIDENED, share)
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += advance
        start = advance
        for child in box.children[:: -1 if box.style["direction"] == "rtl" else 1]:
            if child.is_in_normal_flow():
                advance = _widen_boxes(child, share, track, spacing, advance)
        box.width += advance - start
    else:
        box.translate(advance, 0)
    return advance


def _hanging_ends(line: Any) -> tuple[float, float]:
    """Return how far the marks at both ends of a line hang over its edges, gaps between scripts included."""
    return _hanging_end(line, 0, "left", "gap-before", hangs_at_start), _hanging_end(
        line, -1, "right", "gap-after", hangs_at_end
    )


def _hanging_end(line: Any, end: int, side: str, gap: str, share: Callable[[str], float]) -> float:
    from weasyprint.formatting_structure import boxes

    box, gaps = line, 0.0
    while isinstance(box, boxes.LineBox | boxes.InlineBox):
        if box.element is not None and gap in box.element.get("class", ""):
            gaps += getattr(box, f"margin_{side}")
        inflow = [child for child in box.children if child.is_in_normal_flow()]
        if not inflow:
            return gaps
        box = inflow[end]
    if box.element is not None and box.element.tag == "img" and gap in box.element.get("class", ""):
        gaps += getattr(box, f"margin_{side}")
    mark = box.text[end : end + 1 or None] if isinstance(box, boxes.TextBox) else ""
    its = share(mark)
    return gaps + (its * character_width(mark, box.style) if its else 0.0)
