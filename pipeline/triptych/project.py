"""Read the files of a project.

Files outside the project folder are rejected, including targets of symbolic links. The digest of each file is
recorded, so that the next build can detect whether the file has changed.
"""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path, PurePath
from types import MappingProxyType
from typing import Any

from triptych.folders import MAX_FOLDER_DEPTH, iter_files, resolve_links

MANIFEST = "source/book.yaml"
TEMPLATES_FOLDER = "templates"
BUILD_FOLDER = "build"
ANY_FILE = "*"  # represents all files in recorded reads, after a folder was listed
CHANGED_FILE = "changed"  # replaces the digest of a file that changed between two reads
MAX_FILE_SIZE = 64 << 20  # bytes; larger inputs are a mistake or an attack


class UnsafePathError(Exception):
    """Raised if a path is outside the project, or is not a file of at most ``MAX_FILE_SIZE`` bytes."""

    def __init__(
        self, message: str, hint: str = "move the file into the project folder, and update the path"
    ) -> None:
        super().__init__(message)
        self.hint = hint


def make_depth_error() -> UnsafePathError:
    """Return the error for a path with more than ``MAX_FOLDER_DEPTH`` levels of folders."""
    message = f"the path has more than {MAX_FOLDER_DEPTH} levels of folders"
    return UnsafePathError(message, "move the files into fewer folders, or delete the folder")


class _OutsideProjectError(UnsafePathError):
    """Raised if a path is outside the project."""


_FILE_KINDS = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a named pipe"), (stat.S_ISSOCK, "a socket"))


def _check_size(path: str, size: int) -> None:
    if size > MAX_FILE_SIZE:
        message = f'file "{path}" is {size / (1 << 20):.1f} MB; the limit is {MAX_FILE_SIZE >> 20} MB'
        raise UnsafePathError(message, f"reduce the file to {MAX_FILE_SIZE >> 20} MB or less")


_SURROGATE = re.compile("[\ud800-\udfff]")

# Names of files and folders that other programs create, in addition to hidden files.
_LEFT_BY_PROGRAMS = frozenset(("__pycache__", "node_modules", "Thumbs.db", "desktop.ini"))


def is_left_by_programs(path: PurePath) -> bool:
    """Return whether a path in a project is hidden or was created by another program."""
    return any(part.startswith(".") or part in _LEFT_BY_PROGRAMS for part in path.parts)


def is_text(name: str) -> bool:
    """Return whether a file name is UTF-8. Python represents other bytes as lone surrogates."""
    return name.isascii() or not _SURROGATE.search(name)


def to_text(name: str) -> str:
    """Return a file name for messages, with U+FFFD in place of bytes that are not UTF-8."""
    return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", name)


def is_file(path: Path) -> bool:
    """Return whether a file exists. Unlike pathlib, do not raise OSError for names that are too long."""
    return os.path.isfile(path)  # noqa: PTH113


