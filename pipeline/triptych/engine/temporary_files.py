"""Keep all temporary files of a run in one folder, and lock folders for one process at a time.

The temporary folder goes with the process that made it; what a killed one has left is removed by the next.
The system ends a lock with the process that holds it. What clears away old temporary files, such as systemd,
leaves locked folders alone; Windows cannot lock folders.
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
