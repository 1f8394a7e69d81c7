"""The error for a picture that cannot be used."""

from __future__ import annotations

_SLIMMEST = 10_000
_FAR = 1e9  # dots, or CSS pixels


class UnusablePicture(Exception):
    """A file is not a picture, or must not go into a book."""

    path = ""
    """Which file, where that is known."""


def check_shape(width: float, height: float) -> None:
    """Raise ``UnusablePicture`` for a picture without area, or with extreme proportions."""
    if not (0 < width < _FAR and 0 < height < _FAR):
        what = "has zero width or height" if min(width, height) <= 0 else "is too large"
        raise UnusablePicture(f"the image {what} ({width:g} × {height:g} pixels)")
    if max(width, height) > _SLIMMEST * min(width, height):
        raise UnusablePicture(f"one side of the image is more than {_SLIMMEST:,} times as long as the other")
