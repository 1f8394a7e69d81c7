"""What a program may take that reads what a stranger may have written: the one place of these limits.

A sound book is far below them. They bound processor time, which does not depend on what else a machine does;
the time of the clock that each program has besides (``programs.py``) is for one that waits for something.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from triptych.settings.values import ReadingLimits

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Bounds:
    """Seconds of processor time, and bytes of memory."""

    seconds: float
    memory: int

    def times(self, factor: int) -> Bounds:
        """As many times as much."""
        return Bounds(self.seconds * factor, self.memory * factor)


def reading(sizes: Sequence[int], limits: ReadingLimits) -> Bounds:
    """For texts of Markdown of so many characters. Pandoc was seen to read a megabyte of prose in 7 s with
    390 MB, and three thousand formulas, a tenth of that, in 6 s; no section has more than two megabytes.
    """
    lengthy = sum(min(60 * size / MEGABYTE, 20) for size in sizes)
    return Bounds(limits.section_time + lengthy, limits.section_memory + 200 * sum(sizes))


def searching(size: int) -> Bounds:
    """For a part of a text that could not be read, to find where in it the cause stands."""
    return Bounds(seconds=1 + 12 * size / MEGABYTE, memory=500 * MEGABYTE)


SEARCH = 25.0
"""Seconds of processor time that such a search may take in all."""


def importing(size: int) -> Bounds:
    """For the import of a book whose texts have so many bytes, with the programs that it starts. A book of
    1.4 MB was seen to take 19 s.
    """
    return Bounds(seconds=20 + 25 * min(size, 10 * MEGABYTE) / MEGABYTE, memory=1000 * MEGABYTE)


TRUST = 10
"""How many times as much the import of a book may take that is trusted."""

SOURCES = Bounds(seconds=30, memory=750 * MEGABYTE)
"""For a list of sources, or all citations of a book. Three thousand sources, each cited twice, were seen to
take 9 s with 340 MB.
"""

WORD = Bounds(seconds=30, memory=800 * MEGABYTE)
"""For a Word document that is imported."""

DRAWING = Bounds(seconds=15, memory=700 * MEGABYTE)
"""For a picture that is a program, as a page of a PDF is, beside what its process begins with."""
