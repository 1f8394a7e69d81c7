"""A project's folder: all that enters a build from outside comes through here.

Files are read only under the project's root, links resolved; each file that was read is remembered
with its digest, so that the next build can tell whether anything changed. The clock and the
environment are passed in.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

MANIFEST = "source/book.yaml"
TEMPLATES = "templates"
BUILD_FOLDER = "build"
ANY = "*"  # among files that were asked for: whatever is in a folder
CHANGED = "changed"  # in the place of a digest: what was made of both contents is not to be relied on
LARGEST_FILE = 64 << 20  # bytes; larger inputs are a mistake or an attack


class UnsafePath(Exception):
    """A path that leaves the project, or is not a regular file of reasonable size."""

    def __init__(
        self, message: str, hint: str = "move the file into the project folder, and update the path"
    ) -> None:
        super().__init__(message)
        self.hint = hint


# What other programs leave in folders, besides hidden files.
_LEFT_BY_PROGRAMS = frozenset(("__pycache__", "node_modules", "Thumbs.db", "desktop.ini"))


def is_left_by_programs(path: PurePath) -> bool:
    """Return whether a path within a project is hidden, or in a folder that other programs fill."""
    return any(part.startswith(".") or part in _LEFT_BY_PROGRAMS for part in path.parts)


def is_file(path: Path) -> bool:
    """Whether a file is there; a name that is longer than the disk allows leads to none."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Whether a folder is there; a name that is longer than the disk allows leads to none."""
    try:
        return path.is_dir()
    except OSError:
        return False


def is_link(path: Path) -> bool:
    """Tell whether a path is a link, or a junction of Windows."""
    return path.is_symlink() or getattr(os.path, "isjunction", lambda _: False)(path)


