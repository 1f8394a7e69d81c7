"""Limit the size of a cache by removing the least recently used results.

The modification time of a file is the day of its last use. The size of a cache is measured by listing its
files. The size of results that are written afterwards is counted in the length of a small file, so that a
cache is listed again only if it may have become too large.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Container, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from triptych.engine.store.cache_folder import CacheFolder, WrongEntry, open_folder, read_signed, write_signed
from triptych.engine.tasks import STEPS
from triptych.engine.temporary_files import FolderLocked, lock_folder

_SIZE = "size"  # file with the measured size in bytes
_WRITTEN = "written"  # file with one byte for each block written after the measurement
_BLOCK = 4096  # bytes
_FULL, _TARGET = 0.9, 0.75  # fractions of the limit at which pruning begins and ends
_DAY = 86_400  # seconds
_RESULT = re.compile(r"[0-9a-f]{64}")
_PARTIAL = re.compile(r"\.[0-9a-f]{32}\.")


@dataclass(frozen=True, slots=True)
class _Result:
    folder: Path
    step: str
    name: str
    size: int
    used: float

    def remove(self) -> int:
        """Remove the file; return the number of removed files."""
        with suppress(OSError, WrongEntry), open_folder(self.folder, self.step) as step:
            step.unlink(self.name)
            return 1
        return 0


def create_cache(folder: Path) -> None:
    """Create the folder of a cache, and record its size as 0 unless the folder existed."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return
    write_signed(folder / _SIZE, b"0")


def count_written(cache: CacheFolder, size: int) -> None:
    """Record that ``size`` bytes were written into a cache."""
    with suppress(OSError):
        cache.append(_WRITTEN, b"." * (size // _BLOCK + 1))


def prune_cache(folder: Path, limit: int, used: Callable[[], Container[tuple[str, str]]] = tuple) -> int:
    """Remove results if a cache has nearly ``limit`` bytes or more; return the number of removed results.

    ``used`` returns the steps and keys of this run, which are kept, as are all other files. Other processes
    that use the cache compute removed results again.
    """
    if _estimate_size(folder) <= limit:
        return 0
    with ExitStack() as stack:
        try:
            cache = stack.enter_context(open_folder(folder))
            stack.callback(os.close, lock_folder(folder))
        except (FolderLocked, FileNotFoundError, NotADirectoryError):
            return 0  # another process is pruning, or there is no cache
        except OSError:  # the file system does not support locks
            pass
        with suppress(OSError):
            cache.unlink(_WRITTEN)
        results = sorted(_list_results(folder), key=lambda result: (result.used, result.step, result.name))
        size, removed = sum(result.size for result in results), 0
        if size > _FULL * limit:
            kept = used()
            for result in results:
                if size <= _TARGET * limit:
                    break
                if (result.step, result.name) not in kept and result.remove():
                    removed += 1
                    size -= result.size
        with suppress(OSError):
            write_signed(folder / _SIZE, str(size).encode("ascii"))
        return removed


def empty_cache(folder: Path) -> int:
    """Remove all results of a cache, and nothing else; return the number of removed results."""
    removed = sum(result.remove() for result in list(_list_results(folder)))
    with suppress(FileNotFoundError, NotADirectoryError), open_folder(folder) as cache:
        for step in STEPS:
            with suppress(OSError):
                cache.rmdir(step.name)  # fails if other programs have put files into it
        for name in (_SIZE, _WRITTEN):
            with suppress(FileNotFoundError):
                cache.unlink(name)
    return removed


def _estimate_size(folder: Path) -> float:
    """Return an upper bound of the size of a cache in bytes; infinity if it was never measured."""
    try:
        found = int(read_signed(folder / _SIZE) or b"")
    except ValueError:
        return float("inf")
    try:
        with open_folder(folder) as cache:
            return found + cache.size(_WRITTEN) * _BLOCK
    except OSError:
        return found


def _list_results(folder: Path) -> Iterator[_Result]:
    """Yield the results in a cache. Remove partial files of killed builds."""
    for step in STEPS:
        with suppress(OSError, WrongEntry), open_folder(folder, step.name) as inner:
            for entry in inner.entries():
                with suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    if _RESULT.fullmatch(entry.name):
                        yield _Result(folder, step.name, entry.name, status.st_size, status.st_mtime)
                    elif _PARTIAL.match(entry.name) and status.st_mtime < time.time() - _DAY:
                        inner.unlink(entry.name)
