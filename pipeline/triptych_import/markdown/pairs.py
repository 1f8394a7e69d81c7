"""Marks that stand at both ends of something, in one pass over a text.

A pattern such as ``<!--.*?-->`` looks through the whole rest of a text for each mark that nothing closes.
Here it is known where closing marks are before any opening one is looked at, so that a text made of nothing
but opening ones costs no more than others.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence

_TICKS = re.compile(r"`+")


def pairs(
    kinds: Sequence[tuple[str, str]], text: str, flags: re.RegexFlag = re.NOFLAG
) -> Iterator[tuple[int, re.Match[str], re.Match[str]]]:
    """Opening marks, each with the number of its kind and the first closing one of that behind it.

    ``kinds`` are patterns of an opening and a closing mark, in the order in which they are tried; ``^`` and
    ``$`` mean lines. No pair begins in another.
    """
    found: list[tuple[int, int, re.Match[str]]] = []
    ends: list[list[re.Match[str]]] = []
    for kind, (opening, closing) in enumerate(kinds):
        found += [(m.start(), kind, m) for m in re.finditer(opening, text, flags | re.MULTILINE)]
        ends.append(list(re.finditer(closing, text, flags | re.MULTILINE)) if found else [])
    starts = [[match.start() for match in matches] for matches in ends]
    position = 0
    for start, kind, first in sorted(found, key=lambda one: one[:2]):
        index = bisect_left(starts[kind], first.end())
        if start >= position and index < len(ends[kind]):
            yield kind, first, ends[kind][index]
            position = ends[kind][index].end()


class Ticks:
    """The runs of backticks in a text, by their lengths."""

    def __init__(self, text: str) -> None:
        self._starts: dict[int, list[int]] = defaultdict(list)
        for run in _TICKS.finditer(text):
            self._starts[len(run.group())].append(run.start())

    def closing(self, width: int, position: int) -> int | None:
        """Where the next run of a length begins, from a place that is in no run."""
        starts = self._starts.get(width, [])
        index = bisect_left(starts, position)
        return starts[index] if index < len(starts) else None


def code_in_line(line: str, *, escapes: bool = False) -> Iterator[tuple[int, int, int]]:
    """Code in a line: where its ticks begin, how many there are, and where those behind it begin.

    ``escapes`` says that ticks behind a backslash begin none.
    """
    ticks, position = Ticks(line), 0
    while run := _TICKS.search(line, position):
        position = run.end()
        closing = ticks.closing(len(run.group()), position)
        if closing is None or (escapes and line[: run.start()].endswith("\\")):
            continue
        if "\n" not in line[position:closing]:
            yield run.start(), len(run.group()), closing
            position = closing + len(run.group())
