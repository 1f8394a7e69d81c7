"""Hang punctuation, tighten full-width punctuation, and break lines of Chinese, Japanese and Thai.

Light punctuation marks at the ends of a line hang over the edge a little, so that the edge looks straight.
Half of a full-width bracket, comma or full stop is blank. Between two adjacent full-width marks, one blank
half is enough (W3C, Requirements for Japanese Text Layout, 3.1.2, and for Chinese, 3.1.6). Fonts have
half-width glyphs for these marks, with the OpenType feature ``halt``. CSS cannot set a feature for single
characters, so it is set in Pango's layouts. Adjacent marks in different elements get elements of their own
(``preparation.add_script_spacing``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import inf
from typing import Any, NamedTuple

from weasyprint_typography.engine import patch
from weasyprint_typography.line_breaking import Breakpoint, LineWidths, trace_line_ends

# Full-width punctuation of Chinese and Japanese, half of which is blank.
OPENING = "「『（［｛〈《【〔〖"
CLOSING = "、。，．」』）］｝〉》】〕〗"

# Fractions of their own width by which marks hang over the end and the start of a line.
_END_OVERHANGS = {
    **dict.fromkeys(".,", 0.6),
    **dict.fromkeys("-\u2010", 0.5),
    **dict.fromkeys("’”'\"", 0.5),
    **dict.fromkeys(":;", 0.35),
    **dict.fromkeys("»›", 0.4),
    **dict.fromkeys("–", 0.25),
    **dict.fromkeys("—", 0.15),
    **dict.fromkeys("!?)", 0.15),
    **dict.fromkeys(CLOSING, 0.5),
}
_START_OVERHANGS = {
    **dict.fromkeys("‘“'\"", 0.5),
    **dict.fromkeys("‚„", 0.6),
    **dict.fromkeys("«‹", 0.4),
    **dict.fromkeys("(", 0.15),
    **dict.fromkeys(OPENING, 0.5),
}

_OPENING, _CLOSING = f"{OPENING}“‘", f"{CLOSING}”’"
_ADJACENT_MARKS = re.compile(f"[{_CLOSING}](?=[{_CLOSING}{_OPENING}])|(?<=[{_OPENING}])[{_OPENING}]")
_CLOSING_TAIL, _OPENING_HEAD = re.compile(f"[{_CLOSING}]+\\Z"), re.compile(f"[{_OPENING}]+")
_MARKS = frozenset(_OPENING + _CLOSING)
_WIDE_CHARACTER = re.compile("[\u3000-\u303f\uff00-\uffef]")


def get_end_overhang(character: str) -> float:
    """Return the fraction of a character's width that hangs over the end of a line."""
    return _END_OVERHANGS.get(character, 0.0)


def get_start_overhang(character: str) -> float:
    """Return the fraction of a character's width that hangs over the start of a line."""
    return _START_OVERHANGS.get(character, 0.0)


def find_squeezed_marks(text: str) -> list[int]:
    """Return the indices of full-width punctuation marks that are set without their blank half."""
    return [match.start() for match in _ADJACENT_MARKS.finditer(text)] if _WIDE_CHARACTER.search(text) else []


def count_squeezed_end_marks(before: str, text: str, after: str) -> tuple[int, int]:
    """Return how many punctuation marks at the start and at the end of ``text`` lose their blank halves.

    ``before`` and ``after`` are the adjacent characters in other elements, or "" at the ends of the line.
    """
    start = end = 0
    if (
        before
        and before in _OPENING
        and (run := _OPENING_HEAD.match(text))
        and _WIDE_CHARACTER.search(before + run[0])
    ):
        start = len(run[0])
    if (
        after
        and after in _MARKS
        and (run := _CLOSING_TAIL.search(text))
        and _WIDE_CHARACTER.search(run[0] + after)
    ):
        end = len(run[0])
    return start, end


@patch("weasyprint.text.line_break.Layout.set_text", "fe23ca9937dbf520")
def set_text(set_plain: Callable[..., None]) -> Callable[..., None]:
    """Set adjacent full-width punctuation marks without the blank halves between them."""

    def set_squeezed_text(self: Any, text: str, justify: bool = False) -> None:
        set_plain(self, text, justify)
        _squeeze_marks(self)

    return set_squeezed_text


def _squeeze_marks(layout: Any) -> None:
    if not (squeezed := find_squeezed_marks(layout.text)):
        return
    from weasyprint.text.ffi import ffi, pango

    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    for place in squeezed:
        attribute = pango.pango_attr_font_features_new(b"halt 1")
        attribute.start_index = len(layout.text[:place].encode())
        attribute.end_index = len(layout.text[: place + 1].encode())
        pango.pango_attr_list_insert(attributes, attribute)  # keeps attributes that other layouts may share
    pango.pango_layout_set_attributes(layout.layout, attributes)


