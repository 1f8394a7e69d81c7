"""Define OOXML namespaces and units, and parse attribute values (ECMA-376 Part 1, transitional, 22.9.2)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

NAMESPACES: Mapping[str, str] = {
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "a14": "http://schemas.microsoft.com/office/drawing/2010/main",
    "ahyp": "http://schemas.microsoft.com/office/drawing/2018/hyperlinkcolor",
    "asvg": "http://schemas.microsoft.com/office/drawing/2016/SVG/main",
    "adec": "http://schemas.microsoft.com/office/drawing/2017/decorative",
    "c": "http://schemas.openxmlformats.org/drawingml/2006/chart",
    "c15": "http://schemas.microsoft.com/office/drawing/2012/chart",
    "cp": "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
    "cdr": "http://schemas.openxmlformats.org/drawingml/2006/chartDrawing",
    "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
    "p": "http://schemas.openxmlformats.org/presentationml/2006/main",
    "p14": "http://schemas.microsoft.com/office/powerpoint/2010/main",
    "p159": "http://schemas.microsoft.com/office/powerpoint/2015/09/main",
    "r": OFFICE,
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
}


@cache
def qn(name: str) -> str:
    """Expand a prefixed name such as ``a:tbl`` to ``{namespace}tbl``."""
    prefix, local = name.split(":")
    return f"{{{NAMESPACES[prefix]}}}{local}"


A, A14, ADEC, C, M, MC, P, P14, R, W = (
    f"{{{NAMESPACES[prefix]}}}" for prefix in ("a", "a14", "adec", "c", "m", "mc", "p", "p14", "r", "w")
)

MATH_STRUCTURES = tuple(
    f"{M}{name}"
    for name in (
        "acc", "bar", "borderBox", "box", "d", "eqArr", "f", "func", "groupChr", "limLow", "limUpp", "m",
        "nary", "phant", "rad", "sPre", "sSub", "sSubSup", "sSup",
    )
)  # fmt: skip
"""The structures of Office Math. Each has its properties in a child element such as ``m:fPr``."""

PRESENTATION = "ppt/presentation.xml"
TYPES = "[Content_Types].xml"


EMU_PER_POINT = 12_700  # English Metric Units
_HUNDRED_PERCENT = 100_000  # 100 % in thousandths of a percent


def parse_flag(value: str | None) -> bool:
    """Return whether a boolean attribute is true. A missing attribute (None) is false."""
    return value in ("1", "true")


def parse_percentage(value: str) -> float:
    """Convert a percentage to a fraction. "50000" (transitional) and "50%" (strict) are both 0.5."""
    return float(value[:-1]) / 100 if value.endswith("%") else int(value) / _HUNDRED_PERCENT


def collect_text(tree: Any) -> str:
    """Return the concatenated text of all ``a:t`` elements below ``tree``."""
    return "".join(item.text or "" for item in tree.iter(f"{A}t"))


def to_emu(points: float) -> str:
    """Convert points to EMU, as an attribute value."""
    return str(round(points * EMU_PER_POINT))
