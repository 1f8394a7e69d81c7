"""Shapes of a slide that lie over one another, by their frames: who edits a text lets it run that far."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from triptych.checks.deck.package.package import Package
from triptych.checks.deck.slides.inheritance import Looks, Shape
from triptych.checks.found import Found, quoted
from triptych.ooxml.inheritance import FURNITURE, Box
from triptych.ooxml.xml import EMU_PER_POINT, PRESENTATION, P

_TOUCHING = 1.5 * EMU_PER_POINT
"""By so much frames may overlap, each way, and yet lie beside each other."""
_FULL = 0.9
"""Of a slide: a picture that covers so much is the ground on which its title stands."""
_HINT = (
    "move the placeholders apart in the PowerPoint template, or choose another layout; "
    "without a template, report this as a bug in Triptych"
)


def overlaps(package: Package, slides: Sequence[Looks]) -> Iterator[Found]:
    """CHK020 for each two frames of a slide that overlap, hidden slides too.

    Decoration is meant to lie under something. What a template puts into its footer is left to it.
    """
    size = package.trees[PRESENTATION].find(f"{P}sldSz")
    whole = 0 if size is None else int(size.get("cx")) * int(size.get("cy"))
    for looks in slides:
        frames = [(shape, box) for shape in looks.shapes if (box := _frame(shape, whole)) is not None]
        for (shape, box), (other, other_box) in combinations(frames, 2):
            wide = min(box.right, other_box.right) - max(box.left, other_box.left)
            high = min(box.bottom, other_box.bottom) - max(box.top, other_box.top)
            of_template = shape.place in FURNITURE and other.place in FURNITURE
            if min(wide, high) > _TOUCHING and not of_template:
                much = f"{wide / EMU_PER_POINT:.0f} × {high / EMU_PER_POINT:.0f} pt"
                yield Found(
                    code="CHK020",
                    output="deck",
                    file=looks.slide.name,
                    rule="overlap",
                    message=f"{quoted(shape.name)} and {quoted(other.name)} overlap by {much}",
                    hint=_HINT,
                    words=other.text or other.alternative or shape.text,
                )


def _frame(shape: Shape, whole: int) -> Box | None:
    """What a shape takes of its slide, whose area is given; None for what lies behind others."""
    box = shape.box
    if box is None or shape.decorative:
        return None
    area = (box.right - box.left) * (box.bottom - box.top)
    return None if shape.element.tag == f"{P}pic" and area >= _FULL * whole else box
