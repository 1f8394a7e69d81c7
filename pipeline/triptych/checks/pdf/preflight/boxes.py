"""Is there paper enough around what is cut: boxes, bleed (PRS010), and words away from the edge (PRS011)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triptych.checks.found import REBUILD, Found, quoted
from triptych.checks.pdf.contents.contents import Page
from triptych.checks.pdf.contents.objects import Box
from triptych.checks.pdf.preflight.demands import Demands
from triptych.checks.pdf.preflight.painted import Painted

_CLOSE = 0.5  # points that a guillotine does not see
_SIDES = ("left", "bottom", "right", "top")
_AREAS = ("fill", "picture", "shading")
_MOST_AXIS = 2  # of the four sides, left and right may be at the spine


def box_findings(media: Box, bleed: Box, trim: Box, demands: Demands) -> Iterator[Found]:
    """PRS010 where the boxes of a page do not lie in each other (ISO 32000-1, 14.11.2)."""
    if not (_within(trim, bleed) and _within(bleed, media)):
        message = "the trim box extends beyond the bleed box, or the bleed box beyond the media box"
        yield Found(code="PRS010", rule="boxes", message=message, hint=REBUILD)
    service = demands.service
    width, height = trim[2] - trim[0], trim[3] - trim[1]
    if service and demands.bound and not service.takes(width, height):
        message = f"{service.name} does not offer the trim size {width / 72:.4g} × {height / 72:.4g} in"
        hint = f"set `page-size` to the nearest standard trim size, {service.nearest(width, height)}"
        yield Found(code="PRS010", rule="size", message=message, hint=hint)


def without_bleed(
    painted: Sequence[Painted], trim: Box, spine: str, demands: Demands
) -> Iterator[tuple[Painted, str]]:
    """What reaches an edge that is cut and not far enough beyond it, each with the edge. It is no harm where
    something else lies there, such as the ground of the whole page.
    """
    areas = [item for item in painted if item.kind in _AREAS and not item.colour.is_paper]
    for item in painted:
        if item.kind == "text" or item.colour.is_paper or not meets(item.box, trim):
            continue
        for place, side in enumerate(_SIDES):
            over = (item.box[place] - trim[place]) * (-1 if place < _MOST_AXIS else 1)
            if side == spine or not -_CLOSE < over < demands.bleed - _CLOSE:
                continue
            strip = _strip(item.box, trim, place, demands.bleed)
            if not any(_within(strip, area.box) for area in areas):
                yield item, side
                break


def _strip(box: Box, trim: Box, place: int, bleed: float) -> Box:
    """What is cut off beside a box at one of its sides."""
    left, bottom = max(box[0], trim[0]), max(box[1], trim[1])
    right, top = min(box[2], trim[2]), min(box[3], trim[3])
    match place:
        case 0:
            return trim[0] - bleed, bottom, trim[0], top
        case 1:
            return left, trim[1] - bleed, right, trim[1]
        case 2:
            return trim[2], bottom, trim[2] + bleed, top
    return left, trim[3], right, trim[3] + bleed


def near_the_edge(page: Page, trim: Box, spine: str, demands: Demands) -> Iterator[Found]:
    """PRS011 for the words that stand so near to an edge that they may be cut."""
    for place, side in enumerate(_SIDES):
        sign = 1 if place < _MOST_AXIS else -1
        rooms = [(run, (run.box[place] - trim[place]) * sign) for run in page.runs if run.text.strip()]
        near = [run for run, room in rooms if room < demands.safe - _CLOSE]
        if side == spine or not near:
            continue
        words = " ".join("".join(run.text for run in near).split())
        least = max(min(room for _, room in rooms), 0.0)
        limit = f"{demands.service.name} requires at least" if demands.service else "the minimum is"
        message = f"text is only {least / 72 * 25.4:.1f} mm from the {side} trim edge"
        message = f"{message}; {limit} {demands.safe / 72 * 25.4:.1f} mm: {quoted(words)}"
        hint = "increase `margins`, or move the text in the print template"
        yield Found(code="PRS011", rule=f"near {side}", message=message, hint=hint, words=words)


def _within(inner: Box, outer: Box) -> bool:
    return (
        inner[0] >= outer[0] - _CLOSE
        and inner[1] >= outer[1] - _CLOSE
        and inner[2] <= outer[2] + _CLOSE
        and inner[3] <= outer[3] + _CLOSE
    )


def meets(box: Box, area: Box) -> bool:
    """Whether something lies in an area at all: marks beside it do not."""
    return box[2] > area[0] and box[0] < area[2] and box[3] > area[1] and box[1] < area[3]
