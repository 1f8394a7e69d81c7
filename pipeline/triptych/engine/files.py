"""Write whole files: others see the old one or the new one, and nothing between."""

from __future__ import annotations

import os
from pathlib import Path


def write_atomically(path: Path, data: bytes, *, dir_fd: int | None = None) -> None:
    """Write a file, and its folder where there is none. A failure leaves what was there.

    With ``dir_fd``, an open folder, the path is a name in it. Where the system can do so, a file has no name
    before it is whole: whoever kills the program leaves none that is half-written.
    """
    if dir_fd is None:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        if not _write_without_a_name(path, data, dir_fd):
            _write_beside(path, data, dir_fd)
    except OSError as error:
        error.filename = error.filename or str(path)  # which the system does not say of a full disk
        raise


def _write_without_a_name(path: Path, data: bytes, dir_fd: int | None) -> bool:
    """Write a file and then give it its name (Linux, ``open(2)``: O_TMPFILE) → whether that can be done."""
    try:
        handle = os.open(path.parent, os.O_TMPFILE | os.O_WRONLY, 0o600, dir_fd=dir_fd)
    except FileNotFoundError:
        raise  # the folder has gone again
    except (OSError, AttributeError):
        return False  # not on this disk, or not on this system
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fchmod(handle, 0o644)
        name = _link(handle, path, dir_fd) or _link(handle, _free_name(path), dir_fd)
    if name is not None and name != path:
        _move(name, path, dir_fd)
    return name is not None


def _link(handle: int, path: Path, dir_fd: int | None) -> Path | None:
    """Give an open file a name, which is then returned; None where it is taken, or there is no /proc."""
    try:
        # With a folder to begin at, Python calls linkat(2), which follows the link in /proc.
        os.link(f"/proc/self/fd/{handle}", path, src_dir_fd=handle, dst_dir_fd=dir_fd, follow_symlinks=True)
    except OSError:
        return None
    return path


def _write_beside(path: Path, data: bytes, dir_fd: int | None) -> None:
    name = _free_name(path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(name, flags, 0o644, dir_fd=dir_fd)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            if hasattr(os, "fchmod"):
                os.fchmod(handle, 0o644)
    except BaseException:
        os.unlink(name, dir_fd=dir_fd)
        raise
    _move(name, path, dir_fd)


def _free_name(path: Path) -> Path:
    """A name that nobody else has, for as long as it takes to give a file the one that it is to have."""
    return path.with_name(f".{path.name[:32]}.{os.urandom(8).hex()}")


def _move(name: Path, path: Path, dir_fd: int | None) -> None:
    try:
        os.replace(name, path, src_dir_fd=dir_fd, dst_dir_fd=dir_fd)
    except BaseException:
        os.unlink(name, dir_fd=dir_fd)
        raise
