"""The barcode of a book: its ISBN as an EAN-13 (ISO/IEC 15420), as a drawing of black bars."""

from __future__ import annotations

import re
from dataclasses import dataclass

MODULES = 95
_GUARDS = frozenset((0, 2, 46, 48, 92, 94))  # bars that reach down between the digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Barcode:
    """Bars as SVG, ``MODULES`` units wide, and the digits that stand under them in three groups."""

    svg: bytes
    digits: tuple[str, str, str]


def encode_ean_13(digits: str) -> Barcode:
    """Return the bars of an EAN-13 barcode (ISO/IEC 15420)."""
    from barcode.ean import EuropeanArticleNumber13

    (pattern,) = EuropeanArticleNumber13(digits).build()
    bars = []
    for bar in re.finditer("1+", pattern):
        start, width = bar.start(), len(bar.group())
        height = 67 if start in _GUARDS else 62
        bars.append(f"M{start} 0h{width}v{height}h-{width}z")
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {MODULES} 67" width="{MODULES}" height="67">'
        f'<path fill="#000000" d="{"".join(bars)}"/></svg>'
    )
    return Barcode(svg=svg.encode(), digits=(digits[0], digits[1:7], digits[7:]))
