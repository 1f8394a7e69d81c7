"""Requirements of printing services for paperbacks: sizes, margins, papers, page counts.

The figures are those that the services published in November 2026. All lengths are in points. Services change
them without notice: change them here and in `docs/guide/source/how-to/print.md`, whose table a test compares.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

PressName: TypeAlias = Literal["none", "kdp", "ingramspark"]
IN = 72.0
_NEAR = 0.5  # points; sizes in millimetres are rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a service takes.

    ``sizes`` are its usual trim sizes, ``smallest`` and ``largest`` bound those of one's own. ``gutters`` are
    pairs of a number of pages and the least margin at the spine up to it. ``papers`` are thicknesses of a
    page, half of a leaf, with the most pages of each. ``spine_pages`` is how many pages a book has at the
    least that may have words on its spine, ``spine_clear`` how far these stay from its edges. ``ends_blank``
    says that the last page holds nothing.
    """

    name: str
    sizes: tuple[tuple[float, float], ...]
    smallest: tuple[float, float]
    largest: tuple[float, float]
    gutters: tuple[tuple[int, float], ...]
    edge: float
    edge_with_bleed: float
    least_pages: int
    most_pages: int
    spine_pages: int
    papers: Mapping[str, tuple[float, int]] = field(default_factory=dict)
    bleed: float = 0.125 * IN
    spine_clear: float = 0.0625 * IN
    ends_blank: bool = False
    total_ink: int = 0
    """Percent; 0 where only the paper bounds it."""

    def gutter(self, pages: int) -> float:
        """The least margin at the spine of a book of so many pages."""
        return next((gutter for most, gutter in self.gutters if pages <= most), self.gutters[-1][1])

    def takes(self, width: float, height: float) -> bool:
        """Whether it prints this size."""
        within = all(
            low - _NEAR <= side <= high + _NEAR
            for low, side, high in zip(self.smallest, (width, height), self.largest, strict=True)
        )
        return within or any(_apart((width, height), size) <= _NEAR for size in self.sizes)

    def nearest(self, width: float, height: float) -> str:
        """The usual size that is nearest to one, in inches."""
        size = min(self.sizes, key=lambda size: _apart((width, height), size))
        return " × ".join(f"{side / IN:.4g}in" for side in size)


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])


def _inches(*sizes: tuple[float, float]) -> tuple[tuple[float, float], ...]:
    return tuple((width * IN, height * IN) for width, height in sizes)


SERVICES: Mapping[PressName, Service] = {
    "kdp": Service(
        name="KDP",
        sizes=_inches(
            (5, 8),
            (5.06, 7.81),
            (5.25, 8),
            (5.5, 8.5),
            (6, 9),
            (6.14, 9.21),
            (6.69, 9.61),
            (7, 10),
            (7.44, 9.69),
            (7.5, 9.25),
            (8, 10),
            (8.25, 6),
            (8.25, 8.25),
            (8.5, 8.5),
            (8.5, 11),
            (8.27, 11.69),
        ),
        smallest=(4 * IN, 6 * IN),
        largest=(8.5 * IN, 11.69 * IN),
        gutters=((150, 27.0), (300, 36.0), (500, 45.0), (700, 54.0), (828, 63.0)),
        edge=0.25 * IN,
        edge_with_bleed=0.375 * IN,
        least_pages=24,
        most_pages=828,
        spine_pages=79,
        papers={
            "white": (0.002252 * IN, 828),
            "cream": (0.0025 * IN, 776),
            "colour": (0.002347 * IN, 828),  # premium colour; the standard one is on white
        },
    ),
    "ingramspark": Service(
        name="IngramSpark",
        sizes=_inches(
            (4, 6),
            (4, 7),
            (4.25, 7),
            (4.37, 7),
            (5, 7),
            (5, 8),
            (5.06, 7.81),
            (5.25, 8),
            (5.5, 8.25),
            (5.5, 8.5),
            (5.83, 8.27),
            (6, 9),
            (6.14, 9.21),
            (6.625, 10.25),
            (6.69, 9.61),
            (7, 10),
            (7.44, 9.69),
            (7.5, 9.25),
            (8, 8),
            (8, 10),
            (8.25, 11),
            (8.268, 11.693),
            (8.5, 8.5),
            (8.5, 9),
            (8.5, 11),
            (11, 8.5),
        ),
        smallest=(4 * IN, 6 * IN),
        largest=(8.25 * IN, 11 * IN),
        gutters=((1200, 36.0),),
        edge=0.5 * IN,
        edge_with_bleed=0.5 * IN,
        least_pages=18,
        most_pages=1200,
        spine_pages=48,
        ends_blank=True,
        total_ink=240,
    ),
}
