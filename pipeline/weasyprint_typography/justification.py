"""Justify lines: hang punctuation, scale letters slightly, and space Chinese, Japanese and Thai characters.

WeasyPrint only widens spaces, which are rare in Chinese, Japanese and Thai. In these scripts, space is added
at spaces first, then between scripts, then between characters, as long as it is inconspicuous. The remaining
space is distributed evenly, but never after an opening or before a closing punctuation mark. If a line is too
long, spaces, gaps between scripts and the blank halves of punctuation shrink (W3C, Requirements for Japanese
Text Layout, 3.8, and for Chinese, 3.2).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any, NamedTuple

from weasyprint_typography.eastern_text import (
    distribute_space,
    find_gaps,
    get_end_overhang,
    get_start_overhang,
)
from weasyprint_typography.engine import patch
from weasyprint_typography.line_breaking import SHRINK, WIDEN
from weasyprint_typography.measuring import KEPT_LAYOUT, count_glyphs, get_character_width
from weasyprint_typography.plans import (
    get_line_widths,
    has_letter_spacing,
    is_justified,
    restore_text_width,
)

EXTRA_SPACES = "typography_rooms"  # attribute of a text box: the space after characters, by byte offset


def add_character_spacing(line: Any, extra_width: float) -> None:
    """Widen the gaps between the characters of a line by ``extra_width`` CSS pixels in total.

    If ``extra_width`` is negative, the gaps are narrowed.
    """
    places = list(_iter_characters(line))
    em = line.style["font_size"]
    gaps = find_gaps("".join(place.character for place in places))
    for place, fraction in zip(places, distribute_space(gaps, extra_width / em), strict=False):
        if fraction and place.box is not None:
            spaces: dict[int, float] = place.box.__dict__.setdefault(EXTRA_SPACES, {})
            spaces[place.byte_offset] = fraction * em
    _widen_text_boxes(line, lambda text: sum(getattr(text, EXTRA_SPACES, {}).values()))


class _LineCharacter(NamedTuple):
    """A character of a line, its text box, and its byte offset in this box; for an image, the box is None."""

    character: str
    box: Any
    byte_offset: int


def _iter_characters(parent: Any) -> Iterator[_LineCharacter]:
    """Yield the characters of a line from left to right, with U+FFFC for each image."""
    from weasyprint.formatting_structure import boxes

    for child in parent.children[:: -1 if parent.style["direction"] == "rtl" else 1]:
        if isinstance(child, boxes.TextBox):
            byte = 0
            child.__dict__.pop(EXTRA_SPACES, None)
            for character in child.text:
                yield _LineCharacter(character, child, byte)
                byte += len(character.encode())
        elif not child.is_in_normal_flow():
            continue
        elif isinstance(child, boxes.InlineBox):
            yield from _iter_characters(child)
        else:
            yield _LineCharacter("\ufffc", None, 0)


def _widen_text_boxes(box: Any, extra_width: Callable[[Any], float], shift: float = 0.0) -> float:
    """Widen the text boxes in ``box``, move ``box``, and return how far the following box has to move.

    ``extra_width`` returns the width to add to a text box. ``shift`` is how far ``box`` moves. Lengths are in
    CSS pixels.
    """
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        box.position_x += shift
        wider = extra_width(box)
        box.width += wider
        return shift + wider
    if isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += shift
        start = shift
        for child in box.children[:: -1 if box.style["direction"] == "rtl" else 1]:
            if child.is_in_normal_flow():
                shift = _widen_text_boxes(child, extra_width, shift)
        box.width += shift - start
    else:
        box.translate(shift, 0)
    return shift


_WIDENED, _TRACKED = "typography_widened", "typography_tracked"  # attributes of a text box


@patch("weasyprint.layout.inline.text_align", "e953d41b87ccfc30", upstream_issue=106)
def text_align(align: Callable[..., Any]) -> Callable[..., float]:
    """Justify lines by changing spaces and letters.

    The first line of right-to-left text is indented at the right.
    """

    def align_between_edges(context: Any, line: Any, available: float, last: bool) -> float:
        restore_text_width(line)
        # WeasyPrint indents the first line at the left, whatever the direction of the text.
        indent = line.text_indent if line.style["direction"] == "rtl" else 0.0
        if not is_justified(line):
            return float(align(context, line, available, last)) + indent
        before, after = -indent, indent
        if line.style["direction"] == "ltr":
            before = _measure_overhang(line, 0, "left", "gap-before", get_start_overhang)
            after = _measure_overhang(line, -1, "right", "gap-after", get_end_overhang)
        target_width = available + before + after
        if (not last or line.width > target_width) and has_letter_spacing(line):
            add_character_spacing(line, target_width - line.width)
            return -before
        measure = get_line_widths(line)
        if (
            measure
            and (not last or line.width > target_width)
            and _justify_line(line, target_width, measure.letter_stretch)
        ):
            return -before
        return float(align(context, line, target_width, last)) - before

    return align_between_edges


def scale_text_matrix(box: Any, matrix: Any) -> Any:
    """Return a text matrix, scaled horizontally if the letters of ``box`` are widened."""
    if not (fraction := getattr(box, _WIDENED, 0.0)):
        return matrix
    from weasyprint.matrix import Matrix

    return Matrix(1 + fraction) @ matrix


def get_tracking(box: Any) -> float:
    """Return the character spacing of a text box before its letters are widened, in CSS pixels."""
    return float(getattr(box, _TRACKED, 0.0))


def _justify_line(line: Any, target_width: float, letter_stretch: float) -> bool:
    """Justify a line by changing letters and spaces, and return True; return False if it has no spaces.

    ``letter_stretch`` is how far letters may be widened or narrowed, as a fraction of their width.
    """
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.inline import count_expandable_spaces

    gaps = count_expandable_spaces(line)
    if not gaps:
        return False
    texts = [box for box in line.descendants() if isinstance(box, boxes.TextBox)]
    for box in texts:
        _separate_line_layout(box)
    letters = sum(box.width for box in texts)
    extra = target_width - line.width
    space = get_character_width(" ", line.style)
    extra = max(extra, -(SHRINK * space * gaps + letter_stretch * letters))  # the rest overflows
    fraction = max(-letter_stretch, min(extra / letters, letter_stretch))
    widen = round(fraction * min(WIDEN / letter_stretch, 1.0), 4)
    glyphs = sum(count_glyphs(box) for box in texts) if letter_stretch > WIDEN else 0
    track = round((fraction - widen) * letters / (glyphs * (1 + widen)), 4) if glyphs else 0.0
    length = (letters + extra) / (1 + widen) - track * glyphs
    spacing = (length - letters) / gaps

    def extra_width(box: Any) -> float:
        box.pango_layout.justification_spacing = spacing
        setattr(box, _WIDENED, widen)
        setattr(box, _TRACKED, track)
        spaces = spacing * count_expandable_spaces(box)
        tracking = count_glyphs(box) * track * (1 + widen) if track else 0.0
        return float(spaces + ((box.width + spaces) * widen + tracking))

    _widen_text_boxes(line, extra_width)
    return True


def _separate_line_layout(box: Any) -> None:
    """Give a text box a separate Pango layout, without a trailing space that its line has dropped."""
    from weasyprint.text.line_break import Layout

    if box.pango_layout.text == box.text and hasattr(box.pango_layout, KEPT_LAYOUT):
        box.pango_layout = copy(box.pango_layout)
        return
    box.pango_layout = Layout(box.style)
    box.pango_layout.set_text(box.text)
    box.pango_layout.deactivate()


def _measure_overhang(
    line: Any, end: int, side: str, gap_class: str, get_fraction: Callable[[str], float]
) -> float:
    """Return how far punctuation hangs over one edge of a line, plus the gaps between scripts at this edge.

    At the edge ``side`` ("left" or "right"), ``end`` is the index of the outermost child: 0 or -1.
    ``gap_class`` is the class of elements with a gap at this edge. ``get_fraction`` returns the fraction of a
    character's width that hangs over.
    """
    from weasyprint.formatting_structure import boxes

    box, gaps = line, 0.0
    while isinstance(box, boxes.LineBox | boxes.InlineBox):
        if box.element is not None and gap_class in box.element.get("class", ""):
            gaps += getattr(box, f"margin_{side}")
        inflow = [child for child in box.children if child.is_in_normal_flow()]
        if not inflow:
            return gaps
        box = inflow[end]
    if box.element is not None and box.element.tag == "img" and gap_class in box.element.get("class", ""):
        gaps += getattr(box, f"margin_{side}")
    mark = box.text[end : end + 1 or None] if isinstance(box, boxes.TextBox) else ""
    fraction = get_fraction(mark)
    return gaps + (fraction * get_character_width(mark, box.style) if fraction else 0.0)
