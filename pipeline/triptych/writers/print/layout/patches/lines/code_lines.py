"""Lines of code that are too long for the page: a hanging indent and a mark where they go on.

CSS has ``text-indent: hanging`` (CSS Text 3, 8.1), which WeasyPrint does not know. The mark is drawn as a
shape beside the text, so that it is neither read aloud nor copied.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from triptych.writers.print.layout.patches.lines.measuring import character_width

_HANG = 2  # characters by which the rest of a line is indented beyond its beginning
_DEEPEST = 0.4  # of the measure: the largest hanging indent
_CONTINUES = "triptych_continues_line"
_STROKE = 0.07  # em


def hanging_indent(before: str, style: Any, measure: float) -> float:
    """Return the indent of the rest of a line of code, in CSS pixels; ``before`` is the line's beginning."""
    spaces = len(before) - len(before.lstrip(" "))
    return float(min((spaces + _HANG) * character_width(" ", style), measure * _DEEPEST))


def note_rest(text: Any, colour: Any) -> None:
    """Note on the first text of a line that it is the rest of a line of code, with a mark of a colour."""
    setattr(text, _CONTINUES, colour)


def draw_marks(stream: Any, texts: Iterable[Any], scale: float) -> None:
    """Draw a mark, an arrow down and to the right, before each text that is the rest of a line of code.

    ``scale`` turns CSS pixels into the units of the stream; both count from the top left corner of the page.
    """
    rests = [text for text in texts if hasattr(text, _CONTINUES)]
    if not rests:
        return
    with stream.stacked():
        stream.transform(scale, d=scale)
        for text in rests:
            _draw_mark(stream, text)


def _draw_mark(stream: Any, text: Any) -> None:
    em = text.style["font_size"]
    right = text.position_x - 0.35 * em
    left, foot = right - 0.55 * em, text.position_y + text.baseline - 0.25 * em
    stream.stream.append(b"/Artifact BMC")
    stream.set_color(getattr(text, _CONTINUES), stroke=True)
    stream.set_line_width(_STROKE * em)
    for line in (
        ((left, foot - 0.4 * em), (left, foot), (right, foot)),
        ((right - 0.18 * em, foot - 0.16 * em), (right, foot), (right - 0.18 * em, foot + 0.16 * em)),
    ):
        stream.move_to(*line[0])
        for corner in line[1:]:
            stream.line_to(*corner)
        stream.stroke()
    stream.stream.append(b"EMC")
