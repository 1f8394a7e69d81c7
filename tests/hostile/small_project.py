"""Build hostile cases: a small project with one extreme file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from types import MappingProxyType

SECRET = "secret-of-another-folder"  # must not occur in any output
OUTSIDE = "outside"  # the folder with the secret, next to the project


class Command(Enum):
    """The command with which a case is tried."""

    BUILD = auto()  # of `project/`
    IMPORT = auto()  # of `original/`


@dataclass(frozen=True, slots=True)
class Case:
    """A hostile project: ``write`` puts it into an empty folder."""

    name: str
    group: str
    write: Callable[[Path], None]
    command: Command = Command.BUILD


Files = Mapping[str, str | bytes]


def small_project(
    folder: Path,
    body: str = "",
    *,
    title: str = "Hostile",
    manifest: str = "",
    head: str = "title: One",
    files: Files = MappingProxyType({}),
) -> None:
    """Return a manifest, one section with a body, and further files by path below ``project/``."""
    first = f"book:\n  title: {title}\n  date: 2026-01-31\n  chapters: [one.md]\nlang: en-GB\n"
    section = f"---\n{head}\n---\n\nThe first paragraph.\n\n{body}\n"
    base: Files = {"source/book.yaml": first + manifest, "source/one.md": section}
    write_files(folder / "project", {**base, **files})
    write_files(folder / OUTSIDE, {"secret.css": f"/* {SECRET} */\n", "secret.md": f"{SECRET}\n"})


def write_files(folder: Path, files: Files) -> None:
    """Write files by path below a folder; lone surrogates become the bytes that they stand for."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
        )


def body_case(group: str, name: str, body: Callable[[], str], manifest: str = "") -> Case:
    """Return a case whose section has a text that is generated on demand."""
    return Case(name, group, lambda folder: small_project(folder, body(), manifest=manifest))
