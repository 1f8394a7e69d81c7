"""Titles as they are built, and which of them a run builds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from triptych.diagnostics import Span
from triptych.formats import OutputFormat
from triptych.project import NO_OVERLAY, Overlay
from triptych.settings.catalog import CatalogSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """One title in one variant.

    ``folder`` is the one with its source; ``name`` is a relative POSIX path, of its folder of outputs too.
    """

    name: str
    folder: Path
    span: Span
    profiles: tuple[str, ...] = ()
    formats: tuple[OutputFormat, ...] = ()
    overlay: Overlay = NO_OVERLAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """A list that was read; ``path`` is its file."""

    path: Path
    settings: CatalogSettings
    titles: tuple[Title, ...]

    @property
    def root(self) -> Path:
        """The folder that all its paths begin at."""
        return self.path.parent

    @property
    def output_folder(self) -> Path:
        """Where outputs and reports go."""
        return (self.root / self.settings.output_dir).resolve()


def chosen(titles: Iterable[Title], patterns: Sequence[str], shard: tuple[int, int] = (1, 1)) -> list[Title]:
    """The titles whose names match one of some patterns, all without any; of these one part.

    ``shard`` is which of how many parts, from 1: each title is in one of them, and neighbours, which are
    often alike, are in different ones.
    """
    wanted = [
        title for title in titles if not patterns or any(map(PurePosixPath(title.name).match, patterns))
    ]
    number, count = shard
    return wanted[number - 1 :: count]
