"""Paragraphs broken as a whole, with optical margins, within the layout engine.

WeasyPrint fills each line as far as it goes and looks at no other. Here a paragraph's best lines are found
first (``plans``); then a text is ended where its line should end, and where that is between two elements the
engine is given just the room that has it end the line there. A line that begins where none was planned is
planned anew from there, and what can't be planned (text beside a float, boxes in a line, scripts without
spaces) is left to the engine.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Any

from triptych.writers.print.layout.patches.lines.break_places import overlong_room
from triptych.writers.print.layout.patches.lines.line_ends import note_hyphen
from triptych.writers.print.layout.patches.lines.plans import End, plan_line
from triptych.writers.print.layout.patches.lines.whole_texts import keep_whole, whole_of

_SLACK = 0.01
_LINE_START, _LINE_END = "triptych_line_start", "triptych_line_end"  # what is kept with the engine's contexts
_EXCESS = "triptych_excess"  # and with its lines


def split_inline_box(split: Callable[..., Any]) -> Callable[..., Any]:
    """A line has just the room that its plan has for it."""
    from weasyprint.formatting_structure.boxes import LineBox

    def split_planned(
        context: Any, box: Any, x: float, end: float, bottom: float, skip: Any, block: Any, *rest: Any
    ) -> Any:
        if isinstance(box, LineBox):
            setattr(context, _LINE_END, None)
            overlong = overlong_room(context, box, end - x, skip)
            setattr(context, _LINE_START, x if overlong is None else inf)
            line = plan_line(context, box, end - x, skip, block)
            if line is not None and line.end is not None:
                setattr(context, _LINE_END, line.end)
                result = split(context, box, x, inf, bottom, skip, block, *rest)
                if line.end.is_at(result[1]):
                    _fit_beside(result[0], end - x)
                    return result
                setattr(context, _LINE_END, None)  # the box is not there, as where first lines have a style
                *_, begun, _, _ = rest
                begun.clear()
            room = line.room if line else None
            if room is None and overlong is not None and overlong < end - x:
                room = overlong
            if room is not None:
                result = split(context, box, x, x + room, bottom, skip, block, *rest)
                _fit_beside(result[0], end - x)
                return result
        return split(context, box, x, end, bottom, skip, block, *rest)

    return split_planned


def split_text_box(split: Callable[..., Any]) -> Callable[..., Any]:
    """Texts end where their line is planned to; else words are broken only where a line begins with them.

    Of a word that is broken ``line_ends`` notes it. What has been set whole is not set again where it stands
    whole in its line, be it that of another try.
    """

    def split_text(context: Any, box: Any, room: float, skip: int, is_line_start: bool = True) -> Any:
        end: End | None = getattr(context, _LINE_END, None)
        if end and end.box is box and (text := box.text.encode()[skip : end.byte].decode().rstrip(" ")):
            new, *_ = split(context, box.copy_with_text(text + end.hyphen), None, 0)
            note_hyphen(box, skip, new)
            return new, end.byte, False
        if not skip and (whole := whole_of(box, room)):
            return whole.stand_for(box), None, False
        # Any text of an element counts as the start of its line there, and is broken within a word.
        # A word longer than its line has to be, though, be it in one element or in several.
        start = getattr(context, _LINE_START, inf)
        starts = start == inf or (is_line_start and room is not None and box.position_x < start + _SLACK)
        new, rest, is_preserved = split(context, box, room, skip, is_line_start=starts)
        note_hyphen(box, skip, new)
        if new is not None and not skip and rest is None:
            keep_whole(box, new)
        return new, rest, is_preserved

    return split_text


def _fit_beside(line: Any, available: float) -> None:
    """A line that will be squeezed into its room takes no more of it, or would be moved away from a float."""
    if line.width > available:
        setattr(line, _EXCESS, line.width - available)
        line.width = available


def unfit(line: Any) -> None:
    """A line that is to be filled has the width of its text."""
    line.width += line.__dict__.pop(_EXCESS, 0.0)
