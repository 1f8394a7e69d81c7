"""What one process of a run has made, the others take: a book is built once, whoever asks first."""

from __future__ import annotations

import fcntl
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class Shelf:
    """Results by name, in a folder that all processes of a run see; each result in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder(self, name: str) -> Path:
        """Return a folder of this name for files that processes may write at the same time, as caches are."""
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def once(self, name: str, make: Callable[[Path], T]) -> T:
        """What ``make(folder)`` gives: the first who asks calls it, others wait and read what it left.

        The result is pickled, and what it names in its folder is not to be changed.
        """
        self._folder.mkdir(exist_ok=True)
        folder, stored = self._folder / name, self._folder / f"{name}.pickle"
        with (self._folder / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not stored.exists():
                shutil.rmtree(folder, ignore_errors=True)
                folder.mkdir()
                stored.write_bytes(pickle.dumps(make(folder)))
        result: T = pickle.loads(stored.read_bytes())
        return result
