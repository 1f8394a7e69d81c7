"""Outputs replace the earlier ones together: all of them, or none."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from triptych.engine.folder_locks import alone_in

_STAGING = ".new-"


def publish(files: Mapping[Path, bytes]) -> None:
    """Write all files beside their places, then move them there; a failure puts the earlier ones back.

    Of two builds at once the second waits, so that the files of one stand there together.
    """
    for path in files:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "a folder stands in the place of an output", str(path))
    folders = sorted({path.parent for path in files})
    with ExitStack() as stack:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            if stack.enter_context(alone_in(folder)):
                _clear_staging(folder)
        staging = stack.enter_context(tempfile.TemporaryDirectory(dir=folders[0], prefix=_STAGING))
        staged = {path: Path(staging) / path.name for path in files}
        for path, data in files.items():
            staged[path].write_bytes(data)
            staged[path].chmod(0o644)
        earlier: dict[Path, Path] = {}
        placed: list[Path] = []
        try:
            for path, new in staged.items():
                if path.exists():
                    # A copy, so that whoever kills the program now finds the old file or the new one.
                    kept = Path(staging) / f"{path.name}.earlier"
                    earlier[path] = Path(shutil.copy2(path, kept, follow_symlinks=False))
                new.replace(path)
                placed.append(path)
        except BaseException:
            for path in placed:
                earlier[path].replace(path) if path in earlier else path.unlink()
            raise


def _clear_staging(folder: Path) -> None:
    """Remove what a killed build has left beside its outputs."""
    for left in folder.glob(f"{_STAGING}*"):
        shutil.rmtree(left, ignore_errors=True)
