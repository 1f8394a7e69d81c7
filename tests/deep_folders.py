"""Create folders nested beyond the limit, or too deep for functions of Python."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from triptych.engine.files import remove_folder

DEEPER_THAN_STACK = 1_100


@contextmanager
def deep_folders(top: Path, levels: int = 150) -> Iterator[Path]:
    """Create nested folders with a file in the innermost, and remove them afterwards."""
    path = top / "d"
    top.mkdir(parents=True, exist_ok=True)
    folder = os.open(top, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=folder)
        inner = os.open("d", os.O_RDONLY, dir_fd=folder)
        os.close(folder)
        folder = inner
    os.close(os.open("inner.md", os.O_CREAT | os.O_WRONLY, dir_fd=folder))
    os.close(folder)
    try:
        yield path
    finally:
        if path.exists():
            remove_folder(path)
