"""Colours that must be told apart: the accent on dark ground."""

from __future__ import annotations

from triptych.contrast import READABLE, channels, contrast
from triptych.theme import Colours


def on_deep(colours: Colours) -> str:
    """The accent, lightened until it can be read on the deep ground."""
    for share in range(0, 101, 5):
        tint = _mixed(colours.accent, colours.paper, share / 100)
        if contrast(tint, colours.deep) >= READABLE:
            return tint
    return colours.paper


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(channels(colour), channels(other), strict=True)
    return "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)
