"""Last pages of chapters with few lines: they are drawn in, or get some of those before them.

Facing pages run a line longer together, so that the last page is saved; or a line shorter, so that it has
lines enough. Only a few pages before it change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import ceil
from typing import Any

from triptych.writers.print.layout.boxes import box_kinds, line_height
from triptych.writers.print.layout.patches.pages.floats import LANDSCAPE

FEWEST = 5  # lines that a last page has
_BESIDE_FLOATS = 3  # where it has floats and nothing else
_MOST = 6  # pages that may run longer or shorter


def lines_on(page: Any) -> int | None:
    """Return how many lines a last page has if these are too few, 0 if it has floats only, else None."""
    if page.page_type.name == LANDSCAPE:
        return None
    section = page
    while section.children and section.element_tag != "section":
        section = section.children[0]
    blocks = [box for box in section.children if box.is_in_normal_flow() and box.height]
    if not blocks or section.element_tag != "section":
        return None
    if all(_is_float(block) for block in blocks):
        return 0
    if any(_is_float(block) or _holds_more(block) for block in blocks):
        return None
    end = blocks[-1].border_box_y() + blocks[-1].border_height()
    lines = ceil((end - section.content_box_y()) / line_height(section) - 0.05)
    return lines if lines < FEWEST else None


def _is_float(block: Any) -> bool:
    return block.element is not None and (
        block.element_tag == "figure" or block.element.get("data-float") == ""
    )


def _holds_more(block: Any) -> bool:
    """Whether it holds anything but text, or text beside text."""
    return any(isinstance(box, box_kinds().picture) or box.is_column for box in block.descendants())


def plans(count: int, lines: int, first_opens: bool) -> Iterator[Mapping[int, int]]:
    """How much longer, in lines, some of the pages before the last may be, by their numbers from 0.

    ``count`` is how many pages there are; ``first_opens`` says whether the first of them is the left one of
    two that face each other, or the right one in books that are read from right to left. A chapter's first
    page keeps its length.
    """
    if lines:
        yield from _plan(count, lines, 1, first_opens)
    yield from _plan(count, FEWEST - lines if lines else _BESIDE_FLOATS, -1, first_opens)


def _plan(count: int, wanted: int, more: int, first_opens: bool) -> Iterator[Mapping[int, int]]:
    first = count - 1 - wanted
    if first % 2 == (1 if first_opens else 0):  # its facing page comes before it
        first -= 1
    first = max(first, 1)
    if wanted <= count - 1 - first <= _MOST:
        yield dict.fromkeys(range(first, count - 1), more)


def is_better(before: int, after: int, lines: int | None, plan: Mapping[int, int]) -> bool:
    """Whether a plan has done what it was made for: ``before`` and ``after`` are numbers of pages."""
    if max(plan.values()) > 0:
        return after < before and lines is None
    return after == before and lines is None
