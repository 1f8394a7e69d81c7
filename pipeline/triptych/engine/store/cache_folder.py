"""Read and write the folders of a cache without following symbolic links.

An untrusted project may contain a ``build/.cache`` with symbolic links. Each folder is therefore opened once,
and its files are opened relative to it without following links (POSIX ``openat``, O_NOFOLLOW). A link, folder
or device with the name of a cache file is removed.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from triptych.engine.files import remove_folder, write_atomically
from triptych.engine.store.signing import get_signing_key, sign_content, verify_content
from triptych.project import is_link

_FILE_FLAGS = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_FOLDER_FLAGS = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_NOFOLLOW", 0)
_HAS_DIR_FD = os.open in os.supports_dir_fd  # not on Windows
_WRONG_TYPE_ERRORS = (errno.ELOOP, errno.EMLINK, errno.ENOTDIR, errno.EISDIR, errno.ENXIO, errno.EACCES)
_MAX_SIZE = 1 << 31  # bytes of a file
_DAY = 86_400  # seconds


class WrongEntryTypeError(Exception):
    """Raised if a link, folder or device has the name of a cache file or cache folder.

    If possible, it is removed.
    """


@dataclass(frozen=True, slots=True)
class CacheFolder:
    """An open folder. ``descriptor`` is None on systems that cannot open files relative to a folder."""

    path: Path
    descriptor: int | None

    def read(self, name: str) -> bytes:
        """Return the content of a file, and update its modification time to record its use.

        The time is updated at most once a day. Raise FileNotFoundError if the file is missing. Raise
        ``WrongEntryTypeError`` if a link, folder or device has this name, or if the file is too large.
        """
        try:
            descriptor = os.open(self._get_path(name), os.O_RDONLY | _FILE_FLAGS, dir_fd=self.descriptor)
        except OSError as error:
            if error.errno not in _WRONG_TYPE_ERRORS:
                raise
            self.remove(name)
            raise WrongEntryTypeError(name) from None
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > _MAX_SIZE:
            os.close(descriptor)
            self.remove(name)
            raise WrongEntryTypeError(name)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            if status.st_mtime < time.time() - _DAY:
                with suppress(OSError):
                    os.utime(descriptor if os.utime in os.supports_fd else self._get_path(name))
            return file.read()

    def write(self, name: str, data: bytes) -> None:
        """Write a file atomically. Replace any link, folder or device with the same name."""
        try:
            try:
                write_atomically(self._get_path(name), data, dir_fd=self.descriptor)
            except IsADirectoryError:
                self.remove(name)
                write_atomically(self._get_path(name), data, dir_fd=self.descriptor)
        except OSError as error:
            error.filename = str(self.path / name)
            raise

    def append(self, name: str, data: bytes) -> None:
        """Append data to a file; create the file if it is missing.

        A link, folder or device with this name is removed first. So is a file with several hard links, since
        one of them may be outside the cache. The new file then contains only ``data``.
        """
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | _FILE_FLAGS
        for _ in range(2):
            try:
                descriptor = os.open(self._get_path(name), flags, 0o644, dir_fd=self.descriptor)
            except OSError as error:
                if error.errno not in _WRONG_TYPE_ERRORS:
                    return
            else:
                with os.fdopen(descriptor, "ab", buffering=0) as file:
                    status = os.fstat(descriptor)
                    if stat.S_ISREG(status.st_mode) and status.st_nlink <= 1:
                        with suppress(OSError):
                            file.write(data)
                        return
            self.remove(name)

    def get_file_size(self, name: str) -> int:
        """Return the size of a file in bytes, or 0 if the file is missing."""
        with suppress(OSError):
            return os.stat(self._get_path(name), dir_fd=self.descriptor, follow_symlinks=False).st_size
        return 0

    def list_entries(self) -> list[os.DirEntry[str]]:
        """Return the directory entries of the folder."""
        with os.scandir(self.path if self.descriptor is None else self.descriptor) as entries:
            return list(entries)

    def unlink(self, name: str) -> None:
        """Remove a file or a symbolic link. Raise OSError if it cannot be removed."""
        os.unlink(self._get_path(name), dir_fd=self.descriptor)

    def remove(self, name: str) -> None:
        """Remove the file, symbolic link or folder with this name, if possible."""
        try:
            self.unlink(name)
        except OSError:
            with suppress(OSError):
                remove_folder(self._get_path(name), dir_fd=self.descriptor)

    def rmdir(self, name: str) -> None:
        """Remove an empty folder. Raise OSError if it cannot be removed."""
        os.rmdir(self._get_path(name), dir_fd=self.descriptor)

    @contextmanager
    def open_subfolder(self, name: str, *, create: bool = False) -> Iterator[CacheFolder]:
        """Open a subfolder.

        If ``create`` is true, create the folder if it is missing, and replace a link or file with its name.
        Otherwise, raise FileNotFoundError if it is missing, or ``WrongEntryTypeError`` if it is a link or a
        file.
        """
        if self.descriptor is None:
            yield CacheFolder(_check_folder(self.path, name, create=create), None)
            return
        descriptor = _open_subfolder(self, name, create=create)
        try:
            yield CacheFolder(self.path / name, descriptor)
        finally:
            os.close(descriptor)

    def _get_path(self, name: str) -> Path:
        return Path(name) if self.descriptor is not None else self.path / name


@contextmanager
def open_folder(path: Path, subfolder: str = "") -> Iterator[CacheFolder]:
    """Open a folder or, if ``subfolder`` is given, its subfolder of this name.

    Raise FileNotFoundError if either folder is missing. Raise NotADirectoryError if ``path`` is a link or a
    file, or ``WrongEntryTypeError`` if the subfolder is a link or a file.
    """
    if not _HAS_DIR_FD:
        yield CacheFolder(_check_folder(path, subfolder, create=False), None)
        return
    descriptor = _open_descriptor(path, None)
    try:
        folder = CacheFolder(path, descriptor)
        if subfolder:
            with folder.open_subfolder(subfolder) as folder:
                yield folder
        else:
            yield folder
    finally:
        os.close(descriptor)


def _open_descriptor(path: Path | str, dir_fd: int | None) -> int:
    try:
        return os.open(path, _FOLDER_FLAGS, dir_fd=dir_fd)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):  # a link, on some systems
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path)) from None
        raise


def _open_subfolder(outer: CacheFolder, name: str, *, create: bool) -> int:
    try:
        return _open_descriptor(name, outer.descriptor)
    except NotADirectoryError:
        outer.remove(name)
        if not create:
            raise WrongEntryTypeError(name) from None
    except FileNotFoundError:
        if not create:
            raise
    with suppress(FileExistsError):
        os.mkdir(name, dir_fd=outer.descriptor)
    return _open_descriptor(name, outer.descriptor)


def _check_folder(path: Path, subfolder: str, *, create: bool) -> Path:
    """Return the path of a folder or its subfolder, on systems without folder descriptors.

    Raise the same errors as ``open_folder``.
    """
    for folder in (path, path / subfolder) if subfolder else (path,):
        is_other = is_link(folder) or folder.is_file()
        if is_other and folder == path:
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
        if is_other:
            folder.unlink()
            if not create:
                raise WrongEntryTypeError(subfolder)
        if not folder.is_dir():
            if not create or folder == path:
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(folder))
            folder.mkdir(exist_ok=True)
    return path / subfolder


def read_signed(path: Path) -> bytes | None:
    """Return the content of a signed file, or None if it is missing or not signed by this user."""
    if get_signing_key().problem:
        return None
    try:
        with open_folder(path.parent) as folder:
            return verify_content(path.name, folder.read(path.name))
    except (OSError, WrongEntryTypeError):
        return None


def write_signed(path: Path, content: bytes) -> None:
    """Write a signed file, and create its folder if needed.

    Do nothing if the signing key is temporary, since no later run could verify the file.
    """
    if get_signing_key().problem:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with open_folder(path.parent) as folder:
        folder.write(path.name, sign_content(path.name, content))
