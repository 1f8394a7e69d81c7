"""How well colours are told apart: contrast after WCAG 2.2, and difference for each kind of vision."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from triptych.theme.oklab import Matrix, channels, lab_of_light, linear, times

# Success criteria 1.4.6, at level AAA, and 1.4.3, both for text, and 1.4.11, for what is drawn.
ENHANCED = 7.0
READABLE = 4.5
VISIBLE = 3.0
_LARGE, _LARGE_IF_BOLD = 18.0, 14.0  # points


@lru_cache(maxsize=4096)
def contrast(colour: str, ground: str) -> float:
    """The contrast ratio of two colours of six hexadecimal digits, from 1 to 21."""
    return ratio(luminance(*channels(colour)), luminance(*channels(ground)))


def difference(one: str, other: str) -> float:
    """How far two colours are apart in Oklab for whom they are nearest to each other; black to white is 1."""
    return min(math.dist(_seen(one, matrix), _seen(other, matrix)) for matrix in _VISIONS.values())


@lru_cache(maxsize=4096)
def luminance(red: int, green: int, blue: int) -> float:
    """Relative luminance of channels up to 255, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    return 0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255)


def is_large(size: float, *, bold: bool) -> bool:
    """Whether text of so many points is as easily seen as drawings are (1.4.3)."""
    return size >= (_LARGE_IF_BOLD if bold else _LARGE)


def ratio(one: float, other: float) -> float:
    """The contrast ratio of two luminances, from 1 to 21."""
    darker, lighter = sorted((one, other))
    return (lighter + 0.05) / (darker + 0.05)


def lightness(colour: str) -> float:
    """How light a colour is in grey, from 0 to 100 (CIE L*, ISO/CIE 11664-4)."""
    light = luminance(*channels(colour))
    return 116 * math.cbrt(light) - 16 if light > 216 / 24389 else light * 24389 / 27


def _lights(colour: str) -> list[float]:
    return [linear(value / 255) for value in channels(colour)]


# Machado, Oliveira and Fernandes (2009), severity 1.0, on linear RGB.
_VISIONS: Mapping[str, Matrix] = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}


@lru_cache(maxsize=4096)
def _seen(colour: str, vision: Matrix) -> list[float]:
    """Where a colour is in Oklab for a reader with a kind of vision."""
    return lab_of_light([min(max(c, 0.0), 1.0) for c in times(vision, _lights(colour))])
