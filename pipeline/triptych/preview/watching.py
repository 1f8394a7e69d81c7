"""Watch the files of a project for changes by polling.

Checking the few hundred files of a book takes about a millisecond. Unlike file system notifications, polling
also works on network drives, in containers, and for folders that do not exist yet.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Event
from typing import TypeAlias

from triptych.engine.memory import Memory
from triptych.engine.store.program_digest import clear_program_digest
from triptych.folders import is_bundled_templates, iter_files, resolve_links
from triptych.languages.labels import load_labels
from triptych.project import MANIFEST, TEMPLATES_FOLDER, Project
from triptych.theme.theme import load_theme

FOLDERS = ("source", TEMPLATES_FOLDER)
_INTERVAL = 0.05  # minimum seconds between checks
_SETTLED = 0.02  # seconds without a change after which a file counts as saved
_IDLE_INTERVAL = 60.0  # seconds between calls of ``on_idle``
_WAIT_FACTOR = 20  # minimum pause after a check, as a multiple of the time that the check took

# The modification time, size and inode of each file, by path in the project.
Stamps: TypeAlias = Mapping[str, tuple[int, int, int]]


class FileWatcher:
    """Watches the files of a project: ``source/``, ``templates/``, and other files used by builds.

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
                continue  # builds reject links to places outside the project
            for path in iter_files(self.root / folder, _is_temporary):
                _add_stamp(path, path.relative_to(self.root).as_posix(), seen)
        return {**self.stamp_paths(self.requested_paths | {MANIFEST}), **seen}

    def watch_inputs(self, project: Project, digests: Mapping[str, str | None], stamps: Stamps) -> Stamps:
        """Also watch the files that a build has read; return ``stamps`` with their stamps added.

        ``digests`` are the digests of the files when the build read them, None if they were missing;
        ``stamps`` were taken before the build. A file that has changed since it was read gets no stamp, so
        that it counts as changed.
        """
        new_stamps = self.stamp_paths(digests.keys() - self.requested_paths - stamps.keys())
        self.requested_paths |= digests.keys()
        reopened = project.reopen()
        unchanged = {
            path: stamp for path, stamp in new_stamps.items() if reopened.get_digest(path) == digests[path]
        }
        return {**unchanged, **stamps}

    def stamp_paths(self, paths: Iterable[str]) -> Stamps:
        """Return a stamp for each existing file in ``paths``."""
        seen: dict[str, tuple[int, int, int]] = {}
        for name in paths:
            _add_stamp(self.root / name, name, seen)
        return seen

    def wait_for_change(self, stamps: Stamps, stop: Event) -> Stamps | None:
        """Wait until the watched files differ from ``stamps`` and have been saved; return their new stamps.

        If ``stop`` is set before a file changes, return None.
        """
        pause, idle_at = _INTERVAL, 0.0
        while not stop.wait(pause):
            started = time.perf_counter()
            current = self.stamp_files()
            pause = max(_INTERVAL, _WAIT_FACTOR * (time.perf_counter() - started))
            if current != stamps:
                return self._wait_until_saved(current, stop)
            if started >= idle_at:
                self._on_idle()
                idle_at = started + _IDLE_INTERVAL
        return None

    def _wait_until_saved(self, stamps: Stamps, stop: Event) -> Stamps:
        """Wait until two successive checks agree, and return the file stamps.

        Files that are saved together count as one change.
        """
        while not stop.wait(_SETTLED):
            current = self.stamp_files()
            if current == stamps:
                break
            stamps = current
        return stamps


def list_changed_paths(old_stamps: Stamps, new_stamps: Stamps) -> frozenset[str]:
    """Return the paths of files that were added, removed or changed between two sets of stamps."""
    return frozenset(
        path for path in old_stamps.keys() | new_stamps.keys() if old_stamps.get(path) != new_stamps.get(path)
    )


def clear_template_caches(root: Path, paths: Iterable[str], memory: Memory) -> bool:
    """Clear this process's caches if built-in templates have changed; return whether they have.

    In a checkout of Triptych, the project's templates may be the built-in ones. If they have changed, worker
    processes must be restarted.
    """
    if not is_bundled_templates(root / TEMPLATES_FOLDER) or not any(
        path.startswith(f"{TEMPLATES_FOLDER}/") for path in paths
    ):
        return False
    for function in (load_theme, load_labels):
        function.cache_clear()
    clear_program_digest()
    memory.clear()
    return True


def _is_temporary(name: str) -> bool:
    """Return whether a file or folder is hidden, or a temporary file of an editor."""
    return name.startswith((".", "#")) or name.endswith(("~", ".swp", ".tmp"))


def _add_stamp(path: Path, name: str, stamps: dict[str, tuple[int, int, int]]) -> None:
    try:
        status = path.stat()
    except OSError:
        return
    stamps[name] = (status.st_mtime_ns, status.st_size, status.st_ino)
