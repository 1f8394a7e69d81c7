"""A content-hash cache in ``build/.cache``: deleting the folder loses nothing but time."""

from __future__ import annotations

import hashlib
import os
import tempfile
from contextlib import suppress
from pathlib import Path

_MARK = 32  # bytes of a mark


def digest(*parts: str | bytes) -> str:
    """A key from everything that a result depends on, in order."""
    state = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        state.update(len(data).to_bytes(8, "big"))
        state.update(data)
    return state.hexdigest()


class Cache:
    """Results by key, one file each, with a mark of its content at its end. With no folder it remembers
    nothing.
    """

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder

    def get(self, kind: str, key: str) -> bytes | None:
        """A stored result, or None; what a disk has damaged was never stored."""
        if self.folder is None:
            return None
        try:
            stored = (self.folder / kind / key).read_bytes()
        except OSError:
            return None
        data, mark = stored[:-_MARK], stored[-_MARK:]
        return data if hashlib.sha256(data).digest() == mark else None

    def put(self, kind: str, key: str, data: bytes) -> None:
        """Store a result; a reader never sees half of it. A folder that goes away meanwhile is none."""
        if self.folder is not None:
            with suppress(FileNotFoundError):
                write_atomically(self.folder / kind / key, data + hashlib.sha256(data).digest())


def write_atomically(path: Path, data: bytes) -> None:
    """Write a file so that others see the old one or the new one and nothing between."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:32]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
