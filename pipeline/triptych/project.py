"""Read the files of a project.

Files outside the project folder are refused, including targets of symbolic links. The digest of each file is
recorded, so that the next build can detect whether a file has changed.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any

from triptych.folders import resolve_links

MANIFEST = "source/book.yaml"
TEMPLATES_FOLDER = "templates"
BUILD_FOLDER = "build"
ANY_FILE = "*"  # stands for all files in recorded reads, after a folder was listed
CHANGED_FILE = "changed"  # instead of the digest of a file that changed between two reads
MAX_FILE_SIZE = 64 << 20  # bytes; larger inputs are a mistake or an attack


class UnsafePath(Exception):
    """Raised if a path is outside the project, or is not a file of at most ``MAX_FILE_SIZE`` bytes."""

    def __init__(
        self, message: str, hint: str = "move the file into the project folder, and update the path"
    ) -> None:
        super().__init__(message)
        self.hint = hint


class _OutsideProject(UnsafePath):
    """Raised if a path is outside the project."""


_SURROGATE = re.compile("[\ud800-\udfff]")

# Names of files and folders that other programs create, in addition to hidden files.
_LEFT_BY_PROGRAMS = frozenset(("__pycache__", "node_modules", "Thumbs.db", "desktop.ini"))


def is_left_by_programs(path: PurePath) -> bool:
    """Return whether a path in a project is hidden or was created by another program."""
    return any(part.startswith(".") or part in _LEFT_BY_PROGRAMS for part in path.parts)


def is_text(name: str) -> bool:
    """Return whether a file name is UTF-8. Python represents other bytes in it as lone surrogates."""
    return name.isascii() or not _SURROGATE.search(name)


def to_text(name: str) -> str:
    """Return a file name for messages, in which U+FFFD replaces bytes that are not UTF-8."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", name)


