"""Define the composition of a slide: its texts and frames by role, and their boxes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from triptych.writers.deck.fitting.frames import FittedCode, FittedEquation
from triptych.writers.deck.fitting.tables import FittedTable
from triptych.writers.deck.fitting.text import Box, FittedText, Place, Sides
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.slides import Body, ChartBody, Layout, PictureBody

Places: TypeAlias = Mapping[PlaceholderRole, Place]
Content: TypeAlias = FittedTable | FittedCode | FittedEquation | ChartBody | PictureBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Content other than text: ``content`` as fitted to the slide, and ``body`` as in the storyboard."""

    content: Content
    body: Body


class Ornament(StrEnum):
    """The kind of a decorative shape."""

    RULE = "rule"
    DOT = "dot"
    POLE = "pole"  # a line across the diagonal of its box, whose width and height may be negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """The fitted content of one slide.

    ``places`` are the boxes that differ from the layout. The roles in ``panels`` have a panel behind their
    text. ``ornaments`` are drawn behind everything.
    """

    layout: Layout
    texts: Mapping[PlaceholderRole, FittedText] = field(default_factory=dict)
    frames: Mapping[PlaceholderRole, Frame] = field(default_factory=dict)
    places: Places = field(default_factory=dict)
    panels: frozenset[PlaceholderRole] = frozenset()
    ornaments: tuple[tuple[Ornament, Box], ...] = ()


def move_place(place: Place, box: Box, insets: Sides | None = None) -> Place:
    """Return a copy of ``place`` with another box, and with other insets if ``insets`` is given."""
    left, top, right, bottom = place.insets if insets is None else insets
    area = replace(place.text, width=box[2] - left - right, height=box[3] - top - bottom)
    own = (left, top, right, bottom)
    return replace(place, left=box[0], top=box[1], width=box[2], height=box[3], text=area, insets=own)


def find_region(places: Places, roles: Iterable[PlaceholderRole], *, sourced: bool) -> Box:
    """Return the box around the boxes of ``roles``.

    If ``sourced`` is false, the result includes the source line's box.
    """
    left, top, right, bottom = find_sides(places[role] for role in roles if role in places)
    if PlaceholderRole.SOURCE in places:
        source = places[PlaceholderRole.SOURCE]
        bottom = min(bottom, source.top) if sourced else max(bottom, source.bottom)
    return left, top, right - left, bottom - top


def find_sides(places: Iterable[Place]) -> Sides:
    """Return the sides of the smallest box that contains all ``places``."""
    lefts, tops, rights, bottoms = zip(*(place.sides for place in places), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def find_bounding_box(boxes: Iterable[Box]) -> Box:
    """Return the smallest box that contains all ``boxes``. Their widths and heights may be negative."""
    corners = [(left, top, left + wide, top + high) for left, top, wide, high in boxes]
    left, top = min(min(c[0], c[2]) for c in corners), min(min(c[1], c[3]) for c in corners)
    right, bottom = max(max(c[0], c[2]) for c in corners), max(max(c[1], c[3]) for c in corners)
    return left, top, right - left, bottom - top


def divide_box(whole: Box, shares: Iterable[float], gap: float, *, rtl: bool) -> list[Box]:
    """Divide a box into columns with widths in proportion to ``shares``.

    If ``rtl`` is true, the first column is on the right.
    """
    left, top, width, height = whole
    shares = list(shares)
    free = width - gap * (len(shares) - 1)
    boxes = []
    at = 0.0
    for share in shares:
        wide = free * share / sum(shares)
        boxes.append((left + width - at - wide if rtl else left + at, top, wide, height))
        at += wide + gap
    return boxes
