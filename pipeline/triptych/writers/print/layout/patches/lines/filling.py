"""Justified lines made as long as their measure: by their spaces, a little by their letters, and with marks
that hang over the margins.

WeasyPrint widens spaces alone, and only so far as a line is too short. Lines that were planned
(``line_breaks``) may be too long as well; their letters take up to 2 % of the room, which nobody sees.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from triptych.writers.print.layout.patches.lines.hanging import hangs_at_end, hangs_at_start
from triptych.writers.print.layout.patches.lines.justification import spread
from triptych.writers.print.layout.patches.lines.line_breaks import is_eastern, is_justified, is_planned
from triptych.writers.print.layout.patches.lines.measuring import character_width
from triptych.writers.print.layout.patches.lines.paragraphs import SHRINK, STRETCH, WIDEN

_SLACK = 0.03
_WIDENED = "triptych_widened"  # what is kept with the engine's texts


def text_align(align: Callable[..., Any]) -> Callable[..., float]:
    """Lines are filled so; first lines are indented on the side where they begin."""

    def align_between_edges(context: Any, line: Any, available: float, last: bool) -> float:
        # The engine leaves the first line's indent at the left, whichever way the text is read.
        indent = line.text_indent if line.style["direction"] == "rtl" else 0.0
        if not is_justified(line):
            return float(align(context, line, available, last)) + indent
        before, after = (-indent, indent) if line.style["direction"] == "rtl" else _hanging(line)
        wide = available + before + after
        if (not last or line.width > wide) and is_eastern(line):
            spread(line, wide - line.width)
            return -before
        if is_planned(line) and (not last or line.width > wide) and _fill(context, line, wide):
            return -before
        return float(align(context, line, wide, last)) - before

    return align_between_edges


def widened(box: Any, matrix: Any) -> Any:
    """The matrix that a text is painted with, where its letters are widened."""
    if not (share := getattr(box, _WIDENED, 0.0)):
        return matrix
    from weasyprint.matrix import Matrix

    return Matrix(1 + share) @ matrix


def _fill(context: Any, line: Any, wide: float) -> bool:
    """Make a line as long as it has room, by its spaces and a little by its letters; whether it could be."""
    from weasyprint.formatting_structure import boxes
    from weasyprint.layout.inline import add_word_spacing, count_expandable_spaces

    gaps = count_expandable_spaces(line)
    if not gaps:
        return False
    letters = sum(box.width for box in line.descendants() if isinstance(box, boxes.TextBox))
    room = wide - line.width
    space = character_width(" ", line.style)
    if room < 0 and -room > SHRINK * space * gaps + WIDEN * letters + _SLACK:
        return False
    most = (SHRINK if room < 0 else STRETCH) * space * gaps + WIDEN * letters
    share = round(WIDEN * max(-1.0, min(room / most, 1.0)), 4)
    add_word_spacing(context, line, ((letters + room) / (1 + share) - letters) / gaps, 0)
    _widen(line, share, 0.0)
    return True


def _widen(box: Any, share: float, advance: float) -> float:
    """Widen the letters of a line, and move what comes behind them."""
    from weasyprint.formatting_structure import boxes

    if isinstance(box, boxes.TextBox):
        box.position_x += advance
        advance += box.width * share
        box.width *= 1 + share
        setattr(box, _WIDENED, share)
    elif isinstance(box, boxes.LineBox | boxes.InlineBox):
        box.position_x += advance
        start = advance
        for child in box.children[:: -1 if box.style["direction"] == "rtl" else 1]:
            if child.is_in_normal_flow():
                advance = _widen(child, share, advance)
        box.width += advance - start
    else:
        box.translate(advance, 0)
    return advance


def _hanging(line: Any) -> tuple[float, float]:
    """How far the marks at the two ends of a line hang over its edges, gaps between scripts included."""
    return _hangs(line, 0, "left", "gap-before", hangs_at_start), _hangs(
        line, -1, "right", "gap-after", hangs_at_end
    )


def _hangs(line: Any, end: int, side: str, gap: str, share: Callable[[str], float]) -> float:
    from weasyprint.formatting_structure import boxes

    box, gaps = line, 0.0
    while isinstance(box, boxes.LineBox | boxes.InlineBox):
        if box.element is not None and gap in box.element.get("class", ""):
            gaps += getattr(box, f"margin_{side}")
        inflow = [child for child in box.children if child.is_in_normal_flow()]
        if not inflow:
            return gaps
        box = inflow[end]
    mark = box.text[end : end + 1 or None] if isinstance(box, boxes.TextBox) else ""
    its = share(mark)
    return gaps + (its * character_width(mark, box.style) if its else 0.0)
