"""Share results between the processes of a test run: each book is built only once."""

from __future__ import annotations

import fcntl
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class Shelf:
    """Results by name, in a folder shared by all processes of a run; each result has its own folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder(self, name: str) -> Path:
        """Return a folder of this name for files that processes may write concurrently, such as a cache."""
        folder = self._folder / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def once(self, name: str, make: Callable[[Path], T]) -> T:
        """Return the result of ``make(folder)``, which is called by the first process; others wait for it.

        The result is pickled; files in its folder must not be changed.
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
