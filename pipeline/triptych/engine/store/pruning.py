"""Limit the size of a cache by removing the least recently used results.

A file's modification time is the day of its last use. The size of a cache is measured by listing its files.
The size of results written later is counted by the length of a small file, so that the cache is listed again
only if it may have become too large.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Container, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from triptych.engine.store.cache_folder import (
    CacheFolder,
    WrongEntryTypeError,
    open_folder,
    read_signed,
    write_signed,
)
from triptych.engine.tasks import CACHED_STEPS
from triptych.engine.temporary_files import FolderLockedError, lock_folder

_SIZE_FILE = "size"  # file with the measured size in bytes
_WRITTEN_FILE = "written"  # file with one byte for each block written after the measurement
_BLOCK = 4096  # bytes
_PRUNING_THRESHOLD, _PRUNING_TARGET = 0.9, 0.75  # fractions of the limit at which pruning starts and stops
_DAY = 86_400  # seconds
_RESULT_NAME = re.compile(r"[0-9a-f]{64}")
_PARTIAL_NAME = re.compile(r"\.[0-9a-f]{32}\.")


@dataclass(frozen=True, slots=True)
class _StoredResult:
    folder: Path
    step: str
    name: str
    size: int
    last_used: float

    def remove(self) -> int:
        """Remove the result's file. Return 1, or 0 if the file could not be removed."""
        with suppress(OSError, WrongEntryTypeError), open_folder(self.folder, self.step) as step:
            step.unlink(self.name)
            return 1
        return 0


def create_cache(folder: Path) -> None:
    """Create a cache folder, and record its size as 0. Do nothing if the folder exists."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return
    write_signed(folder / _SIZE_FILE, b"0")


def record_written_size(cache: CacheFolder, size: int) -> None:
    """Record that ``size`` bytes have been written to a cache."""
    with suppress(OSError):
        cache.append(_WRITTEN_FILE, b"." * (size // _BLOCK + 1))


def prune_cache(
    folder: Path, limit: int, list_used_results: Callable[[], Container[tuple[str, str]]] = tuple
) -> int:
    """Remove the least recently used results if a cache is near its limit; return their number.

    ``limit`` is the size in bytes. ``list_used_results`` returns the step names and keys of the results that
    this run used, which are never removed. Other processes recompute removed results when they need them.
    """
    if _estimate_size(folder) <= limit:
        return 0
    with ExitStack() as stack:
        try:
            cache = stack.enter_context(open_folder(folder))
            stack.callback(os.close, lock_folder(folder))
        except (FolderLockedError, FileNotFoundError, NotADirectoryError):
            return 0  # another process is pruning, or there is no cache
        except OSError:  # the file system does not support locks
            pass
        with suppress(OSError):
            cache.unlink(_WRITTEN_FILE)
        results = sorted(
            _iter_results(folder), key=lambda result: (result.last_used, result.step, result.name)
        )
        size, removed = sum(result.size for result in results), 0
        if size > _PRUNING_THRESHOLD * limit:
            used_results = list_used_results()
            for result in results:
                if size <= _PRUNING_TARGET * limit:
                    break
                if (result.step, result.name) not in used_results and result.remove():
                    removed += 1
                    size -= result.size
        with suppress(OSError):
            write_signed(folder / _SIZE_FILE, str(size).encode("ascii"))
        return removed


def empty_cache(folder: Path) -> int:
    """Remove all results from a cache, and return their number. Other files are kept."""
    removed = sum(result.remove() for result in list(_iter_results(folder)))
    with suppress(FileNotFoundError, NotADirectoryError), open_folder(folder) as cache:
        for step in CACHED_STEPS:
            with suppress(OSError):
                cache.rmdir(step.name)  # fails if other programs have put files there
        for name in (_SIZE_FILE, _WRITTEN_FILE):
            with suppress(FileNotFoundError):
                cache.unlink(name)
    return removed


def _estimate_size(folder: Path) -> float:
    """Return an upper bound of a cache's size in bytes, or infinity if it has never been measured."""
    try:
        size = int(read_signed(folder / _SIZE_FILE) or b"")
    except ValueError:
        return float("inf")
    try:
        with open_folder(folder) as cache:
            return size + cache.get_file_size(_WRITTEN_FILE) * _BLOCK
    except OSError:
        return size


def _iter_results(folder: Path) -> Iterator[_StoredResult]:
    """Yield the results in a cache, and remove partial files left by killed builds."""
    for step in CACHED_STEPS:
        with suppress(OSError, WrongEntryTypeError), open_folder(folder, step.name) as inner:
            for entry in inner.list_entries():
                with suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    if _RESULT_NAME.fullmatch(entry.name):
                        yield _StoredResult(folder, step.name, entry.name, status.st_size, status.st_mtime)
                    elif _PARTIAL_NAME.match(entry.name) and status.st_mtime < time.time() - _DAY:
                        inner.unlink(entry.name)
