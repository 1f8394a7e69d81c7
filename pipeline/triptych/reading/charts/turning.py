"""Bars whose names have no room side by side, and so lie: each name at the left of its bar.

Decided once, from the names alone, so that all outputs show the same chart. The room is that of the printed
page, which is narrower than a slide.
"""

from __future__ import annotations

import unicodedata

from triptych.model.charts import ChartData, ChartKind

_LINE = 78  # characters that stand side by side under a plot
_PANELS = 2  # beside each other, at the least
_BETWEEN = 1  # characters from name to name
_MOST_LINES = 3  # of a name under its bar


def turned_on_side(kind: ChartKind, data: ChartData) -> bool:
    """Whether bars of the kind lie unless their author says otherwise.

    Numbers and dates go from left to right; words are what they stand for, each of which must be read.
    """
    if not kind.traits.bars or kind.traits.running or data.positions is not None:
        return False
    side_by_side = len(data.categories) * (_PANELS if data.panels else 1)
    room = _LINE // side_by_side - _BETWEEN
    return any(_lines(name, room) > _MOST_LINES for name in data.categories)


def _lines(name: str, room: int) -> int:
    """How many lines a name takes in a room of so many characters; too many where a word is wider."""
    lines, left = 1, room
    for word in name.split():
        wide = _width(word)
        if wide > room and (word.isascii() or room < 2):
            return _MOST_LINES + 1
        if wide > left:  # scripts without spaces break anywhere
            lines += max(1, -(-wide // max(room, 1)))
            left = room
        left -= wide + 1
    return lines


def _width(word: str) -> int:
    """In characters, of which the wide ones of East Asia count two (UAX #11)."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in word)
