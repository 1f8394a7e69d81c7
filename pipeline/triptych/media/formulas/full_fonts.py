"""Find the glyphs of a font subset in the full font, by their outlines.

The glyph ids of Typst's font subsets differ from one document to the next. Drawings
refer to the glyph ids of the full font instead: they can then be cached one by one, and a book can embed one
subset for all of them. Outlines identify glyphs without the font's tables: size variants, parts of large
brackets and script forms have no character of their own. Finding the glyphs of 3,000 formulas takes 50 ms.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

import uharfbuzz as hb
from fontTools.cffLib import CFFFontSet

from triptych.media.fonts.fonts import convert_to_static
from triptych.theme.theme import FontFace

_TRUETYPE = b"\0\1\0\0"


class FullFont:
    """A font face with all its glyphs."""

    def __init__(self, face: FontFace) -> None:
        self.name = face.name
        self.face = hb.Face(convert_to_static(face))
        self.font = hb.Font(self.face)
        self.units: int = self.face.upem
        self._outlines: dict[int, tuple[Any, ...]] = {}
        self._by_extents: dict[tuple[int, ...], list[int]] = {}

    def measure_advance(self, glyph: int) -> float:
        """Return the advance width of a glyph in em."""
        return float(self.font.get_glyph_h_advance(glyph) / self.units)

    def measure_extents(self, glyph: int) -> tuple[float, float]:
        """Return the distances from the baseline to the top and to the bottom of a glyph, upwards, in em."""
        found = self.font.get_glyph_extents(glyph)
        if not found:
            return 0.0, 0.0
        return found.y_bearing / self.units, (found.y_bearing + found.height) / self.units

    def read_outline(self, glyph: int) -> tuple[Any, ...]:
        """Return the outline of a glyph: SVG path commands with coordinates in font units, y upwards."""
        if glyph not in self._outlines:
            self._outlines[glyph] = read_outline(self.font, glyph)
        return self._outlines[glyph]

    def find_glyph(self, subset: hb.Font, glyph: int, text: str, advance: float | None) -> int | None:
        """Return the id of the glyph whose outline is that of ``glyph`` in ``subset``, or None.

        Of several glyphs with this outline, the glyph of ``text`` is preferred, then one with ``advance``, in
        thousandths of an em. A blank glyph is found only by its text.
        """
        nominal = self.font.get_nominal_glyph(ord(text)) if len(text) == 1 else None
        outline = read_outline(subset, glyph)
        if not outline:
            return nominal if nominal is not None and not self.read_outline(nominal) else None
        if not self._by_extents:
            for place in range(self.face.glyph_count):
                self._by_extents.setdefault(_get_extents(self.font, place), []).append(place)
        same = [
            place
            for place in self._by_extents.get(_get_extents(subset, glyph), ())
            if self.read_outline(place) == outline
        ]
        return min(same, key=lambda place: self._rate(place, nominal, advance), default=None)

    def _rate(self, glyph: int, nominal: int | None, advance: float | None) -> tuple[bool, bool, int]:
        is_other = advance is not None and abs(self.measure_advance(glyph) * 1000 - advance) > 1
        return glyph != nominal, is_other, glyph


@lru_cache(maxsize=32)
def load_full_font(face: FontFace) -> FullFont:
    """Return a font face with all its glyphs."""
    return FullFont(face)


def open_subset(data: bytes, units: int) -> hb.Font:
    """Open a font that is embedded in a PDF: a TrueType font, or a CFF table with ``units`` per em."""
    if data[:4] == _TRUETYPE:
        return hb.Font(hb.Face(data))
    table = CFFFontSet()
    table.decompile(io.BytesIO(data), None)
    count = len(table[0].CharStrings)
    tables = {
        "CFF ": data,
        "head": b"\0\1" + bytes(10) + b"\x5f\x0f\x3c\xf5\0\0" + units.to_bytes(2, "big") + bytes(34),
        "maxp": b"\0\0\x50\0" + count.to_bytes(2, "big"),
    }
    return hb.Font(hb.Face.create_for_tables(lambda _face, tag, _data: tables.get(tag), None))


def _get_extents(font: hb.Font, glyph: int) -> tuple[int, ...]:
    found = font.get_glyph_extents(glyph)
    return (found.x_bearing, found.y_bearing, found.width, found.height) if found else ()


def read_outline(font: hb.Font, glyph: int) -> tuple[Any, ...]:
    """Return the outline of a glyph: SVG path commands with coordinates in font units, y upwards."""
    commands: list[Any] = []
    font.draw_glyph(glyph, _PEN, commands)
    return tuple(commands)


def _make_pen() -> hb.DrawFuncs:
    pen = hb.DrawFuncs()
    pen.set_move_to_func(lambda x, y, out: out.append(("M", x, y)))
    pen.set_line_to_func(lambda x, y, out: out.append(("L", x, y)))
    pen.set_quadratic_to_func(lambda *values: values[-1].append(("Q", *values[:-1])))
    pen.set_cubic_to_func(lambda *values: values[-1].append(("C", *values[:-1])))
    pen.set_close_path_func(lambda out: out.append(("Z",)))
    return pen


_PEN = _make_pen()
