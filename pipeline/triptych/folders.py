"""Locate the files that come with the program, and the user's folders for data and caches."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path


@cache
def templates_folder() -> Path:
    """Return the built-in templates: inside the installed package, or at the top of a checkout."""
    packaged = Path(__file__).with_name("templates")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "templates"


@cache
def guide_folder() -> Path:
    """Return the source of the guide: inside the installed package, or in a checkout."""
    packaged = Path(__file__).with_name("guide")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "docs/guide/source"


@cache
def gallery_folder() -> Path:
    """Return the gallery of project templates: inside the installed package, or in a checkout."""
    packaged = Path(__file__).with_name("gallery")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "docs/gallery"


def are_bundled(folder: Path) -> bool:
    """Return whether a folder is that of the built-in templates, as ``templates`` is in a checkout."""
    return folder.resolve() == templates_folder().resolve()


def user_folder(variable: str, *, mac: str, other: str) -> Path:
    """Return a folder of the user from an environment variable (XDG Base Directory Specification).

    If the variable is not set, return the folder in LOCALAPPDATA on Windows, ``mac`` on macOS or else
    ``other``, which are relative to the home folder. Relative paths in variables are ignored, as the
    specification requires. Raise RuntimeError if the user has no home folder.
    """
    for name in (variable, "LOCALAPPDATA") if sys.platform == "win32" else (variable,):
        folder = Path(os.environ.get(name, ""))
        if folder.is_absolute():
            return folder
    return Path.home() / (mac if sys.platform == "darwin" else other)
