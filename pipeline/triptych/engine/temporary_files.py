"""Keep all temporary files of a run in one folder, and lock folders for one process at a time.

The temporary folder is removed when its process ends. The folder of a killed process is removed by the next
run. The operating system releases a lock when its process ends. Programs that clean up temporary files, such
as systemd, skip locked folders; Windows cannot lock folders.
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


class FolderLocked(Exception):
    """Another process has locked the folder."""


def lock_folder(folder: Path, *, wait: bool = False) -> int:
    """Lock a folder until the file descriptor is closed, at the latest when this process and its forks end.

    Raise ``FolderLocked``, or OSError if the folder is missing or cannot be locked.
    """
    if fcntl is None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK), str(folder))
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            raise FolderLocked from None
        raise
    return descriptor


@contextmanager
def locked_folder(folder: Path, waits: Callable[[], None] = lambda: None) -> Iterator[bool]:
    """Lock a folder while the block runs, after waiting for other processes. Yield False if it cannot be
    locked.

    ``waits`` is called if another process has locked the folder.
    """
    descriptor = None
    with suppress(OSError):
        try:
            descriptor = lock_folder(folder)
        except FolderLocked:
            waits()
            descriptor = lock_folder(folder, wait=True)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)


_NAME = re.compile(r"triptych-\d+-")  # with the number of the process, for people who look there


@dataclass(slots=True)
class _Own:
    """The temporary folder of this process or of its parent.

    ``number`` is its inode, ``above`` the system's temporary folder, and ``maker`` the process that created
    it.
    """

    folder: Path | None = None
    number: int = 0
    above: Path | None = None
    maker: int = 0

    def is_there(self) -> bool:
        """Return whether the folder is the one that was created; a library may have created it again."""
        try:
            return self.folder is not None and self.folder.stat().st_ino == self.number
        except OSError:
            return False


_own = _Own()


def temporary_folder() -> Path:
    """Return the temporary folder of this run; create it at the first call, or if it was deleted.

    A forked process uses the folder of its parent, and fails if that is deleted.
    """
    if _own.folder is None or (_own.maker == os.getpid() and not _own.is_there()):
        if _own.above is None:
            _own.above = Path(tempfile.gettempdir()).resolve()
            atexit.register(_clear)
        _clear_abandoned(_own.above)
        _own.folder = _make_folder(_own.above)
        _own.number, _own.maker = _own.folder.stat().st_ino, os.getpid()
    return _own.folder


def is_temporary_folder_gone() -> bool:
    """Return whether the temporary folder was deleted by another program."""
    return _own.folder is not None and not _own.is_there()


@contextmanager
def use_temporary_folder() -> Iterator[Path]:
    """Create all temporary files in the temporary folder of this run, also those of libraries and
    subprocesses.
    """
    folder = temporary_folder()
    before = tempfile.tempdir, os.environ.get("TMPDIR")
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = before[0]
        del os.environ["TMPDIR"]
        if before[1] is not None:
            os.environ["TMPDIR"] = before[1]


def _make_folder(above: Path) -> Path:
    while True:
        folder = Path(tempfile.mkdtemp(prefix=f"triptych-{os.getpid()}-", dir=above))
        try:
            lock_folder(folder)  # as long as this process and its forks live
        except (FolderLocked, FileNotFoundError):
            continue  # it was cleared away before it was held
        except OSError:
            return folder  # where there are no locks none is cleared away either
        if folder.is_dir():
            return folder


def _clear() -> None:
    """Remove the folder at the end of the process that created it; forks leave it alone."""
    if _own.folder is not None and _own.maker == os.getpid():
        shutil.rmtree(_own.folder, ignore_errors=True)


def _clear_abandoned(above: Path) -> None:
    """Remove folders that are no longer locked, except those of other users."""
    for folder in above.iterdir():
        if not _NAME.match(folder.name) or folder.is_symlink():
            continue
        try:
            descriptor = lock_folder(folder)
        except (FolderLocked, OSError):
            continue
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)
