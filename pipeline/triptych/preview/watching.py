"""Watch the files of a project for changes by polling.

Checking the few hundred files of a book takes about a millisecond. Unlike file system notifications, polling
also works on network drives, in containers, and for folders that do not exist yet.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from threading import Event
from typing import TypeAlias

from triptych.engine.memory import Memory
from triptych.engine.store.program_digest import forget_program_digest
from triptych.folders import is_bundled_templates, resolve_links
from triptych.languages.labels import load_labels
from triptych.project import MANIFEST, TEMPLATES_FOLDER
from triptych.theme.theme import load_theme

FOLDERS = ("source", TEMPLATES_FOLDER)
_INTERVAL = 0.05  # minimum seconds between two checks
_SETTLED = 0.02  # seconds without a change after which a file counts as saved
_IDLE_INTERVAL = 60.0  # seconds between two calls of ``on_idle``
_WAIT_FACTOR = 20  # the pause after a check is at least this many times as long as the check

# The modification time, the size and the inode of each file, by its path in the project.
Stamps: TypeAlias = Mapping[str, tuple[int, int, int]]


class FileWatcher:
    """Watches the files of a project: ``source/``, ``templates/``, and other files that builds requested.

    ``on_idle`` is called once a minute while no file changes.
    """

    def __init__(self, root: Path, on_idle: Callable[[], None] = lambda: None) -> None:
        self.root, self._on_idle = root, on_idle
        self.requested_paths: frozenset[str] = frozenset()

    def stamp_files(self) -> Stamps:
        """Return the stamps (modification time, size and inode) of all watched files."""
        seen: dict[str, tuple[int, int, int]] = {}
        for folder in FOLDERS:
            if not resolve_links(self.root / folder).is_relative_to(resolve_links(self.root)):
                continue  # builds refuse links out of the project
            for path in _list_files(self.root / folder):
                _add_stamp(path, path.relative_to(self.root).as_posix(), seen)
        return {**self.stamp_paths(self.requested_paths | {MANIFEST}), **seen}

    def stamp_paths(self, paths: Iterable[str]) -> Stamps:
        """Return a stamp for each existing file in ``paths``."""
        seen: dict[str, tuple[int, int, int]] = {}
        for name in paths:
            _add_stamp(self.root / name, name, seen)
        return seen

    def wait_for_change(self, stamps: Stamps, stop: Event) -> Stamps | None:
        """Wait until the watched files differ from ``stamps`` and have been saved. Return their new stamps.

        Return None if ``stop`` is set before a file changes.
        """
        pause, idle_at = _INTERVAL, 0.0
        while not stop.wait(pause):
            started = time.perf_counter()
            now = self.stamp_files()
            pause = max(_INTERVAL, _WAIT_FACTOR * (time.perf_counter() - started))
            if now != stamps:
                return self._wait_until_saved(now, stop)
            if started >= idle_at:
                self._on_idle()
                idle_at = started + _IDLE_INTERVAL
        return None

    def _wait_until_saved(self, stamps: Stamps, stop: Event) -> Stamps:
        """Wait until two successive checks agree, and return the file stamps.

        Files that are saved together count as one change.
        """
        while not stop.wait(_SETTLED):
            now = self.stamp_files()
            if now == stamps:
                break
            stamps = now
        return stamps


def list_changed_paths(old_stamps: Stamps, new_stamps: Stamps) -> frozenset[str]:
    """Return the paths of files that were added, removed or changed between two sets of stamps."""
    return frozenset(
        path for path in old_stamps.keys() | new_stamps.keys() if old_stamps.get(path) != new_stamps.get(path)
    )


def clear_template_caches(root: Path, paths: Iterable[str], memory: Memory) -> bool:
    """Clear this process's caches if built-in templates have changed, and return whether they have.

    In a checkout of Triptych, the project's templates may be the built-in ones. If they have changed, worker
    processes must be restarted.
    """
    if not is_bundled_templates(root / TEMPLATES_FOLDER) or not any(
        path.startswith(f"{TEMPLATES_FOLDER}/") for path in paths
    ):
        return False
    for function in (load_theme, load_labels):
        function.cache_clear()
    forget_program_digest()
    memory.clear()
    return True


def _list_files(folder: Path) -> Iterator[Path]:
    """Yield all files below a folder, except hidden and temporary files."""
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


def _add_stamp(path: Path, name: str, stamps: dict[str, tuple[int, int, int]]) -> None:
    try:
        status = path.stat()
    except OSError:
        return
    stamps[name] = (status.st_mtime_ns, status.st_size, status.st_ino)
