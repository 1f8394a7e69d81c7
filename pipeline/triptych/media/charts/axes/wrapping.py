"""Text broken into lines of a width, whole words where they fit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

Measure = Callable[[str], float]


def wrapped(text: str, width: float, measure: Measure) -> list[str]:
    """Lines no wider than ``width``; a longer word is broken, since nothing may be cut off."""
    lines: list[str] = []
    line = ""
    for word in _pieces(text, width, measure):
        longer = f"{line} {word}" if line else word
        if line and measure(longer) > width:
            lines.append(line)
            line = word
        else:
            line = longer
    return [*lines, line]


def longest_word(text: str, measure: Measure) -> float:
    """The width that a text needs at least if no word is broken."""
    return max((measure(word) for word in text.split()), default=0.0)


def _pieces(text: str, width: float, measure: Measure) -> list[str]:
    """Words, those that are too wide in several parts."""
    pieces = []
    for word in text.split():
        while measure(word) > width and len(word) > 1:
            longest = bisect_right(range(1, len(word)), width, key=lambda n: measure(word[:n]))
            end = max(1, longest)
            pieces.append(word[:end])
            word = word[end:]
        pieces.append(word)
    return pieces or [""]
