"""Which program makes the results: another version may make others."""

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
    """A SHA-256 of some parts, in order; no part can pass for two."""
    told: list[bytes] = []
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        told += (len(data).to_bytes(8, "big"), data)
    return hashlib.sha256(b"".join(told)).hexdigest()


@dataclass(slots=True)
class _Known:
    """What this process, or the one it was forked from, knows of the program: its digest, and what the disk
    said of its files when they were read, "" where that may not be relied on.
    """

    digest: str = ""
    stamps: str = ""


_known = _Known()


def program_digest(kept: Path | None = None) -> str:
    """A digest of the program and its templates, worked out once in a process.

    ``kept`` is a file that holds the digest from one process to the next, beside what the disk says of all
    files (name, size, times, number): while none of that differs, none of them is read.
    """
    if not _known.digest:
        if kept is None:
            _known.digest = _digest_of_all()
        else:
            _learn(kept)
            if kept.parent.is_dir():
                keep_program(kept)
    return _known.digest


def keep_program(kept: Path) -> None:
    """Write down what is known, for another process."""
    if _known.stamps and _kept(kept) != (_known.stamps, _known.digest):
        with suppress(OSError):
            write_signed(kept, f"{_known.stamps} {_known.digest}\n".encode("ascii"))


def forget_program() -> None:
    """Its files have changed while it runs."""
    _known.digest = _known.stamps = ""


def _learn(kept: Path) -> None:
    stamps, newest = _look()
    earlier, stored = _kept(kept)
    if earlier == stamps:
        _known.stamps, _known.digest = stamps, stored
        return
    _known.digest = _digest_of_all()
    # A file that is changed twice within a tick of the disk's clock has the same times both times: what is
    # new is not trusted yet.
    settled = newest < time.time_ns() - _SETTLED and _look() == (stamps, newest)
    _known.stamps = stamps if settled else ""


def _kept(file: Path) -> tuple[str, str]:
    """Stamps and digest as they were written down, "" where they were not."""
    with suppress(ValueError):
        stamps, stored = (read_signed(file) or b"").decode("ascii").split()
        return stamps, stored
    return "", ""


def _look() -> tuple[str, int]:
    """A digest of what the disk says of the program's files, and when the newest was changed, in ns."""
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
    """All files of the program and of its templates, in order, with their root."""
    package = Path(__file__).parents[2]
    for root in dict.fromkeys((package, package.with_name("weasyprint_typography"), templates_folder())):
        for entry in sorted(_files_in(root), key=lambda entry: entry.path):
            yield root, entry


def _files_in(folder: str | Path) -> Iterator[os.DirEntry[str]]:
    """All but what Python makes of them."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if entry.name != _MADE_BY_PYTHON:
                    yield from _files_in(entry.path)
            elif entry.is_file() and not entry.name.endswith(".pyc"):
                yield entry
