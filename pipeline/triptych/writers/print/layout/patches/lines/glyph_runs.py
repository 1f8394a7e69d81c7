"""Text is painted from the layouts that it was measured with, a run of glyphs at a time.

WeasyPrint drops a layout when it has measured it, shapes the text again to paint it, and goes through its
glyphs one field at a time. The room of justified lines is put beside their spaces here, which shapes nothing
anew, and what can't be read off the glyphs is said (``readings``). What is rare (pictures instead of glyphs,
an ellipsis) is left to the engine.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Mapping
from itertools import groupby
from typing import Any

from triptych.writers.print.layout.patches.lines.filling import widened
from triptych.writers.print.layout.patches.lines.justification import ROOMS
from triptych.writers.print.layout.patches.lines.measuring import KEPT, Glyphs, runs
from triptych.writers.print.layout.patches.lines.readings import EMPTY
from triptych.writers.print.layout.patches.lines.showing import Run, show

_NO_ROOMS: Mapping[int, float] = {}
_BREAK = re.compile("[\n\r\u2028\u2029]")  # where the engine would make one paragraph of several
_SPACES = re.compile(b" |\xc2\xa0")


def deactivate(drop: Callable[[Any], None]) -> Callable[[Any], None]:
    """A layout that was measured is kept, for ``reactivate`` and ``draw_first_line``."""

    def keep(self: Any) -> None:
        setattr(self, KEPT, self.layout)
        drop(self)

    return keep


def reactivate(shape: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    """A layout that was kept is taken up as it is."""

    def take_up(self: Any, style: Any) -> None:
        if hasattr(self, KEPT):
            self.layout, self.style, self.language = getattr(self, KEPT), style, None
        else:
            shape(self, style)

    return take_up


def draw_first_line(draw: Callable[..., Any]) -> Callable[..., Any]:
    """Letters are widened as ``filling`` has it, then painted a run at a time."""

    def draw_runs(stream: Any, box: Any, overflow: str, ellipsis: Any, matrix: Any) -> Any:
        if not box.text.strip() or box.style["font_size"] < 1e-6:  # as the engine has it
            return []
        matrix = widened(box, matrix)
        layout = box.pango_layout
        shown = None
        if overflow != "ellipsis" and ellipsis == "none" and hasattr(layout, KEPT):
            shown = _runs(stream, layout, getattr(box, ROOMS, _NO_ROOMS))
        if shown is None:
            vars(layout).pop(KEPT, None)
            layout.reactivate(box.style)
            return draw(stream, box, overflow, ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        # Some readers overlook a space that is shown by itself.
        for place, ((name, size), same) in enumerate(groupby(shown, lambda run: (run.font.hash, run.size))):
            stream.set_font_size(name, size)
            if not place:
                stream.text_begins = len(stream.stream), shown[0].font
            show(stream, list(same))
        return []

    return draw_runs


def _runs(stream: Any, layout: Any, rooms: Mapping[int, float]) -> list[Run] | None:
    """The runs of a line that is to be painted, None for one that has something rare."""
    from weasyprint.text.ffi import TO_UNITS, ffi, pango

    if _BREAK.search(layout.text):
        return None
    line = pango.pango_layout_get_line_readonly(layout.layout, 0)
    if pango.pango_layout_get_line_readonly(layout.layout, 1) != ffi.NULL:
        return None
    text = layout.text.encode()
    if spacing := layout.justification_spacing:
        rooms = {match.start(): spacing for match in _SPACES.finditer(text)}
    found: list[Run] = []
    for item, glyphs in runs(line):
        if max(glyphs.numbers) > EMPTY:
            return None
        pango_font = item.analysis.font
        font, size = stream.add_font(pango_font)
        if font.svg or font.png or font.colr or font.bitmap:
            return None
        begin, end = item.offset, item.offset + item.length
        if rooms:
            its = {
                place - begin: int(room * TO_UNITS) for place, room in rooms.items() if begin <= place < end
            }
            glyphs = glyphs._replace(widths=_with_rooms(glyphs, its))
        found.append(Run(font, size, pango_font, glyphs, text[begin:end], bool(item.analysis.level % 2)))
    return found


def _with_rooms(glyphs: Glyphs, rooms: Mapping[int, int]) -> list[int]:
    """The widths of glyphs, with room behind some places of their text."""
    widths = glyphs.widths[:]
    last = {cluster: index for index, cluster in enumerate(glyphs.clusters)}
    begins = sorted(last)
    for place, room in rooms.items():
        widths[last[begins[bisect_right(begins, place) - 1]]] += room
    return widths
