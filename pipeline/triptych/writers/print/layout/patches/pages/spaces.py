"""Pages that end a few lines short have wider spaces above headings and about figures.

White is added in whole lines, so that lines of facing pages still stand beside each other. No space gets more
than one, with what the baseline grid has added to it. What is left then is white at the foot.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from triptych.writers.print.layout.boxes import box_kinds, line_height
from triptych.writers.print.layout.patches.pages.floats import LEADS, is_marked
from triptych.writers.print.layout.patches.pages.grid import ADDED, SECTION_HEADINGS

_MOST = 8  # lines that a page may be short; one that is shorter has another reason, and is not torn apart
_ROUNDING = 0.05  # CSS pixels
_SET_OFF = frozenset(("figure", "aside", "div", "blockquote", "pre", "table", "dl"))


def open_up(root: Any, resume_at: Any, bottom: float) -> None:
    """Move the blocks of a page down until its last line stands at the foot, if there are spaces enough.

    ``root`` is the page's first box, ``resume_at`` where the next page begins, ``bottom`` where the page's
    text may end.
    """
    section, skip = _section(root, resume_at)
    if section is None or any(one.is_floated() for one in section.children):
        return
    blocks = [one for one in section.children if one.is_in_normal_flow() and one.height]
    if len(blocks) < 2:
        return
    lead = line_height(section)
    split = list(_split(blocks[-1])) if skip is not None else []
    if any(box.is_column for box in split):
        return  # a column before the last one may be longer
    lines = int((bottom - _end(blocks[-1], split)) / lead + 0.05)
    if not 1 <= lines <= _MOST:
        return
    ranked = sorted(
        (rank, -number)
        for number, (one, other) in enumerate(pairwise(blocks), 1)
        if (rank := _rank(one, other)) is not None
    )
    wider = {blocks[-number] for _, number in ranked[:lines]}
    moved = 0.0
    for child in section.children:
        moved += lead if child in wider else 0.0
        if moved:
            child.translate(dy=moved)
    for box in reversed(split):  # those that reach to the foot of the page
        box.height = max(_seen(box.children[-1]) - box.content_box_y(), box.height - moved)


def _rank(one: Any, other: Any) -> int | None:
    """How late a line is added to the space between two blocks; None where it keeps its height."""
    is_heading = other.element_tag in SECTION_HEADINGS
    if one.element_tag in SECTION_HEADINGS or is_marked(one, LEADS):
        return None
    if getattr(other if is_heading else one, ADDED, 0.0) > _ROUNDING:
        return None
    if is_heading:
        return SECTION_HEADINGS.index(other.element_tag)
    if one.element_tag == "header":
        return 1
    classes = _classes(one, other)
    if {one.element_tag, other.element_tag} & {"figure", "aside"} and "listing" not in classes:
        return 2
    if "table" in classes:
        return 2
    return 6 if {one.element_tag, other.element_tag} & _SET_OFF else None


def _classes(*boxes: Any) -> set[str]:
    return {name for box in boxes if box.element is not None for name in box.element.get("class", "").split()}


def _section(root: Any, resume_at: Any) -> tuple[Any, Any]:
    """The section of a page that goes on, and where in its last block; None where none does."""
    box = root
    while resume_at is not None and len(resume_at) == 1:
        ((_, resume_at),) = resume_at.items()
        if box.element_tag == "section":
            return box, resume_at
        inner = [one for one in box.children if one.is_in_normal_flow()]
        if not inner or resume_at is None:
            break
        box = inner[-1]
    return None, None


def _split(box: Any) -> Iterator[Any]:
    """A block that goes on on the next page, and what goes on in it, from the outermost on, down to rows."""
    while (inner := [one for one in box.children if one.is_in_normal_flow()]) and not _is_line(box):
        yield box
        if isinstance(box, box_kinds().row_group):
            return
        box = inner[-1]


def _end(block: Any, split: list[Any]) -> float:
    """Where what is seen of a block ends."""
    if not split:
        return _seen(block)
    last = split[-1].children[-1]
    below = sum(box.padding_bottom + box.border_bottom_width for box in split)
    return float(last.position_y + (last.height if _is_line(last) else last.margin_height()) + below)


def _seen(box: Any) -> float:
    """Where a line or a box ends, without the room below it."""
    return float(box.position_y + box.height if _is_line(box) else box.border_box_y() + box.border_height())


def _is_line(box: Any) -> bool:
    from weasyprint.formatting_structure.boxes import LineBox

    return isinstance(box, LineBox)
