"""What printers cut by: the boxes of a page, and the marks beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from triptych.media.inks import Inks, is_black_alone

# Left, bottom, right, top in points; a page that is cut has its lower left corner at 0, 0.
Box: TypeAlias = tuple[float, float, float, float]

_MM = 72 / 25.4
_GAP = 3 * _MM  # between what is cut and the marks, at the least
_LENGTH = 5 * _MM
_MARGIN = 2 * _MM  # beyond the marks
_WEIGHT = 0.25  # points
_BLACK, _ALL_PLATES = "0 G", "1 1 1 1 K"


@dataclass(frozen=True, slots=True, kw_only=True)
class Boxes:
    """The boxes of a page (ISO 32000-1, 14.11.2): cut at ``trim``, printed up to ``bleed``."""

    trim: Box
    bleed: Box
    media: Box


def page_boxes(
    width: float,
    height: float,
    bleed: float,
    *,
    marks: bool,
    spine: Literal["left", "right"] | None = None,
) -> Boxes:
    """The boxes of a page of some width and height in points, with room for marks where there are any.

    Nothing bleeds on the side of a ``spine``.
    """
    margin = max(bleed, _GAP) + _LENGTH + _MARGIN if marks else bleed
    return Boxes(
        trim=_around(width, height, 0.0),
        bleed=_around(width, height, bleed, spine),
        media=_around(width, height, margin, None if marks else spine),
    )


def crop_marks(boxes: Boxes, inks: Inks, folds: Sequence[float] = ()) -> bytes:
    """Two lines at each corner that lead to where it is cut, outside of the bleed: a content stream.

    Others lead to where it is folded, from above and from below.

    They are no part of the book's text (ISO 32000-1, 14.8.2.2).
    """
    left, bottom, right, top = boxes.trim
    gap = max(left - boxes.bleed[0], _GAP)
    lines = []
    stroke = _BLACK if inks == "rgb" or is_black_alone(inks) else _ALL_PLATES
    for x, outward in ((left, -1), (right, 1)):
        lines += [(x + outward * gap, y, x + outward * (gap + _LENGTH), y) for y in (bottom, top)]
    for y, outward in ((bottom, -1), (top, 1)):
        places = (left, *folds, right)
        lines += [(x, y + outward * gap, x, y + outward * (gap + _LENGTH)) for x in places]
    drawn = "".join(f"{_n(a)} {_n(b)} m {_n(c)} {_n(d)} l S\n" for a, b, c, d in lines)
    return f"/Artifact <</Type /Page>> BDC\nq {_WEIGHT} w {stroke}\n{drawn}Q\nEMC\n".encode()


def _around(width: float, height: float, margin: float, spine: Literal["left", "right"] | None = None) -> Box:
    left, right = (0.0 if spine == side else margin for side in ("left", "right"))
    return (-left, -margin, width + right, height + margin)


def _n(value: float) -> str:
    """A number as PDF writes it."""
    return f"{value:.3f}".rstrip("0").rstrip(".")
