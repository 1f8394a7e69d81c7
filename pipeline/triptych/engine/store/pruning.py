"""How large a cache may grow: what nobody has used for longest makes room.

The time of a file's change tells when it was used last, to a day. How much a cache holds is found by looking
at all of it; how much was written since then is told by the size of a small file. So a cache is looked at
only where it may have grown too large, and a new one is empty.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Container, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from triptych.engine.store.cache_folder import CacheFolder, WrongEntry, opened, read_signed, write_signed
from triptych.engine.tasks import STEPS
from triptych.engine.temporary_files import Held, hold

_SIZE = "size"  # bytes that were there at the last look
_WRITTEN = "written"  # a byte for each block that was written since
_BLOCK = 4096  # bytes
_FULL, _ROOM = 0.9, 0.75  # shares of the limit: from where on room is made, and how much is left
_DAY = 86_400  # seconds
_RESULT = re.compile(r"[0-9a-f]{64}")
_HALF_WRITTEN = re.compile(r"\.[0-9a-f]{32}\.")


@dataclass(frozen=True, slots=True)
class _Result:
    folder: Path
    step: str
    name: str
    size: int
    used: float

    def remove(self) -> int:
        """Remove the file → how many there were."""
        with suppress(OSError, WrongEntry), opened(self.folder, self.step) as step:
            step.unlink(self.name)
            return 1
        return 0


def begin(folder: Path) -> None:
    """Make the folder of a cache; of one that is there nobody knows yet what it holds."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return
    write_signed(folder / _SIZE, b"0")


def count_written(cache: CacheFolder, size: int) -> None:
    """Record that ``size`` bytes were written into a cache."""
    with suppress(OSError):
        cache.append(_WRITTEN, b"." * (size // _BLOCK + 1))


def prune(folder: Path, limit: int, used: Callable[[], Container[tuple[str, str]]] = tuple) -> int:
    """Make room in a cache that holds more than ``limit`` bytes, or nearly so; returns how many results went.

    ``used`` tells steps and keys of this run, which stay. So does what is not ours. Of others at work at the
    same time nothing is asked: what they miss they make anew.
    """
    if _at_most(folder) <= limit:
        return 0
    with ExitStack() as stack:
        try:
            cache = stack.enter_context(opened(folder))
            stack.callback(os.close, hold(folder))
        except (Held, FileNotFoundError, NotADirectoryError):
            return 0  # another is at it, or it is no folder
        except OSError:  # the disk has no locks
            pass
        with suppress(OSError):
            cache.unlink(_WRITTEN)
        results = sorted(_results(folder), key=lambda result: (result.used, result.step, result.name))
        left = sum(result.size for result in results)
        gone = 0
        if left > _FULL * limit:
            stays = used()
            for result in results:
                if left <= _ROOM * limit:
                    break
                if (result.step, result.name) not in stays and result.remove():
                    gone += 1
                    left -= result.size
        with suppress(OSError):
            write_signed(folder / _SIZE, str(left).encode("ascii"))
        return gone


def empty(folder: Path) -> int:
    """Remove all results of a cache, and nothing else → how many there were."""
    gone = sum(result.remove() for result in list(_results(folder)))
    with suppress(FileNotFoundError, NotADirectoryError), opened(folder) as cache:
        for step in STEPS:
            with suppress(OSError):
                cache.rmdir(step.name)  # where nothing of others is in it
        for name in (_SIZE, _WRITTEN):
            with suppress(FileNotFoundError):
                cache.unlink(name)
    return gone


def _at_most(folder: Path) -> float:
    """How many bytes a cache may hold by now; without end where nobody has looked yet."""
    try:
        found = int(read_signed(folder / _SIZE) or b"")
    except ValueError:
        return float("inf")
    try:
        with opened(folder) as cache:
            return found + cache.size(_WRITTEN) * _BLOCK
    except OSError:
        return found


def _results(folder: Path) -> Iterator[_Result]:
    """The results in a cache; what a killed build has left half-written goes meanwhile."""
    for step in STEPS:
        with suppress(OSError, WrongEntry), opened(folder, step.name) as inner:
            for entry in inner.entries():
                with suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    if _RESULT.fullmatch(entry.name):
                        yield _Result(folder, step.name, entry.name, status.st_size, status.st_mtime)
                    elif _HALF_WRITTEN.match(entry.name) and status.st_mtime < time.time() - _DAY:
                        inner.unlink(entry.name)
