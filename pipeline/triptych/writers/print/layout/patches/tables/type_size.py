"""The type of a table made smaller: what the engine knows of its boxes' styles, scaled."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_STEPS = (0.95, 0.9, 0.85, 0.8, 0.75, 0.7)  # of the size of type in tables
_TINY = 20 / 3  # CSS pixels, five points: no type is smaller, whatever a table lacks
_BREAKING = {"white_space": "normal", "overflow_wrap": "anywhere"}
_LEAST = "__least_size"  # the style sheet's --least-size
_WRITTEN = "triptych_written"  # the style that a box has by the style sheet
_PADDINGS = ("padding_top", "padding_right", "padding_bottom", "padding_left")
_SIDES = ("padding_right", "padding_left")
_CLOSER, _CLOSE_BELOW = 0.7, 0.89  # columns stand closer, too, in type below a share of its size
_PIXELS = {"px": 1.0, "pt": 4 / 3}


def scales(table: Any) -> Iterator[float]:
    """The shares of its own size in which a table may be set, the largest first."""
    size = float(table.style["font_size"])
    least = least_size(table.style) or size
    shares = [share for share in _STEPS if share * size >= least]
    yield from shares
    if least < size and (not shares or shares[-1] * size > least + 0.01):
        yield least / size


def scales_below(table: Any) -> Iterator[float]:
    """Shares of its own size that the style sheet does not allow, for a table that fits in no other."""
    size = float(table.style["font_size"])
    least = least_size(table.style) or size
    for step in _STEPS[1::2]:
        if step * least > _TINY:
            yield step * least / size
    if least > _TINY:
        yield _TINY / size


def least_size(style: Any) -> float:
    """The smallest size of type that a style sheet allows in a table, in CSS pixels; 0 where it is silent."""
    for token in style[_LEAST] or ():
        if token.type == "dimension" and token.lower_unit in _PIXELS:
            return float(token.value * _PIXELS[token.lower_unit])
    return 0.0


def as_written(table: Any) -> None:
    """Give the boxes of a table the styles that they have by the style sheet."""
    for box in _boxes(table):
        box.style = box.__dict__.setdefault(_WRITTEN, box.style)


def scale(table: Any, share: float, *, breaks: bool = False) -> None:
    """Set all that is in a table at a share of the size that the style sheet gives it.

    With ``breaks`` lines may end within words.
    """
    as_written(table)
    scaled: dict[int, Any] = {}
    for box in _boxes(table):
        style = box.style
        if id(style) not in scaled:
            scaled[id(style)] = _scaled(style, share)
            for name, value in _BREAKING.items() if breaks else ():
                scaled[id(style)][name] = value
        box.style = scaled[id(style)]


def _boxes(table: Any) -> Iterator[Any]:
    yield table
    for part in table.children:
        yield part
        yield from part.descendants()


def _scaled(style: Any, share: float) -> Any:
    smaller = style.copy()
    smaller["font_size"] = style["font_size"] * share
    height = style["line_height"]
    if getattr(height, "unit", "") == "px":
        smaller["line_height"] = type(height)(height.value * share, height.unit)
    for side in _PADDINGS:
        padding = style[side]
        if getattr(padding, "unit", "") == "px":
            closer = _CLOSER if side in _SIDES and share < _CLOSE_BELOW else 1.0
            smaller[side] = type(padding)(padding.value * share * closer, "px")
    return smaller
