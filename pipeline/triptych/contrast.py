"""How well colours are told apart: contrast after WCAG 2.2."""

from __future__ import annotations

# Success criteria 1.4.3, for text, and 1.4.11, for what is drawn.
READABLE = 4.5
VISIBLE = 3.0


def contrast(colour: str, ground: str) -> float:
    """The contrast ratio of two colours of six hexadecimal digits, from 1 to 21."""
    darker, lighter = sorted((_luminance(colour), _luminance(ground)))
    return (lighter + 0.05) / (darker + 0.05)


def channels(colour: str) -> list[int]:
    """Red, green and blue from 0 to 255."""
    return [int(colour[start : start + 2], 16) for start in (0, 2, 4)]


def _luminance(colour: str) -> float:
    """Relative luminance, https://www.w3.org/TR/WCAG22/#dfn-relative-luminance."""
    shares = [value / 255 for value in channels(colour)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
