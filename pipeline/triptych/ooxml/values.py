"""Values of attributes (ECMA-376 Part 1, 22.9.2), and the units of DrawingML."""

from __future__ import annotations

EMU_PER_POINT = 12_700  # English Metric Units
_WHOLE = 100_000  # a hundred percent, in thousandths of one


def is_on(value: str | None) -> bool:
    """Whether a flag is set; what is not said is not."""
    return value in ("1", "true")


def share(value: str) -> float:
    """A percentage, in thousandths of one or, after the strict schema, with its sign; 1 is the whole."""
    return float(value[:-1]) / 100 if value.endswith("%") else int(value) / _WHOLE


def emu(points: float) -> str:
    """A length as attributes have it."""
    return str(round(points * EMU_PER_POINT))
