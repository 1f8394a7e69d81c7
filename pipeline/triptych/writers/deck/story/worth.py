"""Which slides of a chapter are seen where it has more than a talk shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from heapq import heapify, heappop, heappush

from triptych.writers.deck.slides import Layout, TableBody
from triptych.writers.deck.story.evidence import Evidence

# What a kind of slide is worth to people who listen; what has a caption is worth more.
_WORTH: Mapping[Layout, float] = {
    Layout.CHART: 4.0,
    Layout.TIMELINE: 3.5,
    Layout.NUMBERS: 3.5,
    Layout.PICTURE: 3.0,
    Layout.TABLE: 2.5,
    Layout.COLUMNS: 3.0,
    Layout.BULLETS: 3.0,
    Layout.EQUATION: 2.0,
    Layout.CODE: 1.5,
}
_CAPTIONED = 1.5
_ASSERTED = 1.5  # whose title says something
_EXPLAINED = frozenset({Layout.CODE, Layout.BULLETS, Layout.EQUATION, Layout.COLUMNS})
_UNASSERTED = 3  # slides of these kinds are seen at the most whose titles say nothing
_ROWS, _COLUMNS = 13, 8  # of a table; a larger one is for the book
_AGAIN = 0.5  # of its worth is what follows another of the same section


def within(evidence: Sequence[Evidence], most: int) -> list[Evidence]:
    """Evidence of which no more than ``most`` are seen that nobody asked for; 0 is no limit.

    Tables that are too large for a slide are not seen then, nor listings and texts whose titles say nothing,
    once a few slides are.
    """
    if not most:
        return list(evidence)
    best = [place for place, _ in ranked(evidence)][:most]
    seen = {place for rank, place in enumerate(best) if rank < _UNASSERTED or not _is_mute(evidence[place])}
    return [
        replace(item, hidden=True) if _is_spare(item) and place not in seen else item
        for place, item in enumerate(evidence)
    ]


def ranked(evidence: Sequence[Evidence]) -> list[tuple[int, float]]:
    """The places of what is seen that nobody asked for, and its worth, the best first, and last what says
    nothing.

    Each further one of a section counts half as much as the one before: so every section of a chapter is
    shown before one is shown twice.
    """
    open_ = [place for place, item in enumerate(evidence) if _is_spare(item) and not _is_for_readers(item)]
    of_section: Counter[int] = Counter()
    order: list[tuple[int, float]] = []
    for mute in (False, True):
        # Each section's wait in a row, the best first; only the first of each row is compared with others.
        rows: dict[int, list[int]] = {}
        for place in sorted(open_, key=lambda place: (_worth(evidence[place]), -place)):
            if _is_mute(evidence[place]) is mute:
                rows.setdefault(evidence[place].section, []).append(place)

        def first(section: int, row: list[int]) -> tuple[float, int, int]:
            return -_worth(evidence[row[-1]]) * _AGAIN ** of_section[section], row[-1], section

        firsts = [first(*row) for row in rows.items()]
        heapify(firsts)
        while firsts:
            worth, place, section = heappop(firsts)
            order.append((place, -worth))
            of_section[section] += 1
            rows[section].pop()
            if rows[section]:
                heappush(firsts, first(section, rows[section]))
    return order


def _is_spare(item: Evidence) -> bool:
    """Whether it is seen though nobody asked for it."""
    return not (item.hidden or item.asked)


def _is_for_readers(item: Evidence) -> bool:
    """Whether it would go on over further slides: nobody reads it from one."""
    body = item.body
    return isinstance(body, TableBody) and (len(body.rows) > _ROWS or len(body.aligns) > _COLUMNS)


def _is_mute(item: Evidence) -> bool:
    """Whether nobody learns from it what it is meant to show."""
    shown = item.layout in _EXPLAINED or (item.layout is Layout.PICTURE and not _has_caption(item))
    return shown and not item.asserted


def _worth(item: Evidence) -> float:
    worth = _WORTH.get(item.layout, 2.0) + _ASSERTED * item.asserted
    return worth + _CAPTIONED * _has_caption(item)


def _has_caption(item: Evidence) -> bool:
    return any(getattr(node, "caption", ()) for node in item.shown)
