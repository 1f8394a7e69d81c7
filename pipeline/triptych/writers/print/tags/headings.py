"""Headings that skip no level, whatever their author skips (ISO 14289-1, 7.4.2); they look the same."""

from __future__ import annotations

from collections.abc import Sequence

from triptych.writers.print.quire import Element

_HEADINGS = frozenset(f"H{level}" for level in range(1, 7))


def level(elements: Sequence[Element]) -> None:
    """Raise each heading that stands more than a level below the one before it.

    The elements belong to a chapter, whose title may be missing: its first heading may be of level 2.
    """
    last = 1
    waiting = list(reversed(elements))
    while waiting:
        element = waiting.pop()
        if element.tag in _HEADINGS:
            last = min(int(element.tag[1]), last + 1)
            element.tag = f"H{last}"
        waiting += [kid for kid in reversed(element.kids) if isinstance(kid, Element)]
