"""Colours that must be told apart: contrast after WCAG 2.2, and the accent on dark ground."""

from __future__ import annotations

from triptych.theme import Colours

# WCAG 2.2, success criterion 1.4.3.
READABLE = 4.5


def contrast(colour: str, ground: str) -> float:
    """The contrast ratio of two colours of six hexadecimal digits, from 1 to 21."""
    darker, lighter = sorted((_luminance(colour), _luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def on_deep(colours: Colours) -> str:
    """The accent, lightened until it can be read on the deep ground."""
    for share in range(0, 101, 5):
        tint = _mixed(colours.accent, colours.paper, share / 100)
        if contrast(tint, colours.deep) >= READABLE:
            return tint
    return colours.paper


def _channels(colour: str) -> list[int]:
    return [int(colour[start : start + 2], 16) for start in (0, 2, 4)]


def _luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    shares = [value / 255 for value in _channels(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
