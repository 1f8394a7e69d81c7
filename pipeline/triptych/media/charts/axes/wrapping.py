"""Text broken into lines of a width, whole words where they fit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable

Measure = Callable[[str], float]

_USUAL = 64  # characters; hardly a word is longer


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
        while word:
            end = _fitting(word, width, measure)
            pieces.append(word[:end])
            word = word[end:]
    return pieces or [""]


def _fitting(word: str, width: float, measure: Measure) -> int:
    """How many characters of a word are no wider than a line, or one; of a long word no more is measured than
    a few lines.
    """
    most = min(len(word), _USUAL)
    while measure(word[:most]) <= width:
        if most == len(word):
            return most
        most = min(2 * most, len(word))
    return max(1, bisect_right(range(1, most), width, key=lambda n: measure(word[:n])))
