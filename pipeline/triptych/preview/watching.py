"""Watch the files of a project for changes.

They are looked at again and again: a book has some hundred files at most, which takes a millisecond, and it
works on network drives, in containers and for folders that are missing yet, where systems announce nothing.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from threading import Event
from typing import TypeAlias

from triptych.engine.memory import Memory
from triptych.engine.store.program import forget_program_digest
from triptych.folders import are_bundled
from triptych.languages.labels import load_labels
from triptych.project import MANIFEST, TEMPLATES
from triptych.theme.theme import load_theme

FOLDERS = ("source", TEMPLATES)
_PAUSE = 0.05  # seconds between two looks
_SETTLED = 0.02  # seconds without a change after which a file counts as saved
_REST = 60.0  # seconds from one rest to the next
_SHARE = 20  # a look may take this part of the time at most

# Path from the project → time of change, size and number of the file on disk.
Stamps: TypeAlias = Mapping[str, tuple[int, int, int]]


class Watch:
    """The files of a project: all under ``source/`` and ``templates/``, and those that a build asked for."""

    def __init__(self, root: Path, pause: Callable[[], None] = lambda: None) -> None:
        self.root, self._pause = root, pause
        self.requested: frozenset[str] = frozenset()

    def look(self) -> Stamps:
        """How all files are now."""
        seen: dict[str, tuple[int, int, int]] = {}
        for folder in FOLDERS:
            if not (self.root / folder).resolve().is_relative_to(self.root.resolve()):
                continue  # a link out of the project, which a build refuses
            for path in _list_files(self.root / folder):
                _stamp(path, path.relative_to(self.root).as_posix(), seen)
        return {**self.look_at(self.requested | {MANIFEST}), **seen}

    def look_at(self, names: Iterable[str]) -> Stamps:
        """How some files are now; those that are not there have no stamp."""
        seen: dict[str, tuple[int, int, int]] = {}
        for name in names:
            _stamp(self.root / name, name, seen)
        return seen

    def wait(self, seen: Stamps, stop: Event) -> Stamps | None:
        """How files are after the next change of what was seen, when all of it is saved; None at the stop.

        Calls ``pause`` once a minute meanwhile.
        """
        pause, rest_at = _PAUSE, 0.0
        while not stop.wait(pause):
            started = time.perf_counter()
            now = self.look()
            pause = max(_PAUSE, _SHARE * (time.perf_counter() - started))
            if now != seen:
                return self._settled(now, stop)
            if started >= rest_at:
                self._pause()
                rest_at = started + _REST
        return None

    def _settled(self, seen: Stamps, stop: Event) -> Stamps:
        """The first look that equals the one before: several files saved together are one change."""
        while not stop.wait(_SETTLED):
            now = self.look()
            if now == seen:
                break
            seen = now
        return seen


def list_changes(before: Stamps, after: Stamps) -> frozenset[str]:
    """The paths of files that are new, gone or different."""
    return frozenset(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))


def forget_templates(root: Path, paths: Iterable[str], memory: Memory) -> bool:
    """Where files have changed that are the program's own: forget what this process remembers of them.

    In a checkout the built-in templates are the project's. Returns whether it was so: other processes
    remember as much.
    """
    if not are_bundled(root / TEMPLATES) or not any(path.startswith(f"{TEMPLATES}/") for path in paths):
        return False
    for remembered in (load_theme, load_labels):
        remembered.cache_clear()
    forget_program_digest()
    memory.clear()
    return True


def _list_files(folder: Path) -> Iterator[Path]:
    """All files under a folder but those that editors and systems keep for themselves."""
    try:
        entries: Iterable[os.DirEntry[str]] = list(os.scandir(folder))
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith((".", "#")) or entry.name.endswith(("~", ".swp", ".tmp")):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _list_files(Path(entry.path))
        else:
            yield Path(entry.path)


def _stamp(path: Path, name: str, seen: dict[str, tuple[int, int, int]]) -> None:
    try:
        status = path.stat()
    except OSError:
        return
    seen[name] = (status.st_mtime_ns, status.st_size, status.st_ino)
