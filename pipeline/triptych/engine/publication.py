"""Publish the outputs of a build: replace all output files in a folder, or none of them."""

from __future__ import annotations

import errno
import shutil
import tempfile
from collections.abc import Callable, Mapping
from contextlib import ExitStack, suppress
from itertools import count
from pathlib import Path

from triptych.engine.files import remove_folder
from triptych.engine.temporary_files import locked_folder

_STAGING_PREFIX = ".new-"


def publish_files(
    files: Mapping[Path, bytes], *, is_replaceable: Callable[[bytes], bool] = lambda earlier: True
) -> dict[Path, Path]:
    """Replace all output files, or none if an error occurs. Return the copies of edited files.

    New files are written to a staging folder and then moved into place. The output folders are locked, so
    that the files of concurrent builds are not mixed.

    An earlier file counts as edited by the user if it differs from the new file and ``is_replaceable``
    returns False for its content. It is saved in the same folder under an unused name. The result maps the
    path of each edited file to the path of its copy.

    Raise IsADirectoryError or FileExistsError if a folder, pipe or device has the name of an output file.
    """
    for path in files:
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, "a folder has the name of an output file", str(path))
        if path.exists() and not path.is_file():  # reading a pipe would block
            raise FileExistsError(errno.EEXIST, "a pipe or device has the name of an output file", str(path))
    try:
        return _publish_all(files, is_replaceable)
    except OSError as error:
        error.filename = error.filename or str(next(iter(files)).parent)  # may be missing if the disk is full
        raise


def _publish_all(files: Mapping[Path, bytes], is_replaceable: Callable[[bytes], bool]) -> dict[Path, Path]:
    folders = sorted({path.parent for path in files})
    with ExitStack() as stack:
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
            if stack.enter_context(locked_folder(folder)):
                _clear_staging_folders(folder)
        staging = stack.enter_context(tempfile.TemporaryDirectory(dir=folders[0], prefix=_STAGING_PREFIX))
        staged = {path: Path(staging) / path.name for path in files}
        for path, data in files.items():
            staged[path].write_bytes(data)
            staged[path].chmod(0o644)
        earlier: dict[Path, Path] = {}
        kept_copies: dict[Path, Path] = {}
        placed_paths: list[Path] = []
        try:
            for path, new in staged.items():
                if path.exists():
                    # The file is copied instead of moved, so that the path has a file even if the program is
                    # killed.
                    copy = Path(staging) / f"{path.name}.earlier"
                    earlier[path] = Path(shutil.copy2(path, copy, follow_symlinks=False))
                    if _was_edited(path, files[path], is_replaceable):
                        earlier[path] = kept_copies[path] = copy.replace(_choose_copy_path(path))
                new.replace(path)
                placed_paths.append(path)
        except BaseException:
            for path in placed_paths:
                earlier[path].replace(path) if path in earlier else path.unlink()
            for copy in kept_copies.values():
                copy.unlink(missing_ok=True)
            raise
    return kept_copies


def _was_edited(path: Path, new_content: bytes, is_replaceable: Callable[[bytes], bool]) -> bool:
    """Return whether the user has edited a file.

    A symbolic link does not count as edited, since its target is not replaced.
    """
    if path.is_symlink():
        return False
    earlier = path.read_bytes()
    return earlier != new_content and not is_replaceable(earlier)


def _choose_copy_path(path: Path) -> Path:
    """Return ``book.edited-1.pptx`` for ``book.pptx``, or the name with the next unused number."""
    names = (path.with_name(f"{path.stem}.edited-{number}{path.suffix}") for number in count(1))
    return next(name for name in names if not name.exists() and not name.is_symlink())


def _clear_staging_folders(folder: Path) -> None:
    for left in folder.glob(f"{_STAGING_PREFIX}*"):
        with suppress(OSError):
            remove_folder(left)
