"""Listings into a box: the largest size at which the longest line fits, else several slides."""

from __future__ import annotations

from dataclasses import dataclass

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.lines.line_breaking import Piece, line_widths
from triptych.writers.deck.fitting.lines.metrics import typeface

CODE_SIZES = (24.0, 20.0, 18.0, 16.0, 14.0, 13.0, 12.0)
CONTINUED_SIZES = (16.0, 14.0, 13.0, 12.0)
LINE_DISTANCE = 1.35  # times the size, set as exact points so that all programs agree
TAB = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedCode:
    """Lines of one slide and the rows they take when those too long are wrapped; ``size`` in points."""

    lines: tuple[str, ...]
    size: float
    rows: int


def fit_code(text: str, width: float, height: float, theme: Theme) -> list[FittedCode]:
    """Slides that hold a listing, cut at blank lines or before lines that start a new block.

    A line too long even at the smallest size is wrapped by the program that shows it, and counts so; one
    that fills more than a slide, such as minified JSON, is cut.
    """
    lines = text.expandtabs(TAB).strip("\n").split("\n")
    for size in CODE_SIZES:
        rows = _rows(lines, size, width, theme)
        if max(rows) == 1 and len(lines) * size * LINE_DISTANCE <= height:
            return [FittedCode(lines=tuple(lines), size=size, rows=len(lines))]
    size = next(
        (size for size in CONTINUED_SIZES if max(_rows(lines, size, width, theme)) == 1), CODE_SIZES[-1]
    )
    capacity = int(height / (size * LINE_DISTANCE))
    lines = [part for line in lines for part in _cut(line, size, width, capacity, theme)]
    rows = _rows(lines, size, width, theme)
    parts = []
    start = 0
    while start < len(lines):
        end = _end_of_part(lines, rows, start, capacity)
        kept = lines[start:end]
        while len(kept) > 1 and not kept[-1].strip():
            kept.pop()
        taken = sum(rows[start : start + len(kept)])
        parts.append(FittedCode(lines=tuple(kept), size=size, rows=taken))
        start = end
        while start < len(lines) and not lines[start].strip():
            start += 1
    return parts


def _rows(lines: list[str], size: float, width: float, theme: Theme) -> list[int]:
    """How many rows each line takes."""
    face = typeface(theme, theme.mono)
    return [len(line_widths([Piece(line, face, size)], width)) for line in lines]


def _cut(line: str, size: float, width: float, capacity: int, theme: Theme) -> list[str]:
    """The line, in halves until each takes no more rows than a slide has."""
    if len(line) < 2 or _rows([line], size, width, theme)[0] <= capacity:
        return [line]
    middle = len(line) // 2
    halves = (line[:middle], line[middle:])
    return [part for half in halves for part in _cut(half, size, width, capacity, theme)]


def _end_of_part(lines: list[str], rows: list[int], start: int, capacity: int) -> int:
    """The best end in the second half of what fits: after a blank line, before an unindented one."""
    end = start
    used = 0
    while end < len(lines) and (used + rows[end] <= capacity or end == start):
        used += rows[end]
        end += 1
    if end == len(lines):
        return end
    candidates = range(end, start + max(1, (end - start) // 2), -1)
    blank = (cut for cut in candidates if not lines[cut - 1].strip())
    unindented = (cut for cut in candidates if lines[cut][:1].strip() and lines[cut][:1] not in ")]}")
    return next(blank, next(unindented, end))
