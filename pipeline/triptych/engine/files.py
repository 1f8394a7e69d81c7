"""Write files atomically: other processes see either the old file or the complete new one."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


def write_atomically(path: Path, data: bytes, *, dir_fd: int | None = None) -> None:
    """Write a file, and create its folder if needed. If writing fails, an existing file is unchanged.

    If ``dir_fd`` is the descriptor of a folder, ``path`` is a file name in that folder. On systems that
    support it, the file gets its name only when it is complete, so that a killed process leaves no partial
    file.
    """
    if dir_fd is None:
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        if not _write_and_link(path, data, dir_fd):
            _write_and_rename(path, data, dir_fd)
    except OSError as error:
        error.filename = error.filename or str(path)  # may be missing if the disk is full
        raise


@contextmanager
def remove_folder_on_error(folder: Path) -> Iterator[None]:
    """On an error, remove a folder that the block has created or filled, or its content if it was empty."""
    existed = folder.is_dir()
    is_used = existed and any(folder.iterdir())
    try:
        yield
    except BaseException:
        for path in () if is_used else list(folder.iterdir()) if existed else (folder,):
            if path.is_dir() and not path.is_symlink():
                with suppress(OSError):
                    remove_folder(path)
            else:
                path.unlink(missing_ok=True)
        raise


def remove_folder(path: str | Path, *, dir_fd: int | None = None) -> None:
    """Remove a folder with everything in it, however deeply nested. Raise OSError on failure.

    In contrast, ``shutil.rmtree`` is recursive. Links are removed, not followed. If ``dir_fd`` is given,
    ``path`` is relative to it.
    """
    import shutil  # not loaded by builds without changes

    if not shutil.rmtree.avoids_symlink_attacks:  # for example on Windows, which limits the length of paths
        shutil.rmtree(path, dir_fd=dir_fd)
        return
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW
    current = os.open(path, flags, dir_fd=dir_fd)
    above: list[tuple[list[str], os.stat_result]] = []  # the remaining inner folders, and the folder itself
    try:
        inner = _remove_files(current)
        while inner or above:
            if inner:
                above.append((inner, os.fstat(current)))
                following = os.open(inner[-1], flags, dir_fd=current)
            else:
                following = os.open("..", flags, dir_fd=current)
            os.close(current)
            current = following
            if inner:
                inner = _remove_files(current)
                continue
            inner, status = above.pop()
            if not os.path.samestat(status, os.fstat(current)):
                raise OSError(errno.EBUSY, "the folder was moved while it was removed", str(path))
            os.rmdir(inner.pop(), dir_fd=current)
    finally:
        os.close(current)
    os.rmdir(path, dir_fd=dir_fd)


def _remove_files(folder: int) -> list[str]:
    """Remove the files and links in an open folder, and return the names of its subfolders."""
    with os.scandir(folder) as iterator:
        entries = list(iterator)
    for entry in entries:
        if not entry.is_dir(follow_symlinks=False):
            os.unlink(entry.name, dir_fd=folder)
    return [entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]


def _write_and_link(path: Path, data: bytes, dir_fd: int | None) -> bool:
    """Write an unnamed file, then link it to ``path`` (``open(2)``: O_TMPFILE).

    Return False if the system does not support unnamed files.
    """
    try:
        handle = os.open(path.parent, os.O_TMPFILE | os.O_WRONLY, 0o600, dir_fd=dir_fd)
    except FileNotFoundError:
        raise  # the folder has been removed
    except (OSError, AttributeError):
        return False  # not supported by the file system or the operating system
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fchmod(handle, 0o644)
        name = _link_unnamed_file(handle, path, dir_fd) or _link_unnamed_file(
            handle, _make_temporary_path(path), dir_fd
        )
    if name is not None and name != path:
        _rename_into_place(name, path, dir_fd)
    return name is not None


def _link_unnamed_file(handle: int, path: Path, dir_fd: int | None) -> Path | None:
    """Link an open unnamed file to the path, and return the path.

    Return None if the name is in use or /proc is missing.
    """
    try:
        # With ``src_dir_fd``, Python calls linkat(2), which follows the link in /proc.
        os.link(f"/proc/self/fd/{handle}", path, src_dir_fd=handle, dst_dir_fd=dir_fd, follow_symlinks=True)
    except OSError:
        return None
    return path


def _write_and_rename(path: Path, data: bytes, dir_fd: int | None) -> None:
    name = _make_temporary_path(path)
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
    _rename_into_place(name, path, dir_fd)


def _make_temporary_path(path: Path) -> Path:
    """Return an unused temporary path in the folder of ``path``."""
    return path.with_name(f".{path.name[:32]}.{os.urandom(8).hex()}")


def _rename_into_place(name: Path, path: Path, dir_fd: int | None) -> None:
    try:
        os.replace(name, path, src_dir_fd=dir_fd, dst_dir_fd=dir_fd)
    except BaseException:
        os.unlink(name, dir_fd=dir_fd)
        raise
