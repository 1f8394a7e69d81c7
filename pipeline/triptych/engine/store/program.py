"""Compute a digest of the program: another version may produce other results."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from triptych.engine.store.cache_folder import read_signed, write_signed
from triptych.folders import templates_folder

_SETTLED = 2_000_000_000  # ns: what was changed longer ago has another time if it is changed again (FAT: 2 s)
_MADE_BY_PYTHON = "__pycache__"


def digest(*parts: str | bytes) -> str:
    """Return the SHA-256 of several parts in order. The length of each part is included, so that parts cannot
    merge.
    """
    told: list[bytes] = []
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        told += (len(data).to_bytes(8, "big"), data)
    return hashlib.sha256(b"".join(told)).hexdigest()


@dataclass(slots=True)
class _Known:
    """The digest of the program in this process, and the time stamps of its files when they were read.

    ``stamps`` is "" if the time stamps are not reliable.
    """

    digest: str = ""
    stamps: str = ""


_known = _Known()


def program_digest(kept: Path | None = None) -> str:
    """Return a digest of the program and its templates, computed once in a process.

    ``kept`` is a file that stores the digest between processes, with the metadata of all files (name, size,
    times, inode). While the metadata is unchanged, no file is read.
    """
    if not _known.digest:
        if kept is None:
            _known.digest = _digest_of_all()
        else:
            _load_or_compute(kept)
            if kept.parent.is_dir():
                save_program_digest(kept)
    return _known.digest


def save_program_digest(kept: Path) -> None:
    """Store the digest for other processes."""
    if _known.stamps and _read_stored(kept) != (_known.stamps, _known.digest):
        with suppress(OSError):
            write_signed(kept, f"{_known.stamps} {_known.digest}\n".encode("ascii"))


def forget_program_digest() -> None:
    """Compute the digest again at the next call, since files of the program have changed."""
    _known.digest = _known.stamps = ""


def _load_or_compute(kept: Path) -> None:
    stamps, newest = _digest_stamps()
    earlier, stored = _read_stored(kept)
    if earlier == stamps:
        _known.stamps, _known.digest = stamps, stored
        return
    _known.digest = _digest_of_all()
    # A file that is changed twice within a tick of the disk's clock has the same times both times: what is
    # new is not trusted yet.
    settled = newest < time.time_ns() - _SETTLED and _digest_stamps() == (stamps, newest)
    _known.stamps = stamps if settled else ""


def _read_stored(file: Path) -> tuple[str, str]:
    """Return the stored time stamps and digest, "" if there are none."""
    with suppress(ValueError):
        stamps, stored = (read_signed(file) or b"").decode("ascii").split()
        return stamps, stored
    return "", ""


def _digest_stamps() -> tuple[str, int]:
    """Return a digest of the metadata of the program's files, and the time of the newest change in ns."""
    parts, newest = [], 0
    for root, file in _files():
        status = file.stat()
        times = status.st_mtime_ns, status.st_ctime_ns
        parts.append(f"{os.path.relpath(file, root)}\0{status.st_size}\0{status.st_ino}\0{times}")
        newest = max(newest, *times)
    return digest(*parts), newest


def _digest_of_all() -> str:
    parts: list[str | bytes] = []
    for root, file in _files():
        path = Path(file)
        parts += [path.relative_to(root).as_posix(), path.read_bytes()]
    return digest(*parts)


def _files() -> Iterator[tuple[Path, os.DirEntry[str]]]:
    """Yield all files of the program and of its templates in order, with their root."""
    package = Path(__file__).parents[2]
    for root in dict.fromkeys((package, package.with_name("weasyprint_typography"), templates_folder())):
        for entry in sorted(_files_in(root), key=lambda entry: entry.path):
            yield root, entry


def _files_in(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    """Yield all files in a folder, except those that Python generates."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != _MADE_BY_PYTHON:
                    yield from _files_in(entry.path)
            elif entry.is_file() and not entry.name.endswith(".pyc"):
                yield entry
