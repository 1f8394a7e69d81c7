"""How narrow a column may become around a picture or a formula that shrinks with it.

What has a greatest width in percent is compressible: it takes what it gets (CSS Sizing 3, 5.2.2). WeasyPrint
asks for all of a width that is given in a length, so that a table leaves its page; and for nothing of any
other, so that an icon vanishes beside text. Here each asks for as much as it is wide, within a bound.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_ENOUGH = 120.0  # CSS pixels in which a large picture is still seen


def replaced_min_content_width(find: Callable[..., float]) -> Callable[..., float]:
    """The least width of pictures that a column may make smaller."""
    from weasyprint.layout.preferred import replaced_max_content_width

    def find_bounded(box: Any, outer: bool = True) -> float:
        if getattr(box.style["max_width"], "unit", "") != "%":
            return find(box, outer)
        return min(float(replaced_max_content_width(box, outer)), _ENOUGH)

    return find_bounded
