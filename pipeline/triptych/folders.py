"""Locate files bundled with the program, and the user's folders for data and caches."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path


@cache
def get_templates_folder() -> Path:
    """Return the folder of the built-in templates, in the installed package or at the top of a checkout."""
    packaged = Path(__file__).with_name("templates")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "templates"


@cache
def get_guide_folder() -> Path:
    """Return the folder of the guide's source, in the installed package or in a checkout."""
    packaged = Path(__file__).with_name("guide")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "docs/guide/source"


@cache
def get_gallery_folder() -> Path:
    """Return the folder of the project template gallery, in the installed package or in a checkout."""
    packaged = Path(__file__).with_name("gallery")
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "docs/gallery"


def is_bundled_templates(folder: Path) -> bool:
    """Return whether ``folder`` is the folder of the built-in templates."""
    return resolve_links(folder) == get_templates_folder().resolve()


def resolve_links(path: Path) -> Path:
    """Return an absolute path with symbolic links resolved.

    Links that point to themselves are kept, and so is a relative path if the current folder was deleted. With
    the path that is returned, the first access to the file fails.
    """
    try:
        return Path(os.path.realpath(path))
    except OSError:
        return path


def get_user_folder(variable: str, *, mac: str, other: str) -> Path:
    """Return the folder set in an environment variable of the XDG Base Directory Specification.

    If the variable is not set, return the folder in LOCALAPPDATA on Windows, ``mac`` on macOS, or ``other``
    on other systems; ``mac`` and ``other`` are relative to the home folder. Relative paths in the variables
    are ignored, as the specification requires. Raise RuntimeError if the user has no home folder.
    """
    for name in (variable, "LOCALAPPDATA") if sys.platform == "win32" else (variable,):
        folder = Path(os.environ.get(name, ""))
        if folder.is_absolute():
            return folder
    return Path.home() / (mac if sys.platform == "darwin" else other)
