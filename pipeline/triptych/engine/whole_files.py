"""Files that others see whole: the old one, or the new one, and nothing between."""

from __future__ import annotations

import os
from pathlib import Path


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file, and its folder where there is none. A failure leaves what was there.

    Where the system can do so, a file has no name before it is whole: whoever kills the program leaves none
    that is half-written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        if not _written_without_a_name(path, data):
            _written_beside(path, data)
    except OSError as error:
        error.filename = error.filename or str(path)  # which the system does not say of a full disk
        raise


def _written_without_a_name(path: Path, data: bytes) -> bool:
    """Write a file and then give it its name (Linux, ``open(2)``: O_TMPFILE) → whether that can be done."""
    try:
        handle = os.open(path.parent, os.O_TMPFILE | os.O_WRONLY, 0o600)
    except FileNotFoundError:
        raise  # the folder has gone again
    except (OSError, AttributeError):
        return False  # not on this disk, or not on this system
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fchmod(handle, 0o644)
        name = _named(handle, path) or _named(handle, _beside(path))
    if name is not None and name != path:
        _moved(name, path)
    return name is not None


def _named(handle: int, path: Path) -> Path | None:
    """Give an open file a name, which is then returned; None where it is taken, or there is no /proc."""
    try:
        # With a folder to begin at, Python calls linkat(2), which follows the link in /proc.
        os.link(f"/proc/self/fd/{handle}", path, src_dir_fd=handle, follow_symlinks=True)
    except OSError:
        return None
    return path


def _written_beside(path: Path, data: bytes) -> None:
    name = _beside(path)
    try:
        with name.open("xb") as file:
            file.write(data)
        name.chmod(0o644)
    except BaseException:
        name.unlink(missing_ok=True)
        raise
    _moved(name, path)


def _beside(path: Path) -> Path:
    """A name that nobody else has, for as long as it takes to give a file the one that it is to have."""
    return path.with_name(f".{path.name[:32]}.{os.urandom(8).hex()}")


def _moved(name: Path, path: Path) -> None:
    try:
        name.replace(path)
    except BaseException:
        name.unlink(missing_ok=True)
        raise
