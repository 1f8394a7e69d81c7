"""Find overlapping frames of a slide: pictures, charts and tables by their boxes, text by its ink.

A text frame is often larger than its text, and its empty part hides nothing; only the area of its letters
counts. A filled frame counts as a whole. Decoration may be behind other shapes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from .placement import DRAWING, Box, hull
from .validators import Finding

TOUCHING = 1.5
"""Points by which frames may overlap in each direction and still count as adjacent."""
FULL = 0.9
"""Minimum fraction of the slide that a picture covers if it is the background of the title."""
ADEC = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
PICTURE = "{http://schemas.openxmlformats.org/presentationml/2006/main}pic"


def overlaps(
    where: str, frames: Sequence[tuple[Any, Box]], inks: dict[int, list[Box]], slide: Box
) -> Iterator[Finding]:
    """Return a finding for each pair of overlapping shapes on a slide.

    Arguments are the slide's name, the shapes with their boxes, the ink of each shape's text by its index,
    and the slide size.
    """
    seen = [
        (shape.name, box)
        for number, (shape, frame) in enumerate(frames)
        if (box := extent(shape, frame, inks.get(number, []), slide))
    ]
    for (name, box), (other_name, other) in combinations(seen, 2):
        wide = min(box.right, other.right) - max(box.left, other.left)
        high = min(box.bottom, other.bottom) - max(box.top, other.top)
        if min(wide, high) > TOUCHING:
            message = f"{wide:.0f} × {high:.0f} pt of it and of {other_name}"
            yield Finding("overlap", "ERROR", "frames-overlap", message, f"{where}, {name}")


def extent(shape: Any, frame: Box, ink: list[Box], slide: Box) -> Box | None:
    """Return the area that a shape covers, given its box and the ink of its text, or None if it is empty."""
    element = shape._element
    text = hull(ink) if ink else None
    if any(mark.get("val") in ("1", "true") for mark in element.iter(ADEC)):
        return None
    if not shape.has_text_frame:
        full = element.tag == PICTURE and area(frame) >= FULL * area(slide)
        return None if full else hull([frame, *ink])
    filled = element.spPr.find(f"{DRAWING}solidFill") is not None
    return hull([frame, *ink]) if filled else text


def area(box: Box) -> float:
    """Return the area in square points."""
    return (box.right - box.left) * (box.bottom - box.top)
