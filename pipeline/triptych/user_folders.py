"""Locate the folders of the user that hold data and cached files of programs."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def user_folder(variable: str, *, mac: str, other: str) -> Path:
    """Return the folder that a variable of the XDG Base Directory Specification names, or the system's own.

    ``mac`` and ``other`` are the defaults on macOS and elsewhere, relative to the home folder; Windows has
    LOCALAPPDATA. Relative paths in variables are ignored, as the specification says. Raises RuntimeError if
    the user has no home folder.
    """
    for name in (variable, "LOCALAPPDATA") if sys.platform == "win32" else (variable,):
        folder = Path(os.environ.get(name, ""))
        if folder.is_absolute():
            return folder
    return Path.home() / (mac if sys.platform == "darwin" else other)
