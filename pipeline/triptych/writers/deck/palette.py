"""Colours that must be told apart: the accent on dark ground."""

from __future__ import annotations

from triptych.contrast import READABLE, channels, contrast


def on_deep(accent: str, ground: str, text: str) -> str:
    """The accent, mixed with the text's colour until it can be read on the ground of dark slides."""
    for share in range(0, 101, 5):
        tint = mixed(accent, text, share / 100)
        if contrast(tint, ground) >= READABLE:
            return tint
    return text


def mixed(colour: str, other: str, share: float) -> str:
    """A colour with a share of another, 0 to 1."""
    pairs = zip(channels(colour), channels(other), strict=True)
    return "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