def is_file(path: Path) -> bool:
    """Return whether a file exists, without raising OSError for names that are too long as pathlib does."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """Return whether a folder exists, without raising OSError for names that are too long as pathlib does."""
    return os.path.isdir(path)  # noqa: PTH112


def is_link(path: Path) -> bool:
    """Return whether a path is a symbolic link, or a junction on Windows."""
    return path.is_symlink() or getattr(os.path, "isjunction", lambda _: False)(path)


@dataclass(frozen=True, slots=True)
class Overlay:
    """Settings that a catalogue adds to the manifest of a project.

    The manifest takes precedence over ``defaults``, and ``overrides`` take precedence over the manifest.
    ``other_titles`` maps the names of other titles in the catalogue to their numbering tables, which
    cross-references use.
    """

    defaults: Mapping[str, Any] = field(default_factory=dict)
    overrides: Mapping[str, Any] = field(default_factory=dict)
    other_titles: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


NO_OVERLAY = Overlay()


class Project:
    """A project on disk, in the folder ``root`` that contains ``source/book.yaml``.

    ``overlay`` has settings from a catalogue. The manifest may raise resource limits only if the project is
    ``trusted``. Paths in parameters and results are POSIX paths relative to ``root``.
    """

    def __init__(
        self,
        root: Path,
        environ: Mapping[str, str] | None = None,
        overlay: Overlay = NO_OVERLAY,
        *,
        trusted: bool = True,
    ) -> None:
        self.root = resolve_links(root)
        self.environ = os.environ if environ is None else environ
        self.overlay = overlay
        self.trusted = trusted
        # Digests of the files that were read; None for missing files, which may exist in the next build.
        self.digests: dict[str, str | None] = {}
        self._requested: set[str] | None = None  # for ``record_reads``

    @contextmanager
    def record_reads(self) -> Iterator[set[str]]:
        """Yield a set to which all paths requested in the ``with`` block are added, even of missing files.

        If a folder is listed, ``ANY_FILE`` is added.
        """
        before, self._requested = self._requested, set()
        try:
            yield self._requested
        finally:
            if before is not None:
                before |= self._requested
            self._requested = before

    def get_digest(self, path: str) -> str | None:
        """Return the SHA-256 digest of a file, or None if the file is missing or cannot be read."""
        if path not in self.digests:
            try:
                self.read_bytes(path)
            except (OSError, UnsafePath):
                self.digests[path] = None
        return self.digests[path]

    def _record_request(self, path: str) -> None:
        if self._requested is not None:
            self._requested.add(path)

    @property
    def records_folder(self) -> Path:
        """Return the folder of the build records and of the project's cache."""
        return self.root / BUILD_FOLDER / ".cache"

    @property
    def epoch(self) -> dt.datetime | None:
        """Return the time in SOURCE_DATE_EPOCH (UTC), or None if the variable is not set.

        Raise ValueError if its value is invalid.
        """
        text = self.environ.get("SOURCE_DATE_EPOCH")
        return dt.datetime.fromtimestamp(int(text), dt.UTC) if text else None

    def locate_file(self, path: str, *, referring_file: str = MANIFEST) -> str | None:
        """Return the project path of a file that a source file refers to, or None if the file is missing.

        ``path`` is relative to the folder of ``referring_file``, or else to the manifest's folder. Raise
        ``UnsafePath`` if it is absolute, contains backslashes, or is outside the project.
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
        for origin in dict.fromkeys((referring_file, MANIFEST)):
            relative = os.path.normpath(Path(origin).parent / path)
            name = Path(relative).as_posix()
            self._record_request(name)
            if self._resolve(relative, written_path=path).is_file():
                return name
            self.digests.setdefault(name, None)
        return None

    def list_siblings(self, path: str, ending: str) -> list[str]:
        """Return the sorted files in the folder of ``path`` that have an ``ending`` such as ``.md``.

        Files whose name is not UTF-8 are omitted, here and in ``list_source_files``.
        """
        self._record_request(ANY_FILE)
        folder = self._resolve(Path(path).parent.as_posix())
        found = sorted(file for file in folder.iterdir() if file.suffix.lower() == ending)
        return [(Path(path).parent / file.name).as_posix() for file in found if is_text(file.name)]

    def list_source_files(self, pattern: str = "*") -> list[str]:
        """Return the files in ``source/`` that match a pattern, relative to ``source/``, for suggestions."""
        self._record_request(ANY_FILE)
        folder = self.root / "source"
        names = (file.relative_to(folder).as_posix() for file in folder.rglob(pattern) if file.is_file())
        return [name for name in names if is_text(name)]

    def list_tree(self, folder: str) -> tuple[list[str], dict[str, UnsafePath]]:
        """Return the sorted files below a folder, and the reasons why other paths are refused.

        Paths are refused if they are outside the project, cannot be opened, or are not UTF-8.
        """
        files: list[str] = []
        refused: dict[str, UnsafePath] = {}
        waiting: list[tuple[str, frozenset[Path]]] = [(folder, frozenset())]
        while waiting:
            path, above = waiting.pop()
            try:
                real = self._resolve(path)
            except _OutsideProject:
                message = f'"{path}" is a symbolic link to a file or folder outside the project'
                refused[path] = UnsafePath(message, "replace the link with a copy of the target")
                continue
            except UnsafePath as error:
                refused[to_text(path)] = error
                continue
            if real.is_file():
                files.append(path)
            elif real.is_dir() and real not in above:  # a link may point to a parent folder
                waiting += [(f"{path}/{entry.name}", above | {real}) for entry in real.iterdir()]
        return sorted(files), dict(sorted(refused.items()))

    def find_templates_folder(self) -> Path | None:
        """Return the project's template folder, or None if it is missing or has links out of the project."""
        folder = self.root / TEMPLATES_FOLDER
        return folder if folder.is_dir() and not self.list_tree(TEMPLATES_FOLDER)[1] else None

    def has_file(self, path: str) -> bool:
        """Return whether a file exists. Raise ``UnsafePath`` if the path is outside the project."""
        self._record_request(path)
        exists = self._resolve(path).is_file()
        if not exists:
            self.digests.setdefault(path, None)
        return exists

    def _resolve(self, path: str, *, written_path: str = "") -> Path:
        """Return a path with symbolic links resolved.

        Raise ``UnsafePath`` if it is outside the project or cannot be opened. The message shows
        ``written_path``, the path as the author wrote it, if it is given.
        """
        shown = to_text(written_path or path)[:80]
        if not is_text(path):
            raise UnsafePath(f'the name of "{shown}" is not UTF-8', "rename the file or the folder")
        full = self.root / path
        try:
            full = full.resolve()
            os.stat(full)  # noqa: PTH116  # raises the errors that ``is_file`` hides
        except (FileNotFoundError, NotADirectoryError):
            pass
        except (OSError, RuntimeError, ValueError) as error:
            number = getattr(error, "errno", None)
            if isinstance(error, OSError) and number not in (errno.ELOOP, errno.ENAMETOOLONG):
                raise  # such as a missing permission, which is not a mistake in the path
            hint = "give the file a shorter name, or repair the symbolic link in its path"
            reason = "the link points to itself"
            if not isinstance(error, RuntimeError) and number != errno.ELOOP:
                reason = (getattr(error, "strerror", None) or str(error)).lower()
            raise UnsafePath(f'"{shown}" cannot be opened: {reason}', hint) from None
        if not full.is_relative_to(self.root):
            raise _OutsideProject(f'path "{written_path or path}" is outside the project folder')
        return full

    def read_bytes(self, path: str) -> bytes:
        """Return the bytes of a file.

        Raise FileNotFoundError if the file is missing. Raise ``UnsafePath`` if it is too large, not a regular
        file, or outside the project.
        """
        self._record_request(path)
        full = self._resolve(path)
        if not full.exists():
            raise FileNotFoundError(path)
        if not full.is_file():
            raise UnsafePath(f'"{path}" is not a file', "give the path of a file, not of a folder or device")
        if (size := full.stat().st_size) > MAX_FILE_SIZE:
            message = f'file "{path}" is {size / (1 << 20):.1f} MB; the limit is {MAX_FILE_SIZE >> 20} MB'
            raise UnsafePath(message, f"reduce the file to {MAX_FILE_SIZE >> 20} MB or less")
        data = full.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        if self.digests.setdefault(path, digest) != digest:
            self.digests[path] = CHANGED_FILE
        return data

    def read_text(self, path: str) -> str:
        """Return the text of a UTF-8 file, with line ends as ``\\n`` and without a byte-order mark.

        Raise FileNotFoundError, ``UnsafePath`` or UnicodeDecodeError.
        """
        text = self.read_bytes(path).decode("utf-8-sig")
        return text.replace("\r\n", "\n").replace("\r", "\n")
