"""Paragraphs of Chinese and Japanese, planned as a whole (see ``paragraphs``).

Their lines can end almost anywhere, so that most are as long as the measure but for a character. What decides
are the marks that may not begin or end a line, and words and figures of the West.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import inf

from triptych.writers.print.layout.patches.lines.justification import gaps_of
from triptych.writers.print.layout.patches.lines.paragraphs import Measure, Stop

_LINE = 10.0
_FINE = 100.0
_SHORTEST = 0.8  # of the measure
_RUNT, _RUNT_EM = 8_000.0, 1.5  # a last line of one character
_OVERFULL = 1e9


@dataclass(frozen=True, slots=True)
class Elastic:
    """How far a text can be stretched unseen and shrunk up to each of its characters, in CSS pixels."""

    text: str
    stretches: Sequence[float]
    shrinks: Sequence[float]
    em: float

    def of(self, start: Stop, end: Stop) -> tuple[float, float]:
        """Those of the line between two stops."""
        first, last = start.place, end.place - 1
        while last > first and self.text[last] in " \n":
            last -= 1
        return (
            self.stretches[last] - self.stretches[first],
            self.shrinks[last] - self.shrinks[first],
        )


def elastic(text: str, em: float) -> Elastic:
    """The gaps of a paragraph's text."""
    gaps = gaps_of(text)
    stretches = [0.0, *accumulate(item.stretch * em for item in gaps)]
    shrinks = [0.0, *accumulate(item.shrink * em for item in gaps)]
    return Elastic(text, stretches, shrinks, em)


def best_eastern_lines(stops: Sequence[Stop], measure: Measure, spring: Elastic) -> tuple[list[Stop], bool]:
    """Stops from a paragraph's start to its end → the start, and those at which its lines end; whether all
    lines are fine.
    """
    for shortest in (_SHORTEST * measure.width, -inf):
        lines, worst = _search(stops, measure, spring, shortest)
        if worst < _OVERFULL:
            break
    return [stops[0], *(stops[n] for n in lines)], worst <= _FINE


def _search(
    stops: Sequence[Stop], measure: Measure, spring: Elastic, shortest: float
) -> tuple[list[int], float]:
    costs, before, worsts = [0.0], [-1], [0.0]
    first = 0  # the first stop from which a line can reach so far
    for here in range(1, len(stops)):
        stop = stops[here]
        least, since, worst = inf, -1, 0.0
        for start in range(here - 1, first - 1, -1):
            begun = stops[start]
            width = measure.width if start else measure.first
            natural = stop.end - begun.begin
            room = width - natural
            if room > width - shortest and not stop.final:
                continue
            stretch, shrink = spring.of(begun, stop)
            if room < -shrink - 0.01:
                first = start + 1
                break
            ratio = 0.0 if stop.final and room >= 0 else _ratio(room, stretch, shrink)
            badness = min(100 * abs(ratio) ** 3, 100_000.0)
            cost = costs[start] + (_LINE + badness) ** 2 + stop.hyphen
            if stop.final and start and natural < _RUNT_EM * spring.em:
                cost += _RUNT
            if cost < least:
                least, since, worst = cost, start, max(worsts[start], badness)
        if since < 0 and first == here:
            # Nothing fits: the line is too long, whatever is done.
            least, since, worst = costs[here - 1] + _OVERFULL, here - 1, _OVERFULL
            first = here - 1
        costs.append(least)
        before.append(since)
        worsts.append(worst if since >= 0 else inf)
    lines, here = [], len(stops) - 1
    while here > 0:
        lines.append(here)
        here = before[here]
    return lines[::-1], worsts[-1]


def _ratio(room: float, stretch: float, shrink: float) -> float:
    """How far gaps are stretched or shrunk, 1 as far as is hardly seen or as they can be."""
    most = shrink if room < 0 else stretch
    return room / most if most else (inf if abs(room) > 0.01 else 0.0)
