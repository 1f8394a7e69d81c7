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
_HYPHEN_BEFORE_LAST = 5_000.0
_UNEVEN_LINES = 5_000.0  # a tight line next to a loose one
_RUNT, _RUNT_SHARE = 8_000.0, 0.12  # a very short last line
_RAGGED_RUNT = 0.2
_RAGGED_FORMULA = 0.4e-6  # a break after a relation costs as much as a line that is a third too short
_OVERFULL = 1e9
_FINE = 100.0  # maximum badness of lines for which hyphenation is not tried
_MAX_BADNESS = 150.0  # of lines that are not avoided at any cost
_LOOSE = 9e6  # each worse line costs more than a hyphen or a break in a formula
_SHORTEST = 0.55  # fraction of the line width; shorter lines are not tried at first


@dataclass(frozen=True, slots=True)
class Breakpoint:
    """A position at which a line may end. The first breakpoint of a paragraph is its start.

    Positions are measured in CSS pixels along the paragraph, as if it were set in one line, and exclude
    hanging punctuation.

    - ``index``: the index of the first character after the break
    - ``end``: the position at which the line before the break ends
    - ``next_start``: the position at which the line after the break begins
    - ``spaces_before``: the number of spaces in the paragraph before ``end``
    - ``spaces_after``: the number of spaces in the paragraph before ``next_start``
    - ``end_hang``, ``next_start_hang``: the widths of the punctuation that hangs over at ``end`` and
      ``next_start``
    - ``hyphen_cost``: the additional cost of a hyphen at the end of the line
    - ``formula_penalty``: the penalty of a break within a formula, as in TeX, or 0
    - ``is_mandatory``: True if the line must end here
    - ``image_width_before``: the total width of the images before the break, which cannot be scaled like
      letters
    - ``adds_hyphen``: True if the hyphen is not part of the text
    """

    index: int
    end: float
    next_start: float
    spaces_before: int
    spaces_after: int
    end_hang: float = 0.0
    next_start_hang: float = 0.0
    hyphen_cost: float = 0.0
    is_mandatory: bool = False
    image_width_before: float = 0.0
    adds_hyphen: bool = False
    formula_penalty: int = 0

    @property
    def formula_cost(self) -> float:
        """The additional cost of a break within a formula, as in TeX: the square of its penalty."""
        return float(self.formula_penalty**2)


@dataclass(frozen=True, slots=True)
class LineWidths:
    """The widths of a paragraph's lines and of a space, in CSS pixels.

    ``other_lines`` is the width of each line after the first. ``letter_stretch`` is how far letters can be
    widened or narrowed, as a fraction of their width.
    """

    first_line: float
    other_lines: float
    space: float
    letter_stretch: float = WIDEN


def find_best_lines(
    breakpoints: Sequence[Breakpoint],
    line_widths: LineWidths,
    find_all_breaks: Callable[[], Sequence[Breakpoint]],
) -> list[Breakpoint]:
    """Return the start of a justified paragraph and the breakpoints at which its lines end.

    ``breakpoints`` are those between words. If they do not allow good spacing, ``find_all_breaks`` is called,
    which returns all breakpoints, including those within words.
    """
    found, worst = _find_cheapest_lines(breakpoints, line_widths)
    return found if worst <= _FINE else _find_cheapest_lines(find_all_breaks(), line_widths)[0]


def _find_cheapest_lines(
    breakpoints: Sequence[Breakpoint], line_widths: LineWidths
) -> tuple[list[Breakpoint], float]:
    """Return the start and the line ends with the lowest total cost, and the badness of the worst line."""
    lines, worst = _search_line_ends(breakpoints, line_widths, _SHORTEST * line_widths.other_lines)
    if worst >= _OVERFULL:
        lines, worst = _search_line_ends(breakpoints, line_widths, -inf)
    return [breakpoints[0], *(breakpoints[n] for n in lines)], worst


