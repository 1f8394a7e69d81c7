"""Optical margins: light marks at the ends of a line stand out a little, so that the edge looks straight."""

from __future__ import annotations

# Full-width marks of Chinese and Japanese: one half of each is ink, the other blank.
OPENING = "「『（［｛〈《【〔〖"
CLOSING = "、。，．」』）］｝〉》】〕〗"

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
    **dict.fromkeys(CLOSING, 0.5),
}
_AT_START = {
    **dict.fromkeys("‘“'\"", 0.5),
    **dict.fromkeys("‚„", 0.6),
    **dict.fromkeys("«‹", 0.4),
    **dict.fromkeys("(", 0.15),
    **dict.fromkeys(OPENING, 0.5),
}


def hangs_at_end(character: str) -> float:
    """The share of a character's width that hangs over the end of a line."""
    return _AT_END.get(character, 0.0)


def hangs_at_start(character: str) -> float:
    """The share of a character's width that hangs over the start of a line."""
    return _AT_START.get(character, 0.0)
