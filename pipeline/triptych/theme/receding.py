"""The greys of what stands back behind what an author highlights, and inks of words about marks."""

from __future__ import annotations

from functools import cache

from triptych.theme.contrast import READABLE, VISIBLE, contrast
from triptych.theme.oklab import mixed

# Contrast with the ground: neighbours differ, and both stay behind what is highlighted, in grey print too.
RECEDING = (VISIBLE * 1.03, VISIBLE * 1.35)
APART = 1.4  # between two marks that lightness alone tells apart
_STEPS = 200


@cache
def receding(ink: str, ground: str) -> tuple[str, ...]:
    """Mixtures of text and ground as light as can be seen on it, each as six hexadecimal digits."""
    shades = [mixed(ink, ground, step / _STEPS) for step in range(_STEPS, -1, -1)]
    return tuple(
        next((shade for shade in shades if contrast(shade, ground) >= least), ink) for least in RECEDING
    )


@cache
def readable(colour: str, ink: str, ground: str) -> str:
    """A colour as words may have it: with as much ink in it as it needs to be read on the ground."""
    shades = (mixed(colour, ink, step / 20) for step in range(21))
    return next((shade for shade in shades if contrast(shade, ground) >= READABLE), ink)
