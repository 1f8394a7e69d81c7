"""The order in which characters stand on a line (Unicode Standard Annex 9).

Written for lines without marks of embedding, which are passed over: levels are 0 to 2.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import groupby

_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}  # what each counts as beside neutrals
_NEUTRAL = frozenset(("ON", "WS", "S", "B"))
_PAIRS = {"(": ")", "[": "]", "{": "}", "⟨": "⟩", "〈": "〉", "《": "》", "「": "」", "【": "】"}


def levels(text: str, *, from_right: bool) -> list[int]:
    """The level of each character: odd where it runs from right to left."""
    around = "R" if from_right else "L"
    kinds = _weak([unicodedata.bidirectional(character) or "L" for character in text], around)
    for start, end in _brackets(text, kinds):
        side = _side_of_pair(kinds, start, end, around)
        if side:
            kinds[start] = kinds[end] = side
    kinds = _neutral(kinds, around)
    above = {"L": 1, "EN": 1, "AN": 1} if from_right else {"R": 1, "EN": 2, "AN": 2}
    return [int(from_right) + above.get(kind, 0) for kind in kinds]


def visual_order(run_levels: Sequence[int]) -> list[int]:
    """The places of runs as they stand from left to right (rule L2)."""
    order = list(range(len(run_levels)))
    for level in range(max(run_levels, default=0), 0, -1):
        runs = groupby(order, key=lambda place: run_levels[place] >= level)
        order = [place for is_high, run in runs for place in (reversed(list(run)) if is_high else run)]
    return order


def _weak(kinds: list[str], around: str) -> list[str]:
    """Rules W1 to W7: marks go with what they stand on, numbers with their signs and what is before them."""
    kinds = list(kinds)
    before = strong = around
    for place, kind in enumerate(kinds):
        if kind == "NSM":
            kinds[place] = before
        elif kind not in ("L", "R", "AL", "EN", "AN", "ES", "ET", "CS", *_NEUTRAL):
            kinds[place] = "BN"  # marks of embedding, and controls
        before = kinds[place] if kinds[place] != "BN" else before
        strong = kinds[place] if kinds[place] in ("L", "R", "AL") else strong
        if kinds[place] == "EN" and strong == "AL":
            kinds[place] = before = "AN"
    for place in range(1, len(kinds) - 1):
        left, kind, right = kinds[place - 1 : place + 2]
        if left == right and left in {"CS": ("EN", "AN"), "ES": ("EN",)}.get(kind, ()):
            kinds[place] = left
    for places in (range(len(kinds)), range(len(kinds) - 1, -1, -1)):
        before = ""
        for place in places:
            if kinds[place] in ("ET", "BN") and before == "EN":
                kinds[place] = "EN"
            before = kinds[place]
    strong = around
    for place, kind in enumerate(kinds):
        if kind in ("L", "R", "AL"):
            strong = kind
        elif kind == "EN" and strong == "L":
            kinds[place] = "L"
        elif kind in ("ES", "ET", "CS", "BN"):
            kinds[place] = "ON"
    return ["R" if kind == "AL" else kind for kind in kinds]


def _brackets(text: str, kinds: Sequence[str]) -> list[tuple[int, int]]:
    """Where pairs of brackets open and close, in the order of their openings (BD16)."""
    opened: list[tuple[str, int]] = []
    found = []
    for place, character in enumerate(text):
        if kinds[place] != "ON":
            continue
        if character in _PAIRS:
            opened.append((_PAIRS[character], place))
        elif any(character == closing for closing, _ in opened):
            while opened[-1][0] != character:
                opened.pop()
            found.append((opened.pop()[1], place))
    return sorted(found)


def _side_of_pair(kinds: Sequence[str], start: int, end: int, around: str) -> str:
    """The side that a pair of brackets is on, "" where nothing in it says (rule N0)."""
    within = {_STRONG[kind] for kind in kinds[start + 1 : end] if kind in _STRONG}
    if around in within or not within:
        return around if within else ""
    return next((_STRONG[kind] for kind in reversed(kinds[:start]) if kind in _STRONG), around)


def _neutral(kinds: Sequence[str], around: str) -> list[str]:
    """Rules N1 and N2: what has no side goes with both its neighbours, or else with the line."""
    out: list[str] = []
    for is_neutral, same in groupby(kinds, key=_NEUTRAL.__contains__):
        run = list(same)
        end = len(out) + len(run)
        if is_neutral:
            left = _STRONG[out[-1]] if out else around
            right = _STRONG[kinds[end]] if end < len(kinds) else around
            run = [left if left == right else around] * len(run)
        out += run
    return out
