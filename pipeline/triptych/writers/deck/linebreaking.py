"""Where lines break: styled text and a width in, lines out.

Greedy, as presentation programs do it. Fewer break opportunities can never give fewer lines, so the
expression below lists only those that every program takes (Unicode Standard Annex 14 has more).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from triptych.writers.deck.metrics import Typeface

# Every advance is taken 2 % wider: against LibreOffice this under-predicted no line count in 450 boxes.
SLACK = 1.02

LINE_ENDS = "\n\v\u2028"
_SPACES = r" \t\u1680\u2000-\u2006\u2008-\u200b\u205f\u3000" + LINE_ENDS
_CJK = r"\u2e80-\u2fff\u3040-\u30ff\u3100-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60"
_NEVER_FIRST = r"、。，．：；？！）］｝」』】〉》〕・ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々%,.;:!?)\]}”’"
_NEVER_LAST = r"（［｛「『【〈《〔(\[{“‘"
_OPPORTUNITY = re.compile(
    rf"(?<=[{_SPACES}])(?=[^{_SPACES}])"  # after white space
    r"|(?<=[^\s\-][\-\u2010\u2013/])(?=[^\W\d_])"  # after a hyphen, an en dash or a slash before a letter
    r"|(?<=\w\u2014)(?=\w)"  # after an em dash between words
    rf"|(?<=[{_CJK}])(?<![{_NEVER_LAST}])(?=[^{_SPACES}{_NEVER_FIRST}])"  # after an ideograph or a kana
    rf"|(?<=[^{_SPACES}{_NEVER_LAST}])(?=[{_CJK}])(?![{_NEVER_FIRST}])"  # and before one
)


@dataclass(frozen=True, slots=True)
class Piece:
    """Text with one look; ``size`` in points."""

    text: str
    typeface: Typeface
    size: float


@lru_cache(maxsize=20_000)
def unbreakable_units(text: str) -> tuple[str, ...]:
    """The parts of a text between break opportunities, spaces kept at their ends.

    >>> unbreakable_units("a well-known word")
    ('a ', 'well-', 'known ', 'word')
    """
    units: list[str] = []
    for line in re.split(rf"(?<=[{LINE_ENDS}])", text):
        starts = [0, *(match.start() for match in _OPPORTUNITY.finditer(line)), len(line)]
        units += [line[a:b] for a, b in pairwise(starts) if a < b]
    return tuple(units)


def line_widths(pieces: Sequence[Piece], width: float) -> list[float]:
    """The width in points of each line that the text takes in a column of ``width`` points.

    A word wider than the column is broken between characters. Text without characters takes one line.
    """
    lines: list[float] = []
    filled = 0.0  # the current line with the spaces at its end
    visible = 0.0  # the same without them
    for unit in _styled_units(pieces):
        inked, spaced = _unit_widths(unit)
        if filled and filled + inked > width:
            lines.append(visible)
            filled = visible = 0.0
        if inked > width:
            *full, last = _broken_anywhere(unit, width)
            lines += full
            visible, filled = last, last
        else:
            visible, filled = filled + inked, filled + spaced
        if unit[-1].text[-1] in LINE_ENDS:
            lines.append(visible)
            filled = visible = 0.0
    if visible or not lines:
        lines.append(visible)
    return lines


def widest_unit(pieces: Sequence[Piece]) -> float:
    """The width in points below which a word would have to be broken."""
    return max((_unit_widths(unit)[0] for unit in _styled_units(pieces)), default=0.0)


def unbroken_width(pieces: Sequence[Piece]) -> float:
    """The width in points of the text on one line, or of its longest line where lines are forced."""
    return max(line_widths(pieces, float("inf")))


def _styled_units(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Unbreakable units, each as one or more pieces: a style may change within a word."""
    text = "".join(piece.text for piece in pieces)
    remaining = iter(piece for piece in pieces if piece.text)
    piece = next(remaining, None)
    offset = 0
    for unit in unbreakable_units(text):
        missing = len(unit)
        styled: list[Piece] = []
        while missing and piece is not None:
            part = piece.text[offset : offset + missing]
            styled.append(Piece(part, piece.typeface, piece.size))
            offset += len(part)
            missing -= len(part)
            if offset == len(piece.text):
                piece, offset = next(remaining, None), 0
        yield styled


def _unit_widths(unit: Sequence[Piece]) -> tuple[float, float]:
    """Width without and with the spaces at the end."""
    spaced = 0.0
    inked = 0.0
    for piece in unit:
        scale = piece.size * SLACK
        word = piece.text.rstrip(" \t\u200b\u3000" + LINE_ENDS)
        ink = piece.typeface.width(word) * scale if word else 0.0
        spaces = piece.text[len(word) :].rstrip(LINE_ENDS)
        if word:
            inked = spaced + ink
        spaced += ink + (piece.typeface.width(spaces) * scale if spaces else 0.0)
    return inked, spaced


def _broken_anywhere(unit: Sequence[Piece], width: float) -> list[float]:
    lines = [0.0]
    for piece in unit:
        for character in piece.text.rstrip(LINE_ENDS):
            advance = piece.typeface.width(character) * piece.size * SLACK
            if lines[-1] and lines[-1] + advance > width:
                lines.append(0.0)
            lines[-1] += advance
    return lines
