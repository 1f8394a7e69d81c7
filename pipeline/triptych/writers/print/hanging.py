"""Optical margins: light marks at either end of a line stand out a little, so that the edge looks straight."""

from __future__ import annotations

# Shares of their own width by which marks hang over the end and the start of a line.
_AT_END = {
    **dict.fromkeys(".,", 0.6),
    **dict.fromkeys("-\u2010", 0.5),
    **dict.fromkeys("’”'\"", 0.5),
    **dict.fromkeys(":;", 0.35),
    **dict.fromkeys("»›", 0.4),
    **dict.fromkeys("–", 0.25),
    **dict.fromkeys("—", 0.15),
    **dict.fromkeys("!?)", 0.15),
}
_AT_START = {
    **dict.fromkeys("‘“'\"", 0.5),
    **dict.fromkeys("‚„", 0.6),
    **dict.fromkeys("«‹", 0.4),
    **dict.fromkeys("(", 0.15),
}


def hangs_at_end(character: str) -> float:
    """The share of a character's width that hangs over the end of a line."""
    return _AT_END.get(character, 0.0)


def hangs_at_start(character: str) -> float:
    """The share of a character's width that hangs over the start of a line."""
    return _AT_START.get(character, 0.0)
