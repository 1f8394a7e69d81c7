"""What is wrong with a picture that cannot be used."""

from __future__ import annotations


class UnusablePicture(Exception):
    """A file that is no picture, or one that must not go into a book."""
