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

from triptych.engine.folder_locks import Held, hold
from triptych.engine.memory.steps import STEPS
from triptych.engine.whole_files import write_atomically

_SIZE = "size"  # bytes that were there at the last look
_WRITTEN = "written"  # a byte for each block that was written since
_BLOCK = 4096  # bytes
_FULL, _ROOM = 0.9, 0.75  # shares of the limit: from where on room is made, and how much is left
_DAY = 86_400  # seconds
_RESULT = re.compile(r"[0-9a-f]{64}")
_HALF_WRITTEN = re.compile(r"\.[0-9a-f]{32}\.")


@dataclass(frozen=True, slots=True)
class _Result:
    path: Path
    size: int
    used: float


def begin(folder: Path) -> None:
    """Make the folder of a cache; of one that is there nobody knows yet what it holds."""
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return
    write_atomically(folder / _SIZE, b"0")


def count_written(folder: Path, size: int) -> None:
    """So many bytes were written into a cache."""
    with suppress(OSError):
        handle = os.open(folder / _WRITTEN, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            os.write(handle, b"." * (size // _BLOCK + 1))
        finally:
            os.close(handle)


def mark_used(path: Path) -> None:
    """A result was used today."""
    with suppress(OSError):
        if path.stat().st_mtime < time.time() - _DAY:
            os.utime(path)


def prune(folder: Path, limit: int, used: Callable[[], Container[tuple[str, str]]] = tuple) -> int:
    """Make room in a cache that holds more than ``limit`` bytes, or nearly so; returns how many results went.

    ``used`` tells steps and keys of this run, which stay. So does what is not ours. Of others at work at the
    same time nothing is asked: what they miss they make anew.
    """
    if _at_most(folder) <= limit:
        return 0
    with ExitStack() as stack:
        try:
            stack.callback(os.close, hold(folder))
        except Held:
            return 0  # another is at it
        except OSError:
            if not folder.is_dir():
                return 0
        with suppress(OSError):
            (folder / _WRITTEN).unlink(missing_ok=True)
        results = sorted(_results(folder), key=lambda result: (result.used, result.path))
        left = sum(result.size for result in results)
        gone = 0
        if left > _FULL * limit:
            stays = used()
            for result in results:
                if left <= _ROOM * limit:
                    break
                if (result.path.parent.name, result.path.name) in stays:
                    continue
                with suppress(OSError):
                    result.path.unlink()
                    gone += 1
                    left -= result.size
        with suppress(OSError):
            write_atomically(folder / _SIZE, str(left).encode("ascii"))
        return gone


def empty(folder: Path) -> int:
    """Remove all results of a cache, and nothing else → how many there were."""
    gone = 0
    for result in list(_results(folder)):
        with suppress(FileNotFoundError):
            result.path.unlink()
            gone += 1
    for step in STEPS:
        with suppress(OSError):
            (folder / step.name).rmdir()  # where nothing of others is in it
    for name in (_SIZE, _WRITTEN):
        (folder / name).unlink(missing_ok=True)
    return gone


def _at_most(folder: Path) -> float:
    """How many bytes a cache may hold by now; without end where nobody has looked yet."""
    try:
        found = int((folder / _SIZE).read_text("ascii"))
    except (OSError, ValueError):
        return float("inf")
    try:
        return found + (folder / _WRITTEN).stat().st_size * _BLOCK
    except OSError:
        return found


def _results(folder: Path) -> Iterator[_Result]:
    """The results in a cache; what a killed build has left half-written goes meanwhile."""
    for step in STEPS:
        try:
            entries = list(os.scandir(folder / step.name))
        except OSError:
            continue
        for entry in entries:
            with suppress(OSError):
                status = entry.stat(follow_symlinks=False)
                if _RESULT.fullmatch(entry.name):
                    yield _Result(Path(entry.path), status.st_size, status.st_mtime)
                elif _HALF_WRITTEN.match(entry.name) and status.st_mtime < time.time() - _DAY:
                    Path(entry.path).unlink()
