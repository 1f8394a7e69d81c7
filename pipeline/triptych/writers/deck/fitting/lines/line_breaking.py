"""Where lines break: styled text and a width in, lines out.

Greedy, as presentation programs do it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from triptych.media.lettering.line_breaks import ADDRESS, LINE_ENDS, unbreakable_units
from triptych.writers.deck.fitting.lines.metrics import DrawnFace, SpacedFace, Typeface

# Every advance is taken 2 % wider: against LibreOffice this under-predicted no line count in 450 boxes.
SLACK = 1.02


class Piece(NamedTuple):
    """Text with one look; ``size`` in points."""

    text: str
    typeface: Typeface | SpacedFace | DrawnFace
    size: float


class _Unit(NamedTuple):
    """What must not be broken: its ink, and its ink with the spaces at its end, in points.

    ``least`` is the width below which a reader would mind a break: an address may break where it must.
    """

    inked: float
    spaced: float
    least: float
    pieces: tuple[Piece, ...]
    ends_line: bool


def line_widths(pieces: Sequence[Piece], width: float) -> list[float]:
    """The width in points of each line that the text takes in a column of ``width`` points.

    A word wider than the column is broken between characters. Text without characters takes one line.
    """
    lines: list[float] = []
    filled = 0.0  # the current line with the spaces at its end
    visible = 0.0  # the same without them
    scale, units = _units(pieces)
    for unit in units:
        inked = unit.inked * scale
        if filled and filled + inked > width:
            lines.append(visible)
            filled = visible = 0.0
        if inked > width:
            *full, last = _broken(unit.pieces, scale, width)
            lines += full
            visible, filled = last, last
        else:
            visible, filled = filled + inked, filled + unit.spaced * scale
        if unit.ends_line:
            lines.append(visible)
            filled = visible = 0.0
    if visible or not lines:
        lines.append(visible)
    return lines


def widest_unit(pieces: Sequence[Piece]) -> float:
    """The width in points below which a word would have to be broken."""
    scale, units = _units(pieces)
    return max((unit.least for unit in units), default=0.0) * scale


def unbroken_width(pieces: Sequence[Piece]) -> float:
    """The width in points of the text on one line, or of its longest line where lines are forced."""
    return max(line_widths(pieces, float("inf")))


def _units(pieces: Sequence[Piece]) -> tuple[float, tuple[_Unit, ...]]:
    """The text's size with slack, and its units at the size of 1."""
    size = pieces[0].size if pieces else 1.0
    return size * SLACK, _measured(tuple(Piece(text, face, own / size) for text, face, own in pieces))


@lru_cache(maxsize=20_000)
def _measured(pieces: tuple[Piece, ...]) -> tuple[_Unit, ...]:
    """Text as units; kept, because fitting asks for the same text at several sizes."""
    return tuple(_unit(styled) for styled in _styled_units(pieces))


def _styled_units(pieces: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Unbreakable units, each as one or more pieces: a style may change within a word."""
    remaining = iter(piece for piece in pieces if piece.text)
    piece = next(remaining, None)
    offset = 0
    for unit in unbreakable_units("".join(piece.text for piece in pieces)):
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


def _unit(pieces: Sequence[Piece]) -> _Unit:
    spaced = 0.0
    inked = 0.0
    for piece in pieces:
        word = piece.text.rstrip(" \t\u200b\u3000" + LINE_ENDS)
        ink = piece.typeface.width(word) * piece.size if word else 0.0
        spaces = piece.text[len(word) :].rstrip(LINE_ENDS)
        if word:
            inked = spaced + ink
        spaced += ink + (piece.typeface.width(spaces) * piece.size if spaces else 0.0)
    least = inked if ADDRESS.search(pieces[0].text) is None else _widest_part(pieces)
    for piece in pieces:
        if isinstance(piece.typeface, DrawnFace):
            least -= (piece.typeface.width(piece.text) - piece.typeface.least) * piece.size
    return _Unit(inked, spaced, least, tuple(pieces), pieces[-1].text[-1] in LINE_ENDS)


def _widest_part(pieces: Sequence[Piece]) -> float:
    """The widest part of an address, between its punctuation marks."""
    return max(
        piece.typeface.width(part.rstrip()) * piece.size
        for piece in pieces
        for part in re.split(r"(?<=\W)", piece.text)
    )


def _broken(pieces: Sequence[Piece], scale: float, width: float) -> list[float]:
    """The lines of a word that is too wide: an address at its slashes and hyphens, other words anywhere."""
    lines = [0.0]
    for piece in pieces:
        em = piece.size * scale
        for part in re.split(r"(?<=[/-])", piece.text.rstrip(LINE_ENDS)):
            advances = [piece.typeface.width(part) * em]
            if advances[0] > width:
                lines += [0.0] if lines[-1] else []
                advances = [piece.typeface.width(character) * em for character in part]
            for advance in advances:
                if lines[-1] and lines[-1] + advance > width:
                    lines.append(0.0)
                lines[-1] += advance
    return lines
