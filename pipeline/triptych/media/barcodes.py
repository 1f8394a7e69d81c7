"""Draw an ISBN as an EAN-13 barcode (ISO/IEC 15420)."""

from __future__ import annotations

import re
from dataclasses import dataclass

MODULES = 95
_GUARDS = frozenset((0, 2, 46, 48, 92, 94))  # modules that guard bars extend downwards, between the digits


@dataclass(frozen=True, slots=True, kw_only=True)
class Barcode:
    """An EAN-13 barcode: bars as an SVG ``MODULES`` user units wide, and the groups of digits below them."""

    svg: bytes
    digits: tuple[str, str, str]


def encode_ean_13(digits: str) -> Barcode:
    """Encode ``digits`` as an EAN-13 barcode: 12 digits, or 13 with the check digit."""
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
