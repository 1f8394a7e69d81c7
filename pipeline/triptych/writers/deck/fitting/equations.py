"""A displayed formula into the frame of a slide, between the texts before and after it.

All lengths are in points.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from triptych.theme.theme import Theme
from triptych.writers.deck.fitting.text import (
    FittedText,
    Place,
    TextSizes,
    fit_size,
    text_height,
)
from triptych.writers.deck.kinds import Role
from triptych.writers.deck.slides import EquationBody, Para

SIZES = (44.0, 40.0, 36.0, 32.0, 28.0, 26.0, 24.0, 22.0, 20.0, 18.0)
SMALLER = (16.0, 14.0, 12.0)  # for formulas that would be too high even where their lines are broken
LARGEST_AMID_TEXT = 36.0
SMALLEST_AMID_TEXT = 20.0
NUMBER_WIDTH = 120.0  # of the placeholder for the number
GAP = 14.0  # at least so much above and below a formula amid text


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedEquation:
    """A formula's size and its region; ``texts`` and ``places`` are those of the placeholders around it."""

    size: float
    region: Place
    texts: Mapping[Role, FittedText] = field(default_factory=dict)
    places: Mapping[Role, Place] = field(default_factory=dict)


def fit_equation(
    body: EquationBody, frame: Place, before: Place, after: Place, theme: Theme
) -> FittedEquation | None:
    """The formula as large as its region lets it be, or None where the texts leave too little room.

    Alone it always fits: programs break the lines of one that is too wide, and its picture is smaller.
    """
    if not body.before and not body.after:
        return _alone(body, frame)
    sizes = [size for size in SIZES if SMALLEST_AMID_TEXT <= size <= LARGEST_AMID_TEXT]
    for text_size in TextSizes.of(before.text).whole:
        heights = [
            _height(paras, place, theme, text_size)
            for paras, place in ((body.before, before), (body.after, after))
        ]
        above, below = heights
        if above is None or below is None:
            continue
        region = replace(frame, top=frame.top + above, height=frame.height - above - below)
        roomy = replace(region, height=region.height - 2 * GAP)
        size = _size(body, _beside_number(body, roomy), sizes)
        if size is not None:
            scale = text_size / before.text.levels[0].size
            moved = {
                Role.BEFORE: replace(before, left=frame.left, top=frame.top, width=frame.width, height=above),
                Role.AFTER: replace(
                    after, left=frame.left, top=region.top + region.height, width=frame.width, height=below
                ),
            }
            texts = {
                role: FittedText(paras=paras, scale=scale)
                for role, paras in ((Role.BEFORE, body.before), (Role.AFTER, body.after))
                if paras
            }
            places = {role: place for role, place in moved.items() if role in texts}
            own = _beside_number(body, region)
            return FittedEquation(size=size, region=own, texts=texts, places=places)
    return None


def _alone(body: EquationBody, frame: Place) -> FittedEquation:
    middle = _beside_number(body, frame)
    if (size := _size(body, middle, SIZES)) is not None:
        return FittedEquation(size=size, region=middle)
    # In the middle of the slide it has the number's room on both sides; a wide one takes one of them.
    left = replace(frame, width=frame.width - (NUMBER_WIDTH if body.number else 0.0))
    if (size := _size(body, left, SIZES)) is not None:
        return FittedEquation(size=size, region=left)
    native = body.native
    sizes = (*SIZES[-1:], *SMALLER)
    lines = (ceil(native.width * size / left.width) for size in sizes)
    fits = (
        size for size, count in zip(sizes, lines, strict=True) if native.height * size * count <= left.height
    )
    return FittedEquation(size=next(fits, SMALLER[-1]), region=left)


def _beside_number(body: EquationBody, region: Place) -> Place:
    """The middle of a region, without the number's room on both sides."""
    if not body.number:
        return region
    return replace(region, left=region.left + NUMBER_WIDTH, width=region.width - 2 * NUMBER_WIDTH)


def _height(paras: Sequence[Para], place: Place, theme: Theme, size: float) -> float | None:
    """The height of a text with the insets of its box; None where a word is too wide."""
    if not paras:
        return 0.0
    scale = fit_size(paras, place.text, theme, (size,))
    if scale is None:
        return None
    return text_height(paras, place.text, theme, scale) + place.height - place.text.height


def _size(body: EquationBody, region: Place, sizes: Sequence[float]) -> float | None:
    native = body.native
    fits = (
        size
        for size in sizes
        if native.width * size <= region.width and native.height * size <= region.height
    )
    return next(fits, None)