@dataclass(frozen=True, slots=True)
class Overlay:
    """What a list of titles says of one: settings beneath those of its manifest and above them."""

    beneath: Mapping[str, Any] = field(default_factory=dict)
    above: Mapping[str, Any] = field(default_factory=dict)
    others: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The numbering tables of titles that it refers to, by their names (``references/other_titles.py``)."""


NO_OVERLAY = Overlay()


class Project:
    """One project on disk.

    ``root`` is the folder that holds ``source/book.yaml``, of whose settings the ``overlay`` has more; one
    that is ``trusted`` may raise limits. Paths given to the methods are project-relative and POSIX.
    """

    def __init__(
        self,
        root: Path,
        environ: Mapping[str, str] | None = None,
        overlay: Overlay = NO_OVERLAY,
        *,
        trusted: bool = True,
    ) -> None:
        self.root = root.resolve()
        self.environ = os.environ if environ is None else environ
        self.overlay = overlay
        self.trusted = trusted
        # What was read, and None for what was looked for in vain: another build would take it if it came.
        self.digests: dict[str, str | None] = {}
        self._asked: set[str] | None = None  # what is asked for while somebody takes note

    @contextmanager
    def record_reads(self) -> Iterator[set[str]]:
        """The files that are asked for meanwhile, there or not; ``ANY`` is among them where all were looked
        through.
        """
        before, self._asked = self._asked, set()
        try:
            yield self._asked
        finally:
            if before is not None:
                before |= self._asked
            self._asked = before

    def digest_of(self, path: str) -> str | None:
        """The digest of a file, None for one that is not there or may not be read."""
        if path not in self.digests:
            try:
                self.read_bytes(path)
            except (OSError, UnsafePath):
                self.digests[path] = None
        return self.digests[path]

    def _note(self, path: str) -> None:
        if self._asked is not None:
            self._asked.add(path)

    @property
    def records(self) -> Path:
        """The folder of what is kept from one build to the next: records, and the project's own cache."""
        return self.root / BUILD_FOLDER / ".cache"

    @property
    def epoch(self) -> dt.datetime | None:
        """The instant of SOURCE_DATE_EPOCH in UTC, or None. Raises ValueError where it is no number."""
        text = self.environ.get("SOURCE_DATE_EPOCH")
        return dt.datetime.fromtimestamp(int(text), dt.UTC) if text else None

    def locate(self, path: str, *, beside: str = MANIFEST) -> str | None:
        """The project-relative path of a file that a source names, or None where there is none.

        A relative path is looked for beside the file that names it, then beside the manifest. Raises
        ``UnsafePath`` for what leaves the project.
        """
        if Path(path).is_absolute() or re.match(r"~|[A-Za-z]:[\\/]", path) or "\0" in path:
            hint = (
                "copy the file into the project and give its path relative to the source file that "
                "refers to it"
            )
            raise UnsafePath(f'path "{path}" must be relative', hint)
        if "\\" in path:
            raise UnsafePath(
                f'path "{path}" contains backslashes',
                f'write the path with slashes: "{path.replace(chr(92), "/")}"',
            )
        for origin in dict.fromkeys((beside, MANIFEST)):
            relative = os.path.normpath(Path(origin).parent / path)
            name = Path(relative).as_posix()
            self._note(name)
            if self._inside(relative, named=path).is_file():
                return name
            self.digests.setdefault(name, None)
        return None

    def list_siblings(self, path: str, ending: str) -> list[str]:
        """The project-relative paths of files in the folder of a path whose names end so, in order."""
        self._note(ANY)
        folder = self._inside(Path(path).parent.as_posix())
        found = sorted(file for file in folder.iterdir() if file.suffix.lower() == ending)
        return [(Path(path).parent / file.name).as_posix() for file in found]

    def source_files(self, pattern: str = "*") -> list[str]:
        """The files under ``source/`` by a pattern, relative to it: what an author may have meant."""
        self._note(ANY)
        folder = self.root / "source"
        return [file.relative_to(folder).as_posix() for file in folder.rglob(pattern) if file.is_file()]

    def list_tree(self, folder: str) -> tuple[list[str], list[str]]:
        """The files in a folder and below it, and what leads out of the project, which is not followed."""
        files: list[str] = []
        outside: list[str] = []
        waiting: list[tuple[str, frozenset[Path]]] = [(folder, frozenset())]
        while waiting:
            path, above = waiting.pop()
            try:
                real = self._inside(path)
            except UnsafePath:
                outside.append(path)
                continue
            if real.is_file():
                files.append(path)
            elif real.is_dir() and real not in above:  # a link may lead to the folder that it lies in
                waiting += [(f"{path}/{entry.name}", above | {real}) for entry in real.iterdir()]
        return sorted(files), sorted(outside)

    def own_templates(self) -> Path | None:
        """The folder of the project's templates; None where it has none, or one that leads out of it."""
        folder = self.root / TEMPLATES
        return folder if folder.is_dir() and not self.list_tree(TEMPLATES)[1] else None

    def has(self, path: str) -> bool:
        """Whether a file is there. Raises ``UnsafePath`` for what leads out of the project."""
        self._note(path)
        there = self._inside(path).is_file()
        if not there:
            self.digests.setdefault(path, None)
        return there

    def _inside(self, path: str, *, named: str = "") -> Path:
        """The real place of a path. ``named`` is what the author wrote, for the message."""
        try:
            full = (self.root / path).resolve()
            full.is_file()  # a name may be longer than the disk allows
        except (OSError, RuntimeError) as error:
            hint = "give the file a shorter name, or repair the symbolic link in its path"
            raise UnsafePath(f'"{(named or path)[:80]}" cannot be opened: {_reason(error)}', hint) from None
        if not full.is_relative_to(self.root):
            raise UnsafePath(f'path "{named or path}" is outside the project folder')
        return full

    def read_bytes(self, path: str) -> bytes:
        """A file's bytes. Raises FileNotFoundError or ``UnsafePath``."""
        self._note(path)
        full = self._inside(path)
        if not full.exists():
            raise FileNotFoundError(path)
        if not full.is_file():
            raise UnsafePath(f'"{path}" is not a file', "give the path of a file, not of a folder")
        if (size := full.stat().st_size) > LARGEST_FILE:
            message = f'file "{path}" is {size / (1 << 20):.1f} MB; the limit is {LARGEST_FILE >> 20} MB'
            raise UnsafePath(message, f"reduce the file to {LARGEST_FILE >> 20} MB or less")
        data = full.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        if self.digests.setdefault(path, digest) != digest:
            self.digests[path] = CHANGED
        return data

    def read_text(self, path: str) -> str:
        """A UTF-8 file's text with line ends as ``\\n`` and without a byte-order mark.

        Raises FileNotFoundError, ``UnsafePath`` or UnicodeDecodeError.
        """
        text = self.read_bytes(path).decode("utf-8-sig")
        return text.replace("\r\n", "\n").replace("\r", "\n")


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or "the link points to itself").lower()