def is_folder(path: Path) -> bool:
    """Return whether a folder exists. Unlike pathlib, do not raise OSError for names that are too long."""
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
    ``trusted``, and its filters run only if ``runs_filters`` is true. ``unsaved_texts`` maps paths to unsaved
    texts of an editor, which replace the content of the files. Paths in parameters and results are POSIX
    paths relative to ``root``.
    """

    def __init__(
        self,
        root: Path,
        environ: Mapping[str, str] | None = None,
        overlay: Overlay = NO_OVERLAY,
        *,
        trusted: bool = True,
        runs_filters: bool = False,
        unsaved_texts: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.root = resolve_links(root)
        self.environ = os.environ if environ is None else environ
        self.overlay = overlay
        self.trusted = trusted
        self.runs_filters = runs_filters
        self._unsaved_texts = dict(unsaved_texts)  # a read-only view could not be pickled
        # Digests of the files that were read; None for missing files, which may exist in the next build.
        self.digests: dict[str, str | None] = {}
        self._requested: set[str] | None = None  # for ``record_reads``

    def reopen(self) -> Project:
        """Return the same project without the digests of files that were read."""
        return Project(
            self.root,
            self.environ,
            self.overlay,
            trusted=self.trusted,
            runs_filters=self.runs_filters,
            unsaved_texts=self._unsaved_texts,
        )

    def list_permissions(self) -> list[str]:
        """Return the project's permissions as strings, for the build key."""
        return [f"trusted={self.trusted}", f"runs_filters={self.runs_filters}"]

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
        """Return the SHA-256 digest of a file, or None if it is missing or cannot be read."""
        if path not in self.digests:
            try:
                self.read_bytes(path)
            except (OSError, UnsafePathError):
                self.digests[path] = None
        return self.digests[path]

    def _record_request(self, path: str) -> None:
        if self._requested is not None:
            self._requested.add(path)

    @property
    def records_folder(self) -> Path:
        """The folder of the build records and of the project's cache."""
        return self.root / BUILD_FOLDER / ".cache"

    @property
    def epoch(self) -> dt.datetime | None:
        """The time in SOURCE_DATE_EPOCH (UTC), or None if the variable is not set.

        Raise ValueError if its value is invalid.
        """
        text = self.environ.get("SOURCE_DATE_EPOCH")
        return dt.datetime.fromtimestamp(int(text), dt.UTC) if text else None

    def locate_file(self, path: str, *, referring_file: str = MANIFEST) -> str | None:
        """Return the project path of a file that a source file refers to, or None if it is missing.

        ``path`` is relative to the folder of ``referring_file``, or else to the manifest's folder. Raise
        ``UnsafePathError`` if it is absolute, contains backslashes, or is outside the project.
        """
        if Path(path).is_absolute() or re.match(r"~|[A-Za-z]:[\\/]", path) or "\0" in path:
            hint = (
                "copy the file into the project and give its path relative to the source file that "
                "refers to it"
            )
            raise UnsafePathError(f'path "{path}" must be relative', hint)
        if "\\" in path:
            raise UnsafePathError(
                f'path "{path}" contains backslashes',
                f'write the path with slashes: "{path.replace(chr(92), "/")}"',
            )
        for origin in dict.fromkeys((referring_file, MANIFEST)):
            relative = os.path.normpath(Path(origin).parent / path)
            name = Path(relative).as_posix()
            self._record_request(name)
            if self._is_file(name, written_path=path):
                return name
            self.digests.setdefault(name, None)
        return None

    def describe_missing_file(self, path: str, *, referring_file: str = MANIFEST) -> str:
        """Return why ``locate_file`` does not find a file: for example, "is a folder, not a file"."""
        for origin in (referring_file, MANIFEST):
            full = self._resolve(os.path.normpath(Path(origin).parent / path))
            if full.exists():
                mode = full.stat().st_mode
                kind = next((name for is_kind, name in _FILE_KINDS if is_kind(mode)), "a device")
                return f"is {kind}, not a file"
        return "does not exist"

    def list_siblings(self, path: str, ending: str) -> list[str]:
        """Return the sorted files in the folder of ``path`` that have an ``ending`` such as ``.md``.

        Files whose name is not UTF-8 are omitted, here and in ``list_source_files``.
        """
        self._record_request(ANY_FILE)
        folder = self._resolve(Path(path).parent.as_posix())
        siblings = sorted(file for file in folder.iterdir() if file.suffix.lower() == ending)
        return [(Path(path).parent / file.name).as_posix() for file in siblings if is_text(file.name)]

    def list_source_files(self, pattern: str = "*") -> list[str]:
        """Return the files in ``source/`` that match a pattern, relative to ``source/``, for suggestions."""
        self._record_request(ANY_FILE)
        folder = self.root / "source"
        files = (file for file in iter_files(folder) if fnmatch(file.name, pattern) and file.is_file())
        names = (file.relative_to(folder).as_posix() for file in files)
        return [name for name in names if is_text(name)]

    def list_tree(self, folder: str) -> tuple[list[str], dict[str, UnsafePathError]]:
        """Return the sorted files below a folder, and the reasons why other paths are rejected.

        Paths are rejected if they are outside the project, cannot be opened, are not UTF-8, or have too many
        levels.
        """
        files: list[str] = []
        refused_paths: dict[str, UnsafePathError] = {}
        waiting: list[tuple[str, frozenset[Path]]] = [(folder, frozenset())]
        while waiting:
            path, above = waiting.pop()
            if len(above) > MAX_FOLDER_DEPTH:
                refused_paths[to_text(path)] = make_depth_error()
                continue
            try:
                real = self._resolve(path)
            except _OutsideProjectError:
                message = f'"{path}" is a symbolic link to a file or folder outside the project'
                refused_paths[path] = UnsafePathError(message, "replace the link with a copy of the target")
                continue
            except UnsafePathError as error:
                refused_paths[to_text(path)] = error
                continue
            if real.is_file():
                files.append(path)
            elif real.is_dir() and real not in above:  # a link may point to a parent folder
                waiting += [(f"{path}/{entry.name}", above | {real}) for entry in real.iterdir()]
        return sorted(files), dict(sorted(refused_paths.items()))

    def find_templates_folder(self) -> Path | None:
        """Return the project's template folder, or None if it is missing or a link to another place."""
        folder = self.root / TEMPLATES_FOLDER
        return folder if folder.is_dir() and not self.list_tree(TEMPLATES_FOLDER)[1] else None

    def has_file(self, path: str) -> bool:
        """Return whether a file exists. Raise ``UnsafePathError`` if the path is outside the project."""
        self._record_request(path)
        exists = self._is_file(path)
        if not exists:
            self.digests.setdefault(path, None)
        return exists

    def find_output(self, name: str) -> Path | None:
        """Return the path of a built file, or None if it is missing.

        Raise ``UnsafePathError`` if it is outside the project or cannot be opened.
        """
        path = f"{BUILD_FOLDER}/{name}"
        try:
            full = self._resolve(path)
        except _OutsideProjectError:
            message = f'"{path}" is a symbolic link to a file outside the project'
            raise UnsafePathError(message, "remove the link, and build the project again") from None
        return self.root / path if full.is_file() else None

    def _is_file(self, path: str, *, written_path: str = "") -> bool:
        return self._resolve(path, written_path=written_path).is_file() or path in self._unsaved_texts

    def _resolve(self, path: str, *, written_path: str = "") -> Path:
        """Return a path with symbolic links resolved.

        Raise ``UnsafePathError`` if it is outside the project or cannot be opened. The message shows
        ``written_path``, the path as the author wrote it, if this is given.
        """
        displayed_path = to_text(written_path or path)[:80]
        if not is_text(path):
            raise UnsafePathError(
                f'the name of "{displayed_path}" is not UTF-8', "rename the file or the folder"
            )
        full = self.root / path
        try:
            full = full.resolve()
            os.stat(full)  # noqa: PTH116  # raises the errors that ``is_file`` hides
        except (FileNotFoundError, NotADirectoryError):
            pass
        except (OSError, RuntimeError, ValueError) as error:
            number = getattr(error, "errno", None)
            if isinstance(error, OSError) and number not in (errno.ELOOP, errno.ENAMETOOLONG):
                raise  # for example a missing permission, which is not a mistake in the path
            hint = "give the file a shorter name, or repair the symbolic link in its path"
            reason = "the link points to itself"
            if not isinstance(error, RuntimeError) and number != errno.ELOOP:
                reason = (getattr(error, "strerror", None) or str(error)).lower()
            raise UnsafePathError(f'"{displayed_path}" cannot be opened: {reason}', hint) from None
        if not full.is_relative_to(self.root):
            raise _OutsideProjectError(f'path "{written_path or path}" is outside the project folder')
        return full

    def read_bytes(self, path: str) -> bytes:
        """Return the bytes of a file.

        Raise FileNotFoundError if the file is missing. Raise ``UnsafePathError`` if it is too large, not a
        regular file, or outside the project.
        """
        self._record_request(path)
        full = self._resolve(path)
        if path in self._unsaved_texts:
            data = self._unsaved_texts[path].encode("utf-8", "replace")
            _check_size(path, len(data))
        else:
            if not full.exists():
                raise FileNotFoundError(path)
            if not full.is_file():
                hint = "use a regular file, not a folder or device"
                raise UnsafePathError(f'"{path}" is not a file', hint)
            _check_size(path, full.stat().st_size)
            data = full.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        if self.digests.setdefault(path, digest) != digest:
            self.digests[path] = CHANGED_FILE
        return data

    def read_text(self, path: str) -> str:
        """Return the text of a UTF-8 file, with line endings as ``\\n`` and without a byte-order mark.

        Raise FileNotFoundError, ``UnsafePathError`` or UnicodeDecodeError.
        """
        text = self.read_bytes(path).decode("utf-8-sig")
        return text.replace("\r\n", "\n").replace("\r", "\n")
