"""Text of right-to-left scripts as it is drawn, from left to right → as it is read (UAX #9, backwards)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

_FROM_RIGHT = frozenset(("R", "AL"))
_FROM_LEFT = frozenset(("L", "EN", "AN"))
_LAM_ALEF = re.compile("\u0644[\u0622\u0623\u0625\u0627]")
_NAME = "\u0644\u0644\u0647"


class Glyph(NamedTuple):
    """What one glyph stands for, a ligature for several letters, and where it begins on its line."""

    x: float
    text: str


def reads_from_right(text: str) -> bool:
    """Whether there is a letter of a right-to-left script."""
    return not text.isascii() and any(unicodedata.bidirectional(char) in _FROM_RIGHT for char in text)


def ligature(letters: str) -> str:
    """Letters that one glyph stands for, in either order → as they are read.

    Which of the two PDFium tells depends on how the file names the glyph. Arabic joins lam to an alef
    that follows it, never one that goes before, but in the name of God.
    """
    turned = letters[::-1]
    if _NAME in letters:
        return letters
    return letters if _LAM_ALEF.search(letters) and _NAME not in turned else turned


def as_read(line: Iterable[Glyph], *, in_book_from_right: bool = False) -> str:
    """The glyphs of a line → its text.

    The line runs as its book does, or as most of its letters do; from left to right where all of them do.
    """
    glyphs = sorted(line, key=lambda glyph: glyph.x)
    sides = "".join(_side(glyph.text) for glyph in glyphs)
    right, left = sides.count("R"), sides.count("L")
    from_right = right > 0 if in_book_from_right and right + left else right >= left
    odd = "L" if from_right else "R"  # what runs against the line; what has no side goes with the line's ends
    found = re.finditer(f"{odd}(?: *{odd})*|[^{odd}]+", sides)
    runs = [glyphs[slice(*run.span())][:: 1 if run[0][0] == odd else -1] for run in found]
    if not from_right:
        runs = [run[::-1] for run in runs]
    return "".join(glyph.text for run in (runs[::-1] if from_right else runs) for glyph in run)


def _side(text: str) -> str:
    """R or L, or a blank for what has no side."""
    for char in text:
        direction = unicodedata.bidirectional(char)
        if direction in _FROM_RIGHT:
            return "R"
        if direction in _FROM_LEFT:
            return "L"
    return " "
