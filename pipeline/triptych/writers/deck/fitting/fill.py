"""Measure how well content fills the body frame of a slide, to choose between arrangements."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from triptych.writers.deck.fitting.text import Bounds

MARGIN = 10.0
"""White space in points around content that counts as filled, such as the gap between two cards."""


def compute_fill(boxes: Iterable[Bounds], frame: Bounds) -> float:
    """Return the fraction of a frame's area that boxes cover, together with the margin around them."""
    left, top, width, height = frame
    sides = [
        (
            max(left, x - MARGIN),
            max(top, y - MARGIN),
            min(left + width, x + wide + MARGIN),
            min(top + height, y + high + MARGIN),
        )
        for x, y, wide, high in boxes
    ]
    inside = [box for box in sides if box[0] < box[2] and box[1] < box[3]]
    edges = sorted({x for box in inside for x in (box[0], box[2])})
    covered = 0.0
    for start, end in pairwise(edges):
        spans = sorted((box[1], box[3]) for box in inside if box[0] <= start and box[2] >= end)
        bottom = top
        for span_top, span_bottom in spans:
            covered += max(0.0, span_bottom - max(span_top, bottom)) * (end - start)
            bottom = max(bottom, span_bottom)
    return covered / (width * height)
