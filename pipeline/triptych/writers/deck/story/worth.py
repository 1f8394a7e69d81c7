"""Which slides of a chapter are seen where it has more than a talk shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

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
_ASSERTED = 1.0  # whose title says something
_ROWS, _COLUMNS = 13, 8  # of a table; a larger one is for the book
_AGAIN = 0.5  # of its worth is what follows another of the same section


def within(evidence: Sequence[Evidence], most: int) -> list[Evidence]:
    """Evidence of which no more than ``most`` are seen that nobody asked for; 0 is no limit.

    Tables that are too large for a slide are not seen then. Of the others those are that are worth most, each
    further one of a section counting half as much as the one before: so every section of a chapter is shown
    before one is shown twice.
    """
    if not most:
        return list(evidence)
    mine = [place for place, item in enumerate(evidence) if not (item.hidden or item.asked)]
    open_ = [place for place in mine if not _is_for_readers(evidence[place])]
    of_section: Counter[int] = Counter()
    seen: set[int] = set()

    def counts(place: int) -> tuple[float, int]:
        return _worth(evidence[place]) * _AGAIN ** of_section[evidence[place].section], -place

    for _ in range(min(most, len(open_))):
        best = max((place for place in open_ if place not in seen), key=counts)
        seen.add(best)
        of_section[evidence[best].section] += 1
    hidden = set(mine) - seen
    return [replace(item, hidden=True) if place in hidden else item for place, item in enumerate(evidence)]


def _is_for_readers(item: Evidence) -> bool:
    """Whether it would go on over further slides: nobody reads it from one."""
    body = item.body
    return isinstance(body, TableBody) and (len(body.rows) > _ROWS or len(body.aligns) > _COLUMNS)


def _worth(item: Evidence) -> float:
    worth = _WORTH.get(item.layout, 2.0) + _ASSERTED * item.asserted
    return worth + _CAPTIONED * any(getattr(node, "caption", ()) for node in item.shown)
