"""Steps of colour behind numbers, by their values."""

from __future__ import annotations

from collections.abc import Sequence

STEPS = 9


def shade_steps(values: Sequence[float | None]) -> list[int]:
    """A step for each value, 0 for none: from zero both ways, or over the range where all have one sign."""
    known = [value for value in values if value is not None]
    low, high = min(known), max(known)
    mixed = low < 0 < high
    below = high <= 0 and low < 0
    near = 0.0 if mixed else high if below else low  # what has the palest step
    span = max(abs(low - near), abs(high - near)) or 1.0
    steps = []
    for value in values:
        way = -1 if value is not None and (below or (mixed and value < 0)) else 1
        steps.append(0 if value is None else way * _step(abs(value - near) / span))
    return steps


def _step(share: float) -> int:
    """The first step for 0, which is thus told from a gap, to the last for 1."""
    return 1 + round((STEPS - 1) * share)
