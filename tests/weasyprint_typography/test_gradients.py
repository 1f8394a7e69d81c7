"""Test that the pattern cell of a gradient is larger than the shape that it fills."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from weasyprint_typography.drawings import draw_gradient


class Stream:
    """A content stream of the engine that records its patterns."""

    def __init__(self) -> None:
        self.patterns: list[tuple[Any, ...]] = []

    def add_pattern(self, *arguments: Any) -> str:
        self.patterns.append(arguments)
        return "a pattern"


def paint(svg: Any, node: str, *, stroke: bool) -> bool:
    assert svg.stream.add_pattern(10, 20, 4, 6, 4, 6, "matrix") == "a pattern"
    return stroke


def test_the_tile_is_twice_as_large_and_around_the_shape() -> None:
    svg = SimpleNamespace(stream=Stream())
    assert draw_gradient(paint)(svg, "rect", stroke=True)
    assert svg.stream.patterns == [(8, 17, 8, 12, 8, 12, "matrix")]


def test_other_patterns_keep_their_tiles() -> None:
    svg = SimpleNamespace(stream=Stream())
    draw_gradient(paint)(svg, "rect", stroke=False)
    with pytest.raises(ZeroDivisionError):
        draw_gradient(lambda svg: 1 / 0)(svg)
    svg.stream.add_pattern(10, 20, 4, 6, 4, 6, "matrix")
    assert svg.stream.patterns[-1] == (10, 20, 4, 6, 4, 6, "matrix")
