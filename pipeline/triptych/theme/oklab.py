"""Colours as eyes order them: Oklab, with lightness from 0 to 1 and two axes of colour.

https://bottosson.github.io/posts/oklab/
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

Matrix: TypeAlias = tuple[tuple[float, ...], ...]
Lab: TypeAlias = tuple[float, float, float]

# Linear RGB to cones, the cubic roots of these to Oklab, and both ways back.
_TO_CONES: Matrix = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
_TO_OKLAB: Matrix = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
_TO_ROOTS: Matrix = (
    (1.0, 0.3963377774, 0.2158037573),
    (1.0, -0.1055613458, -0.0638541728),
    (1.0, -0.0894841775, -1.2914855480),
)
_TO_LIGHT: Matrix = (
    (4.0767416621, -3.3077115913, 0.2309699292),
    (-1.2684380046, 2.6097574011, -0.3413193965),
    (-0.0041960863, -0.7034186147, 1.7076147010),
)
_STEPS = 24  # by which a colour that no screen has is made greyer


def channels(colour: str) -> list[int]:
    """Red, green and blue from 0 to 255."""
    return [int(colour[start : start + 2], 16) for start in (0, 2, 4)]


def digits(shares: Iterable[float]) -> str:
    """Six hexadecimal digits of red, green and blue, each from 0 to 1; what is beyond is at the end."""
    return "".join(f"{min(255, max(0, round(share * 255))):02x}" for share in shares)


def mixed(colour: str, other: str, share: float) -> str:
    """A colour with a share of another, 0 to 1."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def linear(channel: float) -> float:
    """The light of a channel of sRGB, both 0 to 1 (IEC 61966-2-1)."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def encoded(light: float) -> float:
    """The channel of sRGB that has so much light, both 0 to 1."""
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055


def oklab(colour: str) -> Lab:
    """Where a colour of six hexadecimal digits is."""
    lightness, a, b = lab_of_light([linear(value / 255) for value in channels(colour)])
    return lightness, a, b


def lab_of_light(light: Sequence[float]) -> list[float]:
    """Where linear RGB is."""
    return times(_TO_OKLAB, [cone ** (1 / 3) for cone in times(_TO_CONES, light)])


def from_oklab(lightness: float, a: float, b: float) -> str:
    """The colour at a place, or the one of its hue and lightness that is nearest to it on screens."""
    for step in range(_STEPS + 1):
        share = 1 - step / _STEPS
        roots = times(_TO_ROOTS, (lightness, a * share, b * share))
        light = times(_TO_LIGHT, [root**3 for root in roots])
        if all(-0.0005 <= part <= 1.0005 for part in light):
            break
    return digits(encoded(min(max(part, 0.0), 1.0)) for part in light)


def times(matrix: Matrix, vector: Sequence[float]) -> list[float]:
    """A matrix times a vector."""
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]
