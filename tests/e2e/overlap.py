"""Frames of a slide that lie over one another: pictures, charts and tables by their boxes, text by its ink.

A text frame is often larger than its text, and the empty part of it hides nothing: what is measured is where
its letters stand. A frame that is filled counts whole. Decoration is meant to lie under something.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from .placement import DRAWING, Box, hull
from .validators import Finding

TOUCHING = 1.5
"""Points by which frames may overlap, each way, and yet lie beside each other."""
FULL = 0.9
"""Of a slide: a picture that covers so much is the ground on which its title stands."""
ADEC = "{http://schemas.microsoft.com/office/drawing/2017/decorative}decorative"
PICTURE = "{http://schemas.openxmlformats.org/presentationml/2006/main}pic"


def overlaps(
    where: str, frames: Sequence[tuple[Any, Box]], inks: dict[int, list[Box]], slide: Box
) -> Iterator[Finding]:
    """Name of the slide, its shapes with boxes, the ink of each one's text by its number, the slide's size →
    a finding for each two that overlap.
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
    """Shape, its box, the ink of its text → what of the slide it takes; None where that is nothing."""
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
    """In square points."""
    return (box.right - box.left) * (box.bottom - box.top)
