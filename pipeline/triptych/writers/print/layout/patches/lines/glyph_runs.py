"""Text is painted from the layouts that it was measured with, a run of glyphs at a time.

WeasyPrint drops a layout when it has measured it, shapes the text again to paint it, and goes through its
glyphs one field at a time. The room of justified lines is put beside their spaces here, which shapes nothing
anew. What is rare (glyphs that are raised, pictures instead of glyphs, an ellipsis) is left to the engine.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import groupby
from typing import Any, NamedTuple

from triptych.writers.print.layout.patches.lines.filling import widened
from triptych.writers.print.layout.patches.lines.justification import spreads
from triptych.writers.print.layout.patches.lines.measuring import KEPT, Glyphs, runs

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
            shown = _runs(stream, layout)
        if shown is None:
            vars(layout).pop(KEPT, None)
            layout.reactivate(box.style)
            return draw(stream, box, overflow, ellipsis, matrix)
        stream.set_text_matrix(*matrix.values)
        # Some readers overlook a space that is shown by itself.
        for (name, size), same in groupby(shown, lambda run: (run.font.hash, run.size)):
            stream.set_font_size(name, size)
            stream.show_text("".join(_shown(stream, run) for run in same).replace("><", ""))
        return []

    return draw_runs


class _Run(NamedTuple):
    """Glyphs of one font with the widths that they have on the line, and their text."""

    font: Any
    size: float
    pango_font: Any
    glyphs: Glyphs
    text: bytes
    from_right: bool


def _runs(stream: Any, layout: Any) -> list[_Run] | None:
    """The runs of a line that is to be painted, None for one that has something rare."""
    from weasyprint.text.ffi import TO_UNITS, ffi, pango

    spacing = layout.justification_spacing
    if _BREAK.search(layout.text) or (spacing and spreads(layout.text)):
        return None
    line = pango.pango_layout_get_line_readonly(layout.layout, 0)
    if pango.pango_layout_get_line_readonly(layout.layout, 1) != ffi.NULL:
        return None
    text = layout.text.encode()
    room = int(spacing * TO_UNITS)
    found: list[_Run] = []
    for item, glyphs in runs(line):
        if any(glyphs.moves) or any(glyphs.rises) or max(glyphs.numbers) >= pango.PANGO_GLYPH_EMPTY:
            return None
        pango_font = item.analysis.font
        font, size = stream.add_font(pango_font)
        if font.svg or font.png or font.colr or font.bitmap:
            return None
        run_text = text[item.offset : item.offset + item.length]
        if room:
            spaces = {match.start() for match in _SPACES.finditer(run_text)}
            pairs = zip(glyphs.widths, glyphs.clusters, strict=True)
            widths = [width + room if place in spaces else width for width, place in pairs]
            glyphs = glyphs._replace(widths=widths)
        found.append(_Run(font, size, pango_font, glyphs, run_text, bool(item.analysis.level % 2)))
    return found


def _shown(stream: Any, run: _Run) -> str:
    """The operand that shows a run (ISO 32000-1, 9.4.3)."""
    from weasyprint.text.ffi import FROM_UNITS, pango

    font, widths, size = run.font, run.font.widths, run.size
    parts = ["<"]
    for place, (glyph, width) in enumerate(zip(run.glyphs.numbers, run.glyphs.widths, strict=True)):
        if glyph not in font.to_unicode:
            font.to_unicode[glyph] = _text_of(run, place)
        if glyph not in widths:
            extents = stream.logical_rect
            pango.pango_font_get_glyph_extents(run.pango_font, glyph, stream.ink_rect, extents)
            widths[glyph] = round(extents.width * 1000 * FROM_UNITS / size)
        parts.append(f"{glyph:04x}")
        if kern := round(widths[glyph] - width * 1000 * FROM_UNITS / size):
            parts.append(f">{kern}<")
    if parts[-1].endswith("<"):
        parts[-1] = parts[-1][:-1]
    else:
        parts.append(">")
    return "".join(parts)


def _text_of(run: _Run, place: int) -> str:
    """What a glyph stands for: the text of its cluster, nothing for the glyphs that follow in it."""
    clusters = run.glyphs.clusters
    begin, following = clusters[place], place + (-1 if run.from_right else 1)
    end = clusters[following] if 0 <= following < len(clusters) else len(run.text)
    return run.text[begin:end].decode()
