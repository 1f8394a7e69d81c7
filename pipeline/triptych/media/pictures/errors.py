"""What is wrong with a picture that cannot be used."""

from __future__ import annotations

_SLIMMEST = 10_000
_FAR = 1e9  # dots, or CSS pixels


class UnusablePicture(Exception):
    """A file that is no picture, or one that must not go into a book."""

    path = ""
    """Which file, where that is known."""


def check_shape(width: float, height: float) -> None:
    """Raises ``UnusablePicture`` for what has no area, or is out of all proportion."""
    if not (0 < width < _FAR and 0 < height < _FAR):
        raise UnusablePicture("it has no area" if min(width, height) <= 0 else "it is too large")
    if max(width, height) > _SLIMMEST * min(width, height):
        raise UnusablePicture(f"one of its sides is more than {_SLIMMEST:,} times as long as the other")
