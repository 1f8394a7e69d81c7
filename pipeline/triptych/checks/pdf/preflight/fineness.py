"""How fine things are: pictures with dots enough, lines and light type that a press can hold."""

from __future__ import annotations

import math

from triptych.checks.pdf.contents.contents import Run
from triptych.checks.pdf.contents.values import entry
from triptych.checks.pdf.preflight.painted import Painted
from triptych.theme.colours import relative_luminance

FINEST_LINE = 0.25  # points
FEWEST_DOTS, WANTED_DOTS = 200, 300  # to an inch
SMALLEST_LIGHT_TYPE = 7.0  # points
_ROUNDING = 0.01
_LIGHT, _DARK = 0.6, 0.25  # luminance of type and of what is behind it


def dots_per_inch(item: Painted) -> float | None:
    """How fine a picture is where it stands; None for what is no picture."""
    if item.kind != "picture":
        return None
    drawn, (a, b, c, d, _, _) = item.picture
    width, height = math.hypot(a, b), math.hypot(c, d)
    if not width or not height:
        return None
    return min(
        float(entry(drawn, "/Width") or 0) * 72 / width, float(entry(drawn, "/Height") or 0) * 72 / height
    )


def is_hairline(item: Painted) -> bool:
    """Whether a line, or a fill as thin as one, is finer than a press holds."""
    if item.kind == "line":
        return item.weight < FINEST_LINE - _ROUNDING
    return item.kind == "fill" and 0 < item.weight < FINEST_LINE - _ROUNDING and not item.colour.is_paper


def is_small_and_light(run: Run) -> bool:
    """Whether small type is lighter than its ground, into which ink runs."""
    return (
        run.shade is not None
        and bool(run.text.strip())
        and run.size < SMALLEST_LIGHT_TYPE
        and relative_luminance(*run.shade.colour) > _LIGHT
        and relative_luminance(*run.shade.behind) < _DARK
    )