def _search_line_ends(
    breakpoints: Sequence[Breakpoint], line_widths: LineWidths, min_width: float
) -> tuple[list[int], float]:
    """Return the indices of the line ends with the lowest total cost, and the badness of the worst line.

    Lines narrower than ``min_width`` before justification are not tried, except before a mandatory break.
    """
    stretch, shrink, letters = (
        STRETCH * line_widths.space,
        SHRINK * line_widths.space,
        line_widths.letter_stretch,
    )
    costs, before, ratios = [0.0] * len(breakpoints), [-1] * len(breakpoints), [0.0] * len(breakpoints)
    worsts = [0.0] * len(breakpoints)
    active, last = [0], 0
    for here in range(1, len(breakpoints)):
        stop = breakpoints[here]
        end, spaces = stop.end, stop.spaces_before
        least, since, its_ratio, its_badness = inf, -1, 0.0, 0.0
        gone = 0
        for start in active:
            begun = breakpoints[start]
            natural, gaps = end - begun.next_start, spaces - begun.spaces_after
            slack = (line_widths.other_lines if start else line_widths.first_line) - natural
            letter_stretch = letters * (natural - stop.image_width_before + begun.image_width_before)
            if slack < 0:
                ratio = slack / (gaps * shrink + letter_stretch) if gaps else -inf
                if ratio < -1:
                    gone += 1
                    continue
            elif stop.is_mandatory:
                ratio = 0.0
            elif natural < min_width:
                break
            else:
                ratio = slack / (gaps * stretch + letter_stretch) if gaps else inf
            badness = min(100 * abs(ratio) ** 3, 100_000.0)
            cost = costs[start] + (_LINE + badness) ** 2 + stop.formula_cost
            if badness > _MAX_BADNESS:
                cost += _LOOSE
            if stop.hyphen_cost:
                cost += stop.hyphen_cost + (_SECOND_HYPHEN if begun.hyphen_cost else 0)
            if stop.is_mandatory:
                cost += (_HYPHEN_BEFORE_LAST if begun.hyphen_cost else 0) + (
                    _RUNT if start and natural < _RUNT_SHARE * line_widths.other_lines else 0
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


def trace_line_ends(predecessors: Sequence[int]) -> list[int]:
    """Return the indices of the line ends that lead to the last breakpoint, in order.

    ``predecessors[n]`` is the index of the best line end before breakpoint ``n``.
    """
    lines, here = [], len(predecessors) - 1
    while here > 0:
        lines.append(here)
        here = predecessors[here]
    return lines[::-1]


def find_ragged_lines(
    breakpoints: Sequence[Breakpoint], line_widths: LineWidths, *, is_balanced: bool
) -> list[Breakpoint]:
    """Return the start and the line ends of unjustified text, with few lines of similar lengths.

    If ``is_balanced`` is True, as for headings, the last line should be as long as the others. Otherwise, the
    last line may be shorter, but a single short word is avoided.
    """
    if _fits_on_one_line(breakpoints, line_widths):
        return [breakpoints[0], breakpoints[-1]]
    costs, before = [0.0] + [inf] * (len(breakpoints) - 1), [-1] * len(breakpoints)
    for here in range(1, len(breakpoints)):
        stop = breakpoints[here]
        for start in range(here - 1, -1, -1):
            natural = (
                stop.end + stop.end_hang - breakpoints[start].next_start + breakpoints[start].next_start_hang
            )
            slack = (line_widths.other_lines if start else line_widths.first_line) - natural
            if slack < 0 and start < here - 1:
                break
            short = max(slack, 0.0) / line_widths.other_lines
            if stop.is_mandatory and not is_balanced:
                short = 0.5 if start and natural < _RAGGED_RUNT * line_widths.other_lines else 0.0
            cost = costs[start] + 1 + short**2 + (_OVERFULL if slack < 0 else 0)
            cost += _RAGGED_FORMULA * stop.formula_cost
            if cost < costs[here]:
                costs[here], before[here] = cost, start
    return [breakpoints[0], *(breakpoints[n] for n in trace_line_ends(before))]


def _fits_on_one_line(breakpoints: Sequence[Breakpoint], line_widths: LineWidths) -> bool:
    """Return whether the text fits on one line; always true if the width is unlimited.

    The cost of one line is then below 2, and that of two lines is not. The search would find the same after
    it has compared all pairs of breakpoints.
    """
    width, end = line_widths.first_line, breakpoints[-1].end + breakpoints[-1].end_hang
    naturals = (end - start.next_start + start.next_start_hang for start in breakpoints[:-1])
    is_first_wide_enough = 0 < next(naturals, 0.0) <= width <= line_widths.other_lines
    return is_first_wide_enough and all(natural <= line_widths.other_lines for natural in naturals)
