"""Paint gradients of drawings so that every viewer shows them.

WeasyPrint draws a gradient as a tiling pattern whose tile is exactly as large as the shape. Poppler, which
Evince and Okular use, finds no tile for some of these shapes and leaves them empty. A tile of twice the size
covers the shape with room on all sides.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def draw_gradient(original: Callable[..., bool]) -> Callable[..., bool]:
    """Return the engine's function, wrapped so that tiles are larger than the shape."""

    def with_larger_tile(svg: Any, *arguments: Any, **options: Any) -> bool:
        stream = svg.stream
        add_pattern = stream.add_pattern

        def add_larger(x: float, y: float, width: float, height: float, *rest: Any) -> Any:
            *_, matrix = rest
            corner = x - width / 2, y - height / 2
            return add_pattern(*corner, *(2 * width, 2 * height) * 2, matrix)

        stream.add_pattern = add_larger
        try:
            return original(svg, *arguments, **options)
        finally:
            del stream.add_pattern

    return with_larger_tile