# Han, kana, bopomofo, their punctuation and full-width forms; not Hangul.
UNSPACED = (
    "\u2e80-\u312f\u31a0-\u4dbf\u4e00-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003fffd"
)
_THAI = "\u0e01-\u0e4e\u0e81-\u0ecd"  # with Lao
_CHARACTER_SPACED = re.compile(f"[{UNSPACED}{_THAI}]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_FOLLOWING_VOWELS = "\u0e33\u0eb3"  # part of the preceding letter, as are marks above it
_SPACES = " \u00a0"
_NO_GAP_AFTER = frozenset(f"{OPENING}“‘([{{")
_NO_GAP_BEFORE = frozenset(f"{CLOSING}”’)]}}，；：！？；：,.;:!?%‰℃°・·ー々…‥—")
_SQUEEZED = frozenset("、，」』）］｝〉》】〕〗")  # with a blank right half
_UNBROKEN_MARKS = frozenset("…‥—")


class Gap(NamedTuple):
    """The elasticity of the gap between two characters, in em.

    ``stretch`` is how far the gap can grow inconspicuously, ``shrink`` how far it can shrink at most. Gaps
    with a lower ``order`` grow first. A gap without ``stretch`` never grows.
    """

    stretch: float
    shrink: float
    order: int


_NO_GAP = Gap(0.0, 0.0, 0)
_SPACE = Gap(0.12, 0.05, 0)
_SCRIPT_GAP = Gap(0.1, 0.08, 1)
_CHARACTER_GAP = Gap(0.05, 0.0, 2)
_MARK_GAP = Gap(0.05, 0.25, 2)
_SQUEEZED_GAP = Gap(0.0, 0.25, 2)


def is_character_spaced(text: str) -> bool:
    """Return whether justification adds space between the characters of ``text``.

    This is the case in Chinese, Japanese, Thai and Lao, but not in Korean, even with Han characters.
    """
    return bool(_CHARACTER_SPACED.search(text)) and not _HANGUL.search(text)


def get_gap(before: str, after: str, *, is_tight: bool = False) -> Gap:
    """Return the gap between two characters.

    ``is_tight`` is True if ``before`` has lost its blank half.
    """
    if before in _SPACES:
        return _SPACE
    if after in _SPACES:
        return _NO_GAP
    shuts = before in _SQUEEZED and not is_tight
    if (
        before in _NO_GAP_AFTER
        or after in _NO_GAP_BEFORE
        or (before in _UNBROKEN_MARKS and after in _UNBROKEN_MARKS)
    ):
        return _SQUEEZED_GAP if shuts and after not in _NO_GAP_BEFORE else _NO_GAP
    first, second = _CHARACTER_SPACED.match(before), _CHARACTER_SPACED.match(after)
    if first and second:
        if _belongs_to_previous(after):
            return _NO_GAP
        return _MARK_GAP if shuts or after in OPENING else _CHARACTER_GAP
    if first or second:
        return _MARK_GAP if shuts else _SCRIPT_GAP
    return _NO_GAP


def find_gaps(text: str) -> list[Gap]:
    """Return the gaps between the adjacent characters of ``text``."""
    squeezed = set(find_squeezed_marks(text))
    return [
        get_gap(left, right, is_tight=place in squeezed) for place, (left, right) in enumerate(pairwise(text))
    ]


def _belongs_to_previous(character: str) -> bool:
    return character in _FOLLOWING_VOWELS or unicodedata.category(character) == "Mn"


def distribute_space(gaps: Sequence[Gap], extra_space: float) -> list[float]:
    """Return the change of each gap, in em, so that all gaps together take up ``extra_space``.

    If ``extra_space`` is negative, gaps shrink in proportion to their ``shrink``, but not by more than that.
    Otherwise the gaps of each order grow up to their ``stretch``, in ascending order, and the remaining space
    is distributed evenly.
    """
    shares = [0.0] * len(gaps)
    if extra_space < 0:
        available = sum(item.shrink for item in gaps)
        part = max(extra_space / available, -1.0) if available else 0.0
        return [part * item.shrink for item in gaps]
    for order in range(3):
        wide = sum(item.stretch for item in gaps if item.order == order)
        if not wide:
            continue
        part = min(extra_space / wide, 1.0)
        shares = [
            distributed + part * item.stretch if item.order == order else distributed
            for distributed, item in zip(shares, gaps, strict=True)
        ]
        extra_space -= part * wide
        if extra_space <= 0:
            return shares
    count = sum(item.stretch > 0 for item in gaps)
    return [
        distributed + (extra_space / count if item.stretch else 0.0)
        for distributed, item in zip(shares, gaps, strict=True)
    ]


_LINE = 10.0
_GOOD_BADNESS = 100.0
_MIN_LINE_FRACTION = 0.8  # of the measure
_RUNT, _RUNT_EM = 8_000.0, 1.5  # cost and width of a last line of one character
_OVERFULL = 1e9


@dataclass(frozen=True, slots=True)
class Elasticity:
    """The cumulative stretch and shrink of a text before each of its characters, in CSS pixels."""

    text: str
    stretches: Sequence[float]
    shrinks: Sequence[float]
    font_size: float

    def measure_line(self, start: Breakpoint, end: Breakpoint) -> tuple[float, float]:
        """Return how far the line between two breakpoints can be stretched and shrunk, in CSS pixels."""
        first, last = start.index, end.index - 1
        while last > first and self.text[last] in " \n":
            last -= 1
        return (self.stretches[last] - self.stretches[first], self.shrinks[last] - self.shrinks[first])


def measure_elasticity(text: str, font_size: float) -> Elasticity:
    """Return the elasticity of a text; ``font_size`` is in CSS pixels."""
    gaps = find_gaps(text)
    stretches = [0.0, *accumulate(item.stretch * font_size for item in gaps)]
    shrinks = [0.0, *accumulate(item.shrink * font_size for item in gaps)]
    return Elasticity(text, stretches, shrinks, font_size)


def find_best_eastern_lines(
    breakpoints: Sequence[Breakpoint], line_widths: LineWidths, elasticity: Elasticity
) -> tuple[list[Breakpoint], bool]:
    """Return the start and the best line ends of a text, and whether all lines are spaced well."""
    for shortest in (_MIN_LINE_FRACTION * line_widths.other_lines, -inf):
        lines, worst = _search_eastern_line_ends(breakpoints, line_widths, elasticity, shortest)
        if worst < _OVERFULL:
            break
    return [breakpoints[0], *(breakpoints[n] for n in lines)], worst <= _GOOD_BADNESS


def _search_eastern_line_ends(
    breakpoints: Sequence[Breakpoint], line_widths: LineWidths, elasticity: Elasticity, min_width: float
) -> tuple[list[int], float]:
    costs, before, worsts = [0.0], [-1], [0.0]
    first = 0  # the first breakpoint from which a line can reach the current one
    for end_index in range(1, len(breakpoints)):
        stop = breakpoints[end_index]
        min_cost, best_start, worst = inf, -1, 0.0
        for start in range(end_index - 1, first - 1, -1):
            start_point = breakpoints[start]
            width = line_widths.other_lines if start else line_widths.first_line
            natural = stop.end - start_point.next_start
            extra = width - natural
            if extra > width - min_width and not stop.is_mandatory:
                continue
            stretch, shrink = elasticity.measure_line(start_point, stop)
            if extra < -shrink - 0.01:
                first = start + 1
                break
            ratio = (
                0.0 if stop.is_mandatory and extra >= 0 else _compute_stretch_ratio(extra, stretch, shrink)
            )
            badness = min(100 * abs(ratio) ** 3, 100_000.0)
            cost = costs[start] + (_LINE + badness) ** 2 + stop.hyphen_cost + stop.formula_cost
            if stop.is_mandatory and start and natural < _RUNT_EM * elasticity.font_size:
                cost += _RUNT
            if cost < min_cost:
                min_cost, best_start, worst = cost, start, max(worsts[start], badness)
        if best_start < 0 and first == end_index:
            # Nothing fits: the line is overfull in any case.
            min_cost, best_start, worst = costs[end_index - 1] + _OVERFULL, end_index - 1, _OVERFULL
            first = end_index - 1
        costs.append(min_cost)
        before.append(best_start)
        worsts.append(worst if best_start >= 0 else inf)
    return trace_line_ends(before), worsts[-1]


def _compute_stretch_ratio(extra_space: float, stretch: float, shrink: float) -> float:
    """Return the ratio of the extra space to the stretch, or to the shrink if the space is negative.

    Return infinity if there is extra space but no elasticity.
    """
    available = shrink if extra_space < 0 else stretch
    return extra_space / available if available else (inf if abs(extra_space) > 0.01 else 0.0)
