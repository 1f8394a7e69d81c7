"""A title and what all titles share, put together into one project.

The files of shared folders lie beside the title's own, which come first. They are linked, not copied, where
the disk can do so: a title costs no room a second time, and a build reads nothing but its own folder.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from triptych.catalog.titles import Catalog, Title
from triptych.engine.store.program import digest
from triptych.folders import are_bundled
from triptych.project import TEMPLATES, Project

_SOURCE = "source"
_LINKS_FAIL = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP)


def files_of(title: Title, catalog: Catalog) -> dict[str, Path]:
    """The files of a title's project by their paths in it, with where they lie; links out are left out."""
    found: dict[str, Path] = {}
    for folder in catalog.settings.shared:
        found |= _below(catalog.root, folder, PurePosixPath(_SOURCE) / folder)
    if catalog.settings.templates:
        found |= _below(catalog.root, catalog.settings.templates, PurePosixPath(TEMPLATES))
    if (title.folder / TEMPLATES).is_dir() and not are_bundled(title.folder / TEMPLATES):
        found = {path: file for path, file in found.items() if not path.startswith(f"{TEMPLATES}/")}
        found |= _below(title.folder, TEMPLATES, PurePosixPath(TEMPLATES))
    return found | _below(title.folder, _SOURCE, PurePosixPath(_SOURCE))


def _below(root: Path, folder: str, place: PurePosixPath) -> dict[str, Path]:
    """The files in a folder and below it, by their paths in a project that has the folder at a place."""
    files = {PurePosixPath(path): (root / path).resolve() for path in Project(root).tree(folder)[0]}
    return {(place / path.relative_to(folder)).as_posix(): file for path, file in files.items()}


def content_of(files: Mapping[str, Path]) -> str:
    """A digest of paths and contents. Raises OSError for a file that cannot be read."""
    parts: list[str | bytes] = []
    for path, file in sorted(files.items()):
        with file.open("rb") as opened:
            parts += [path, hashlib.file_digest(opened, "sha256").digest()]
    return digest(*parts)


def put_together(files: Mapping[str, Path], folder: Path) -> None:
    """Make a folder hold these files and no others. What it holds already stays."""
    for top in (_SOURCE, TEMPLATES):
        for there in sorted((folder / top).rglob("*"), reverse=True):
            if there.is_dir() and not there.is_symlink():
                if not any(there.iterdir()):
                    there.rmdir()
            elif there.relative_to(folder).as_posix() not in files:
                there.unlink()
    for path, file in files.items():
        _put(file, folder / path)


def _put(file: Path, place: Path) -> None:
    """The file in its place: as another name of it, else as a copy."""
    if place.exists():
        there, wanted = place.stat(), file.stat()
        if os.path.samestat(there, wanted):
            return
        place.unlink()
    place.parent.mkdir(parents=True, exist_ok=True)
    try:
        place.hardlink_to(file)
    except OSError as error:
        if error.errno not in _LINKS_FAIL:
            raise
        shutil.copy2(file, place)
