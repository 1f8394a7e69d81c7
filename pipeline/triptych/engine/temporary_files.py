"""Keep all temporary files of a run in one folder, and lock folders for a single process.

The temporary folder is removed when its process ends. If the process is killed, the operating system releases
the folder's lock, and the next run removes the folder. Programs that clean up temporary files, such as
systemd, skip locked folders. On Windows, folders cannot be locked.
"""

from __future__ import annotations

import atexit
import errno
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from triptych.project import is_text

try:
    import fcntl
except ImportError:
    fcntl = None  # type: ignore[assignment]


# A pipe with the name of a folder would block. Links are followed only in paths given by users.
_FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0)


class FolderLockedError(Exception):
    """Raised if another process has locked the folder."""


def lock_folder(folder: Path, *, wait: bool = False) -> int:
    """Lock a folder, and return a descriptor that keeps the lock until this process and its forks close it.

    If another process has locked the folder, wait if ``wait`` is true, or else raise ``FolderLockedError``.
    Raise OSError if the folder is missing or cannot be locked.
    """
    if fcntl is None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK), str(folder))
    descriptor = os.open(folder, _FOLDER_FLAGS)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError as error:
        os.close(descriptor)
        if isinstance(error, BlockingIOError):
            raise FolderLockedError from None
        raise
    return descriptor


@contextmanager
def locked_folder(folder: Path, on_wait: Callable[[], None] = lambda: None) -> Iterator[bool]:
    """Lock a folder inside the context. Yield True, or False if the system cannot lock folders.

    If another process has locked the folder, call ``on_wait``, then wait for the lock.
    """
    descriptor = None
    with suppress(OSError):
        try:
            descriptor = lock_folder(folder)
        except FolderLockedError:
            on_wait()
            descriptor = lock_folder(folder, wait=True)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)


_FOLDER_NAME = re.compile(r"triptych-\d+-")  # followed by the process ID


@dataclass(slots=True)
class _TemporaryFolder:
    """The temporary folder of this process or, if this process was forked, of its parent.

    ``parent`` is the system's temporary folder. ``creator_pid`` is the ID of the process that created the
    folder.
    """

    path: Path | None = None
    inode: int = 0
    parent: Path | None = None
    creator_pid: int = 0

    def exists(self) -> bool:
        """Return whether the folder still exists, and has not been replaced with another one."""
        try:
            return self.path is not None and self.path.stat().st_ino == self.inode
        except OSError:
            return False


_own_folder = _TemporaryFolder()


def get_temporary_folder() -> Path:
    """Return the temporary folder of this run. Create it on the first call, or if it was deleted.

    A forked process uses its parent's folder and does not recreate it. Raise OSError if the path of the
    system's temporary folder is not UTF-8, which pandoc requires, or if the folder cannot be created.
    """
    if _own_folder.path is None or (_own_folder.creator_pid == os.getpid() and not _own_folder.exists()):
        if _own_folder.parent is None:
            parent = _find_system_folder()
            if not is_text(str(parent)):
                raise OSError(errno.EILSEQ, "the path of the temporary folder is not UTF-8", str(parent))
            _own_folder.parent = parent
            atexit.register(_remove_own_folder)
        _remove_stale_folders(_own_folder.parent)
        return _create_own_folder(_own_folder.parent)
    return _own_folder.path


def remove_stale_temporary_folders() -> None:
    """Remove the temporary folders of killed runs, in a run that does not create one itself."""
    with suppress(OSError):
        _remove_stale_folders(_find_system_folder())


def _find_system_folder() -> Path:
    """Return the system's temporary folder. Raise OSError if there is none."""
    try:
        return Path(tempfile.gettempdir()).resolve()
    except FileNotFoundError:
        raise OSError(errno.EACCES, "no writable temporary folder found") from None


def is_temporary_folder_deleted() -> bool:
    """Return whether the temporary folder of this run was created and no longer exists."""
    return _own_folder.path is not None and not _own_folder.exists()


@contextmanager
def use_temporary_folder() -> Iterator[Path]:
    """Let libraries and subprocesses create their temporary files in this run's temporary folder."""
    folder = get_temporary_folder()
    before = tempfile.tempdir, os.environ.get("TMPDIR")
    tempfile.tempdir = os.environ["TMPDIR"] = str(folder)
    try:
        yield folder
    finally:
        tempfile.tempdir = before[0]
        del os.environ["TMPDIR"]
        if before[1] is not None:
            os.environ["TMPDIR"] = before[1]


def _create_own_folder(parent: Path) -> Path:
    """Create and lock the folder. Its path is set first, so that a stop signal at any time removes it."""
    while True:
        folder = parent / f"triptych-{os.getpid()}-{secrets.token_hex(8)}"
        _own_folder.path, _own_folder.creator_pid = folder, os.getpid()
        try:
            folder.mkdir(mode=0o700)
        except FileExistsError:
            continue
        except OSError:
            _own_folder.path = None
            raise
        try:
            _own_folder.inode = folder.stat().st_ino
            lock_folder(folder)
        except (FolderLockedError, FileNotFoundError):
            continue  # another process removed it before it was locked
        except OSError:
            return folder  # without locks, other processes do not remove folders
        if folder.is_dir():
            return folder


def _remove_own_folder() -> None:
    if _own_folder.path is not None and _own_folder.creator_pid == os.getpid():
        shutil.rmtree(_own_folder.path, ignore_errors=True)


def _remove_stale_folders(parent: Path) -> None:
    """Remove temporary folders in ``parent`` that earlier runs left behind and that are no longer locked."""
    for folder in parent.iterdir():
        if not _FOLDER_NAME.match(folder.name) or folder.is_symlink():
            continue
        try:
            descriptor = lock_folder(folder)
        except (FolderLockedError, OSError):
            continue
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)
