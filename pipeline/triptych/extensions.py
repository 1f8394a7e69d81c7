"""Find and load extensions: chart types, callouts, outputs, importers and themes of other Python packages.

A package declares its extensions as entry points (Python packaging user guide, "Entry points") in one of the
groups in ``ExtensionGroup``. Extensions are loaded only when a book needs a name that Triptych itself does
not define. Only installed packages can have extensions, never a project.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

T = TypeVar("T")


class ExtensionGroup(StrEnum):
    """The entry point groups of extensions."""

    CHART_TYPES = "triptych.chart_types"
    CALLOUTS = "triptych.callouts"
    OUTPUTS = "triptych.outputs"
    IMPORTERS = "triptych.importers"
    THEMES = "triptych.themes"


class Extension(NamedTuple):
    """An extension as declared: its group, its name, and the name and version of its package."""

    group: ExtensionGroup
    name: str
    package: str
    version: str


class ExtensionError(Exception):
    """Raised if an extension cannot be loaded or is not of the required kind (EXT003)."""

    def __init__(self, extension: Extension, reason: str) -> None:
        self.extension = extension
        super().__init__(
            f'the extension "{extension.name}" of the package {extension.package} cannot be used: {reason}'
        )
        self.hint = f"update or remove the package {extension.package}"


def list_extensions() -> list[Extension]:
    """Return all installed extensions, without loading them."""
    return [extension for extension, _ in _find_entry_points()]


def list_extension_names(group: ExtensionGroup) -> tuple[str, ...]:
    """Return the names of the installed extensions of a group, without loading them."""
    return tuple(extension.name for extension, _ in _find_entry_points() if extension.group is group)


@cache
def load_extension(group: ExtensionGroup, name: str) -> Any:
    """Load the object of an entry point. A class is called without arguments.

    Return None if no installed package has an extension with this name; raise ``ExtensionError`` if it
    cannot be loaded.
    """
    for extension, entry_point in _find_entry_points():
        if (extension.group, extension.name) == (group, name):
            try:
                loaded = entry_point.load()
                return loaded() if isinstance(loaded, type) else loaded
            except Exception as error:  # code of other packages may raise any exception
                raise ExtensionError(extension, f"{type(error).__name__}: {error}") from error
    return None


def require_kind(group: ExtensionGroup, name: str, value: Any, kind: type[T]) -> T:
    """Return an extension. Raise ``ExtensionError`` if it is not an instance of ``kind``."""
    if isinstance(value, kind):
        return value
    extension = next(
        candidate for candidate in list_extensions() if (candidate.group, candidate.name) == (group, name)
    )
    raise ExtensionError(extension, f"{type(value).__name__} is not a {kind.__module__}.{kind.__name__}")


def list_extension_folders() -> list[Path]:
    """Return the folders (or files) of modules with extensions, for the digest of the program."""
    names = {entry_point.module.partition(".")[0] for _, entry_point in _find_entry_points()}
    paths = []
    for name in sorted(names):
        with suppress(ImportError, ValueError):
            spec = find_spec(name)
            places = list(spec.submodule_search_locations or ()) or [spec.origin or ""] if spec else []
            paths += [Path(place) for place in places if place and Path(place).exists()]
    return paths


@cache
def _find_entry_points() -> tuple[tuple[Extension, EntryPoint], ...]:
    """Return the installed extensions in the order of their groups and names.

    ``importlib.metadata`` is imported only if there are any, since this takes 30 ms.
    """
    if not any(map(_declares_extensions, _iter_entry_point_files())):
        return ()
    from importlib.metadata import entry_points

    entry_points_by_name: dict[tuple[ExtensionGroup, str], tuple[Extension, EntryPoint]] = {}
    for group in ExtensionGroup:
        for entry_point in sorted(
            entry_points(group=group), key=lambda entry_point: (entry_point.name, entry_point.value)
        ):
            package = entry_point.dist
            name, version = (package.name, package.version) if package else ("", "")
            extension = Extension(group, entry_point.name, name, version)
            entry_points_by_name.setdefault((group, entry_point.name), (extension, entry_point))
    return tuple(entry_points_by_name.values())


def _iter_entry_point_files() -> Iterator[str]:
    """Yield the ``entry_points.txt`` of all installed packages (PyPA specification)."""
    for folder in dict.fromkeys(sys.path):
        with suppress(OSError), os.scandir(folder or ".") as entries:
            for entry in entries:
                if entry.name.endswith((".dist-info", ".egg-info")):
                    yield f"{entry.path}/entry_points.txt"


def _declares_extensions(file: str) -> bool:
    try:
        return b"[triptych." in Path(file).read_bytes()
    except OSError:
        return False
