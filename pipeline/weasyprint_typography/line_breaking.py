"""Choose the line breaks of a paragraph that have the lowest total cost.

After Knuth and Plass, "Breaking paragraphs into lines" (Software: Practice and Experience 11, 1981). The cost
of a line grows with the deviation of its spaces from their natural width. A hyphen at the end of a line adds
to the cost, especially in consecutive lines and before the last line.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf

# How far a space may grow before its line is loose, and shrink at most, as fractions of its width.
STRETCH, SHRINK = 0.5, 0.22
# How far letters may be scaled, and tracked, inconspicuously, as fractions of their width.
WIDEN, TRACK = 0.02, 0.02
_LINE = 10.0  # cost of each line, so that paragraphs are not longer than necessary
HYPHEN, NAME_HYPHEN = 20_000.0, 60_000.0  # in a word, and in a capitalised word
OWN_HYPHEN = 3_000.0  # after the hyphen of a compound
_SECOND_HYPHEN = 40_000.0  # in two consecutive lines
_HYPHEN_BEFORE_LAST = 20_000.0
_UNEVEN_LINES = 5_000.0  # a tight line next to a loose one
_RUNT, _RUNT_SHARE = 8_000.0, 0.12  # a very short last line
_RAGGED_RUNT = 0.2
_OVERFULL = 1e9
_FINE = 100.0  # maximum badness of lines for which hyphenation is not tried
_SHORTEST = 0.55  # fraction of the line width; shorter lines are not tried at first


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A line break opportunity; the first breakpoint of a paragraph is its start.

    ``place`` is the index of the first character after the break. ``end`` and ``begin`` are the positions at
    which the line before the break ends and the line after the break begins, if the paragraph were set in one
    line. ``end_hangs`` and ``begin_hangs`` are the widths of hanging punctuation. ``spaces_before`` is the
    number of spaces before ``end``, ``spaces_after`` the number before ``begin``. ``rigid`` is the total
    width of images before the break, which cannot be scaled like letters. ``hyphen`` is the additional cost
    of a hyphen at the end of the line. If ``hyphenated`` is true, this hyphen is not part of the text. If
    ``final`` is true, the line must end here. Lengths are in CSS pixels.
    """

    place: int
    end: float
    begin: float
    spaces_before: int
    spaces_after: int
    end_hangs: float = 0.0
    begin_hangs: float = 0.0
    hyphen: float = 0.0
    final: bool = False
    rigid: float = 0.0
    hyphenated: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """The widths of a paragraph's first line, of its other lines and of a space, in CSS pixels.

    ``letters`` is how far letters can be widened or narrowed, as a fraction of their width.
    """

    first: float
    width: float
    space: float
    letters: float = WIDEN


def find_best_lines(
    stops: Sequence[Breakpoint], measure: Measure, with_hyphens: Callable[[], Sequence[Breakpoint]]
) -> list[Breakpoint]:
    """Return the start of a justified paragraph and the breakpoints at which its lines end.

    ``with_hyphens`` returns all breakpoints, including those within words. It is called if the spacing is not
    good enough without hyphenation.
    """
    found, worst = _find_cheapest(stops, measure)
    return found if worst <= _FINE else _find_cheapest(with_hyphens(), measure)[0]


def _find_cheapest(stops: Sequence[Breakpoint], measure: Measure) -> tuple[list[Breakpoint], float]:
    """Return the start and the line ends with the lowest total cost, and the badness of the worst line."""
    lines, worst = _search(stops, measure, _SHORTEST * measure.width)
    if worst >= _OVERFULL:
        lines, worst = _search(stops, measure, -inf)
    return [stops[0], *(stops[n] for n in lines)], worst


def _search(stops: Sequence[Breakpoint], measure: Measure, shortest: float) -> tuple[list[int], float]:
    """Return the indices of the line ends with the lowest total cost, and the badness of the worst line.

    Lines that are shorter than ``shortest`` before justification are not tried.
    """
    stretch, shrink, letters = STRETCH * measure.space, SHRINK * measure.space, measure.letters
    costs, before, ratios = [0.0] * len(stops), [-1] * len(stops), [0.0] * len(stops)
    worsts = [0.0] * len(stops)
    active, last = [0], 0
    for here in range(1, len(stops)):
        stop = stops[here]
        end, spaces = stop.end, stop.spaces_before
        least, since, its_ratio, its_badness = inf, -1, 0.0, 0.0
        gone = 0
        for start in active:
            begun = stops[start]
            natural, gaps = end - begun.begin, spaces - begun.spaces_after
            slack = (measure.width if start else measure.first) - natural
            letter_stretch = letters * (natural - stop.rigid + begun.rigid)
            if slack < 0:
                ratio = slack / (gaps * shrink + letter_stretch) if gaps else -inf
                if ratio < -1:
                    gone += 1
                    continue
            elif stop.final:
                ratio = 0.0
            elif natural < shortest:
                break
            else:
                ratio = slack / (gaps * stretch + letter_stretch) if gaps else inf
            badness = min(100 * abs(ratio) ** 3, 100_000.0)
            cost = costs[start] + (_LINE + badness) ** 2
            if stop.hyphen:
                cost += stop.hyphen + (_SECOND_HYPHEN if begun.hyphen else 0)
            if stop.final:
                cost += (_HYPHEN_BEFORE_LAST if begun.hyphen else 0) + (
                    _RUNT if start and natural < _RUNT_SHARE * measure.width else 0
                )
            elif start and abs(ratio - ratios[start]) > 1.2:
                cost += _UNEVEN_LINES
            if cost < least:
                least, since, its_ratio, its_badness = cost, start, ratio, badness
        if gone:
            last = active[gone - 1]
            del active[:gone]
        if since < 0 and not active:
            # Nothing fits: the line is overfull in any case.
            least, since, its_ratio, its_badness = costs[last] + _OVERFULL, last, 0.0, _OVERFULL
        if since >= 0:
            costs[here], before[here], ratios[here] = least, since, its_ratio
            worsts[here] = max(worsts[since], its_badness)
            active.append(here)
    return trace_line_ends(before), worsts[-1]


def trace_line_ends(before: Sequence[int]) -> list[int]:
    """Return the indices of the line ends; ``before[n]`` is the index of the line end before ``n``."""
    lines, here = [], len(before) - 1
    while here > 0:
        lines.append(here)
        here = before[here]
    return lines[::-1]


def find_ragged_lines(stops: Sequence[Breakpoint], measure: Measure, *, balanced: bool) -> list[Breakpoint]:
    """Return the start and the line ends of unjustified text, with few lines of similar lengths.

    The last line of ``balanced`` text, such as a heading, should be as long as the others. In other text, the
    last line should not be a single short word.
    """
    costs, before = [0.0] + [inf] * (len(stops) - 1), [-1] * len(stops)
    for here in range(1, len(stops)):
        stop = stops[here]
        for start in range(here - 1, -1, -1):
            natural = stop.end + stop.end_hangs - stops[start].begin + stops[start].begin_hangs
            slack = (measure.width if start else measure.first) - natural
            if slack < 0 and start < here - 1:
                break
            short = max(slack, 0.0) / measure.width
            if stop.final and not balanced:
                short = 0.5 if start and natural < _RAGGED_RUNT * measure.width else 0.0
            cost = costs[start] + 1 + short**2 + (_OVERFULL if slack < 0 else 0)
            if cost < costs[here]:
                costs[here], before[here] = cost, start
    return [stops[0], *(stops[n] for n in trace_line_ends(before))]
