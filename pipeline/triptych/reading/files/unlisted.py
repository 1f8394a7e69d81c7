"""Section files that lie in the source folder and in no manifest: most were forgotten."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from pathlib import PurePath, PurePosixPath
from typing import Any

from triptych.diagnostics import Diagnostic, did_you_mean
from triptych.project import MANIFEST, Project, is_left_by_programs
from triptych.settings.manifest import Manifest
from triptych.settings.positions import Positions

_SOURCE = PurePosixPath(MANIFEST).parent
# Files that stand in many folders and are about the project, not of the book.
_ABOUT = frozenset("readme contributing license licence changelog code_of_conduct authors notes todo".split())


def unlisted_files(project: Project, manifest: Manifest, positions: Positions) -> list[Diagnostic]:
    """LNT017, one note for all Markdown files that nothing names and nothing includes, and for idle excludes.

    Names with an underscore before them are parts of other files, as in Quarto. Chapters of a profile count
    as named, whichever profile is built.
    """
    named = {str(_SOURCE / path) for path in _chapters(positions.whole)} | set(project.digests)
    if not manifest.book.chapters:
        return []  # which is an error already
    files = _files(project)
    found = list(_idle(files, manifest.exclude, positions))
    left = [
        name for name in files if str(_SOURCE / name) not in named and not _excluded(name, manifest.exclude)
    ]
    if not left:
        return found
    span = positions.find(("book", "chapters"), of_value=False)
    message = f'"{left[0]}" is in the source folder but not in `book.yaml`'
    hint = f'add the file to `chapters:`, or exclude it with `exclude: ["{left[0]}"]`'
    if len(left) > 1:
        message = f'{len(left)} files, such as "{left[0]}", are in the source folder but not in `book.yaml`'
        hint = "add the files to `chapters:`, or list them under `exclude:`"
    return [*found, Diagnostic(code="LNT017", span=span, message=message, hint=hint)]


def _idle(files: list[str], patterns: tuple[str, ...], positions: Positions) -> Iterator[Diagnostic]:
    """LNT017 for each pattern of ``exclude:`` that no file has."""
    for number, pattern in enumerate(patterns):
        if not any(_excluded(name, (pattern,)) for name in files):
            message = f'the `exclude:` pattern "{pattern}" matches no Markdown file in the source folder'
            span = positions.find(("exclude", number))
            hint = did_you_mean(pattern, files) or "correct or delete the pattern"
            yield Diagnostic(code="LNT017", span=span, message=message, hint=hint)


def _files(project: Project) -> list[str]:
    """The Markdown files that may be chapters, as a manifest names them."""
    folder = project.root / _SOURCE
    paths = (file.relative_to(folder) for file in folder.rglob("*.md") if file.is_file())
    return sorted(path.as_posix() for path in paths if not _apart(path))


def _apart(path: PurePath) -> bool:
    is_part = any(part.startswith("_") for part in path.parts)
    return is_part or path.stem.lower() in _ABOUT or is_left_by_programs(path)


def _excluded(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def _chapters(tree: Any) -> Iterator[str]:
    """All texts under ``chapters`` and ``appendices`` anywhere in the manifest, profiles included."""
    if isinstance(tree, Mapping):
        for key, value in tree.items():
            yield from _texts(value) if key in ("chapters", "appendices") else _chapters(value)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from _texts(value.get("chapters"))
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
