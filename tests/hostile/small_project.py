"""What hostile cases are made of: a small project with one thing in it that is out of all proportion."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from types import MappingProxyType

SECRET = "secret-of-another-folder"  # what no output may hold
OUTSIDE = "outside"  # the folder beside the project, with the secret in it


class Command(Enum):
    """What is tried with a case."""

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
    """A manifest, one section with a body, and further files by their paths below ``project/``."""
    first = f"book:\n  title: {title}\n  date: 2026-01-31\n  chapters: [one.md]\nlang: en-GB\n"
    section = f"---\n{head}\n---\n\nThe first paragraph.\n\n{body}\n"
    base: Files = {"source/book.yaml": first + manifest, "source/one.md": section}
    write_files(folder / "project", {**base, **files})
    write_files(folder / OUTSIDE, {"secret.css": f"/* {SECRET} */\n", "secret.md": f"{SECRET}\n"})


def write_files(folder: Path, files: Files) -> None:
    """Files by their paths below a folder; lone surrogates become the bytes they stand for."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            content if isinstance(content, bytes) else content.encode("utf-8", "surrogateescape")
        )


def body_case(group: str, name: str, body: Callable[[], str], manifest: str = "") -> Case:
    """A case that is the text of a section, made when it is asked for."""
    return Case(name, group, lambda folder: small_project(folder, body(), manifest=manifest))
