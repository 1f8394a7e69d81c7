"""Define the composition of a slide: its texts and frames by role, and their boxes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypeAlias

from triptych.writers.deck.fitting.frames import FittedCode, FittedEquation
from triptych.writers.deck.fitting.tables import FittedTable
from triptych.writers.deck.fitting.text import Bounds, FittedText, PlaceholderBox, Sides
from triptych.writers.deck.kinds import PlaceholderRole
from triptych.writers.deck.slides import Body, ChartBody, PictureBody, SlideKindName

PlaceholderBoxes: TypeAlias = Mapping[PlaceholderRole, PlaceholderBox]
Content: TypeAlias = FittedTable | FittedCode | FittedEquation | ChartBody | PictureBody


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """Content other than text. ``body`` is from the storyboard, ``content`` is fitted to the slide."""

    content: Content
    body: Body


class Ornament(StrEnum):
    """The kind of a decorative shape."""

    PANEL = "panel"
    RULE = "rule"
    DOT = "dot"
    POLE = "pole"  # a diagonal of its box, whose width and height may be negative


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """The fitted content of one slide.

    ``boxes`` maps roles to boxes that differ from the layout. Text of the roles in ``panels`` has a panel
    behind it. ``ornaments`` are drawn behind everything else.
    """

    kind: SlideKindName
    texts: Mapping[PlaceholderRole, FittedText] = field(default_factory=dict)
    frames: Mapping[PlaceholderRole, Frame] = field(default_factory=dict)
    boxes: PlaceholderBoxes = field(default_factory=dict)
    panels: frozenset[PlaceholderRole] = frozenset()
    ornaments: tuple[tuple[Ornament, Bounds], ...] = ()


def move_box(placeholder_box: PlaceholderBox, bounds: Bounds, insets: Sides | None = None) -> PlaceholderBox:
    """Return a copy of a placeholder box with other bounds and, if given, other insets."""
    left, top, right, bottom = placeholder_box.insets if insets is None else insets
    area = replace(placeholder_box.text_area, width=bounds[2] - left - right, height=bounds[3] - top - bottom)
    new_bounds = (left, top, right, bottom)
    return replace(
        placeholder_box,
        left=bounds[0],
        top=bounds[1],
        width=bounds[2],
        height=bounds[3],
        text_area=area,
        insets=new_bounds,
    )


def find_region(boxes: PlaceholderBoxes, roles: Iterable[PlaceholderRole], *, has_source: bool) -> Bounds:
    """Return the bounding box of the placeholders with one of ``roles``.

    It ends above the source line if ``has_source`` is true, and otherwise includes the box of the source
    line.
    """
    left, top, right, bottom = find_bounding_sides(boxes[role] for role in roles if role in boxes)
    if PlaceholderRole.SOURCE in boxes:
        source = boxes[PlaceholderRole.SOURCE]
        bottom = min(bottom, source.top) if has_source else max(bottom, source.bottom)
    return left, top, right - left, bottom - top


def find_bounding_sides(boxes: Iterable[PlaceholderBox]) -> Sides:
    """Return the sides of the bounding box of ``boxes``."""
    lefts, tops, rights, bottoms = zip(*(place.sides for place in boxes), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


def find_bounding_box(boxes: Iterable[Bounds]) -> Bounds:
    """Return the bounding box of ``boxes``, whose widths and heights may be negative."""
    corners = [(left, top, left + wide, top + high) for left, top, wide, high in boxes]
    left, top = (
        min(min(corner[0], corner[2]) for corner in corners),
        min(min(corner[1], corner[3]) for corner in corners),
    )
    right, bottom = (
        max(max(corner[0], corner[2]) for corner in corners),
        max(max(corner[1], corner[3]) for corner in corners),
    )
    return left, top, right - left, bottom - top


def divide_box(bounds: Bounds, proportions: Iterable[float], gap: float, *, rtl: bool) -> list[Bounds]:
    """Divide a box into columns with the given proportions and gaps between them.

    If ``rtl`` is true, the first column is on the right.
    """
    left, top, width, height = bounds
    proportions = list(proportions)
    free = width - gap * (len(proportions) - 1)
    boxes = []
    offset = 0.0
    for proportion in proportions:
        wide = free * proportion / sum(proportions)
        boxes.append((left + width - offset - wide if rtl else left + offset, top, wide, height))
        offset += wide + gap
    return boxes
