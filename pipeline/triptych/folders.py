"""Locate bundled files and user folders, and traverse untrusted folders."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

MAX_FOLDER_DEPTH = 100
"""Maximum depth below a folder that is searched. ``Path.rglob`` and ``os.walk`` fail at 1,000 levels."""


@cache
def get_templates_folder() -> Path:
    """Return the folder of the built-in templates, in the installed package or in a checkout."""
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

    Links to themselves are kept, and so is a relative path if the current folder was deleted. The first
    access to a file with such a path then fails.
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


def iter_files(root: Path, is_skipped: Callable[[str], bool] = lambda name: False) -> Iterator[Path]:
    """Yield the files and links below a folder, down to ``MAX_FOLDER_DEPTH`` levels.

    Unreadable folders, and names for which ``is_skipped`` returns True, are omitted. Links are not followed.
    """
    return (
        Path(entry.path) for entry, _ in _walk(root, is_skipped) if not entry.is_dir(follow_symlinks=False)
    )


def find_deep_folder(root: Path, is_skipped: Callable[[str], bool] = lambda name: False) -> Path | None:
    """Return a folder that is more than ``MAX_FOLDER_DEPTH`` levels below ``root``, or None."""
    deep_entries = (entry for entry, depth in _walk(root, is_skipped) if depth > MAX_FOLDER_DEPTH)
    return next((Path(entry.path) for entry in deep_entries if entry.is_dir(follow_symlinks=False)), None)


def _walk(root: Path, is_skipped: Callable[[str], bool]) -> Iterator[tuple[os.DirEntry[str], int]]:
    """Yield the entries below a folder with their depth, without the content of folders that are too deep."""
    waiting = [(str(root), 1)]
    while waiting:
        folder, depth = waiting.pop()
        try:
            with os.scandir(folder) as iterator:
                entries = [entry for entry in iterator if not is_skipped(entry.name)]
        except OSError:
            continue
        for entry in entries:
            yield entry, depth
            if depth <= MAX_FOLDER_DEPTH and entry.is_dir(follow_symlinks=False):
                waiting.append((entry.path, depth + 1))
