"""Write whole files, lock folders, and keep temporary files in one folder of the run.

A file is the old one or the new one for whoever reads it meanwhile. A lock on a folder ends with the process
that holds it. The temporary folder goes with the process that made it; what a killed one has left is removed
by the next.
"""

from __future__ import annotations

import atexit
import errno
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
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


try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]


class Held(Exception):
    """Another process holds the folder."""


def hold(folder: Path, *, wait: bool = False) -> int:
    """Hold a folder until the file descriptor is closed, also by the end of this process and of its forks.

    Raises ``Held``, or OSError where the folder is gone or cannot be locked.
    """
    if fcntl is None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK), str(folder))
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            raise Held from None
        raise
    return descriptor


@contextmanager
def alone_in(folder: Path, waits: Callable[[], None] = lambda: None) -> Iterator[bool]:
    """Be the only one at work in a folder, after those who are → whether one is: not all can be locked.

    ``waits`` is called where there is somebody to wait for.
    """
    descriptor = None
    with suppress(OSError):
        try:
            descriptor = hold(folder)
        except Held:
            waits()
            descriptor = hold(folder, wait=True)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)


_NAME = re.compile(r"triptych-\d+-")  # with the number of the process, for people who look there


@dataclass(slots=True)
class _Own:
    """The folder of this process or of the one it was forked from, its number on the disk, and its maker."""

    folder: Path | None = None
    number: int = 0
    above: Path | None = None
    maker: int = 0

    def is_there(self) -> bool:
        """Whether it is the one that was made: a library may have made another in its place."""
        try:
            return self.folder is not None and self.folder.stat().st_ino == self.number
        except OSError:
            return False


_own = _Own()


def scratch() -> Path:
    """The folder of this run: made when it is first asked for, and anew where it is gone.

    A forked process has that of its parent; without it, it cannot go on.
    """
    if _own.folder is None or (_own.maker == os.getpid() and not _own.is_there()):
        if _own.above is None:
            _own.above = Path(tempfile.gettempdir()).resolve()
            atexit.register(_clear)
        _clear_abandoned(_own.above)
        _own.folder = _made(_own.above)
        _own.number, _own.maker = _own.folder.stat().st_ino, os.getpid()
    return _own.folder


def is_gone() -> bool:
    """Whether somebody has cleared the folder away that was made."""
    return _own.folder is not None and not _own.is_there()


@contextmanager
def temporary_files_in_scratch() -> Iterator[Path]:
    """Have all temporary files made there, by libraries and by Pythons that are started meanwhile as well."""
    folder = scratch()
    before = tempfile.tempdir, os.environ.get("TMPDIR")
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = before[0]
        del os.environ["TMPDIR"]
        if before[1] is not None:
            os.environ["TMPDIR"] = before[1]


def _made(above: Path) -> Path:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"triptych-{os.getpid()}-", dir=above))
        try:
            hold(folder)  # as long as this process and its forks live
        except (Held, FileNotFoundError):
            continue  # it was cleared away before it was held
        except OSError:
            return folder  # where there are no locks none is cleared away either
        if folder.is_dir():
            return folder


def _clear() -> None:
    """At the end of the process that made the folder; a fork leaves it alone."""
    if _own.folder is not None and _own.maker == os.getpid():
        shutil.rmtree(_own.folder, ignore_errors=True)


def _clear_abandoned(above: Path) -> None:
    """Remove the folders that nobody holds any more; those of other people cannot be."""
    for folder in above.iterdir():
        if not _NAME.match(folder.name) or folder.is_symlink():
            continue
        try:
            descriptor = hold(folder)
        except (Held, OSError):
            continue
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)
