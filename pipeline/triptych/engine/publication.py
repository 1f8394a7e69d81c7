"""Outputs replace the earlier ones together: all of them, or none."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Mapping
from pathlib import Path


def publish(files: Mapping[Path, bytes]) -> None:
    """Write all files beside their places, then move them there; a failure puts the earlier ones back."""
    for path in files:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "a folder stands in the place of an output", str(path))
    folders = {path.parent for path in files}
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=next(iter(folders)), prefix=".new-") as staging:
        staged = {path: Path(staging) / path.name for path in files}
        for path, data in files.items():
            staged[path].write_bytes(data)
            staged[path].chmod(0o644)
        earlier: dict[Path, Path] = {}
        placed: list[Path] = []
        try:
            for path, new in staged.items():
                if path.exists():
                    earlier[path] = path.replace(Path(staging) / f"{path.name}.earlier")
                new.replace(path)
                placed.append(path)
        except BaseException:
            for path in placed:
                path.unlink()
            for path, old in earlier.items():
                old.replace(path)
            raise
