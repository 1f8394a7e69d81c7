"""Compute a digest of the program's files.

The digest is part of cache keys, since another version of the program may produce different results.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from triptych.engine.store.cache_folder import read_signed, write_signed
from triptych.extensions import list_extension_folders
from triptych.folders import get_templates_folder

_TIMESTAMP_RESOLUTION = 2_000_000_000  # ns; the coarsest resolution of time stamps (FAT: 2 s)
_BYTECODE_FOLDER = "__pycache__"


def compute_digest(*parts: str | bytes) -> str:
    """Return the SHA-256 digest of several strings in order.

    The length of each string is included, so that ("ab", "c") and ("a", "bc") have different digests.
    """
    chunks: list[bytes] = []
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        chunks += (len(data).to_bytes(8, "big"), data)
    return hashlib.sha256(b"".join(chunks)).hexdigest()


@dataclass(slots=True)
class _ProgramDigest:
    """The digest of the program, and a digest of the metadata of its files.

    ``metadata_digest`` is "" if a file was changed so recently that another change might not alter its time
    stamp.
    """

    digest: str = ""
    metadata_digest: str = ""


_program = _ProgramDigest()


def get_program_digest(file: Path | None = None) -> str:
    """Return a digest of the program and its built-in templates, computed once per process.

    If ``file`` is given, the digest is cached there for other processes, together with a digest of the
    metadata (name, size, times, inode) of the program's files. The program's files are then read only if
    their metadata has changed.
    """
    if not _program.digest:
        if file is None:
            _program.digest = _hash_contents()
        else:
            _load_or_compute_digest(file)
            if file.parent.is_dir():
                save_program_digest(file)
    return _program.digest


def save_program_digest(file: Path) -> None:
    """Save the program's digest in ``file`` for other processes."""
    if _program.metadata_digest and _read_stored_digests(file) != (_program.metadata_digest, _program.digest):
        with suppress(OSError):
            write_signed(file, f"{_program.metadata_digest} {_program.digest}\n".encode("ascii"))


def clear_program_digest() -> None:
    """Discard the digest because the program's files have changed. The next call recomputes it."""
    _program.digest = _program.metadata_digest = ""


def _load_or_compute_digest(file: Path) -> None:
    stamps, newest = _hash_metadata()
    earlier, stored = _read_stored_digests(file)
    if earlier == stamps:
        _program.metadata_digest, _program.digest = stamps, stored
        return
    _program.digest = _hash_contents()
    # Two changes within the resolution of time stamps give a file the same stamp.
    is_reliable = newest < time.time_ns() - _TIMESTAMP_RESOLUTION and _hash_metadata() == (stamps, newest)
    _program.metadata_digest = stamps if is_reliable else ""


def _read_stored_digests(file: Path) -> tuple[str, str]:
    """Return the metadata digest and the program digest stored in ``file``, or two empty strings."""
    with suppress(ValueError):
        stamps, stored = (read_signed(file) or b"").decode("ascii").split()
        return stamps, stored
    return "", ""


def _hash_metadata() -> tuple[str, int]:
    """Return a digest of the metadata of the program's files, and the time of the last change in ns."""
    parts, newest = [], 0
    for root, file in _iter_program_files():
        status = file.stat()
        times = status.st_mtime_ns, status.st_ctime_ns
        parts.append(f"{os.path.relpath(file, root)}\0{status.st_size}\0{status.st_ino}\0{times}")
        newest = max(newest, *times)
    return compute_digest(*parts), newest


def _hash_contents() -> str:
    parts: list[str | bytes] = []
    for root, file in _iter_program_files():
        path = Path(file)
        parts += [path.relative_to(root).as_posix(), path.read_bytes()]
    return compute_digest(*parts)


def _iter_program_files() -> Iterator[tuple[Path, os.DirEntry[str]]]:
    """Yield the files of the program, its templates and its extensions in order, with their root folders."""
    package = Path(__file__).parents[2]
    own_folders = (package, package.with_name("weasyprint_typography"), get_templates_folder())
    for root in dict.fromkeys((*own_folders, *list_extension_folders())):
        for entry in sorted(_iter_files(root), key=lambda entry: entry.path):
            yield root, entry


def _iter_files(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    """Yield all files in a folder and its subfolders, except bytecode."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != _BYTECODE_FOLDER:
                    yield from _iter_files(entry.path)
            elif entry.is_file() and not entry.name.endswith(".pyc"):
                yield entry
