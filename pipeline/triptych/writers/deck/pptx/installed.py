"""python-pptx as it is installed."""

from __future__ import annotations

from importlib.metadata import version

# The version whose internals ``internals.py`` describes; CONTRIBUTING.md says how to move to another.
VERSION = "1.0.2"


def require_known_version() -> None:
    """ImportError where python-pptx has another version: its internals may mean something else there."""
    if (found := version("python-pptx")) != VERSION:
        raise ImportError(f"decks require python-pptx {VERSION}, but {found} is installed")
