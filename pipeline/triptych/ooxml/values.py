"""Values of attributes (ECMA-376 Part 1, 22.9.2), the units of DrawingML, and its texts."""

from __future__ import annotations

from typing import Any

from triptych.ooxml.names import A

EMU_PER_POINT = 12_700  # English Metric Units
_WHOLE = 100_000  # a hundred percent, in thousandths of one


def is_on(value: str | None) -> bool:
    """Whether a flag is set; what is not said is not."""
    return value in ("1", "true")


def share(value: str) -> float:
    """A percentage, in thousandths of one or, after the strict schema, with its sign; 1 is the whole."""
    return float(value[:-1]) / 100 if value.endswith("%") else int(value) / _WHOLE


def text_in(tree: Any) -> str:
    """What is written in a part, a shape, a paragraph or a run."""
    return "".join(item.text or "" for item in tree.iter(f"{A}t"))


def emu(points: float) -> str:
    """A length as attributes have it."""
    return str(round(points * EMU_PER_POINT))
